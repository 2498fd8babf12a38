"""When is a change of score a response, and when a remission? Rules as data, and the functions that apply them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cached_property
from typing import Protocol, TypeVar

from journey.values import Instrument, OutcomeClass


class Comparator(StrEnum):
    """How a score is held against the remission threshold."""

    BELOW = "lt"
    AT_MOST = "le"


class Anchor(StrEnum):
    """Which infusion the days of the endpoint are counted from."""

    LAST = "last_infusion"
    FIRST = "first_infusion"


@dataclass(frozen=True, kw_only=True)
class ResponseRule:
    """A response rule: what counts as response and remission, and which assessments are compared.

    Days are those of the site's calendar, whatever the hour: a baseline lies at most `baseline_days_max` before the
    first infusion; the score *at* an infusion at most `after_infusion_days_max` after it; the endpoint of a review
    within `endpoint_days_min..max` after the last infusion (or the first, by `endpoint_from`), else the last
    assessment after it, with `window_ok` false.
    A response is a fall by `response_pct_min` of the baseline; where `response_points_min` is over 0, by so many points
    instead. Worse is whoever has risen by `worse_points_min` at least; where it is 0, by anything at all.
    """

    id: str
    instrument: Instrument
    response_pct_min: Decimal = Decimal(50)
    partial_pct_min: Decimal = Decimal(25)
    remission: Comparator
    remission_threshold: Decimal
    baseline_days_max: int = 14
    after_infusion_days_max: int = 14
    endpoint_days_min: int = 14
    endpoint_days_max: int = 31
    endpoint_from: Anchor = Anchor.LAST
    worse_points_min: Decimal = Decimal(0)
    response_points_min: Decimal = Decimal(0)
    source: str

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the whole rule."""
        return hashlib.sha256(repr(sorted(self.as_text().items())).encode()).hexdigest()

    def as_text(self) -> dict[str, str]:
        """Every field as text: what is stored by digest; a later field only where it changes something."""
        text = {key: str(value) for key, value in asdict(self).items()}
        if self.endpoint_from is Anchor.LAST:
            del text["endpoint_from"]
        for later in ("worse_points_min", "response_points_min"):
            if not getattr(self, later):
                del text[later]
        return text

    def is_response(self, baseline: Decimal, current: Decimal) -> bool:
        """Whether a score has fallen far enough from a baseline over 0; exactly as far is enough."""
        if self.response_points_min:
            return baseline - current >= self.response_points_min
        return (baseline - current) * 100 / baseline >= self.response_pct_min

    def is_remission(self, score: Decimal) -> bool:
        """Whether a score is remission; it does not imply response."""
        if self.remission is Comparator.BELOW:
            return score < self.remission_threshold
        return score <= self.remission_threshold

    def is_worse(self, baseline: Decimal, current: Decimal) -> bool:
        """Whether a score has risen, and by as much as the rule asks."""
        return current > baseline and current - baseline >= self.worse_points_min

    def counted_from(self, first_started: datetime, last_ended: datetime) -> datetime:
        """The moment from which the days of the endpoint are counted."""
        return first_started if self.endpoint_from is Anchor.FIRST else last_ended


PHQ9_LT5 = ResponseRule(
    id="phq9-lt5",
    instrument=Instrument.PHQ9,
    remission=Comparator.BELOW,
    remission_threshold=Decimal(5),
    source="McInnes 2022 (PMID 35027209)",
)
PHQ9_LE5 = ResponseRule(
    id="phq9-le5",
    instrument=Instrument.PHQ9,
    remission=Comparator.AT_MOST,
    remission_threshold=Decimal(5),
    source="VA (Pfeiffer 2024)",
)
PHQ9_LE5_6WK = ResponseRule(
    id="phq9-le5-6wk",
    instrument=Instrument.PHQ9,
    remission=Comparator.AT_MOST,
    remission_threshold=Decimal(5),
    endpoint_days_min=35,
    endpoint_days_max=49,
    endpoint_from=Anchor.FIRST,
    source="VA (Pfeiffer 2024) at six weeks; a week on either side is unverified",
)
QIDS_LE5 = ResponseRule(
    id="qids-le5",
    instrument=Instrument.QIDS_SR16,
    remission=Comparator.AT_MOST,
    remission_threshold=Decimal(5),
    source="CRTCE (McIntyre 2020)",
)
MADRS_LT10 = ResponseRule(
    id="madrs-lt10",
    instrument=Instrument.MADRS,
    remission=Comparator.BELOW,
    remission_threshold=Decimal(10),
    source="Hawley 2002; for Zheng 2019 its threshold is unverified",
)
MADRS_LE10 = ResponseRule(
    id="madrs-le10",
    instrument=Instrument.MADRS,
    remission=Comparator.AT_MOST,
    remission_threshold=Decimal(10),
    source="KetECT (Ekstrand 2022)",
)
RULES: dict[str, ResponseRule] = {
    rule.id: rule for rule in (PHQ9_LT5, PHQ9_LE5, PHQ9_LE5_6WK, QIDS_LE5, MADRS_LT10, MADRS_LE10)
}
"""Built in; the first is asked by where none is named. What one says is never changed: another is another rule."""


class Scored(Protocol):
    """A complete assessment: when it was answered, and its score."""

    @property
    def at(self) -> datetime: ...  # noqa: D102 - said by the class
    @property
    def score(self) -> Decimal: ...  # noqa: D102 - said by the class


S = TypeVar("S", bound=Scored)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two scores compared: the fall in percent (a rise is negative), the flags, the class."""

    pct_change: Decimal
    response: bool
    remission: bool
    outcome_class: OutcomeClass


def compare(baseline: Decimal, current: Decimal, rule: ResponseRule) -> Comparison | None:
    """Compare two scores under a rule; None when the baseline is 0. Exactly 50 % is a response."""
    if baseline == 0:
        return None
    fall_pct = (baseline - current) * 100 / baseline
    remission = rule.is_remission(current)
    response = rule.is_response(baseline, current)
    if remission:
        outcome = OutcomeClass.REMISSION
    elif response:
        outcome = OutcomeClass.RESPONSE
    elif fall_pct >= rule.partial_pct_min:
        outcome = OutcomeClass.PARTIAL
    elif rule.is_worse(baseline, current):
        outcome = OutcomeClass.DETERIORATED
    else:
        outcome = OutcomeClass.NON_RESPONSE
    shown = fall_pct.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return Comparison(pct_change=shown, response=response, remission=remission, outcome_class=outcome)


def baseline(scores: Iterable[S], first_infusion: datetime, rule: ResponseRule, zone: tzinfo) -> S | None:
    """The last complete assessment before the first infusion, within the rule's days of the zone's calendar."""
    earliest = day_of(first_infusion, zone) - timedelta(days=rule.baseline_days_max)
    return _last(score for score in scores if score.at < first_infusion and earliest <= day_of(score.at, zone))


def at_infusion(
    scores: Iterable[S], ended: datetime, following: datetime | None, rule: ResponseRule, zone: tzinfo
) -> S | None:
    """The last complete assessment after an infusion's end, before the next one's start, within the rule's days."""
    latest = day_of(ended, zone) + timedelta(days=rule.after_infusion_days_max)
    after = (score for score in scores if ended < score.at and (following is None or score.at < following))
    return _last(score for score in after if day_of(score.at, zone) <= latest)


def endpoint(scores: Iterable[S], counted_from: datetime, rule: ResponseRule, zone: tzinfo) -> tuple[S | None, bool]:
    """The last complete assessment in the rule's window after `counted_from`, else the last after it; and which."""
    first, last = window(counted_from, rule, zone)
    after = [score for score in scores if score.at > counted_from]
    within = _last(score for score in after if first <= day_of(score.at, zone) <= last)
    return (_last(after), False) if within is None else (within, True)


def window(counted_from: datetime, rule: ResponseRule, zone: tzinfo) -> tuple[date, date]:
    """The first and the last day of the rule's window for the endpoint, by the zone's calendar."""
    day = day_of(counted_from, zone)
    return day + timedelta(days=rule.endpoint_days_min), day + timedelta(days=rule.endpoint_days_max)


def days_between(since: datetime, until: datetime, zone: tzinfo) -> int:
    """The days from one moment to another, by the zone's calendar: from evening to morning is one."""
    return (day_of(until, zone) - day_of(since, zone)).days


def day_of(at: datetime, zone: tzinfo) -> date:
    """The day of a moment, by the zone's calendar."""
    return at.astimezone(zone).date()


def _last(scores: Iterable[S]) -> S | None:
    return max(scores, key=lambda score: score.at, default=None)

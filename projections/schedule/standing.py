"""What must stand for a treatment to go on: consent, eligibility, coverage, and no open risk?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from journey.events import (
    ConsentGiven,
    ConsentWithdrawn,
    ConsultCompleted,
    ContraindicationCleared,
    ContraindicationRecorded,
    CoverageVerified,
    EligibilityConfirmed,
    EligibilityDenied,
    Event,
    ScreeningCompleted,
    SuicideRiskAddressed,
    SuicideRiskRaised,
)
from journey.events.intake import YesNoUnknown
from journey.events.plan import ConsentKind, CoverageOutcome
from journey.events.screening import ScreeningKind, ScreeningResult
from journey.events.session import CheckId
from journey.policy import Policy
from journey.recorded import Happened
from journey.state import replace
from journey.values import RiskLevel
from projections.plain import later, maybe_moment, moment, noon, written
from projections.schedule.appointments import Appointment

PAID = frozenset({CoverageOutcome.COVERED, CoverageOutcome.PARTIAL, CoverageOutcome.SELF_PAY})

MOVING = frozenset(
    {
        *(ConsentGiven, ConsentWithdrawn, ConsultCompleted, ContraindicationRecorded, ContraindicationCleared),
        *(ScreeningCompleted, EligibilityConfirmed, EligibilityDenied, CoverageVerified),
        *(SuicideRiskRaised, SuicideRiskAddressed),
    }
)
"""What changes the standing: most events do not, and are asked for nothing more."""


@dataclass(frozen=True, kw_only=True)
class Consent:
    """A consent to treatment."""

    signed_at: str
    expires_at: str | None
    withdrawn_at: str | None = None


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """A payer's answer, the days that it holds for, and how many infusions, if it says so.

    With fewer than `units_min` of them left another answer is sought.
    """

    payer: str
    verified_at: str
    paid: bool
    valid_from: str
    valid_to: str
    units: int | None
    units_min: int


@dataclass(frozen=True, kw_only=True)
class Risk:
    """A suicide risk that nobody has addressed, and from when that is overdue."""

    level: str
    raised_at: str
    overdue_at: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """A contraindication, and when it was met."""

    code: str
    at: str


@dataclass(frozen=True, kw_only=True)
class Cleared:
    """That a contraindication of a code is none until then."""

    code: str
    until: str


@dataclass(frozen=True, kw_only=True)
class Screened:
    """A screening's result, and until when a negative one holds."""

    performed_at: str
    negative: bool
    until: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a treatment rests on, but for its plan.

    `found` are contraindications, by entry, with when they were met, and `cleared` until when which of them is no
    longer one; `considered` are the entries that the confirmation of eligibility knew of. `screened` are the last
    results of each kind.
    """

    consents: Mapping[str, Consent] = field(default_factory=dict)
    eligible_until: str | None = None
    considered: tuple[str, ...] = ()
    found: Mapping[str, Found] = field(default_factory=dict)
    cleared: Mapping[str, Cleared] = field(default_factory=dict)
    screened: Mapping[str, Screened] = field(default_factory=dict)
    pregnancy_possible: bool = False
    recheck_at: str | None = None
    coverages: Mapping[str, Coverage] = field(default_factory=dict)
    risks: Mapping[str, Risk] = field(default_factory=dict)

    @property
    def withdrawn_at(self) -> str | None:
        """When the last consent to treatment was taken back, if none was left then: one that had expired is none."""
        last = max((it.withdrawn_at for it in self.consents.values() if it.withdrawn_at is not None), default=None)
        ends = [it.expires_at for it in self.consents.values() if it.withdrawn_at is None]
        left = last is not None and any(end is None or end > last for end in ends)
        return None if left else last

    @property
    def consented_until(self) -> str | None:
        """When the longest consent that was not taken back expires; "" means never, None that there is none."""
        ends = [it.expires_at or "" for it in self.consents.values() if it.withdrawn_at is None]
        return None if not ends else "" if "" in ends else max(ends)

    def new_contraindications(self, at: str = "0") -> list[str]:
        """When contraindications were met that the confirmation of eligibility did not know of.

        Those that are cleared at a moment are left out; without one, all that were cleared.
        """
        known = set(self.considered)
        open_ = (key for key in self.found if key not in known and (self._cleared_until(key) or "") < at)
        return [self.found[key].at for key in open_]

    @property
    def cleared_until(self) -> str | None:
        """When the first contraindication stands again that the confirmation of eligibility did not know of."""
        known = set(self.considered)
        ends = (self._cleared_until(entry) for entry in self.found if entry not in known)
        return min((end for end in ends if end is not None), default=None)

    def _cleared_until(self, entry: str) -> str | None:
        cleared = self.cleared.get(entry)
        return cleared.until if cleared is not None and cleared.code == self.found[entry].code else None

    @property
    def test_until(self) -> str | None:
        """Until when a test excludes a pregnancy that is possible; None if none does."""
        test = self.screened.get(ScreeningKind.HCG.value)
        return test.until if self.pregnancy_possible and test is not None and test.negative else None

    def _screenings(self, at: str) -> Iterator[CheckId]:
        """A pregnancy that is not excluded at a moment, and drugs that were found."""
        test, drugs = (self.screened.get(kind.value) for kind in (ScreeningKind.HCG, ScreeningKind.UDS))
        positive = test is not None and not test.negative
        if positive or (self.pregnancy_possible and (self.test_until or "") < at):
            yield CheckId.PREGNANCY
        if drugs is not None and not drugs.negative:
            yield CheckId.DRUG_SCREEN

    def missing(self, appointment: Appointment) -> Iterator[CheckId]:
        """What does not stand for an infusion at that time."""
        until = self.consented_until
        if until is None or (until and until <= appointment.starts_at):
            yield CheckId.CONSENT
        expired = self.eligible_until is None or self.eligible_until < appointment.starts_at
        if expired or self.new_contraindications(appointment.starts_at):
            yield CheckId.ELIGIBILITY
        yield from self._screenings(appointment.starts_at)
        if not self._covered(appointment.day):
            yield CheckId.COVERAGE

    @property
    def coverage(self) -> tuple[str, Coverage] | None:
        """The last answer that somebody pays, with its id: what the next infusions are counted on."""
        paid = [(key, it) for key, it in self.coverages.items() if it.paid]
        return max(paid, key=lambda it: it[1].verified_at, default=None)

    def _covered(self, day: str) -> bool:
        """Whether somebody pays: of each payer the last answer that holds on that day."""
        valid = [it for it in self.coverages.values() if it.valid_from <= day <= it.valid_to]
        last = {it.payer: it.paid for it in sorted(valid, key=lambda answer: answer.verified_at)}
        return any(last.values())

    @property
    def at_high_risk(self) -> bool:
        """Whether a high risk is open."""
        return any(risk.level == RiskLevel.HIGH.value for risk in self.risks.values())


def after(standing: Standing, recorded: Happened[Event], policy: Policy) -> Standing:  # noqa: C901, PLR0911, PLR0912 - one arm an event
    """The standing after one more event, under the policy of its day."""
    if type(recorded.event) not in MOVING:
        return standing
    at = moment(recorded.at)
    match recorded.event:
        case ConsentGiven() as event:
            return _consented(standing, event)
        case ConsentWithdrawn() as event:
            return _withdrawn(standing, at, event)
        case ConsultCompleted() as event:
            return replace(standing, pregnancy_possible=event.pregnancy_possible is not YesNoUnknown.NO)
        case ContraindicationRecorded() as event:
            found = Found(code=event.code.value, at=at)
            return replace(standing, found={**standing.found, written(recorded.event_id): found})
        case ContraindicationCleared() as event:
            cleared = Cleared(code=event.code.value, until=moment(event.valid_until))
            return replace(standing, cleared={**standing.cleared, written(event.contraindication_id): cleared})
        case ScreeningCompleted() as event if event.result is not ScreeningResult.INCONCLUSIVE:
            return _screened(standing, event)
        case EligibilityConfirmed() as event:
            considered = {str(id_) for criterion in event.criteria for id_ in criterion.evidence_ids}
            until = moment(event.valid_until)
            return replace(standing, eligible_until=until, considered=tuple(sorted(considered)), recheck_at=None)
        case EligibilityDenied() as event:
            recheck = None if event.recheck_after is None else noon(event.recheck_after, recorded.utc_offset_min)
            return replace(standing, eligible_until=None, considered=(), recheck_at=recheck)
        case CoverageVerified() as event:
            return _covered(standing, event, policy)
        case SuicideRiskRaised() as event:
            overdue_at = later(at, timedelta(minutes=policy.suicide_risk_open_min_max))
            risk = Risk(level=event.level.value, raised_at=at, overdue_at=overdue_at)
            return replace(standing, risks={**standing.risks, written(event.risk_id): risk})
        case SuicideRiskAddressed() as event:
            open_ = {key: risk for key, risk in standing.risks.items() if key != written(event.risk_id)}
            return replace(standing, risks=open_)
        case _:
            return standing


def _screened(standing: Standing, event: ScreeningCompleted) -> Standing:
    """The last result of a kind stands, whenever it was heard of."""
    result = Screened(
        performed_at=moment(event.performed_at),
        negative=event.result is ScreeningResult.NEGATIVE,
        until=moment(event.valid_until),
    )
    before = standing.screened.get(event.kind.value)
    if before is not None and result.performed_at < before.performed_at:
        return standing
    return replace(standing, screened={**standing.screened, event.kind.value: result})


def _consented(standing: Standing, event: ConsentGiven) -> Standing:
    """Only a consent to treatment is kept."""
    if event.kind is not ConsentKind.TREATMENT:
        return standing
    consent = Consent(signed_at=moment(event.signed_at), expires_at=maybe_moment(event.expires_at))
    return replace(standing, consents={**standing.consents, written(event.consent_id): consent})


def _withdrawn(standing: Standing, at: str, event: ConsentWithdrawn) -> Standing:
    key = written(event.consent_id)
    if key not in standing.consents:
        return standing
    consent = standing.consents[key]
    first = at if consent.withdrawn_at is None else min(consent.withdrawn_at, at)
    return replace(standing, consents={**standing.consents, key: replace(consent, withdrawn_at=first)})


def _covered(standing: Standing, event: CoverageVerified, policy: Policy) -> Standing:
    """The same coverage asked about again takes the place of the earlier answer."""
    key = written(event.coverage_id)
    others = {other: it for other, it in standing.coverages.items() if other != key}
    if event.outcome is CoverageOutcome.PENDING:
        return replace(standing, coverages=others)
    coverage = Coverage(
        payer=event.payer,
        verified_at=moment(event.verified_at),
        paid=event.outcome in PAID,
        valid_from=event.valid_from.isoformat(),
        valid_to=event.valid_to.isoformat(),
        units=event.units_authorized,
        units_min=policy.authorized_units_min,
    )
    return replace(standing, coverages=others | {key: coverage})

"""What went wrong, and how often? One row an adverse event; rates per infusion and per patient."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from journey.events import AdverseEventReported, AdverseEventUpdated
from journey.events.outcome import AdverseEventAction, AdverseEventOutcome, AdverseEventTerm, Seriousness
from journey.state import replace
from projections.database import ReadModels
from projections.outcome.infusions import Starts, during, numbered
from projections.outcome.statistics import rate
from projections.plain import maybe_moment, maybe_written, moment, row_of, written
from projections.projection import Column, Kind, Table

SEVERE = 3
"""CTCAE grade from which an adverse event is severe."""

SIDE_EFFECTS = Table(
    "side_effects",
    "Every adverse event, with the infusion in whose session it set in",
    (
        Column("ae_id", Kind.TEXT, "the adverse event"),
        Column("at", Kind.TIME, "when it was reported"),
        Column("onset_at", Kind.TIME, "when it set in"),
        Column("session_id", Kind.TEXT, "the session it belongs to"),
        Column("attempt_no", Kind.WHOLE, "the start of the pump it belongs to"),
        Column("infusion", Kind.WHOLE, "that infusion's number, if it counts"),
        Column("term", Kind.TEXT, "what it was"),
        Column("grade", Kind.WHOLE, "how bad at its worst, 1 to 5", "CTCAE"),
        Column("serious", Kind.FLAG, "whether it was serious"),
        Column("seriousness_code", Kind.TEXT, "in which way"),
        Column("expected", Kind.FLAG, "whether it is a known effect"),
        Column("relatedness", Kind.TEXT, "how sure it comes from the treatment"),
        Column("action", Kind.TEXT, "what was done about it"),
        Column("outcome", Kind.TEXT, "what became of it, as last told; none if nobody did"),
        Column("resolved_at", Kind.TIME, "when it was over"),
        Column("sequelae", Kind.CODES, "what is left of it"),
    ),
    indexed=("term",),
)


@dataclass(frozen=True, kw_only=True)
class SideEffect:
    """An adverse event as it was reported, and what became of it."""

    ae_id: str
    at: str
    onset_at: str
    session_id: str | None
    term: str
    grade: int
    serious: bool
    seriousness_code: str
    expected: bool
    relatedness: str
    action: str
    outcome: str | None = None
    resolved_at: str | None = None
    sequelae: tuple[str, ...] = ()


def reported(at: datetime, event: AdverseEventReported) -> SideEffect:
    """An adverse event was reported."""
    return SideEffect(
        ae_id=written(event.ae_id),
        at=moment(at),
        onset_at=moment(event.onset_at),
        session_id=maybe_written(event.session_id),
        term=event.term.value,
        grade=event.grade,
        serious=event.serious,
        seriousness_code=event.seriousness_code.value,
        expected=event.expected,
        relatedness=event.relatedness.value,
        action=event.action.value,
    )


def updated(side_effects: Mapping[str, SideEffect], event: AdverseEventUpdated) -> Mapping[str, SideEffect]:
    """It became worse, better, or was over; as they were where its report was retracted."""
    known = side_effects.get(written(event.ae_id))
    if known is None:
        return side_effects
    fatal = event.outcome is AdverseEventOutcome.FATAL
    now = replace(
        known,
        grade=max(known.grade, event.grade or known.grade),
        serious=known.serious or fatal,
        seriousness_code=Seriousness.DEATH.value if fatal else known.seriousness_code,
        outcome=event.outcome.value,
        resolved_at=maybe_moment(event.resolved_at),
        sequelae=tuple(term.value for term in event.sequelae),
    )
    return {**side_effects, known.ae_id: now}


def rows(side_effects: Mapping[str, SideEffect], starts: Starts) -> dict[str, dict[str, Any]]:
    """A row a side effect, with the infusion it belongs to."""
    numbers = numbered(starts)
    found = {}
    for key, effect in side_effects.items():
        start = during(starts, effect.session_id, effect.onset_at)
        found[key] = row_of(effect) | {
            "attempt_no": None if start is None else starts[start].attempt_no,
            "infusion": None if start is None else numbers.get(start),
            "sequelae": list(effect.sequelae),
        }
    return found


DEFINITIONS = {
    "infusions": "every start of the pump, whether or not it counts",
    "patients": "every patient with a start of the pump",
    "observed_patients": "of those, the ones whose recovery was judged after at least one start",
    "interval": "Wilson, 95 %; where nothing happened the exact one-sided 95 % bound",
}

Effect = dict[str, Any]
Kinds = list[tuple[str, Callable[[Effect], bool]]]

SUMS: Kinds = [
    ("any", lambda _: True),
    ("severe", lambda effect: effect["grade"] >= SEVERE),
    ("serious", lambda effect: effect["serious"]),
    ("stopped", lambda effect: effect["action"] == AdverseEventAction.STOPPED.value),
    ("transfer", lambda effect: effect["action"] == AdverseEventAction.TRANSFER.value),
]
"""What is counted over all terms, before each term by itself."""


def side_effects(models: ReadModels) -> dict[str, Any]:
    """How many infusions, and how many patients, had each side effect; each with its interval.

    The denominators are every start of the pump, whether or not it counts, every patient with one, and of those the
    ones who were observed. A side effect outside a session is counted per patient only; terms that never occurred are
    listed, with their bound.
    """
    with models.database.reading() as session:
        effects = models.rows_in(session, "outcome", "side_effects")
        starts = models.rows_in(session, "outcome", "infusions")
        patients = {row["journey_id"]: row["patient_id"] for row in models.rows_in(session, "outcome", "journeys")}
        position = models.position_in(session, "outcome")
        stale = models.stale_in(session, "outcome").any()
    treated = {patients[row["journey_id"]] for row in starts}
    observed = {patients[row["journey_id"]] for row in starts if row["observed"]}
    by_infusion = [(effect, _infusion(effect)) for effect in effects if effect["attempt_no"] is not None]
    by_patient = [(effect, patients[effect["journey_id"]]) for effect in effects]
    answer = {
        "position": position,
        "infusions": len(starts),
        "patients": len(treated),
        "observed_patients": len(observed),
        "per_infusion": _rates(by_infusion, len(starts), "infusions"),
        "per_patient": _among(treated, by_patient, "patients"),
        "per_observed_patient": _among(observed, by_patient, "observed_patients"),
        "definitions": DEFINITIONS,
    }
    return answer | stale


def _among(patients: set[Any], effects: Sequence[tuple[Effect, Any]], unit: str) -> list[dict[str, Any]]:
    return _rates([it for it in effects if it[1] in patients], len(patients), unit)


def _infusion(effect: Effect) -> tuple[str, int]:
    return effect["journey_id"], effect["attempt_no"]


def _rates(effects: Sequence[tuple[Effect, Any]], n: int, unit: str) -> list[dict[str, Any]]:
    """For every side effect in how many of `n` it occurred."""
    return [_rate(name, {of for effect, of in effects if is_it(effect)}, n, unit) for name, is_it in _kinds()]


def _kinds() -> Kinds:
    return [*SUMS, *((term.value, _is(term.value)) for term in AdverseEventTerm)]


def _is(term: str) -> Callable[[Effect], bool]:
    return lambda effect: effect["term"] == term


def _rate(name: str, having: Iterable[Any], n: int, unit: str) -> dict[str, Any]:
    count = len(set(having))
    share = rate(count, n)
    return {
        "side_effect": name,
        "count": count,
        "n": n,
        "denominator": unit,
        "pct": share.pct,
        "low": share.low,
        "high": share.high,
        "interval": share.interval,
    }

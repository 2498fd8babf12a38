"""How often do side effects occur, and how bad: per infusion and per patient?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, tzinfo
from typing import Any

from journey.events.outcome import AdverseEventAction, AdverseEventTerm
from projections.database import ReadModels
from projections.outcome.groups import PER_DEFINITIONS, START_PER, Found, by_start, every_start, names, one_of
from projections.outcome.statistics import rate

SEVERE = 3
"""CTCAE grade from which an adverse event is severe."""

DEFINITIONS = {
    "infusions": "every start of the pump, whether or not it counts",
    "patients": "every patient with a start of the pump",
    "observed_patients": "of those, the ones whose recovery was judged after at least one start",
    "by_infusion": "of the starts that count, those that were a patient's k-th; terms that never occurred are left out",
    "by_grade": "each infusion, or patient, counts once: with the worst grade of the side effect in it",
    "interval": "Wilson, 95 %; where nothing happened the exact one-sided 95 % bound",
}

TABLES = ("per_infusion", "per_patient", "per_observed_patient", "by_grade", "by_infusion")

GRADES = range(1, 6)
"""Of CTCAE."""

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


def side_effects(models: ReadModels, per: str | None = None, zone: tzinfo = UTC) -> dict[str, Any]:
    """How many infusions, and how many patients, had each side effect; each with its interval, and told apart `per`.

    The denominators are every start of the pump, whether or not it counts, every patient with one, and of those the
    ones who were observed. A side effect outside a session is counted per patient only; terms that never occurred are
    listed, with their bound. Raises ValueError for another `per` than those of `START_PER`.
    """
    if per is not None:
        one_of("per", per, START_PER)
    with models.database.reading() as session:
        effects = models.rows_in(session, "outcome", "side_effects")
        starts = every_start(models, session, "infusion", "observed")
        journeys = {row["journey_id"]: row for row in models.rows_in(session, "outcome", "journeys")}
        position = models.position_in(session, "outcome")
        stale = models.stale_in(session, "outcome").any()
    named = by_start(journeys, starts, per, zone)
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    for group in names(named, per):
        of = [row for row in starts if named[row["journey_id"]] == group]
        had = [row for row in effects if named.get(row["journey_id"], group) == group]
        for name, rows in _tables(had, of, journeys).items():
            tables[name] += [{"group": group} | row for row in rows]
    patients = {row["journey_id"]: journeys[row["journey_id"]]["patient_id"] for row in starts}
    answer = {
        "per": per,
        "position": position,
        "infusions": len(starts),
        "patients": len({*patients.values()}),
        "observed_patients": len({patients[row["journey_id"]] for row in starts if row["observed"]}),
        **tables,
        "definitions": DEFINITIONS | ({} if per is None else {"group": PER_DEFINITIONS[per]}),
    }
    return answer | stale


def _tables(
    effects: Sequence[Effect], starts: Sequence[Found], journeys: Mapping[str, dict[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """Every table of some starts of the pump, and what went wrong."""
    patients = {key: row["patient_id"] for key, row in journeys.items()}
    treated = {patients[row["journey_id"]] for row in starts}
    observed = {patients[row["journey_id"]] for row in starts if row["observed"]}
    by_infusion = [(effect, _infusion(effect)) for effect in effects if effect["attempt_no"] is not None]
    by_patient = [(effect, patients[effect["journey_id"]]) for effect in effects]
    return {
        "per_infusion": _rates(by_infusion, len(starts), "infusions"),
        "per_patient": _among(treated, by_patient, "patients"),
        "per_observed_patient": _among(observed, by_patient, "observed_patients"),
        "by_grade": [
            *_graded(by_infusion, len(starts), "infusions"),
            *_graded([it for it in by_patient if it[1] in treated], len(treated), "patients"),
        ],
        "by_infusion": _by_infusion(by_infusion, starts),
    }


def _among(patients: set[Any], effects: Sequence[tuple[Effect, Any]], unit: str) -> list[dict[str, Any]]:
    return _rates([it for it in effects if it[1] in patients], len(patients), unit)


def _infusion(effect: Effect) -> tuple[str, int]:
    return effect["journey_id"], effect["attempt_no"]


def _rates(
    effects: Sequence[tuple[Effect, Any]], n: int, unit: str, kinds: Kinds | None = None
) -> list[dict[str, Any]]:
    """For every side effect in how many of `n` it occurred."""
    asked = _kinds() if kinds is None else kinds
    return [_counted(name, len({of for effect, of in effects if is_it(effect)}), n, unit) for name, is_it in asked]


def _by_infusion(effects: Sequence[tuple[Effect, Any]], starts: Sequence[Found]) -> list[dict[str, Any]]:
    """Of every side effect that occurred in how many of the first infusions, of the second ones, and so on."""
    occurred = {effect["term"] for effect, _ in effects}
    kinds = [kind for kind in _kinds() if kind in SUMS or kind[0] in occurred]
    given = Counter(row["infusion"] for row in starts if row["infusion"] is not None)
    rows = []
    for number in sorted(given):
        then = [it for it in effects if it[0]["infusion"] == number]
        rows += [{"infusion": number} | row for row in _rates(then, given[number], "infusions", kinds)]
    return rows


def _graded(effects: Sequence[tuple[Effect, Any]], n: int, unit: str) -> list[dict[str, Any]]:
    """Of every side effect that occurred in how many of `n` it was at its worst of each grade."""
    occurred = {effect["term"] for effect, _ in effects}
    rows = []
    for name in ["any", *(term.value for term in AdverseEventTerm if term.value in occurred)]:
        worst: dict[Any, int] = {}
        for effect, of in effects:
            if name in {"any", effect["term"]}:
                worst[of] = max(worst.get(of, 0), effect["grade"])
        counts = Counter(worst.values())
        rows += [{"grade": grade} | _counted(name, counts[grade], n, unit) for grade in GRADES]
    return rows


def _kinds() -> Kinds:
    return [*SUMS, *((term.value, _is(term.value)) for term in AdverseEventTerm)]


def _is(term: str) -> Callable[[Effect], bool]:
    return lambda effect: effect["term"] == term


def _counted(name: str, count: int, n: int, unit: str) -> dict[str, Any]:
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

"""By what are journeys told apart when outcomes are compared, and which of them is in which group?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from journey.instruments import SCORERS
from journey.response import RULES, ResponseRule, baseline
from projections.connection import Session
from projections.database import ReadModels
from projections.outcome.patients import Patient, read_patients
from projections.outcome.rule_words import said
from projections.plain import decimal, parsed

PER = ("rule", "indication", "severity", "dose_band", "site", "month")

START_PER = ("indication", "dose_band", "site", "month")
"""What is known of a journey by its first start of the pump, without a response rule."""

COLUMNS = {"indication": "indication_icd10", "site": "site_id"}
NO_BASELINE = "no_baseline"

BANDS_PER_MG_PER_KG = 4
"""A dose by weight is rounded to quarters: 40 mg for 81 kg are told with the 0.5 mg/kg that were planned."""

PER_DEFINITIONS = {
    "rule": "every response rule in force, asked of the same journeys",
    "indication": "what is treated, by ICD-10-CM",
    "severity": "the band of the baseline, by the rule's instrument; no_baseline where there is none under the rule",
    "dose_band": "the dose by weight of the first start of the pump, to the nearest quarter of a mg/kg",
    "site": "the site that referred the journey",
    "month": "the month of the first start of the pump, by the clinic's clock",
}


def one_of(name: str, said: str, known: Sequence[str]) -> None:
    """Refuse a word that is not known. Raises ValueError."""
    if said not in known:
        message = f"{name} is one of {', '.join(known)}"
        raise ValueError(message)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Under which rule, and per what; the rules in force, and the clinic's zone."""

    rule: ResponseRule
    per: str | None = None
    rules: Mapping[str, ResponseRule] = field(default_factory=lambda: RULES)
    zone: tzinfo = UTC

    def __post_init__(self) -> None:
        """Refuse what journeys are not told apart by. Raises ValueError."""
        if self.per is not None:
            one_of("per", self.per, PER)

    @property
    def named(self) -> dict[str, Any]:
        """What an answer says of the question."""
        return {"rule": self.rule.id, "rule_digest": self.rule.digest, "per": self.per}

    @property
    def definitions(self) -> dict[str, str]:
        """What the rule says, and what a group is."""
        rule = "each as `journey rules show` and GET /rules say" if self.per == "rule" else said(self.rule)
        return {"rule": rule} | ({} if self.per is None else {"group": PER_DEFINITIONS[self.per]})


@dataclass(frozen=True, slots=True)
class Group:
    """Some journeys, by id, and the rule they are looked at under."""

    name: str | None
    rule: ResponseRule
    patients: Mapping[str, Patient]


def groups(models: ReadModels, session: Session, scope: Scope) -> Iterator[Group]:
    """The journeys in which the pump was started, told apart as is asked; all together if nothing is."""
    if scope.per == "rule":
        for rule in scope.rules.values():
            yield Group(rule.id, rule, _started(models, session, rule, scope.zone))
        return
    patients = _started(models, session, scope.rule, scope.zone)
    if scope.per is None:
        yield Group(None, scope.rule, patients)
        return
    told = _told_by(models, session, scope)
    apart: dict[str, dict[str, Patient]] = defaultdict(dict)
    for key, patient in patients.items():
        apart[told(key, patient)][key] = patient
    yield from (Group(name, scope.rule, apart[name]) for name in sorted(apart))


def _started(models: ReadModels, session: Session, rule: ResponseRule, zone: tzinfo) -> dict[str, Patient]:
    return {key: it for key, it in read_patients(models, session, rule, zone).items() if it.started}


def _told_by(models: ReadModels, session: Session, scope: Scope) -> Callable[[str, Patient], str]:
    """In which group a journey is."""
    if scope.per == "dose_band":
        return lambda _, patient: dose_band(patient.dose_mg_per_kg or Decimal(0))
    if scope.per == "severity":
        return lambda _, patient: severity(patient, scope.rule)
    if scope.per == "month":
        return lambda _, patient: month(patient.started_at, scope.zone) if patient.started_at else ""
    column = COLUMNS[str(scope.per)]
    known = dict(models.columns_in(session, "outcome", "journeys", ("journey_id", column)))
    return lambda key, _: str(known.get(key, ""))


Named = Mapping[str, str | None]
"""Of each journey the name of its group; none where they are not told apart."""

Found = Mapping[str, Any]
"""A row."""


START = ("journey_id", "started_at", "dose_mg_per_kg")
"""What is read of every start of the pump: there may be hundreds of thousands."""


def every_start(models: ReadModels, session: Session, *more: str) -> list[Found]:
    """Every start of the pump, in order, and more of its columns as they stand in the database."""
    columns = (*START, *more)
    read = models.columns_in(session, "outcome", "infusions", columns, order="t.started_at, t.key")
    return [dict(zip(columns, row, strict=True)) for row in read]


def by_start(journeys: Mapping[str, Found], starts: Sequence[Found], per: str | None, zone: tzinfo) -> Named:
    """Of each journey with a start of the pump its group: by itself, or by the first of them, as they are in order."""
    first = {row["journey_id"]: row for row in reversed(starts)}
    if per == "dose_band":
        return {key: dose_band(Decimal(row["dose_mg_per_kg"])) for key, row in first.items()}
    if per == "month":
        return {key: month(parsed(row["started_at"]), zone) for key, row in first.items()}
    column = None if per is None else COLUMNS[per]
    return {key: None if column is None else str(journeys[key][column]) for key in first}


def names(named: Named, per: str | None) -> list[str | None]:
    """The groups that there are, in order; the one without a name where journeys are not told apart."""
    return [None] if per is None else sorted({*named.values()}, key=str)


def month(at: datetime, zone: tzinfo) -> str:
    """The month of a moment, by the zone's calendar."""
    return f"{at.astimezone(zone):%Y-%m}"


def severity(patient: Patient, rule: ResponseRule) -> str:
    """The band in which the baseline lies; before the first start of the pump where none counts yet."""
    first = patient.infusions[0].started if patient.infusions else patient.started_at
    before = None if first is None else baseline(patient.points, first, rule, patient.zone)
    band = None if before is None else SCORERS[rule.instrument].band(before.score, {})
    return NO_BASELINE if band is None else band


def dose_band(mg_per_kg: Decimal) -> str:
    """A dose by weight to the nearest quarter of a mg/kg; a half goes up."""
    quarters = (mg_per_kg * BANDS_PER_MG_PER_KG).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return decimal(quarters / BANDS_PER_MG_PER_KG)

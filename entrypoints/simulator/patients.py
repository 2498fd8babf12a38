"""Who comes to the synthetic clinic, and how will it go with them? All of it is made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from random import Random
from uuid import UUID, uuid5

from entrypoints.simulator.fortunes import Fortune, Reaction, drawn, reactions
from entrypoints.simulator.profiles import Profile
from journey.response import PHQ9_LT5, ResponseRule

SYNTHETIC = UUID("5e1f7a90-2c43-4b8e-9d6f-0a1b2c3d4e5f")
"""The namespace of every id that is made up here."""

FIRST_NAMES = ("Alex", "Bela", "Casey", "Dana", "Ellis", "Frankie", "Gray", "Harper", "Indigo", "Jules", "Kai")
LAST_NAMES = ("Ashdown", "Birch", "Cedar", "Dale", "Elm", "Fenwick", "Grove", "Heath", "Ivy", "Juniper", "Reed")

PHQ9_MAX, ITEM_MAX = 27, 3
RESPONDING = 0.55
"""The share of patients who respond: near the 53.6 % of McInnes 2022."""

PREGNANCY_POSSIBLE = 0.3
"""Of how many a pregnancy has to be excluded; made up."""


class Fate(StrEnum):
    """How a journey goes."""

    TREATED = "treated"
    NOT_FIT = "not_fit"
    TOO_FEW_TRIALS = "too_few_trials"
    DECLINED = "declined"
    RELATIVE = "relative"
    DOSE_CHANGED = "dose_changed"
    WITHDRAWN = "withdrawn"
    DIED = "died"


class Incident(StrEnum):
    """What may go otherwise at a visit."""

    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    MOVED = "moved"
    ABORTED = "aborted"
    LATE_ENTRY = "late_entry"
    WITHHELD = "withheld"
    PAUSED = "paused"
    CORRECTED = "corrected"
    RETRACTED = "retracted"
    OVERRIDDEN = "overridden"


FIRST_FATES = (
    Fate.TREATED,
    Fate.NOT_FIT,
    Fate.WITHDRAWN,
    Fate.RELATIVE,
    Fate.DOSE_CHANGED,
    Fate.DIED,
    Fate.DECLINED,
    Fate.TOO_FEW_TRIALS,
)
"""The first patients have one each, so that every clinic has lived through all of them."""

SHARES = {
    Fate.TREATED: 72,
    Fate.NOT_FIT: 5,
    Fate.TOO_FEW_TRIALS: 4,
    Fate.DECLINED: 5,
    Fate.RELATIVE: 5,
    Fate.DOSE_CHANGED: 5,
    Fate.WITHDRAWN: 4,
}

INCIDENT_SHARE = 0.08
"""At how many of the later visits something goes otherwise; no published rate was found, it is made up."""


@dataclass(frozen=True, kw_only=True)
class Patient:
    """A made-up patient, with what only a simulation can know beforehand."""

    number: int
    journey_id: UUID
    patient_id: UUID
    name: str
    birth_date: date
    weight_kg: Decimal
    height_cm: int
    sbp_mmhg: int
    pregnancy_possible: bool
    arrives: datetime
    fate: Fate
    incident: Incident
    baseline: int
    last: int
    maintenance: int
    profile: Profile | None = None
    fortune: Fortune | None = None
    reactions: tuple[Reaction, ...] = ()

    def age_years(self, today: date) -> int:
        """Whole years."""
        had_birthday = (today.month, today.day) >= (self.birth_date.month, self.birth_date.day)
        return today.year - self.birth_date.year - (not had_birthday)

    @property
    def rule(self) -> ResponseRule:
        """What the patient's response is told by."""
        return PHQ9_LT5 if self.profile is None else self.profile.rule

    @property
    def observed(self) -> bool:
        """Whether anybody judges the recovery."""
        return self.fortune is None or self.fortune.observed

    def reaction(self, infusion_no: int) -> Reaction | None:
        """What an infusion does besides, as far as the study goes."""
        return self.reactions[infusion_no - 1] if infusion_no <= len(self.reactions) else None

    def score_at_end(self, chance: Random) -> int:
        """The score some weeks after the last infusion."""
        if self.fortune is not None and self.fortune.profile.tells_scores:
            return self.fortune.last
        return self.score_after(1, 1, chance)

    def score_after(self, infusions: int, planned: int, chance: Random) -> int:
        """The score after so many infusions: from the baseline towards the last, most of the way early on."""
        if self.fortune is not None and self.fortune.profile.tells_scores:
            return self.fortune.score_after(infusions)
        share = Decimal(min(infusions, planned)) / planned
        score = self.baseline + (self.last - self.baseline) * (share * (2 - share))
        return min(max(round(score) + chance.randint(-1, 1), 0), PHQ9_MAX)


def made_up(seed: int, patients: int, start: datetime, end: datetime, profile: Profile | None = None) -> list[Patient]:
    """The patients in the order they come: the clinic grows, so more of them come late. All of a study are treated."""
    chance = Random(f"patients {seed}")  # noqa: S311 - seeded chance is what a simulation wants
    span = end - start
    arrivals = sorted(start + span * (chance.random() ** 0.6) for _ in range(patients))
    found = [_patient(seed, number, arrives) for number, arrives in enumerate(arrivals)]
    return found if profile is None else [_of_study(patient, seed, profile) for patient in found]


def _of_study(patient: Patient, seed: int, profile: Profile) -> Patient:
    """The patient as one of a study: what the study says nothing of stays as it was made up."""
    chance = Random(f"fortune {seed} {patient.number}")  # noqa: S311 - seeded chance is what a simulation wants
    fortune, besides = drawn(profile, chance), tuple(reactions(profile, chance))
    of_study = replace(patient, fate=Fate.TREATED, profile=profile, fortune=fortune, reactions=besides)
    if not profile.tells_scores:
        return of_study
    responds = fortune.last * 2 <= fortune.baseline
    return replace(
        of_study,
        baseline=fortune.baseline,
        last=fortune.last,
        maintenance=(patient.maintenance or 1) if responds else 0,
    )


def _patient(seed: int, number: int, arrives: datetime) -> Patient:
    chance = Random(f"patient {seed} {number}")  # noqa: S311 - as above
    journey_id = uuid5(SYNTHETIC, f"journey {seed} {number}")
    baseline = min(max(round(chance.gauss(18.6, 4)), 10), 26)  # mean PHQ-9 of the VA's patients; the spread is made up
    fate = _fate(number, chance)
    responds = chance.random() < RESPONDING or fate is Fate.DIED  # of whom we hear when they come no more
    share = chance.uniform(0.08, 0.5) if responds else chance.uniform(0.55, 1.05)
    return Patient(
        number=number,
        journey_id=journey_id,
        patient_id=uuid5(journey_id, "patient"),
        name=f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}",
        birth_date=date(1960, 1, 1) + timedelta(days=chance.randrange(15_000)),
        weight_kg=Decimal(chance.randrange(520, 1_100)) / 10,
        height_cm=chance.randrange(152, 196),
        sbp_mmhg=chance.randrange(108, 134),
        arrives=arrives,
        fate=fate,
        incident=tuple(Incident)[number % len(Incident)],
        baseline=baseline,
        last=min(round(baseline * share), PHQ9_MAX),
        maintenance=chance.choice((1, 2, 3, 4, 6, 8, 12)) if responds else 0,
        pregnancy_possible=chance.random() < PREGNANCY_POSSIBLE,
    )


def _fate(number: int, chance: Random) -> Fate:
    if number < len(FIRST_FATES):
        return FIRST_FATES[number]
    return chance.choices(tuple(SHARES), tuple(SHARES.values()))[0]


def answers(total: int, items: int, chance: Random, fixed: Sequence[tuple[int, int]] = ()) -> dict[str, int]:
    """Answers of 0 to 3 that come to a total, as far as they can; some items' answers may be given."""
    given = dict(fixed)
    values = {number: given.get(number, 0) for number in range(1, items + 1)}
    free = [number for number in values if number not in given]
    while sum(values.values()) < total and any(values[number] < ITEM_MAX for number in free):
        number = chance.choice([number for number in free if values[number] < ITEM_MAX])
        values[number] += 1
    return {str(number): value for number, value in values.items()}

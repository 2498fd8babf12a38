"""What becomes of one patient of a study? How the scores go, what is felt and measured, without any papers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log
from random import Random

from entrypoints.simulator.profiles import Profile
from journey.response import Comparator

EARLY = 3
"""The infusions after which a severe rise of the pressure becomes rarer."""

WORSE_BY_MAX = 4
"""How much higher than before a score that is worse may be; made up."""

FELT = ("drowsiness", "dizziness", "dissociation", "nausea")
"""What is only known of those whose recovery was judged."""

FOUR_WEEKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Fortune:
    """A patient's luck, drawn once: where among all patients the scores end, and where within that the patient is."""

    profile: Profile
    baseline: int
    luck: float
    within: float
    scored: bool
    observed: bool
    sustained_weeks: float

    def score_after(self, infusions: int) -> int:
        """The score after so many of the infusions: who has responded goes on responding, more do with each."""
        if infusions == 0:
            return self.baseline
        of = len(self.profile.days)
        come = min(infusions, of)
        remission, response = (_reached(self.profile, name, come, of) for name in ("remission", "response"))
        return self._score(remission, response, worse=0)

    @property
    def last(self) -> int:
        """The score after the last infusion, or at the endpoint."""
        profile = self.profile
        return self._score(profile.share("remission_pct"), profile.share("response_pct"), profile.share("worse_pct"))

    def _score(self, remission: float, response: float, worse: float) -> int:
        rule, half = self.profile.rule, int(self.baseline * (100 - self.profile.rule.response_pct_min) / 100)
        low = int(rule.remission_threshold) - (rule.remission is Comparator.BELOW)
        if self.luck < remission:
            return self._between(0, min(low, half))
        if self.luck < response:
            return self._between(min(low + 1, half), half)
        if self.luck >= 1 - worse:
            return self._between(self.baseline + 1, self.baseline + WORSE_BY_MAX)
        return self._between(max(low, half) + 1, self.baseline)

    def _between(self, least: int, most: int) -> int:
        return least + int(self.within * (most - least + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """What an infusion does besides: what is felt, whether the pressure rose, and by how much at its peak."""

    felt: tuple[str, ...]
    hypertension: bool
    severe: bool
    transferred: bool
    sbp_rise_mmhg: float
    dbp_rise_mmhg: float


def drawn(profile: Profile, chance: Random) -> Fortune:
    """The fortune of a patient."""
    return Fortune(
        profile=profile,
        baseline=_baseline(profile, chance),
        luck=chance.random(),
        within=chance.random(),
        scored="scored_pct" not in profile.numbers or chance.random() < profile.share("scored_pct"),
        observed="observed_pct" not in profile.numbers or chance.random() < profile.share("observed_pct"),
        sustained_weeks=_sustained(profile, 1 - chance.random()),
    )


def reactions(profile: Profile, chance: Random) -> Iterator[Reaction]:
    """What each infusion of a patient does besides."""
    of = len(profile.days)
    felt = [(name, each) for name in FELT if (each := _each(profile.share(f"{name}_pct"), of))]
    hypertension, transfer = _each(profile.share("hypertension_pct"), of), profile.share("transfer_pct")
    severe = (profile.share("severe_early_pct"), profile.share("severe_later_pct"))
    rises = [
        (profile.value(f"{name}_mmhg"), profile.value(f"{name}_sd_mmhg")) if f"{name}_mmhg" in profile.numbers else None
        for name in ("sbp_rise", "dbp_rise")
    ]
    for number in range(1, of + 1):
        systolic, diastolic = (0.0 if rise is None else chance.gauss(*rise) for rise in rises)
        yield Reaction(
            felt=tuple(name for name, each in felt if chance.random() < each),
            hypertension=chance.random() < hypertension,
            severe=chance.random() < severe[number > EARLY],
            transferred=chance.random() < transfer,
            sbp_rise_mmhg=systolic,
            dbp_rise_mmhg=diastolic,
        )


def _each(once_at_least: float, infusions: int) -> float:
    """The share at each infusion that makes a share of patients with whom it happens at one of them at least."""
    return float(1 - (1 - once_at_least) ** (1 / infusions))


def _reached(profile: Profile, name: str, infusion: int, of: int) -> float:
    """The share that has come so far: each infusion brings the same share of those who have not."""
    last = profile.share(f"{name}_pct")
    if f"{name}_first_pct" not in profile.numbers:
        return float(1 - (1 - last) ** (infusion / of))
    first = profile.share(f"{name}_first_pct")
    return float(1 - (1 - first) * ((1 - last) / (1 - first)) ** ((infusion - 1) / (of - 1)))


def _baseline(profile: Profile, chance: Random) -> int:
    """A score before treatment; 0 where the profile says nothing of scores."""
    if "baseline_mean" not in profile.numbers:
        return 0
    mean, sd = profile.value("baseline_mean"), profile.value("baseline_sd")
    least, most = profile.value("baseline_min"), profile.value("baseline_max")
    while True:
        score = round(chance.gauss(mean, sd))
        if least <= score <= most:
            return score


def _sustained(profile: Profile, left: float) -> float:
    """For how many weeks a response lasts with whoever is among this share of the last to lose it."""
    four, eight = profile.share("sustained_4wk_pct"), profile.share("sustained_8wk_pct")
    if not four:
        return 0.0
    if left > four:
        return log(left) / log(four) * FOUR_WEEKS
    return FOUR_WEEKS + log(left / four) / log(eight / four) * FOUR_WEEKS

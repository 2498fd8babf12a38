"""Which study's patients come to the synthetic clinic, and on whose word does each number of theirs stand?

One profile a study, since the published intervals exclude one another. Shares are in percent. What a profile does not
name does not happen with its patients. `make calibrate` holds each against what was published of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from journey.profiles import Number
from journey.response import MADRS_LT10, PHQ9_LE5_6WK, PHQ9_LT5, QIDS_LE5, ResponseRule
from journey.values import Status

MEANINGS: Mapping[str, str] = {
    "baseline_mean": "mean score before the first infusion",
    "baseline_sd": "its standard deviation",
    "baseline_min": "the lowest that is taken in",
    "baseline_max": "the highest there is",
    "response_first_pct": "of those scored, who has responded after the first infusion",
    "response_pct": "who has responded after the last one, or at the endpoint",
    "remission_first_pct": "of those scored, who has remitted after the first infusion",
    "remission_pct": "who has remitted after the last one, or at the endpoint",
    "worse_pct": "whose score is above the baseline then",
    "scored_pct": "of those treated, who has a score then",
    "sustained_4wk_pct": "of those who responded, who still does four weeks later",
    "sustained_8wk_pct": "and eight weeks later",
    "observed_pct": "of those treated, whose recovery was judged at all",
    "drowsiness_pct": "of those observed, with whom it was seen at one infusion at least",
    "dizziness_pct": "as above",
    "dissociation_pct": "as above",
    "nausea_pct": "as above",
    "hypertension_pct": "of those treated, whose pressure rose to 165/100 at one infusion at least",
    "severe_early_pct": "of the first three infusions, at which the pressure rose severely",
    "severe_later_pct": "of the later ones",
    "transfer_pct": "of infusions, after which somebody was taken to hospital",
    "sbp_rise_mmhg": "mean rise of the systolic pressure at its peak",
    "sbp_rise_sd_mmhg": "its standard deviation",
    "dbp_rise_mmhg": "mean rise of the diastolic pressure at its peak",
    "dbp_rise_sd_mmhg": "its standard deviation",
}
"""Every number that a profile may name."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """The patients of a study: their infusions by days from the first one, the rule they are judged by, the numbers.

    `measured_d` is when the endpoint lies, in days after the last infusion, or the first, as the rule counts; None
    where each infusion has its score the day after.
    """

    study: str
    days: tuple[int, ...]
    rule: ResponseRule
    measured_d: int | None = None
    numbers: Mapping[str, Number]

    @property
    def tells_scores(self) -> bool:
        """Whether it says how the scores go."""
        return "response_pct" in self.numbers

    def value(self, name: str) -> float:
        """A number that the profile names."""
        return float(self.numbers[name].value)

    def share(self, name: str) -> float:
        """A percentage as a share; none of what it does not name."""
        return self.value(name) / 100 if name in self.numbers else 0.0


def _of(source: str, status: Status = Status.SEEN, **values: float) -> dict[str, Number]:
    """Numbers that stand on one word."""
    return {name: Number(value=value, source=source, status=status) for name, value in values.items()}


def _made_up(**values: float) -> dict[str, Number]:
    return _of("made up", Status.UNVERIFIED, **values)


def _weekly(infusions: int) -> tuple[int, ...]:
    return tuple(7 * number for number in range(infusions))


ZHENG, MCINNES, VA = "Zheng 2019", "McInnes 2022", "VA (Pfeiffer 2024)"
CRTCE, SAFETY, YALE, JAPAN = "CRTCE (McIntyre 2020)", "CRTCE safety (Rodrigues 2020)", "Yale 2024", "Japan, an audit"

PHQ9_BASELINE = _of(VA, baseline_mean=18.6) | _made_up(baseline_sd=4, baseline_min=10, baseline_max=26)

PROFILES: Mapping[str, Profile] = {
    "zheng-2019": Profile(
        study=f"{ZHENG}: 77 patients, six infusions in twelve days",
        days=(0, 2, 4, 7, 9, 11),
        rule=MADRS_LT10,
        numbers=_made_up(baseline_mean=32, baseline_sd=5, baseline_min=22, baseline_max=50)
        | _of(ZHENG, response_first_pct=13.0, response_pct=67.5, remission_first_pct=7.8, remission_pct=48.1),
    ),
    "mcinnes-2022": Profile(
        study=f"{MCINNES}: 537 patients, inductions of four to eight infusions",
        days=(0, 3, 7, 10, 14, 17),
        rule=PHQ9_LT5,
        measured_d=20,
        numbers=PHQ9_BASELINE
        | _of(MCINNES, response_pct=53.6, remission_pct=28.9, worse_pct=8.4)
        | _of(f"{MCINNES}, read off its curve", sustained_4wk_pct=80, sustained_8wk_pct=60),
    ),
    "va-2024": Profile(
        study=f"{VA}: 215 patients, measured at six weeks",
        days=(0, 5, 10, 15, 21, 27),
        rule=PHQ9_LE5_6WK,
        measured_d=42,
        numbers=PHQ9_BASELINE | _of(VA, response_pct=26, remission_pct=15),
    ),
    "crtce-2020": Profile(
        study=f"{CRTCE}: 213 patients, four infusions, 190 scored",
        days=(0, 2, 7, 9),
        rule=QIDS_LE5,
        numbers=_made_up(baseline_mean=18, baseline_sd=3, baseline_min=12, baseline_max=23)
        | _of(CRTCE, response_pct=27, remission_pct=13, scored_pct=89.2)
        | _made_up(response_first_pct=8, remission_first_pct=3),
    ),
    "crtce-safety-2020": Profile(
        study=f"{SAFETY}: 203 patients, four infusions; 188 observed are inferred",
        days=(0, 2, 7, 9),
        rule=QIDS_LE5,
        numbers=_of(SAFETY, hypertension_pct=44.3)
        | _of(SAFETY, drowsiness_pct=56.4, dizziness_pct=45.2, dissociation_pct=35.6, nausea_pct=13.3)
        | _of(f"{SAFETY}, inferred", Status.WEAK, observed_pct=92.6),
    ),
    "yale-2024": Profile(
        study=f"{YALE}: 138 patients, 2342 infusions",
        days=_weekly(17),
        rule=PHQ9_LT5,
        numbers=_of(f"{YALE}: 10 of the first 414, 13 of the others", severe_early_pct=2.42, severe_later_pct=0.674)
        | _of(YALE, sbp_rise_mmhg=16.0, sbp_rise_sd_mmhg=11.2, dbp_rise_mmhg=11.0, dbp_rise_sd_mmhg=8.45),
    ),
    "japan": Profile(
        study=f"{JAPAN}: 1985 sessions, none escalated urgently",
        days=(0, 3, 7, 10, 14),
        rule=PHQ9_LT5,
        numbers=_made_up(transfer_pct=0.03),
    ),
}

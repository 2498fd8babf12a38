"""How is the PCL-5 scored? Twenty items of 0-4 in four clusters of symptoms."""

from __future__ import annotations

from journey.instruments.score import About, Answers, Said, items
from journey.instruments.sum import Sum
from journey.values import Status

CLUSTERS = {"b": (range(1, 6), 1), "c": (range(6, 8), 1), "d": (range(8, 15), 2), "e": (range(15, 21), 2)}
"""The items of each cluster, and how many symptoms of it the diagnosis asks for."""

SYMPTOM_FROM = 2
"""An item rated this or higher is a symptom."""


def findings(answers: Answers) -> tuple[str, ...]:
    """The clusters whose symptoms suffice, and the provisional diagnosis that all four make.

    With items unanswered, what suffices already does; what does not is said to be undecided, never denied.
    """
    met = tuple(f"cluster_{name}" for name, (asked, least) in CLUSTERS.items() if _symptoms(asked, answers) >= least)
    if len(met) == len(CLUSTERS):
        return (*met, "provisional_diagnosis")
    missing = any(answers.get(str(item)) is None for asked, _ in CLUSTERS.values() for item in asked)
    return (*met, "provisional_diagnosis_undecided") if missing else met


def _symptoms(asked: range, answers: Answers) -> int:
    return sum((answers.get(str(item)) or 0) >= SYMPTOM_FROM for item in asked)


SCORER = Sum(
    about=About(
        name="PCL-5",
        algorithm_version="pcl5-1",
        scoring=Said(
            "sum, cut-off 31, the lowest of the published 31-33; provisional diagnosis: 1 of B (1-5), 1 of C (6-7), "
            "2 of D (8-14), 2 of E (15-20) rated 2 or more",
            "National Center for PTSD",
            Status.SEEN,
        ),
        missing=Said("any missing: no score", "nobody; the strictest", Status.UNVERIFIED),
        licence=Said("VA, not copyrighted", "National Center for PTSD", Status.SEEN),
    ),
    values=items(20, 4),
    bands=((0, "below_cut_off"), (31, "from_cut_off")),
    says=findings,
)

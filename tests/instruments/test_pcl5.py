"""Is the PCL-5 summed only when whole, and are its clusters those of the DSM-5?"""

from __future__ import annotations

from itertools import product

import pytest

from journey.instruments import SCORERS, numbered
from journey.values import Instrument
from tests.instruments.scored import bands, no_score, score, total

PCL5 = Instrument.PCL5
SIZES = {"b": 5, "c": 2, "d": 7, "e": 6}
NEEDED = {"b": 1, "c": 1, "d": 2, "e": 2}


def findings(*answers: int | None) -> tuple[str, ...]:
    """What the answers say besides the total."""
    return SCORERS[PCL5].findings(numbered(answers))


def naive(sheet: list[int]) -> bool:
    """The diagnostic rule, typed again from the National Center's words."""
    moderate = [value >= 2 for value in sheet]
    return (
        sum(moderate[0:5]) >= 1 and sum(moderate[5:7]) >= 1 and sum(moderate[7:14]) >= 2 and sum(moderate[14:20]) >= 2
    )


def test_the_public_vectors() -> None:
    """awell-score: 35 with clusters 11, 7, 7, 10; provisional by its rule."""
    sheet = [4, 3, 1, 0, 3, 3, 4, 1, 2, 0, 3, 1, 0, 0, 1, 2, 4, 0, 0, 3]
    assert total(PCL5, *sheet) == 35
    assert findings(*sheet) == ("cluster_b", "cluster_c", "cluster_d", "cluster_e", "provisional_diagnosis")
    assert (total(PCL5, *[2] * 20), total(PCL5, *[4] * 20), total(PCL5, *[0] * 20)) == (40, 80, 0)


def test_the_cut_off() -> None:
    """The lowest of 31 to 33."""
    assert bands(PCL5) == {"below_cut_off": (0, 30), "from_cut_off": (31, 80)}


@pytest.mark.parametrize("cluster", SIZES)
def test_every_combination_within_a_cluster(cluster: str) -> None:
    """All sheets of 1 and 2 within a cluster, and single items at every answer: met exactly from its number on."""
    first = sum(size for name, size in SIZES.items() if name < cluster)
    for values in [*product((1, 2), repeat=SIZES[cluster]), *product((0, 4), repeat=SIZES[cluster])]:
        sheet = [0] * 20
        sheet[first : first + len(values)] = values
        met = sum(value >= 2 for value in values) >= NEEDED[cluster]
        assert findings(*sheet) == ((f"cluster_{cluster}",) if met else ())


def test_every_combination_of_clusters() -> None:
    """All numbers of symptoms in all four clusters: provisional exactly where the naive rule says so."""
    for counts in product(*(range(size + 1) for size in SIZES.values())):
        sheet = [
            4 if place < count else 1
            for count, size in zip(counts, SIZES.values(), strict=True)
            for place in range(size)
        ]
        assert ("provisional_diagnosis" in findings(*sheet)) is naive(sheet)
        assert total(PCL5, *sheet) == sum(sheet)


@pytest.mark.parametrize("item", range(20))
def test_a_partial_sum_is_no_score(item: int) -> None:
    """One missing of twenty: no total, however high the others."""
    sheet = [None if other == item else 4 for other in range(20)]
    assert no_score(PCL5, *sheet)
    assert score(PCL5, *sheet).missing_n == 1


def test_with_items_missing_the_diagnosis_may_be_undecided() -> None:
    """What suffices already suffices; what does not yet is not denied."""
    assert "provisional_diagnosis" in findings(None, *[2] * 19)
    assert findings(*[0] * 19, None) == ("provisional_diagnosis_undecided",)
    assert findings(2, *[0] * 18) == ("cluster_b", "provisional_diagnosis_undecided")

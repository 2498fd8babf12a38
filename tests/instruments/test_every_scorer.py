"""Does every instrument keep what its scorer promises?"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journey.instruments import SCORERS, Scorer
from journey.values import Instrument

SUMS = [it for it in Instrument if it is not Instrument.CSSRS]
HIGHEST = {
    Instrument.PHQ9: 27,
    Instrument.GAD7: 21,
    Instrument.QIDS_SR16: 27,
    Instrument.MADRS: 60,
    Instrument.PCL5: 80,
    Instrument.CSSRS: None,
    Instrument.CADSS: 92,
    Instrument.PADSS: 10,
    Instrument.MOAAS: 5,
    Instrument.STOP_BANG: 8,
    Instrument.AUDIT: 40,
    Instrument.DAST10: 10,
}

KNOWN_AS = {
    Instrument.PHQ9: ("PHQ-9", "phq9-1"),
    Instrument.GAD7: ("GAD-7", "gad7-1"),
    Instrument.QIDS_SR16: ("QIDS-SR16", "qids_sr16-1"),
    Instrument.MADRS: ("MADRS", "madrs-1"),
    Instrument.PCL5: ("PCL-5", "pcl5-1"),
    Instrument.CSSRS: ("C-SSRS screener", "cssrs-1"),
    Instrument.CADSS: ("CADSS (23 items)", "cadss23-1"),
    Instrument.PADSS: ("PADSS", "padss-1"),
    Instrument.MOAAS: ("MOAA/S", "moaas-1"),
    Instrument.STOP_BANG: ("STOP-BANG", "stop_bang-1"),
    Instrument.AUDIT: ("AUDIT", "audit-1"),
    Instrument.DAST10: ("DAST-10", "dast10-1"),
}
"""The name that a clinician reads, and the way of scoring that is stored with every result."""

ITEMS = {
    Instrument.PHQ9: [4] * 9,
    Instrument.GAD7: [4] * 7,
    Instrument.QIDS_SR16: [4] * 16,
    Instrument.MADRS: [7] * 10,
    Instrument.PCL5: [5] * 20,
    Instrument.CSSRS: [2] * 7,
    Instrument.CADSS: [5] * 23,
    Instrument.PADSS: [3] * 5,
    Instrument.MOAAS: [6],
    Instrument.STOP_BANG: [2] * 8,
    Instrument.AUDIT: [5] * 8 + [3] * 2,
    Instrument.DAST10: [2] * 10,
}
"""How many answers each of its items has."""


def sheets(scorer: Scorer) -> st.SearchStrategy[dict[str, int | None]]:
    """Answers to the scorer's items, some of them missing."""
    return st.fixed_dictionaries(
        {}, optional={item: st.none() | st.sampled_from(list(values)) for item, values in scorer.values.items()}
    )


def test_every_instrument_has_its_scorer() -> None:
    """All of them, with a name and an algorithm of their own."""
    assert set(SCORERS) == set(Instrument)
    assert len({it.about.name for it in SCORERS.values()}) == len(SCORERS)
    assert len({it.about.algorithm_version for it in SCORERS.values()}) == len(SCORERS)


@pytest.mark.parametrize("instrument", Instrument)
def test_a_score_is_told_from_one_by_another_rule(instrument: Instrument) -> None:
    """By its instrument's name, and by the version of how it is scored."""
    about = SCORERS[instrument].about
    assert (about.name, about.algorithm_version) == KNOWN_AS[instrument]


@pytest.mark.parametrize("instrument", Instrument)
def test_what_must_be_known_is_said(instrument: Instrument) -> None:
    """How it is scored, what becomes of missing items and who may use it; a risk's levels, where an item raises one."""
    about = SCORERS[instrument].about
    assert all(it.text and it.source for it in (about.scoring, about.missing, about.licence))
    assert (about.risk is not None) is bool(SCORERS[instrument].suicide_items)


@pytest.mark.parametrize("instrument", Instrument)
def test_each_item_has_the_answers_of_its_form(instrument: Instrument) -> None:
    """No item more or less, and no answer."""
    assert [len(values) for values in SCORERS[instrument].values.values()] == ITEMS[instrument]


@pytest.mark.parametrize("instrument", Instrument)
def test_items_are_numbered_from_one(instrument: Instrument) -> None:
    """Without a gap, each with its answers rising from 0."""
    values = SCORERS[instrument].values
    assert list(values) == [str(number) for number in range(1, len(values) + 1)]
    assert all(list(it) == sorted(it) and it[0] == 0 for it in values.values())


@pytest.mark.parametrize("instrument", Instrument)
def test_the_highest_total(instrument: Instrument) -> None:
    """As published."""
    assert SCORERS[instrument].total_max == HIGHEST[instrument]


@pytest.mark.parametrize("instrument", SUMS)
def test_bands_cover_every_total(instrument: Instrument) -> None:
    """From 0, rising, and no band beyond the highest total."""
    scorer = SCORERS[instrument]
    bounds = [bound for bound, _ in scorer.bands]
    assert bounds == sorted(set(bounds))
    assert bounds[0] == 0
    assert bounds[-1] <= (scorer.total_max or 0)


@pytest.mark.parametrize("instrument", Instrument)
@settings(max_examples=25)
@given(data=st.data())
def test_any_answers(instrument: Instrument, data: st.DataObject) -> None:
    """At most one total, in its range; evaluable exactly with a band; items on suicide raise or are missing or 0."""
    scorer = SCORERS[instrument]
    answers = data.draw(sheets(scorer))
    score = scorer.score(answers)
    assert score.total is None or score.total_prorated is None
    assert score.total is None or score.missing_n == 0
    total = Decimal(score.total) if score.total is not None else score.total_prorated
    assert total is None or 0 <= total <= (scorer.total_max or 0)
    assert (scorer.band(total, answers) is not None) is score.evaluable
    assert all(answers.get(item) is None and item in scorer.suicide_items for item in scorer.unanswered(answers))
    alarm = scorer.risk(answers)
    assert (alarm is not None) is any(answers.get(item) for item in scorer.suicide_items)
    assert alarm is None or answers[alarm.item] == alarm.value > 0


@pytest.mark.parametrize("instrument", Instrument)
@settings(max_examples=25)
@given(data=st.data())
def test_an_absent_answer_is_an_unanswered_one(instrument: Instrument, data: st.DataObject) -> None:
    """Left out or null makes no difference, in anything that is said."""
    scorer = SCORERS[instrument]
    answers = data.draw(sheets(scorer))
    explicit = {item: answers.get(item) for item in scorer.values}
    assert scorer.score(answers) == scorer.score(explicit)
    assert scorer.findings(answers) == scorer.findings(explicit)
    assert scorer.risk(answers) == scorer.risk(explicit)
    assert scorer.unanswered(answers) == scorer.unanswered(explicit)

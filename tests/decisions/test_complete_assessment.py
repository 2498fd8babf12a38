"""Are answers scored here, and is a thought of suicide never lost among them?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from journey.commands import CompleteAssessment
from journey.errors import Rule
from journey.events import AssessmentCompleted, SuicideRiskAddressed, SuicideRiskRaised
from journey.events.outcome import RiskDisposition, Timepoint, Trigger
from journey.instruments import SCORERS
from journey.values import Instrument, RiskLevel
from tests.decisions.states import CONSENTED, closed, consented, deceased, maintained, planned, referred
from tests.given import DAY, Given, named

ASSESSMENT = named("assessment")


def phq9(*answers: int | None, total: int | None = None) -> CompleteAssessment:
    """Nine answers, the last about suicide; None is unanswered."""
    return answered(Instrument.PHQ9, answers, total)


def gad7(*answers: int | None) -> CompleteAssessment:
    """Seven answers."""
    return answered(Instrument.GAD7, answers, None)


def answered(instrument: Instrument, answers: Sequence[int | None], total: int | None) -> CompleteAssessment:
    """Answers to an instrument, item by item."""
    return CompleteAssessment(
        assessment_id=ASSESSMENT,
        instrument=instrument,
        timepoint=Timepoint.SESSION,
        items={str(number): answer for number, answer in enumerate(answers, start=1)},
        total=total,
    )


def scored(command: CompleteAssessment, state: Given | None = None) -> AssessmentCompleted:
    """The assessment that comes of it."""
    event = (state or referred()).when(command).event
    assert isinstance(event, AssessmentCompleted)
    return event


def raised(command: CompleteAssessment, state: Given | None = None) -> list[RiskLevel]:
    """The levels of the risks that come of it."""
    facts = (state or referred()).when(command).facts
    return [fact.event.level for fact in facts if isinstance(fact.event, SuicideRiskRaised)]


def with_risk(level: RiskLevel) -> Given:
    """A journey in which a risk was raised, and nobody has met it yet."""
    trigger = Trigger(instrument=Instrument.PHQ9, item="9", value=1)
    risk = SuicideRiskRaised(
        risk_id=named("risk"), level=level, trigger=trigger, assessment_id=named("earlier assessment")
    )
    return consented().then_came(risk)


def test_total_is_computed() -> None:
    """The oracle's vector of nine answers gives ten, and none is missing."""
    event = scored(phq9(3, 0, 1, 2, 0, 0, 1, 0, 3))
    assert (event.total, event.total_prorated, event.missing_n, event.evaluable) == (10, None, 0, True)
    assert event.algorithm_version == "phq9-1"


def test_gad7_is_computed() -> None:
    """The oracle's vector of seven answers gives seven, and raises nothing."""
    assert scored(gad7(3, 0, 1, 2, 0, 0, 1)).total == 7
    assert raised(gad7(3, 3, 3, 3, 3, 3, 3)) == []


def test_equal_total_is_accepted() -> None:
    """A total sent along and right is no fault."""
    assert scored(phq9(1, 1, 1, 1, 1, 1, 1, 1, 0, total=8)).total == 8


@pytest.mark.parametrize("answers", [(1, 1, 1, 1, 1, 1, 1, 1, 0), (1, 1, 1, 1, 1, 1, 1, None, 1), (None,) * 9])
def test_differing_total_is_refused(answers: tuple[int | None, ...]) -> None:
    """A total that is not the sum, or one of an assessment that has no whole total, is refused."""
    referred().when(phq9(*answers, total=9)).then_refused(Rule.TOTAL_DIFFERS)


def test_two_missing_are_prorated() -> None:
    """One or two unanswered items are replaced by the mean of the others, and kept apart from whole totals."""
    event = scored(phq9(2, 2, 2, 2, 2, 2, 1, None, None))
    assert (event.total, event.total_prorated, event.missing_n) == (None, Decimal("16.71"), 2)
    assert event.evaluable


def test_three_missing_are_not_evaluable() -> None:
    """With three unanswered items there is no score at all, and the answers are stored nevertheless."""
    event = scored(phq9(3, 3, 3, 3, 3, 3, None, None, None))
    assert (event.total, event.total_prorated, event.missing_n, event.evaluable) == (None, None, 3, False)


def test_items_left_out_are_unanswered() -> None:
    """An item that is not sent counts as unanswered."""
    command = replace(phq9(), items={"1": 3, "9": 0})
    assert scored(command).missing_n == 7


def test_unknown_item_is_refused() -> None:
    """A tenth item of the PHQ-9, or an eighth of the GAD-7, is none."""
    referred().when(replace(phq9(), items={"10": 1})).then_refused(Rule.NOT_AN_ITEM)
    referred().when(replace(gad7(), items={"8": 1})).then_refused(Rule.NOT_AN_ITEM)


def test_item_out_of_range_is_refused() -> None:
    """An answer is 0 to 3; of the AUDIT's ninth 0, 2 or 4."""
    referred().when(phq9(4, 0, 0, 0, 0, 0, 0, 0, 0)).then_refused(Rule.ITEM_OUT_OF_RANGE)
    audit = answered(Instrument.AUDIT, (), None)
    referred().when(replace(audit, items={"9": 3})).then_refused(Rule.ITEM_OUT_OF_RANGE)
    referred().when(replace(audit, items={"9": 4})).then_deviates()


@pytest.mark.parametrize("instrument", Instrument)
def test_every_instrument_is_scored(instrument: Instrument) -> None:
    """Its highest answers give the scorer's total under its algorithm; a screener that is no sum has none."""
    scorer = SCORERS[instrument]
    highest = {item: values[-1] for item, values in scorer.values.items()}
    event = scored(replace(answered(instrument, (), None), items=highest))
    assert event.total == scorer.score(highest).total
    assert (event.evaluable, event.missing_n, event.algorithm_version) == (True, 0, scorer.about.algorithm_version)
    beyond = replace(answered(instrument, (), None), items={**highest, str(len(highest) + 1): 0})
    referred().when(beyond).then_refused(Rule.NOT_AN_ITEM)


def test_a_screener_takes_no_total() -> None:
    """The C-SSRS is no sum: a total sent along is refused."""
    referred().when(answered(Instrument.CSSRS, (1, 1, 0, 0, 0, 0), 2)).then_refused(Rule.TOTAL_DIFFERS)


def test_a_partial_pcl5_has_no_total() -> None:
    """Nineteen of twenty are no sum, nor is one taken from outside."""
    event = scored(answered(Instrument.PCL5, (4,) * 19, None))
    assert (event.total, event.total_prorated, event.missing_n, event.evaluable) == (None, None, 1, False)
    referred().when(answered(Instrument.PCL5, (4,) * 19, 76)).then_refused(Rule.TOTAL_DIFFERS)


def test_known_id_is_refused() -> None:
    """An assessment is completed once."""
    once = consented().when(phq9(0, 0, 0, 0, 0, 0, 0, 0, 0)).then_deviates()
    once.when(phq9(0, 0, 0, 0, 0, 0, 0, 0, 0)).then_refused(Rule.DUPLICATE_ID)


@pytest.mark.parametrize("answer, level", [(1, RiskLevel.LOW), (2, RiskLevel.MODERATE), (3, RiskLevel.HIGH)])
def test_item_nine_raises_a_risk(answer: int, level: RiskLevel) -> None:
    """An answer over 0 to item 9 raises a risk of its level, in the same list of facts, naming its trigger."""
    first, second = referred().when(phq9(0, 0, 0, 0, 0, 0, 0, 0, answer)).facts
    assert isinstance(first.event, AssessmentCompleted)
    risk = second.event
    assert isinstance(risk, SuicideRiskRaised)
    assert (risk.level, risk.assessment_id) == (level, ASSESSMENT)
    assert risk.trigger == Trigger(instrument=Instrument.PHQ9, item="9", value=answer)


@pytest.mark.parametrize(
    "instrument, items, item, level",
    [
        (Instrument.QIDS_SR16, {"12": 1}, "12", RiskLevel.LOW),
        (Instrument.QIDS_SR16, {"12": 2}, "12", RiskLevel.HIGH),
        (Instrument.MADRS, {"10": 4}, "10", RiskLevel.MODERATE),
        (Instrument.CSSRS, {"1": 1}, "1", RiskLevel.LOW),
        (Instrument.CSSRS, {"2": 1}, "2", RiskLevel.LOW),
        (Instrument.CSSRS, {"2": 1, "3": 1}, "3", RiskLevel.MODERATE),
        (Instrument.CSSRS, {"6": 1}, "6", RiskLevel.MODERATE),
        (Instrument.CSSRS, {"2": 1, "4": 1}, "4", RiskLevel.HIGH),
        (Instrument.CSSRS, {"2": 1, "5": 1}, "5", RiskLevel.HIGH),
        (Instrument.CSSRS, {"6": 1, "7": 1}, "7", RiskLevel.HIGH),
    ],
)
def test_other_instruments_raise_theirs(
    instrument: Instrument, items: dict[str, int], item: str, level: RiskLevel
) -> None:
    """Each by its own rule, naming the answer that did it, and before the rest is answered."""
    command = replace(answered(instrument, (), None), items=items)
    _, second = referred().when(command).facts
    risk = second.event
    assert isinstance(risk, SuicideRiskRaised)
    assert risk.level is level
    assert risk.trigger == Trigger(instrument=instrument, item=item, value=items[item])
    state = with_risk(level)
    assert raised(command, state) == []


def test_instruments_that_do_not_ask_raise_none() -> None:
    """At their highest answers."""
    for instrument in (Instrument.GAD7, Instrument.PCL5, Instrument.CADSS, Instrument.STOP_BANG, Instrument.AUDIT):
        highest = {item: values[-1] for item, values in SCORERS[instrument].values.items()}
        assert raised(replace(answered(instrument, (), None), items=highest)) == []


def test_risk_needs_no_total() -> None:
    """Item 9 alone raises a risk though no total can be computed."""
    command = replace(phq9(), items={"9": 3})
    assert not scored(command).evaluable
    assert raised(command) == [RiskLevel.HIGH]


@pytest.mark.parametrize("last", [0, None])
def test_no_risk_without_an_answer(last: int | None) -> None:
    """Answered with 0, or unanswered, item 9 raises none: an open answer is a task of the due read model."""
    assert raised(phq9(3, 3, 3, 3, 3, 3, 3, 3, last)) == []


@pytest.mark.parametrize("open_level", RiskLevel)
@pytest.mark.parametrize("answer", [1, 2, 3])
def test_open_risk_is_not_raised_again(open_level: RiskLevel, answer: int) -> None:
    """While a risk is open, only a higher one is raised beside it."""
    levels = list(RiskLevel)
    new = levels[answer - 1]
    expected = [new] if answer - 1 > levels.index(open_level) else []
    assert raised(phq9(0, 0, 0, 0, 0, 0, 0, 0, answer), with_risk(open_level)) == expected


def test_met_risk_is_raised_again() -> None:
    """Once a risk was met, the next answer raises a new one."""
    met = SuicideRiskAddressed(risk_id=named("risk"), disposition=RiskDisposition.SAFETY_PLAN)
    state = with_risk(RiskLevel.HIGH).then_came(met)
    assert raised(phq9(0, 0, 0, 0, 0, 0, 0, 0, 1), state) == [RiskLevel.LOW]


@pytest.mark.parametrize("state", [referred(), planned(), maintained(), closed()])
def test_is_accepted_in_every_phase(state: Given) -> None:
    """Whatever the phase, an assessment is stored unmarked; after the journey's end too."""
    state.when(phq9(0, 0, 0, 0, 0, 0, 0, 0, 0)).then_deviates()


def test_is_marked_after_death() -> None:
    """Nobody answers on a day after the recorded death: stored, and marked."""
    deceased().later(2 * DAY).when(phq9(0, 0, 0, 0, 0, 0, 0, 0, 0)).then_deviates(Rule.AFTER_DEATH)


@for_all(st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=9, max_size=9))
def test_score_and_risk_of_any_answers(answers: list[int | None]) -> None:
    """Whole totals only of whole answers, none with over two missing, and a risk exactly when item 9 is over 0."""
    event = scored(phq9(*answers), given_consent())
    missing = answers.count(None)
    assert event.missing_n == missing
    assert (event.total is not None) == (missing == 0)
    assert event.evaluable == (missing <= 2)
    if event.total_prorated is not None:
        assert 0 <= event.total_prorated <= 27
    assert bool(raised(phq9(*answers), given_consent())) == bool(answers[8])


def given_consent() -> Given:
    """A journey with little in it."""
    return referred().then_came(CONSENTED)


def test_a_risk_has_an_id_of_its_own() -> None:
    """By which it is met; the same at every retry, so that it is raised once."""
    first, again = (referred().when(phq9(0, 0, 0, 0, 0, 0, 0, 0, 3)).facts[1].event for _ in range(2))
    assert isinstance(first, SuicideRiskRaised)
    assert isinstance(first.risk_id, UUID)
    assert first == again

"""How do patients answer the PHQ-9 and the GAD-7, and what is done when an answer speaks of suicide?"""

from __future__ import annotations

from uuid import UUID, uuid5

from entrypoints.simulator.chart import By, Chart, Entering
from entrypoints.simulator.patients import answers
from journey.instruments import SCORERS
from journey.response import ResponseRule
from journey.values import Instrument

PHQ9_ITEMS, GAD7_ITEMS = 9, 7
SUICIDE_ITEM = 9
SEVERE, MODERATE = 20, 15

ONE_OF_DOMAIN = ("2", "3", "4", "7", "8", "9", "16")
"""The items of the QIDS beside the first of each domain."""


def phq9(
    chart: Chart, score: int, timepoint: str, nurse: By, prescriber: By, *, risk: int | None = None
) -> Entering[UUID]:
    """Enter a PHQ-9; a prescriber meets the risk that its last item raises. Gives the id of its command."""
    item = _suicide_item(chart, score) if risk is None else risk
    answered = _answered(
        chart, "phq9", answers(score, PHQ9_ITEMS, chart.chance, [(SUICIDE_ITEM, item)]), timepoint, nurse
    )
    if item:
        yield from chart.later(5)
        chart.enter(
            "AddressSuicideRisk",
            prescriber,
            risk_id=str(uuid5(answered, "risk_id")),
            disposition="safety_plan",
            note="Spoke with the patient alone. No plan and no means; a safety plan was made together.",
        )
    return answered


def scored(
    chart: Chart, rule: ResponseRule, score: int, timepoint: str, nurse: By, prescriber: By, *, risk: int | None = None
) -> Entering[UUID]:
    """Enter what the response is told by; only the PHQ-9 speaks of suicide here. Gives the id of its command."""
    if rule.instrument is Instrument.PHQ9:
        return (yield from phq9(chart, score, timepoint, nurse, prescriber, risk=risk))
    return _answered(chart, rule.instrument.value, spread(rule.instrument, score), timepoint, nurse)


def spread(instrument: Instrument, total: int) -> dict[str, int]:
    """Answers that come to a total, none of them on suicide; of each QIDS domain only one item is over 0."""
    scorer = SCORERS[instrument]
    quiet = {*scorer.suicide_items, *(ONE_OF_DOMAIN if instrument is Instrument.QIDS_SR16 else ())}
    given, left = dict.fromkeys(scorer.values, 0), total
    for item in (it for it in scorer.values if it not in quiet):
        given[item] = min(left, scorer.values[item][-1])
        left -= given[item]
    return given


def gad7(chart: Chart, score: int, timepoint: str, nurse: By) -> UUID:
    """Enter a GAD-7."""
    return _answered(chart, "gad7", answers(score, GAD7_ITEMS, chart.chance), timepoint, nurse)


def corrected(chart: Chart, answered: UUID, nurse: By, prescriber: By) -> None:
    """Put right an answer that had slipped: the paper form says otherwise."""
    original = chart.request(answered)
    items = dict(original["items"])
    items["1"] = 3 - items["1"] if items["1"] in {0, 3} else items["1"] + 1 if items["1"] in {1, 2} else 0
    kept = ("assessment_id", "instrument", "timepoint")
    chart.enter(
        "CorrectEntry",
        nurse,
        target_event_id=str(uuid5(answered, "event 1")),
        kind="amend",
        replacement={
            "type": "AssessmentCompleted",
            "at": original["at"],
            "data": {**{key: original[key] for key in kept}, "items": items},
        },
        reason="typing_error",
        approved_by=prescriber["user"],
    )


def _answered(chart: Chart, instrument: str, items: dict[str, int], timepoint: str, nurse: By) -> UUID:
    return chart.enter(
        "CompleteAssessment",
        nurse,
        assessment_id=str(chart.named(f"{instrument} {chart.written(chart.at)}")),
        instrument=instrument,
        timepoint=timepoint,
        items=items,
        total=sum(items.values()),
    )


def _suicide_item(chart: Chart, score: int) -> int:
    """The graver the depression, the more often an answer over 0."""
    if score >= SEVERE:
        return chart.chance.choice((0, 0, 1, 2))
    return chart.chance.choice((0, 0, 0, 0, 1)) if score >= MODERATE else 0

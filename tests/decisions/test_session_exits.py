"""Can a session be left from wherever it stands: withheld, stopped, transferred, against advice, by death?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest

from journey.commands import AbortInfusion, Command, DischargePatient, WithholdSession
from journey.errors import Refused, Rule
from journey.events import InfusionRateChanged
from journey.events.session import AbortReason, Disposition, NextAction, RateReason, WithheldReason
from journey.history import fold
from journey.state import Stage
from tests.decisions.states import SESSION, aborted, checked_in, cleared, infusing, lined, recovering
from tests.given import Given

PAUSED = infusing().then_came(
    InfusionRateChanged(session_id=SESSION, rate_ml_h=Decimal(0), reason=RateReason.TOLERABILITY), after=timedelta(0)
)
STATES = {
    "checked in": checked_in(),
    "cleared": cleared(),
    "line placed": lined(),
    "infusing": infusing(),
    "pump paused": PAUSED,
    "recovering": recovering(),
    "stopped": aborted(),
}
RUNS, GIVEN = [Rule.INFUSION_NOT_STOPPED], [Rule.INFUSION_GIVEN]
UNREADY, ENDED = [Rule.NOT_READY], [Rule.NOT_INFUSING, Rule.VOLUME_NOT_RATES]
NONE: list[Rule] = []
NOTHING_TO_STOP = Rule.NO_INFUSION_STARTED


def withheld(reason: WithheldReason) -> WithholdSession:
    """No infusion is given."""
    return WithholdSession(session_id=SESSION, reason=reason, next_action=NextAction.REVIEW)


def leaves(disposition: Disposition) -> DischargePatient:
    """The patient leaves so."""
    return DischargePatient(session_id=SESSION, disposition=disposition, ride_checked=False)


STOP = AbortInfusion(session_id=SESSION, ml_infused=Decimal(0), reason=AbortReason.IV_FAILURE)
NOT_GIVEN = [NONE, NONE, NONE, RUNS, RUNS, GIVEN, NONE]
LEFT = [NONE, NONE, NONE, RUNS, RUNS, NONE, NONE]
EXITS: Sequence[tuple[str, Command, Stage, Sequence[list[Rule] | Rule]]] = [
    ("a line that can't be placed", withheld(WithheldReason.IV_FAILURE), Stage.WITHHELD, NOT_GIVEN),
    ("a refusal", withheld(WithheldReason.REFUSED), Stage.WITHHELD, NOT_GIVEN),
    ("a stop", STOP, Stage.RECOVERING, [*[NOTHING_TO_STOP] * 3, NONE, NONE, ENDED, ENDED]),
    ("a transfer", leaves(Disposition.ED_TRANSFER), Stage.DISCHARGED, LEFT),
    ("a death", leaves(Disposition.DIED), Stage.DISCHARGED, LEFT),
    (
        "against advice",
        leaves(Disposition.AGAINST_ADVICE),
        Stage.DISCHARGED,
        [NONE, NONE, NONE, [*RUNS, *UNREADY], [*RUNS, *UNREADY], UNREADY, UNREADY],
    ),
]


@pytest.mark.parametrize(
    "state, command, into, marks",
    [
        pytest.param(state, command, into, marks, id=f"{exit_} when {stage}")
        for exit_, command, into, expected in EXITS
        for (stage, state), marks in zip(STATES.items(), expected, strict=True)
    ],
)
def test_leads_out(state: Given, command: Command, into: Stage, marks: list[Rule] | Rule) -> None:
    """Each exit is open from anywhere, marked where something was left undone; only what never ran can't be stopped."""
    told = state.when(command, at=state.now, recorded_at=state.now)
    if isinstance(marks, Rule):
        assert isinstance(told.answer, Refused)
        assert told.answer.rule is marks
        return
    journey = fold(told.then_deviates(*marks).log)
    assert journey.sessions[SESSION].stage is into
    assert journey.deceased is (getattr(command, "disposition", None) is Disposition.DIED)
    assert journey.sessions[SESSION].is_open is (into is Stage.RECOVERING)

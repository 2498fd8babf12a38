"""At every signature: does the drug balance, or does a discrepancy say that it does not?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from hypothesis import given as over
from hypothesis import strategies as st

from journey.clinic import Clinic
from journey.commands import (
    AbortInfusion,
    AttestMovement,
    CompleteInfusion,
    DispenseDose,
    OpenDiscrepancy,
    RecordCount,
    StartInfusion,
    WasteDose,
)
from journey.errors import Refused, Rule
from journey.events import ContainerDispensed, ContainerReceived, CountRecorded, DoseDispensed, DoseWasted
from journey.events.container import Act
from journey.events.drug import WasteMethod
from journey.events.session import AbortReason, VitalsPhase
from journey.history import fold
from journey.values import LateReason
from tests.decisions.states import SESSION, clearance, discharge, line, measured, reading
from tests.decisions.test_sign_off_session import signed
from tests.given import MINUTE, PRESCRIBER, RECEIVED, VIAL, Given, named

ML = st.decimals(min_value=Decimal("0.1"), max_value=Decimal(4), places=1)
POLICY = Clinic().policy


@dataclass(frozen=True)
class Step:
    """Something that is done with the drug, and how much of it."""

    what: str
    ml: Decimal


ACTS = st.builds(Step, what=st.sampled_from(["draw", "infuse", "abort", "waste", "count", "open"]), ml=ML)


def lived(state: Given, act: Step, number: int) -> Given:
    """The state after it: everything has happened, nothing is asked for leave."""
    state, name = state.later(MINUTE), f"{act.what} {number}"
    told = {"at": state.now, "reason": LateReason.DOWNTIME}
    match act.what:
        case "draw":
            seen = AttestMovement(attestation_id=named(name), act=Act.DRAW, ml=act.ml, session_id=SESSION)
            state = state.of_container(VIAL, seen, actor=PRESCRIBER)
            command = DispenseDose(
                session_id=SESSION, container_id=VIAL, lot=RECEIVED.lot, volume_ml=act.ml, happened=True
            )
            return state.then_stored(state.when(command, **told).facts, after=0 * MINUTE)
        case "infuse" | "abort":
            dose = act.ml * 50
            started = StartInfusion(
                session_id=SESSION,
                dose_mg=dose,
                conc_mg_per_ml=Decimal(1),
                total_ml=dose,
                rate_ml_h=dose,
                pump_id="pump-1",
                happened=True,
            )
            state = state.then_stored(state.when(started, **told).facts, after=0 * MINUTE)
            ended: CompleteInfusion | AbortInfusion = CompleteInfusion(session_id=SESSION, ml_infused=dose)
            if act.what == "abort":
                ended = AbortInfusion(session_id=SESSION, ml_infused=dose / 2, reason=AbortReason.PUMP)
            return state.then_stored(state.when(ended, **told).facts, after=0 * MINUTE)
        case "waste":
            wasted = WasteDose(session_id=SESSION, container_id=VIAL, ml=act.ml, method=WasteMethod.SINK)
            return state.then_stored(state.when(wasted, **told).facts, after=0 * MINUTE)
        case "count":
            return state.of_container(VIAL, RecordCount(counted_ml=act.ml))
        case _:
            said = OpenDiscrepancy(discrepancy_id=named(name), difference_mg=act.ml, session_id=SESSION)
            return state.of_container(VIAL, said)


def states(acts: list[Step]) -> Iterator[Given]:
    """The state after each act, the patient gone home in each."""
    state = measured().then_came(clearance(), line())
    for number, act in enumerate(acts):
        state = lived(state, act, number)
        yield state.then_came(reading(phase=VitalsPhase.POST), discharge())


def added_up(state: Given) -> tuple[Decimal, Decimal]:
    """What is missing of the session's drug, by adding its entries up anew; and how far devices may be out."""
    zero = Decimal(0)
    dispensed = sum((it.event.mg for it in state.log if isinstance(it.event, DoseDispensed)), zero)
    wasted = sum((it.event.mg for it in state.log if isinstance(it.event, DoseWasted)), zero)
    infused = sum((it.mg_infused or zero for it in fold(state.log).sessions[SESSION].attempts), zero)
    return dispensed - infused - wasted, (infused + wasted) * 2 / 100


@over(st.lists(ACTS, min_size=1, max_size=6))
def test_what_is_signed_balances_or_has_its_discrepancy(acts: list[Step]) -> None:
    """Dispensed less infused less wasted is 0 within the devices' tolerance, or a discrepancy of the session is there.

    And the other way round: nothing else holds a signature up.
    """
    for state in states(acts):
        answer = signed(state, note_id=named("note")).answer
        missing, tolerance = added_up(state)
        vial = state.container(VIAL)
        assert vial is not None
        drew = any(isinstance(it.event, (DoseDispensed, DoseWasted)) for it in state.log)
        said = drew and any(it.session_id == SESSION for it in vial.discrepancies.values())
        if isinstance(answer, Refused):
            assert answer.rule is Rule.DRUG_NOT_BALANCED
            assert abs(missing) > tolerance
            assert not said
        else:
            assert abs(missing) <= tolerance or said


@over(st.lists(ACTS, min_size=1, max_size=6))
def test_a_containers_rest_is_what_its_ledger_adds_up_to(acts: list[Step]) -> None:
    """From what came, less each draw, and from each count on what was counted; below zero it has a discrepancy."""
    for state in states(acts):
        rest = Decimal(0)
        for entry in state.stock[VIAL]:
            match entry.event:
                case ContainerReceived() as event:
                    rest = event.volume_ml
                case ContainerDispensed() as event:
                    rest -= event.volume_ml
                case CountRecorded() as event:
                    assert event.expected_ml == rest
                    rest = event.counted_ml
                case _:
                    pass
        vial = state.container(VIAL)
        assert vial is not None
        assert vial.rest_ml == rest
        assert rest >= 0 or vial.open

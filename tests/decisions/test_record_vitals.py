"""Are signs recorded whatever they say, and refused only where they say nothing or the impossible?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from journey.commands import RecordVitals
from journey.errors import Rule
from journey.events import VitalsRecorded
from journey.events.session import Position, VitalSign, VitalsPhase
from tests.decisions.states import SESSION, VISITS, checked_in, discharged, infusing, reading
from tests.given import MINUTE, named

RECORD = RecordVitals(session_id=SESSION, phase=VitalsPhase.PRE, sbp_mmhg=124, dbp_mmhg=78, hr_per_min=72, spo2_pct=98)
SILENT = RecordVitals(session_id=SESSION, phase=VitalsPhase.DURING)


def test_records_the_signs() -> None:
    """The signs are stored as read."""
    checked_in().when(RECORD).then(reading())


@pytest.mark.parametrize(
    "signs",
    [
        replace(RECORD, sbp_mmhg=260, dbp_mmhg=140),
        replace(RECORD, sbp_mmhg=0, dbp_mmhg=0, hr_per_min=0, spo2_pct=0),
        replace(RECORD, sbp_mmhg=120, dbp_mmhg=120),
        replace(RECORD, dbp_mmhg=None),
        replace(SILENT, cadss=92),
        replace(SILENT, moaas=0),
    ],
)
def test_no_reading_is_refused_for_what_it_says(signs: RecordVitals) -> None:
    """However bad, a reading is stored, unmarked."""
    infusing().when(signs).then_deviates()


def test_what_cannot_be_measured_is_said_so() -> None:
    """A sign that can't be measured is a reading too."""
    unmeasurable = replace(SILENT, unmeasurable=(VitalSign.PRESSURE,))
    infusing().when(unmeasurable).then(
        VitalsRecorded(
            session_id=SESSION,
            phase=VitalsPhase.DURING,
            position=Position.SITTING,
            unmeasurable=(VitalSign.PRESSURE,),
        )
    )


def test_is_refused_when_it_says_nothing() -> None:
    """A reading without a sign is a slip."""
    infusing().when(SILENT).then_refused(Rule.NOTHING_MEASURED)


def test_is_refused_with_crossed_pressures() -> None:
    """The diastolic pressure is never above the systolic."""
    checked_in().when(replace(RECORD, sbp_mmhg=77)).then_refused(Rule.PRESSURES_CROSSED)


def test_is_refused_of_an_unknown_session() -> None:
    """Signs are read in a session."""
    unknown = replace(RECORD, session_id=named("another session"))
    checked_in().when(unknown).then_refused(Rule.UNKNOWN_SESSION)


def test_marks_a_reading_before_the_check_in() -> None:
    """A reading dated before the patient came is stored and marked."""
    state = checked_in()
    state.when(RECORD, at=VISITS[0] - MINUTE, recorded_at=VISITS[0]).then_deviates(Rule.OUT_OF_ORDER)


def test_marks_a_reading_after_the_way_home() -> None:
    """A reading dated after the discharge is marked; one heard of late, but read before it, is not."""
    state = discharged()
    state.when(RECORD).then_deviates(Rule.SESSION_ENDED)
    state.when(RECORD, at=state.now - MINUTE, recorded_at=state.now + MINUTE).then_deviates()


def test_is_refused_of_the_future() -> None:
    """Nothing is reported of a time that has not come, but for the clocks' skew."""
    state = checked_in()
    ahead = state.now + state.clinic.policy.clock_skew_min * MINUTE
    state.when(RECORD, at=ahead, recorded_at=state.now).then_deviates()
    state.when(RECORD, at=ahead + MINUTE, recorded_at=state.now).then_refused(Rule.AT_IN_FUTURE)


@pytest.mark.parametrize(
    "sign", ["sbp_mmhg", "dbp_mmhg", "hr_per_min", "spo2_pct", "rr_per_min", "moaas", "cadss", "pain"]
)
def test_one_sign_alone_is_a_reading(sign: str) -> None:
    """Whatever could be read is stored, if it is all there is."""
    infusing().when(replace(SILENT, **{sign: 0})).then_deviates()  # type: ignore[arg-type]  # fields by name

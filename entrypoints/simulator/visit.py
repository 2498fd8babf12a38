"""What is entered at a visit: check-in, monitoring, infusion, recovery, the ride home?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from entrypoints.simulator.calendar import Placing
from entrypoints.simulator.chart import FRONT_DESK, NURSES, PRESCRIBERS, By, Chart, Entering, Wakes
from entrypoints.simulator.effects import Effects
from entrypoints.simulator.patients import Incident, Patient
from entrypoints.simulator.questionnaires import scored
from entrypoints.simulator.screenings import Screenings

START_MINUTE, DURATION_MIN = 15, 40
PAUSE_MIN = 10

LATE_MINUTE = 35
"""The reading that is charted late, when one is."""

ON_HOLD_MMHG, FORBIDDEN_MMHG, TENSE_MMHG = 152, 186, 130
STEADY = (2, 2, 2, 2, 2)
SITES = ("left_forearm", "right_forearm", "left_hand", "left_antecubital", "right_antecubital")


@dataclass
class Visit:
    """One visit of a patient to a chair.

    Once it has run, `counts` says whether an infusion was given, and `answered` names the PHQ-9 taken before it.
    """

    chart: Chart
    patient: Patient
    placing: Placing
    appointment_id: UUID
    infusion_no: int
    dose_mg_per_kg: Decimal
    planned: int
    incident: Incident | None
    screenings: Screenings

    def __post_init__(self) -> None:
        """Name the session, and say who is on duty."""
        self.counts = False
        self.answered: UUID | None = None
        self.session_id = uuid5(self.appointment_id, "session")
        self.chance = self.chart.chance
        self.nurse = self.chance.choice(NURSES)
        self.prescriber = self.chance.choice(PRESCRIBERS)
        self.effects = Effects(self.chart, self.session_id, self.nurse, self.prescriber)
        self.weight_kg = self.patient.weight_kg + Decimal(self.chance.randint(-8, 8)) / 10
        tense = self.incident is Incident.OVERRIDDEN  # all day, so that the last reading is near the first
        self.sbp_mmhg = max(self.patient.sbp_mmhg, TENSE_MMHG) if tense else self.patient.sbp_mmhg
        self.hr_per_min = self.chance.randint(65, 85)

    def run(self) -> Wakes:
        """The whole visit."""
        yield from self._arrives()
        if self.incident is Incident.WITHHELD:
            yield from self._withheld()
            return
        yield from self._cleared()
        ended = yield from self._infusion()
        yield from self._recovery(ended)

    def _arrives(self) -> Wakes:
        if self.infusion_no > 1:
            yield from self._wait(-15)
            self.answered = yield from scored(
                self.chart, self.patient.rule, self._score(), "session", self.nurse, self.prescriber
            )
        yield from self._wait(-8)
        self._enter(
            "CheckInPatient",
            FRONT_DESK,
            appointment_id=str(self.appointment_id),
            identifiers_checked=["name", "date_of_birth"],
            weight_kg=str(self.weight_kg),
            fasting_h="6",
            ride={"kind": self.chance.choice(("escort", "taxi", "clinic")), "confirmed": True},
            changes=["none"],
        )
        high = {Incident.WITHHELD: FORBIDDEN_MMHG, Incident.OVERRIDDEN: ON_HOLD_MMHG}
        yield from self._vitals("pre", 0, sbp_mmhg=high.get(self.incident) if self.incident else None)
        yield from self._wait(4)
        self.screenings.before_infusion(self.nurse)

    @property
    def _dose_mg(self) -> int:
        return round(self.weight_kg * self.dose_mg_per_kg)

    @property
    def _witness(self) -> By:
        """The nurse who sees what this one draws and wastes."""
        return NURSES[(NURSES.index(self.nurse) + 1) % len(NURSES)]

    def _score(self) -> int:
        return self.patient.score_after(self.infusion_no - 1, self.planned, self.chance)

    def _cleared(self) -> Wakes:
        yield from self._wait(8)
        if self.incident is not Incident.OVERRIDDEN:
            self._enter("ClearSession", self.nurse)
            yield from self._line_placed(13)
            return
        self._enter("ClearSession", self.nurse, refused="pressure_on_hold")
        yield from self._line_placed(9)  # hurried: the prescriber is still being asked
        yield from self._wait(11)
        self._enter(
            "ClearSession",
            self.prescriber,
            overrides=["pressure"],
            note="Nervous on arrival; usual pressure at home. May start, with readings every five minutes.",
        )

    def _line_placed(self, minute: int) -> Wakes:
        yield from self._wait(minute)
        self._enter(
            "PlaceIvAccess",
            self.nurse,
            site=self.chance.choice(SITES),
            gauge=self.chance.choice((22, 22, 24)),
            attempts=self.chance.choice((1, 1, 1, 1, 1, 1, 2)),
        )

    def _withheld(self) -> Wakes:
        yield from self._wait(8)
        self._enter("ClearSession", self.nurse, refused="pressure_too_high")
        yield from self._wait(12)
        self._enter("WithholdSession", self.nurse, reason="bp", next_action="reschedule")

    @property
    def starts_at(self) -> datetime:
        """When the pump is started, if it is."""
        return self._time(START_MINUTE)

    def _infusion(self) -> Entering[int]:
        """Forty minutes at a steady rate, if nothing comes between; gives when it ended."""
        dose = self._dose_mg
        yield from self._wait(START_MINUTE)
        self.container_id = self.chart.stock.drawn(
            self.chart, self.session_id, dose, self.nurse, self._witness, self.prescriber
        )
        self._enter(
            "StartInfusion",
            self.nurse,
            dose_mg=str(dose),
            conc_mg_per_ml="1",
            total_ml=str(dose),
            rate_ml_h=str(Decimal(dose) * 60 / DURATION_MIN),
            pump_id=self.placing.chair.replace("chair", "pump"),
        )
        yield from self._vitals("during", 25, rise=10)
        if self.incident is Incident.ABORTED:
            return (yield from self._aborted(dose))
        pause = PAUSE_MIN if self.incident is Incident.PAUSED else 0
        if pause:
            yield from self._paused(dose)
        ended = START_MINUTE + DURATION_MIN + pause
        for minute in range(LATE_MINUTE, ended, 10):
            if minute != LATE_MINUTE or self.incident is not Incident.LATE_ENTRY:
                yield from self._vitals("during", minute + (3 if pause else 0), rise=18)
        yield from self._wait(ended)
        self._enter("CompleteInfusion", self.nurse, ml_infused=str(dose))
        self.counts = True
        return ended

    def _paused(self, dose: int) -> Wakes:
        """Nausea: the pump pauses for ten minutes, and runs on."""
        yield from self._wait(27)
        self._enter("ChangeInfusionRate", self.nurse, rate_ml_h="0", reason="tolerability")
        self.effects.report("nausea", grade=2, action="paused", onset=self._time(26))
        yield from self._wait(29)
        self.effects.treat("nausea")
        yield from self._wait(27 + PAUSE_MIN)
        self._enter("ChangeInfusionRate", self.nurse, rate_ml_h=str(Decimal(dose) * 60 / DURATION_MIN), reason="resume")

    def _aborted(self, dose: int) -> Entering[int]:
        """After twenty minutes the pressure says stop: half the dose went in, which does not count."""
        yield from self._vitals("during", 33, sbp_mmhg=194)
        yield from self._wait(35)
        ae_id = self.effects.report("hypertension", grade=3, action="stopped", onset=self._time(33))
        self._enter(
            "AbortInfusion",
            self.nurse,
            ml_infused=str(Decimal(dose) / 2),
            reason="hypertension",
            ae_id=str(ae_id),
        )
        yield from self._wait(37)
        self.effects.treat("hypertension")
        left = Decimal(dose) / 2
        self.chart.stock.wasted(self.chart, self.session_id, self.container_id, left, self.nurse, self._witness)
        return 35

    def _recovery(self, ended: int) -> Wakes:
        yield from self._vitals("post", ended + 15, rise=12)
        reaction = self.patient.reaction(self.infusion_no)
        if self.patient.profile is None:
            self.effects.mild(self._time(ended - 15))
        elif reaction is not None:
            self.effects.of_study(reaction, self._time(ended - 15))
        if self.incident is Incident.LATE_ENTRY:
            yield from self._wait(ended + 20)
            self._charted_late()
        readings = yield from self._vitals("post", ended + 30, rise=7)
        if self.incident is Incident.RETRACTED:
            yield from self._retracted(readings, ended + 35)
        yield from self._vitals("post", ended + 45, rise=4)
        yield from self._vitals("post", ended + 60, rise=2)
        yield from self._wait(ended + 62)
        self.effects.followed_up()
        yield from self._wait(ended + 63)
        if self.patient.observed:
            self._judged()
        yield from self._wait(ended + 68)
        self._enter(
            "DischargePatient",
            self.nurse,
            disposition="home_ride",
            ride_checked=True,
            instructions_version="home-2025-01",
        )

    def _judged(self) -> None:
        """Ready to go home."""
        self._enter(
            "AssessDischargeReadiness",
            self.nurse,
            padss=list(STEADY),
            moaas=5,
            dissociation_resolved=True,
            dizziness_resolved=True,
            oriented=True,
            gait_steady=True,
        )

    def _charted_late(self) -> None:
        """A reading lay on paper for forty minutes."""
        self._signs("during", at=self._time(LATE_MINUTE), sbp_mmhg=self.sbp_mmhg + 14, late_reason="workload")

    def _retracted(self, readings: UUID, minute: int) -> Wakes:
        """The reading was another patient's."""
        yield from self._wait(minute)
        self.chart.enter(
            "CorrectEntry",
            self.nurse,
            target_event_id=str(uuid5(readings, "event 1")),
            kind="retract",
            reason="wrong_patient",
            approved_by=self.prescriber["user"],
        )

    def _vitals(self, phase: str, minute: int, *, rise: int = 0, sbp_mmhg: int | None = None) -> Entering[UUID]:
        yield from self._wait(minute)
        return self._signs(phase, sbp_mmhg=sbp_mmhg or self.sbp_mmhg + rise + self.chance.randint(-3, 3))

    def _signs(self, phase: str, *, sbp_mmhg: int, **also: Any) -> UUID:
        during = {"cadss": self.chance.randint(2, 30)} if phase == "during" else {}
        return self._enter(
            "RecordVitals",
            self.nurse,
            phase=phase,
            sbp_mmhg=sbp_mmhg,
            dbp_mmhg=40 + sbp_mmhg * 3 // 10,
            hr_per_min=self.hr_per_min + self.chance.randint(-4, 4),
            spo2_pct=self.chance.randint(96, 99),
            rr_per_min=self.chance.randint(12, 17),
            moaas=4 if phase == "during" else 5,
            position="semi_recumbent",
            device_id=self.placing.chair.replace("chair", "monitor"),
            **during,
            **also,
        )

    def _wait(self, minute: int) -> Wakes:
        yield from self.chart.wait(self._time(minute))

    def _time(self, minute: int) -> datetime:
        return self.placing.start + timedelta(minutes=minute)

    def _enter(self, command: str, by: By, **fields: Any) -> UUID:
        return self.chart.enter(command, by, session_id=str(self.session_id), **fields)

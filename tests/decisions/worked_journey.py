"""Which lines make up examples/worked-journey.ndjson, one whole journey of the clinic's guide?

Written anew by `python -m tests.decisions.worked_journey` after a change here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

FILE = Path(__file__).parents[2] / "examples" / "worked-journey.ndjson"

JOURNEY_ID = UUID("7d0f2c1e-5b1a-4c51-9a54-2f1f6a3b8e01")
ZONE = ZoneInfo("America/Los_Angeles")

FRAN = {"user": "fran", "role": "front_desk"}
NORA = {"user": "nora", "role": "nurse"}
PETE = {"user": "pete", "role": "prescriber"}

CONC_MG_PER_ML, LOT = Decimal(50), "K2501"

WRONG_PHQ9 = "phq9 after infusion 2"


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One infusion: when, where, with whom, what was weighed and given."""

    name: str
    day: str
    hour: int = 9
    chair: str = "chair-1"
    nurse: str = "nurse-1"
    weight_kg: str
    dose_mg: int
    sbp_mmhg: int
    following: str | None = None

    def time(self, minute: int) -> str:
        """So many minutes after the appointment's hour."""
        return at(self.day, f"{self.hour:02}:00", minute)


VISITS = (
    Visit(name="infusion 1", day="2025-09-02", weight_kg="80.2", dose_mg=40, sbp_mmhg=124, following="infusion 2"),
    Visit(name="infusion 2", day="2025-09-05", weight_kg="80.0", dose_mg=40, sbp_mmhg=122, following="infusion 3"),
    Visit(name="infusion 3", day="2025-09-09", weight_kg="79.8", dose_mg=40, sbp_mmhg=126, following="infusion 4"),
    Visit(
        name="infusion 4",
        day="2025-09-12",
        hour=13,
        chair="chair-2",
        nurse="nurse-2",
        weight_kg="79.6",
        dose_mg=48,
        sbp_mmhg=120,
        following="infusion 5",
    ),
    Visit(name="infusion 5", day="2025-09-16", weight_kg="79.8", dose_mg=48, sbp_mmhg=118, following="infusion 6"),
    Visit(name="infusion 6", day="2025-09-19", weight_kg="79.5", dose_mg=48, sbp_mmhg=121),
)
MAINTENANCE = Visit(
    name="maintenance 1", day="2025-10-20", hour=13, chair="chair-3", weight_kg="79.0", dose_mg=47, sbp_mmhg=119
)


@dataclass
class Lines:
    """The lines so far, each a request as `journey import` reads it."""

    lines: list[dict[str, Any]] = field(default_factory=list)

    def add(self, name: str, command: str, when: str, by: Mapping[str, str], **fields: Any) -> None:
        """Add a line; its command's id comes from the name it goes by."""
        head = {
            "command": command,
            "journey_id": str(JOURNEY_ID),
            "command_id": named(name),
            "at": when,
            "by": dict(by),
        }
        self.lines.append(head | fields)

    def of_container(self, name: str, command: str, when: str, by: Mapping[str, str], **fields: Any) -> None:
        """Add a line of the container that the drug comes from, and not of the journey."""
        self.add(name, command, when, by, **fields)
        own = self.lines.pop()
        self.lines.append({("container_id" if key == "journey_id" else key): it for key, it in own.items()})
        self.lines[-1]["container_id"] = named("container")


def named(name: str) -> str:
    """The id that goes by a name in this journey."""
    return str(uuid5(JOURNEY_ID, name))


def event_id(name: str, number: int = 1) -> str:
    """The id of the n-th event that a command of this name led to."""
    return str(uuid5(UUID(named(name)), f"event {number}"))


def at(day: str, time: str, minute: int = 0) -> str:
    """A moment in the clinic's own time."""
    moment = datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=ZONE)
    return (moment + timedelta(minutes=minute)).isoformat()


def whole_journey() -> list[dict[str, Any]]:
    """Every line, in the order they were entered."""
    lines = Lines()
    intake(lines)
    plan(lines)
    for visit in VISITS:
        before_infusion(lines, visit)
        session(lines, visit)
    review(lines)
    session(lines, MAINTENANCE)
    phq9(lines, "phq9 after maintenance 1", at("2025-10-27", "10:15"), "110000100", "follow_up")
    return lines.lines


def intake(lines: Lines) -> None:
    """Referral, two failed treatments, consult with the baseline, and the risk that its item 9 raises."""
    lines.add(
        "referral",
        "ReferJourney",
        at("2025-08-25", "10:12"),
        FRAN,
        identity={
            "name": "Robin Example",
            "birth_date": "1987-04-12",
            "phone": "+1 555 0142",
            "chart_number": "EX-0001",
        },
        patient_id=named("patient"),
        referrer="provider",
        indication_icd10="F33.2",
        reason="treatment_resistant_depression",
    )
    for drug, rxnorm, drug_class, dose, weeks, minute in (
        ("sertraline", "36437", "ssri", "200", 8, 0),
        ("venlafaxine", "39786", "snri", "225", 10, 3),
    ):
        lines.add(
            drug,
            "RecordTreatmentTrial",
            at("2025-08-28", "09:05", minute),
            NORA,
            modality="drug",
            rxnorm=rxnorm,
            drug_class=drug_class,
            max_dose_mg=dose,
            weeks=weeks,
            adequate=True,
            outcome="failed",
            episode="current",
            evidence="record",
        )
    phq9(lines, "phq9 baseline", at("2025-08-28", "09:12"), "332222211", "baseline")
    gad7(lines, "gad7 baseline", at("2025-08-28", "09:16"), "2222121", "baseline")
    lines.add(
        "risk addressed",
        "AddressSuicideRisk",
        at("2025-08-28", "09:40"),
        PETE,
        note="Passive thoughts, no plan, no means at home. Safety plan made together.",
        risk_id=str(uuid5(UUID(named("phq9 baseline")), "risk_id")),
        disposition="safety_plan",
    )
    lines.add(
        "consult",
        "CompleteConsult",
        at("2025-08-28", "10:05"),
        PETE,
        note="Wants to be able to work again and to walk with the children.",
        clinician_id="pete",
        age_years=38,
        pregnancy_possible="no",
        diagnoses=["F33.2", "F41.1"],
        height_cm="172",
        weight_kg="80.4",
        weight_kg_repeated="80.4",
        meds=["39786"],
        psychosis_hx=False,
        sud_hx=False,
        explained=["process", "side_effects", "alternatives"],
    )


def plan(lines: Lines) -> None:
    """Coverage, consent, eligibility, the plan, and its six appointments."""
    lines.add(
        "coverage",
        "VerifyCoverage",
        at("2025-08-29", "14:05"),
        FRAN,
        payer="example-health",
        requested_at=at("2025-08-28", "10:30"),
        verified_at=at("2025-08-29", "14:02"),
        outcome="covered",
        auth_no="A-204417",
        units_authorized=8,
        valid_from="2025-09-01",
        valid_to="2026-02-28",
        copay_cents=4000,
    )
    for kind, minute in (("treatment", 0), ("off_label", 4)):
        lines.add(
            f"consent {kind}",
            "GiveConsent",
            at("2025-08-29", "15:00", minute),
            NORA,
            consent_id=named(f"consent {kind} given"),
            kind=kind,
            form_version="2025-01",
            signed_at=at("2025-08-29", "14:55", minute),
            expires_at=at("2026-08-29", "00:00"),
            signer_id=named("patient"),
            witness_id="nora",
        )
    lines.add("eligibility", "ConfirmEligibility", at("2025-08-29", "15:30"), PETE)
    lines.add(
        "plan approved",
        "ApproveTreatmentPlan",
        at("2025-08-29", "15:40"),
        PETE,
        plan_id=named("plan"),
        dose_mg_per_kg="0.5",
        duration_min=40,
        infusions=6,
        min_gap_h=48,
        max_gap_d=7,
        window_d=21,
        titration=[{"infusion_no": 4, "dose_mg_per_kg": "0.6"}],
        instruments=[{"id": "phq9", "cadence": "each_infusion"}, {"id": "gad7", "cadence": "review"}],
        response_rule_id="phq9-lt5",
    )
    for number, visit in enumerate(VISITS, start=1):
        booked = {
            "appointment_id": named(visit.name),
            "kind": "infusion",
            "plan_id": named("plan"),
            "slot_no": number,
        }
        placed = placing(visit) if visit.hour == VISITS[0].hour else placing(VISITS[0], day=visit.day)
        lines.add(
            f"{visit.name} booked", "BookAppointment", at("2025-08-29", "15:50", number), FRAN, **booked, **placed
        )


def placing(visit: Visit, day: str | None = None) -> dict[str, str]:
    """Two and a half hours in a chair, with a nurse and a provider."""
    hour = f"{visit.hour:02}:00"
    return {
        "start": at(day or visit.day, hour),
        "end": at(day or visit.day, hour, 150),
        "chair": visit.chair,
        "nurse": visit.nurse,
        "provider": "provider-1",
    }


def before_infusion(lines: Lines, visit: Visit) -> None:
    """What came between one infusion and the next: the PHQ-9 that shows what the last one did, and changes."""
    answers = {
        "infusion 2": ("phq9 after infusion 1", "332222110"),
        "infusion 3": (WRONG_PHQ9, "322222220"),
        "infusion 4": ("phq9 after infusion 3", "221221110"),
        "infusion 5": ("phq9 after infusion 4", "211121010"),
        "infusion 6": ("phq9 after infusion 5", "111111010"),
    }
    if visit.name == "infusion 4":
        corrected_phq9(lines)
        rescheduled(lines, visit)
    if visit.name in answers:
        name, items = answers[visit.name]
        phq9(lines, name, visit.time(-15), items, "session")


def corrected_phq9(lines: Lines) -> None:
    """Two days later the paper form says 14, not 17: three answers had slipped by one."""
    original = next(line for line in lines.lines if line["command_id"] == named(WRONG_PHQ9))
    answered = {key: original[key] for key in ("assessment_id", "instrument", "timepoint")}
    items = dict(original["items"]) | {"6": 1, "7": 1, "8": 1}
    lines.add(
        "phq9 corrected",
        "CorrectEntry",
        at("2025-09-11", "11:20"),
        NORA,
        target_event_id=event_id(WRONG_PHQ9),
        kind="amend",
        replacement={
            "type": "AssessmentCompleted",
            "at": original["at"],
            "data": answered | {"items": items, "total": 14},
        },
        reason="typing_error",
        approved_by="pete",
    )


def rescheduled(lines: Lines, visit: Visit) -> None:
    """The patient asked for the afternoon."""
    lines.add(
        "infusion 4 moved",
        "RescheduleAppointment",
        at("2025-09-11", "16:40"),
        FRAN,
        moves=[{"appointment_id": named(visit.name), **placing(visit)}],
        initiator="patient",
        reason="patient_request",
    )


def drawn(lines: Lines, visit: Visit) -> None:
    """The dose is drawn in front of the prescriber; the container came before the first one."""
    volume_ml, container_id = str(Decimal(visit.dose_mg) / CONC_MG_PER_ML), named("container")
    if visit is VISITS[0]:
        lines.of_container(
            "container came",
            "ReceiveContainer",
            visit.time(9),
            NORA,
            ndc="00143-9508-10",
            lot=LOT,
            expires_on="2027-03-31",
            conc_mg_per_ml=str(CONC_MG_PER_ML),
            volume_ml="10",
            supplier="wholesaler-1",
        )
    session_id = named(f"{visit.name} session")
    seen = {"act": "draw", "ml": volume_ml, "session_id": session_id}
    lines.of_container(f"{visit.name} attested", "AttestMovement", visit.time(10), PETE, **seen)
    lines.add(
        f"{visit.name} drawn",
        "DispenseDose",
        visit.time(10),
        NORA,
        session_id=session_id,
        container_id=container_id,
        lot=LOT,
        volume_ml=volume_ml,
    )


def session(lines: Lines, visit: Visit) -> None:
    """Check-in, monitoring, infusion, recovery and the ride home."""
    session_id = named(f"{visit.name} session")
    paused = 10 if visit.name == "infusion 2" else 0
    ended = 55 + paused

    def add(step: str, command: str, minute: int, by: Mapping[str, str] = NORA, **fields: Any) -> None:
        lines.add(f"{visit.name} {step}", command, visit.time(minute), by, session_id=session_id, **fields)

    def vitals(step: str, phase: str, minute: int, rise: int, **fields: Any) -> None:
        add(f"vitals {step}", "RecordVitals", minute, phase=phase, **signs(visit, rise), **fields)

    add(
        "check-in",
        "CheckInPatient",
        -8,
        FRAN,
        appointment_id=named(visit.name),
        identifiers_checked=["name", "date_of_birth"],
        weight_kg=visit.weight_kg,
        fasting_h="6",
        meds_today=["39786"],
        ride={"kind": "escort", "person_id": named("escort"), "confirmed": True},
        changes=["none"],
    )
    vitals("pre", "pre", 0, 0)
    add("clearance", "ClearSession", 8)
    drawn(lines, visit)
    add("start", "StartInfusion", 15, **pump(visit))
    late: list[Mapping[str, Any]] = []
    for minute, rise in ((25, 10), (35, 18), (45, 22), (55, 18), *(((65, 16),) if paused else ())):
        if visit.name == "infusion 3" and minute == LATE_MINUTE:
            late.append({"step": f"at {minute}", "phase": "during", "minute": minute, "rise": rise})
            continue
        vitals(f"at {minute}", "during", minute, rise, cadss=12 + rise)
        if paused and minute == 25:
            pause(add, visit)
    add("completed", "CompleteInfusion", ended, ml_infused=str(visit.dose_mg))
    for after, rise in ((15, 12), (30, 8), (45, 4), (60, 2)):
        vitals(f"{after} min after", "post", ended + after, rise, cadss=max(rise - 4, 0), pain=0)
        for entry in late if after == 15 else ():
            vitals(**entry, cadss=12 + int(entry["rise"]), late_reason="workload")
    add(
        "readiness",
        "AssessDischargeReadiness",
        ended + 63,
        padss=[2, 2, 2, 2, 2],
        moaas=5,
        dissociation_resolved=True,
        dizziness_resolved=True,
        oriented=True,
        gait_steady=True,
    )
    following: dict[str, Any] = {} if visit.following is None else {"next_appointment_id": named(visit.following)}
    add(
        "discharge",
        "DischargePatient",
        ended + 70,
        disposition="home_ride",
        ride_checked=True,
        instructions_version="home-2025-01",
        **following,
    )


LATE_MINUTE = 35
"""The reading of the third infusion that was charted forty minutes late."""


def signs(visit: Visit, rise: int) -> dict[str, Any]:
    """A whole set of signs, with the pressure so much above the patient's own."""
    return {
        "sbp_mmhg": visit.sbp_mmhg + rise,
        "dbp_mmhg": 76 + rise // 2,
        "hr_per_min": 70 + rise // 2,
        "spo2_pct": 98,
        "rr_per_min": 14,
        "moaas": 5 if rise < 15 else 4,
        "position": "semi_recumbent",
        "device_id": "monitor-1",
    }


def pump(visit: Visit) -> dict[str, Any]:
    """One mg/ml over forty minutes."""
    return {
        "dose_mg": str(visit.dose_mg),
        "conc_mg_per_ml": "1",
        "total_ml": str(visit.dose_mg),
        "rate_ml_h": str(Decimal(visit.dose_mg) * 60 / 40),
        "pump_id": "pump-1",
    }


def pause(add: Any, visit: Visit) -> None:
    """Nausea: the pump pauses for ten minutes, and runs on."""
    add("paused", "ChangeInfusionRate", 28, rate_ml_h="0", reason="tolerability")
    add(
        "nausea",
        "ReportAdverseEvent",
        30,
        term="nausea",
        grade=1,
        onset_at=visit.time(27),
        serious=False,
        expected=True,
        relatedness="Probably-Likely",
        action="paused",
    )
    add("resumed", "ChangeInfusionRate", 38, rate_ml_h=pump(visit)["rate_ml_h"], reason="resume")


def review(lines: Lines) -> None:
    """The series' last PHQ-9, the response review 17 days after it, and monthly maintenance."""
    phq9(lines, "phq9 after infusion 6", at("2025-09-22", "09:30"), "111110010", "follow_up")
    phq9(lines, "phq9 review", at("2025-10-06", "10:05"), "110100010", "review")
    gad7(lines, "gad7 review", at("2025-10-06", "10:09"), "1110110", "review")
    lines.add("response", "AssessResponse", at("2025-10-06", "10:25"), PETE, next="maintain")
    lines.add(
        "maintenance",
        "ScheduleMaintenance",
        at("2025-10-06", "10:30"),
        PETE,
        rule="fixed",
        intervals_d=[30],
        first_due="2025-10-20",
        until="2026-02-28",
        dose_mg_per_kg="0.6",
    )
    lines.add(
        "maintenance 1 booked",
        "BookAppointment",
        at("2025-10-06", "10:40"),
        FRAN,
        appointment_id=named(MAINTENANCE.name),
        kind="infusion",
        plan_id=named("plan"),
        **placing(MAINTENANCE),
    )


def phq9(lines: Lines, name: str, when: str, answers: str, timepoint: str) -> None:
    """Nine answers, typed in by a nurse from the patient's own form."""
    _assessment(lines, name, when, "phq9", answers, timepoint)


def gad7(lines: Lines, name: str, when: str, answers: str, timepoint: str) -> None:
    """Seven answers."""
    _assessment(lines, name, when, "gad7", answers, timepoint)


def _assessment(lines: Lines, name: str, when: str, instrument: str, answers: str, timepoint: str) -> None:
    lines.add(
        name,
        "CompleteAssessment",
        when,
        NORA,
        assessment_id=named(f"{name} answered"),
        instrument=instrument,
        timepoint=timepoint,
        items={str(number): int(answer) for number, answer in enumerate(answers, start=1)},
        total=sum(map(int, answers)),
    )


def as_text() -> Iterator[str]:
    """Each line as it stands in the file."""
    return (json.dumps(line) + "\n" for line in whole_journey())


if __name__ == "__main__":
    FILE.write_text("".join(as_text()), encoding="utf-8")

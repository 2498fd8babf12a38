"""Which kinds of task are there: what is each about, whose is it, which command settles it, what counts its time?

A task names its command and does nothing else: a person asks it, and is its author.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from journey import commands
from journey.commands import Command
from journey.values import Role

REVIEW, MAINTENANCE, TASK = "review", "maintenance", "task"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskKind:
    """A kind of task.

    `settled_by`: the command that is proposed, and others that settle it as well. `numbers` are those of the policy,
    or of the response rule, by which its time is counted. `proposes` is what the program believes to have happened,
    or to be done, and a person confirms. `shown_as` is its kind among what is due.
    """

    id: str
    meaning: str
    owner: Role
    settled_by: tuple[type[Command], ...]
    numbers: tuple[str, ...] = ()
    proposes: bool = False
    shown_as: str = TASK


FRONT_DESK, NURSE, PRESCRIBER = Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER
BOOKS = (commands.BookAppointment, commands.BookSeries)

KINDS: Mapping[str, TaskKind] = {
    it.id: it
    for it in (
        TaskKind(
            id="vitals",
            meaning="signs are to be read while an infusion runs or is recovered from",
            owner=NURSE,
            settled_by=(commands.RecordVitals,),
            numbers=("vitals_interval_during_min", "vitals_interval_post_min", "vitals_interval_over_min"),
        ),
        TaskKind(
            id="act",
            meaning="signs are so far beyond their limits, or for so long, that somebody acts until they are within",
            owner=NURSE,
            settled_by=(commands.RecordVitals, commands.DischargePatient),
            numbers=(
                "act_sbp_mmhg",
                "act_dbp_mmhg",
                "act_hr_per_min",
                "act_after_min",
                "act_once_sbp_mmhg",
                "act_once_dbp_mmhg",
                "act_spo2_pct_min",
            ),
        ),
        TaskKind(
            id="stop",
            meaning="consent was withdrawn, and an infusion runs",
            owner=NURSE,
            settled_by=(commands.AbortInfusion, commands.CompleteInfusion),
            proposes=True,
        ),
        TaskKind(
            id="follow_up",
            meaning="the patient went home after an infusion and is to be called",
            owner=NURSE,
            settled_by=(commands.ContactPatient, commands.CheckInPatient, commands.CloseJourney),
            numbers=("follow_up_call_h",),
        ),
        TaskKind(
            id="suicide_risk",
            meaning="a suicide risk is to be addressed",
            owner=PRESCRIBER,
            settled_by=(commands.AddressSuicideRisk,),
            numbers=("suicide_risk_open_min_max",),
        ),
        TaskKind(
            id="unanswered",
            meaning="a question about suicide was left unanswered and is to be asked again",
            owner=NURSE,
            settled_by=(commands.CompleteAssessment,),
        ),
        TaskKind(
            id="adverse_event",
            meaning="a serious adverse event, or one of a high grade, is to be reviewed until it is over",
            owner=PRESCRIBER,
            settled_by=(commands.UpdateAdverseEvent,),
            numbers=("adverse_event_review_grade",),
        ),
        TaskKind(
            id="death",
            meaning="a death is to be reviewed as a serious adverse event",
            owner=PRESCRIBER,
            settled_by=(commands.ReportAdverseEvent, commands.UpdateAdverseEvent),
            proposes=True,
        ),
        TaskKind(
            id="cancel",
            meaning="an appointment is to be called off: after a death, a withdrawal of consent, or a switch",
            owner=FRONT_DESK,
            settled_by=(commands.CancelAppointment,),
            proposes=True,
        ),
        TaskKind(
            id="missed",
            meaning="the patient has not come to an appointment",
            owner=FRONT_DESK,
            settled_by=(
                commands.MissAppointment,
                commands.CheckInPatient,
                commands.CompleteConsult,
                commands.AssessResponse,
                commands.ContactPatient,
                commands.CancelAppointment,
                commands.RescheduleAppointment,
            ),
            numbers=("missed_grace_min",),
            proposes=True,
        ),
        TaskKind(
            id="rebook",
            meaning="a visit was missed, and another is to be booked",
            owner=FRONT_DESK,
            settled_by=(*BOOKS, commands.CheckInPatient, commands.CloseJourney),
        ),
        TaskKind(
            id="outreach",
            meaning="a visit was missed again, and the patient is to be reached",
            owner=FRONT_DESK,
            settled_by=(commands.ContactPatient, *BOOKS, commands.CheckInPatient, commands.CloseJourney),
            numbers=("outreach_from_missed",),
        ),
        TaskKind(
            id="withheld",
            meaning="no infusion was given, and what was to follow is to be done",
            owner=FRONT_DESK,
            settled_by=(*BOOKS, commands.CloseJourney),
        ),
        TaskKind(
            id="move",
            meaning="an appointment lies in a pause and is to be moved",
            owner=FRONT_DESK,
            settled_by=(commands.RescheduleAppointment, commands.CancelAppointment, commands.ResumeJourney),
        ),
        TaskKind(
            id="pause",
            meaning="the journey is likely to go on from that day",
            owner=NURSE,
            settled_by=(commands.ResumeJourney,),
        ),
        TaskKind(
            id="lapsed",
            meaning="nothing is booked, and nothing was heard of the patient for long: the journey may have lapsed",
            owner=PRESCRIBER,
            settled_by=(commands.CloseJourney, *BOOKS),
            numbers=("lapsed_after_days",),
            proposes=True,
        ),
        TaskKind(
            id="authorization",
            meaning="few of the infusions are left that the payer authorized",
            owner=FRONT_DESK,
            settled_by=(commands.VerifyCoverage,),
            numbers=("authorized_units_min",),
        ),
        TaskKind(
            id="eligibility",
            meaning="eligibility ends before the next infusion",
            owner=PRESCRIBER,
            settled_by=(commands.ConfirmEligibility,),
        ),
        TaskKind(
            id="clearing",
            meaning="a cleared contraindication stands again before the next infusion",
            owner=PRESCRIBER,
            settled_by=(commands.ClearContraindication, commands.ConfirmEligibility),
        ),
        TaskKind(
            id="consent",
            meaning="the consent to treatment ends before the next infusion",
            owner=NURSE,
            settled_by=(commands.GiveConsent,),
        ),
        TaskKind(
            id="pregnancy_test",
            meaning="the pregnancy test holds no longer than to before the next infusion",
            owner=NURSE,
            settled_by=(commands.CompleteScreening,),
        ),
        TaskKind(
            id="recheck",
            meaning="a denied eligibility is to be looked at again from that day",
            owner=PRESCRIBER,
            settled_by=(commands.ConfirmEligibility, commands.DenyEligibility),
        ),
        TaskKind(
            id="contraindication",
            meaning="a contraindication came to light that the confirmation of eligibility did not know of",
            owner=PRESCRIBER,
            settled_by=(commands.ConfirmEligibility, commands.ClearContraindication, commands.DenyEligibility),
        ),
        TaskKind(
            id="response",
            meaning="the series is given, and the response is to be reviewed within the days of its rule",
            owner=PRESCRIBER,
            settled_by=(commands.AssessResponse,),
            numbers=("endpoint_days_min", "endpoint_days_max"),
            shown_as=REVIEW,
        ),
        TaskKind(
            id="relapse",
            meaning="a relapse was found, and what follows is to be decided",
            owner=PRESCRIBER,
            settled_by=(
                commands.OrderReinduction,
                commands.ChangeModality,
                commands.AssessResponse,
                commands.CloseJourney,
            ),
        ),
        TaskKind(
            id="next",
            meaning="the next infusion of maintenance is due, and not booked",
            owner=FRONT_DESK,
            settled_by=(commands.BookAppointment,),
            shown_as=MAINTENANCE,
        ),
        TaskKind(
            id="deviation",
            meaning="an entry breaks a rule: it is corrected, or a note of its session's signature or its own says why",
            owner=PRESCRIBER,
            settled_by=(commands.SignOffSession, commands.CorrectEntry),
        ),
        TaskKind(
            id="stale",
            meaning="what was decided rests on an entry corrected since, and is to be decided anew",
            owner=PRESCRIBER,
            settled_by=tuple(commands.COMMANDS.values()),
        ),
        TaskKind(
            id="unsigned",
            meaning="the record of a session is to be signed off",
            owner=PRESCRIBER,
            settled_by=(commands.SignOffSession,),
            numbers=("sign_off_due_days",),
        ),
    )
}
"""Every kind, by its id; the key of a task begins with it."""

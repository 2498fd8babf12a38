"""Which of the schedule do analysts rely on? See `projections/views.py` before a change.

Who was to be nurse or provider is not published: those are persons, too.
"""

from __future__ import annotations

from projections.views import Published, Type, View

NO_PLAN = "no plan was approved"
NOT_YET = "it has not come to that"

PLANS = View(
    "plans",
    1,
    "journeys",
    "a journey, with the plan in force",
    (
        Published("plan_id", Type.ID, null=NO_PLAN),
        Published("revision", Type.WHOLE, null=NO_PLAN),
        Published("infusions_planned", Type.WHOLE, null=NO_PLAN),
        Published("infusions_given", Type.WHOLE),
        Published("reinduced_at", Type.TIME, null="no series was ordered anew, or it is over"),
        Published("reinduction_infusions", Type.WHOLE, null="as `reinduced_at`"),
        Published("maintenance_id", Type.ID, null="no maintenance is in force"),
        Published("modality", Type.CODE, null="there is no other treatment"),
        Published("switched_at", Type.TIME, null="the infusions were not replaced"),
        Published("paused_at", Type.TIME, null="it does not rest"),
        Published("pause_reason", Type.CODE, null="it does not rest"),
    ),
)

SLOTS = View(
    "slots",
    1,
    "slots",
    "a slot of the plan in force",
    (
        Published("part", Type.CODE),
        Published("slot_no", Type.WHOLE),
        Published("state", Type.CODE),
        Published("appointment_id", Type.ID, null="it is to be booked"),
        Published("series_id", Type.ID, null="it is to be booked, or was booked alone"),
        Published("starts_at", Type.TIME, null="it is to be booked"),
        Published("ends_at", Type.TIME, null="it is to be booked"),
    ),
)

VISITS = View(
    "visits",
    1,
    "board",
    "a visit, planned or begun",
    (
        Published("appointment_id", Type.ID),
        Published("session_id", Type.ID, null="the patient has not checked in"),
        Published("kind", Type.CODE),
        Published("slot_no", Type.WHOLE, null="it fills no slot of a plan"),
        Published("series_id", Type.ID, null="it was booked alone"),
        Published("chair", Type.CODE, null="it needs none, or its booking was retracted"),
        Published("starts_at", Type.TIME, null="its booking was retracted"),
        Published("ends_at", Type.TIME, null="its booking was retracted"),
        Published("status", Type.CODE),
        Published("stage", Type.CODE, null="the patient has not checked in"),
        Published("checked_in_at", Type.TIME, null="the patient has not checked in"),
        Published("cleared_at", Type.TIME, null=NOT_YET),
        Published("infusion_started_at", Type.TIME, null=NOT_YET),
        Published("infusion_ended_at", Type.TIME, null=NOT_YET),
        Published("ended_at", Type.TIME, null=NOT_YET),
        Published("signed_off_at", Type.TIME, null="it is not signed, or something was added since"),
    ),
)

DUE = View(
    "due",
    1,
    "due",
    "something that is due: an appointment, a review, a maintenance infusion or another task",
    (
        Published("kind", Type.CODE),
        Published("task", Type.CODE, null="it needs nothing more"),
        Published("due_at", Type.TIME),
        Published("opens_at", Type.TIME, null="it is a task since it stands here, or none"),
        Published("overdue_at", Type.TIME, null="no number says when it is late"),
        Published("reason", Type.CODE),
        Published("owner", Type.CODE, null="it needs nothing more"),
        Published("settled_by", Type.CODE, null="it needs nothing more"),
        Published("appointment_id", Type.ID, null="it is about no appointment"),
        Published("session_id", Type.ID, null="it is about no session"),
        Published("series_id", Type.ID, null="it is about no appointment of a series"),
    ),
)

VIEWS = (PLANS, SLOTS, VISITS, DUE)

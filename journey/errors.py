"""Which rules can a command break, and what is said then?"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Self


class Rule(StrEnum):
    """A rule of the clinic: its code, and the fixed text shown when a command breaks it."""

    text: str

    def __new__(cls, code: str, text: str) -> Self:
        """Keep the text beside the code."""
        rule = str.__new__(cls, code)
        rule._value_ = code
        rule.text = text
        return rule

    # Identity, shape and plain impossibility: these refuse observations too.
    UNKNOWN_JOURNEY = "unknown_journey", "There is no such journey."
    JOURNEY_EXISTS = "journey_exists", "This journey has been referred already."
    AT_IN_FUTURE = "at_in_future", "The time it happened lies in the future."
    WRONG_ROLE = "wrong_role", "This role may not do that."
    NOT_A_SIMULATION = "not_a_simulation", "This store is not a simulation."
    PATIENT_ERASED = "patient_erased", "The patient was erased: no name and no note is kept any more."
    UNKNOWN_SESSION = "unknown_session", "The journey has no such session."
    UNKNOWN_APPOINTMENT = "unknown_appointment", "The journey has no such appointment."
    UNKNOWN_CONTAINER = "unknown_container", "There is no such container."
    CONTAINER_EXISTS = "container_exists", "This container has been received already."
    UNKNOWN_DISCREPANCY = "unknown_discrepancy", "The container has no such discrepancy."
    LEDGER_STANDS = (
        "ledger_stands",
        "The drug's ledger stands: a draw or a waste is retracted, which opens a discrepancy, and entered anew.",
    )
    NOTE_NOT_KEPT = "note_not_kept", "A note is sealed for a patient, and here there is none."
    UNKNOWN_CONSENT = "unknown_consent", "The journey has no such consent."
    UNKNOWN_CONTRAINDICATION = "unknown_contraindication", "The journey has no such contraindication."
    UNKNOWN_RISK = "unknown_risk", "The journey has no such suicide risk."
    UNKNOWN_ASSESSMENT = "unknown_assessment", "The journey has no such assessment."
    UNKNOWN_ENTRY = "unknown_entry", "The journey has no such entry."
    UNKNOWN_PLAN = "unknown_plan", "The journey has no such plan."
    UNKNOWN_RULE = "unknown_rule", "There is no such response rule."
    UNKNOWN_ADVERSE_EVENT = "unknown_adverse_event", "The journey has no such adverse event."
    DUPLICATE_ID = "duplicate_id", "This id is already used in the journey."
    NO_INFUSION_STARTED = "no_infusion_started", "No infusion was started in this session."
    MISSED_BEFORE_START = "missed_before_start", "An appointment can't be missed before it starts."
    WEIGHT_ENTRIES_DIFFER = "weight_entries_differ", "The two entries of the weight differ."
    NOT_AN_ITEM = "not_an_item", "The instrument has no such item."
    ITEM_OUT_OF_RANGE = "item_out_of_range", "An item's value is outside the instrument's range."
    TOTAL_DIFFERS = "total_differs", "The total sent along is not the total of the items."
    PRESSURES_CROSSED = "pressures_crossed", "The diastolic pressure is above the systolic."
    NOTHING_MEASURED = "nothing_measured", "No sign was measured, and none is said to be unmeasurable."
    END_BEFORE_START = "end_before_start", "It ends before it starts."
    APPOINTMENT_TOO_LONG = "appointment_too_long", "An appointment lasts a day at most."
    PERFORMED_IN_FUTURE = "performed_in_future", "The test lies after the entry."
    SIGNED_IN_FUTURE = "signed_in_future", "The signature lies after the entry."
    ONSET_IN_FUTURE = "onset_in_future", "The onset lies after the entry."
    RESOLVED_IN_FUTURE = "resolved_in_future", "The resolution lies after the entry."
    VERIFIED_IN_FUTURE = "verified_in_future", "The payer's answer lies after the entry."
    OUTCOME_DIFFERS = "outcome_differs", "Its resolution or its sequelae contradict the outcome."
    DIED_IN_FUTURE = "died_in_future", "The date of death lies in the future."
    GRADE_5_IS_DEATH = "grade_5_is_death", "Grade 5 and a death go together: one is given without the other."
    SERIOUSNESS_DIFFERS = "seriousness_differs", "The seriousness code contradicts `serious`."
    SCOPE_NAMES_ONE = "scope_names_one", "With this scope one appointment is named, and the following ones are found."
    NOTE_REQUIRED = "note_required", "A note with the rationale is required."
    HAPPENED_NEEDS_REASON = "happened_needs_reason", "An act of a downtime needs a late_reason."
    HAPPENED_NEEDS_CLINICIAN = (
        "happened_needs_clinician",
        "Only a nurse or a prescriber reports an act of a downtime.",
    )
    RECHECK_NEEDS_PRESCRIBER = (
        "recheck_needs_prescriber",
        "Only a prescriber says that a pregnancy or a medical reason no longer stands against it.",
    )
    NOT_CORRECTABLE = "not_correctable", "A referral and a correction can't be corrected."
    REPLACEMENT_REQUIRED = "replacement_required", "An amendment needs its replacement."
    REPLACEMENT_UNEXPECTED = "replacement_unexpected", "A retraction has no replacement."
    REPLACEMENT_TYPE = "replacement_type", "The replacement is not of the target's type."
    REPLACEMENT_ID = "replacement_id", "The replacement may not change the entry's own id."
    INFUSION_RECORDED = "infusion_recorded", "An infusion of this session is recorded: correct that first."
    STATED_DIFFERS = "stated_differs", "A computed field sent along is not what is computed."
    NOTHING_DIFFERS = "nothing_differs", "The replacement says what the entry says already."

    # What refuses permissions; kept as a deviation where the act has happened already.
    JOURNEY_OPEN_ELSEWHERE = "journey_open_elsewhere", "The patient has an open journey at this site."
    JOURNEY_CLOSED = "journey_closed", "The journey is closed."
    PATIENT_DECEASED = "patient_deceased", "The patient's death is recorded."
    JOURNEY_PAUSED = "journey_paused", "The journey is paused."
    MODALITY_SWITCHED = "modality_switched", "The patient was switched to another treatment."
    NOT_PAUSED = "not_paused", "The journey is not paused."
    RECHECK_MISSING = "recheck_missing", "Something that the pause asks for was not looked at again."
    CRITERIA_NOT_MET = "criteria_not_met", "A criterion of eligibility is not met."
    ABSOLUTE_CONTRAINDICATION = "absolute_contraindication", "An absolute contraindication is open."
    OVERRIDE_NOT_ALLOWED = "override_not_allowed", "This can't be overridden."
    OVERRIDE_NEEDS_PRESCRIBER = "override_needs_prescriber", "Only a prescriber overrides."
    VALID_UNTIL_TOO_FAR = "valid_until_too_far", "It can't be valid for that long."
    CONTRAINDICATION_LASTS = "contraindication_lasts", "A confirmed contraindication of this kind lasts for life."
    SCREENING_POSITIVE = "screening_positive", "A screening that speaks against treatment is positive."
    NOT_ELIGIBLE = "not_eligible", "Eligibility is not confirmed, or no longer valid."
    NO_CONSENT = "no_consent", "No consent to treatment is in force."
    DOSE_TOO_HIGH = "dose_too_high", "The dose is above the limit of the policy."
    DURATION_OUT_OF_RANGE = "duration_out_of_range", "The duration is outside the limits of the policy."
    INFUSIONS_OUT_OF_RANGE = (
        "infusions_out_of_range",
        "The number of infusions is outside the limits of the policy.",
    )
    PLAN_DOES_NOT_FIT = "plan_does_not_fit", "The infusions with their gaps do not fit into the window."
    PLAN_NOT_SUPERSEDED = (
        "plan_not_superseded",
        "A plan is in force: the new one must supersede it, one revision up.",
    )
    NO_PLAN = "no_plan", "No plan is in force."
    SLOT_NOT_IN_PLAN = "slot_not_in_plan", "The plan, or the reinduction in force, has no such slot."
    SLOT_TAKEN = "slot_taken", "The slot is booked already."
    SERIES_INCOMPLETE = "series_incomplete", "The series does not fill every slot that is still open."
    SLOTS_OUT_OF_ORDER = "slots_out_of_order", "A later slot of the series would come before an earlier one."
    GAP_TOO_LONG = "gap_too_long", "The gap to another infusion is longer than the plan's remaining slots can bridge."
    WINDOW_EXCEEDED = "window_exceeded", "The infusions would not lie within the plan's window."
    GAP_TOO_SHORT = "gap_too_short", "The gap to another infusion is shorter than the plan allows."
    UNKNOWN_RESOURCE = "unknown_resource", "The site has no such chair or staff member."
    CHAIR_REQUIRED = "chair_required", "An infusion needs a chair and a nurse."
    SITE_CLOSED = "site_closed", "The site is closed at that time."
    RESOURCE_TAKEN = "resource_taken", "The chair or staff member is taken at that time."
    APPOINTMENTS_OVERLAP = "appointments_overlap", "The patient has another appointment at that time."
    NOT_BOOKED = "not_booked", "The appointment is no longer open."
    APPOINTMENT_PAST = "appointment_past", "The appointment would lie in the past."
    NOT_FOR_INFUSION = "not_for_infusion", "The appointment is not for an infusion."
    OTHER_SESSION_OPEN = "other_session_open", "An earlier session is still open."
    SESSION_NOT_OPEN = "session_not_open", "The session is not open for this."
    VITALS_TOO_OLD = "vitals_too_old", "No pressure was read shortly before the clearance."
    PRESSURE_ON_HOLD = "pressure_on_hold", "The pressure is outside the limits; a prescriber may override it."
    SIGNS_ON_HOLD = "signs_on_hold", "Pulse, breathing or oxygen is outside the limits; a prescriber may override it."
    PLAN_USED_UP = "plan_used_up", "The plan's infusions are used up."
    NO_MAINTENANCE = "no_maintenance", "No maintenance schedule is in force."
    RIDE_NOT_CONFIRMED = "ride_not_confirmed", "The ride home is not confirmed."
    SUICIDE_RISK_OPEN = "suicide_risk_open", "A high suicide risk is not addressed."
    PREGNANCY_NOT_EXCLUDED = "pregnancy_not_excluded", "A pregnancy is possible and not excluded."
    NO_COVERAGE = "no_coverage", "Neither a payer nor the patient covers the treatment today."
    CHANGES_NOT_ADDRESSED = "changes_not_addressed", "Something changed since the last visit, and is not addressed."
    PRESSURE_TOO_HIGH = "pressure_too_high", "The pressure is above the hard limit; no override."
    NOT_CLEARED = "not_cleared", "Pre-infusion checks are not passed, or were too long ago."
    INFUSION_RUNNING = "infusion_running", "An infusion is running."
    WEIGHT_CHANGED = "weight_changed", "The weight is not the one the session was cleared for."
    PLAN_CHANGED = "plan_changed", "The plan is not the one the session was cleared for."
    DOSE_DIFFERS = "dose_differs", "The dose is not weight times the planned dose."
    VOLUME_DIFFERS = "volume_differs", "Volume times concentration is not the dose."
    RATE_DIFFERS = "rate_differs", "Volume and rate do not give the planned duration."
    NO_INFUSION_GIVEN = "no_infusion_given", "No infusion has been given."
    NO_BASELINE = "no_baseline", "No complete baseline assessment lies in the rule's window."
    NO_ENDPOINT = "no_endpoint", "No complete assessment lies after the last infusion."
    BASELINE_ZERO = "baseline_zero", "A baseline of zero can't be compared."
    NO_RESPONSE_ASSESSED = "no_response_assessed", "The response has not been assessed."
    SERIES_NOT_OVER = "series_not_over", "A series is planned or under way: a new one begins after its review."
    MAINTENANCE_NOT_SUPERSEDED = (
        "maintenance_not_superseded",
        "A maintenance schedule is in force: the new one must supersede it.",
    )
    CONTAINER_GONE = "container_gone", "The container was transferred out or destroyed."
    CONTAINER_SHORT = "container_short", "The container holds less than that."
    LOT_DIFFERS = "lot_differs", "The lot is not the container's."
    LOT_EXPIRED = "lot_expired", "The container has expired."
    NOT_VERIFIED = "not_verified", "Nobody else attested exactly this, signed in as themselves, shortly before."
    NOT_DISPENSED = "not_dispensed", "Less of the drug was drawn for the session than the dose."
    DRUG_NOT_BALANCED = "drug_not_balanced", "What was drawn is not what went in and what was wasted."
    SHOWN_DIFFERS = "shown_differs", "The record is not what was shown: read it again."
    ALREADY_SIGNED_OFF = "already_signed_off", "The record was signed off already, just as it is."
    RECORD_INCOMPLETE = "record_incomplete", "The session's record lacks something that was done."
    DEVIATIONS_NOT_ADDRESSED = (
        "deviations_not_addressed",
        "An entry breaks a rule, and neither a correction nor a note says why.",
    )
    SESSION_OPEN = "session_open", "A session is open."
    APPOINTMENT_OPEN = "appointment_open", "A future appointment is open."

    # What only marks an observation.
    LATE_WITHOUT_REASON = "late_without_reason", "Recorded late, and no reason given."
    WEIGHT_NOT_REPEATED = "weight_not_repeated", "The weight was taken once only."
    WEIGHT_IMPLAUSIBLE = "weight_implausible", "Weight and height do not go together: pounds or inches, perhaps."
    WEIGHT_JUMP = "weight_jump", "The weight differs from the last by more than the policy allows."
    ALREADY_PAUSED = "already_paused", "The journey was paused before."
    RELAPSE_ALREADY_DETECTED = "relapse_already_detected", "This assessment has shown a relapse before."
    RELAPSE_NOT_SHOWN = "relapse_not_shown", "The assessment does not show what the criterion asks for."
    CONSENT_ALREADY_WITHDRAWN = "consent_already_withdrawn", "The consent was withdrawn before."
    MISSED_EARLY = "missed_early", "Marked as missed within the grace period."
    IDENTIFIERS_TOO_FEW = "identifiers_too_few", "Fewer than two identifiers were checked."
    ORDER_NEEDS_PRESCRIBER = "order_needs_prescriber", "Only a prescriber orders a drug."
    NOT_INFUSING = "not_infusing", "No infusion was running."
    VOLUME_OVER_TOTAL = "volume_over_total", "More was infused than the syringe or bag held."
    VOLUME_NOT_RATES = "volume_not_rates", "The volume differs from what the recorded rates give."
    CONSENT_NOT_IN_FORCE = "consent_not_in_force", "No consent to treatment was in force."
    PADSS_VITALS_DIFFER = "padss_vitals_differ", "The mark for vitals is not what the readings give."
    NOT_WITNESSED = "not_witnessed", "Nobody else attested the waste, signed in as themselves."
    WASTE_OVER_BALANCE = "waste_over_balance", "More was wasted than was left of what was drawn."
    COUNT_DIFFERS = "count_differs", "What was counted is not what the ledger says."
    REST_DIFFERS = "rest_differs", "What was in the container is not what the ledger says."
    DISCREPANCY_NOT_OPEN = "discrepancy_not_open", "The discrepancy was resolved before."
    NOT_READY = "not_ready", "The patient left without being ready for discharge."
    RIDE_NOT_CHECKED = "ride_not_checked", "The ride home was not checked."
    INFUSION_NOT_STOPPED = "infusion_not_stopped", "An infusion was still running."
    INFUSION_GIVEN = "infusion_given", "An infusion was given in this session."
    RISK_NOT_OPEN = "risk_not_open", "The suicide risk was addressed before."
    DEATH_ALREADY_RECORDED = "death_already_recorded", "The death was recorded before."
    AFTER_DEATH = "after_death", "Happened after the recorded death."
    SESSION_ENDED = "session_ended", "The session had ended already."
    OUT_OF_ORDER = "out_of_order", "Happened before the step it follows."


Detail = Mapping[str, str | int]
"""What a refusal is about, by name: ids, codes and numbers of what was asked, never a word, nothing of a patient."""


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """A command was refused: expected, with a code, a fixed text and perhaps what it is about; no patient data."""

    def __init__(self, rule: Rule, **detail: str | int) -> None:
        """Say which rule refuses, and of what."""
        super().__init__(rule.text)
        self.rule = rule
        self.detail: Detail = detail

"""Which outcomes do analysts rely on? What each view shows is published: see `projections/views.py` before a change."""

from __future__ import annotations

from projections.views import Published, Type, View

RUNNING = "the pump runs"
NO_BASE = "there is no start of the pump, or no reading before it"
NOT_YET = "it has not come to that"
NOT_COUNTED = "it does not count, or the pump runs"
OUTSIDE = "it belongs to no start of the pump"

JOURNEYS = View(
    "journeys",
    1,
    "journeys",
    "a journey",
    (
        Published(
            "first_journey_id",
            Type.ID,
            meaning="the first journey of the same patient; counts patients apart from journeys",
            sql="first_value(t.journey_id) OVER (PARTITION BY t.patient_id ORDER BY t.referred_at, t.journey_id)",
        ),
        Published("referred_at", Type.TIME),
        Published("indication_icd10", Type.CODE),
        Published("rule_id", Type.CODE, null="no plan was approved"),
        Published("switched_to", Type.CODE, null="it never was switched"),
        Published("closed_at", Type.TIME, null="it is open"),
        Published("closing_reason", Type.CODE, null="it is open"),
        Published("died_on", Type.DAY, null="no death was reported"),
        Published("site_id", Type.CODE),
        Published("consulted_at", Type.TIME, null=NOT_YET),
        Published("eligible_at", Type.TIME, null=NOT_YET),
        Published("denied_at", Type.TIME, null="it was not, or was confirmed since"),
        Published("planned_at", Type.TIME, null="no plan was approved"),
        Published("infusions_planned", Type.WHOLE, null="no plan was approved"),
        Published("consent_withdrawn_at", Type.TIME, null="it was not, or was given again since"),
        Published("maintained_at", Type.TIME, null="no maintenance was scheduled"),
    ),
)

INFUSIONS = View(
    "infusions",
    1,
    "infusions",
    "a start of the pump, whether or not it counts as an infusion",
    (
        Published("attempt_no", Type.WHOLE),
        Published("infusion", Type.WHOLE, null=NOT_COUNTED),
        Published("session_id", Type.ID),
        Published("part", Type.CODE),
        Published("started_at", Type.TIME),
        Published("ended_at", Type.TIME, null=RUNNING),
        Published("ended", Type.CODE),
        Published("dose_mg", Type.DECIMAL),
        Published("dose_mg_per_kg", Type.DECIMAL),
        Published("mg", Type.DECIMAL, null=RUNNING),
        Published("counts", Type.FLAG),
        Published("observed", Type.FLAG),
    ),
)

SCORES = View(
    "scores",
    1,
    "scores",
    "an assessment",
    (
        Published("assessment_id", Type.ID),
        Published("instrument", Type.CODE),
        Published("at", Type.TIME),
        Published("timepoint", Type.CODE),
        Published("mode", Type.CODE),
        Published("score", Type.DECIMAL, null="too much is missing, or the instrument has no total"),
        Published("total", Type.WHOLE, null="an item is missing, or the instrument has no total"),
        Published("total_prorated", Type.DECIMAL, null="no item is missing, or too many are"),
        Published("missing_n", Type.WHOLE),
        Published("evaluable", Type.FLAG),
        Published("band", Type.CODE, null="there is no score, or the instrument has no bands"),
        Published("findings", Type.CODES),
    ),
)

RESPONSES = View(
    "responses",
    1,
    "responses",
    "a review of the response, as it was assessed under the rule of its day",
    (
        Published("review_id", Type.ID),
        Published("at", Type.TIME),
        Published("rule_id", Type.CODE),
        Published("rule_digest", Type.CODE),
        Published("baseline_id", Type.ID),
        Published("baseline", Type.DECIMAL),
        Published("endpoint_id", Type.ID),
        Published("endpoint", Type.DECIMAL),
        Published("pct_change", Type.DECIMAL),
        Published("response", Type.FLAG),
        Published("remission", Type.FLAG),
        Published("outcome_class", Type.CODE),
        Published("window_ok", Type.FLAG),
        Published("next", Type.CODE),
        Published("stale", Type.FLAG),
    ),
)

RELAPSES = View(
    "relapses",
    1,
    "relapses",
    "a relapse",
    (
        Published("assessment_id", Type.ID),
        Published("at", Type.TIME),
        Published("instrument", Type.CODE),
        Published("criterion", Type.CODE),
        Published("days_since_last_infusion", Type.WHOLE, null="there was no infusion before it"),
    ),
)

ADVERSE_EVENTS = View(
    "adverse_events",
    1,
    "side_effects",
    "an adverse event",
    (
        Published("ae_id", Type.ID),
        Published("at", Type.TIME),
        Published("onset_at", Type.TIME),
        Published("session_id", Type.ID, null="it set in outside a session"),
        Published("attempt_no", Type.WHOLE, null=OUTSIDE),
        Published("infusion", Type.WHOLE, null="it belongs to no infusion that counts"),
        Published("term", Type.CODE),
        Published("grade", Type.WHOLE),
        Published("serious", Type.FLAG),
        Published("seriousness_code", Type.CODE),
        Published("expected", Type.FLAG),
        Published("relatedness", Type.CODE),
        Published("action", Type.CODE),
        Published("outcome", Type.CODE, null="nobody told"),
        Published("resolved_at", Type.TIME, null="it is not over, or nobody told"),
        Published("sequelae", Type.CODES),
    ),
)

MEDICATIONS = View(
    "medications",
    1,
    "medications",
    "a drug given beside the infusions",
    (
        Published("at", Type.TIME),
        Published("session_id", Type.ID),
        Published("attempt_no", Type.WHOLE, null=OUTSIDE),
        Published("infusion", Type.WHOLE, null="it belongs to no infusion that counts"),
        Published("rxnorm", Type.CODE),
        Published("dose", Type.DECIMAL, unit="as `unit` says"),
        Published("unit", Type.CODE),
        Published("route", Type.CODE),
        Published("indication", Type.CODE),
    ),
)

PRESSURES = View(
    "pressures",
    1,
    "pressures",
    "a reading of the pressure in a session",
    (
        Published("at", Type.TIME),
        Published("session_id", Type.ID),
        Published("phase", Type.CODE),
        Published("attempt_no", Type.WHOLE, null="the pump was not started in that session"),
        Published("infusion", Type.WHOLE, null="it belongs to no infusion that counts"),
        Published("minute", Type.WHOLE, null="the pump was not started in that session"),
        Published("sbp_mmhg", Type.WHOLE, unit="mmHg"),
        Published("dbp_mmhg", Type.WHOLE, unit="mmHg"),
        Published("sbp_rise_mmhg", Type.WHOLE, unit="mmHg", null=NO_BASE),
        Published("dbp_rise_mmhg", Type.WHOLE, unit="mmHg", null=NO_BASE),
    ),
)

VIEWS = (JOURNEYS, INFUSIONS, SCORES, RESPONSES, RELAPSES, ADVERSE_EVENTS, MEDICATIONS, PRESSURES)

"""Which of the audit do analysts rely on? See `projections/views.py` before a change.

Who entered, witnessed or set aside something is not published, nor what the law protects further, nor the name of a
note of the vault. Of what a correction changed the fields are named, and not what they said.
"""

from __future__ import annotations

from projections.views import Published, Type, View

EVENTS = View(
    "events",
    1,
    "timeline",
    "an event of a journey, or of a container of the drug under its own id",
    (
        Published("version", Type.WHOLE),
        Published("position", Type.WHOLE),
        Published("event_id", Type.ID),
        Published("type", Type.CODE),
        Published("at", Type.TIME),
        Published("recorded_at", Type.TIME),
        Published("delay_s", Type.WHOLE),
        Published("role", Type.CODE),
        Published("on_behalf_of_role", Type.CODE, null="it was entered for nobody else"),
        Published("origin", Type.CODE),
        Published("reason", Type.CODE, null="no reason was needed"),
        Published("imported", Type.FLAG),
        Published("deviations", Type.CODES),
        Published("overrides", Type.CODES),
        Published("corrects", Type.ID, null="it is no correction"),
        Published("site", Type.CODE),
        Published("policy_version", Type.CODE),
    ),
)

DEVIATIONS = View(
    "deviations",
    1,
    "deviations",
    "a rule that an entry of a journey, or of a container of the drug, breaks",
    (
        Published("version", Type.WHOLE),
        Published("position", Type.WHOLE),
        Published("event_id", Type.ID),
        Published("type", Type.CODE),
        Published("at", Type.TIME),
        Published("recorded_at", Type.TIME),
        Published("role", Type.CODE),
        Published("n", Type.WHOLE),
        Published("rule", Type.CODE),
        Published("policy_version", Type.CODE),
    ),
)

CONSENTS = View(
    "consents",
    1,
    "consents",
    "a start of the pump, with the consent to treatment that was in force",
    (
        Published("event_id", Type.ID),
        Published("session_id", Type.ID),
        Published("attempt_no", Type.WHOLE),
        Published("started_at", Type.TIME),
        Published("known_consent_id", Type.ID, null="none was known"),
        Published("known_expires_at", Type.TIME, null="none was known, or it never was to"),
        Published("consent_id", Type.ID, null="none was in force"),
        Published("expires_at", Type.TIME, null="none was in force, or it never does"),
        Published("withdrawn_at", Type.TIME, null="it was not"),
        Published("finding", Type.CODE, null="all is as it should be"),
    ),
)

OVERRIDES = View(
    "overrides",
    1,
    "overrides",
    "a criterion of eligibility or a check of a clearance that a prescriber set aside",
    (
        Published("version", Type.WHOLE),
        Published("position", Type.WHOLE),
        Published("event_id", Type.ID),
        Published("type", Type.CODE),
        Published("at", Type.TIME),
        Published("recorded_at", Type.TIME),
        Published("role", Type.CODE),
        Published("n", Type.WHOLE),
        Published("of_what", Type.CODE),
        Published("overridden", Type.CODE),
        Published("found", Type.DECIMAL, null="what was found is no number, or nothing was"),
        Published("bound", Type.DECIMAL, null="it was held against no limit"),
        Published("evidence_ids", Type.CODES),
        Published("session_id", Type.ID, null="it is of an eligibility"),
        Published("corrects", Type.ID, null="it is no correction"),
        Published("site", Type.CODE),
        Published("policy_version", Type.CODE),
    ),
)

CORRECTED = View(
    "corrections",
    1,
    "corrections",
    "a correction of an entry",
    (
        Published("version", Type.WHOLE),
        Published("position", Type.WHOLE),
        Published("event_id", Type.ID),
        Published("at", Type.TIME),
        Published("recorded_at", Type.TIME),
        Published("role", Type.CODE),
        Published("kind", Type.CODE),
        Published("why", Type.CODE),
        Published("corrects", Type.ID),
        Published("entry_version", Type.WHOLE),
        Published("entry_type", Type.CODE),
        Published("replaced", Type.ID, null="it is the first correction of the entry"),
        Published("changed_fields", Type.CODES),
        Published("site", Type.CODE),
        Published("policy_version", Type.CODE),
    ),
)

TURNED = View(
    "turned_stale",
    1,
    "turned_stale",
    "an entry that turned stale by a correction, whether or not it was made anew since",
    (
        Published("correction_id", Type.ID),
        Published("corrected_at", Type.TIME),
        Published("event_id", Type.ID),
        Published("entry_version", Type.WHOLE),
        Published("entry_type", Type.CODE),
    ),
)

STALE = View(
    "stale",
    1,
    "stale",
    "an entry that is stale: it rests on one that was corrected after it, and was not made anew",
    (
        Published("event_id", Type.ID),
        Published("entry_version", Type.WHOLE),
        Published("entry_type", Type.CODE),
    ),
)

UNSIGNED = View(
    "unsigned",
    1,
    "unsigned",
    "a session that is over, and its record not signed off as it stands",
    (
        Published("session_id", Type.ID),
        Published("ended", Type.CODE),
        Published("ended_at", Type.TIME),
        Published("infusions", Type.WHOLE),
        Published("role", Type.CODE),
        Published("signed_at", Type.TIME, null="it never was"),
        Published("site", Type.CODE),
        Published("policy_version", Type.CODE),
    ),
)

LEDGER = View(
    "drug_ledger",
    1,
    "drug_ledger",
    "a movement of a container of the drug, with what was left of it from then on",
    (
        Published("version", Type.WHOLE),
        Published("position", Type.WHOLE),
        Published("type", Type.CODE),
        Published("at", Type.TIME),
        Published("local_day", Type.DAY),
        Published("change_ml", Type.DECIMAL, null="a discrepancy was opened or resolved: nothing moved"),
        Published(
            "balance_ml",
            Type.DECIMAL,
            null="that it was received is not known here",
            meaning="what is left of it from then on",
            unit="ml",
            # the last rest that is said up to here: keys are versions of one width, and so sort as text
            sql="substr(max(t.key || t.rest_ml) OVER (PARTITION BY t.journey_id ORDER BY t.version), 7)",
        ),
        Published("mg", Type.DECIMAL, null="it is of no dose, waste or discrepancy"),
        Published("lot", Type.CODE, null="it was not received then"),
        Published("ndc", Type.CODE, null="it was not received then"),
        Published("expires_on", Type.DAY, null="it was not received then"),
        Published("of_journey_id", Type.ID, null="it was for no session"),
        Published("session_id", Type.ID, null="it was for no session"),
        Published("discrepancy_id", Type.ID, null="it is of no discrepancy"),
        Published("finding", Type.CODE, null="it is of no discrepancy"),
        Published("deviations", Type.CODES),
        Published("site", Type.CODE),
    ),
    subject=Published("container_id", Type.ID, meaning="the container of the drug", sql="t.journey_id"),
)

VIEWS = (EVENTS, DEVIATIONS, CONSENTS, OVERRIDES, CORRECTED, TURNED, STALE, UNSIGNED, LEDGER)

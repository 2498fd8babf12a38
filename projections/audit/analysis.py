"""Which of the audit do analysts rely on? See `projections/views.py` before a change.

Who entered something is not published, nor what the law protects further, nor the name of a note of the vault.
"""

from __future__ import annotations

from projections.views import Published, Type, View

EVENTS = View(
    "events",
    1,
    "timeline",
    "an event of a journey",
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
    "a rule that an entry breaks",
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

VIEWS = (EVENTS, DEVIATIONS, CONSENTS)

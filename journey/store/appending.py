"""What stands in PostgreSQL, so that events are appended there?

Two functions append, one event or many: they take the log's lock, give the next dense positions, notify and insert.
Positions so appear in the order of commits and without gaps; a follower proves it by counting. The lock is taken last.

What one event needs is done by a procedure: it commits without waiting for the disk, which frees the lock, and waits
then, together with whoever else is waiting. So an event is seen a moment before it is sure to outlive a crash: nothing
is acknowledged, and nothing handed on to elsewhere, before it is `settled`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

TABLES = (
    (
        "CREATE TABLE IF NOT EXISTS {schema}.stored_events (originator_id uuid NOT NULL, "
        "originator_version bigint NOT NULL, topic text NOT NULL, state bytea NOT NULL, "
        "notification_id bigint NOT NULL PRIMARY KEY, "
        "CONSTRAINT stored_events_version UNIQUE (originator_id, originator_version))"
    ),
    "CREATE TABLE IF NOT EXISTS {schema}.log_head (one integer PRIMARY KEY CHECK (one = 1), position bigint NOT NULL)",
    "INSERT INTO {schema}.log_head (one, position) VALUES (1, 0) ON CONFLICT DO NOTHING",
    (
        "CREATE OR REPLACE FUNCTION {schema}.next_position(count bigint) "
        "RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE last bigint; BEGIN "
        "PERFORM pg_advisory_xact_lock(hashtext('journey log'), hashtext({name})); "
        "UPDATE {schema}.log_head SET position = position + count RETURNING position INTO last; "
        "PERFORM pg_notify({channel}, ''); RETURN last - count + 1; END $$"
    ),
    (
        "CREATE OR REPLACE FUNCTION {schema}.append_event(stream uuid, version bigint, tag text, body bytea) "
        "RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE place bigint := {schema}.next_position(1); BEGIN "
        "INSERT INTO {schema}.stored_events (originator_id, originator_version, topic, state, notification_id) "
        "VALUES (stream, version, tag, body, place); RETURN place; END $$"
    ),
    (
        "CREATE OR REPLACE FUNCTION {schema}.append_events("
        "streams uuid[], versions bigint[], tags text[], bodies bytea[]) "
        "RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE first bigint := {schema}.next_position(cardinality(streams)); "
        "BEGIN INSERT INTO {schema}.stored_events "
        "(originator_id, originator_version, topic, state, notification_id) "
        "SELECT stream, version, tag, body, first + number - 1 FROM unnest(streams, versions, tags, bodies) "
        "WITH ORDINALITY AS event (stream, version, tag, body, number); RETURN first; END $$"
    ),
    (
        "CREATE OR REPLACE FUNCTION {schema}.events_stay() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'events are never changed or deleted'; END $$"
    ),
    (
        "CREATE OR REPLACE TRIGGER events_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.stored_events "
        "FOR EACH STATEMENT EXECUTE FUNCTION {schema}.events_stay()"
    ),
)

APPEND_MANY = "SELECT {schema}.append_events(%b, %b::bigint[], %b, %b)"
HEADS = (
    "SELECT count(*) FROM unnest(%b, %b::bigint[], %b) AS head (stream, version, digest) JOIN stored_events "
    "ON originator_id = stream AND originator_version = version AND sha256(state) = digest"
)
"""How many of some events are stored as they are said to be."""
APPENDING = (
    "CREATE OR REPLACE PROCEDURE {name}({kinds}, uuid, bigint, text, bytea, bytea, INOUT place bigint) "
    "LANGUAGE plpgsql AS $$ BEGIN IF {digest} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM stored_events "
    "WHERE originator_id = {stream} AND originator_version = {version} - 1 AND sha256(state) = {digest}) "
    "THEN RAISE unique_violation USING TABLE = 'stored_events'; END IF; "
    "{beside}; place := append_event({stream}, {version}, {tag}, {body}); "
    "SET LOCAL synchronous_commit = off; COMMIT; {settle}; END $$"
)
"""What is beside is written before the lock is taken; the settling ends with a commit that waits."""
SETTLE = "pg_logical_emit_message(true, 'journey log', '')"
"""A word in the write-ahead log that nobody reads: when it is on disk, so is all that was committed before it."""


def appending(name: str, beside: str, kinds: Sequence[str]) -> str:
    """What makes a procedure that runs a statement, whose parameters are of these kinds, and appends one event.

    It is appended after the event whose bytes have the given digest, if one is given, or not at all.
    """
    marks = iter(f"${number}" for number in range(1, len(kinds) + 6))
    inserted = re.sub(r"\?", lambda _: next(marks), beside)
    event = dict(zip(("stream", "version", "tag", "body", "digest"), marks, strict=True))
    own = {"name": name, "kinds": ", ".join(kinds), "beside": inserted, "settle": f"PERFORM {SETTLE}"}
    return APPENDING.format(**own, **event)

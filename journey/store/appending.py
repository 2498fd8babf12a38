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
APPENDING = (
    "CREATE OR REPLACE PROCEDURE {name}({kinds}, uuid, bigint, text, bytea, INOUT place bigint) "
    "LANGUAGE plpgsql AS $$ BEGIN {beside}; place := append_event({event}); "
    "SET LOCAL synchronous_commit = off; COMMIT; {settle}; END $$"
)
"""What is beside is written before the lock is taken; the settling ends with a commit that waits."""
SETTLE = "pg_logical_emit_message(true, 'journey log', '')"
"""A word in the write-ahead log that nobody reads: when it is on disk, so is all that was committed before it."""


def appending(name: str, beside: str, kinds: Sequence[str]) -> str:
    """What makes a procedure that runs a statement, whose parameters are of these kinds, and appends one event."""
    numbers = iter(range(1, len(kinds) + 5))
    inserted = re.sub(r"\?", lambda _: f"${next(numbers)}", beside)
    event = ", ".join(f"${number}" for number in numbers)
    return APPENDING.format(name=name, kinds=", ".join(kinds), beside=inserted, event=event, settle=f"PERFORM {SETTLE}")

"""How is a table kept append-only, whoever asks?"""

from __future__ import annotations


def stays(table: str, *, postgres: bool) -> tuple[str, ...]:
    """Triggers that refuse to change or delete a table's rows."""
    said = f"{table} is only ever added to"
    if postgres:
        refusal = (
            f"CREATE OR REPLACE FUNCTION {table}_stays() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{said}'; END $$"
        )
        trigger = (
            f"CREATE OR REPLACE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_stays()"
        )
        return refusal, trigger
    return tuple(
        f"CREATE TRIGGER IF NOT EXISTS {table}_stays_{act.lower()} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
        for act in ("UPDATE", "DELETE")
    )

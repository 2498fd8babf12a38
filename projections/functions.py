"""How does a view on PostgreSQL find the build that is live, in the snapshot of whoever asks?

By a function of its owner's rights that gives the view's columns, and nothing else, as text: whoever may read the view
needs no right on any table. It is STABLE, so all views of one statement see one moment; and it holds the builds that
are live in that moment by the lock that every reader holds, so that none is removed until the transaction ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from projections.connection import Session
from projections.projection import AnyProjection
from projections.views import Published, Type, View

FUNCTION = """
CREATE OR REPLACE FUNCTION {rows}() RETURNS SETOF text[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $rows$
DECLARE
  source text;
  listed text;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtext(projection || version), live::int) FROM {schema}.served;
  SELECT format('%I.%I', {schema_text}, projection || '_v' || version || '_{table}'
      || CASE WHEN live = 1 THEN '' ELSE '_b' || live END)
    INTO source FROM {schema}.shown JOIN {schema}.served USING (projection, version) WHERE projection = '{projection}';
  IF to_regclass(source) IS NULL THEN
    RAISE EXCEPTION 'what is shown of {projection} was removed since this transaction began: ask again'
      USING ERRCODE = 'serialization_failure';
  END IF;
  SELECT string_agg(coalesce(nullif(own.made, ''), 't.' || quote_ident(known.attname) || '::text', 'NULL::text'), ', '
      ORDER BY own.number)
    INTO listed FROM unnest({names}::text[], {made}::text[]) WITH ORDINALITY AS own (name, made, number)
    LEFT JOIN pg_attribute known ON known.attrelid = to_regclass(source) AND known.attname = own.name
      AND NOT known.attisdropped;
  RETURN QUERY EXECUTE format('SELECT ARRAY[%s] FROM %s t', listed, source);
END $rows$;
REVOKE ALL ON FUNCTION {rows}() FROM PUBLIC;
"""

READ = {
    Type.ID: "{}::uuid",
    Type.CODE: "{}",
    Type.CODES: "CASE WHEN {0} IS NOT NULL THEN ARRAY(SELECT json_array_elements_text({0}::json)) END",
    Type.TIME: "{}::timestamptz",
    Type.DAY: "{}::date",
    Type.DECIMAL: "{}::numeric",
    Type.WHOLE: "{}::bigint",
    Type.FLAG: "{}::boolean",
}
"""Of each type how it is read of its text."""

INHERITED = """
DO $grants$
DECLARE grantee text;
BEGIN
  FOR grantee IN SELECT DISTINCT acl.grantee::regrole::text
    FROM pg_proc p, aclexplode(p.proacl) acl
    WHERE p.pronamespace = to_regnamespace(quote_ident({schema_text})) AND p.proname LIKE 'analysis\\_%\\_rows'
      AND acl.grantee NOT IN (0, p.proowner)
  LOOP
    EXECUTE format('GRANT SELECT ON {view} TO %s', grantee);
    EXECUTE format('GRANT EXECUTE ON FUNCTION {rows}() TO %s', grantee);
  END LOOP;
END $grants$;
"""
"""Who was let in to the views there are is let in to a new one."""


@dataclass(frozen=True, slots=True)
class Function:
    """What makes a view and its function, and the digest by which a database knows that it has them."""

    text: str
    digest: str


def function_of(projection: AnyProjection, view: View, schema: str) -> Function:
    """What makes a view, in a schema."""
    rows = f'"{schema}".{view.in_sql}_rows'
    named = f'"{schema}".{view.in_sql}'
    words = {
        "rows": rows,
        "view": named,
        "schema": f'"{schema}"',
        "schema_text": _text(schema),
        "table": view.table,
        "projection": projection.name,
        "names": _array(it.name for it in view.columns),
        "made": _array(it.sql for it in view.columns),
    }
    columns = ", ".join(f"{READ[it.type].format(f'r[{at}]')} AS {it.name}" for at, it in enumerate(view.columns, 1))
    parts = [
        FUNCTION.format(**words),
        f"CREATE OR REPLACE VIEW {named} AS SELECT {columns} FROM {rows}() AS r;\n",  # noqa: S608 - names of ours
        f"COMMENT ON VIEW {named} IS {_text(f'One row: {view.row}')};\n",
        *(_comment(projection, view, it, named) for it in view.columns),
        INHERITED.format(**words),
    ]
    text = "".join(parts)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Function(f"{text}COMMENT ON FUNCTION {rows}() IS '{digest}';\n", digest)


def made(session: Session) -> dict[str, str]:
    """Of each view that a database has the digest of what made it."""
    found = session.read(
        "SELECT proname, obj_description(oid, 'pg_proc') FROM pg_proc "
        "WHERE pronamespace = current_schema()::regnamespace AND proname LIKE ?",
        r"analysis\_%\_rows",
    )
    return {name.removesuffix("_rows"): digest for name, digest in found}


def _comment(projection: AnyProjection, view: View, column: Published, named: str) -> str:
    meaning, unit = projection.told(view, column)
    said = f"{meaning}{f' [{unit}]' if unit else ''}; {f'null: {column.null}' if column.null else 'never null'}"
    return f"COMMENT ON COLUMN {named}.{column.name} IS {_text(said)};\n"


def _array(texts: Iterable[str]) -> str:
    return f"ARRAY[{', '.join(_text(it) for it in texts)}]"


def _text(said: str) -> str:
    return "'" + said.replace("'", "''") + "'"

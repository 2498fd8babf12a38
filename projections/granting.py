"""Who may read analysts' views on PostgreSQL, and is that all that they may?

The role owns nothing and is let in to nothing but the views and the functions they ask. Whether it can do more, by
whatever way, is asked of PostgreSQL itself before anything of it is kept.
"""

from __future__ import annotations

import re

from psycopg import errors

from projections.connection import Session

NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
NAMED = 10
"""So much of what is wrong is told."""


class NotGranted(Exception):  # noqa: N818 - what became of it
    """The role could not be made or let in: says why."""


class CanDoMore(Exception):  # noqa: N818 - what the role can
    """The role could do more than read the views: says what. Nothing was changed."""


def grant(session: Session, role: str) -> None:
    """Let a role read the views, and make it if there is none. Raises NotGranted and CanDoMore; all is undone then.

    What is not its own is what every role has: temporary tables, which are gone with its session.
    """
    if not session.postgres:
        raise NotGranted("SQLite knows no roles: who may open the file reads all of it. Give out exports instead.")
    if NAME.fullmatch(role) is None:
        raise NotGranted("A role's name is of small letters, digits and _.")
    try:
        if not session.read("SELECT 1 FROM pg_roles WHERE rolname = ?", role):
            session.run(f"CREATE ROLE {role} LOGIN")
        for statement in _statements(session, role):
            session.run(statement)
    except errors.InsufficientPrivilege:
        words = f"This user may not make roles: let an administrator say CREATE ROLE {role} LOGIN, and try again."
        raise NotGranted(words) from None
    if more := beyond(session, role):
        rest = f" and {len(more) - NAMED} more" if len(more) > NAMED else ""
        raise CanDoMore(f"{role} could do more than read the views. It could {', '.join(more[:NAMED])}{rest}")


def _statements(session: Session, role: str) -> list[str]:
    schema, database = session.read("SELECT quote_ident(current_schema()), quote_ident(current_database())")[0]
    of_it = f"ALTER ROLE {role} IN DATABASE {database} SET"
    return [
        f"GRANT CONNECT ON DATABASE {database} TO {role}",
        f"GRANT USAGE ON SCHEMA {schema} TO {role}",
        *(f"GRANT SELECT ON {schema}.{it} TO {role}" for it in _views(session)),
        *(f"GRANT EXECUTE ON FUNCTION {schema}.{it}_rows() TO {role}" for it in _views(session)),
        f"{of_it} search_path = {schema}",
        f"{of_it} default_transaction_read_only = on",
        f"{of_it} idle_in_transaction_session_timeout = '10min'",  # a rebuild waits for who reads its former build
    ]


def _views(session: Session) -> list[str]:
    sql = "SELECT viewname FROM pg_views WHERE schemaname = current_schema() AND starts_with(viewname, ?) ORDER BY 1"
    return [row[0] for row in session.read(sql, "analysis_")]


BEYOND = """
WITH relations AS (
  SELECT c.oid, c.relname AS name, c.relkind AS kind,
    n.nspname = current_schema() AND c.relkind = 'v' AND starts_with(c.relname, 'analysis_') AS is_view
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
), tables AS (SELECT * FROM relations WHERE kind IN ('r', 'p', 'v', 'm', 'f'))
SELECT 1 AS nr, 'be more than an ordinary role' AS what FROM pg_roles
  WHERE rolname = %(role)s AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)
UNION SELECT 2, 'do what ' || m.roleid::regrole || ' can' FROM pg_auth_members m WHERE m.member = %(role)s::regrole
UNION SELECT 3, 'read ' || name FROM tables
  WHERE NOT is_view AND has_any_column_privilege(%(role)s, oid, 'SELECT')
UNION SELECT 4, 'write ' || name FROM tables
  WHERE has_table_privilege(%(role)s, oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
    OR has_any_column_privilege(%(role)s, oid, 'INSERT, UPDATE, REFERENCES')
UNION SELECT 5, 'move ' || name FROM relations
  WHERE CASE kind WHEN 'S' THEN has_sequence_privilege(%(role)s, oid, 'USAGE, SELECT, UPDATE') END
UNION SELECT 6, 'act for its owner by ' || p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE p.prosecdef AND n.nspname <> 'pg_catalog' AND has_function_privilege(%(role)s, p.oid, 'EXECUTE')
    AND NOT (n.nspname = current_schema() AND starts_with(p.proname, 'analysis_') AND right(p.proname, 5) = '_rows')
UNION SELECT 7, 'make things in ' || nspname FROM pg_namespace
  WHERE nspname !~ '^pg_' AND has_schema_privilege(%(role)s, oid, 'CREATE')
UNION SELECT 8, 'make schemas' FROM pg_database
  WHERE datname = current_database() AND has_database_privilege(%(role)s, oid, 'CREATE')
UNION SELECT 9, 'use what is made later, by default privileges'
  FROM pg_default_acl d, aclexplode(d.defaclacl) acl
  WHERE d.defaclobjtype IN ('r', 'S') AND acl.grantee IN (0::oid, %(role)s::regrole::oid)
ORDER BY nr, what
"""
"""All that a role can do besides reading the views, by itself, as one of a group, or as everybody can."""


def beyond(session: Session, role: str) -> list[str]:
    """What a role can do besides reading the views; nothing, as it should be."""
    return [row[1] for row in session.connection.execute(BEYOND, {"role": role}).fetchall()]

"""What does every test find ready: a PostgreSQL, a Kafka, a Chromium?

Each comes from the environment (`make test` starts one of each for all) or is started here, once a session.
A run in which a test was skipped has failed: what can't be had is said loudly, never passed over.
"""

import os
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright
from psycopg import sql

from tests.servers import Kafka, Postgres, chromium
from tests.servers.chromium import FLAGS

pytest_plugins = ["tests.faults.fired"]

# A busy machine is no slow test, and what fails today fails again tomorrow.
settings.register_profile("journey", deadline=None, derandomize=True)
settings.load_profile("journey")


@pytest.fixture(scope="session")
def postgres_url(worker_id: str) -> Iterator[str]:
    """Yield the URL of a database that is this test process's own: advisory locks are per database."""
    if url := os.environ.get("JOURNEY_TEST_POSTGRES_URL"):
        yield from _database(url, worker_id)
    else:
        with Postgres() as server:
            yield from _database(server.url, worker_id)


@pytest.fixture
def postgres_schema(postgres_url: str) -> Iterator[str]:
    """Yield a URL whose connections see a fresh, empty schema; it is dropped after the test.

    A test that left a transaction open fails here by lock timeout.
    """
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
        yield f"{postgres_url}?options=-csearch_path%3D{name}"
        connection.execute("SET lock_timeout = '10s'")
        connection.execute("SET client_min_messages = error")
        connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def kafka_bootstrap() -> Iterator[str]:
    """Yield the bootstrap address of a broker that tests share; keep topics apart by `topic_prefix`."""
    if address := os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        yield address
    else:
        with Kafka() as broker:
            yield broker.bootstrap


@pytest.fixture
def topic_prefix() -> str:
    """Return what begins the names of this test's topics, groups and transactional ids."""
    return f"t{uuid.uuid4().hex[:12]}."


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Yield a headless Chromium; a second Playwright can't be started in a process while one runs."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield opened
        opened.close()


def _database(url: str, worker: str) -> Iterator[str]:
    name = f"journey_{worker}_{uuid.uuid4().hex[:8]}"
    known = sql.Identifier(name)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(known))
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(known))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that skipped something."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and reporter.stats.get("skipped") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED

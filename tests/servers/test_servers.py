"""Do the servers that the tests lean on start, stop, die and come back?"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic
from playwright.sync_api import Browser

from tests.servers import Kafka, Postgres, containers, processes


def settings(url: str) -> dict[str, str]:
    """Read the server's settings that durability rests on."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')"
        )
        return dict(rows.fetchall())


def test_postgres_is_durable(postgres_url: str) -> None:
    """The shared PostgreSQL writes as in production."""
    assert settings(postgres_url) == {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


def test_schemas_are_apart(postgres_schema: str) -> None:
    """What a test creates lands in its own schema, which begins empty."""
    with psycopg.connect(postgres_schema) as connection:
        connection.execute("CREATE TABLE here (x int)")
        row = connection.execute("SELECT schemaname FROM pg_tables WHERE tablename = 'here'").fetchone()
    assert row is not None
    assert row[0].startswith("test_")


def test_postgres_comes_back_after_kill() -> None:
    """A private PostgreSQL killed and started again has what was committed."""
    with Postgres() as server:
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE kept (x int)")
        server.kill()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(server.url, connect_timeout=2)
        server.start()
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
        server.restart()
        assert settings(server.url)["fsync"] == "on"


def write(bootstrap: str, topic: str, value: bytes) -> None:
    """Write one record in one transaction."""
    producer = KafkaProducer(bootstrap_servers=bootstrap, transactional_id=f"{topic}.writer")
    producer.init_transactions()
    producer.begin_transaction()
    producer.send(topic, value)
    producer.commit_transaction()
    producer.close()


def read(bootstrap: str, topic: str, count: int) -> list[bytes]:
    """Read the first committed records of a topic of one partition."""
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap, isolation_level="read_committed", auto_offset_reset="earliest"
    )
    consumer.assign([TopicPartition(topic, 0)])
    found: list[bytes] = []

    def enough() -> bool:
        found.extend(record.value for batch in consumer.poll(timeout_ms=100).values() for record in batch)
        return len(found) >= count

    processes.until(enough, seconds=30, what=f"{count} records")
    consumer.close()
    return found


def create(bootstrap: str, topic: str) -> None:
    """Create a topic of one partition."""
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    admin.close()


def test_kafka_takes_a_transaction(kafka_bootstrap: str, topic_prefix: str) -> None:
    """What was produced in a transaction is read by a read_committed reader."""
    topic = f"{topic_prefix}facts"
    create(kafka_bootstrap, topic)
    write(kafka_bootstrap, topic, b"one")
    assert read(kafka_bootstrap, topic, 1) == [b"one"]


def test_kafka_comes_back_after_kill() -> None:
    """A private Kafka killed and started again, then stopped and started again, has what was committed."""
    with Kafka() as broker:
        create(broker.bootstrap, "facts")
        write(broker.bootstrap, "facts", b"one")
        broker.kill()
        broker.start()
        write(broker.bootstrap, "facts", b"two")
        broker.restart()
        assert read(broker.bootstrap, "facts", 2) == [b"one", b"two"]


def test_kafka_properties_reach_a_container() -> None:
    """The image's names of properties are the documented ones."""
    assert containers.environment({"node.id": "1", "a_b-c": "2"}) == {"KAFKA_NODE_ID": "1", "KAFKA_A__B___C": "2"}


def test_chromium_renders(browser: Browser) -> None:
    """A headless Chromium lays out a page and runs its script."""
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.set_content("<h1>Board</h1><script>document.title = innerWidth</script>")
    assert page.title() == "390"
    assert page.get_by_role("heading", name="Board").is_visible()
    page.close()


def test_servers_stop_with_their_command() -> None:
    """Ending the runner ends command and servers, and says how it was ended."""
    told = {"KAFKA_BOOTSTRAP_SERVERS": "unused:1", "JOURNEY_TEST_CHROMIUM": "unused"}
    others = {name: value for name, value in os.environ.items() if name != "JOURNEY_TEST_POSTGRES_URL"}
    script = "import os; print(os.environ['JOURNEY_TEST_POSTGRES_URL'], flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-m", "tests.servers", "--", sys.executable, "-c", script],
        cwd=Path(__file__).parents[2],
        env={**others, **told},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as runner:
        assert runner.stdout is not None
        url = runner.stdout.readline().decode().strip()
        assert settings(url)["fsync"] == "on"
        runner.send_signal(signal.SIGTERM)
        assert runner.wait(60) == 128 + signal.SIGTERM
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)


def test_exit_code_is_the_commands() -> None:
    """The runner ends with the exit code of its command."""
    told = {"KAFKA_BOOTSTRAP_SERVERS": "-", "JOURNEY_TEST_CHROMIUM": "-", "JOURNEY_TEST_POSTGRES_URL": "-"}
    command = [sys.executable, "-m", "tests.servers", "--", sys.executable, "-c", "raise SystemExit(7)"]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], env={**os.environ, **told}, check=False)
    assert done.returncode == 7

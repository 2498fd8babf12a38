"""Is it told how far the relay is, whether the topic is the log, and how to go on when it is not?"""

from __future__ import annotations

import signal
from contextlib import closing
from dataclasses import replace
from sqlite3 import connect
from typing import Any

import pytest
from kafka import TopicPartition

from consumers.deadline import TRY_AGAIN
from consumers.topics import CLIENT, administration
from tests.entrypoints.command_line import CommandLine
from tests.entrypoints.conftest import WORKED
from tests.servers import free_port, until


@pytest.fixture
def published(line: CommandLine, kafka_bootstrap: str, topic_prefix: str) -> CommandLine:
    """Return the command line of an installation whose log is on Kafka."""
    kafka = {"JOURNEY_KAFKA": kafka_bootstrap, "JOURNEY_TOPIC_PREFIX": topic_prefix, "JOURNEY_REPLICATION": "1"}
    published = replace(line, environment={**line.environment, **kafka})
    assert published("migrate").code == 0
    assert published("import", WORKED).code == 0
    return published


def relayed(line: CommandLine) -> dict[str, Any]:
    """Run the relay, as a process, until everything is published; what is told of it then."""
    process = line.start("relay")
    try:
        until(lambda: line("relay", "status", "--json").json["lag_events"] == 0, seconds=30, what="all to be published")
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 0, said
    status: dict[str, Any] = line("relay", "status", "--json").json
    return status


def emptied(line: CommandLine) -> None:
    """Delete every record of the topic of events."""
    events = f"{line.environment['JOURNEY_TOPIC_PREFIX']}journeys.events.v1"
    with administration(line.environment["JOURNEY_KAFKA"]) as admin:
        admin.delete_records({TopicPartition(events, number): -1 for number in range(12)})


def test_status_tells_how_far_it_is(published: CommandLine) -> None:
    """Position, head, lag, epoch, topic and store are told, before anything is published and after all is."""
    before = published("relay", "status", "--json").json
    assert (before["position"], before["epoch"], before["published_at"], before["last_error"]) == (0, 1, None, None)
    assert before["head"] == before["lag_events"] > 100
    assert before["lag_seconds"] >= 0
    after = relayed(published)
    assert after["position"] == after["head"] == before["head"]
    assert (after["lag_events"], after["lag_seconds"], after["kafka"]) == (0, 0, "answers")
    assert after["store_id"] == before["store_id"]
    assert after["published_at"] is not None
    assert "journeys.events.v1" in published("relay", "status").out


def test_verify_gives_its_verdict(published: CommandLine) -> None:
    """A topic that is the log is verified: exit code 0, with how many were read and how fast."""
    status = relayed(published)
    verdict = published("relay", "verify", "--json").json
    assert (verdict["verified"], verdict["faults"]) == (True, [])
    assert verdict["position"] == verdict["records"] == status["head"]
    assert verdict["events_per_second"] > 0
    assert published("relay", "verify").code == 0


def test_way_back_from_an_emptied_topic(published: CommandLine) -> None:
    """Emptied: refused, and known afterwards; not verified, with what is missing; published anew: verified."""
    head = relayed(published)["head"]
    emptied(published)
    refused = published.process("relay")
    assert (refused.code, "was emptied" in refused.err, "Traceback" in refused.err) == (1, True, False)
    assert "was emptied" in published("relay", "status", "--json").json["last_error"]["words"]
    said = published("relay", "verify")
    assert said.code == 3
    assert f"{head} missing" in said.err
    assert "position 1, position 2" in said.out
    assert published("relay", "republish", stdin=b"n\n").code == 1
    assert published("relay", "status", "--json").json["epoch"] == 1
    anew = published("relay", "republish", "--yes")
    assert (anew.code, "journeys.events.v1.e2" in anew.err) == (0, True), anew.err
    status = relayed(published)
    assert (status["epoch"], status["position"]) == (2, head)
    assert published("relay", "verify", "--json").json["verified"] is True
    assert published("topics", "check").code == 0
    assert published("migrate").code == 0


@pytest.fixture
def away(published: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """Return the command line of the installation when no broker answers."""
    monkeypatch.setitem(CLIENT, "bootstrap_timeout_ms", 500)
    return replace(published, environment={**published.environment, "JOURNEY_KAFKA": f"127.0.0.1:{free_port()}"})


def test_status_without_kafka(published: CommandLine, away: CommandLine) -> None:
    """When Kafka is away, that is said, by the exit code too; head, store and the last error are told all the same."""
    said = away("relay", "status", "--json")
    assert said.code == 1
    assert "is not known: Kafka at 127.0.0.1" in said.err
    assert f'"head": {published("relay", "status", "--json").json["head"]}' in said.out
    assert away("relay", "run").code == TRY_AGAIN
    told = published("relay", "status", "--json").json["last_error"]
    assert told["words"] == "Kafka: KafkaConnectionError"


@pytest.mark.parametrize("command", ["verify", "republish"])
def test_without_kafka_nothing_is_claimed(away: CommandLine, command: str) -> None:
    """What can't be read is neither verified nor called wrong, and nothing is published anew."""
    said = away("relay", command, *(["--yes"] if command == "republish" else []))
    assert (said.code, said.out) == (1, "")
    assert "Kafka at 127.0.0.1" in said.err


def test_an_unmigrated_store_is_told(published: CommandLine) -> None:
    """A store of an older program is not written to: what to do is said."""
    with closing(connect(published.folder / "journey.sqlite")) as store:
        store.execute("DROP TABLE relay_troubles")
    said = published("relay", "run")
    assert (said.code, "journey migrate" in said.err) == (1, True)
    assert published("migrate").code == 0
    assert published("relay", "status").code == 0

"""Does the published contract say what we write, let readers of every age on, and is it the one in the repository?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from consumers.topics import HEADERS, Topics
from entrypoints.contract import ATTRIBUTES, ENVELOPE, envelope, record_schema
from entrypoints.reference.contract_files import FILES, asyncapi, file_of
from journey.events import EVENTS
from journey.store import codec
from tests.examples import EVENTS as EXAMPLES
from tests.store.goldens import body_of

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "contract"
GOLDEN = ROOT / "tests" / "golden"
META = Path(__file__).with_name("asyncapi-3.0.0.schema.json")
REGISTRY: Registry[Any] = Registry().with_resource(ENVELOPE, Resource.from_contents(envelope()))


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """Return what checks records by a schema beside the envelope's."""
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, registry=REGISTRY, format_checker=FormatChecker())


def faults(schema: dict[str, Any] | Draft202012Validator, record: Any) -> list[str]:
    """Return what is wrong with a record."""
    checker = validator(schema) if isinstance(schema, dict) else schema
    return [error.message for error in checker.iter_errors(record)]


def published(name: str) -> dict[str, Any]:
    """Return a file of the contract, as readers have it."""
    schema: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return schema


def deeper(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a record with one thing added to it, at every level where a thing may be."""
    yield record | {"sincethen": 1}
    data = record["data"]
    yield record | {"data": data | {"since_then": 1}}
    yield record | {"data": data | {"event": data["event"] | {"since_then": 1}}}


@pytest.mark.parametrize("name", FILES)
def test_file_is_not_stale(name: str) -> None:
    """The file in docs/ is the one that the code gives; `python -m entrypoints.reference` writes it anew."""
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == FILES[name]()


def test_every_golden_has_its_schema_and_nothing_else_is_there() -> None:
    """Each version of an event that was ever written has its file, the older ones too; a stray file is found."""
    versions = {path.name for path in GOLDEN.glob("*.json")}
    assert {path.name for path in FOLDER.iterdir()} == versions | {"README.md", "asyncapi.json", ENVELOPE}


@pytest.mark.parametrize("golden", sorted(path.name for path in GOLDEN.glob("*.json")))
def test_what_was_ever_written_is_valid_for_readers(golden: str) -> None:
    """A record of each version, as it was once written, is valid under the open schema of its version."""
    assert faults(published(golden), json.loads((GOLDEN / golden).read_bytes())) == []


@pytest.mark.parametrize("name", EVENTS)
def test_what_we_write_is_all_that_is_said(name: str) -> None:
    """What is written today is valid under the closed schema, which refuses whatever else; the open one lets it be."""
    written = json.loads(body_of(EXAMPLES[name]))
    writer, reader = validator(record_schema(name, is_closed=True)), validator(published(file_of(name)))
    assert faults(writer, written) == []
    for more in deeper(written):
        assert faults(writer, more) != []
        assert faults(reader, more) == []


@pytest.mark.parametrize("name", EVENTS)
def test_what_a_reader_needs_is_required(name: str) -> None:
    """A record that lacks an attribute or a field that every one has is not valid, for readers either."""
    written = json.loads(body_of(EXAMPLES[name]))
    schema = published(file_of(name))
    reader = validator(schema)
    for attribute in codec.REQUIRED:
        assert faults(reader, {key: it for key, it in written.items() if key != attribute}) != []
    event = written["data"]["event"]
    for field in schema["$defs"][name]["required"]:
        short = {key: it for key, it in event.items() if key != field}
        assert faults(reader, written | {"data": written["data"] | {"event": short}}) != []
    assert faults(reader, written | {"type": "journey.Other.v1"}) != []


def test_numbers_are_texts() -> None:
    """A dose is a text: a number, which a reader could round, is not valid."""
    written = json.loads(body_of(EXAMPLES["InfusionStarted"]))
    event = written["data"]["event"]
    rounded = written | {"data": written["data"] | {"event": event | {"dose_mg": 35.0}}}
    assert faults(published("InfusionStarted.v1.json"), rounded) != []


def test_envelope_has_the_attributes_of_the_codec() -> None:
    """Every attribute that the codec writes is said, and no other."""
    assert set(ATTRIBUTES) == codec.REQUIRED | codec.OPTIONAL


def test_asyncapi_is_valid() -> None:
    """The AsyncAPI document is valid under AsyncAPI's own schema, and one with a fault is not."""
    meta = Draft7Validator(json.loads(META.read_text(encoding="utf-8")))
    document = published("asyncapi.json")
    assert list(meta.iter_errors(document)) == []
    broken = document | {"operations": {"publish": {"action": "shout", "channel": {"$ref": "#/channels/events"}}}}
    assert list(meta.iter_errors(broken)) != []


def test_asyncapi_says_what_is_there() -> None:
    """The document names the topic, its partitions, each message once, its headers, and a file that is there."""
    document, topics = asyncapi(), Topics(bootstrap="")
    channel = document["channels"]["events"]
    assert channel["address"] == topics.events
    assert channel["bindings"]["kafka"]["partitions"] == topics.wanted[topics.events][0]
    messages = document["components"]["messages"]
    assert list(channel["messages"]) == list(messages) == list(EVENTS)
    for message in messages.values():
        assert message["headers"]["required"] == list(HEADERS)
        assert (FOLDER / message["payload"]["$ref"]).exists()


def test_links_lead_somewhere() -> None:
    """Every page that the promises point to is there."""
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#:]+)\)", page):
        assert (FOLDER / link).exists(), link

"""docs/contract/: what may another service rely on, in a form that programs read?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from consumers.topics import CONTENT_TYPE, EVENTS, EVENTS_PARTITIONS, HEADERS, Topics
from entrypoints.contract import ENVELOPE, Schema, envelope, record_schema
from entrypoints.reference.markdown import GENERATED, text
from journey.events import EVENTS as KINDS
from journey.store.versions import current

GOLDEN = Path(__file__).parents[2] / "tests" / "golden"
TOPIC = Topics(bootstrap="").events
BINDING = "0.5.0"

HEADER_SHAPES: dict[str, Schema] = {
    "content-type": {"const": CONTENT_TYPE},
    "type": {"type": "string", "description": "A hint to filter by: the same as in the body, which decides."},
    "position": {"type": "string", "pattern": "^[1-9][0-9]*$", "description": "The event's place in the whole log."},
}

PROMISES = f"""
- **One topic**, `{TOPIC}`, of {EVENTS_PARTITIONS} partitions for life; kept for ever, unless it is said otherwise.
- **One form**, `{CONTENT_TYPE}`: the stored bytes, untouched. Their SHA-256 is the event's digest everywhere.
- **One key**, the journey's id; its partition is murmur2 of it, as every Kafka client counts.
- **Order**: the events of a journey are in one partition, in the order of `streamversion`.
- **No gap**: `streamversion` counts the events of a journey from 1, each there once.
- **Positions**: over all partitions together `position` is 1 to N, each there once; within a partition it grows.
- **Exactly once** for readers with `isolation.level=read_committed`. For others the pair of journey and
  `streamversion` tells what came twice.
- **Two times**: `time` is when it happened; `recordedat` is when it was recorded, and the record's timestamp.
- **Versions**: within a version of a type fields may be added and nothing else changes, no code of a list either: so
  ignore what you do not know. What would break a reader is a new version of the type.
- **Nobody is named**: ids, codes and numbers, no name and no free text. Who is forgotten is forgotten in the vault; the
  events stay, and no longer lead to anybody.
- **Published anew**: if the log has to be published again, it goes to another topic. The key of the last committed
  record of `journeys.relay.v1` is the name of the current one. The pair of journey and `streamversion` stays the same.
""".strip()


def readme() -> str:
    """What may be relied on, and what is in the folder."""
    lines = [
        "# The contract",
        "",
        GENERATED,
        "",
        "What another service may rely on. How to follow the events from Python: [subscribing](../subscribing.md).",
        "",
        PROMISES,
        "",
        "## In this folder",
        "",
        "- `asyncapi.json`: the topic, its messages, keys and headers, as AsyncAPI 3.",
        f"- `{ENVELOPE}`: the attributes around every event.",
        "- one file for each type and version of an event: its JSON Schema, and a sample. Open: further fields are no",
        "  fault. What every field means is in [events](../events.md).",
    ]
    return text(lines)


def asyncapi() -> Schema:
    """The AsyncAPI document."""
    messages = {name: _message(name) for name in KINDS}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Treatment journeys of IV-ketamine clinics: events",
            "version": "1",
            "description": "Every event of every journey, in order; exactly once for read_committed readers.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {
            "events": {
                "address": TOPIC,
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
                "bindings": {
                    "kafka": {
                        "topic": TOPIC,
                        "partitions": EVENTS_PARTITIONS,
                        "topicConfiguration": {
                            "cleanup.policy": [EVENTS["cleanup.policy"]],
                            "retention.ms": int(EVENTS["retention.ms"]),
                        },
                        "bindingVersion": BINDING,
                    }
                },
            }
        },
        "operations": {"publish": {"action": "send", "channel": {"$ref": "#/channels/events"}}},
        "components": {"messages": messages},
    }


def _message(name: str) -> Schema:
    return {
        "name": current(name),
        "summary": " ".join((KINDS[name].__doc__ or "").split()),
        "headers": {"type": "object", "required": list(HEADERS), "properties": HEADER_SHAPES},
        "payload": {"$ref": f"./{file_of(name)}"},
        "bindings": {"kafka": {"key": {"type": "string", "format": "uuid"}, "bindingVersion": BINDING}},
    }


def file_of(name: str) -> str:
    """The file of an event's current version."""
    return f"{current(name).partition('.')[2]}.json"


def _event(name: str) -> Schema:
    return record_schema(name) | {"examples": [json.loads((GOLDEN / file_of(name)).read_bytes())]}


def _written(make: Callable[[], Any]) -> str:
    return json.dumps(make(), indent=1, ensure_ascii=False) + "\n"


FILES: Mapping[str, Callable[[], str]] = {
    "contract/README.md": readme,
    "contract/asyncapi.json": partial(_written, asyncapi),
    f"contract/{ENVELOPE}": partial(_written, envelope),
    **{f"contract/{file_of(name)}": partial(_written, partial(_event, name)) for name in KINDS},
}
"""Of each file in docs/ what writes it. Those of older versions stay as they were written."""

"""How does a request become a command, and its answer a response? The same for every command."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Annotated, Any, cast
from uuid import UUID, uuid5

import orjson
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from entrypoints.api.auth import Caller, MayAsk
from entrypoints.api.problems import Fault, Problem, refused
from entrypoints.api.schemas import command_schema
from entrypoints.api.wiring import FromServer, Wired
from journey.commands import OF_CONTAINER, PERMISSIONS, Command, CorrectEntry, ReceiveContainer, ReferJourney
from journey.recorded import Actor
from journey.store import codec
from journey.store.identity import Identity, Note
from journey.store.reading import Invalid, read, read_command
from journey.store.request import Answer, Status
from journey.store.request import Request as Asked
from journey.values import Instant, LateReason, Origin

MINUTE = timedelta(minutes=1)
IF_MATCH_REQUIRED = (PERMISSIONS | {CorrectEntry}) - {ReferJourney}
"""What is asked on what one has seen. A referral is a journey's first command; what reports need not have read."""

FIRST = frozenset({ReferJourney, ReceiveContainer})
"""What begins a stream, of which nobody can have seen a version."""

TAG = re.compile(r'"(0|[1-9][0-9]{0,8})"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is sent with any command beside its own fields. A note and an identity go to the vault."""

    at: Instant
    late_reason: LateReason | None = None
    note: Note | None = None
    identity: Identity | None = None
    correlation_id: UUID | None = None


ENVELOPE = frozenset(it.name for it in fields(Envelope))


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with a request that asks a command."""

    wired: Wired
    caller: Caller
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    def ask(self, kind: type[Command], journey_id: UUID | None = None) -> JSONResponse:
        """Ask a command; its answer as it is sent. Raises Problem, Invalid and what the store raises."""
        command_id = self._key()
        if_version = self._if_version(kind)
        envelope = read(Envelope, {name: value for name, value in self.body.items() if name in ENVELOPE})
        own = {name: value for name, value in self.body.items() if name not in ENVELOPE}
        if envelope.identity is not None and kind is not ReferJourney:
            raise Invalid("unknown_field", "identity: goes with a referral alone.")
        store = self.wired.app.store
        offset = envelope.at.utcoffset() or timedelta()
        answer = store.journeys.execute(
            Asked(
                command=read_command(kind.__name__, own, command_id),
                journey_id=journey_id or uuid5(command_id, "journey_id"),
                site_id=store.clinic.site.site_id,
                command_id=command_id,
                at=envelope.at,
                utc_offset_min=offset // MINUTE,
                actor=Actor(user=self.caller.user, role=self.caller.role),
                origin=Origin.SIMULATED if store.simulated else Origin.STAFF,
                correlation_id=envelope.correlation_id,
                late_reason=envelope.late_reason,
                note=envelope.note,
                identity=envelope.identity,
                if_version=if_version,
            )
        )
        return answered(answer, kind)

    def _key(self) -> UUID:
        sent = self.headers.get("idempotency-key")
        if sent is None:
            raise Problem(Fault.IDEMPOTENCY_KEY_MISSING)
        try:
            return UUID(sent)
        except ValueError:
            raise Problem(Fault.IDEMPOTENCY_KEY_INVALID) from None

    def _if_version(self, kind: type[Command]) -> int | None:
        """The version that the caller has seen."""
        sent = self.headers.get("if-match")
        if kind in FIRST:
            return None
        if sent is None:
            if kind in IF_MATCH_REQUIRED:
                raise Problem(Fault.IF_MATCH_MISSING)
            return None
        if (tag := TAG.fullmatch(sent)) is None:
            raise Problem(Fault.IF_MATCH_INVALID)
        return int(tag[1])


async def body(request: Request) -> dict[str, Any]:
    """The JSON object that was sent. Raises Problem."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Problem(Fault.NOT_JSON)
    try:
        sent = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        raise Problem(Fault.MALFORMED_JSON) from None
    if not isinstance(sent, dict):
        raise Problem(Fault.MALFORMED_JSON)
    return sent


async def _sent(request: Request, wired: FromServer, sent: Annotated[dict[str, Any], Depends(body)]) -> Sent:
    return Sent(wired, cast("Caller", request.state.caller), request.headers, sent)


FromBody = Annotated[Sent, Depends(_sent)]


def answered(answer: Answer, kind: type[Command]) -> JSONResponse:
    """An answer as it is sent; a command asked again gets the first answer, marked as such."""
    if answer.code is not None:
        return refused(answer)
    stream = "container" if kind in OF_CONTAINER else "journey"
    headers = {} if stream == "container" else {"Location": f"/journeys/{answer.journey_id}"}
    if answer.version is not None:
        headers["ETag"] = f'"{answer.version}"'
    if answer.position is not None:
        headers["Journey-Position"] = str(answer.position)
    if answer.status is Status.DUPLICATE:
        headers["Idempotency-Replayed"] = "true"
    said = {
        "status": answer.status,
        f"{stream}_id": answer.journey_id,
        "command_id": answer.command_id,
        "first_version": answer.first_version,
        "version": answer.version,
        "position": answer.position,
        "event_ids": answer.event_ids,
        "deviations": [{"code": rule, "text": rule.text} for rule in answer.deviations],
    }
    return JSONResponse(codec.plain(said), 201, headers)


def command(routes: APIRouter, path: str, kind: type[Command]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a function the route of a command: checked, and described to programs."""
    key = {"name": "Idempotency-Key", "in": "header", "required": True, "schema": {"type": "string", "format": "uuid"}}
    tag = {"name": "If-Match", "in": "header", "required": kind in IF_MATCH_REQUIRED, "schema": {"type": "string"}}
    return routes.post(
        path,
        status_code=201,
        dependencies=[Depends(MayAsk(kind))],
        openapi_extra={
            "parameters": [key] if kind in FIRST else [key, tag],
            "requestBody": {"required": True, "content": {"application/json": {"schema": command_schema(kind)}}},
        },
    )

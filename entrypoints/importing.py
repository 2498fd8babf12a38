"""How do commands come in from a file: one a line, in order, and none lost to another's fault?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import islice
from typing import Any, BinaryIO
from uuid import UUID

import orjson

from journey.commands import COMMANDS, OF_CONTAINER, ReferJourney
from journey.errors import Detail
from journey.recorded import Actor
from journey.store.identity import Identity, Note
from journey.store.journeys import Journeys, Outcome
from journey.store.reading import Invalid, read, read_command
from journey.store.request import Answer, KeyReused, Request, StaleVersion, Status
from journey.values import Instant, LateReason, Origin, Role, SiteId, UserId

LINE_BYTES_MAX = 65_536
BATCH = 500
IMPORTER = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Whose act a line reports."""

    user: UserId
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line, less the fields of its command."""

    command: str
    journey_id: UUID
    command_id: UUID
    at: Instant
    by: By
    note: Note | None = None
    identity: Identity | None = None
    late_reason: LateReason | None = None
    correlation_id: UUID | None = None


ENVELOPE = frozenset(it.name for it in fields(Line))


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a line."""

    line: int
    status: str
    code: str | None = None
    message: str | None = None
    detail: Detail = field(default_factory=dict)
    version: int | None = None
    position: int | None = None

    @property
    def accepted(self) -> bool:
        """Whether what the line asks is in the log, from now on or from an earlier time."""
        return self.status in {Status.ACCEPTED, Status.DUPLICATE} and self.code is None


def imported(journeys: Journeys, source: BinaryIO, site_id: SiteId, *, batch: int = BATCH) -> Iterator[Imported]:
    """Ask what a file asks, a transaction for some lines at a time; what became of each line, in order."""
    numbered = iter(lines(source))
    while some := list(islice(numbered, batch)):
        yield from _batch(journeys, [_read(number, line, site_id) for number, line in some])


def lines(source: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """The lines that are not blank, with their numbers; `None` for one that is too long to be held."""
    number = 0
    while line := source.readline(LINE_BYTES_MAX + 1):
        number += 1
        if len(line) <= LINE_BYTES_MAX or line.endswith(b"\n"):
            if line.strip():
                yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = source.readline(LINE_BYTES_MAX)
        yield number, None


def read_request(
    sent: Mapping[str, Any], *, site_id: SiteId, importer: UserId = IMPORTER, origin: Origin = Origin.IMPORT
) -> Request:
    """What a line asks: the importer is the actor, on behalf of whose act it was. Raises Invalid.

    A line of a container of the drug names it by `container_id`, and no journey.
    """
    sent = _of_stream(sent)
    line = read(Line, {name: value for name, value in sent.items() if name in ENVELOPE})
    asked = {name: value for name, value in sent.items() if name not in ENVELOPE}
    command = read_command(line.command, asked, line.command_id)
    if line.identity is not None and not isinstance(command, ReferJourney):
        raise Invalid("unknown_field", "identity goes with ReferJourney alone.")
    actor = Actor(user=importer, role=Role.IMPORTER, on_behalf_of=line.by.user, on_behalf_of_role=line.by.role)
    offset = line.at.utcoffset()
    return Request(
        command=command,
        journey_id=line.journey_id,
        site_id=site_id,
        command_id=line.command_id,
        at=line.at,
        utc_offset_min=0 if offset is None else int(offset.total_seconds() // 60),
        actor=actor,
        origin=origin,
        correlation_id=line.correlation_id,
        late_reason=line.late_reason,
        note=line.note,
        identity=line.identity,
    )


def _of_stream(sent: Mapping[str, Any]) -> Mapping[str, Any]:
    """The line with the stream that it goes to under one name, whatever it is of."""
    if COMMANDS.get(str(sent.get("command"))) not in OF_CONTAINER or "container_id" not in sent:
        return sent
    if "journey_id" in sent:
        raise Invalid("unknown_field", "journey_id: a container's line names the container alone.")
    return {("journey_id" if name == "container_id" else name): value for name, value in sent.items()}


def _read(number: int, line: bytes | None, site_id: SiteId) -> tuple[int, Request | Invalid]:
    try:
        return number, read_request(_parsed(line), site_id=site_id)
    except Invalid as invalid:
        return number, invalid


def _parsed(line: bytes | None) -> dict[str, Any]:
    if line is None:
        raise Invalid("too_long", f"A line may have {LINE_BYTES_MAX} bytes.")
    try:
        sent = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise Invalid("malformed", "The line is no JSON.") from None
    if not isinstance(sent, dict):
        raise Invalid("malformed", "The line is no JSON object.")
    return sent


def _batch(journeys: Journeys, read_lines: Sequence[tuple[int, Request | Invalid]]) -> Iterable[Imported]:
    asked = [request for _, request in read_lines if isinstance(request, Request)]
    outcomes = iter(journeys.execute_many(asked) if asked else [])
    for number, request in read_lines:
        if isinstance(request, Invalid):
            yield Imported(line=number, status="invalid", code=request.code, message=request.message)
        else:
            yield _imported(number, next(outcomes))


def _imported(number: int, outcome: Outcome) -> Imported:
    if isinstance(outcome, Answer):
        return Imported(
            line=number,
            status=outcome.status.value,
            code=outcome.code,
            message=outcome.message,
            detail=outcome.detail,
            version=outcome.version,
            position=outcome.position,
        )
    code, message = _fault(outcome)
    return Imported(line=number, status=Status.REFUSED.value, code=code, message=message)


def _fault(fault: Exception) -> tuple[str, str]:
    if isinstance(fault, KeyReused):
        return "key_reused", "The command_id was used for another command."
    if isinstance(fault, StaleVersion):
        return "stale_version", "Something came between."
    return "busy", "Others were faster too often: import the file again."

"""How are journeys written, read and brought in on the command line?"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, BinaryIO
from uuid import UUID, uuid4

import orjson
import typer

from entrypoints import steps
from entrypoints.app import now, open_app
from entrypoints.cli.asking import (
    ActingAs,
    ActingRole,
    AsHappened,
    AsRecorded,
    AtVersion,
    JourneyId,
    SessionId,
    acting,
    installation,
    instant,
    looked,
    replayed,
    settings_of,
)
from entrypoints.cli.fields import fields_of
from entrypoints.cli.talk import Exit, Failed, Json, line, progress, show
from entrypoints.importing import Imported, imported
from entrypoints.settings import Settings
from journey.clinic import Clinic
from journey.signing import record_of
from journey.store import codec
from journey.store.identity import Identity, Note
from journey.store.reading import Invalid, read, read_command
from journey.store.request import Answer, Request, Status
from journey.values import LateReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is said for the vault."""

    note: Note | None


def do(  # noqa: PLR0913 - each option by its own name, as it is typed
    context: typer.Context,
    command: Annotated[str, typer.Argument(help="A command, such as RecordVitals: see docs/commands.md.")],
    words: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="Its fields.")] = None,
    *,
    role: ActingRole,
    by: ActingAs = None,
    journey: Annotated[
        UUID | None,
        typer.Option(help="The journey, or the drug's container; a new one for a first command if not said."),
    ] = None,
    at: Annotated[datetime | None, typer.Option(parser=instant, metavar="TIME", help="When; now if not said.")] = None,
    late_reason: Annotated[LateReason | None, typer.Option(help="Why it is entered late.")] = None,
    note: Annotated[str | None, typer.Option(help="Words for the vault.")] = None,
    identity: Annotated[
        Path | None, typer.Option(help="JSON file of the patient's name and more, for the vault.")
    ] = None,
    if_version: Annotated[int | None, typer.Option(min=0, help="The journey's version that you have seen.")] = None,
    command_id: Annotated[UUID | None, typer.Option(help="The same again is the same command.")] = None,
    as_json: Json = False,
) -> None:
    """Ask one command."""
    key = command_id or uuid4()
    journey_id = journey or (uuid4() if command in {"ReferJourney", "ReceiveContainer"} else None)
    if journey_id is None:
        raise Failed("--journey is missing", Exit.USAGE)
    moment = at or now()
    offset = moment.utcoffset()
    with installation(context) as app:
        request = Request(
            command=read_command(command, fields_of(command, words or []), key),
            journey_id=journey_id,
            site_id=app.clinic.site.site_id,
            command_id=key,
            at=moment,
            utc_offset_min=0 if offset is None else int(offset.total_seconds() // 60),
            actor=acting(role, by),
            late_reason=late_reason,
            note=read(Words, {"note": note}).note,
            identity=None if identity is None else _identity(identity),
            if_version=if_version,
        )
        answer = app.store.journeys.execute(request)
    show(_told(answer), as_json=as_json)
    if answer.status is Status.REFUSED or answer.code is not None:
        raise Failed(_refusal(answer), Exit.NOT_FOUND if answer.code == "unknown_journey" else Exit.FAILURE)


def import_(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="NDJSON, one command a line; - for stdin.")],
    *,
    policy: Annotated[Path | None, typer.Option(help="The policy to judge by, in TOML.")] = None,
) -> None:
    """Bring in commands from a file. One answer a line; the same file again changes nothing."""
    settings = settings_of(context)
    refused = 0
    with ExitStack() as opened:
        source, size = _source(file, opened)
        app = opened.enter_context(open_app(settings, clinic=_clinic(settings, policy)))
        bar = opened.enter_context(progress())
        task = bar.add_task("importing", total=size)
        for count, answer in enumerate(imported(app.store.journeys, source, app.clinic.site.site_id), 1):
            refused += not answer.accepted
            line(_as_line(answer))
            if count % 100 == 0:
                bar.update(task, completed=count)
    sys.stdout.flush()
    if refused:
        raise Failed(f"{refused} not accepted")


def show_(
    context: typer.Context,
    journey: JourneyId,
    *,
    at_version: AtVersion = None,
    as_recorded: AsRecorded = None,
    as_happened: AsHappened = None,
    as_json: Json = False,
) -> None:
    """Show a journey: its state, and the steps to it."""
    answer = replayed(context, "show JOURNEY", journey, at_version, as_recorded, as_happened)
    show(answer if as_json else _in_short(answer), as_json=as_json)


def session(context: typer.Context, journey: JourneyId, session: SessionId, *, as_json: Json = False) -> None:
    """Show a session's record as a signer is shown it, what it lacks, and the digest that signing it off names."""
    with installation(context) as app:
        record = record_of(app.log_of(journey), session)
        looked(app, "session JOURNEY SESSION", journey, found=record is not None)
    if record is None:
        raise Failed("There is no such session.", Exit.NOT_FOUND)
    show(record, as_json=as_json)


def next_(
    context: typer.Context,
    journey: JourneyId,
    *,
    role: ActingRole,
    by: ActingAs = None,
    as_json: Json = False,
) -> None:
    """Show what a role may ask next, and what is still missing for it."""
    actor = acting(role, by)
    with installation(context) as app:
        log = app.log_of(journey)
        looked(app, "next JOURNEY", journey, found=bool(log))
        if not log:
            raise Failed("There is no such journey.", Exit.NOT_FOUND)
        answer = steps.told(app, log, actor)
    show(answer if as_json else _next_in_short(answer), as_json=as_json)


def _next_in_short(answer: dict[str, Any]) -> dict[str, Any]:
    """What a person wants of the next steps: those that are legal, and of the others what is missing."""
    rows = [
        {
            "command": step["command"],
            "about": " ".join(f"{name}={value}" for name, value in step["about"].items()),
            "missing": [steps.in_words(it, "code") for it in step["missing"]],
            "marks": [it["code"] for it in step["marks"]],
        }
        for step in sorted(answer["steps"], key=lambda step: not step["legal"])
    ]
    return {"journey_id": answer["journey_id"], "version": answer["version"], "phase": answer["phase"], "steps": rows}


def _told(answer: Answer) -> dict[str, Any]:
    """An answer in plain values, what it lacks left out."""
    whole: dict[str, Any] = codec.plain(answer)
    return {name: value for name, value in whole.items() if value not in (None, [], {})}


def _refusal(answer: Answer) -> str:
    """Why something was refused, in words: the rule's text, and what it is about."""
    about = ", ".join(f"{name} {value}" for name, value in answer.detail.items())
    return f"{answer.message} ({about})" if about else answer.message or "refused"


def _as_line(answer: Imported) -> dict[str, Any]:
    return {
        "line": answer.line,
        "status": answer.status,
        "code": answer.code,
        "message": answer.message,
        **({"detail": answer.detail} if answer.detail else {}),
        "version": answer.version,
        "position": answer.position,
    }


def _in_short(answer: dict[str, Any]) -> dict[str, Any]:
    """What a person wants of a replay: where the journey stands, and each step with what changed."""
    names = ("version", "type", "at", "recorded_at", "late", "imported", "deviations", "corrects", "corrected_by")
    steps = [
        {name: step[name] for name in names}
        | {"by": step["on_behalf_of"] or step["actor"], "changed": list(step["changed"])}
        for step in answer["steps"]
    ]
    return {
        "journey_id": answer["journey_id"],
        "version": answer["version"],
        "phase": answer["state"]["phase"],
        "steps": steps,
    }


def _identity(file: Path) -> Identity:
    try:
        return read(Identity, orjson.loads(file.read_bytes()))
    except OSError as error:
        raise Failed(f"{file}: {error.strerror}", Exit.USAGE) from None
    except orjson.JSONDecodeError:
        raise Invalid("malformed", f"{file} is no JSON") from None


def _source(file: str, opened: ExitStack) -> tuple[BinaryIO, int | None]:
    """A file and the number of its lines, or stdin, whose end nobody knows."""
    if file == "-":
        return sys.stdin.buffer, None
    try:
        source = opened.enter_context(open(file, "rb"))  # noqa: PTH123, SIM115 - a path as it was typed; the stack closes it
    except OSError as error:
        raise Failed(f"{file}: {error.strerror}", Exit.USAGE) from None
    size = sum(chunk.count(b"\n") for chunk in iter(lambda: source.read(1 << 20), b""))
    source.seek(0)
    return source, size


def _clinic(settings: Settings, policy: Path | None) -> Clinic | None:
    return None if policy is None else settings.model_copy(update={"policy_file": policy}).clinic()

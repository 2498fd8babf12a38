"""Which clinical numbers are in force, which were, and is a clinic's own file sound?"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from entrypoints.cli.asking import installation
from entrypoints.cli.talk import Exit, Failed, Json, say, show
from entrypoints.policies import Answer, compared, listed, of, own, shown
from entrypoints.settings import read_policy
from journey.policy_text import Unsound
from journey.profiles import PROFILES, profile, told
from journey.store.codec import plain
from journey.store.configuration import Policies
from journey.values import Status

group = typer.Typer(no_args_is_help=True, help="Which clinical numbers are in force, which were, is a file sound?")

FILES = {".toml", ".json"}
WHICH = "A profile, a file, or a version that events bear."


@group.command("show")
def show_(
    context: typer.Context,
    version: Annotated[str | None, typer.Argument(help=f"{WHICH} What is in force, if not said.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Show every number of a policy with its unit, source and status; of the one in force also which there were."""
    if version is not None:
        show(_found(context, version), as_json=as_json)
        return
    with installation(context) as app:
        kept = listed(app.clinic, Policies(app.store.log))
    show(of(app.clinic.policy) | {"kept": kept["rows"]}, as_json=as_json)


@group.command("check")
def check_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The clinic's policy, in TOML.")],
    *,
    as_json: Json = False,
) -> None:
    """Say all that is wrong with a clinic's file, each in a line; else what it sets, and what nobody looked up."""
    try:
        policy = read_policy(file)
    except ValueError as fault:
        faults = fault.faults if isinstance(fault, Unsound) else (str(fault),)
        for line in faults:
            say(f"{file.name}: {line}")
        raise Failed(f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'}", Exit.UNVERIFIED) from None
    unverified = [it.id for it in told(policy.as_text()) if it.status is Status.UNVERIFIED]
    about = {"version": policy.version, "name": policy.name, "profile": policy.profile, "unverified": unverified}
    show(about | {"rows": [plain(asdict(it)) for it in own(policy)]}, as_json=as_json)


@group.command("diff")
def diff_(
    context: typer.Context,
    a: Annotated[str, typer.Argument(help=WHICH)],
    b: Annotated[str, typer.Argument(help=WHICH)],
    *,
    as_json: Json = False,
) -> None:
    """Show what two policies say differently."""
    show(compared(_found(context, a), _found(context, b)), as_json=as_json)


def _found(context: typer.Context, named: str) -> Answer:
    """What is meant by a name: a profile, a file, or what was in force once."""
    if named in PROFILES:
        return of(profile(named))
    if Path(named).suffix in FILES:
        return of(read_policy(Path(named)))
    with installation(context) as app:
        answer = shown(Policies(app.store.log), named)
    if answer is None:
        raise Failed("There is no such profile, file or version; `journey policy show` lists them.", Exit.NOT_FOUND)
    return answer

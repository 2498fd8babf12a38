"""Are the topics on Kafka there, and as they must be?"""

from __future__ import annotations

import typer

from consumers.published import current
from consumers.topics import Topics, check, create
from entrypoints.app import topics
from entrypoints.cli.asking import settings_of
from entrypoints.cli.talk import Exit, Failed, say
from entrypoints.settings import Misconfigured

group = typer.Typer(no_args_is_help=True, help="Are the topics on Kafka there, and as they must be?")


@group.command("create")
def create_(context: typer.Context) -> None:
    """Make the topics that are missing."""
    made = create(current(configured(context)))
    say(f"made {', '.join(made)}" if made else "all are there")


@group.command("check")
def check_(context: typer.Context) -> None:
    """Compare the topics with what they must be."""
    faults = check(current(configured(context)))
    for fault in faults:
        say(fault)
    if faults:
        raise Failed(f"{len(faults)} faults", Exit.UNVERIFIED)
    say("the topics are as they must be")


def configured(context: typer.Context) -> Topics:
    """The topics of this installation. Raises Misconfigured where there are none."""
    found = topics(settings_of(context))
    if found is None:
        raise Misconfigured("JOURNEY_KAFKA: names no broker, so there are no topics")
    return found

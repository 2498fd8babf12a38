"""What can be asked on the command line?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from entrypoints.cli import (
    analysts,
    audit,
    demo,
    export,
    journeys,
    outcome,
    parked,
    policy,
    projections,
    relay,
    rules,
    schedule,
    serving,
    tokens,
    topics,
)
from entrypoints.cli.faults import told
from entrypoints.settings import effective


class Commands(TyperGroup):
    """Commands whose faults end in one line and an exit code, never in a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        with told():
            return super().invoke(ctx)


main = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@main.callback()
def journey(
    context: typer.Context,
    data: Annotated[Path | None, typer.Option(help="Folder of everything that is kept, as JOURNEY_DATA.")] = None,
) -> None:
    """Record treatment journeys, and ask what became of them. `journey config` prints the settings."""
    context.obj = effective(data=data)


main.command("do")(journeys.do)
main.command("import")(journeys.import_)
main.command("export")(export.export)
main.command("show")(journeys.show_)
main.command("session")(journeys.session)
main.command("next")(journeys.next_)
main.add_typer(schedule.group, name="schedule")
main.add_typer(outcome.group, name="outcome")
main.add_typer(rules.group, name="rules")
main.add_typer(analysts.group, name="analysts")
main.add_typer(audit.group, name="audit")
main.add_typer(projections.group, name="projections")
main.add_typer(parked.group, name="parked")
main.add_typer(policy.group, name="policy")
main.add_typer(topics.group, name="topics")
main.add_typer(relay.group, name="relay")
main.command("serve")(serving.serve)
main.command("work")(serving.work)
main.command("metrics")(serving.metrics)
main.command("migrate")(serving.migrate)
main.command("demo")(demo.demo)
main.command("simulate")(demo.simulate_)
main.command("token")(tokens.token)
main.command("config")(tokens.config)

"""How is the demonstration started from the command line?"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import available_timezones

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from entrypoints.app import now
from entrypoints.cli.asking import instant
from entrypoints.cli.talk import Failed, say
from entrypoints.demo import SEED, Demo, Plan, open_demo, plan
from entrypoints.simulator import MONTHS, PATIENTS, simulate
from entrypoints.simulator.clinic import ZONES, synthetic_clinic
from entrypoints.simulator.profiles import PROFILES

FIRST_PORT, PORTS = 8000, 100
FOLDER = Path(".demo")


def zone_name(text: str) -> str:
    """A time zone that there is."""
    if text not in available_timezones():
        raise typer.BadParameter("must be a time zone's name, as Europe/Athens")
    return text


def profile_name(text: str) -> str:
    """A profile that there is."""
    if text not in PROFILES:
        raise typer.BadParameter(f"must be one of {', '.join(PROFILES)}")
    return text


ProfileName = Annotated[
    str | None,
    typer.Option(parser=profile_name, metavar="NAME", help=f"Whose patients come: {', '.join(PROFILES)}."),
]
Seed = Annotated[int, typer.Option(help="The same seed, the same clinic.")]
Patients = Annotated[int, typer.Option(min=1, max=500, help="How many patients.")]
Months = Annotated[int, typer.Option(min=1, max=60, help="How many months of past.")]


def demo(
    *,
    folder: Annotated[Path, typer.Option(help="Where all of it is kept.")] = FOLDER,
    reset: Annotated[bool, typer.Option("--reset", help="Start over: everything in the folder goes.")] = False,
    host: Annotated[str, typer.Option(help="Address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="First port that is tried.")] = FIRST_PORT,
    seed: Seed = SEED,
    patients: Patients = PATIENTS,
    months: Months = MONTHS,
    profile: ProfileName = None,
) -> None:
    """Show a living synthetic clinic in the browser; nothing in it is real. Ctrl-C stops, the next start goes on."""
    try:
        made = plan(folder, reset=reset, seed=seed, patients=patients, months=months, profile=profile)
        with open_demo(folder, made) as opened:
            _seeded(opened)
            _served(opened, made, folder, host, port)
    except KeyboardInterrupt:
        say("Stopped. The same command goes on from here.")


def simulate_(
    *,
    seed: Seed = SEED,
    patients: Patients = PATIENTS,
    months: Months = MONTHS,
    end: Annotated[datetime | None, typer.Option(parser=instant, help="When the past ends; now if not said.")] = None,
    zone: Annotated[str, typer.Option(parser=zone_name, metavar="ZONE", help="The clinic's time zone.")] = ZONES[0],
    profile: ProfileName = None,
) -> None:
    """Print a synthetic clinic's commands, a line each, as `journey import` reads them."""
    of_study = None if profile is None else PROFILES[profile]
    for line in simulate(seed, patients, months, end or now(), synthetic_clinic(zone).site, of_study):
        sys.stdout.write(json.dumps(line) + "\n")


def _seeded(opened: Demo) -> None:
    """Enter the clinic's past, and bring the read models up with it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        entering = progress.add_task("Entering the clinic's past ", total=len(opened.due()))
        for lines in opened.seed():
            progress.advance(entering, lines)
        showing = progress.add_task("Making boards and reports  ", total=None)
        opened.app.catch_up()
        progress.update(showing, total=1, completed=1)


def _served(opened: Demo, made: Plan, folder: Path, host: str, port: int) -> None:
    from entrypoints.server import bound, serve  # noqa: PLC0415 - slow to load, and few commands serve

    try:
        listening = bound(host, port, tries=PORTS)
    except OSError:
        raise Failed(f"no port is free on {host} from {port} on") from None
    address = f"http://{'[' + host + ']' if ':' in host else host}:{listening.getsockname()[1]}"
    with listening, opened.alive():
        serve(opened.app, listening, started=lambda: _welcome(opened, made, folder, address))
    say("Stopped. The same command goes on from here; --reset starts over.")


def _welcome(opened: Demo, made: Plan, folder: Path, address: str) -> None:
    """Say where to look, and what to try: the one thing here that a person must read."""
    console = Console(highlight=False, soft_wrap=True)
    local = made.clinic.site.local(now())
    console.print(
        f"\n[bold]A synthetic clinic is at work[/bold] at {address} (in {made.zone}, where it is {local:%H:%M})."
    )
    console.print("Nothing in it is real. Each link signs one browser in, once:\n")
    for kind, url in opened.links(address):
        console.print(f"  {kind:<11} {url}")
    console.print("\nFive things to try:\n")
    for number, (words, what) in enumerate(_to_try(opened, folder, address), start=1):
        console.print(f"  {number}. {words}\n     [bold]{what}[/bold]")
    console.print("\nCtrl-C stops it; the same command goes on where it stopped, with --reset it starts over.")
    sys.stdout.flush()


def _to_try(opened: Demo, folder: Path, address: str) -> list[tuple[str, str]]:
    journey = f"{Path(sys.argv[0])} --data {folder}"  # as it was called: it need not lie on the path
    corrected = opened.corrected_journey()
    return [
        ("As staff, watch three chairs infuse; the board moves by itself.", f"{address}/board"),
        ("As compliance, replay a journey with a correction.", f"{address}/journey/{corrected}"),
        ("As analyst, see response by infusion under another rule.", f"{address}/outcomes?rule=phq9-le5"),
        ("On the command line, ask who was refused what, and why.", f"{journey} audit refused"),
        ("And what follows for a whole journey, as programs read it.", f"{journey} audit replay {corrected} --json"),
    ]

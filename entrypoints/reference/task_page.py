"""docs/tasks.md: which tasks are there, whose is each, and what settles it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from entrypoints.reference.markdown import GENERATED, codes, table, text
from journey.commands import COMMANDS, Command
from projections.schedule import KINDS

INTRODUCTION = """# Tasks

{generated}

Every kind of task, as `journey schedule tasks`, `GET /schedule/tasks` and the Tasks page tell it: whose it is, and the
command that settles it, the proposed one first. A task is a row with its time in it, and no clock runs for it
([decision 0023](decisions/0023-a-task-is-a-row-with-its-time.md)); the numbers are those of [policy.md](policy.md), of
the day that they are counted from. What is *proposed* the program believes, and a person says, or does not: nothing is
done, and nothing recorded, by itself.
"""


def tasks_page() -> str:
    """The whole page."""
    return text(_lines())


def _lines() -> Iterator[str]:
    yield INTRODUCTION.format(generated=GENERATED)
    rows = (
        (
            f"`{kind.id}`",
            kind.meaning,
            "yes" if kind.proposes else "",
            kind.owner.value.replace("_", " "),
            _commands(kind.settled_by),
            codes(kind.numbers),
        )
        for kind in KINDS.values()
    )
    yield from table(("Task", "What it is about", "Proposed", "Whose", "Settled by", "Counted by"), rows)


def _commands(settling: Sequence[type[Command]]) -> str:
    """The commands, each with its place in the reference."""
    if len(settling) == len(COMMANDS):
        return "the command that decides it anew"
    return ", ".join(f"[{it.__name__}](commands.md#{it.__name__.lower()})" for it in settling)

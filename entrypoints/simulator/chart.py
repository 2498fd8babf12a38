"""How does a person enter something: a line of a command, heard of a little after it happened?"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from random import Random
from typing import Any, TypeVar
from uuid import UUID, uuid5

from entrypoints.importing import read_request
from entrypoints.simulator.stock import Stock
from journey.commands import COMMANDS, OF_CONTAINER
from journey.recorded import Actor
from journey.site import Site
from journey.store.request import Request
from journey.values import Origin, Role, SiteId

T = TypeVar("T")

Entering = Generator[datetime, None, T]
"""A stretch of somebody's life: it sleeps until each moment that it gives, and enters lines when it wakes."""

Wakes = Entering[None]

By = Mapping[str, str]

A_MOMENT = timedelta(seconds=20)
"""How long after it happened what was put down is entered: it draws no chance, so that all else stays as it is."""

FRONT_DESK: By = {"user": "fran", "role": "front_desk"}
NURSES: tuple[By, ...] = tuple({"user": user, "role": "nurse"} for user in ("nora", "nils", "nadia"))
PRESCRIBERS: tuple[By, ...] = tuple({"user": user, "role": "prescriber"} for user in ("pete", "paula"))


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line as `journey import` reads it, when the clinic hears of it, and the refusal that is meant, if one is."""

    heard_at: datetime
    request: Mapping[str, Any]
    site_id: SiteId
    refused: str | None = None

    @cached_property
    def asked(self) -> Request:
        """What it asks, by the person who would have entered it: read once, for the record and for the store."""
        request = read_request(self.request, site_id=self.site_id, origin=Origin.SIMULATED)
        by = self.request["by"]
        return replace(request, actor=Actor(user=by["user"], role=Role(by["role"])))


@dataclass
class Chart:
    """A patient's lines: ids come from their order, times are written in the site's own."""

    journey_id: UUID
    site: Site
    chance: Random
    stock: Stock = field(default_factory=Stock)
    entered: list[Line] = field(default_factory=list)
    _taken: int = 0
    at: datetime = field(init=False)
    _heard_at: datetime = field(init=False)
    _requests: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    _put_down: list[tuple[datetime, Callable[[], object]]] = field(default_factory=list)

    def put_down(self, at: datetime, act: Callable[[], object]) -> None:
        """Put down what is to be done at a time, whatever comes between."""
        self._put_down.append((at, act))

    def wait(self, at: datetime) -> Wakes:
        """Sleep until something happens, and some seconds more until it is entered; first do what was put down."""
        for earlier, act in [it for it in self._put_down if it[0] < at]:
            self._put_down.remove((earlier, act))
            yield earlier + A_MOMENT
            self.at, self._heard_at = earlier, earlier + A_MOMENT
            act()
        heard_at = at + timedelta(seconds=self.chance.randint(5, 40))
        yield heard_at
        self.at, self._heard_at = at, heard_at

    def later(self, minutes: int) -> Wakes:
        """Sleep for some minutes."""
        yield from self.wait(self.at + timedelta(minutes=minutes))

    def next_noon(self) -> Wakes:
        """Sleep until tomorrow's noon."""
        yield from self.noon(self.today() + timedelta(days=1))

    def noon(self, day: date) -> Wakes:
        """Sleep until about noon: nobody enters such things at the same minute every day."""
        minute = 12 * 60 + self.chance.randint(-90, 150)
        yield from self.wait(datetime.combine(day, time(minute // 60, minute % 60), tzinfo=self.site.tzinfo))

    def today(self) -> date:
        """The site's own date."""
        return self.day(self.at)

    def day(self, moment: datetime) -> date:
        """A moment's date at the site."""
        return self.site.local(moment).date()

    def enter(
        self,
        command: str,
        by: By,
        *,
        at: datetime | None = None,
        refused: str | None = None,
        **fields: Any,
    ) -> UUID:
        """Enter a command, by somebody, its fields left out that are None; the id it goes by.

        What is asked of a container of the drug names that, and no journey.
        """
        command_id = self.named(f"command {len(self._requests) + 1}")
        head = {
            "command": command,
            **({} if COMMANDS[command] in OF_CONTAINER else {"journey_id": str(self.journey_id)}),
            "command_id": str(command_id),
            "at": self.written(at or self.at),
            "by": dict(by),
        }
        self._requests[command_id] = head | {name: value for name, value in fields.items() if value is not None}
        request = self._requests[command_id]
        site_id = self.site.site_id
        self.entered.append(Line(heard_at=self._heard_at, request=request, site_id=site_id, refused=refused))
        return command_id

    def taken(self) -> list[Line]:
        """The lines entered since they were last taken."""
        taken, self._taken = self.entered[self._taken :], len(self.entered)
        return taken

    def request(self, command_id: UUID) -> Mapping[str, Any]:
        """What was entered under an id."""
        return self._requests[command_id]

    def named(self, name: str) -> UUID:
        """An id of this journey's own."""
        return uuid5(self.journey_id, name)

    def written(self, at: datetime) -> str:
        """A moment in the site's own time, to the second."""
        return self.site.local(at).isoformat(timespec="seconds")

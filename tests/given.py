"""What has happened, what is asked, and what comes of it: the language of the tests of decisions.

given(referral, consult).when(command).then(event), or .then_refused(Rule.NO_CONSENT).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from journey.clinic import Clinic
from journey.commands import Command
from journey.container import Container, folded
from journey.decisions import decide
from journey.errors import Refused, Rule
from journey.events import ContainerReceived, Event
from journey.history import fold
from journey.recorded import Actor, Asked, Fact, Recorded
from journey.values import Origin, Role

JOURNEY = UUID("00000000-0000-4000-8000-000000000001")
START = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # a Monday, 9:00 at the clinic
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

FRONT_DESK = Actor(user="fran", role=Role.FRONT_DESK)
NURSE = Actor(user="nora", role=Role.NURSE)
PRESCRIBER = Actor(user="pete", role=Role.PRESCRIBER)


def named(name: str) -> UUID:
    """Return the id that goes by a name in a test."""
    return uuid5(JOURNEY, name)


def recorded(event: Event, version: int, at: datetime, **envelope: Any) -> Recorded[Event]:
    """Return an event in an envelope, recorded when it happened if nothing else is said."""
    event_id = named(f"event {version}")
    plain: dict[str, Any] = {
        "event": event,
        "event_id": event_id,
        "site_id": "main",
        "journey_id": JOURNEY,
        "version": version,
        "at": at,
        "utc_offset_min": -480,
        "recorded_at": at,
        "actor": NURSE,
        "origin": Origin.STAFF,
        "correlation_id": event_id,
        "causation_id": event_id,
        "command_id": named(f"command {version}"),
        "policy_version": "default-test",
    }
    return Recorded(**(plain | envelope))


VIAL = named("vial")
RECEIVED = ContainerReceived(
    ndc="00143-9508-10",
    lot="K2601",
    expires_on=date(2027, 3, 31),
    conc_mg_per_ml=Decimal(50),
    volume_ml=Decimal(10),
    supplier="wholesaler-1",
    rest_ml=Decimal(10),
)
STOCK: Mapping[UUID, tuple[Recorded[Event], ...]] = {VIAL: (recorded(RECEIVED, 1, START - DAY, journey_id=VIAL),)}
"""The clinic's containers: one of 10 ml with 50 mg in each."""


@dataclass(frozen=True)
class Given:
    """A journey's log so far, the clinic it is judged by with its containers' logs, and the moment it is now."""

    log: tuple[Recorded[Event], ...] = ()
    now: datetime = START
    clinic: Clinic = field(default_factory=Clinic)
    stock: Mapping[UUID, tuple[Recorded[Event], ...]] = field(default_factory=lambda: STOCK)

    def __post_init__(self) -> None:
        """Let the clinic find its containers."""
        object.__setattr__(self, "clinic", replace(self.clinic, container=self.container))

    def container(self, container_id: UUID) -> Container | None:
        """Give a container as it is now."""
        return folded(self.stock.get(container_id, ()))

    def of_container(self, container_id: UUID, command: Command, **asked: Any) -> Given:
        """Return it with what comes of a command that is asked of a container now."""
        own = Given(log=self.stock.get(container_id, ()), now=self.now, clinic=self.clinic)
        facts = own.when(command, at=self.now, **asked).facts
        return self.then_moved(container_id, *(fact.event for fact in facts))

    def then_stored(self, facts: Iterable[Fact], after: timedelta = MINUTE) -> Given:
        """Return it with what was decided: each event in its own stream, with its marks."""
        given = self.later(after)
        for fact in facts:
            if fact.stream is None:
                given = given.then_came(fact.event, after=timedelta(0), deviations=fact.deviations)
            else:
                given = given.then_moved(fact.stream, fact.event)
        return given

    def then_moved(self, container_id: UUID, *events: Event) -> Given:
        """Return it with events of a container, that happen now."""
        stock = dict(self.stock)
        for event in events:
            log = stock.get(container_id, ())
            stock[container_id] = (*log, recorded(event, len(log) + 1, self.now, journey_id=container_id))
        return replace(self, stock=stock)

    def then_came(self, *events: Event, after: timedelta = MINUTE, **envelope: Any) -> Given:
        """Return it with more events, each so long after the one before."""
        given = self
        for event in events:
            now = given.now + after
            entry = recorded(event, len(given.log) + 1, now, **envelope)
            given = replace(given, log=(*given.log, entry), now=now)
        return given

    def later(self, passed: timedelta) -> Given:
        """Return it when some time has passed."""
        return replace(self, now=self.now + passed)

    def when(self, command: Command, **asked: Any) -> Outcome:
        """Ask a command, a minute later and by a nurse if nothing else is said."""
        return Outcome(self, self._decided(command, asked))

    def _decided(self, command: Command, asked: dict[str, Any]) -> list[Fact] | Refused:
        at = asked.pop("at", self.now + MINUTE)
        plain: dict[str, Any] = {
            "command": command,
            "journey_id": JOURNEY,
            "site_id": "main",
            "command_id": named(f"command {len(self.log) + 1}"),
            "at": at,
            "recorded_at": at,
            "actor": NURSE,
            "correlation_id": named("correlation"),
        }
        try:
            return decide(fold(self.log), self.log, Asked(**(plain | asked)), self.clinic)
        except Refused as refused:
            return refused


@dataclass(frozen=True)
class Outcome:
    """What came of a command."""

    given: Given
    answer: list[Fact] | Refused

    @property
    def facts(self) -> list[Fact]:
        """What was decided; a refusal fails the test with its code."""
        assert not isinstance(self.answer, Refused), self.answer.rule
        return self.answer

    @property
    def event(self) -> Event:
        """The first event that was decided."""
        return self.facts[0].event

    def then(self, *events: Event, deviations: Sequence[Rule] = ()) -> Given:
        """Expect exactly these events, the first with these deviations; go on from there."""
        assert [fact.event for fact in self.facts if fact.stream is None] == list(events)
        return self.then_deviates(*deviations)

    def then_deviates(self, *deviations: Rule) -> Given:
        """Expect it to be stored with exactly these deviations; go on from there."""
        assert set(self.facts[0].deviations) == set(deviations)
        return self.given.then_stored(replace(fact, deviations=()) for fact in self.facts)

    def then_refused(self, rule: Rule, **detail: str | int) -> None:
        """Expect a refusal; of just this, if it is said."""
        assert isinstance(self.answer, Refused), f"accepted: {self.answer}"
        assert self.answer.rule is rule
        assert not detail or self.answer.detail == detail


def given(*events: Event, clinic: Clinic | None = None) -> Given:
    """Return a journey to which these events happened, a minute apart."""
    return Given(clinic=clinic or Clinic()).then_came(*events)


def later_recorded(given_: Given, event: Event, *, at: datetime, recorded_at: datetime, **envelope: Any) -> Given:
    """Return it with an event that happened at one time and was heard of at another."""
    entry = recorded(event, len(given_.log) + 1, at, recorded_at=recorded_at, **envelope)
    return replace(given_, log=(*given_.log, entry), now=max(given_.now, recorded_at))

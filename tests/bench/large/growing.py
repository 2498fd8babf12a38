"""How does a store come to millions of events in minutes, by its own bulk path?

One cohort of journeys is imported, command by command. Copies of its events are then appended as they lie, a cohort a
transaction, each five weeks later, with ids of its own and the answers to its commands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from operator import itemgetter
from uuid import UUID

from entrypoints.importing import imported
from journey.store import codec
from journey.store.mapper import Entry
from journey.store.opening import Store
from journey.store.statements import Statement
from tests.bench import corpus

A_TOKEN = re.compile(rb"[0-9a-f]{8}(?=(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})|\d{4}-\d\d-\d\d(?=[T\"])")
"""What differs from copy to copy: the first digits of an id, and a day."""
APART = timedelta(weeks=5)
"""Five million events are so 141 years of a clinic: days after 2199 are refused as slips of the pen."""
SPREADING = 0x9E3779B1
"""An odd number: copies of an id lie apart, as ids do, and no two are alike."""
ALIKE = 0xFFFFFFFF
OF_CONTAINER = "drug."
"""How the type of an event begins that lies in the stream of a container."""

ANSWERED = (
    "INSERT INTO commands (site_id, command_id, principal, mac, journey_id, command, actor, actor_role, at, "
    "recorded_at, outcome, code, first_version, last_version) "
    "SELECT site_id, {command_id}, principal, mac, {journey_id}, command, actor, actor_role, at, "
    "recorded_at, outcome, code, first_version, last_version "
    "FROM commands WHERE command_id = ANY(?)"
)
RENAMED = "lpad(to_hex(('x' || left({0}, 8))::bit(32)::bigint # ?), 8, '0') || substr({0}, 9)"
"""As `renamed` does it, in SQL."""


@dataclass(frozen=True, slots=True)
class Form:
    """An event of the cohort: its body with a gap for each token, and which tokens are picked for these."""

    entry: Entry
    body: bytes
    picked: Callable[[Sequence[bytes]], tuple[bytes, ...]]

    def copied(self, journey_id: UUID, values: Sequence[bytes]) -> Entry:
        """The same event of a copy."""
        return Entry(journey_id, self.entry.originator_version, self.entry.tag, self.body % self.picked(values))


@dataclass(slots=True)
class Cohort:
    """Journeys that were really entered, with what they drew from, and how often: the first time is copy 0."""

    forms: Sequence[Form]
    tokens: Sequence[bytes]
    commands: Sequence[str]
    journeys: Sequence[UUID]
    containers: Sequence[UUID]
    copies: int = 1

    def grow(self, store: Store, events: int) -> Iterator[int]:
        """Append copies until the log is at least so long; tells its length as it goes."""
        while (head := store.log.head()) < events:
            yield head
            store.log.append(self._copied(self.copies), [self._answers(self.copies)])
            self.copies += 1

    def journey(self, number: int, copy: int) -> UUID:
        """A journey of a copy."""
        return renamed(self.journeys[number % len(self.journeys)], copy)

    def container(self, number: int, copy: int) -> UUID:
        """A container of a copy."""
        return renamed(self.containers[number % len(self.containers)], copy)

    def _copied(self, copy: int) -> list[Entry]:
        ids = {it: renamed(it, copy) for it in (*self.journeys, *self.containers)}
        values = [_value(token, copy) for token in self.tokens]
        return [form.copied(ids[form.entry.originator_id], values) for form in self.forms]

    def _answers(self, copy: int) -> Statement:
        names = {name: RENAMED.format(name) for name in ("command_id", "journey_id")}
        return Statement(ANSWERED.format(**names), (_mask(copy), _mask(copy), list(self.commands)))


def entered(store: Store) -> Cohort:
    """Enter a cohort of journeys into an empty store."""
    lines = list(corpus.lines(corpus.COHORT))
    assert all(it.accepted for it in imported(store.journeys, BytesIO(b"".join(lines)), "main"))
    bodies = [row.body for row in store.log.rows(0, store.log.head())]
    places = {token: place for place, token in enumerate({it for body in bodies for it in A_TOKEN.findall(body)})}
    forms = [_form(body, places) for body in bodies]
    commands = [command for (command,) in store.log.read("SELECT command_id FROM commands")]
    containers = {form.entry.originator_id for form in forms if form.entry.tag.startswith(OF_CONTAINER)}
    journeys = {form.entry.originator_id for form in forms} - containers
    return Cohort(forms, list(places), commands, sorted(journeys), sorted(containers))


def renamed(known: UUID, copy: int) -> UUID:
    """The id of a copy."""
    return UUID(int=known.int ^ (_mask(copy) << 96))


def _mask(copy: int) -> int:
    return copy * SPREADING & ALIKE


def _form(body: bytes, places: Mapping[bytes, int]) -> Form:
    recorded = codec.decode(body)
    entry = Entry(recorded.journey_id, recorded.version, codec.tag(recorded.event), body)
    picked = itemgetter(*(places[token] for token in A_TOKEN.findall(body)))
    return Form(entry, A_TOKEN.sub(b"%b", body.replace(b"%", b"%%")), picked)


def _value(token: bytes, copy: int) -> bytes:
    if len(token) == len("00000000"):
        return b"%08x" % (int(token, 16) ^ _mask(copy))
    return (date.fromisoformat(token.decode()) + copy * APART).isoformat().encode()

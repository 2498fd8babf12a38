"""When are events that can't be folded no longer the events' fault, but ours?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from projections.connection import Session
from projections.folding import QUEUED
from projections.place import Stopped
from projections.plain import moment

BURST = 20
WITHIN = timedelta(minutes=5)
"""When so much fails in so short a time, it is whoever handles it that is wrong, and not the events."""
SHARE = 0.01
SHARE_FROM = 10
"""So many faults there must be before their share of all journeys says anything: of ten journeys one is a tenth."""


class Tripped(Stopped):
    """So much can't be folded that it must be our bug: the whole read model stops, and nothing more is parked."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """Stops one version of a read model; whoever redrives what waits lets it go on."""

    session: Session
    name: str
    version: int
    build: int

    def check(self, now: datetime, journeys: Callable[[], int]) -> None:
        """Raise Tripped if too much waits; `journeys` counts all there are."""
        _, lately = self._faults(moment(now - WITHIN))
        said = f"{lately} events in {WITHIN.seconds // 60} minutes" if lately >= BURST else self.share(journeys)
        if said is not None:
            raise Tripped(f"{self.name}: {said} could not be folded: it is our bug. {CURE.format(name=self.name)}")

    def share(self, journeys: Callable[[], int]) -> str | None:
        """What waits, in words, if it is too much of all there is; else None."""
        waiting, _ = self._faults("")
        too_much = waiting >= SHARE_FROM and waiting > SHARE * journeys()
        return f"{waiting} events, more than one of a hundred journeys," if too_much else None

    def open(self, words: str, now: datetime) -> None:
        """Stop every partition, until somebody redrives."""
        self.session.run(
            "INSERT INTO breakers (projection, version, words, opened_at, waiting) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING",
            *(self.name, self.version, words, moment(now), self._faults("")[0]),
        )
        self.session.run(
            "UPDATE places SET stopped = ?, stopped_at = COALESCE(stopped_at, ?) WHERE projection = ? AND version = ?",
            *(words, moment(now), self.name, self.version),
        )

    def words(self) -> str | None:
        """Why it is open; None if it is not."""
        sql = "SELECT words FROM breakers WHERE projection = ? AND version = ?"
        found = self.session.read(sql, self.name, self.version)
        return found[0][0] if found else None

    def close(self) -> None:
        """Let every partition go on that the breaker stopped, if nothing waits any more or less than when it opened."""
        sql = "SELECT words, waiting FROM breakers WHERE projection = ? AND version = ?"
        found = self.session.read(sql, self.name, self.version)
        waiting = self._faults("")[0]
        if not found or waiting >= found[0][1] > 0:
            return
        words = found[0][0]
        self.session.run("DELETE FROM breakers WHERE projection = ? AND version = ?", self.name, self.version)
        sql = "UPDATE places SET stopped = NULL, stopped_at = NULL WHERE projection = ? AND version = ? AND stopped = ?"
        self.session.run(sql, self.name, self.version, words)

    def _faults(self, since: str) -> tuple[int, int]:
        """How many events wait for a reason of their own, and how many of them since then."""
        sql = (
            "SELECT COUNT(*), COUNT(CASE WHEN since >= ? THEN 1 END) FROM parked "
            "WHERE projection = ? AND version = ? AND build = ? AND reason <> ?"
        )
        faults, lately = self.session.read(sql, since, self.name, self.version, self.build, QUEUED)[0]
        return faults, lately


CURE = "Nothing more is parked and nothing is lost; run a version that folds them, then `journey parked redrive {name}`"

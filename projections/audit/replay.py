"""What did the journey look like then: at a version, as it was recorded by a time, or as of when it happened?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from journey import history
from journey.clinic import Clinic
from journey.commands import AssessResponse
from journey.decisions.outcome import response
from journey.errors import Refused
from journey.events import EntryCorrected, Event, ResponseAssessed
from journey.evolve import evolve
from journey.history import Log, effective, fold, stale_entries
from journey.recorded import Asked, Recorded
from journey.state import Journey
from journey.store.codec import plain
from projections.audit.differences import changed
from projections.audit.timeline import is_late, row

Placed = tuple[int, Recorded[Event]]
"""An event with its position in the whole log."""

CLINIC = Clinic()


def replay(
    rows: Sequence[Placed],
    *,
    at_version: int | None = None,
    as_recorded: datetime | None = None,
    as_happened: datetime | None = None,
    clinic: Clinic = CLINIC,
) -> dict[str, Any]:
    """A journey's state, and the steps to it, each with the fields of the state that it changed.

    `at_version` and `as_recorded` ask what was known then, `as_happened` what is known of that moment with every
    correction made; together, what was known then of that moment. Steps follow the log. Of what happened by a moment
    each entry has its step, also one that a correction has retracted or moved since: that one changes nothing.
    A step is `stale` when it rests on an entry that was corrected after it; `recomputed_differs` says of a response
    whether the same assessments, as they are known, give another one under its rule, and is null of all else.

    `rows` are a journey's events from its first; raises ValueError if there are none.
    """
    if not rows:
        raise ValueError("a journey has at least one event")
    log = [entry for _, entry in rows]
    log = log if at_version is None else history.as_of_version(log, at_version)
    log = log if as_recorded is None else history.as_recorded(log, as_recorded)
    positions = {entry.version: position for position, entry in rows}
    known = [(positions[entry.version], entry) for entry in log]
    journey, seen = _as_known(known) if as_happened is None else _as_of(known, as_happened)
    told = _Told(log, clinic)
    return {
        "journey_id": str(rows[0][1].journey_id),
        "version": known[-1][1].version if known else 0,
        "state": plain(journey),
        "steps": [told.step(it) for it in seen],
    }


@dataclass(frozen=True, slots=True)
class _Seen:
    """An entry, and the state before and after it."""

    position: int
    entry: Recorded[Event]
    before: Journey
    after: Journey


def _as_known(known: Sequence[Placed]) -> tuple[Journey, list[_Seen]]:
    """Event by event, as the chart grew; a correction changes what it corrects when it comes."""
    log = [entry for _, entry in known]
    journey, seen, corrected = Journey(), list[_Seen](), False
    for count, (position, entry) in enumerate(known, 1):
        corrected = corrected or isinstance(entry.event, EntryCorrected)
        after = fold(log[:count]) if isinstance(entry.event, EntryCorrected) else evolve(journey, entry)
        if corrected:
            after = replace(after, stale=_stale(log[:count]))
        seen.append(_Seen(position, entry, journey, after))
        journey = after
    return journey, seen


def _as_of(known: Sequence[Placed], moment: datetime) -> tuple[Journey, list[_Seen]]:
    """What happened by a moment, each entry as it is known with all corrections."""
    log = [entry for _, entry in known]
    said = {entry.event_id: entry for entry in history.as_happened(log, moment)}
    journey, seen = Journey(), list[_Seen]()
    for position, entry in known:
        now, after = said.get(entry.event_id), journey
        if now is not None:
            after = evolve(journey, now)
        if now is not None or entry.at <= moment:
            seen.append(_Seen(position, entry, journey, after))
        journey = after
    return replace(journey, stale=_stale(log) & {it.entry.event_id for it in seen}), seen


def _stale(log: Log) -> frozenset[UUID]:
    return frozenset(entry.event_id for entry in stale_entries(log))


class _Told:
    """Tells steps in plain values, with what the whole known log says of each."""

    def __init__(self, log: Sequence[Recorded[Event]], clinic: Clinic) -> None:
        """Find what was corrected, and what is stale."""
        self._log, self._clinic = log, clinic
        self._stale = _stale(log)
        self._corrected = {
            entry.event.target_event_id: str(entry.event_id) for entry in log if isinstance(entry.event, EntryCorrected)
        }

    def step(self, seen: _Seen) -> dict[str, Any]:
        """A step: the entry as in the timeline, and what it changed."""
        entry = seen.entry
        told = row(seen.position, entry)
        return {
            **told,
            "late": is_late(told, self._clinic),
            "corrected_by": self._corrected.get(entry.event_id),
            "stale": entry.event_id in self._stale,
            "recomputed_differs": self._recomputed_differs(entry),
            "changed": changed(seen.before, seen.after),
        }

    def _recomputed_differs(self, entry: Recorded[Event]) -> bool | None:
        """Whether a response comes out otherwise from what lay before it; None where that can't be said."""
        if not isinstance(entry.event, ResponseAssessed):
            return None
        now = next((it for it in effective(self._log) if it.event_id == entry.event_id), None)
        rules = {rule.digest: rule for rule in self._clinic.rules.values()}
        if now is None or not isinstance(now.event, ResponseAssessed) or now.event.rule_digest not in rules:
            return None
        rule = rules[now.event.rule_digest]
        before = [it for it in effective(self._log) if it.version < now.version]
        try:
            again = response(
                fold([it for it in before if not isinstance(it.event, EntryCorrected)]),
                _asked_again(now, now.event),
                replace(self._clinic, rules={rule.id: rule}),
            )
        except Refused:
            return True
        return again != now.event


def _asked_again(entry: Recorded[Event], event: ResponseAssessed) -> Asked[AssessResponse]:
    return Asked(
        command=AssessResponse(review_id=event.review_id, rule_id=event.rule_id, next=event.next),
        journey_id=entry.journey_id,
        site_id=entry.site_id,
        command_id=entry.command_id,
        at=entry.at,
        recorded_at=entry.recorded_at,
        actor=entry.actor,
        correlation_id=entry.correlation_id,
    )

"""How is a command answered? Load, decide, keep: the only writer of journeys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from journey.clinic import Clinic
from journey.store import codec
from journey.store.batch import Batch, Pending
from journey.store.commands import Answered, answered
from journey.store.faults import Conflict, Unacknowledged
from journey.store.loading import AtHand, Loaded
from journey.store.log import EventLog
from journey.store.request import Answer, Busy, KeyReused, Request, StaleVersion, Status
from journey.store.vault import Vault

ATTEMPTS = 10
Outcome = Answer | KeyReused | StaleVersion | Busy


@dataclass(frozen=True, slots=True)
class Journeys:
    """Answers commands: one transaction holds the events, the answer, reservations and what the vault seals."""

    log: EventLog
    at_hand: AtHand
    vault: Vault
    clinic: Clinic
    clock: Callable[[], datetime]
    mac: Callable[[bytes], str]
    simulated: bool = False

    def execute(self, request: Request) -> Answer:
        """Answer a command. The same command asked again gets the first answer, as a duplicate.

        Raises StaleVersion, KeyReused, Busy after ten conflicts, and StoreUnavailable; nothing is stored then.
        """
        outcome = self._executed(request)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def execute_many(self, requests: Sequence[Request]) -> list[Outcome]:
        """Answer commands in order in one transaction; where that conflicts, one by one.

        Raises StoreUnavailable; what was stored before it is answered as a duplicate when asked again.
        """
        try:
            return self._once(requests)
        except (Conflict, Unacknowledged) as fault:
            lost = isinstance(fault, Unacknowledged)
            return [self._executed(request, lost=lost) for request in requests]

    def _executed(self, request: Request, *, lost: bool = False) -> Outcome:
        """Decide and store; a conflict or a lost acknowledgement is begun anew, with everything read again.

        A command is new until its key is found taken, and only then looked up: a round trip less for all the others.
        `lost`: it may be stored already, and its key then tells.
        """
        new = believed = not lost
        for _ in range(ATTEMPTS):
            try:
                outcome = (self._believed(request) if believed else None) or self._once([request], new=new)[0]
            except Conflict:
                new = believed = False
                continue
            except Unacknowledged:
                if lost:
                    raise
                new, believed, lost = False, False, True
                continue
            return _first(outcome) if lost else outcome
        return Busy()

    def _believed(self, request: Request) -> Outcome | None:
        """Decide on the journey as it is at hand, and keep a yes: that it is stored proves that it was as believed.

        A no is said only of what was read: None, as of a journey that is not at hand.
        """
        known = self.at_hand.believed(request.journey_id)
        if known is None:
            return None
        batch = self._batch([request], {}, {request.journey_id: known})
        pending = _pending(batch, request)
        return self._kept(batch, [pending])[0] if batch.entries else None

    def _once(self, requests: Sequence[Request], *, new: bool = False) -> list[Outcome]:
        known = {} if new else self._answered(requests)
        fresh = {request.journey_id for request in requests if request.command_id not in known}
        batch = self._batch(requests, known, self.at_hand.load(fresh))
        pending = [_pending(batch, request) for request in requests]
        unsaid = [request for request in requests if request.command_id not in batch.known]
        if unsaid and self._answered(unsaid):
            raise Conflict("commands")  # nothing would be stored that could find the key taken; stale by its own twin
        return self._kept(batch, pending)

    def _batch(self, requests: Sequence[Request], known: dict[UUID, Answered], loaded: Mapping[UUID, Loaded]) -> Batch:
        batch = Batch(
            log=self.log,
            vault=self.vault,
            clinic=self.clinic,
            clock=self.clock,
            mac=self.mac,
            simulated=self.simulated,
            known=known,
            loaded=dict(loaded),
            load=lambda key: self.at_hand.load([key])[key],
        )
        batch.unlock(requests)
        return batch

    def _kept(self, batch: Batch, pending: Sequence[Pending | KeyReused | StaleVersion]) -> list[Outcome]:
        beside = [*batch.answers, *batch.statements]
        positions = self.log.append(batch.entries, beside, batch.heads) if batch.answers else []
        for journey_id, grown in batch.grown.items():
            self.at_hand.keep(journey_id, grown)
        return [self._placed(it, positions) for it in pending]

    def _answered(self, requests: Sequence[Request]) -> dict[UUID, Answered]:
        found = answered(self.log, self.clinic.site.site_id, [request.command_id for request in requests])
        if found:
            self.log.settle()  # it is told again: so it must be on disk
        return found

    def _placed(self, pending: Pending | KeyReused | StaleVersion, positions: Sequence[int]) -> Outcome:
        """The answer with the position of its last event."""
        if isinstance(pending, Exception):
            return pending
        if pending.last is not None:
            return replace(pending.answer, position=positions[pending.last])
        if pending.answer.status is Status.DUPLICATE and pending.answer.version is not None:
            return self._found(pending.answer)
        return pending.answer

    def _found(self, answer: Answer) -> Answer:
        """A duplicate's events, as they were stored the first time."""
        stored = self.log.stream(answer.journey_id)[(answer.first_version or 1) - 1 : answer.version]
        events = [codec.decode(it.body) for it in stored]
        return replace(
            answer,
            position=stored[-1].position,
            event_ids=tuple(it.event_id for it in events),
            deviations=tuple(rule for it in events for rule in it.deviations),
        )


def _pending(batch: Batch, request: Request) -> Pending | KeyReused | StaleVersion:
    try:
        return batch.answer(request)
    except (KeyReused, StaleVersion) as error:
        return error


def _first(outcome: Outcome) -> Outcome:
    """After a lost acknowledgement, a duplicate is our own first answer."""
    if isinstance(outcome, Answer) and outcome.status is Status.DUPLICATE:
        return replace(outcome, status=Status.REFUSED if outcome.code else Status.ACCEPTED)
    return outcome

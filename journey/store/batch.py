"""What do some commands come to, one after the other, before any of it is stored?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from journey.clinic import Clinic
from journey.commands import COMMUTES, Command, ReferJourney
from journey.container import Container, folded
from journey.decisions import decide
from journey.errors import Refused, Rule
from journey.recorded import Asked, Fact
from journey.roles import may_ask
from journey.store import codec
from journey.store.answers import again, principal, refused, words
from journey.store.commands import Answered
from journey.store.envelope import asked_of, enveloped
from journey.store.keys import Destroyed
from journey.store.loading import Loaded
from journey.store.log import EventLog
from journey.store.mapper import Entry, entry
from journey.store.request import Answer, Request, StaleVersion, Status
from journey.store.reservations import Reservations
from journey.store.rules import informed
from journey.store.sealing import Sealing, has_words
from journey.store.statements import Head, Statement
from journey.store.vault import Vault
from journey.values import Origin

UNSTORED = frozenset({Rule.WRONG_ROLE, Rule.UNKNOWN_JOURNEY, Rule.UNKNOWN_CONTAINER, Rule.NOT_A_SIMULATION})
"""Refusals that are not kept: who may not ask, or asks in the wrong place, may ask again."""
UNHEARD_OF = Loaded()


@dataclass(slots=True)
class Pending:
    """An answer that holds once the batch is stored; `last` is where the last event of what was asked lies in it."""

    answer: Answer
    last: int | None = None


@dataclass(slots=True)
class Batch:
    """Decides commands one after the other, each on what those before it have made of the journeys.

    `load` gives a container that a command touches beside its journey; a journey is never loaded so.
    """

    log: EventLog
    vault: Vault
    clinic: Clinic
    clock: Callable[[], datetime]
    mac: Callable[[bytes], str]
    simulated: bool
    known: dict[UUID, Answered]
    loaded: dict[UUID, Loaded]
    load: Callable[[UUID], Loaded]
    entries: list[Entry] = field(default_factory=list)
    answers: list[Statement] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    grown: dict[UUID, Loaded] = field(default_factory=dict)
    _reservations: Reservations = field(init=False)
    _sealing: Sealing = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing held."""
        self._sealing = Sealing(self.vault)
        self.clinic = informed(self.clinic, self.log, self._container)
        site = self.clinic.site
        self._reservations = Reservations(self.log, site.site_id, site.capacity)

    @property
    def heads(self) -> list[Head]:
        """The last event of each journey before the batch: what the new ones must be appended after."""
        before = [(key, self.loaded[key]) for key in self.grown if key in self.loaded]
        return [Head(key, len(it.log), bytes.fromhex(it.digest)) for key, it in before if it.digest is not None]

    def unlock(self, requests: Sequence[Request]) -> None:
        """Have the keys at hand under which words of these requests will be sealed: sooner than one by one."""
        new = [it for it in requests if has_words(it) and it.command_id not in self.known and not self._not_allowed(it)]
        self._sealing.fetch(patient_id for it in new if (patient_id := self._patient(it)) is not None)

    def answer(self, request: Request) -> Pending:
        """What becomes of a command. Raises KeyReused or StaleVersion, and then nothing of it is kept."""
        refusal = self._not_allowed(request)
        if refusal is not None:
            return Pending(refused(request, Refused(refusal)))
        mac = self.mac(codec.written(words(request)))
        before = self.known.get(request.command_id)
        if before is not None:
            return Pending(again(request, before, mac))
        loaded = self._loaded(request.journey_id)
        if loaded.site_id not in {None, request.site_id}:
            return Pending(refused(request, Refused(Rule.UNKNOWN_JOURNEY)))
        _fresh(request, loaded)
        return self._decided(request, loaded, mac)

    def _not_allowed(self, request: Request) -> Rule | None:
        if request.site_id != self.clinic.site.site_id:
            return Rule.UNKNOWN_JOURNEY
        if not may_ask(request.actor, type(request.command)):
            return Rule.WRONG_ROLE
        if request.origin is Origin.SIMULATED and not self.simulated:
            return Rule.NOT_A_SIMULATION
        return None

    def _loaded(self, journey_id: UUID) -> Loaded:
        return self.grown.get(journey_id) or self.loaded.get(journey_id, UNHEARD_OF)

    def _container(self, container_id: UUID) -> Container | None:
        """A container of the site, with what the batch has made of it."""
        return folded(self._also(container_id).log)

    def _also(self, container_id: UUID) -> Loaded:
        """A container's stream; nothing is said of another site's."""
        if container_id not in self.grown and container_id not in self.loaded:
            self.loaded[container_id] = self.load(container_id)
        found = self._loaded(container_id)
        return found if found.site_id == self.clinic.site.site_id else UNHEARD_OF

    def _decided(self, request: Request, loaded: Loaded, mac: str) -> Pending:
        last = loaded.log[-1].recorded_at if loaded.log else None
        now = self.clock()
        recorded_at = now if last is None else max(now, last)  # a clock that steps back cuts no hole
        asked = asked_of(request, recorded_at)
        try:
            facts = decide(loaded.journey, loaded.log, asked, self.clinic)
            return self._kept(request, loaded, asked, facts, mac)
        except Refused as refusal:
            if refusal.rule not in UNSTORED:
                self._answered(request, recorded_at, mac, Status.REFUSED, refusal=refusal)
            return Pending(refused(request, refusal))

    def _kept(self, request: Request, loaded: Loaded, asked: Asked[Command], facts: list[Fact], mac: str) -> Pending:
        count = len(loaded.log)
        try:
            patient_id = self._patient(request)
            vaulted, commitment = ([], None) if patient_id is None else self._sealing.sealed(request, patient_id)
        except Destroyed:
            raise Refused(Rule.PATIENT_ERASED) from None
        own = request.journey_id
        after = {own: loaded}
        policy_version = self.clinic.policy.version
        fresh: list[Entry] = []
        for number, fact in enumerate(facts, 1):
            stream = own if fact.stream is None else fact.stream
            before = after.get(stream) or self._also(stream)
            recorded = enveloped(asked, fact, number, stream, before, policy_version, commitment)
            fresh.append(entry(recorded))
            after[stream] = before.grown(recorded, fresh[-1].body)
        # may refuse: nothing is taken in before
        changes = self._reservations.change(loaded.journey, after[own].journey)
        self.grown |= after
        first = len(self.entries)
        self.entries += fresh
        self.statements += [*vaulted, *changes]
        its_own = [number for number, it in enumerate(fresh) if it.originator_id == own]
        versions = (count + 1, count + len(its_own))
        self._answered(request, asked.recorded_at, mac, Status.ACCEPTED, versions=versions)
        answer = Answer(
            status=Status.ACCEPTED,
            journey_id=request.journey_id,
            command_id=request.command_id,
            first_version=versions[0],
            version=versions[1],
            event_ids=tuple(it.event_id for it in after[own].log[count:]),
            deviations=tuple(rule for fact in facts for rule in fact.deviations),
        )
        return Pending(answer, first + its_own[-1])

    def _patient(self, request: Request) -> UUID | None:
        """Whom a command is about; None if its journey is not known."""
        named = request.command if isinstance(request.command, ReferJourney) else None
        referred = named or self._loaded(request.journey_id).journey.referred
        return None if referred is None else referred.patient_id

    def _answered(
        self,
        request: Request,
        recorded_at: datetime,
        mac: str,
        status: Status,
        *,
        refusal: Refused | None = None,
        versions: tuple[int, int] | tuple[None, None] = (None, None),
    ) -> None:
        row = Answered(
            command_id=request.command_id,
            principal=principal(request),
            mac=mac,
            journey_id=request.journey_id,
            command=type(request.command).__name__,
            actor=request.actor.person,
            actor_role=request.actor.acting_role.value,
            at=request.at,
            recorded_at=recorded_at,
            outcome=status.value,
            code=None if refusal is None else refusal.rule.value,
            detail={} if refusal is None else refusal.detail,
            first_version=versions[0],
            last_version=versions[1],
        )
        self.known[request.command_id] = row
        self.answers.append(row.stored(request.site_id))
        self.statements += row.said(request.site_id)


def _fresh(request: Request, loaded: Loaded) -> None:
    """The asker has seen all that matters: what came since commutes with whatever is asked."""
    seen = request.if_version
    if seen is None:
        return
    since = loaded.log[seen:]
    if seen > len(loaded.log) or any(type(it.event) not in COMMUTES for it in since):
        raise StaleVersion

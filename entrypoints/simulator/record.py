"""What does a patient's record hold by now? What the lines come to, by the clinic's own decisions, before any store."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid5

from entrypoints.simulator.chart import Chart
from journey.clinic import Clinic
from journey.commands import OF_CONTAINER, AttestMovement, Command
from journey.container import Container, folded
from journey.decisions import decide
from journey.errors import Refused
from journey.events import Event
from journey.history import NEW, grown
from journey.recorded import Asked, Happened
from journey.signing import digest_of, shown, unaddressed
from journey.state import Journey
from journey.store.envelope import asked_of

SIGNING = "SignOffSession"
"""What nothing that is shown, and nothing that is decided but other signatures, looks at."""


@dataclass
class Record:
    """A journey as its chart's lines make it; they are read no sooner than somebody looks."""

    chart: Chart
    _log: tuple[Happened[Event], ...] = ()
    _journey: Journey = NEW
    _read: int = 0
    _seen: dict[UUID, tuple[Happened[Event], ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Decide as the clinic does."""
        self._clinic = Clinic(site=self.chart.site, container=self._container)

    def shown_digest(self, session_id: UUID) -> str:
        """The digest of what a signer is shown of a session."""
        self._read_on()
        return digest_of(shown(self._log, session_id))

    def deviates(self, session_id: UUID) -> bool:
        """Whether a session's record breaks a rule, so that a signer has to say why."""
        self._read_on()
        return bool(unaddressed(self._log, session_id))

    def _read_on(self) -> None:
        for line in self.chart.entered[self._read :]:
            if line.request["command"] == SIGNING:
                continue
            asked = asked_of(line.asked, line.heard_at)
            if isinstance(asked.command, AttestMovement):
                self._seen[asked.journey_id] = self._decided(asked, self._ledger(asked.journey_id))
            elif type(asked.command) not in OF_CONTAINER:
                self._entered(asked)
        self._read = len(self.chart.entered)

    def _entered(self, asked: Asked[Command]) -> None:
        before = len(self._log)
        self._log = self._decided(asked, self._log)
        for version in range(before + 1, len(self._log) + 1):
            self._journey = grown(self._journey, self._log[:version])

    def _container(self, container_id: UUID) -> Container | None:
        """A container as this patient's lines know it: received, and attested for them."""
        return folded(self._ledger(container_id))

    def _ledger(self, container_id: UUID) -> tuple[Happened[Event], ...]:
        received = self.chart.stock.received.get(container_id)
        if container_id in self._seen or received is None:
            return self._seen.get(container_id, ())
        return (
            Happened(
                event=received,
                event_id=container_id,
                journey_id=container_id,
                site_id=self.chart.site.site_id,
                version=1,
                at=self.chart.at,
                utc_offset_min=0,
                recorded_at=self.chart.at,
                policy_version=self._clinic.policy.version,
            ),
        )

    def _decided(self, asked: Asked[Command], log: tuple[Happened[Event], ...]) -> tuple[Happened[Event], ...]:
        """A log with what comes of a line; as it was, if the line is refused."""
        try:
            facts = decide(self._journey, log, asked, self._clinic)
        except Refused:
            return log
        for number, fact in enumerate(facts, 1):
            if fact.stream is None:
                entry = Happened(
                    event=fact.event,
                    event_id=uuid5(asked.command_id, f"event {number}"),
                    site_id=asked.site_id,
                    journey_id=asked.journey_id,
                    version=len(log) + 1,
                    at=asked.at,
                    utc_offset_min=asked.utc_offset_min,
                    recorded_at=asked.recorded_at,
                    policy_version=self._clinic.policy.version,
                    deviations=fact.deviations,
                )
                log = (*log, entry)
        return log

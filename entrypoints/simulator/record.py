"""What does a patient's record hold by now? What the lines come to, by the clinic's own decisions, before any store."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

from entrypoints.simulator.chart import Chart
from journey.clinic import Clinic
from journey.decisions import decide
from journey.errors import Refused
from journey.events import Event
from journey.history import NEW, grown
from journey.recorded import Happened
from journey.signing import digest_of, shown, unaddressed
from journey.state import Journey
from journey.store.batch import asked_of

SIGNING = "SignOffSession"
"""What nothing that is shown, and nothing that is decided but other signatures, looks at."""


@dataclass
class Record:
    """A journey as its chart's lines make it; they are read no sooner than somebody looks."""

    chart: Chart
    _log: tuple[Happened[Event], ...] = ()
    _journey: Journey = NEW
    _read: int = 0

    def __post_init__(self) -> None:
        """Decide as the clinic does."""
        self._clinic = Clinic(site=self.chart.site)

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
            try:
                facts = decide(self._journey, self._log, asked, self._clinic)
            except Refused:
                continue
            for number, fact in enumerate(facts, 1):
                entry = Happened(
                    event=fact.event,
                    event_id=uuid5(asked.command_id, f"event {number}"),
                    site_id=asked.site_id,
                    journey_id=asked.journey_id,
                    version=len(self._log) + 1,
                    at=asked.at,
                    utc_offset_min=asked.utc_offset_min,
                    recorded_at=asked.recorded_at,
                    policy_version=self._clinic.policy.version,
                    deviations=fact.deviations,
                )
                self._log = (*self._log, entry)
                self._journey = grown(self._journey, self._log)
        self._read = len(self.chart.entered)

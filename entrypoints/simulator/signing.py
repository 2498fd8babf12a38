"""When does a prescriber sign a session's record, and which record is it then?"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from entrypoints.simulator.chart import By, Chart, Wakes
from entrypoints.simulator.record import Record

LEFT_SHARE = 0.1
"""How many records are left until the next one is signed; no published share was found, it is made up."""

WHY = "The line was placed while the override was asked for; no harm came of it. Talked over with the nurse."


@dataclass
class Signing:
    """The records of a patient's sessions that nobody has signed yet."""

    chart: Chart
    _unsigned: list[UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Show what is signed as the clinic would."""
        self._record = Record(self.chart)

    def after(self, session_id: UUID, prescriber: By, note: str | None = None) -> Wakes:
        """On the evening of most visits all that is unsigned gets its signature; else it is left for the next one.

        The note says why, where an entry breaks a rule.
        """
        self._unsigned.append(session_id)
        if self.chart.chance.random() < LEFT_SHARE:
            return
        yield from self.chart.later(self.chart.chance.randint(15, 150))
        for unsigned in self._unsigned:
            self.chart.enter(
                "SignOffSession",
                prescriber,
                session_id=str(unsigned),
                shown_digest=self._record.shown_digest(unsigned),
                note=note or (WHY if self._record.deviates(unsigned) else None),
            )
        self._unsigned.clear()

"""How does another service remind patients of their appointments, each once?

python reminders.py follow KAFKA FILE     keep FILE, an SQLite database, up with the events, until told to stop
python reminders.py due FILE              print what is to be reminded of now, each once
python reminders.py status KAFKA FILE     say how far it is behind
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from consumers import Subscriber, Topics
from journey.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMissed,
    AppointmentRescheduled,
    EntryCorrected,
    Event,
)
from journey.recorded import Recorded

BEFORE = timedelta(days=1)

TABLES = """
-- what an event said of an appointment: when it begins, or nothing where it was called off
CREATE TABLE IF NOT EXISTS said (
    event_id TEXT, appointment_id TEXT, journey_id TEXT, version INTEGER, begins TEXT,
    PRIMARY KEY (event_id, appointment_id)
);
-- what somebody was reminded of: an appointment that is moved is another one
CREATE TABLE IF NOT EXISTS reminded (
    appointment_id TEXT, begins TEXT, at TEXT, PRIMARY KEY (appointment_id, begins)
);
-- of each appointment what was said last
CREATE VIEW IF NOT EXISTS appointments AS
    SELECT appointment_id, journey_id, begins, MAX(version) FROM said GROUP BY appointment_id;
"""

Said = dict[UUID, datetime | None]


def open_database(file: str) -> sqlite3.Connection:
    """Open the service's own database, with its tables."""
    connection = sqlite3.connect(file, timeout=10)
    connection.executescript(TABLES)
    return connection


def subscribe(source: Topics | Any, file: str) -> Subscriber:
    """The subscriber: what is done with which event. A correction is an event too."""
    with closing(open_database(file)):
        subscriber = Subscriber("reminders", f"sqlite:///{file}", source)

    @subscriber.on(AppointmentBooked, AppointmentRescheduled, AppointmentCancelled, AppointmentMissed)
    def note(recorded: Recorded[Event], connection: sqlite3.Connection) -> None:
        for appointment, begins in said_by(recorded.event).items():
            keep(connection, recorded, str(recorded.event_id), recorded.version, appointment, begins)

    @subscriber.on(EntryCorrected)
    def correct(recorded: Recorded[EntryCorrected], connection: sqlite3.Connection) -> None:
        target, put = str(recorded.event.target_event_id), recorded.event.replacement
        known = connection.execute("SELECT MIN(version) FROM said WHERE event_id = ?", [target]).fetchone()[0]
        connection.execute("DELETE FROM said WHERE event_id = ?", [target])
        if known is not None and put is not None:
            for appointment, begins in said_by(put.data).items():
                keep(connection, recorded, target, known, appointment, begins)

    return subscriber


def said_by(event: Event) -> Said:
    """What an event says of appointments: when each begins, or nothing where it was called off."""
    match event:
        case AppointmentBooked():
            return {event.appointment_id: event.start}
        case AppointmentRescheduled():
            return {move.appointment_id: move.start for move in event.moves}
        case AppointmentCancelled():
            return dict.fromkeys(event.appointment_ids)
        case AppointmentMissed():
            return {event.appointment_id: None}
        case _:
            return {}


def keep(
    connection: sqlite3.Connection,
    recorded: Recorded[Any],
    event_id: str,
    version: int,
    appointment: UUID,
    begins: datetime | None,
) -> None:
    """Keep what an event said; it is said once, so no row is there already."""
    when = None if begins is None else begins.astimezone(UTC).isoformat()
    row = (event_id, str(appointment), str(recorded.journey_id), version, when)
    connection.execute("INSERT INTO said VALUES (?, ?, ?, ?, ?)", row)


def due(connection: sqlite3.Connection, now: datetime) -> list[tuple[str, str]]:
    """What is to be reminded of now: appointment and beginning. Each is given once."""
    window = (now.isoformat(), (now + BEFORE).isoformat())
    with connection:  # one transaction: nobody else is given the same
        connection.execute("BEGIN IMMEDIATE")
        found = connection.execute(
            "SELECT appointment_id, begins FROM appointments WHERE begins BETWEEN ? AND ? "
            "EXCEPT SELECT appointment_id, begins FROM reminded ORDER BY begins",
            window,
        ).fetchall()
        connection.executemany("INSERT INTO reminded VALUES (?, ?, ?)", [(*it, now.isoformat()) for it in found])
    return found


def main(arguments: list[str]) -> int:
    """Do what is asked for."""
    match arguments:
        case ["follow", kafka, file]:
            with subscribe(Topics(bootstrap=kafka), file) as subscriber:
                subscriber.run()
        case ["due", file]:
            with closing(open_database(file)) as connection:
                for appointment, begins in due(connection, datetime.now(UTC)):
                    print(appointment, begins)
        case ["status", kafka, file]:
            with subscribe(Topics(bootstrap=kafka), file) as subscriber:
                status = subscriber.status()
                print(status)
                return 0 if status.healthy else 1
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Are the synthetic clinic's lines the same for the same seed, in order, and made up?"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from entrypoints.simulator import planned, simulate, synthetic_clinic
from entrypoints.simulator.clinic import AFTERNOON_MIN, MORNING_MIN, ZONES, zone_at_work
from entrypoints.simulator.patients import Fate, Incident, made_up
from tests.simulator.conftest import END

SMALL = (10, 4)
"""Patients and months of a clinic that is quickly simulated."""

TOLD = """
import hashlib, json, sys
from datetime import datetime
from entrypoints.simulator import simulate
lines = simulate(7, 10, 4, datetime.fromisoformat(sys.argv[1]))
print(hashlib.sha256("".join(json.dumps(line) + "\\n" for line in lines).encode()).hexdigest())
"""


def digest(seed: int) -> str:
    """The digest of a small clinic's NDJSON."""
    text = "".join(json.dumps(line) + "\n" for line in simulate(seed, *SMALL, END))
    return hashlib.sha256(text.encode()).hexdigest()


def test_the_same_seed_gives_the_same_bytes() -> None:
    """The same seed gives the same NDJSON, in this process and in another with other hashes."""
    environment = {"PYTHONHASHSEED": "4711", "PATH": ""}
    other = subprocess.run(  # the interpreter that runs this test
        [sys.executable, "-c", TOLD, END.isoformat()], capture_output=True, text=True, check=True, env=environment
    )
    assert digest(7) == digest(7) == other.stdout.strip()


def test_another_seed_gives_another_clinic() -> None:
    """Another seed gives other lines and other ids."""
    assert digest(7) != digest(8)
    first, second = ({line["command_id"] for line in simulate(seed, *SMALL, END)} for seed in (7, 8))
    assert not first & second


def test_lines_come_in_the_order_they_are_heard_of() -> None:
    """Over all patients, lines follow one another in time; none is heard of before it happened."""
    lines = list(planned(7, *SMALL, END))
    assert all(before.heard_at <= after.heard_at for before, after in pairwise(lines))
    assert all(datetime.fromisoformat(line.request["at"]) <= line.heard_at for line in lines)
    journeys = [line.request["journey_id"] for line in lines if "journey_id" in line.request]
    assert sum(one != other for one, other in pairwise(journeys)) > len(set(journeys))


def test_the_past_ends_at_the_end_and_the_plan_goes_on() -> None:
    """`simulate` gives the lines up to the end; `planned` goes on with those who are under treatment then."""
    past = [line.request for line in planned(7, *SMALL, END) if line.heard_at <= END]
    assert list(simulate(7, *SMALL, END)) == past
    later = [line for line in planned(7, *SMALL, END) if line.heard_at > END]
    assert later[0].heard_at - END < timedelta(hours=1)


def test_times_are_the_sites_own() -> None:
    """Times are written with the site's offset of that day: two of them in a zone that changes its clocks."""
    offsets = {line["at"][-6:] for line in simulate(7, 10, 12, END)}
    assert offsets == {"-08:00", "-07:00"}


def test_every_fate_and_incident_is_lived_through() -> None:
    """Each way a journey can go, and each thing that can happen at a visit, has its patient."""
    patients = made_up(7, 120, END - timedelta(days=540), END)
    assert {patient.fate for patient in patients} == set(Fate)
    assert {patient.incident for patient in patients if patient.fate is Fate.TREATED} == set(Incident)


@pytest.mark.parametrize("hour", range(24))
@pytest.mark.parametrize("month", [1, 4, 7, 10])
def test_somewhere_it_is_morning(hour: int, month: int) -> None:
    """At every hour of the year there is a zone in which the clinic is open and at work."""
    now = datetime(2026, month, 15, hour, 30, tzinfo=UTC)
    zone = zone_at_work(now)
    local = synthetic_clinic(zone).site.local(now)
    assert MORNING_MIN - 60 <= local.hour * 60 + local.minute <= AFTERNOON_MIN + 60


def test_the_first_zone_is_taken_when_it_is_at_work() -> None:
    """At eleven in Los Angeles the clinic is in Los Angeles."""
    assert zone_at_work(datetime(2026, 6, 17, 18, tzinfo=UTC)) == ZONES[0]

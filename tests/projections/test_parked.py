"""Does what could not be read or folded wait in order, go on in order, and is what was left out never forgotten?"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from journey.events import Event
from journey.recorded import Delivery, Recorded
from journey.response import PHQ9_LT5
from journey.store import codec
from projections import audit, outcome, schedule
from projections.database import ReadModels
from projections.facts import facts
from projections.models import PROJECTIONS
from projections.parking import SkipReason
from projections.place import Batch, Entry, Stopped
from projections.projection import AnyProjection
from projections.reading import UNKNOWN_JOURNEY, tried
from projections.rebuild import rebuild
from projections.redriving import NotThis, Redriven, queues, redrive, skip
from projections.verifying import dump, verify
from tests.decisions.states import discharged, infusing
from tests.decisions.test_worked_journey import worked
from tests.projections.reading import FEED, NOW, Kept, batch, follow
from tests.projections.stories import as_journey

NAME = "schedule"
SINCE = "2026-12-01T00:00:00.000000Z"
BAD, LATER = 20, 32
"""Positions of two events of one journey."""


def log() -> Kept:
    """Return a log of three journeys in turns."""
    return Kept(as_journey(worked(), 1), as_journey(discharged().log, 2), as_journey(infusing().log, 3))


LOG = log()
JOURNEY = str(codec.decode(LOG.events[BAD - 1].body).journey_id)
assert str(codec.decode(LOG.events[LATER - 1].body).journey_id) == JOURNEY


class Version:
    """A version of ours that can't read the events at some positions."""

    def __init__(self, *positions: int) -> None:
        """Fail at these."""
        self.bodies = {LOG.events[position - 1].body for position in positions}

    def __call__(self, body: bytes) -> Recorded[Event]:
        """Decode."""
        if body in self.bodies:
            raise NotImplementedError
        return codec.decode(body)


Open = Callable[..., ReadModels]


@pytest.fixture
def start(models_url: str) -> Iterator[Open]:
    """Return what opens the read models, as a process of some version does."""
    opened: list[ReadModels] = []

    def start(*unread: int, kept: Kept = LOG, projections: Sequence[AnyProjection] = PROJECTIONS) -> ReadModels:
        made = ReadModels(
            models_url, projections, decode=Version(*unread), clock=lambda: NOW, history=kept.history, log=kept
        )
        opened.append(made)
        return made

    yield start
    for it in opened:
        it.close()


def replayed() -> dict[str, Any]:
    """Return the rows that one process makes of the log in one go."""
    once = ReadModels("sqlite:///:memory:", PROJECTIONS, decode=codec.decode, clock=lambda: NOW, history=LOG.history)
    follow(once, LOG, size=10_000)
    rows = {name: dump(once, name) for name in PROJECTION_NAMES}
    once.close()
    return rows


PROJECTION_NAMES = [it.name for it in PROJECTIONS]


def later(position: int) -> list[int]:
    """Return the positions of the journey's events from one on."""
    return [it.position for it in LOG.events[position - 1 :] if json.loads(it.body)["subject"] == JOURNEY]


def test_redriven_in_order(start: Open) -> None:
    """A version that reads the event applies it and what waits behind it; the rows are a replay's, and fresh."""
    follow(start(BAD), LOG)
    mended = start()
    assert [redrive(mended, name, JOURNEY) for name in PROJECTION_NAMES] == [
        [Redriven(journey_id=JOURNEY, applied=len(later(BAD)), waiting=0)]
    ] * 3
    assert {name: dump(mended, name) for name in PROJECTION_NAMES} == replayed()
    assert [queues(mended, name) for name in PROJECTION_NAMES] == [[]] * 3
    assert not any("stale_since" in row for row in mended.rows(NAME, "board"))


def test_what_still_fails_waits_on(start: Open) -> None:
    """The same version changes nothing: the same events wait, for the same reasons, since the same moment."""
    models = start(BAD)
    follow(models, LOG)
    before = queues(models, NAME)
    assert redrive(models, NAME, JOURNEY) == [
        Redriven(
            journey_id=JOURNEY, applied=0, waiting=len(later(BAD)), position=BAD, reason="decode:NotImplementedError"
        )
    ]
    assert queues(models, NAME) == before
    assert (before[0].position, before[0].events, before[0].since) == (BAD, len(later(BAD)), SINCE)


def test_redriven_as_far_as_it_goes(start: Open) -> None:
    """A version that fails further on applies what it can, and the journey waits there."""
    follow(start(BAD), LOG)
    (done,) = redrive(start(LATER), NAME, JOURNEY)
    assert (done.applied, done.position, done.waiting) == (
        len(later(BAD)) - len(later(LATER)),
        LATER,
        len(later(LATER)),
    )
    redrive(start(), NAME, JOURNEY)
    assert dump(start(), NAME) == replayed()[NAME]


def test_redriven_amid_a_live_feed(start: Open) -> None:
    """What the feed brings after a redrive is folded behind it."""
    follow(start(BAD), LOG, until=100)
    mended = start()
    redrive(mended, NAME, JOURNEY)
    follow(mended, LOG)
    assert dump(mended, NAME) == replayed()[NAME]


def test_left_out_and_never_forgotten(start: Open) -> None:
    """The rest of the journey is folded; its rows, the list, the audit and a verification say what is missing."""
    models = start(BAD)
    follow(models, LOG)
    mended = start()  # the bad event is left out though this version would read it
    done = skip(mended, "audit", JOURNEY, BAD, SkipReason.ENTERED_AGAIN, "olive")
    assert done == Redriven(journey_id=JOURNEY, applied=len(later(BAD)) - 1, waiting=0)
    assert queues(mended, "audit") == []
    answer = audit.timeline(mended, journey_id=UUID(JOURNEY), limit=1_000)
    assert answer["stale_since"] == SINCE
    assert [(it["position"], it["reason"], it["skipped_by"]) for it in answer["left_out"]] == [
        (BAD, "entered_again", "olive")
    ]
    assert {row["stale_since"] for row in answer["rows"]} == {SINCE}
    assert BAD not in {row["position"] for row in answer["rows"]}
    assert {(it.journey_id, it.difference) for it in verify(mended, "audit", LOG)} == {(JOURNEY, "missing")}
    others = audit.timeline(mended, limit=1_000)["rows"]
    assert {row.get("stale_since") for row in others if row["journey_id"] != JOURNEY} == {None}


def test_events_after_one_left_out_are_folded_live(start: Open) -> None:
    """A gap that somebody decided on stops nothing later, in whichever process."""
    follow(start(BAD), LOG, until=BAD)
    skip(start(), NAME, JOURNEY, BAD, SkipReason.OF_NO_CONCERN, "olive")
    models = start()
    follow(models, LOG)
    versions = {row[0]: row[1] for row in dump(models, NAME)["documents"]}
    assert versions == {row[0]: row[1] for row in replayed()[NAME]["documents"]}


@pytest.mark.parametrize("reason, covered", [(SkipReason.DAMAGED, True), (SkipReason.FOREIGN, False)])
def test_bytes_left_out_cover_one_version_if_they_were_one(start: Open, reason: SkipReason, covered: bool) -> None:
    """Damaged bytes may have been the next version, so that may be missing; bytes of somebody else never were one."""
    kept = log()
    kept.events[BAD - 1] = Delivery(BAD, json.dumps({"subject": JOURNEY}).encode())
    models = start(kept=kept)
    follow(models, kept, until=BAD)
    skip(models, NAME, JOURNEY, BAD, reason, "olive")
    if covered:
        follow(models, kept)
        assert queues(models, NAME) == []
    else:
        with pytest.raises(Stopped, match="is missing before"):
            follow(models, kept)


def test_one_left_out_hides_no_other_gap(start: Open) -> None:
    """Beyond what was left out a missing version stops the partition as ever."""
    follow(start(BAD), LOG, until=BAD)
    models = start()
    skip(models, NAME, JOURNEY, BAD, SkipReason.OF_NO_CONCERN, "olive")
    whole = batch(LOG, BAD + 1, LOG.head() + 1)
    lost = later(BAD)[1]
    with pytest.raises(Stopped, match="is missing before"):
        models.apply(NAME, FEED, replace(whole, entries=tuple(it for it in whole.entries if it.offset != lost)))


def test_another_event_is_not_left_out(start: Open) -> None:
    """Only the event that holds a journey up can be left out, so that saying it twice leaves out one."""
    follow(start(BAD, LATER), LOG)
    models = start(LATER)
    skip(models, NAME, JOURNEY, BAD, SkipReason.DAMAGED, "olive")
    with pytest.raises(NotThis, match=f"it waits for the one at {LATER}"):
        skip(models, NAME, JOURNEY, BAD, SkipReason.DAMAGED, "olive")
    with pytest.raises(NotThis, match="it does not wait"):
        skip(models, NAME, str(codec.decode(LOG.events[0].body).journey_id), 1, SkipReason.DAMAGED, "olive")


def test_nobodys_record_finds_its_journey(start: Open) -> None:
    """A record that named no journey goes to its own once it can be read, before what waited for want of it."""

    class Blind(Version):
        def __call__(self, body: bytes) -> Recorded[Event]:
            return super().__call__(body[1:] if body[:1] == b"\x00" else body)

    kept = log()
    kept.events[BAD - 1] = Delivery(BAD, b"\x00" + LOG.events[BAD - 1].body)
    follow(start(), kept)
    assert [(it.journey_id, it.reason) for it in queues(start(), NAME)] == [
        (UNKNOWN_JOURNEY, "decode:Unreadable"),
        (JOURNEY, "gap"),
    ]
    mended = start()
    mended.decode = Blind()
    assert redrive(mended, NAME, UNKNOWN_JOURNEY) == [Redriven(journey_id=JOURNEY, applied=len(later(BAD)), waiting=0)]
    assert dump(mended, NAME) == replayed()[NAME]


def test_nobodys_record_left_out_mends_no_journey(start: Open) -> None:
    """A record that named no journey can be left out; who misses it waits on, and a rebuild makes it whole."""
    kept = log()
    kept.events[BAD - 1] = Delivery(BAD, b"nonsense")
    models = start()
    follow(models, kept)
    done = skip(models, NAME, UNKNOWN_JOURNEY, BAD, SkipReason.DAMAGED, "olive")
    assert (done.journey_id, done.waiting) == (UNKNOWN_JOURNEY, 0)
    assert [(it.journey_id, it.reason) for it in queues(models, NAME)] == [(JOURNEY, "gap")]
    assert redrive(models, NAME, JOURNEY)[0].reason == "gap"
    rebuild(models, NAME, LOG)
    assert queues(models, NAME) == []
    assert dump(models, NAME) == replayed()[NAME]


def test_records_without_a_position_are_all_kept(start: Open) -> None:
    """Two records of a journey that say no position wait both, in order, and each is left out by itself."""
    models = start()
    faulty = [Entry(offset=n, delivery=Delivery(0, b"%d" % n), key=JOURNEY, fault="position") for n in (0, 1)]
    models.apply(NAME, FEED, Batch(partition=0, start=0, end=2, position=0, entries=tuple(faulty)))
    with models.database.reading() as session:
        queue = models.parking(session, NAME).queue(JOURNEY)
    assert [(it.entry.offset, it.reason) for it in queue] == [(0, "position"), (1, "queued")]
    done = skip(models, NAME, JOURNEY, 0, SkipReason.FOREIGN, "olive")
    assert (done.waiting, done.reason) == (1, "position")


@pytest.mark.parametrize("passing", [sqlite3.OperationalError, MemoryError])
def test_what_passes_parks_nothing(start: Open, passing: type[Exception]) -> None:
    """A database that is away, met anywhere, is no fault of the event that was in hand."""

    def away(_body: bytes) -> Recorded[Event]:
        raise passing

    models = start()
    models.decode = away
    with pytest.raises(passing):
        follow(models, LOG)
    assert queues(models, NAME) == []
    assert models.place(NAME, FEED, 0).offset == 0


@pytest.mark.parametrize("failures, waits", [(2, False), (3, True)])
def test_three_tries(start: Open, failures: int, waits: bool) -> None:
    """What fails twice and then not was no fault of the event; what fails three times is parked."""
    left = [failures]

    def shaky(body: bytes) -> Recorded[Event]:
        if body == LOG.events[BAD - 1].body and left[0]:
            left[0] -= 1
            raise ArithmeticError
        return codec.decode(body)

    models = start()
    models.decode = shaky
    models.apply(NAME, FEED, batch(LOG, 0, LOG.head() + 1))
    assert bool(queues(models, NAME)) is waits


def test_a_try_that_passes_is_not_repeated() -> None:
    """What passes by itself is raised at the first try."""
    tries = []

    def away() -> None:
        tries.append(1)
        raise sqlite3.OperationalError

    with pytest.raises(sqlite3.OperationalError):
        tried(away)
    assert tries == [1]


def test_facts_hold_nothing_of_a_patient(start: Open) -> None:
    """Of bytes that anybody may have written, only what has an envelope's form is shown."""
    models = start()
    said = {"type": "journey.Maria Gonzalez.v1", "id": "Maria", "subject": JOURNEY, "data": "Maria", "recordedat": "M"}
    good = json.loads(LOG.events[BAD - 1].body) | {"data": "Maria Gonzalez"}
    for number, body in enumerate([json.dumps(said).encode(), b"Maria", b'["Maria"]', json.dumps(good).encode()]):
        entry = Entry(offset=number, delivery=Delivery(number, body), key=JOURNEY)
        models.apply(NAME, FEED, Batch(partition=0, start=number, end=number + 1, position=number, entries=(entry,)))
    with models.database.reading() as session:
        shown = [facts(it) for it in models.parking(session, NAME).queue(JOURNEY)]
    assert len(shown) == 4
    assert "Maria" not in json.dumps(shown)
    assert shown[3]["type"] == good["type"]
    assert shown[3]["streamversion"] == good["streamversion"]


def test_every_answer_says_since_when(start: Open) -> None:
    """Once a journey waits, every answer of each read model that could miss something of it says since when."""
    models = start(BAD)
    follow(models, LOG)
    own = UUID(JOURNEY)
    answers = [
        schedule.day(models, ZoneInfo("America/Los_Angeles"), date(2025, 9, 5)),
        schedule.due(models),
        schedule.due(models, journey_id=own),
        schedule.series(models, own),
        outcome.responses(models, PHQ9_LT5),
        outcome.side_effects(models),
        outcome.journey(models, own),
        audit.timeline(models),
        audit.timeline(models, journey_id=own),
    ]
    assert [None if it is None else it.get("stale_since") for it in answers] == [SINCE] * len(answers)
    other = UUID(json.loads(LOG.events[0].body)["subject"])
    fresh = [audit.timeline(models, journey_id=other), schedule.due(models, journey_id=other)]
    assert [it.get("stale_since") for it in fresh] == [None, None]

"""Does a command become events, once, whatever comes between?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import pairwise
from uuid import UUID, uuid4, uuid5

import pytest

from journey.clinic import Clinic
from journey.errors import Rule
from journey.events import AssessmentCompleted, JourneyReferred, SuicideRiskRaised, TreatmentTrialRecorded
from journey.history import fold
from journey.recorded import Actor
from journey.site import Site
from journey.store import codec
from journey.store.identity import Identity
from journey.store.keys import Keys
from journey.store.loading import AtHand
from journey.store.opening import Store, open_store
from journey.store.request import Answer, Busy, KeyReused, Request, StaleVersion, Status
from journey.store.statements import Stored
from journey.values import Origin, Role
from tests.given import DAY, JOURNEY, MINUTE, NURSE, PRESCRIBER, START
from tests.store.asking import PATIENT, TOMORROW, book, cancel, close, phq9, refer, trial, worked
from tests.store.conftest import Clock, Place, crossing


def accepted(store: Store, *requests: Request) -> list[Answer]:
    """Ask one after the other, and expect each to be accepted."""
    answers = [store.journeys.execute(it) for it in requests]
    assert [(it.status, it.code) for it in answers] == [(Status.ACCEPTED, None)] * len(requests)
    return answers


def stored(store: Store, key: UUID) -> bool:
    """Whether an answer is kept under a key."""
    return bool(store.log.read("SELECT 1 FROM commands WHERE command_id = ?", str(key)))


def test_accepted_command_is_its_event(store: Store) -> None:
    """What was asked is there in its envelope, at the position, version and id that the answer names."""
    asked = refer(correlation_id=uuid4())
    answer = accepted(store, asked)[0]
    [row] = store.log.rows(0, 10)
    entry = codec.decode(row.body)
    assert (answer.position, answer.first_version, answer.version) == (row.position, 1, 1) == (1, 1, 1)
    assert answer.event_ids == (entry.event_id,) == (uuid5(asked.command_id, "event 1"),)
    assert isinstance(entry.event, JourneyReferred)
    assert (entry.at, entry.recorded_at, entry.actor) == (START, START, NURSE)
    assert (entry.correlation_id, entry.causation_id) == (asked.correlation_id, asked.command_id)
    assert entry.policy_version == store.clinic.policy.version
    assert entry.prev is None


def test_consequence_is_caused_by_the_first_event(store: Store) -> None:
    """One command's second event names the first as its cause, and follows it in the chain of digests."""
    accepted(store, refer())
    asked = phq9(item_9=2)
    answer = accepted(store, asked)[0]
    completed, raised = store.log.history(JOURNEY)[1:]
    assert isinstance(completed.event, AssessmentCompleted)
    assert isinstance(raised.event, SuicideRiskRaised)
    assert (completed.causation_id, raised.causation_id) == (asked.command_id, completed.event_id)
    assert (answer.first_version, answer.version, answer.position) == (2, 3, 3)


def test_chain_of_digests_has_no_break(store: Store) -> None:
    """Each event of a stream holds the digest of the one before it, also where streams are interleaved."""
    other = uuid4()
    accepted(store, refer(), refer(uuid4(), journey_id=other), trial(), trial(journey_id=other), phq9(1), trial())
    for journey_id in (JOURNEY, other):
        stream = store.log.stream(journey_id)
        assert [codec.decode(it.body).version for it in stream] == list(range(1, len(stream) + 1))
        for earlier, later in pairwise(stream):
            assert codec.decode(later.body).prev == codec.digest(earlier.body)


def test_worked_file_goes_through(store: Store, clock: Clock) -> None:
    """Every line of the worked file is accepted in one batch, and answered as a duplicate the next time."""
    clock.now = START + 400 * DAY
    requests = list(worked())
    first = store.journeys.execute_many(requests)
    assert [it.code for it in first if isinstance(it, Answer) and it.status is not Status.ACCEPTED] == []
    head, again = store.log.head(), store.journeys.execute_many(requests)
    assert store.log.head() == head
    for one, other in zip(first, again, strict=True):
        assert isinstance(one, Answer)
        assert other == replace(one, status=Status.DUPLICATE)


def test_batch_is_as_one_by_one(store: Store) -> None:
    """A batch answers what the same commands are answered one after the other, refusals among them."""

    def mixed(day: int) -> list[Request]:
        patient, first, second, third = uuid4(), uuid4(), uuid4(), uuid4()
        chair = partial(book, TOMORROW + day * DAY)
        return [
            trial(journey_id=first),
            refer(patient, journey_id=first),
            refer(patient, journey_id=first),
            refer(patient, journey_id=second),
            close(journey_id=first),
            refer(patient, journey_id=second),
            refer(uuid4(), journey_id=third),
            booked := chair(journey_id=second),
            chair(journey_id=third),
            cancel(booked),
            chair(journey_id=third),
        ]

    batch = [it.code for it in store.journeys.execute_many(mixed(0)) if isinstance(it, Answer)]
    assert batch == [store.journeys.execute(it).code for it in mixed(1)]
    assert batch == [
        *("unknown_journey", None, "journey_exists", "journey_open_elsewhere", None),
        *(None, None, None, "resource_taken", None, None),
    ]


def test_refusal_is_kept_and_answered_again(store: Store) -> None:
    """A refusal is stored with no event; asked again it is the first answer, though it would be accepted by now."""
    accepted(store, refer())
    refused = trial(journey_id=JOURNEY, at=START + DAY)
    first = store.journeys.execute(refused)
    assert (first.status, first.code, first.message) == (Status.REFUSED, "at_in_future", Rule.AT_IN_FUTURE.text)
    assert store.log.head() == 1
    again = store.journeys.execute(refused)
    assert again == replace(first, status=Status.DUPLICATE)
    [attempt] = store.attempts.refused()
    assert (attempt.command, attempt.code, attempt.actor) == ("RecordTreatmentTrial", "at_in_future", "nora")


def test_duplicate_has_the_first_answer(store: Store) -> None:
    """The same command again answers versions, position, ids and deviations of the first time, and stores nothing."""
    accepted(store, refer())
    asked = trial(at=START - DAY)
    first = accepted(store, asked)[0]
    assert first.deviations
    accepted(store, trial())
    again = store.journeys.execute(asked)
    assert again == replace(first, status=Status.DUPLICATE)
    assert store.log.head() == 3


@pytest.mark.parametrize(
    "changed",
    [
        {"at": START - MINUTE},
        {"note": "other words"},
        {"journey_id": uuid5(JOURNEY, "other")},
        {"identity": Identity(name="Another")},
        {"command": refer(uuid5(PATIENT, "other")).command},
        {"actor": replace(NURSE, user="other")},
        {"actor": PRESCRIBER},
        {"actor": Actor(user="nora", role=Role.IMPORTER, on_behalf_of="pete", on_behalf_of_role=Role.PRESCRIBER)},
    ],
)
def test_key_used_for_something_else_shows_nothing(store: Store, changed: dict[str, object]) -> None:
    """The same key with another body or by another person is told apart, and nothing of the first answer is shown."""
    asked = refer(identity=Identity(name="Robin"), note="words")
    accepted(store, asked)
    with pytest.raises(KeyReused) as error:
        store.journeys.execute(replace(asked, **changed))  # type: ignore[arg-type]  # one field or another
    assert str(error.value) == ""
    assert store.log.head() == 1


@pytest.mark.parametrize(
    "asked, code",
    [
        (trial(journey_id=uuid5(JOURNEY, "nobody's")), Rule.UNKNOWN_JOURNEY),
        (trial(actor=Actor(user="ann", role=Role.ANALYST)), Rule.WRONG_ROLE),
        (trial(actor=Actor(user="im", role=Role.IMPORTER)), Rule.WRONG_ROLE),
        (trial(actor=Actor(user="im", role=Role.IMPORTER, on_behalf_of_role=Role.NURSE)), Rule.WRONG_ROLE),
        (
            trial(actor=Actor(user="ann", role=Role.ANALYST, on_behalf_of="nora", on_behalf_of_role=Role.NURSE)),
            Rule.WRONG_ROLE,
        ),
        (
            trial(actor=Actor(user="nora", role=Role.NURSE, on_behalf_of="pete", on_behalf_of_role=Role.PRESCRIBER)),
            Rule.WRONG_ROLE,
        ),
        (trial(site_id="annex"), Rule.UNKNOWN_JOURNEY),
        (trial(origin=Origin.SIMULATED), Rule.NOT_A_SIMULATION),
    ],
)
def test_who_may_not_ask_may_ask_again(store: Store, asked: Request, code: Rule) -> None:
    """A wrong role, an unknown journey or a simulated event in a real store is refused, and nothing is kept of it."""
    accepted(store, refer())
    answer = store.journeys.execute(asked)
    assert (answer.status, answer.code) == (Status.REFUSED, code.value)
    assert not stored(store, asked.command_id)


def test_journey_is_its_own_site_s(store: Store, place: Place, keys: Keys, clock: Clock) -> None:
    """Another site with the same database neither adds to a journey nor finds its keys."""
    accepted(store, refer())
    annex = open_store(place.url, keys=keys, clinic=Clinic(site=Site(site_id="annex")), clock=clock)
    asked = trial(site_id="annex")
    assert annex.journeys.execute(asked).code == Rule.UNKNOWN_JOURNEY.value
    annex.close()
    assert len(store.log.history(JOURNEY)) == 1
    accepted(store, replace(asked, site_id="main"))


def test_version_that_is_seen_by_the_asker(store: Store) -> None:
    """What commutes may come between; anything else stops the command, and nothing is kept under its key."""
    accepted(store, refer(if_version=None), trial(if_version=1))
    accepted(store, phq9(1))
    accepted(store, trial(if_version=2))
    stale = trial(if_version=2)
    with pytest.raises(StaleVersion):
        store.journeys.execute(stale)
    with pytest.raises(StaleVersion):
        store.journeys.execute(trial(if_version=99))
    assert not stored(store, stale.command_id)
    accepted(store, replace(stale, if_version=5))


def test_key_is_looked_up_before_the_version(store: Store) -> None:
    """A command that was accepted is a duplicate, not stale, when it is asked again with the version it then knew."""
    accepted(store, refer())
    asked = trial(if_version=1)
    accepted(store, asked, trial())
    assert store.journeys.execute(asked).status is Status.DUPLICATE


def test_conflict_is_redone_on_what_is_there_now(store: Store, clock: Clock) -> None:
    """Somebody else writes between reading and writing: version, prev and decision are made anew."""
    accepted(store, refer())
    between = trial(weeks=4)
    clock.met = lambda: accepted(store, between)
    answer = accepted(store, trial(weeks=9))[0]
    assert (answer.version, answer.position) == (3, 3)
    first, second = (it.event for it in store.log.history(JOURNEY)[1:])
    assert isinstance(first, TreatmentTrialRecorded)
    assert isinstance(second, TreatmentTrialRecorded)
    assert (first.weeks, second.weeks) == (4, 9)
    stream = store.log.stream(JOURNEY)
    assert codec.decode(stream[2].body).prev == codec.digest(stream[1].body)


def test_conflict_may_turn_into_a_refusal(store: Store, clock: Clock) -> None:
    """Decided anew, a command meets what came between: here the journey was closed, and nothing is booked."""
    clock.now = START
    accepted(store, refer())
    clock.met = lambda: accepted(store, close())
    answer = store.journeys.execute(book())
    assert (answer.status, answer.code) == (Status.REFUSED, "journey_closed")
    assert store.log.head() == 2


def test_ten_conflicts_are_enough(store: Store, clock: Clock) -> None:
    """Who is overtaken ten times is told so, and nothing is stored under the key."""
    accepted(store, refer())
    asked = trial()
    overtaken = 0

    def overtake() -> None:
        nonlocal overtaken
        overtaken += 1
        accepted(store, trial())
        clock.met = overtake

    clock.met = overtake
    with pytest.raises(Busy):
        store.journeys.execute(asked)
    clock.met = None
    assert overtaken == 10
    assert store.log.head() == 11
    assert not stored(store, asked.command_id)
    accepted(store, asked)


def test_twin_of_a_key_gets_the_first_answer(store: Store) -> None:
    """The same command twice at the same time, both having found the key unused: one is the first, one its twin."""
    accepted(store, refer())
    asked, journeys = trial(), crossing(store)
    with ThreadPoolExecutor(2) as threads:
        answers = [it.result() for it in [threads.submit(journeys.execute, asked) for _ in range(2)]]
    assert sorted(it.status for it in answers) == [Status.ACCEPTED, Status.DUPLICATE]
    first, twin = sorted(answers, key=lambda it: it.status)
    assert twin == replace(first, status=Status.DUPLICATE)
    assert store.log.head() == 2


def test_twin_between_the_readings_is_no_stale_version(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin is stored after the key was looked up and before the journey was read: it is the first answer still."""
    accepted(store, refer())
    asked, events = trial(if_version=1), store.log.stored
    first: list[Answer] = []

    def overtaken(journey_id: UUID, *, since: int = 1) -> list[Stored]:
        monkeypatch.setattr(store.log, "stored", events)
        first.extend(accepted(store, asked))
        return events(journey_id, since=since)

    monkeypatch.setattr(store.log, "stored", overtaken)
    other = replace(store.journeys, at_hand=AtHand(store.log))
    assert other.execute(asked) == replace(first[0], status=Status.DUPLICATE)


def test_many_threads_lose_nothing(store: Store) -> None:
    """Eight threads on one journey: all are accepted, versions and positions are dense, the chain holds."""
    accepted(store, refer())
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: _patient(store, trial()), range(40)))
    assert {it.status for it in answers} == {Status.ACCEPTED}
    stream = store.log.stream(JOURNEY)
    assert [it.position for it in stream] == list(range(1, 42))
    assert {it.position for it in answers} == set(range(2, 42))
    assert all(codec.decode(b.body).prev == codec.digest(a.body) for a, b in pairwise(stream))


def _patient(store: Store, asked: Request) -> Answer:
    """Ask until it is not too busy: as whoever gets a 503 does."""
    while True:
        try:
            return store.journeys.execute(asked)
        except Busy:
            continue


def test_clock_that_steps_back_cuts_no_hole(store: Store, clock: Clock) -> None:
    """An event is recorded no earlier than the one before it in its stream, whatever the clock says."""
    accepted(store, refer())
    clock.now = START - timedelta(minutes=30)
    accepted(store, trial(at=START - timedelta(minutes=31)))
    assert [it.recorded_at for it in store.log.history(JOURNEY)] == [START, START]


def test_batch_that_conflicts_is_redone_line_by_line(store: Store, clock: Clock) -> None:
    """Somebody writes between: every line of the batch is answered, each once, on what is there now."""
    accepted(store, refer())
    lines = [trial(weeks=1), trial(at=START + DAY), trial(weeks=3)]
    clock.met = lambda: accepted(store, trial(weeks=50))
    answers = store.journeys.execute_many(lines)
    assert [it.code for it in answers if isinstance(it, Answer)] == [None, "at_in_future", None]
    weeks = [it.event.weeks for it in store.log.history(JOURNEY) if isinstance(it.event, TreatmentTrialRecorded)]
    assert weeks == [50, 1, 3]


def test_batch_keeps_apart_what_is_wrong(store: Store) -> None:
    """A reused key and a stale version in a batch are given in their places; the other lines are stored."""
    first = refer()
    accepted(store, first)
    reused = replace(trial(), command_id=first.command_id)
    twice = trial()
    answers = store.journeys.execute_many([twice, reused, trial(if_version=9), twice, trial()])
    kinds = [it.status if isinstance(it, Answer) else type(it) for it in answers]
    assert kinds == [Status.ACCEPTED, KeyReused, StaleVersion, Status.DUPLICATE, Status.ACCEPTED]
    assert store.log.head() == 3


def test_note_and_identity_lie_in_the_vault_alone(store: Store) -> None:
    """Words and names are sealed in the same transaction; the event has the note's id and a commitment to it."""
    asked = refer(note="Prefers mornings; canary-99.", identity=Identity(name="Robin Canary-98"))
    accepted(store, asked)
    [row] = store.log.rows(0, 1)
    entry = codec.decode(row.body)
    assert entry.note_id is not None
    assert entry.note_commitment is not None
    assert b"canary" not in row.body.lower()
    assert store.vault.note(entry.note_id) == asked.note
    assert store.vault.identity(PATIENT) == asked.identity
    assert not any("anary" in str(row) for row in store.log.read("SELECT * FROM commands"))


def test_folded_as_stored(store: Store) -> None:
    """What the store gives back folds to a journey at the last version."""
    accepted(store, refer(), trial(), phq9(1))
    journey = fold(store.log.history(JOURNEY))
    assert journey.version == 4
    assert len(journey.risks) == 1

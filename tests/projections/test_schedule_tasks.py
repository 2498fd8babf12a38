"""Is each task there from its time on and not before, once, and gone by the command that it names?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import settings

from journey.commands import ANSWERED_BY, COMMANDS
from journey.errors import Rule
from journey.events import (
    AdverseEventUpdated,
    AppointmentCancelled,
    AppointmentRescheduled,
    ContraindicationCleared,
    DeathRecorded,
    EligibilityDenied,
    Event,
    JourneyClosed,
    JourneyPaused,
    JourneyResumed,
    PatientContacted,
    PatientDischarged,
    SuicideRiskAddressed,
)
from journey.events.closing import ClosingReason, Informant
from journey.events.intake import CriterionId, YesNoUnknown
from journey.events.outcome import AdverseEventOutcome, RiskDisposition, Seriousness
from journey.events.plan import CoverageOutcome
from journey.events.schedule import CancellationReason, ContactPurpose, Initiator, Move, RescheduleReason
from journey.events.screening import ClearingBasis, ScreeningResult
from journey.events.session import Disposition, VitalsPhase
from journey.policy import Policy
from journey.response import PHQ9_LT5, Anchor
from journey.roles import MAY
from journey.values import RiskLevel
from projections.plain import moment
from projections.schedule import KINDS, Terms, under
from projections.schedule.kinds import TaskKind
from tests.decisions.states import (
    CONSENTED,
    CONSULT,
    COVERED,
    ELIGIBILITY,
    ENDPOINT,
    FOUND,
    MAINTAINED,
    PLANNED,
    PREGNANT,
    REVIEW_DAY,
    REVIEWED,
    SWITCHED,
    VISITS,
    WITHDRAWN,
    abortion,
    booked,
    booking,
    came_at,
    check_in,
    clearance,
    cleared,
    closed,
    consented,
    consulted,
    discharge,
    discharged,
    eligible,
    induced,
    infusing,
    maintained,
    measured,
    paused,
    phq9,
    planned,
    reading,
    recovering,
    relapsed,
    reviewed,
    visited,
    withheld,
)
from tests.decisions.test_worked_journey import worked
from tests.examples import EVENTS
from tests.given import DAY, HOUR, MINUTE, START, Given, later_recorded, named
from tests.projections.due import late, standing, tasks
from tests.projections.folded import Log, rows_of
from tests.projections.stories import corrected
from tests.projections.test_audit_drug import ledger
from tests.projections.test_schedule_due import adverse_event, missing, risk, signature
from tests.projections.test_schedule_due import corrected as put_right

P = Policy()
STARTED_AT = VISITS[0] + 3 * MINUTE
EARLIER = VISITS[0] - DAY


@dataclass(frozen=True)
class Timed:
    """A state in which there is a task from `opens_at` on, late from `late_at`, and the event that settles it."""

    task: str
    state: Callable[[], Given]
    settling: Event
    opens_at: datetime | None = None
    late_at: datetime | None = None


def expiring() -> Given:
    """The consent ends a day before the infusion that is booked."""
    return eligible().then_came(replace(CONSENTED, expires_at=EARLIER), COVERED, PLANNED, booking(1))


def untested() -> Given:
    """A pregnancy is possible, and the test that excludes one ends before the infusion."""
    possible = replace(CONSULT, pregnancy_possible=YesNoUnknown.YES)
    return planned().then_came(possible, booking(1), negative(EARLIER))


def negative(until: datetime) -> Any:
    """A negative pregnancy test."""
    return replace(PREGNANT, result=ScreeningResult.NEGATIVE, valid_until=until)


def clearing(until: datetime) -> ContraindicationCleared:
    """The finding is cleared until then."""
    return ContraindicationCleared(
        contraindication_id=named("event 6"),
        code=FOUND.code,
        by="pete",
        basis=ClearingBasis.RESOLVED,
        valid_until=until,
    )


def authorized(units: int, **said: Any) -> Any:
    """A payer pays for so many infusions."""
    answer: dict[str, Any] = {"payer": "acme", "outcome": CoverageOutcome.COVERED, "units_authorized": units}
    return replace(COVERED, **(answer | said))


def cancelled(number: int = 1) -> AppointmentCancelled:
    """An appointment is called off."""
    return AppointmentCancelled(
        appointment_ids=(named(f"appointment {number}"),),
        initiator=Initiator.CLINIC,
        reason_code=CancellationReason.OTHER,
        late=False,
    )


def moved(start: datetime) -> AppointmentRescheduled:
    """The first appointment is moved."""
    move = Move(appointment_id=named("appointment 1"), start=start, end=start + 3 * HOUR, chair="chair-1")
    return AppointmentRescheduled(moves=(move,), initiator=Initiator.PATIENT, reason=RescheduleReason.ILLNESS)


def once_missed() -> Given:
    """The first visit was missed."""
    return came_at(booked(), VISITS[0] + 20 * MINUTE, missing(1))


def twice_missed() -> Given:
    """The second, too."""
    return came_at(once_missed().then_came(booking(2)), VISITS[1] + 20 * MINUTE, missing(2))


def died() -> Given:
    """A death became known, with an infusion booked."""
    return booked().then_came(DeathRecorded(died_on=date(2026, 3, 2), informant=Informant.FAMILY))


def denied(recheck_after: date = date(2026, 4, 1)) -> Given:
    """Eligibility was denied, to be looked at again on that day."""
    return consulted().then_came(
        EligibilityDenied(criteria_failed=(CriterionId.AGE,), permanent=False, recheck_after=recheck_after)
    )


def unanswered() -> Given:
    """Item nine was left out."""
    whole = phq9("again", 1, 1, 1, 1, 1, 1, 1, 1, 0)
    open_ = replace(whole, assessment_id=named("first"), items={**whole.items, "9": None}, total=None, missing_n=1)
    return consulted().then_came(open_)


def deviating() -> Given:
    """The patient left too early."""
    return recovering().then_came(discharge(), deviations=(Rule.NOT_READY,))


def stale() -> Given:
    """A reading was corrected on which the clearance rests."""
    return put_right(cleared(), reading(), reading(sbp_mmhg=139))


def stale_of_old() -> Given:
    """The weight was corrected once the patient was gone: the clearance is stale, and the start."""
    return put_right(discharged(), check_in(), check_in(weight_kg=Decimal(71)))


def far_beyond() -> Given:
    """A pressure was read at which somebody acts at once."""
    return infusing().then_came(reading(sbp_mmhg=201), after=8 * MINUTE)


CALLED = PatientContacted(purpose=ContactPurpose.FOLLOW_UP, reached=True)
ADDRESSED = SuicideRiskAddressed(risk_id=named("risk"), disposition=RiskDisposition.SAFETY_PLAN)
FATAL = replace(adverse_event(5, serious=True), seriousness_code=Seriousness.DEATH)
RESOLVED = AdverseEventUpdated(ae_id=named("ae"), outcome=AdverseEventOutcome.RESOLVED, resolved_at=START)
LAPSED = JourneyClosed(reason=ClosingReason.LAPSED)
MISSED_FROM = VISITS[0] + P.missed_grace_min * MINUTE
SIGN_BY = discharged().now + P.sign_off_due_days * DAY
LAST_AT = VISITS[5] + 43 * MINUTE

TIMED = (
    Timed("vitals", infusing, reading(), STARTED_AT + 10 * MINUTE, STARTED_AT + 10 * MINUTE),
    Timed("follow_up", discharged, CALLED, discharged().now + DAY),
    Timed("follow_up", discharged, check_in(2), discharged().now + DAY),
    Timed("follow_up", discharged, LAPSED, discharged().now + DAY),
    Timed("act", far_beyond, reading(), late_at=far_beyond().now),
    Timed("act", far_beyond, discharge(), late_at=far_beyond().now),
    Timed(
        "stop",
        lambda: infusing().then_came(WITHDRAWN),
        abortion(ml_infused=Decimal(1), counts=False),
        late_at=infusing().now + MINUTE,
    ),
    Timed(
        "suicide_risk",
        lambda: consulted().then_came(risk(RiskLevel.LOW)),
        ADDRESSED,
        late_at=consulted().now + 61 * MINUTE,
    ),
    Timed("unanswered", unanswered, phq9("again", 1, 1, 1, 1, 1, 1, 1, 1, 0)),
    Timed("adverse_event", lambda: consulted().then_came(adverse_event(3)), RESOLVED),
    Timed("death", died, FATAL),
    Timed("cancel", died, cancelled()),
    Timed("cancel", lambda: booked().then_came(WITHDRAWN), cancelled()),
    Timed("cancel", lambda: booked().then_came(SWITCHED), cancelled()),
    Timed("missed", booked, missing(1), MISSED_FROM),
    Timed("missed", booked, check_in(), MISSED_FROM),
    Timed("missed", booked, cancelled(), MISSED_FROM),
    Timed("rebook", once_missed, booking(2)),
    Timed("outreach", twice_missed, replace(CALLED, purpose=ContactPurpose.OUTREACH)),
    Timed("outreach", twice_missed, booking(3)),
    Timed("outreach", twice_missed, LAPSED),
    Timed("withheld", withheld, booking(2)),
    Timed("move", lambda: paused(state=booked), cancelled()),
    Timed("move", lambda: paused(state=booked, until=date(2026, 3, 20)), moved(VISITS[5] + DAY)),
    Timed("pause", lambda: paused(until=date(2026, 3, 20)), JourneyResumed(rechecks=())),
    Timed("lapsed", planned, LAPSED, START + 90 * DAY + MINUTE),
    Timed("lapsed", planned, booking(1, START + 100 * DAY), START + 90 * DAY + MINUTE),
    Timed("authorization", lambda: consented().then_came(authorized(1)), authorized(8), START),
    Timed(
        "eligibility",
        lambda: planned().then_came(booking(1, START + 200 * DAY)),
        replace(ELIGIBILITY, valid_until=START + 300 * DAY),
        late_at=START + 200 * DAY,
    ),
    Timed("consent", expiring, replace(CONSENTED, consent_id=named("anew")), late_at=VISITS[0]),
    Timed("pregnancy_test", untested, negative(VISITS[1]), late_at=VISITS[0]),
    Timed(
        "clearing",
        lambda: eligible().then_came(FOUND, clearing(EARLIER), booking(1)),
        clearing(VISITS[1]),
        late_at=VISITS[0],
    ),
    Timed("recheck", denied, ELIGIBILITY),
    Timed("contraindication", lambda: eligible().then_came(FOUND), clearing(VISITS[1])),
    Timed("response", induced, REVIEWED, LAST_AT + 14 * DAY, LAST_AT + 32 * DAY),
    Timed("relapse", relapsed, SWITCHED),
    Timed("next", maintained, booking(7, VISITS[5] + 31 * DAY), late_at=datetime.fromisoformat("2026-04-20T20:00:00Z")),
    Timed("deviation", deviating, signature()),
    Timed("stale", stale, clearance()),
    Timed("unsigned", discharged, signature(), late_at=SIGN_BY),
)
"""Every kind of task at least once."""

CASES = pytest.mark.parametrize("it", TIMED, ids=lambda it: f"{it.task} by {type(it.settling).__name__}")


@CASES
def test_a_task_stands_from_its_time_on(it: Timed) -> None:
    """Not a second before; then once, with the role it is for."""
    state = it.state()
    if it.opens_at is not None:
        assert standing(state, it.task, it.opens_at - timedelta(seconds=1)) == []
    (task,) = standing(state, it.task, it.opens_at or state.now)
    assert task["owner"] == KINDS[it.task].owner.value
    assert task["settled_by"] in {command.__name__ for command in KINDS[it.task].settled_by}
    assert len(standing(state, it.task, state.now + 10_000 * DAY)) == 1


@CASES
def test_a_task_is_late_from_its_time_on(it: Timed) -> None:
    """Not a second before; what no number says it of never is."""
    state = it.state()
    if it.late_at is None:
        assert late(state, it.task, state.now + 10_000 * DAY) == []
    else:
        assert late(state, it.task, it.late_at - timedelta(seconds=1)) == []
        assert len(late(state, it.task, it.late_at)) == 1


@CASES
def test_its_command_settles_a_task(it: Timed) -> None:
    """The event that answers one of its commands, and no other kind's, leaves none."""
    commands = {ANSWERED_BY[command] for command in KINDS[it.task].settled_by}
    assert type(it.settling) in commands
    state = it.state()
    at = max(it.opens_at or START, state.now + MINUTE)
    assert standing(came_at(state, at, it.settling), it.task, at) == []


def test_what_is_stale_of_a_session_that_is_over_is_signed_anew() -> None:
    """Nobody is told to clear it again or to start the pump."""
    state = stale_of_old()
    assert [it["settled_by"] for it in standing(state, "stale", state.now)] == ["SignOffSession"] * 2
    assert standing(state.then_came(signature()), "stale", state.now + MINUTE) == []
    assert len(standing(state.then_came(signature(2)), "stale", state.now + MINUTE)) == 2
    here = put_right(cleared(), check_in(), check_in(weight_kg=Decimal(71)))
    assert [it["settled_by"] for it in standing(here, "stale", here.now)] == ["ClearSession"]


def test_what_is_decided_once_is_confirmed() -> None:
    """A pause was corrected after it had ended: it is not ended again."""
    state = paused(until=date(2026, 3, 20))
    pause = state.log[-1].event
    assert isinstance(pause, JourneyPaused)
    after = put_right(state.then_came(JourneyResumed(rechecks=())), pause, replace(pause, until=date(2026, 3, 27)))
    assert [it["settled_by"] for it in standing(after, "stale", after.now)] == ["CorrectEntry"]


def test_every_kind_has_its_case() -> None:
    """No kind of task is told of that no event ever raises, and none is raised that is told of nowhere."""
    assert {it.task for it in TIMED} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda it: it.id)
def test_a_kind_is_what_its_owner_can_settle(kind: TaskKind) -> None:
    """The role whose task it is may ask the command that is proposed; its numbers are the policy's, or a rule's."""
    assert kind.owner in MAY[kind.settled_by[0]]
    assert all(hasattr(P, number) or hasattr(PHQ9_LT5, number) for number in kind.numbers)


def due(state: Given, task: str) -> list[str]:
    """Return when the tasks of a kind are due."""
    return [row["due_at"] for row in tasks(state).values() if row["task"] == task]


def test_signs_are_due_by_where_the_patient_is() -> None:
    """Ten minutes after the start, five after a reading over a limit, fifteen after the end; never once at home."""
    assert due(cleared(), "vitals") == []
    calm = infusing().then_came(reading(), after=8 * MINUTE)
    assert due(calm, "vitals") == [moment(calm.now + 10 * MINUTE)]
    over = calm.then_came(reading(sbp_mmhg=181))
    assert due(over, "vitals") == [moment(over.now + 5 * MINUTE)]
    assert due(calm.then_came(reading(sbp_mmhg=180, dbp_mmhg=110)), "vitals") == [moment(over.now + 10 * MINUTE)]
    assert due(recovering(), "vitals") == [moment(recovering().now + 15 * MINUTE)]
    watched = recovering().then_came(reading(phase=VitalsPhase.POST))
    assert due(watched, "vitals") == [moment(watched.now + 15 * MINUTE)]
    assert due(discharged(), "vitals") == []


def test_a_second_missed_visit_is_another_kind() -> None:
    """By the policy of the day on which it was missed."""
    strict = Terms({"strict": replace(P, outreach_from_missed=1)})
    late_ = booked().later(2 * DAY)
    assert [row["task"] for row in _by(strict, late_.then_came(missing(1), policy_version="strict"))] == ["outreach"]
    assert [row["task"] for row in _by(strict, late_.then_came(missing(1)))] == ["rebook"]


def _by(terms: Terms, state: Given) -> list[Any]:
    """Return the tasks that stand at once, told under these terms."""
    return [row for row in tasks(state, under(terms)).values() if row["opens_at"] is None]


def test_times_are_those_of_the_policy_of_the_day() -> None:
    """Each is counted by the policy of the entry that it is counted from, whatever came later."""
    ours = replace(
        P,
        sign_off_due_days=3,
        vitals_interval_during_min=7,
        missed_grace_min=30,
        suicide_risk_open_min_max=10,
        lapsed_after_days=5,
        adverse_event_review_grade=2,
        authorized_units_min=9,
    )
    terms = Terms({"ours": ours})

    def told(state: Given, task: str) -> list[str]:
        own = replace(state, log=tuple(replace(it, policy_version="ours") for it in state.log))
        after = own.then_came(EVENTS["TreatmentTrialRecorded"], policy_version="later")
        return [row[when] for row in tasks(after, under(terms)).values() if row["task"] == task for when in WHEN[task]]

    assert told(discharged(), "unsigned") == [moment(discharged().now + 3 * DAY)]
    assert told(infusing(), "vitals") == [moment(infusing().now + 7 * MINUTE)]
    assert told(booked(), "missed") == [moment(VISITS[0] + 30 * MINUTE)]
    risky = consulted().then_came(risk(RiskLevel.HIGH))
    assert told(risky, "suicide_risk") == [moment(risky.now + 10 * MINUTE)]
    assert told(planned(), "lapsed") == [moment(START + 5 * DAY + MINUTE)]
    mild = consulted().then_came(adverse_event(2))
    assert told(mild, "adverse_event") == [moment(mild.now)]
    assert told(consented().then_came(authorized(8)), "authorization") == [moment(START)]


WHEN = {
    task: ("overdue_at",) if task == "suicide_risk" else ("due_at",)
    for task in ("unsigned", "vitals", "missed", "suicide_risk", "lapsed", "adverse_event", "authorization")
}


def test_a_review_is_due_by_the_rule_of_the_plans_day() -> None:
    """A rule of the clinic's own counts, as it was when the plan was approved."""
    own = replace(PHQ9_LT5, id="own", endpoint_days_min=3, endpoint_days_max=4, endpoint_from=Anchor.FIRST)
    asked = []

    def rule_at(rule_id: str, at: datetime) -> Any:
        asked.append((rule_id, at))
        return own

    state = consented().then_came(replace(PLANNED, response_rule_id="own"))
    approved_at = state.now
    for number in range(1, 7):
        state = visited(state, number)
    (row,) = (row for row in tasks(state, under(Terms(rule_at=rule_at))).values() if row["task"] == "response")
    assert (row["due_at"], row["overdue_at"]) == (moment(STARTED_AT + 3 * DAY), moment(STARTED_AT + 5 * DAY))
    assert set(asked) == {("own", approved_at)}


def test_authorized_infusions_are_counted() -> None:
    """With fewer than two left another is sought, since the infusion that left so few; the last answer counts."""
    state = consented().then_came(authorized(3), PLANNED)
    one = visited(state, 1)
    assert due(one, "authorization") == []
    two = visited(one, 2)
    assert due(two, "authorization") == [moment(VISITS[1] + 3 * MINUTE)]
    assert due(visited(two, 3), "authorization") == due(two, "authorization")
    assert due(two.then_came(authorized(4)), "authorization") == []
    assert due(two.then_came(replace(COVERED, coverage_id=named("own"), verified_at=two.now)), "authorization") == []
    elsewhere = authorized(3, valid_from=date(2026, 3, 4))
    assert due(two.then_came(elsewhere), "authorization") == []
    assert due(two.then_came(authorized(3, outcome=CoverageOutcome.NOT_COVERED)), "authorization") == []
    assert due(two.then_came(SWITCHED), "authorization") == []
    assert due(two.then_came(JourneyClosed(reason=ClosingReason.FINANCIAL)), "authorization") == []


def test_a_journey_lapses_when_nothing_is_heard_or_planned() -> None:
    """Counted from the last day of which anything is known; not while something is booked, runs, rests or is over."""
    since = moment(START + 90 * DAY + MINUTE)
    assert due(planned(), "lapsed") == [since]
    assert due(planned().then_came(ENDPOINT), "lapsed") == [since]
    assert due(came_at(planned(), START + DAY, ENDPOINT), "lapsed") == [moment(START + 91 * DAY)]
    for busy in (booked(), infusing(), paused(), closed(), died()):
        assert due(busy, "lapsed") == []
    assert due(came_at(planned().then_came(booking(1)), VISITS[0] + HOUR, missing(1)), "lapsed") == [since]


def test_what_is_planned_keeps_a_journey_from_lapsing() -> None:
    """An infusion of maintenance, or a re-check, that is due later than that."""
    later = replace(MAINTAINED, first_due=date(2026, 12, 1))
    assert due(reviewed().then_came(later), "lapsed") == ["2026-12-01T20:00:00.000000Z"]
    assert due(denied(date(2026, 12, 1)), "lapsed") == ["2026-12-01T20:00:00.000000Z"]
    ended = replace(MAINTAINED, until=date(2026, 4, 1))
    assert due(reviewed().then_came(ended), "lapsed") == [moment(REVIEW_DAY + 90 * DAY)]


def test_who_went_home_after_an_infusion_is_called() -> None:
    """Not who got none, who was taken away, who died, or who has not left; once reached, not again."""
    at = moment(discharged().now + DAY)
    assert due(discharged(), "follow_up") == [at]
    assert due(withheld().then_came(discharge()), "follow_up") == []
    assert due(recovering(), "follow_up") == []
    for disposition, expected in ((Disposition.AGAINST_ADVICE, 1), (Disposition.ED_TRANSFER, 0), (Disposition.DIED, 0)):
        left = PatientDischarged(session_id=named("session 1"), disposition=disposition, ride_checked=False)
        assert len(due(recovering().then_came(left), "follow_up")) == expected
    about_another = replace(CALLED, appointment_id=named("appointment 2"))
    for said in (replace(CALLED, reached=False), replace(CALLED, purpose=ContactPurpose.OUTREACH), about_another):
        assert due(discharged().then_came(said), "follow_up") == [at]
    early = later_recorded(discharged(), CALLED, at=VISITS[0], recorded_at=discharged().now + MINUTE)
    assert due(early, "follow_up") == [at]
    own = replace(CALLED, appointment_id=named("appointment 1"))
    assert due(discharged().then_came(own), "follow_up") == []
    assert due(discharged().then_came(own, reading()), "follow_up") == []
    assert standing(twice_missed().then_came(replace(own, reached=False)), "outreach", START + 30 * DAY) != []


def test_after_a_death_nobody_is_said_to_have_missed_a_visit() -> None:
    """It is to be called off instead."""
    assert due(died(), "missed") == []
    assert due(booked().then_came(WITHDRAWN), "missed") == [moment(MISSED_FROM)]


def test_a_container_of_the_drug_is_no_journey() -> None:
    """Nothing is due of it, however long nobody touches it."""
    assert rows_of(under(Terms()), ledger())["due"] == {}


@drawn(log=corrected())
@settings(max_examples=60)
def test_nothing_is_told_twice(log: Log) -> None:
    """Of any journey, however corrected: each task is one of the table, there once, and settled as the table says."""
    seen = set()
    for key, row in tasks(log).items():
        kind = KINDS[str(row["task"])]
        assert key == f"{kind.shown_as}:{key.partition(':')[2]}"
        assert (row["kind"], row["owner"]) == (kind.shown_as, kind.owner.value)
        command = COMMANDS[str(row["settled_by"])]
        assert command in kind.settled_by
        assert kind.owner in MAY[command]
        assert (row["overdue_at"] or "~") >= (row["opens_at"] or "") <= str(row["due_at"])
        told = (row["task"], row["reason"], row["appointment_id"], row["session_id"], row["subject_id"], row["due_at"])
        assert told not in seen
        seen.add(told)


def test_the_worked_journey_leaves_its_signatures() -> None:
    """Who lived a whole journey and signed nothing has every record to sign, and is late with each a week on."""
    records = standing(worked(), "unsigned", worked()[-1].at)
    assert len({row["session_id"] for row in records}) == len(records) == 7
    assert len(late(worked(), "unsigned", worked()[-1].at + 8 * DAY)) == 7


def read(*sbp_mmhg: int | None, hr_per_min: int | None = 72, spo2_pct: int | None = 98, every: int = 5) -> Given:
    """While the pump runs these pressures are read, one every few minutes, the other signs with the last."""
    state = infusing()
    for number, pressure in enumerate(sbp_mmhg, start=1):
        last = number == len(sbp_mmhg)
        signs = replace(
            reading(phase=VitalsPhase.DURING),
            sbp_mmhg=pressure,
            dbp_mmhg=None if pressure is None else 78,
            hr_per_min=hr_per_min if last else 72,
            spo2_pct=spo2_pct if last else 98,
        )
        state = state.then_came(signs, after=every * MINUTE)
    return state


@pytest.mark.parametrize(
    "state, acts",
    [
        (read(180, 180), False),
        (read(181), False),
        (read(181, 181), True),
        (read(181, 181, every=4), False),
        (read(181, 181, 181, every=4), True),
        (read(181, None, every=5), True),
        (read(181, 120, 181), False),
        (read(200), False),
        (read(201), True),
        (read(201, 181, every=2), True),
        (read(201, 180, every=2), False),
        (read(120, hr_per_min=121), False),
        (read(120, spo2_pct=90), False),
        (read(120, spo2_pct=89), True),
        (read(120, spo2_pct=0, hr_per_min=0), True),
    ],
)
def test_somebody_acts_on_signs_beyond_their_limits(state: Given, acts: bool) -> None:
    """On a pressure twice over its limit, five minutes apart; at once where it is far over, or oxygen is too low."""
    assert len(standing(state, "act", state.now)) == acts


def test_somebody_acts_on_a_fast_pulse_that_lasts() -> None:
    """Over 120 for five minutes, until it is read slower; nobody acts on what was read before the infusion."""
    fast = replace(reading(phase=VitalsPhase.DURING), hr_per_min=121)
    state = infusing().then_came(fast).then_came(fast, after=5 * MINUTE)
    assert len(standing(state, "act", state.now)) == 1
    unread = state.then_came(replace(fast, hr_per_min=None))
    assert len(standing(unread, "act", unread.now)) == 1
    slower = unread.then_came(replace(fast, hr_per_min=120))
    assert standing(slower, "act", slower.now) == []
    before = measured().then_came(replace(reading(), sbp_mmhg=230))
    assert standing(before, "act", before.now) == []
    over = state.then_came(discharge())
    assert standing(over, "act", over.now) == []


def test_a_deviation_outside_of_a_session_is_explained() -> None:
    """A consent was entered late: the same again, with a note, says why, and leaves no task."""
    state = eligible().then_came(CONSENTED, deviations=(Rule.LATE_WITHOUT_REASON,))
    assert [it["settled_by"] for it in standing(state, "deviation", state.now)] == ["CorrectEntry"]
    explained = put_right(state, CONSENTED, CONSENTED)
    assert standing(explained, "deviation", explained.now) == []
    assert standing(explained, "stale", explained.now) == []


def test_a_death_is_reviewed_once() -> None:
    """Reported as an adverse event, or become one, it is a task until somebody has said once more that it was fatal."""
    said = AdverseEventUpdated(ae_id=named("ae"), outcome=AdverseEventOutcome.FATAL)
    for state in (died().then_came(FATAL), consulted().then_came(adverse_event(3), replace(said, grade=5))):
        assert len(standing(state, "adverse_event", state.now)) == 1
        assert standing(state.then_came(said), "adverse_event", state.now + MINUTE) == []

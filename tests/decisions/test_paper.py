"""Does the program say of every request, legal or not, what somebody says who keeps the journey on paper?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from journey.commands import (
    AbortInfusion,
    AddressSuicideRisk,
    ClearSession,
    CloseJourney,
    Command,
    CompleteAssessment,
    CompleteInfusion,
    ConfirmEligibility,
    DischargePatient,
    MissAppointment,
    PauseJourney,
    RecordDeath,
    RecordVitals,
    ResumeJourney,
    StartInfusion,
    WithdrawConsent,
    WithholdSession,
)
from journey.errors import Refused, Rule
from journey.events import InfusionStarted, SuicideRiskRaised
from journey.events.closing import ClosingReason, Informant
from journey.events.course import PauseReason
from journey.events.outcome import RiskDisposition, Timepoint
from journey.events.plan import ConsentParty, WithdrawalEffect
from journey.events.session import (
    AbortReason,
    CheckId,
    Disposition,
    NextAction,
    VitalsPhase,
    WithheldReason,
)
from journey.history import fold
from journey.values import Instrument
from tests.decisions.paper import CLINIC, Page, Paper
from tests.decisions.states import CONSENT, VISITS, booking, draw, planned
from tests.decisions.test_cancel_appointment import CANCEL
from tests.decisions.test_check_in_patient import arrive
from tests.decisions.test_deny_eligibility import DENY
from tests.decisions.test_give_consent import GIVE
from tests.decisions.test_start_infusion import START_PUMP
from tests.given import DAY, HOUR, MINUTE, NURSE, PRESCRIBER, named

EVERY = range(1, 7)
NUMBERS = [HERE := 0, HERE, HERE, HERE, 1, 2, 3, 9]
"""Which visit: the one that goes on, or came last, mostly; or one of these, of which there is no ninth."""
PRESSURES = [(120, 80), (140, 90), (141, 90), (140, 91), (180, 110), (181, 110), (180, 111), (80, 90)]
WHILES = [MINUTE, 29 * MINUTE, 30 * MINUTE, 31 * MINUTE, 6 * HOUR, 40 * HOUR - MINUTE, 40 * HOUR, 3 * DAY]
DOSES = [35, 33, 34, 36, 37]
VOLUMES = [(Decimal(50), True), (Decimal("37.5"), True), (Decimal("37.4"), False), (Decimal(5), False)]


class Journeys(RuleBasedStateMachine):
    """One journey, in the program and on paper: every request is put to both."""

    seen: ClassVar[Counter[tuple[type[Command], Rule | None]]] = Counter()

    def __init__(self) -> None:
        """Six infusions are planned and booked; the patient comes for the first."""
        super().__init__()
        state = planned().then_came(*(booking(number) for number in EVERY))
        self.state = state.later(VISITS[0] - state.now)
        self.paper = Paper(booked={number: VISITS[number - 1] for number in EVERY})
        self.prescriber = False
        self.consent = CONSENT
        self.consents = 1
        self.risks: list[UUID] = []
        self.arrives(1)

    def ask(self, command: Command, against: Iterable[Rule], **marks: bool) -> bool:
        """Put a request to the program; whether it was stored. `against`, and what marks it, is what paper says."""
        expected, self.state = set(against), self.state.later(MINUTE)
        outcome = self.state.when(command, at=self.state.now, **self.by(command))
        answer = outcome.answer
        self.seen[type(command), answer.rule if isinstance(answer, Refused) else None] += 1
        if isinstance(answer, Refused):
            assert answer.rule in expected, (answer.rule, expected)
            return False
        assert not expected, expected
        assert {name: Rule[name] in answer[0].deviations for name in marks} == marks
        for fact in answer:
            self.state = self.state.then_came(fact.event, after=timedelta(0), deviations=fact.deviations)
            if isinstance(fact.event, SuicideRiskRaised):
                self.risks.append(fact.event.risk_id)
        return True

    def by(self, command: Command) -> dict[str, Any]:
        """A nurse asks; a prescriber what nobody else may."""
        prescriber = isinstance(command, (ConfirmEligibility, AddressSuicideRisk)) or self.prescriber
        return {"actor": PRESCRIBER, "note_id": named("note")} if prescriber else {"actor": NURSE}

    def at_hand(self, number: int) -> int:
        """The number of a visit: the one that goes on, or else came last, where that is meant."""
        return number or min(self.paper.here, default=max(self.paper.visits))

    @property
    def soon(self) -> datetime:
        """When the next request is heard."""
        return self.state.now + MINUTE

    @rule(passed=st.sampled_from(WHILES))
    def time_passes(self, passed: timedelta) -> None:
        """Nothing is asked for a while."""
        self.state = self.state.later(passed)

    @rule(number=st.sampled_from([1, 2, 3, 4, 9]))
    def arrives(self, number: int) -> None:
        """The patient comes for a visit."""
        known, page = number in EVERY, self.paper.visits.get(number)
        against = [Rule.DUPLICATE_ID] * (page is not None) + [Rule.UNKNOWN_APPOINTMENT] * (not known)
        paper, at = self.paper, self.soon
        marks = {
            "NOT_BOOKED": number not in paper.booked,
            "OTHER_SESSION_OPEN": bool(paper.here),
            "JOURNEY_PAUSED": paper.paused,
            "JOURNEY_CLOSED": paper.closed,
        }
        if self.ask(arrive(number), against, **marks):
            paper.visits[number] = Page(came_at=at)
            paper.booked.pop(number, None)

    @rule(number=st.sampled_from(NUMBERS), pressure=st.sampled_from(PRESSURES))
    def is_read(self, number: int, pressure: tuple[int, int]) -> None:
        """A pressure is read."""
        number = self.at_hand(number)
        (sbp, dbp), page, at = pressure, self.paper.visits.get(number), self.soon
        command = RecordVitals(session_id=named(f"session {number}"), phase=VitalsPhase.PRE, sbp_mmhg=sbp, dbp_mmhg=dbp)
        against = [Rule.UNKNOWN_SESSION] * (page is None) + [Rule.PRESSURES_CROSSED] * (dbp > sbp)
        if self.ask(command, against) and page is not None:
            page.read = (sbp, dbp, at)

    @rule(number=st.sampled_from(NUMBERS), aside=st.booleans(), prescriber=st.booleans())
    def is_cleared(self, number: int, aside: bool, prescriber: bool) -> None:
        """Somebody asks to clear a visit."""
        number = self.at_hand(number)
        overrides = (CheckId.PRESSURE, CheckId.WEIGHT) if aside else ()
        against = self.paper.clearing(number, at := self.soon, aside=aside, prescriber=prescriber)
        self.prescriber = prescriber
        if self.ask(ClearSession(session_id=named(f"session {number}"), overrides=overrides), against):
            self.paper.visits[number].cleared_at = at
        self.prescriber = False

    @rule(number=st.sampled_from(NUMBERS), dose_mg=st.sampled_from(DOSES))
    def is_started(self, number: int, dose_mg: int) -> None:
        """Somebody asks to start the pump."""
        number = self.at_hand(number)
        conc, at = Decimal(dose_mg) / 50, self.soon
        if number in self.paper.visits:  # what is drawn stands in another book: it is never too little
            self.state = self.state.then_came(draw(number, volume_ml=Decimal(2)), after=timedelta(0))
        pump = replace(START_PUMP, session_id=named(f"session {number}"), dose_mg=Decimal(dose_mg), conc_mg_per_ml=conc)
        if self.ask(pump, self.paper.starting(number, at, dose_mg)):
            self.paper.start(number, at)

    @rule(number=st.sampled_from(NUMBERS), volume=st.sampled_from(VOLUMES), whole=st.booleans())
    def is_stopped(self, number: int, volume: tuple[Decimal, bool], whole: bool) -> None:
        """The pump is stopped, early or at its end."""
        number = self.at_hand(number)
        (ml, enough), page, session_id = volume, self.paper.visits.get(number), named(f"session {number}")
        command = (
            CompleteInfusion(session_id=session_id, ml_infused=ml)
            if whole
            else AbortInfusion(session_id=session_id, ml_infused=ml, reason=AbortReason.NAUSEA)
        )
        never = page is not None and page.starts == 0
        against = [Rule.UNKNOWN_SESSION] * (page is None) + [Rule.NO_INFUSION_STARTED] * never
        if self.ask(command, against, NOT_INFUSING=number not in self.paper.pumps):
            self.paper.stop(number, counts=whole or enough)

    @rule(
        number=st.sampled_from(NUMBERS), disposition=st.sampled_from([Disposition.HOME_RIDE, Disposition.ED_TRANSFER])
    )
    def leaves(self, number: int, disposition: Disposition) -> None:
        """The patient leaves, well or for a hospital."""
        number = self.at_hand(number)
        command = DischargePatient(session_id=named(f"session {number}"), disposition=disposition, ride_checked=True)
        self._ends(number, command)

    @rule(number=st.sampled_from(NUMBERS))
    def is_withheld(self, number: int) -> None:
        """No infusion is given."""
        number = self.at_hand(number)
        session_id = named(f"session {number}")
        ends = WithholdSession(session_id=session_id, reason=WithheldReason.BP, next_action=NextAction.RESCHEDULE)
        self._ends(number, ends)

    def _ends(self, number: int, command: Command) -> None:
        page = self.paper.visits.get(number)
        against = [Rule.UNKNOWN_SESSION] * (page is None)
        running = page is not None and page.running_since is not None
        if self.ask(command, against, SESSION_ENDED=number not in self.paper.here, INFUSION_NOT_STOPPED=running):
            self.paper.visits[number].left = True

    @rule(number=st.sampled_from([1, 2, 3, 4, 9]), missed=st.booleans())
    def does_not_come(self, number: int, missed: bool) -> None:
        """An appointment is missed, or called off."""
        appointment = named(f"appointment {number}")
        too_early = number in EVERY and self.soon < VISITS[number - 1]
        against = [Rule.UNKNOWN_APPOINTMENT] * (number not in EVERY)
        command: Command = replace(CANCEL, appointment_ids=(appointment,))
        if missed:
            command = MissAppointment(appointment_id=appointment, contacted=False)
            against += [Rule.MISSED_BEFORE_START] * too_early
        if self.ask(command, against, NOT_BOOKED=number not in self.paper.booked):
            self.paper.booked.pop(number, None)

    @rule(known=st.booleans())
    def withdraws(self, known: bool) -> None:
        """Consent is taken back."""
        command = WithdrawConsent(
            consent_id=self.consent if known else named("no consent"),
            withdrawn_by=ConsentParty.PATIENT,
            effect=WithdrawalEffect.STOP_TREATMENT,
        )
        already = known and not self.paper.signed
        if self.ask(command, [Rule.UNKNOWN_CONSENT] * (not known), CONSENT_ALREADY_WITHDRAWN=already):
            self.paper.signed = False

    @rule(again=st.booleans())
    def signs(self, again: bool) -> None:
        """A consent is signed, once more."""
        new = self.consent if again else named(f"consent {self.consents + 1}")
        if self.ask(replace(GIVE, consent_id=new, signed_at=self.soon), [Rule.DUPLICATE_ID] * again):
            if self.paper.signed:
                withdraw = WithdrawConsent(
                    consent_id=self.consent,
                    withdrawn_by=ConsentParty.PATIENT,
                    effect=WithdrawalEffect.STOP_TREATMENT,
                )
                self.ask(withdraw, ())  # one is in force, not two
            self.consent, self.paper.signed = new, True
            self.consents += 1

    @rule(denied=st.sampled_from([True, False, False]))
    def is_judged(self, denied: bool) -> None:
        """Eligibility is denied, or confirmed again."""
        gone = [Rule.JOURNEY_CLOSED] * self.paper.closed + [Rule.PATIENT_DECEASED] * self.paper.dead
        if self.ask(DENY if denied else ConfirmEligibility(), () if denied else gone):
            self.paper.eligible = not denied

    @rule(value=st.sampled_from([0, 1, 3]))
    def answers(self, value: int) -> None:
        """A PHQ-9 is answered, with its question about suicide."""
        items = {str(item): 1 for item in range(1, 9)} | {"9": value}
        told, number = len(self.risks), len(self.state.log)
        self.ask(
            CompleteAssessment(
                assessment_id=named(f"phq-9 {number}"),
                instrument=Instrument.PHQ9,
                timepoint=Timepoint.SESSION,
                items=items,
            ),
            (),
        )
        assert (len(self.risks) > told) is self.paper.answered(value)

    @rule()
    def is_met(self) -> None:
        """Every risk is addressed; there may be none."""
        for risk in self.risks or [named("no risk")]:
            command = AddressSuicideRisk(risk_id=risk, disposition=RiskDisposition.SAFETY_PLAN)
            self.ask(command, [] if self.risks else [Rule.UNKNOWN_RISK])
        self.paper.worries.clear()

    @rule(resume=st.sampled_from([True, True, False]))
    def rests(self, resume: bool) -> None:
        """The journey is paused for a time of travel, or goes on."""
        paper = self.paper
        if not resume:
            self.ask(PauseJourney(reason=PauseReason.TRAVEL), (), ALREADY_PAUSED=paper.paused)
            paper.paused = True
            return
        against = {rule_ for rule_ in paper.treating() if rule_ is not Rule.JOURNEY_PAUSED}
        if self.ask(ResumeJourney(), against | ({Rule.NOT_PAUSED} if not paper.paused else set())):
            paper.paused = False

    @rule(chance=st.integers(0, 9))
    def ends(self, chance: int) -> None:
        """Now and then somebody asks to close the journey, rarely once everything was called off."""
        if chance > 1:
            return
        if chance == 0 and self.paper.booked:
            self.ask(replace(CANCEL, appointment_ids=tuple(named(f"appointment {it}") for it in self.paper.booked)), ())
            self.paper.booked.clear()
        if self.ask(CloseJourney(reason=ClosingReason.COMPLETED), self.paper.closing(self.soon)):
            self.paper.closed = True

    @rule(chance=st.integers(0, 19))
    def dies(self, chance: int) -> None:
        """Rarely a death is told."""
        if chance == 0:
            died_on = self.soon.astimezone(CLINIC).date()
            self.ask(
                RecordDeath(died_on=died_on, informant=Informant.FAMILY), (), DEATH_ALREADY_RECORDED=self.paper.dead
            )
            self.paper.dead = True

    @rule(steps=st.integers(1, 6))
    def goes_on(self, steps: int) -> None:
        """What comes next in a visit as it should be, once what stands against it is out of the way."""
        for _ in range(steps):
            self._goes_on()

    def _goes_on(self) -> None:
        paper, number = self.paper, min(self.paper.here, default=0)
        page = paper.visits.get(number)
        if page is None:
            ahead = [it for it in EVERY if it not in paper.visits]
            if ahead:
                self.state = self.state.later(max(timedelta(0), VISITS[ahead[0] - 1] - self.state.now))
                self.arrives(ahead[0])
        elif page.running_since is not None:
            self.state = self.state.later(40 * MINUTE)
            self.is_stopped(number, (Decimal(50), True), whole=True)
        elif page.starts:
            self.leaves(number, Disposition.HOME_RIDE)
        elif page.cleared_at is not None:
            self.is_started(number, 35)
        elif not paper.signed:
            self.signs(again=False)
        elif not paper.eligible:
            self.is_judged(denied=False)
        elif page.read is None:
            self.is_read(number, (120, 80))
        else:
            self.is_cleared(number, aside=False, prescriber=False)

    @invariant()
    def both_say_the_same(self) -> None:
        """What is folded is what stands on paper."""
        journey, paper, now = fold(self.state.log), self.paper, self.state.now
        numbers = {named(f"session {number}"): number for number in EVERY}
        sessions = {numbers[key]: it for key, it in journey.sessions.items()}
        assert set(sessions) == set(paper.visits)
        assert {number for number, it in sessions.items() if it.is_open} == paper.here
        assert {number for number, it in sessions.items() if it.running} == paper.pumps
        assert journey.consent_in_force(now) is paper.signed
        assert journey.eligible(now) is paper.eligible
        assert (journey.paused(now), journey.closed is not None, journey.deceased) == (
            paper.paused,
            paper.closed,
            paper.dead,
        )
        assert [it.started_at for it in journey.infusions] == sorted(paper.given)
        starts = [it.event.attempt_no for it in self.state.log if isinstance(it.event, InfusionStarted)]
        assert starts == list(range(1, paper.starts + 1))


def test_the_program_says_what_paper_says() -> None:
    """Whatever is asked in whatever order: refused for a reason that paper gives, stored where it gives none."""
    Journeys.seen.clear()
    walks = settings(max_examples=50, stateful_step_count=40, database=None, derandomize=True, deadline=None)
    run_state_machine_as_test(Journeys, settings=walks)
    stored = {kind for kind, refused in Journeys.seen if refused is None}
    assert {ClearSession, StartInfusion, CompleteInfusion, ResumeJourney, ConfirmEligibility} <= stored


def lived() -> Journeys:
    """A journey after its first infusion."""
    both = Journeys()
    both.goes_on(steps=5)
    assert len(both.paper.given) == 1
    return both


def test_they_agree_on_every_limit() -> None:
    """Each pressure, dose, volume and while is tried: at the limit, and just beyond it."""
    Journeys.seen.clear()
    for pressure, aside, passed in product(PRESSURES, (False, True), (0 * MINUTE, 28 * MINUTE, 29 * MINUTE)):
        both = Journeys()
        both.is_read(HERE, pressure)
        both.time_passes(passed)
        both.is_cleared(HERE, aside=aside, prescriber=True)
    for dose_mg, (volume, whole), passed in product(DOSES, product(VOLUMES, (True, False)), (29 * MINUTE, 30 * MINUTE)):
        both = Journeys()
        both.goes_on(steps=2)
        both.time_passes(passed)
        both.is_started(HERE, dose_mg)
        both.is_stopped(HERE, volume, whole)
        both.both_say_the_same()
    for passed in (40 * HOUR - 2 * MINUTE, 40 * HOUR - MINUTE, 40 * HOUR):
        both = lived()
        both.arrives(2)
        both.time_passes(both.paper.given[-1] + passed - both.state.now - 2 * MINUTE)
        both.is_read(HERE, (120, 80))
        both.is_cleared(HERE, aside=True, prescriber=True)
    said = {rule_ for _, rule_ in Journeys.seen}
    assert said >= {Rule.PRESSURE_ON_HOLD, Rule.PRESSURE_TOO_HIGH, Rule.VITALS_TOO_OLD, Rule.GAP_TOO_SHORT}
    assert said >= {Rule.NOT_CLEARED, Rule.DOSE_DIFFERS, None}


def test_they_agree_on_what_stands_against_it() -> None:
    """Whatever may stand against clearing and starting is tried, before the one and between the two."""
    Journeys.seen.clear()
    against: list[Callable[[Journeys], object]] = [
        lambda both: both.withdraws(known=True),
        lambda both: both.is_judged(denied=True),
        lambda both: both.answers(3),
        lambda both: both.rests(resume=False),
        lambda both: both.dies(0),
        lambda both: both.arrives(2),
        lambda both: both.leaves(1, Disposition.HOME_RIDE),
        lambda both: both.is_withheld(1),
        lambda both: both.is_read(1, (181, 100)),
        lambda both: [both.time_passes(DAY), both.is_read(1, (120, 80))],
    ]
    for stands, between in product(against, (False, True)):
        both = Journeys()
        both.goes_on(steps=1 + between)
        stands(both)
        both.is_cleared(1, aside=False, prescriber=False)
        both.is_started(1, 35)
        both.both_say_the_same()
    both = lived()
    both.goes_on(steps=4 * 6 + 4)
    both.is_started(6, 35)
    both.goes_on(steps=1)
    both.is_read(6, (120, 80))
    both.is_cleared(6, aside=False, prescriber=False)
    both.goes_on(steps=1)
    both.ends(0)
    both.is_started(6, 35)
    said = {rule_ for _, rule_ in Journeys.seen}
    assert said >= {Rule.NO_CONSENT, Rule.NOT_ELIGIBLE, Rule.SUICIDE_RISK_OPEN, Rule.JOURNEY_PAUSED}
    assert said >= {Rule.PATIENT_DECEASED, Rule.OTHER_SESSION_OPEN, Rule.SESSION_NOT_OPEN, Rule.PRESSURE_TOO_HIGH}
    assert said >= {Rule.WEIGHT_JUMP, Rule.NOT_CLEARED, Rule.INFUSION_RUNNING, Rule.PLAN_USED_UP, Rule.JOURNEY_CLOSED}

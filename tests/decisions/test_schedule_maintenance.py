"""May infusions go on?"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

from journey.commands import ScheduleMaintenance
from journey.errors import Rule
from journey.events import MaintenanceScheduled
from journey.events.plan import MaintenanceRule
from journey.history import fold
from journey.phases import Phase
from tests.decisions.states import (
    MAINTAINED,
    MAINTENANCE,
    SWITCHED,
    closed,
    deceased,
    induced,
    maintained,
    paused,
    reviewed,
)
from tests.given import PRESCRIBER, named

SCHEDULE = ScheduleMaintenance(
    maintenance_id=MAINTENANCE,
    rule=MaintenanceRule.FIXED,
    intervals_d=(30,),
    first_due=date(2026, 4, 20),
    dose_mg_per_kg=Decimal("0.5"),
)
NEXT = replace(SCHEDULE, maintenance_id=named("next maintenance"), supersedes=MAINTENANCE, intervals_d=(30, 60))


def scheduled(command: ScheduleMaintenance) -> MaintenanceScheduled:
    """The event of a schedule: the same fields."""
    return MaintenanceScheduled(**{field.name: getattr(command, field.name) for field in fields(command)})


def test_moves_into_maintenance() -> None:
    """After a response review the schedule is in force, and the journey in maintenance."""
    after = reviewed().when(SCHEDULE, actor=PRESCRIBER).then(MAINTAINED)
    journey = fold(after.log)
    assert (journey.phase, journey.maintenance) == (Phase.MAINTENANCE, MAINTAINED)


def test_is_refused_before_a_review() -> None:
    """Without an assessed response nothing goes on."""
    induced().when(SCHEDULE).then_refused(Rule.NO_RESPONSE_ASSESSED)


def test_new_schedule_supersedes() -> None:
    """A new schedule names the one in force; one that names none, or another, is refused."""
    after = maintained().when(NEXT, actor=PRESCRIBER).then(scheduled(NEXT))
    assert fold(after.log).maintenance == scheduled(NEXT)
    maintained().when(replace(NEXT, supersedes=None)).then_refused(Rule.MAINTENANCE_NOT_SUPERSEDED)
    maintained().when(replace(NEXT, supersedes=named("no schedule"))).then_refused(Rule.MAINTENANCE_NOT_SUPERSEDED)
    reviewed().when(NEXT).then_refused(Rule.MAINTENANCE_NOT_SUPERSEDED)


def test_known_id_is_refused() -> None:
    """A new schedule has an id of its own."""
    maintained().when(replace(SCHEDULE, supersedes=MAINTENANCE)).then_refused(Rule.DUPLICATE_ID)


def test_dose_has_a_limit() -> None:
    """The policy's limit is allowed, anything above refused."""
    limit = reviewed().clinic.policy.dose_mg_per_kg_max
    at_limit = replace(SCHEDULE, dose_mg_per_kg=limit)
    reviewed().when(at_limit).then(scheduled(at_limit))
    reviewed().when(replace(SCHEDULE, dose_mg_per_kg=limit + Decimal("0.01"))).then_refused(Rule.DOSE_TOO_HIGH)


def test_ends_after_its_first_day() -> None:
    """A schedule that ends before it begins is refused; one of a single day is not."""
    reviewed().when(replace(SCHEDULE, until=date(2026, 4, 19))).then_refused(Rule.END_BEFORE_START)
    one_day = replace(SCHEDULE, until=SCHEDULE.first_due)
    reviewed().when(one_day).then(scheduled(one_day))


def test_is_refused_after_the_end() -> None:
    """Neither a closed journey nor the dead are treated."""
    closed().when(SCHEDULE).then_refused(Rule.JOURNEY_CLOSED)
    deceased().when(SCHEDULE).then_refused(Rule.PATIENT_DECEASED)


def test_is_refused_while_the_journey_rests() -> None:
    """A paused journey is resumed first."""
    paused(state=reviewed).when(SCHEDULE).then_refused(Rule.JOURNEY_PAUSED)


def test_is_refused_after_a_switch() -> None:
    """Another treatment took the place of the infusions."""
    reviewed().then_came(SWITCHED).when(SCHEDULE).then_refused(Rule.MODALITY_SWITCHED)

"""Are response rules kept in every version, and in force for every process at once?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from journey.clinic import Clinic
from journey.commands import ApproveTreatmentPlan
from journey.response import PHQ9_LT5, RULES
from journey.store import rules
from journey.store.opening import Store
from tests.examples.asked import COMMANDS
from tests.given import PRESCRIBER
from tests.store.asking import refer, request
from tests.store.conftest import NOW, Place
from tests.store.test_opening import opened

OWN = replace(PHQ9_LT5, id="own", source="this clinic")
STRICTER = replace(OWN, remission_threshold=Decimal(3))


def in_force(store: Store) -> dict[str, str]:
    """The digests of what is in force."""
    return {name: rule.digest for name, rule in rules.InForce(store.log, store.clinic.rules).items()}


def test_at_first_the_built_in_ones_are_in_force(store: Store) -> None:
    """In their order, as the first of them is asked by where none is named."""
    assert rules.InForce(store.log, RULES) == RULES
    assert list(rules.InForce(store.log, RULES)) == list(RULES)
    assert len(rules.InForce(store.log, RULES)) == len(RULES)


def test_a_rule_that_was_added_is_in_force(store: Store, place: Place) -> None:
    """At once, for whoever has the store open already and whoever opens it; once more changes nothing."""
    other = opened(place)
    assert (rules.add(store.log, OWN, NOW), rules.add(store.log, OWN, NOW)) == (1, 1)
    assert in_force(store)["own"] == in_force(other)["own"] == OWN.digest
    other.close()


def test_an_id_gets_its_next_version(store: Store) -> None:
    """The newest is in force; what an old review was assessed under is found by its digest."""
    rules.add(store.log, OWN, NOW)
    assert rules.add(store.log, STRICTER, NOW + timedelta(days=1)) == 2
    assert in_force(store)["own"] == STRICTER.digest
    assert rules.Ever(store.log)[OWN.digest] == OWN
    with pytest.raises(rules.NotAdded, match="in version 1, and version 2 is in force"):
        rules.add(store.log, OWN, NOW)


def test_a_built_in_rule_stays_what_it_is(store: Store) -> None:
    """Adding it as it is changes nothing; as something else it is refused."""
    assert rules.add(store.log, PHQ9_LT5, NOW) == 1
    with pytest.raises(rules.NotAdded, match="built in"):
        rules.add(store.log, replace(PHQ9_LT5, remission_threshold=Decimal(4)), NOW)
    assert in_force(store)["phq9-lt5"] == PHQ9_LT5.digest


def test_opening_again_puts_nothing_back(store: Store, place: Place) -> None:
    """A program that knows only its own rules takes none from force."""
    rules.add(store.log, OWN, NOW)
    rules.add(store.log, STRICTER, NOW)
    again = opened(place, clinic=Clinic())
    assert in_force(again)["own"] == STRICTER.digest
    again.close()


def test_a_decision_looks_at_what_is_in_force_now(store: Store, place: Place) -> None:
    """A rule that another process added meanwhile is known to the next command; no store has to be opened again."""
    store.journeys.execute(refer())
    plan = COMMANDS["ApproveTreatmentPlan"]
    assert isinstance(plan, ApproveTreatmentPlan)
    under_own = replace(plan, response_rule_id="own")
    assert store.journeys.execute(request(under_own, actor=PRESCRIBER)).code == "unknown_rule"
    other = opened(place)
    rules.add(other.log, OWN, NOW)
    other.close()
    assert store.journeys.execute(request(under_own, actor=PRESCRIBER)).code == "not_eligible"


def test_a_rule_is_what_it_was_on_a_day(store: Store) -> None:
    """The newest version by then; before the first the first, and none of an id that was never kept."""
    of_its_day = rules.OfItsDay(store.log)
    assert of_its_day("own", NOW) is None
    rules.add(store.log, OWN, NOW)
    assert of_its_day("own", NOW) == of_its_day("own", NOW - timedelta(days=1)) == OWN
    rules.add(store.log, STRICTER, NOW + timedelta(days=1))
    days = [NOW, NOW + timedelta(days=2), NOW + timedelta(days=1), NOW]
    assert [of_its_day("own", day) for day in days] == [OWN, STRICTER, STRICTER, OWN]
    assert [rules.OfItsDay(store.log)("own", day) for day in days] == [OWN, STRICTER, STRICTER, OWN]

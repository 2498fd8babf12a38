"""What becomes of what is stored when the clinic's policy is another one? Nothing. Property 9 of domain 7.6."""

from __future__ import annotations

from decimal import Decimal

from journey.clinic import Clinic
from journey.history import fold
from journey.policy import Policy
from journey.profiles import profile
from journey.store.configuration import Policies
from journey.store.opening import Store
from journey.store.request import Status
from tests.given import DAY, START
from tests.store.asking import trial, worked
from tests.store.conftest import Clock, Place
from tests.store.test_opening import opened

STRICT = Policy(
    name="strict",
    profile="va",
    indications=("F32.2",),
    age_years_min=99,
    dose_mg_per_kg_max=Decimal("0.1"),
    plan_infusions_min=1,
    plan_infusions_max=2,
    eligibility_valid_days=1,
    abort_counts_from_pct=100,
    late_after_min=1,
)


def test_an_old_journey_is_what_it_was(place: Place, store: Store, clock: Clock) -> None:
    """Under numbers that would have refused nearly all of it, it loads, says the same, and goes on under those."""
    clock.now = START + 400 * DAY
    requests = list(worked())
    for request in requests:
        store.journeys.execute(request)
    journey_id = requests[0].journey_id
    before, stored = fold(store.log.history(journey_id)), store.log.rows(0, 1_000)
    strict = opened(place, clinic=Clinic(policy=STRICT), clock=clock)
    assert strict.log.rows(0, 1_000) == stored
    assert fold(strict.log.history(journey_id)) == before
    answer = strict.journeys.execute(trial(journey_id=journey_id, at=clock.now))
    assert answer.status is Status.ACCEPTED
    versions = [entry.policy_version for entry in strict.log.history(journey_id)]
    assert versions == [*([Policy().version] * before.version), STRICT.version]
    strict.close()


def test_every_policy_is_kept_with_its_version(place: Place, store: Store, clock: Clock) -> None:
    """Each that was in force is there, in order, word for word, and read back as it was; also by another process."""
    others = [STRICT, profile("rems-like"), Policy(name="strict", late_after_min=2)]
    for other in others:
        opened(place, clinic=Clinic(policy=other), clock=clock).close()
        clock.now = clock.now.replace(minute=clock.now.minute + 1)
    former = store.clinic.former
    assert isinstance(former, Policies)
    assert list(former) == [it.version for it in (Policy(), *others)]
    assert len(former) == 4
    assert [former[it.version] for it in others] == others
    assert [(it.name, it.number) for it in former.all()] == [
        ("default", 1),
        ("strict", 1),
        ("rems-like", 1),
        ("strict", 2),
    ]
    kept = former.kept(STRICT.version)
    assert kept is not None
    assert kept.text["late_after_min"] == "1"


def test_a_version_that_was_never_kept_is_none(store: Store) -> None:
    """Of an event from elsewhere the policy in force has to do."""
    assert "elsewhere-0123456789ab" not in store.clinic.former
    assert store.clinic.policy_of("elsewhere-0123456789ab") == store.clinic.policy
    assert Policies(store.log).kept("elsewhere-0123456789ab") is None

"""Does what was decided stay as it was decided, whatever the policy says later? Property 9 of domain 7.6."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, replace
from decimal import Decimal
from typing import Any

from hypothesis import assume
from hypothesis import given as over
from hypothesis import strategies as st

from journey.clinic import Clinic
from journey.commands import ANSWERED_BY, AbortInfusion, CorrectEntry
from journey.commands.records import Amendment
from journey.errors import Refused, Rule
from journey.events import EntryCorrected, Event, InfusionAborted
from journey.events.records import CorrectionKind, CorrectionReason
from journey.events.session import AbortReason
from journey.history import fold
from journey.policy import NEVER_ABOVE, Policy
from journey.policy_text import Unsound, policy_of
from journey.recorded import Fact, Recorded
from journey.values import LateReason
from tests.decisions.states import SESSION, abortion, infusing
from tests.decisions.walks import STEPS, WALKS, Step, Walk, asked
from tests.given import DAY, MINUTE, PRESCRIBER, Given, named

COMMAND_OF = {event: command for command, event in ANSWERED_BY.items()}
LENIENT = Clinic(policy=Policy(abort_counts_from_pct=10))


def numbers(item: Field[Any]) -> st.SearchStrategy[object]:
    """What a clinic might set a number to."""
    if isinstance(item.default, tuple):
        return st.sampled_from([item.default, (), item.default[:1]])
    least, most = item.metadata["least"], item.metadata["most"]
    return st.integers(least, 300 if most is None else min(most, 300))


POLICIES = st.fixed_dictionaries(
    {}, optional={item.name: numbers(item) for item in fields(Policy) if item.name not in {"name", "profile"}}
)
"""What a clinic might write, each number within its bounds."""


def policy(text: Mapping[str, Any]) -> Policy:
    """What a clinic wrote, of two in clinical order the lower no higher than the other; or none of this example."""
    said: dict[str, Any] = {item.name: item.default for item in fields(Policy)} | {"name": "north", **text}
    while unordered := [(lower, upper) for lower, upper in NEVER_ABOVE if said[lower] > said[upper]]:
        said |= {lower: said[upper] for lower, upper in unordered}
    try:
        return policy_of(said)
    except Unsound:
        assume(condition=False)
        raise


def amendment_of(entry: Recorded[Event]) -> CorrectEntry | None:
    """A correction that says of an entry what it says already; None where its command told more than it kept."""
    command = COMMAND_OF[type(entry.event)]
    said = {it.name: getattr(entry.event, it.name, it.default) for it in fields(command)}
    if MISSING in said.values():
        return None
    data = command(**said)  # type: ignore[arg-type]  # an event's fields are its command's
    return CorrectEntry(
        target_event_id=entry.event_id,
        kind=CorrectionKind.AMEND,
        replacement=Amendment(type=type(entry.event).__name__, at=entry.at, data=data, stated={}),  # type: ignore[arg-type]  # no correction is amended here
        reason=CorrectionReason.TYPING_ERROR,
        approved_by="pete",
    )


def answer(state: Given, correction: CorrectEntry) -> list[Fact] | Rule:
    """What comes of a correction by a prescriber, or why it is refused."""
    given = state.when(
        correction,
        at=state.now + DAY,
        recorded_at=state.now + DAY,
        actor=PRESCRIBER,
        reason=LateReason.OVERSIGHT,
        note_id=named("note"),
    ).answer
    return given.rule if isinstance(given, Refused) else given


@over(WALKS, st.integers(0, 40), POLICIES)
def test_what_was_decided_is_decided_again_by_the_policy_of_its_day(
    walk: Walk, which: int, text: Mapping[str, Any]
) -> None:
    """Corrected, an entry comes to the same under any later policy as under the one it was decided by."""
    state = walk.state()
    entries = [it for it in state.log[1:] if type(it.event) in COMMAND_OF and not isinstance(it.event, EntryCorrected)]
    correction = amendment_of(entries[which % len(entries)])
    assume(correction is not None)
    assert correction is not None
    later = replace(state, clinic=Clinic(policy=policy(text), former={"default-test": state.clinic.policy}))
    assert answer(later, correction) == answer(state, correction)


@over(WALKS, st.lists(STEPS, max_size=3), POLICIES)
def test_no_policy_makes_a_journey_unloadable_or_changes_what_it_was(
    walk: Walk, steps: list[Step], text: Mapping[str, Any]
) -> None:
    """A journey goes on under another policy from what it is; what was said before stays, and every prefix folds."""
    before = walk.state()
    state = replace(before, clinic=Clinic(policy=policy(text), former={"default-test": before.clinic.policy}))
    for step in steps:
        decided = asked(state, step)
        for fact in [] if isinstance(decided, Refused) else decided:
            state = state.then_came(fact.event, policy_version="north", deviations=fact.deviations)
    assert state.log[: len(before.log)] == before.log
    assert fold(state.log[: len(before.log)]) == fold(before.log)
    assert fold(state.log).version == len(state.log)


def test_a_correction_leaves_what_the_policy_of_the_day_decided() -> None:
    """Stopped at half of the dose, an infusion did not count; no later policy makes it count by a correction."""
    state = infusing().then_came(abortion(ml_infused=Decimal(25), counts=False), after=20 * MINUTE)
    data = AbortInfusion(session_id=SESSION, ml_infused=Decimal(26), reason=AbortReason.PUMP)
    entry = state.log[-1]
    wrong = CorrectEntry(
        target_event_id=entry.event_id,
        kind=CorrectionKind.AMEND,
        replacement=Amendment(type="InfusionAborted", at=entry.at, data=data, stated={}),
        reason=CorrectionReason.TYPING_ERROR,
        approved_by="pete",
    )
    for clinic, counts in [
        (Clinic(), False),
        (replace(LENIENT, former={"default-test": Policy()}), False),
        (LENIENT, True),  # the policy of its day was never kept here: the one in force has to do
    ]:
        (fact,) = replace(state, clinic=clinic).when(wrong, actor=PRESCRIBER).facts
        assert isinstance(fact.event, EntryCorrected)
        assert fact.event.replacement is not None
        assert isinstance(fact.event.replacement.data, InfusionAborted)
        assert fact.event.replacement.data.counts is counts


def test_what_is_asked_today_is_decided_by_the_policy_of_today() -> None:
    """A journey that began under another policy has no claim to it."""
    asked_for = AbortInfusion(session_id=SESSION, ml_infused=Decimal(25), reason=AbortReason.PUMP)
    today = replace(infusing(), clinic=replace(LENIENT, former={"default-test": Policy()}))
    (fact,) = today.when(asked_for).facts
    assert isinstance(fact.event, InfusionAborted)
    assert fact.event.counts is True

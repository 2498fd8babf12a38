"""How many responded, infusion by infusion, under any rule? Scope of rows; no history is touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from journey.response import Comparison, ResponseRule
from journey.values import OutcomeClass
from projections.database import ReadModels
from projections.outcome.groups import Group, Scope, groups, one_of
from projections.outcome.patients import Patient
from projections.outcome.statistics import share

BY = ("infusion", "endpoint")
OF = ("assessed", "reached", "started")

DEFINITIONS = {
    "started": "journeys in which the pump was started at least once",
    "worsened_at": "of those assessed, the ones whose score has risen, by what the rule asks, and is no remission",
    "interval": "Wilson, 95 %; where nothing happened the exact one-sided 95 % bound",
}

BY_DEFINITIONS = {
    "infusion": {
        "infusion": "the k-th start of the pump that counts: completed, or aborted with `counts`",
        "reached": "journeys with an infusion k",
        "assessed": "of those, the ones with a baseline over 0 under the rule and a score at infusion k: the last "
        "after its end, before the start of the next, at most as many days after it as the rule says",
        "responded_at": "journeys whose score at k is a response",
        "responded_ever": "journeys whose score at k or at an earlier infusion was a response",
        "assessed_ever": "journeys assessed at k or at an earlier infusion",
    },
    "endpoint": {
        "reached": "journeys with an infusion that counts, one at least",
        "assessed": "of those, the ones with a baseline over 0 under the rule and a score in the rule's window for the "
        "endpoint, the last of which is the endpoint's. Who has none there is not assessed, whatever was scored before "
        "or after",
        "responded_at": "journeys whose score at the endpoint is a response",
        "responded_ever": "the same: there is one endpoint",
        "assessed_ever": "as assessed",
    },
}

SHARES = {
    "assessed": {
        "response_pct": "responded_at of assessed",
        "response_ever_pct": "responded_ever of assessed_ever",
    },
    "reached": {
        "response_pct": "responded_at of reached",
        "response_ever_pct": "of reached, the ones that responded at k or at an earlier infusion",
    },
    "started": {
        "response_pct": "responded_at of started",
        "response_ever_pct": "responded_ever of started",
    },
}
"""Of each denominator what its rates are; remission likewise."""


def responses(
    models: ReadModels, scope: Scope | ResponseRule, by: str = "infusion", of: str = "assessed"
) -> dict[str, Any]:
    """Response and remission by infusion number, or `by="endpoint"` of the induction, as shares `of` a denominator.

    Raises ValueError for another `by` or `of`.
    """
    one_of("by", by, BY)
    one_of("of", of, OF)
    scope = scope if isinstance(scope, Scope) else Scope(rule=scope)
    with models.database.reading() as session:
        rows = [row for group in groups(models, session, scope) for row in _rows(group, by, of)]
        position = models.position_in(session, "outcome")
        stale = models.stale_in(session, "outcome").any()
    said = scope.named | {"by": by, "of": of, "position": position, "rows": rows}
    return said | {"definitions": scope.definitions | DEFINITIONS | BY_DEFINITIONS[by] | SHARES[of], **stale}


def _rows(group: Group, by: str, of: str) -> Iterator[dict[str, Any]]:
    patients = list(group.patients.values())
    told = by_infusion(patients, group.rule) if by == "infusion" else [(None, _at_endpoint(patients, group.rule))]
    for infusion, tally in told:
        yield {"group": group.name, "infusion": infusion} | _row(tally, len(patients), of)


@dataclass(slots=True)
class Tally:
    """The counts at one infusion."""

    reached: int = 0
    assessed: int = 0
    responded: int = 0
    remitted: int = 0
    worsened: int = 0
    assessed_ever: int = 0
    responded_ever: int = 0
    remitted_ever: int = 0
    responded_reached: int = 0
    remitted_reached: int = 0


def by_infusion(patients: Sequence[Patient], rule: ResponseRule) -> list[tuple[int, Tally]]:
    """The counts at every infusion number that was reached."""
    most = max((len(patient.infusions) for patient in patients), default=0)
    tallies = [Tally() for _ in range(most)]
    for patient in patients:
        _count(patient.at_infusions(rule), tallies)
    return list(enumerate(tallies, start=1))


def _count(said: Sequence[Comparison | None], tallies: Sequence[Tally]) -> None:
    """Count one journey at every infusion; what it ever did it goes on having done, also after its last infusion."""
    assessed = responded = remitted = False
    for index, tally in enumerate(tallies):
        is_reached = index < len(said)
        now = said[index] if is_reached else None
        if now is not None:
            tally.assessed += 1
            tally.responded += now.response
            tally.remitted += now.remission
            tally.worsened += now.outcome_class is OutcomeClass.DETERIORATED
            assessed, responded, remitted = True, responded or now.response, remitted or now.remission
        tally.reached += is_reached
        tally.responded_reached += is_reached and responded
        tally.remitted_reached += is_reached and remitted
        tally.assessed_ever += assessed
        tally.responded_ever += responded
        tally.remitted_ever += remitted


def _at_endpoint(patients: Iterable[Patient], rule: ResponseRule) -> Tally:
    tally = Tally()
    for patient in patients:
        _count([patient.at_endpoint(rule)] if patient.infusions else [], [tally])
    return tally


def _row(tally: Tally, started: int, of: str) -> dict[str, Any]:
    at, ever = {
        "assessed": (tally.assessed, tally.assessed_ever),
        "reached": (tally.reached, tally.reached),
        "started": (started, started),
    }[of]
    responded, remitted = tally.responded_ever, tally.remitted_ever
    if of == "reached":
        responded, remitted = tally.responded_reached, tally.remitted_reached
    return {
        "started": started,
        "reached": tally.reached,
        "assessed": tally.assessed,
        "assessed_ever": tally.assessed_ever,
        "responded_at": tally.responded,
        "responded_ever": tally.responded_ever,
        **_named("interval", share("response", tally.responded, at)),
        **share("response_ever", responded, ever),
        "remitted_at": tally.remitted,
        "remitted_ever": tally.remitted_ever,
        **share("remission", tally.remitted, at),
        **share("remission_ever", remitted, ever),
        "worsened_at": tally.worsened,
        **share("worse", tally.worsened, at),
    }


def _named(interval: str, columns: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a rate whose interval is called so."""
    return {interval if name.endswith("_interval") else name: value for name, value in columns.items()}

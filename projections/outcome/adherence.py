"""How far do journeys come, from referral to maintenance and from infusion to infusion, and why do they end before?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any

from projections.connection import Session
from projections.database import ReadModels
from projections.outcome.groups import COLUMNS, month, one_of
from projections.outcome.infusions import INDUCTION
from projections.outcome.statistics import share
from projections.plain import parsed

STAGES = ("referred", "consulted", "eligible", "planned", "started", "completed", "reviewed", "maintained")
STARTED = STAGES.index("started")

DECEASED, CHANGED, WITHDRAWN, INELIGIBLE = "deceased", "modality_changed", "consent_withdrawn", "ineligible"

DEFINITIONS = {
    "stage": "how far a journey has come: referred, consulted, found eligible, planned, started (the pump, once), "
    "completed (as many infusions of the induction as planned), reviewed (a response assessed), maintained "
    "(maintenance scheduled). Who has come further has passed it, whether or not it was entered",
    "reached": "journeys that came so far",
    "under_way": "of those, the ones that came no further yet and have not ended",
    "left": "of those, the ones that came no further and have ended",
    "of_referred": "reached, of all journeys",
    "of_before": "reached, of those who reached the stage before and are not under way there",
    "reason": "death; the closing's reason; else another treatment in the infusions' place, consent withdrawn, or "
    "eligibility denied, if that is how it stands",
    "planned_n": "journeys that were started under a plan of at least so many infusions",
    "given": "of those, the ones with that infusion in the induction",
    "given_pct": "given, of planned_n without those under way",
    "interval": "Wilson, 95 %; where nothing happened the exact one-sided 95 % bound",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One journey: its furthest stage, its planned and given infusions, and why it ended; None while it goes on."""

    stage: int
    planned: int
    given: int
    reason: str | None

    def waits_for(self, number: int) -> bool:
        """Whether an infusion may still be given: the induction was neither ended nor reviewed."""
        return self.given < number and self.reason is None and self.stage == STARTED


PER = {
    "indication": "what is treated, by ICD-10-CM",
    "site": "the site that referred the journey",
    "month": "the month of the referral, by the clinic's clock",
}
"""By what journeys are told apart that may never have been started."""


def adherence(models: ReadModels, per: str | None = None, zone: tzinfo = UTC) -> dict[str, Any]:
    """How many came to each stage and to each planned infusion, and of those who left, why; told apart `per`.

    Raises ValueError for another `per` than those of `PER`.
    """
    if per is not None:
        one_of("per", per, tuple(PER))
    with models.database.reading() as session:
        standings = list(_standings(models, session, per, zone))
        position = models.position_in(session, "outcome")
        stale = models.stale_in(session, "outcome").any()
    tables: dict[str, list[dict[str, Any]]] = {"stages": [], "reasons": [], "infusions": []}
    for group in [None] if per is None else sorted({name for name, _ in standings}, key=str):
        of = [it for name, it in standings if name == group]
        for table, rows in (("stages", stages(of)), ("reasons", reasons(of)), ("infusions", planned_infusions(of))):
            tables[table] += [{"group": group} | row for row in rows]
    definitions = DEFINITIONS | ({} if per is None else {"group": PER[per]})
    return {"per": per, "position": position, **tables, "definitions": definitions, **stale}


def _group(journey: Mapping[str, Any], per: str | None, zone: tzinfo) -> str | None:
    if per == "month":
        return month(parsed(journey["referred_at"]), zone)
    return None if per is None else str(journey[COLUMNS[per]])


def _standings(
    models: ReadModels, session: Session, per: str | None, zone: tzinfo
) -> Iterator[tuple[str | None, Standing]]:
    starts: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for journey, part, counts in models.columns_in(
        session, "outcome", "infusions", ("journey_id", "part", "counts"), order="t.journey_id"
    ):
        starts[journey] += 1
        given[journey] += bool(counts) and part == INDUCTION
    reviewed = {row[0] for row in models.columns_in(session, "outcome", "responses", ("journey_id",))}
    for row in models.rows_in(session, "outcome", "journeys"):
        key = row["journey_id"]
        yield _group(row, per, zone), standing(row, starts=starts[key], given=given[key], reviewed=key in reviewed)


def standing(journey: Mapping[str, Any], *, starts: int, given: int, reviewed: bool) -> Standing:
    """How far a journey has come, and why no further."""
    planned = journey["infusions_planned"] or 0
    passed = (
        True,
        journey["consulted_at"] is not None,
        journey["eligible_at"] is not None,
        journey["planned_at"] is not None,
        starts > 0,
        0 < planned <= given,
        reviewed,
        journey["maintained_at"] is not None,
    )
    furthest = max(stage for stage, has in enumerate(passed) if has)
    return Standing(stage=furthest, planned=planned, given=given, reason=_reason(journey))


def _reason(journey: Mapping[str, Any]) -> str | None:
    if journey["died_on"] is not None:
        return DECEASED
    if journey["closed_at"] is not None:
        return str(journey["closing_reason"])
    if journey["switched_to"] is not None:
        return CHANGED
    if journey["consent_withdrawn_at"] is not None:
        return WITHDRAWN
    return INELIGIBLE if journey["denied_at"] is not None else None


def stages(standings: Sequence[Standing]) -> list[dict[str, Any]]:
    """A row a stage."""
    rows = []
    decided = len(standings)
    for number, stage in enumerate(STAGES):
        reached = sum(it.stage >= number for it in standings)
        here = [it for it in standings if it.stage == number]
        under_way = sum(it.reason is None for it in here)
        rows.append(
            {
                "stage": stage,
                "reached": reached,
                "under_way": under_way,
                "left": len(here) - under_way,
                "referred": len(standings),
                **share("of_referred", reached, len(standings)),
                "decided_before": decided,
                **share("of_before", reached, decided),
            }
        )
        decided = reached - under_way
    return rows


def reasons(standings: Sequence[Standing]) -> list[dict[str, Any]]:
    """Of each stage why journeys ended there, the commonest first; the share is of those who reached it."""
    rows = []
    for number, stage in enumerate(STAGES):
        reached = sum(it.stage >= number for it in standings)
        ended = Counter(it.reason for it in standings if it.stage == number and it.reason is not None)
        for reason, count in sorted(ended.items(), key=lambda it: (-it[1], it[0])):
            head = {"stage": stage, "reason": reason, "count": count, "reached": reached}
            rows.append(head | share("of_reached", count, reached))
    return rows


def planned_infusions(standings: Sequence[Standing]) -> list[dict[str, Any]]:
    """A row for every infusion that somebody's plan has: in how many of those who were started it was given."""
    started = [it for it in standings if it.stage >= STARTED]
    rows = []
    for number in range(1, max((it.planned for it in started), default=0) + 1):
        planned = [it for it in started if it.planned >= number]
        given = sum(it.given >= number for it in planned)
        under_way = sum(it.waits_for(number) for it in planned)
        rows.append(
            {
                "infusion": number,
                "planned_n": len(planned),
                "given": given,
                "under_way": under_way,
                "not_given": len(planned) - given - under_way,
                **share("given", given, len(planned) - under_way),
            }
        )
    return rows

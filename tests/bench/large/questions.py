"""How many questions a second do the read models answer, once they tell a log of some length?"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import cycle
from typing import Any

from journey.response import RULES
from journey.store.log import EventLog
from journey.store.opening import open_log
from projections import audit, outcome, schedule
from projections.audit.recent import recent
from projections.database import ReadModels
from projections.status import status
from tests.bench import corpus
from tests.bench.large.growing import APART
from tests.bench.large.measures import Ground, Grown, Taken, opened, taken
from tests.bench.measured import timed

Question = Callable[[], Any]
AT_LEAST = 40
"""So often a question of one thing is asked in a turn."""
FIRST_VISIT = corpus.NOW.date() - timedelta(weeks=9)
"""Before any visit of the first copy: from the next copy on every five weeks hold as many visits as any other."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Read models, and the store that they tell."""

    log: EventLog
    models: ReadModels
    grown: Grown

    @property
    def journeys(self) -> int:
        """How many journeys there are."""
        return self.grown.cohort.copies * len(self.grown.cohort.journeys)


def asking(ground: Ground) -> list[Taken]:
    """Every question of every read model: of one thing, and of all. Beside the same, asked of the small store."""
    with _asked(ground.large) as large, _asked(ground.small) as small:
        ones = _beside(_of_one(large), _of_one(small), 1, 1, ground.turns)
        alls = _beside(_of_all(large.models), _of_all(small.models), large.journeys, small.journeys, ground.turns)
        return ones + [replace(it, name=f"{it.name}, journeys") for it in alls]


@contextmanager
def _asked(grown: Grown) -> Iterator[Asked]:
    with closing(open_log(grown.database.url)) as log, closing(opened(grown.models, log)) as models:
        yield Asked(log, models, grown)


def _beside(
    ours: Mapping[str, Question], small: Mapping[str, Question], each: int, small_each: int, turns: int
) -> list[Taken]:
    """How many a second, in turns; of those that tell of all, how many journeys a second."""
    return [
        taken(name, partial(_rate, ask, each), partial(_rate, small[name], small_each), turns)
        for name, ask in ours.items()
    ]


def _rate(question: Question, each: int) -> float:
    times = max(1, AT_LEAST // each)

    def act() -> int:
        for _ in range(times):
            question()
        return times * each

    return timed(act)


def _of_one(asked: Asked) -> dict[str, Question]:
    """Questions about a journey, a container, a day, a week, a page: their answers do not grow with the log."""
    log, models, head, site = asked.log, asked.models, asked.log.head(), corpus.clinic().site
    chance, keys, containers = random.Random(head), cycle(asked.grown.journeys()), cycle(asked.grown.containers())

    def a_day() -> date:
        copy = chance.randrange(1, asked.grown.cohort.copies)
        return FIRST_VISIT + copy * APART + timedelta(days=chance.randrange(APART.days))

    def a_page() -> int:
        return chance.randrange(head)

    return {
        "schedule, a day": lambda: schedule.day(models, site.tzinfo, a_day()),
        "schedule, a week": lambda: schedule.week(models, site, a_day(), corpus.NOW),
        "schedule, tasks of a journey": lambda: schedule.tasks(models, journey_ids=[next(keys)]),
        "schedule, due of a journey": lambda: schedule.due(models, journey_id=next(keys)),
        "schedule, a series": lambda: schedule.series(models, next(keys)),
        "outcome, a journey": lambda: outcome.journey(models, next(keys)),
        "audit, a journey's timeline": lambda: audit.timeline(models, journey_id=next(keys)),
        "audit, a page of the timeline": lambda: audit.timeline(models, after=a_page()),
        "audit, deviations of a journey": lambda: audit.deviations(models, audit.Asked(journey_id=next(keys))),
        "audit, consents of a journey": lambda: audit.consents_in_force(models, audit.Asked(journey_id=next(keys))),
        "audit, a page of deviations": lambda: audit.deviations(models, audit.Asked()),
        "audit, a page of what is late": lambda: audit.late(models, audit.Asked()),
        "audit, a container's ledger": lambda: audit.drug_ledger(models, container_id=next(containers)),
        "audit, last entries": lambda: recent(models),
        "status": lambda: status(models, log),
        "log, its head": log.head,
        "log, a page": lambda: log.rows(a_page(), 200),
    }


def _of_all(models: ReadModels) -> dict[str, Question]:
    """Questions about every journey there is: told by journeys a second."""
    rule = next(iter(RULES.values()))
    scope = outcome.Scope(rule=rule)
    return {
        "schedule, due": lambda: schedule.due(models),
        "schedule, tasks": lambda: schedule.tasks(models),
        "outcome, responses": lambda: outcome.responses(models, rule),
        "outcome, side effects": lambda: outcome.side_effects(models),
        "outcome, time to response": lambda: outcome.time_to_response(models, scope),
        "outcome, sustained": lambda: outcome.sustained(models, scope),
        "outcome, trajectories": lambda: outcome.trajectories(models, scope),
        "outcome, adherence": lambda: outcome.adherence(models),
        "outcome, pressure": lambda: outcome.pressure_rise(models),
    }

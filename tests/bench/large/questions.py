"""How many questions a second do the read models answer, once they tell a log of some length?"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import closing
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
from tests.bench.large import yardsticks
from tests.bench.large.growing import APART
from tests.bench.large.measures import Ground, Taken, opened, taken
from tests.bench.measured import timed

Question = Callable[[], Any]
AT_LEAST = 10
"""So often a question is asked in a turn."""


def asking(ground: Ground) -> list[Taken]:
    """Every question of every read model; what is asked of one thing, and what is asked of all."""
    with closing(open_log(ground.database.url)) as log, closing(opened(ground, log)) as models:
        journeys = log.read("SELECT COUNT(*) FROM (SELECT 1 FROM stored_events WHERE originator_version = 1) j")[0][0]
        yardstick = partial(yardsticks.asking, ground.database.url)
        ones = [
            taken(name, partial(_rate, question), yardstick, ground.turns)
            for name, question in _of_one(ground, log, models).items()
        ]
        alls = [
            taken(f"{name}, journeys", partial(_rate, question, journeys), yardstick, ground.turns)
            for name, question in _of_all(models).items()
        ]
        return ones + alls


def _rate(question: Question, each: int = 0) -> float:
    """How many a second; of those that tell of all, how many journeys a second."""

    def act() -> int:
        for _ in range(1 if each else AT_LEAST):
            question()
        return each or AT_LEAST

    return timed(act)


def _of_one(ground: Ground, log: EventLog, models: ReadModels) -> dict[str, Question]:
    """Questions about a journey, a day, a page: their answers do not grow with the log."""
    head, zone = log.head(), corpus.clinic().site.tzinfo
    chance = random.Random(head)
    keys, copies = cycle(ground.journeys()), ground.cohort.copies

    def a_day() -> date:
        return corpus.NOW.date() + chance.randrange(copies) * APART - timedelta(days=chance.randrange(60))

    def a_page() -> int:
        return chance.randrange(head)

    return {
        "schedule, a day": lambda: schedule.day(models, zone, a_day()),
        "schedule, due of a journey": lambda: schedule.due(models, journey_id=next(keys)),
        "schedule, a series": lambda: schedule.series(models, next(keys)),
        "outcome, a journey": lambda: outcome.journey(models, next(keys)),
        "audit, a journey's timeline": lambda: audit.timeline(models, journey_id=next(keys)),
        "audit, a page of the timeline": lambda: audit.timeline(models, after=a_page()),
        "audit, last entries": lambda: recent(models),
        "status": lambda: status(models, log),
        "log, its head": log.head,
        "log, a page": lambda: log.rows(a_page(), 200),
    }


def _of_all(models: ReadModels) -> dict[str, Question]:
    """Questions about every journey there is: told by journeys a second."""
    rule = next(iter(RULES.values()))
    return {
        "schedule, due": lambda: schedule.due(models),
        "outcome, responses": lambda: outcome.responses(models, rule),
        "outcome, side effects": lambda: outcome.side_effects(models),
    }

"""How does a measurement begin at rest, in a process that has measured nothing before?"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

import psycopg

P = ParamSpec("P")
T = TypeVar("T")


def settle(postgres_url: str) -> None:
    """Have database and disk do now what they would do in the middle of the next measurement."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    os.sync()  # what Kafka has written


def apart(measure: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """Measure in a process of its own: what others have left in memory is not in its way, and not in its peak."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=quiet) as pool:
        return pool.submit(measure, *args, **named).result()


def quiet() -> None:
    """Tell of errors alone."""
    logging.getLogger().setLevel(logging.ERROR)

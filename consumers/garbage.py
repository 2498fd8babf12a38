"""How often is garbage looked for, in a process that makes and drops the same things all day?"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 50_000
"""Things made and not dropped before the youngest are looked through; of 700, Python's default, it costs a tenth."""


@contextmanager
def seldom(things: int = SELDOM) -> Iterator[None]:
    """Within the block, leave alone what is there already, and look only when so many things more are there."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(things, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()

"""How often is garbage looked for, in a process that makes and drops the same things all day?"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = (50_000, 20, 100)
"""Things made before the youngest are looked through, and so on; of 700, Python's default, it costs a tenth."""


@contextmanager
def seldom() -> Iterator[None]:
    """Within the block, leave alone what is there already, and look through what is new more seldom."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()

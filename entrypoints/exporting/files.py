"""How does a file come to be whole or not at all, and in the place of no other?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, cast


class Exists(Exception):  # noqa: N818 - what the file does
    """There is a file of that name, and it stays."""


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file for its owner alone, that gets its name once all of it is on disk. Raises Exists.

    A name is given by a link: unlike a rename that takes no other file's place, whoever made it meanwhile.
    """
    if path.exists():
        raise Exists(f"{path} exists, and is not written over")
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", suffix=".part") as part:
        yield cast("BinaryIO", part)
        part.flush()
        os.fsync(part.fileno())
        try:
            os.link(part.name, path)
        except FileExistsError:
            raise Exists(f"{path} was made meanwhile, and is not written over") from None

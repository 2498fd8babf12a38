"""How does a secret lie in a file: whole, and for its owner's eyes only?"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

OTHERS = stat.S_IRWXG | stat.S_IRWXO
LONGEST = 100_000


class Exposed(Exception):  # noqa: N818 - says what is wrong with it
    """A secret's file that others may read or write, or that is no plain file: says which."""


def read(file: Path) -> bytes:
    """The secret. Raises FileNotFoundError or Exposed."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Exposed(f"{file} can't be opened: {error.strerror}") from None
    with os.fdopen(descriptor, "rb") as opened:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode) or mode & OTHERS:
            raise Exposed(f"{file} is open to others: it must be a file of mode 600")
        return opened.read(LONGEST)


def write(file: Path, secret: bytes) -> None:
    """Write a secret whole or not at all, and on disk when this returns; one that is there already stays."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{uuid4().hex}")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as opened:
            opened.write(secret)
            opened.flush()
            os.fsync(opened.fileno())
        with suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink()
    _sync(file.parent)


def _sync(folder: Path) -> None:
    """Let the folder remember its new file."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

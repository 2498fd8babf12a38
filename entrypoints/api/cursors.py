"""How does a reader go on where a page ended? By a cursor that counts for the same question and reader alone."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import orjson
from fastapi import Depends, Query, Request

from entrypoints.api.auth import Caller
from entrypoints.api.problems import Fault, Problem
from entrypoints.api.wiring import FromServer
from journey.store.keys import Keys

PAGE, SHEET = 200, 100_000
MAC_BYTES = 16
NOT_ASKED = frozenset({"cursor", "limit", "after_position", "wait", "table"})
"""Parameters that may change from page to page of the same question."""


class Page:
    """Which rows are wanted: those after a place, so many at most."""

    def __init__(self, request: Request, keys: Keys, cursor: str | None, limit: int) -> None:
        """Read the cursor. Raises Problem for one that was given out for something else."""
        caller: Caller = request.state.caller
        asked = sorted((name, value) for name, value in request.query_params.multi_items() if name not in NOT_ASKED)
        path = request.url.path.removesuffix(".csv")
        self._bound = orjson.dumps([path, asked, caller.user, caller.role])
        self._keys = keys
        self.limit = limit
        self.after: Any = None if cursor is None else self._opened(cursor)

    def cursor(self, after: Any) -> str | None:
        """The cursor of the rows after a place; None if there are none."""
        if after is None:
            return None
        place = orjson.dumps(after)
        return urlsafe_b64encode(self._mac(place) + place).decode().rstrip("=")

    def cut(self, answer: dict[str, Any], key: Sequence[str]) -> dict[str, Any]:
        """The page of an answer that has all its rows, in the order of a key."""
        rows = [row for row in answer["rows"] if self.after is None or _place(row, key) > self.after]
        following = _place(rows[self.limit - 1], key) if len(rows) > self.limit else None
        return answer | {"rows": rows[: self.limit], "next": self.cursor(following)}

    def _opened(self, cursor: str) -> Any:
        try:
            sealed = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        except ValueError:
            raise Problem(Fault.INVALID_CURSOR) from None
        mac, place = sealed[:MAC_BYTES], sealed[MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(place)):
            raise Problem(Fault.INVALID_CURSOR)
        return orjson.loads(place)

    def _mac(self, place: bytes) -> bytes:
        return self._keys.mac("cursor", self._bound + b"\n" + place)[:MAC_BYTES]


def _place(row: Mapping[str, Any], key: Sequence[str]) -> list[str]:
    return [str(row[name] or "") for name in key]


def page(
    request: Request,
    wired: FromServer,
    cursor: Annotated[str | None, Query(max_length=500, description="`next` of the page before")] = None,
    limit: Annotated[int | None, Query(ge=1, le=SHEET, description="rows at most; 200, and all in CSV")] = None,
) -> Page:
    """The page that is asked for."""
    usual = SHEET if request.url.path.endswith(".csv") else PAGE
    return Page(request, wired.app.store.vault.keys, cursor, limit or usual)


FromPage = Annotated[Page, Depends(page)]

"""What do the fault tests find ready: a proxy that every client of ours goes through?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from consumers.topics import CLIENT
from tests.consumers.conftest import log, topics
from tests.faults.proxy import Proxy

__all__ = ["log", "topics"]


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """Yield a proxy that the clients of consumers/ go through, and the readers of the tests do not."""
    with Proxy() as proxy:
        monkeypatch.setitem(CLIENT, "proxy_url", proxy.url)
        yield proxy

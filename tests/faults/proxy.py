"""How does a request to Kafka, or its answer, get lost, delayed or refused on its way?

A SOCKS5 proxy that reads Kafka's frames, so that a fault hits the API it names. A client of ours goes through it when
its setting `proxy_url` is that of the proxy: a test patches it into `consumers.topics.CLIENT`.
"""

from __future__ import annotations

import socket
import struct
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from threading import Event, Lock, Thread
from typing import Any, Self

from kafka.protocol.api_key import ApiKey

from tests.faults.frames import GRANTED, REFUSED, framed, greeted, holds, reached, refusing, without

RESET = struct.pack("ii", 1, 0)
"""For SO_LINGER: closing sends no farewell."""


class Act(Enum):
    """What is done to a request or its answer."""

    RESET = auto()
    """The connection is reset before the broker sees the request."""
    LOSE = auto()
    """The broker does what was asked, and the connection is reset instead of its answer."""
    SWALLOW = auto()
    """The broker does what was asked, and the answer never comes."""
    HOLD_REQUEST = auto()
    """The request waits on its way to the broker until it is released."""
    HOLD_REPLY = auto()
    """The answer waits on its way back until it is released."""
    DELAY = auto()
    """The answer comes late."""
    DROP = auto()
    """The batch of one partition is taken out of a Produce request, and refused with an error."""


REPLIES = {Act.LOSE, Act.SWALLOW, Act.HOLD_REPLY, Act.DELAY, Act.DROP}
"""What shows in the answer."""


@dataclass(slots=True, eq=False)
class Fault:
    """What happens to so many of the next requests of an API (of any: None), after letting some pass."""

    api: str | None
    act: Act
    times: int = 1
    passing: int = 0
    delay_s: float = 2.0
    partition: int = 0
    error: int = 0
    happened: int = 0
    met: Event = field(default_factory=Event)
    released: Event = field(default_factory=Event)

    def hit(self) -> None:
        """It has happened once more."""
        self.happened += 1
        self.met.set()


@dataclass(slots=True)
class Asked:
    """A request that waits for its answer."""

    api: str
    version: int
    fault: Fault | None
    dropped: list[Any] = field(default_factory=list)
    """The topics of a batch that was taken out."""


class Proxy:
    """Stands between clients and any number of brokers."""

    def __init__(self) -> None:
        """Listen on a free port."""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._lock = Lock()
        self._open: set[socket.socket] = set()
        self._faults: list[Fault] = []
        self._refusals = 0
        self.met: Counter[str] = Counter()
        """How many requests of each API went by."""
        self.answered: Counter[str] = Counter()
        """How many of them the brokers have answered."""
        self.refused = 0
        """How many connections were refused."""

    @property
    def url(self) -> str:
        """What a client's `proxy_url` is set to."""
        return f"socks5://127.0.0.1:{self._listening.getsockname()[1]}"

    def __enter__(self) -> Self:
        """Begin."""
        Thread(target=self._serve, name="proxy", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """End, and cut every connection."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for fault in self._faults:
            fault.released.set()
        self.cut()

    def put(self, fault: Fault) -> Fault:
        """Let a fault happen to what comes next."""
        with self._lock:
            self._faults.append(fault)
        return fault

    def refuse(self, times: int) -> None:
        """Refuse the next connections, and cut those that are there."""
        with self._lock:
            self._refusals = times
        self.cut()

    def cut(self) -> None:
        """Reset every connection."""
        with self._lock:
            opened = list(self._open)
        self._reset(*opened)

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            Thread(target=self._connect, args=(client,), name="proxy", daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        with suppress(OSError, EOFError):
            address = greeted(client)
            with self._lock:
                refusing = self._refusals > 0
                self._refusals -= refusing
                self.refused += refusing
            if not refusing and (broker := reached(address)):
                client.sendall(GRANTED)
                self._join(client, broker)
                return
            client.sendall(REFUSED)
        client.close()

    def _join(self, client: socket.socket, broker: socket.socket) -> None:
        for it in (client, broker):
            it.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._open |= {client, broker}
        waiting: dict[int, Asked] = {}
        for carry in (self._requests, self._replies):
            Thread(target=self._carry, args=(carry, client, broker, waiting), name="proxy", daemon=True).start()

    def _carry(self, carry: Any, client: socket.socket, broker: socket.socket, waiting: dict[int, Asked]) -> None:
        with suppress(OSError, EOFError):
            carry(client, broker, waiting)
        self._reset(client, broker)

    def _requests(self, client: socket.socket, broker: socket.socket, waiting: dict[int, Asked]) -> None:
        while True:
            frame = framed(client)
            key, version, number = struct.unpack_from(">hhi", frame)
            api = ApiKey(key).name
            fault = self._due(api, version, frame)
            asked = waiting[number] = Asked(api, version, fault)
            if fault is not None and fault.act is Act.RESET:
                fault.hit()
                return
            if fault is not None and fault.act is Act.HOLD_REQUEST:
                fault.hit()
                fault.released.wait()
            if fault is not None and fault.act is Act.DROP:
                frame, asked.dropped = without(frame, version, fault.partition)
            broker.sendall(struct.pack(">i", len(frame)) + frame)

    def _replies(self, client: socket.socket, broker: socket.socket, waiting: dict[int, Asked]) -> None:
        while True:
            frame = framed(broker)
            asked = waiting.pop(struct.unpack_from(">i", frame)[0])
            fault = asked.fault
            self.answered[asked.api] += 1
            if fault is not None and fault.act in REPLIES:
                fault.hit()
                if fault.act is Act.LOSE:
                    return
                if fault.act is Act.SWALLOW:
                    continue
                frame = self._changed(frame, asked, fault)
            client.sendall(struct.pack(">i", len(frame)) + frame)

    @staticmethod
    def _changed(frame: bytes, asked: Asked, fault: Fault) -> bytes:
        """The answer that goes on, when it does."""
        if fault.act is Act.HOLD_REPLY:
            fault.released.wait()
        elif fault.act is Act.DELAY:
            fault.released.wait(fault.delay_s)
        else:
            return refusing(frame, asked.version, fault.partition, asked.dropped, fault.error)
        return frame

    def _due(self, api: str, version: int, frame: bytes) -> Fault | None:
        """The fault of this request, if it has one."""
        with self._lock:
            self.met[api] += 1
            for fault in self._faults:
                if fault.api not in {api, None} or not fault.times:
                    continue
                if fault.act is Act.DROP and not holds(frame, version, fault.partition):
                    continue
                if fault.passing:
                    fault.passing -= 1
                    continue
                fault.times -= 1
                return fault
        return None

    def _reset(self, *ends: socket.socket) -> None:
        with self._lock:
            self._open -= set(ends)
        for it in ends:
            with suppress(OSError):
                it.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                it.shutdown(socket.SHUT_RD)  # wakes whoever reads it
            it.close()

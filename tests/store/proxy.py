"""How does a server's answer get lost on its way?"""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Lock, Thread
from typing import Self
from urllib.parse import urlsplit, urlunsplit

READY = b"Z\x00\x00\x00\x05I"
"""PostgreSQL's last word of an answer, outside a transaction: what was asked has been done."""


class Proxy:
    """Stands between a program and PostgreSQL, and hangs up in the middle of what it is told to listen for."""

    def __init__(self, url: str) -> None:
        """Listen on a free port, before the server of a URL."""
        self._parts = urlsplit(url)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._lock = Lock()
        self._open: list[socket.socket] = []
        self._until = b""
        self.dropped = 0

    @property
    def url(self) -> str:
        """Where the server seems to be."""
        user = f"{self._parts.username}@" if self._parts.username else ""
        port = self._listening.getsockname()[1]
        return urlunsplit(self._parts._replace(netloc=f"{user}127.0.0.1:{port}"))

    def __enter__(self) -> Self:
        """Begin."""
        Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """End, and cut every connection."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()

    def drop_after(self, words: bytes) -> None:
        """Once these words were asked and the server has done it, hang up instead of handing the answer on."""
        self._until = words

    def cut(self) -> None:
        """Cut every connection."""
        with self._lock:
            for it in self._open:
                with suppress(OSError):
                    it.shutdown(socket.SHUT_RDWR)
                it.close()
            self._open.clear()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            try:
                server = socket.create_connection((self._parts.hostname or "", self._parts.port or 5432))
            except OSError:  # the server is away: so are we
                client.close()
                continue
            for it in (client, server):
                it.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else every question waits for 40 ms
            with self._lock:
                self._open += [client, server]
            asked: list[bool] = []
            Thread(target=self._ask, args=(client, server, asked), daemon=True).start()
            Thread(target=self._answer, args=(client, server, asked), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket, asked: list[bool]) -> None:
        with suppress(OSError):
            while words := client.recv(65_536):
                if self._until and self._until in words:
                    self._until = b""
                    asked.append(True)
                server.sendall(words)
        self._end(client, server)

    def _answer(self, client: socket.socket, server: socket.socket, asked: list[bool]) -> None:
        with suppress(OSError):
            while words := server.recv(65_536):
                if asked:
                    while not words.endswith(READY) and (more := server.recv(65_536)):
                        words += more
                    self.dropped += 1
                    break
                client.sendall(words)
        self._end(client, server)

    @staticmethod
    def _end(*ends: socket.socket) -> None:
        for it in ends:
            with suppress(OSError):
                it.shutdown(socket.SHUT_RDWR)

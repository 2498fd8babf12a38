"""How is Prometheus told how things are? In its text format, by a listener where nothing else is served."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

log = logging.getLogger(__name__)

CONTENT = "text/plain; version=0.0.4; charset=utf-8"
PATH = "/metrics"


class Kind(StrEnum):
    """How a value moves."""

    GAUGE = "gauge"
    COUNTER = "counter"


@dataclass(frozen=True, slots=True)
class Metric:
    """What is measured, declared once. A counter's name ends in `_total`."""

    name: str
    meaning: str
    labels: tuple[str, ...] = ()
    kind: Kind = Kind.GAUGE


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of a metric, with a value for each of its labels."""

    metric: Metric
    value: float
    labels: tuple[str, ...] = ()


Measure = Callable[[], Iterable[Sample]]


def text(samples: Iterable[Sample]) -> str:
    """Samples in Prometheus's text format, those of a metric together."""
    by_metric: dict[Metric, list[Sample]] = {}
    for sample in samples:
        by_metric.setdefault(sample.metric, []).append(sample)
    return "".join(_told(metric, some) for metric, some in by_metric.items())


@contextmanager
def listening(host: str, port: int, measure: Measure) -> Iterator[int]:
    """Answer GET /metrics, until the end of the block, with what is measured then; gives the port. Raises OSError."""
    server = _Server((host, port), _answering(measure))
    thread = Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _told(metric: Metric, samples: Iterable[Sample]) -> str:
    lines = [f"# HELP {metric.name} {metric.meaning}", f"# TYPE {metric.name} {metric.kind}"]
    lines += [f"{metric.name}{_labels(it)} {it.value:.17g}" for it in samples]
    return "\n".join(lines) + "\n"


def _labels(sample: Sample) -> str:
    named: Mapping[str, str] = dict(zip(sample.metric.labels, sample.labels, strict=True))
    pairs = ",".join(f'{name}="{_escaped(value)}"' for name, value in named.items())
    return f"{{{pairs}}}" if pairs else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Say what failed, and nothing of what was asked."""
        log.warning("metrics: %s", type(sys.exception()).__name__)


def _answering(measure: Measure) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        """Answers one request."""

        def do_GET(self) -> None:
            """Answer with what is measured now."""
            if self.path != PATH:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            body = text(measure()).encode()
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", CONTENT)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing of each request."""

    return Answering

"""Which servers does a command of the tests need, and who stops them?

    python -m tests.servers [--without chromium] [--lasting] -- CMD ...

Starts PostgreSQL and Kafka at the same time, makes sure of a Chromium, tells CMD where they are by
JOURNEY_TEST_POSTGRES_URL, KAFKA_BOOTSTRAP_SERVERS and JOURNEY_TEST_CHROMIUM, stops them when CMD has ended, and
ends with CMD's exit code. What one of these variables already names is used and not started. For a CMD that measures,
`--lasting` runs Kafka as in production: slower to start, and faster once it is warm.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from tests.servers import Kafka, Postgres, chromium
from tests.servers.processes import NotToBeHad


def main(arguments: Sequence[str]) -> int:
    """Run the command that is named, among its servers."""
    parser = argparse.ArgumentParser(prog="python -m tests.servers")
    parser.add_argument("--without", choices=["chromium"], action="append", default=[])
    parser.add_argument("--lasting", action="store_true")
    parser.add_argument("command", nargs="+")
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    started = time.monotonic()
    with ExitStack() as running:
        try:
            found = _servers(running, without=asked.without, lasting=asked.lasting)
        except NotToBeHad as missing:
            print(f"No servers for the tests. {missing}", file=sys.stderr)
            return 1
        print(f"Servers ready in {time.monotonic() - started:.1f} s", file=sys.stderr, flush=True)
        return _run(asked.command, {**os.environ, **found})


def _servers(running: ExitStack, *, without: Sequence[str], lasting: bool) -> dict[str, str]:
    """Start at the same time what the environment does not name; `running` stops them."""

    def postgres() -> str:
        server = Postgres()
        running.callback(server.close)
        return server.start().url

    def kafka() -> str:
        server = Kafka(lasting=lasting)
        running.callback(server.close)
        return server.start().bootstrap

    makers: dict[str, Callable[[], str]] = {
        "JOURNEY_TEST_POSTGRES_URL": postgres,
        "KAFKA_BOOTSTRAP_SERVERS": kafka,
        "JOURNEY_TEST_CHROMIUM": chromium,
    }
    if "chromium" in without:
        del makers["JOURNEY_TEST_CHROMIUM"]
    with ThreadPoolExecutor() as pool:
        waiting = {name: pool.submit(make) for name, make in makers.items() if not os.environ.get(name)}
    return {name: future.result() for name, future in waiting.items()}


def _run(command: Sequence[str], environment: dict[str, str]) -> int:
    """Run the command; Ctrl-C reaches it by the terminal, SIGTERM by us; then it has a minute to end."""
    with subprocess.Popen(command, env=environment) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            return _last_minute(process)
        except SystemExit:
            process.terminate()
            _last_minute(process)
            raise


def _last_minute(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

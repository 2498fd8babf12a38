"""A living synthetic clinic, served as `journey demo` does, and a browser signed in as each kind of user."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page
from playwright.sync_api import Request as Sent

from tests.servers import processes

JOURNEY = Path(sys.executable).with_name("journey")


@dataclass
class Clinic:
    """A demonstration that runs: where it is served, its folder, and a sign-in link for each kind of user."""

    url: str
    folder: Path
    links: dict[str, str]
    corrected: str

    def ask(self, *arguments: str) -> Any:
        """Return what the command line answers of the same data, as JSON."""
        command = [str(JOURNEY), "--data", str(self.folder), *arguments, "--json"]
        return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    def link(self, user: str, role: str) -> str:
        """Return one more sign-in link."""
        command = [
            str(JOURNEY),
            "--data",
            str(self.folder),
            "token",
            "--user",
            user,
            "--role",
            role,
            "--pages",
            self.url,
        ]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    def do(self, *arguments: str) -> None:
        """Enter something on the command line."""
        subprocess.run([str(JOURNEY), "--data", str(self.folder), "do", *arguments], check=True, capture_output=True)


@dataclass
class Watched:
    """A page, and whatever it should not have done."""

    page: Page
    base: str
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Note errors on the console, and requests that go elsewhere."""
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._sent)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(message.text)

    def _sent(self, request: Sent) -> None:
        if not request.url.startswith((self.base, "data:")):
            self.strangers.append(request.url)

    def behaved(self) -> None:
        """Expect that none of it happened."""
        assert (self.errors, self.strangers) == ([], [])


@pytest.fixture(scope="session")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """Yield a demonstration of forty patients; it must end well when it is asked to."""
    folder = tmp_path_factory.mktemp("demo") / "clinic"
    said = folder.parent / "said"
    command = [str(JOURNEY), "demo", "--folder", str(folder), "--patients", "40", "--months", "6"]
    with said.open("w") as out:
        demo = subprocess.Popen([*command, "--port", str(processes.free_port())], stdout=out, stderr=subprocess.STDOUT)
    try:
        processes.until(lambda: _ready(demo, said), seconds=90, what="the demonstration to serve")
        yield _clinic(said.read_text(), folder)
    finally:
        demo.send_signal(signal.SIGINT)
        assert demo.wait(30) == 0, said.read_text()


def _ready(demo: subprocess.Popen[bytes], said: Path) -> bool:
    assert demo.poll() is None, said.read_text()
    return "Ctrl-C stops" in said.read_text()


def _clinic(text: str, folder: Path) -> Clinic:
    served = re.search(r"at (http://\S+:\d+)", text)
    corrected = re.search(r"/journey/(\S+)", text)
    assert served is not None
    assert corrected is not None
    links = dict(re.findall(r"^\s+(staff|services|compliance|analysts)\s+(http\S+)", text, re.MULTILINE))
    return Clinic(served[1], folder, links, corrected[1])


Session = dict[str, Any]


@pytest.fixture(scope="session")
def sessions(browser: Browser, clinic: Clinic) -> dict[str, Session]:
    """Return the session of each kind of user, by the link that was printed for them, and of one who will leave."""
    links = clinic.links | {"leaving": clinic.link("nils", "nurse")}
    return {kind: _signed_in(browser, link, clinic.url) for kind, link in links.items()}


def _signed_in(browser: Browser, link: str, base: str) -> Session:
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    page.wait_for_url(f"{base}/")
    state: Session = dict(context.storage_state())
    context.close()
    return state


Opened = Callable[..., Watched]


@pytest.fixture
def opened(browser: Browser, clinic: Clinic, sessions: dict[str, Session]) -> Iterator[Opened]:
    """Return what opens a page as a kind of user; every page is watched until the test ends."""
    contexts = []

    def open_(kind: str, path: str, width: int = 1280) -> Watched:
        context = browser.new_context(
            storage_state=sessions[kind],  # type: ignore[arg-type]  # what storage_state() gave
            viewport={"width": width, "height": 900},
        )
        contexts.append(context)
        watched = Watched(context.new_page(), clinic.url)
        watched.watch()
        watched.page.goto(f"{clinic.url}{path}")
        return watched

    yield open_
    for context in contexts:
        context.close()

"""How does somebody see it all at work, on a machine of their own? A synthetic clinic, kept alive.

Everything lies in one folder: made at the first start, gone on with at the next. The clinic's past ends at the moment
of the first start; what its people do from then on is entered when it is time for it.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from threading import Event, Thread

from entrypoints.api.tokens import Issuer
from entrypoints.app import App, Clock, now, open_app
from entrypoints.settings import Misconfigured, Settings
from entrypoints.simulator import MONTHS, PATIENTS, Line, planned, synthetic_clinic
from entrypoints.simulator.clinic import zone_at_work
from entrypoints.simulator.entering import BATCH, SimulatedClock, enter
from entrypoints.simulator.profiles import PROFILES
from journey.clinic import Clinic
from journey.store.log import StoreUnavailable
from journey.values import Role
from projections.audit import timeline

log = logging.getLogger(__name__)

SEED = 1
PLAN_FILE, SITE_FILE = "demo.json", "site.json"
PAUSE_S = 5

GUESTS = (
    ("staff", "nora", Role.NURSE),
    ("services", "billing", Role.SERVICE),
    ("compliance", "cora", Role.COMPLIANCE),
    ("analysts", "ana", Role.ANALYST),
)
"""One of each kind of user, with a name and a role to sign in with."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Which clinic is simulated: the same for as long as the folder lives."""

    seed: int
    patients: int
    months: int
    end: str
    zone: str
    profile: str | None = None

    @property
    def ends(self) -> datetime:
        """The moment at which the clinic's past ends: that of the first start."""
        return datetime.fromisoformat(self.end)

    @property
    def clinic(self) -> Clinic:
        """The clinic's set-up."""
        return synthetic_clinic(self.zone)

    def lines(self) -> list[Line]:
        """All that is ever entered there."""
        profile = None if self.profile is None else PROFILES[self.profile]
        return list(planned(self.seed, self.patients, self.months, self.ends, self.clinic.site, profile))


def plan(
    folder: Path,
    *,
    reset: bool = False,
    seed: int = SEED,
    patients: int = PATIENTS,
    months: int = MONTHS,
    profile: str | None = None,
) -> Plan:
    """The plan of a folder; in an empty or missing one a new plan, whose past ends now.

    Raises Misconfigured for a folder that holds something else: that is never written to, nor removed by `reset`.
    """
    file = folder / PLAN_FILE
    if not file.exists() and folder.exists() and any(folder.iterdir()):
        raise Misconfigured(f"{folder} holds something else than a demonstration: name another folder")
    if reset and file.exists():
        shutil.rmtree(folder)
    if file.exists():
        return _read(file)
    begun = now()
    end, zone = begun.isoformat(timespec="seconds"), zone_at_work(begun)
    made = Plan(seed=seed, patients=patients, months=months, end=end, zone=zone, profile=profile)
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(asdict(made)))
    return made


def _read(file: Path) -> Plan:
    try:
        return Plan(**json.loads(file.read_text()))
    except (ValueError, TypeError):
        raise Misconfigured(f"{file} can't be read: start over with --reset") from None


def settings(folder: Path) -> Settings:
    """Everything in one folder, whatever the environment says: a demonstration never touches another installation."""
    return Settings.model_construct(data=folder, site_file=folder / SITE_FILE)


class Demo:
    """The synthetic clinic: its past is entered as far as it has come, its future when it is time for it."""

    def __init__(self, app: App, clock: SimulatedClock, made: Plan) -> None:
        """Know what has been planned."""
        self.app = app
        self._clock = clock
        self._lines = made.lines()
        self._next = 0
        self._stop = Event()

    def due(self) -> Sequence[Line]:
        """What should have been entered by now."""
        coming, by_now = self._lines[self._next :], self._clock.now()
        return list(takewhile(lambda line: line.heard_at <= by_now, coming))

    def seed(self) -> Iterator[int]:
        """Enter what is due, as far as it is not there yet; gives after every batch how many lines it had."""
        while some := self.due()[:BATCH]:
            self._enter(some)
            yield len(some)

    def _enter(self, lines: Sequence[Line]) -> None:
        for _ in enter(self.app.store, self._clock, lines):
            pass  # a line that is refused since somebody else came first has had its answer
        self._next += len(lines)

    @contextmanager
    def alive(self) -> Iterator[None]:
        """Meanwhile, enter what is planned when it is time for it."""
        people = Thread(target=self._live, name="synthetic people")
        people.start()
        try:
            yield
        finally:
            self._stop.set()
            people.join()

    def _live(self) -> None:
        while self._next < len(self._lines) and not self._stop.is_set():
            left = (self._lines[self._next].heard_at - self._clock.now()).total_seconds()
            if left > 0:
                self._stop.wait(min(left, PAUSE_S))  # the machine may sleep meanwhile
                continue
            try:
                self._enter(self.due()[:BATCH])
            except StoreUnavailable as away:
                log.warning("%s", away)
                self._stop.wait(PAUSE_S)

    def links(self, base_url: str) -> list[tuple[str, str]]:
        """A sign-in link for each kind of user."""
        issuer = Issuer.open(self.app.settings, self.app.clock)
        return [(kind, issuer.link(user, role, base_url)) for kind, user, role in GUESTS]

    def corrected_journey(self) -> str:
        """A journey with an entry that was corrected; of a small clinic that has none, its first."""
        models = self.app.models
        found = timeline(models, types=["EntryCorrected"], limit=1)["rows"] or timeline(models, limit=1)["rows"]
        return str(found[0]["journey_id"])


@contextmanager
def open_demo(folder: Path, made: Plan, now: Clock = now) -> Iterator[Demo]:
    """Open the demonstration in its folder; the site's set-up lies there too, for the command line."""
    clock = SimulatedClock(now)
    (folder / SITE_FILE).write_text(json.dumps(made.clinic.site.as_text(), default=list))
    with open_app(settings(folder), clock=clock, clinic=made.clinic, simulated=True) as app:
        yield Demo(app, clock, made)

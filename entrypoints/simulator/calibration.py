"""Do the simulated patients of each study come out inside what was published of it?

`python -m entrypoints.simulator.calibration` prints each figure with its interval; it ends with 1 if one is outside.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from entrypoints.simulator.measuring import measured
from entrypoints.simulator.profiles import PROFILES, Profile
from entrypoints.simulator.published import FIGURES, Figure

PATIENTS, SEED = 10_000, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A published figure, and what was simulated for it."""

    figure: Figure
    simulated: float

    @property
    def inside(self) -> bool:
        """Whether it lies inside the interval, its ends among it."""
        return self.figure.low <= self.simulated <= self.figure.high


def held(profile: Profile, figures: Sequence[Figure], patients: int = PATIENTS, seed: int = SEED) -> list[Held]:
    """Every figure of a study against so many of its simulated patients."""
    found = measured(profile, patients, seed)
    return [Held(figure=figure, simulated=found[figure.measure]) for figure in figures]


def report(profiles: Mapping[str, Profile], patients: int, seed: int) -> Iterator[tuple[str, bool]]:
    """Line by line what is told, and whether all of it is inside."""
    began, all_held = time.monotonic(), []
    for name, profile in profiles.items():
        yield f"{name}: {profile.study}", True
        of_study = held(profile, FIGURES[name], patients, seed)
        all_held += of_study
        yield from ((_line(it), it.inside) for it in of_study)
    outside = sum(not it.inside for it in all_held)
    verdict = f"{outside} of {len(all_held)} outside" if outside else f"all {len(all_held)} figures inside"
    took_s = time.monotonic() - began
    yield f"{verdict}: {patients} patients of each of {len(profiles)} studies, seed {seed}, {took_s:.0f} s", not outside


def _line(it: Held) -> str:
    figure = it.figure
    interval = f"{figure.low:6.2f} to {figure.high:5.2f} ({figure.interval})"
    verdict = "inside" if it.inside else "OUTSIDE"
    return f"  {figure.measure:<34} {figure.value:5.2f}, {interval:<40} simulated {it.simulated:5.2f}  {verdict}"


def main(words: Sequence[str] | None = None) -> int:
    """Tell of every profile, or of those that are named."""
    asked = argparse.ArgumentParser(description="Hold each simulator profile against what was published of its study.")
    names = f"one of {', '.join(PROFILES)}; all if none is said"
    asked.add_argument("profiles", nargs="*", metavar="PROFILE", help=names)
    asked.add_argument("--patients", type=int, default=PATIENTS, help="how many of each")
    asked.add_argument("--seed", type=int, default=SEED, help="the same seed, the same patients")
    said = asked.parse_args(words)
    unknown = [name for name in said.profiles if name not in PROFILES]
    if unknown:
        asked.error(f"there is no profile {', '.join(unknown)}")
    whole = True
    for line, inside in report({name: PROFILES[name] for name in said.profiles or PROFILES}, said.patients, said.seed):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        whole = whole and inside
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())

"""How does a program that is missing get here, on a Debian where we may install it?"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.servers.processes import NotToBeHad, tail


def installed(programs: tuple[str, ...], packages: tuple[str, ...]) -> str:
    """Return the path of the first of `programs` found, after installing the first of `packages` that goes.

    Raises NotToBeHad, saying what to install, where this is no Debian or we are not root.
    """
    with Path(tempfile.gettempdir(), f"journey-tests-apt-{os.geteuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test runs at a time would fight over dpkg
        if not (path := first(programs)):
            _install(programs, packages)
            path = first(programs)
    if not path:
        raise NotToBeHad(f"{packages[0]} was installed, yet none of {', '.join(programs)} is on the PATH")
    return path


def first(programs: tuple[str, ...]) -> str | None:
    """Return the path of the first of these programs that is here."""
    return next((path for program in programs if (path := shutil.which(program))), None)


def _install(programs: tuple[str, ...], packages: tuple[str, ...]) -> None:
    wanted = f"none of {', '.join(programs)} is on the PATH: install {' or '.join(packages)}"
    if os.geteuid() != 0 or not Path("/etc/debian_version").exists():
        raise NotToBeHad(f"{wanted} (on Debian: apt-get install {packages[0]})")
    print(f"Installing {packages[0]} (once)", file=sys.stderr, flush=True)
    said = ""
    for command in (
        ["update"],
        *(["install", "--yes", "--no-install-recommends", name] for name in packages),
    ):
        done = subprocess.run(
            ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300", *command],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if command[0] == "install" and done.returncode == 0:
            return
        said = tail(done.stderr)
    raise NotToBeHad(f"{wanted}; apt-get failed: {said}")

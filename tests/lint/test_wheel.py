"""Does `pip install .` carry all that the code reads beside itself?"""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("journey", "projections", "consumers", "entrypoints")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """Yield the wheel, built by pip with the locked build backend."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(ROOT)], check=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as built:
        yield built


def test_wheel_carries_every_file(wheel: zipfile.ZipFile) -> None:
    """Code, templates, assets and py.typed: each file of the packages that git knows is in the wheel."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *PACKAGES]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    here = {name for name in listed.split("\0") if name and (ROOT / name).exists()}
    assert here - set(wheel.namelist()) == set()
    assert {f"{package}/py.typed" for package in PACKAGES} <= here


def test_wheel_carries_nothing_else(wheel: zipfile.ZipFile) -> None:
    """No test, no cache and no data of a demo is installed."""
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_wheel_names_the_command(wheel: zipfile.ZipFile) -> None:
    """The wheel's entry point is `journey`."""
    points = next(name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert "journey = entrypoints.command:main" in wheel.read(points).decode()

"""Does the repository stay free of addresses of one machine, and do its locks hold?"""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")

# Written in pieces, so that this file does not name what it looks for.
HOSTS = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "repo.maven" + ".apache.org",
    "repo1.maven" + ".org",
    "npm" + "js.org",
    "npm" + "js.com",
    "deb.debian" + ".org",
    "crates" + ".io",
    "proxy.golang" + ".org",
    "docker" + ".io/",
]
OPTIONS = ["--index" + "-url", "--extra-index" + "-url", "--find" + "-links", "--trusted" + "-host", "index" + "_url"]
MACHINE = [f"{place}/" for place in (ROOT, Path.home()) if place != Path("/")]


def named(text: str) -> list[str]:
    """Return what a text says that holds only on some machines."""
    places = [place for place in MACHINE if place in text]
    return [word for word in HOSTS + OPTIONS if word in text.lower()] + places


def tracked() -> list[Path]:
    """Return the files that git knows, or would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def test_no_address_of_a_registry_or_machine() -> None:
    """No file names a registry's host, an option for one, or a path of this machine."""
    found = {str(path.relative_to(ROOT)): named(path.read_text(errors="ignore")) for path in tracked()}
    assert {name: words for name, words in found.items() if words} == {}


def test_planted_address_is_seen() -> None:
    """The search for addresses finds one."""
    assert named(f"see https://{HOSTS[0]}/simple and {ROOT}/x") != []


def locked(name: str) -> dict[str, str]:
    """Return the versions of one lock file; each line must be pinned and hashed."""
    text = (ROOT / name).read_text()
    blocks = re.findall(r"^([^\s#][^\n]*(?:\n {4}--hash[^\n]*)*)", text, re.MULTILINE)
    assert blocks
    for block in blocks:
        assert "==" in block, block
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block
    pairs = [re.split(r"==|\s", block, maxsplit=2)[:2] for block in blocks]
    return {canonicalize_name(package): version for package, version in pairs}


def test_locks_agree() -> None:
    """Every package of the runtime lock has the same version in the other."""
    runtime, dev = (locked(name) for name in LOCKS)
    assert runtime.items() <= dev.items()


@pytest.mark.parametrize("name", LOCKS)
def test_lock_is_what_the_project_asks(name: str) -> None:
    """Each requirement of the project file is met by the lock: else say `make lock`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = ("subscriber", "tracker", "build", *(["parquet", "dev"] if "dev" in name else []))
    asked = [*project["dependencies"], *(it for extra in wanted for it in extras[extra])]
    versions = locked(name)
    for requirement in map(Requirement, asked):
        if requirement.name == project["name"]:
            assert requirement.extras <= set(wanted)  # an extra of ours within another
            continue
        assert requirement.specifier.contains(versions.get(canonicalize_name(requirement.name), "0")), requirement

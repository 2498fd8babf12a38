"""Where are Java and the jars of Apache Kafka?"""

import fcntl
import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.servers import apt
from tests.servers.processes import NotToBeHad

JAVA_MIN = 17
POM = Path(__file__).with_name("pom.xml")
CACHE = Path(__file__).parents[2] / ".cache"


def java() -> str:
    """Return the path of a Java that runs Kafka, installing one where we may."""
    path = apt.installed(("java",), (f"openjdk-{JAVA_MIN}-jre-headless", "openjdk-21-jre-headless"))
    said = subprocess.run([path, "-version"], capture_output=True, text=True, check=True).stderr
    found = re.search(r'version "(\d+)', said)
    if not found or int(found[1]) < JAVA_MIN:
        raise NotToBeHad(f"{path} is too old for Kafka: install Java {JAVA_MIN} or newer ({said.splitlines()[0]})")
    return path


def jars() -> Path:
    """Return the folder of Kafka's jars, fetched once by Maven for this pom.xml."""
    folder = CACHE / f"kafka-{hashlib.sha256(POM.read_bytes()).hexdigest()[:12]}"
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "kafka.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _fetch(folder)
    return folder


def _fetch(folder: Path) -> None:
    maven = apt.installed(("mvn",), ("maven",))
    print("Fetching the jars of Apache Kafka (once)", file=sys.stderr, flush=True)
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={partial}"]
    done = subprocess.run(
        [maven, "-q", "-B", "-Dstyle.color=never", "-f", str(POM), *goal],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or not list(partial.glob("kafka_*.jar")):
        raise NotToBeHad(
            "Maven could not fetch Apache Kafka; set KAFKA_BOOTSTRAP_SERVERS, start a Docker engine, or see: "
            + "\n".join((done.stdout + done.stderr).splitlines()[:3])  # what follows tells how to debug Maven
        )
    partial.rename(folder)  # all or nothing: a run that was cut off leaves no half folder behind

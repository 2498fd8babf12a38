"""How does Apache Kafka run in a container, where a Docker engine answers?"""

import subprocess
from collections.abc import Mapping

from tests.servers import processes

IMAGE = "apache/kafka:4.3.1"


def engine_answers() -> bool:
    """Whether `docker` is here and its engine takes requests."""
    try:
        done = subprocess.run(["docker", "info"], capture_output=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def environment(properties: Mapping[str, str]) -> dict[str, str]:
    """Return broker properties under the names that the image knows them by."""
    replaced = {"-": "___", "_": "__", ".": "_"}
    return {
        "KAFKA_" + "".join(replaced.get(letter, letter) for letter in name).upper(): value
        for name, value in properties.items()
    }


class Container:
    """A broker in a container; its data lives as long as the container."""

    def __init__(self, properties: Mapping[str, str], cluster: str) -> None:
        """Fetch the image and make the container."""
        # The host's network: clients then reach the broker by the addresses that it tells them.
        command = ["create", "--network=host", f"--env=CLUSTER_ID={cluster}"]
        command += [f"--env={name}={value}" for name, value in environment(properties).items()]
        self._id = docker(*command, IMAGE, seconds=600).split()[-1]

    def start(self) -> None:
        """Begin to run."""
        docker("start", self._id)

    def stop(self) -> None:
        """End by SIGTERM."""
        docker("stop", "--time=60", self._id)

    def kill(self) -> None:
        """End by SIGKILL."""
        if self.ended() is None:
            docker("kill", self._id)

    def ended(self) -> str | None:
        """Return the end of the log when the container runs no more."""
        running = docker("inspect", "--format={{.State.Running}}", self._id).strip() == "true"
        return None if running else docker("logs", "--tail=25", self._id)

    def close(self) -> None:
        """Remove the container and its data."""
        docker("rm", "--force", "--volumes", self._id)


def docker(*arguments: str, seconds: float = 90) -> str:
    """Run the Docker client, return what it printed; what the engine refuses is raised in its own words."""
    done = subprocess.run(
        ["docker", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )
    if done.returncode:
        raise processes.NotToBeHad(f"docker {arguments[0]}: {processes.tail(done.stderr)}")
    return done.stdout + (done.stderr if arguments[0] == "logs" else "")

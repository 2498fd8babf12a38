"""How does Apache Kafka run on Java, from jars?"""

import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.servers import jars, processes

LOGGING = """rootLogger.level = WARN
rootLogger.appenderRef.out.ref = OUT
appender.out.type = Console
appender.out.name = OUT
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{HH:mm:ss.SSS} %p %c %m%n
"""


class Jvm:
    """A broker as a Java process: 200 to 260 MB, ready in about four seconds on two cores."""

    def __init__(
        self, properties: Mapping[str, str], cluster: str, folder: Path, controllers: str = "", *, lasting: bool = False
    ) -> None:
        """Write settings and an empty log folder into `folder`; a node that is not alone names all `controllers`.

        One that is `lasting` is compiled as in production.
        """
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        every = {**properties, "log.dirs": str(folder / "data")}
        self._settings = folder / "server.properties"
        self._settings.write_text("".join(f"{name}={value}\n" for name, value in every.items()))
        (folder / "log4j2.properties").write_text(LOGGING)
        # A small heap and C1 alone start twice as fast, and no test lives long enough to miss the rest.
        quick = [] if lasting else ["-XX:TieredStopAtLevel=1"]
        self._java = [jars.java(), *quick, "-cp", f"{jars.jars()}/*"]
        self._java += [f"-Dlog4j2.configurationFile={folder / 'log4j2.properties'}"]
        self._format(cluster, ["--initial-controllers", controllers] if controllers else ["--standalone"])

    def start(self) -> None:
        """Begin to run."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._java, "-Xms512m", "-Xmx512m", "kafka.Kafka", str(self._settings)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                start_new_session=True,  # Ctrl-C is for the tests; we stop the broker after them
            )

    def stop(self) -> None:
        """End by SIGTERM."""
        if self._process:
            processes.end(self._process, signal.SIGTERM, seconds=60)
            self._process = None

    def kill(self) -> None:
        """End by SIGKILL."""
        if self._process:
            processes.kill(self._process)
            self._process = None

    def ended(self) -> str | None:
        """Return the end of the log when the process runs no more."""
        running = self._process is not None and self._process.poll() is None
        return None if running else processes.tail(self._log.read_text())

    def close(self) -> None:
        """Do nothing: all lies in the folder that was handed in."""

    @property
    def _log(self) -> Path:
        return self._folder / "log"

    def _format(self, cluster: str, quorum: Sequence[str]) -> None:
        options = ["-t", cluster, "-c", str(self._settings), "--ignore-formatted", *quorum]
        done = subprocess.run(
            [*self._java, "-Xmx64m", "kafka.tools.StorageTool", "format", *options],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise processes.NotToBeHad(f"Kafka's storage tool failed: {processes.tail(done.stdout + done.stderr)}")

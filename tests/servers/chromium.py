"""Where is the Chromium that shows the pages?"""

import os

from tests.servers import apt

PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")

# A sandbox needs an unprivileged user; the rest keeps Chromium from calling out while it is watched for that.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str:
    """Return the path of a Chromium: JOURNEY_TEST_CHROMIUM, else the PATH's, else one that apt installs."""
    return os.environ.get("JOURNEY_TEST_CHROMIUM") or apt.installed(PROGRAMS, ("chromium",))

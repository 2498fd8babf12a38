"""Write a cohort's file, as `python -m tests.cohorts zheng_2019 > zheng_2019.ndjson`, or with `--site` its site."""

from __future__ import annotations

import json
import sys

from tests.cohorts.cohort import cohort

if __name__ == "__main__":
    asked = cohort(sys.argv[1])
    if sys.argv[2:] == ["--site"]:
        sys.stdout.write(json.dumps(asked.site) + "\n")
    else:
        sys.stdout.writelines(json.dumps(line) + "\n" for line in asked.lines())

"""`python -m tests.faults --profile NAME`: break things on purpose, then look at every invariant.

A profile is a module of this package with `arguments(parser)`, which adds its own options, and `run(options)`, which
returns a report: {"faults": how many, "violations": [sentence, …], …}. What each profile found last stands in
faults.json; a violation ends the command with 1.
"""

import argparse
import importlib
import json
import sys
import time
from pathlib import Path
from types import ModuleType

PROFILES = {"crashes": "tests.faults.crashes.profile", "processes": "tests.faults.nemesis.profile"}
"""Profile → its module, imported only when it is asked for."""


def main() -> None:
    first = argparse.ArgumentParser(description=__doc__, add_help=False)
    first.add_argument("--profile", choices=sorted(PROFILES), required=True)
    chosen, _ = first.parse_known_args()
    profile: ModuleType = importlib.import_module(PROFILES[chosen.profile])
    parser = argparse.ArgumentParser(prog="python -m tests.faults", parents=[first])
    parser.add_argument("--json", type=Path, default=Path("faults.json"), help="where the counts go")
    profile.arguments(parser)
    options = parser.parse_args()
    began = time.monotonic()
    report = profile.run(options)
    report["took_seconds"] = round(time.monotonic() - began)
    write(options.json, options.profile, report)
    sys.exit(1 if report["violations"] else 0)


def write(path: Path, profile: str, report: dict[str, object]) -> None:
    """Put this profile's report in the place of its last one; the others stay."""
    reports = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps({**reports, profile: report}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

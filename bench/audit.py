"""How long `pipeline audit --on host` takes and what memory its largest process needs, against sources of its own.

    uv run python bench/audit.py FOLDER [--spa]

FOLDER is an application in a git repository; --spa leaves its .NET half out. npm, .NET and Trivy have to be on PATH.
The registry, the package source and the database are the tests' own, on loopback: what is measured is the work of
the scanners and of this pipeline, not a network. "Cold" has an empty cache of packages, "warm" the one that it left.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.apps import App
from tests.security.audit_call import audit

SPA = "dotnet:\n  enabled: false\n"


def main() -> None:
    """Print one row for each run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--spa", action="store_true", help="the SPA alone")
    words = parser.parse_args()
    app, settings = App(words.folder.resolve()), SPA if words.spa else ""
    print("| run | verdict | time | largest process |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as work:
        packages = {"NUGET_PACKAGES": str(Path(work, "packages"))}
        for name in ("cold", "warm"):
            began = time.monotonic()
            done = audit(app, Path(work, name), settings=settings, env=packages)
            took = time.monotonic() - began
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(f"| {name} | {done.report.verdict.name} | {took:.1f} s | {peak:.0f} MB |")


if __name__ == "__main__":
    main()

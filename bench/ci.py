"""How long `dagger call ci` takes on examples/incidents, beside an empty module and a hand-written Dockerfile.

usage: PIPELINE_NUGET_FEED=DIR python bench/ci.py [FILE]     (FILE: also write the table there)

Needs a Dagger engine and nothing else that works on it. Runs about 15 minutes on two cores. Each edit is new, so
nothing of it is in any cache; "cold" runs every step again, with the images and the module already loaded.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

ROOT = Path(__file__).parents[1]
SECONDS = 900
# The Dockerfile does not scan either.
NO_SCANS = ROOT / "tests" / "no-scans.yaml"
ROUNDS = 5
EDITS = 3
NOT_SOURCE = shutil.ignore_patterns("bin", "obj", "node_modules", "dist", "coverage", "TestResults")
TSX = "src/Incidents.Web/ClientApp/src/components/Badges.tsx"
CSHARP = "src/Incidents.Domain/StatusRules.cs"


def timed(command: list[str], folder: Path) -> float:
    began = time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
    took = time.monotonic() - began
    if done.returncode:
        sys.exit(f"{' '.join(command)}\nended with {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return took


class Bench:
    """An application of its own, in the form that the Dockerfile wants: app/ and feed/."""

    def __init__(self, folder: Path, feed: str) -> None:
        self.context = folder
        self.app = folder / "app"
        self.feed = feed
        shutil.copytree(ROOT / "examples" / "incidents", self.app, ignore=NOT_SOURCE)
        shutil.copytree(feed, folder / "feed")
        shutil.copy(ROOT / "bench" / "Dockerfile", folder)
        subprocess.run(["git", "init", "-q", str(self.app)], check=True)

    def call(self, *words: str) -> float:
        return timed(["dagger", "--progress=plain", "-m", str(ROOT), "call", *words], self.app)

    def nothing(self, function: str) -> float:
        module = str(ROOT / "bench" / "empty")
        return timed(["dagger", "--progress=plain", "-m", module, "call", function], self.app)

    def ci(self, *flags: str) -> float:
        return self.call(f"--nuget-feed={self.feed}", f"--settings={NO_SCANS}", *flags, "ci")

    def plan(self) -> float:
        return timed([sys.executable, "-m", "pipeline.cli", "plan", str(self.app)], ROOT)

    def docker(self) -> float:
        words = ["host", "directory", "--path=.", "docker-build", "sync"]
        return timed(["dagger", "--progress=plain", "core", *words], self.context)

    def edit(self, path: str) -> None:
        with (self.app / path).open("a", encoding="utf-8") as text:
            text.write(f"\n// {uuid.uuid4()}\n")

    def chill(self) -> None:
        """Change what every layer of the Dockerfile starts from; `ci` has --fresh for that."""
        file = self.context / "Dockerfile"
        text = file.read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if not line.startswith("ENV CHILL=")]
        chilled = [
            new
            for line in lines
            for new in ((line, f"ENV CHILL={uuid.uuid4()}") if line.startswith("WORKDIR /s") else (line,))
        ]
        file.write_text("\n".join(chilled) + "\n", encoding="utf-8")


def measure(bench: Bench) -> str:
    bench.ci()  # images, module and packages are on the engine after this
    bench.docker()
    bench.nothing("cached")
    # In turn, so that a slow moment of the machine hits all of them.
    rounds = [
        (bench.nothing("cached"), bench.nothing("nothing"), bench.call("plan"), bench.ci(), bench.docker())
        for _ in range(ROUNDS)
    ]
    *others, noop, layers = (statistics.median(column) for column in zip(*rounds, strict=True))
    rows = [("no-op", noop, layers)]
    for name, path in (("one-line TSX edit", TSX), ("one-line C# edit", CSHARP)):
        pairs = []
        for _ in range(EDITS):
            bench.edit(path)
            pairs.append((bench.ci(), bench.docker()))
        rows.append((name, *(statistics.median(column) for column in zip(*pairs, strict=True))))
    bench.chill()
    rows.append(("cold", bench.ci("--fresh"), bench.docker()))
    plan = statistics.median(bench.plan() for _ in range(ROUNDS))
    return table(rows, others, plan)


CALLS = (
    "`dagger call cached` of an empty module, answered from the cache",
    "`dagger call nothing` of an empty module, never cached",
    "`dagger call plan`, the cheapest function of this one",
)


def table(rows: list[tuple[str, float, float]], others: list[float], plan: float) -> str:
    calls = zip(CALLS, others, strict=True)
    lines = [
        "| examples/incidents | `dagger call ci` | Dockerfile | ratio |",
        "|---|---|---|---|",
        *(f"| {name} | {ours:.1f} s | {theirs:.1f} s | {ours / theirs:.2f} |" for name, ours, theirs in rows),
        "",
        "| | time | no-op `ci` is |",
        "|---|---|---|",
        *(f"| {name} | {took:.1f} s | {rows[0][1] / took:.2f} x |" for name, took in calls),
        f"| `pipeline plan` on the host | {plan:.2f} s | |",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    feed = os.environ.get("PIPELINE_NUGET_FEED")
    if not feed:
        sys.exit("PIPELINE_NUGET_FEED must name a folder of NuGet packages")
    with tempfile.TemporaryDirectory() as folder:
        text = measure(Bench(Path(folder, "bench"), feed))
    print(text, end="")
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(
            f"# Benchmarks\n\nMedians: no-op of {ROUNDS}, edits of {EDITS}, cold once; all in turn in one run on "
            f"{os.cpu_count()} cores. `python bench/ci.py FILE` measures again.\n\n{text}",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()

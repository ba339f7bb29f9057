"""Which known traps of a corpus of real repositories are told as remarks.

    uv run python bench/remarks.py --corpus corpus.json --folder CHECKOUTS [--markdown FILE]

The corpus names the traps of each repository in words; a trap is told when a remark of one of its kinds is there.
CHECKOUTS holds one folder for each repository, `owner+name`, with the tree of the commit that the corpus names.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from datetime import date
from pathlib import Path

from pipeline.errors import PipelineError
from pipeline.load import look

DAY = date(2026, 11, 23)

# Words of the corpus for what breaks or misleads; layouts and choices are facts and no traps.
KINDS = {
    "no-tests": ("R102",),
    "tests-not-in-sln": ("R103",),
    "dead-test-project": ("R103", "R113", "R143"),
    "projectref-missing": ("R107",),
    "sln-broken-on-linux": ("R107",),
    "pm-conflict": ("R111", "R217"),
    "eol-tfm": ("R114",),
    "webproj-ref-not-in-sln": ("R116", "R143"),
    "project-not-in-sln": ("R143",),
    "nuget-machine-path": ("R123",),
    "nuget-windows-path-source": ("R123",),
    "hintpath-to-home": ("R123",),
    "build-runs-js": ("R126",),
    "publish-runs-js": ("R127",),
    "build-writes-source-tree": ("R128",),
    "floating-package-version": ("R134",),
    "empty-test-project": ("R135",),
    "global-json-exact": ("R136",),
    "case-collision": ("R137",),
    "two-csproj-one-folder": ("R138",),
    "scripts-masked-with-or-true": ("R101",),
    "js-test-runner-missing": ("R202",),
    "eslint-config-mismatch": ("R204",),
    "no-node-hint": ("R208",),
    "npm-install-flags": ("R211", "R212"),
    "windows-only-script": ("R140", "R213"),
    "fe-committed-output": ("R214",),
    "dockerfile-stale": ("R301", "R302", "R306"),
    "dockerfile-needs-prebuilt": ("R307",),
    "dockerfile-without-frontend": ("R318",),
    "fly-image": ("R407",),
    "deploys-from-pull-request": ("R514",),
    "prod-reseed": ("R603",),
    "case-sensitive-appsettings": ("R606",),
    "health-too-shallow": ("R607",),
}


def main() -> int:
    """Print the table; 1 when nothing could be scored."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, help="the file with the traps")
    parser.add_argument("--folder", type=Path, required=True, help="the folder with the checkouts")
    parser.add_argument("--markdown", type=Path, help="write the table there")
    words = parser.parse_args()
    entries = json.loads(words.corpus.read_text("utf-8"))
    there = [one for one in entries if (words.folder / one["repo"].replace("/", "+")).is_dir()]
    if len(there) < len(entries):
        print(f"absent: {', '.join(one['repo'] for one in entries if one not in there)}")
    told, missed, count, seconds = _score(there, words.folder)
    text = _table(told, missed, f"{count} remarks on {len(there)} repositories, {seconds:.1f} s.")
    print(text)
    if words.markdown:
        words.markdown.write_text(text, encoding="utf-8")
    return 0 if told else 1


def _score(entries: list[dict], folder: Path) -> tuple[Counter[str], dict[str, list[str]], int, float]:
    told: Counter[str] = Counter()
    missed: dict[str, list[str]] = {}
    count, seconds = 0, 0.0
    for entry in entries:
        began = time.perf_counter()
        try:
            remarks = look(folder / entry["repo"].replace("/", "+"), today=DAY)[0].app.remarks
        except PipelineError as error:
            print(f"{entry['repo']}: {error}")
            remarks = ()
        seconds += time.perf_counter() - began
        count += len(remarks)
        ids = {remark.id for remark in remarks}
        for trap in KINDS.keys() & set(entry["extra"]["traps"]):
            if ids & set(KINDS[trap]):
                told[trap] += 1
            else:
                missed.setdefault(trap, []).append(entry["repo"])
    return told, missed, count, seconds


def _table(told: Counter[str], missed: dict[str, list[str]], last: str) -> str:
    lines = ["| trap | kinds | told | not told |", "|---|---|---|---|"]
    for trap, kinds in KINDS.items():
        left = missed.get(trap, [])
        if told[trap] or left:
            lines.append(f"| {trap} | {', '.join(kinds)} | {told[trap]} | {len(left) or ''} {', '.join(left)} |")
    left = sum(map(len, missed.values()))
    lines += [f"| all | | {told.total()} | {left} |", "", last]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())

"""Scores discovery on a corpus of real repositories: right, asked, silently wrong.

    uv run python bench/corpus.py --corpus corpus.json --folder CHECKOUTS [--markdown FILE] [--verbose] [--only NAME]

CHECKOUTS holds one folder for each repository, `owner+name`, with the tree of the commit that the corpus names.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from corpus_rows import Outcome, Row, rows

from pipeline.errors import PipelineError
from pipeline.load import look

GOAL_RIGHT = 0.95
GOAL_WRONG = 0.01

PACKAGE = Path(__file__).parents[1] / "pipeline/app"
# Shorter names, and these, are words that code of any kind has.
SHORTEST = 7
COMMON = frozenset({"startup", "restore", "unittests", "architecture", "integrationtests", "functionaltests"})

# Wrong here, everything after it is wrong too.
KEY = ("solution", "web_project", "frontend_dir", "package_manager")


def main() -> int:
    """Print the table; 1 when a goal is missed or nothing could be scored."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, help="the file with the expected facts")
    parser.add_argument("--folder", type=Path, required=True, help="the folder with the checkouts")
    parser.add_argument("--markdown", type=Path, help="write the tables there")
    parser.add_argument("--verbose", action="store_true", help="print every row that is not right")
    parser.add_argument("--only", default="", help="repositories whose name holds this")
    words = parser.parse_args()
    entries = [one for one in json.loads(words.corpus.read_text("utf-8")) if words.only in one["repo"]]
    scored, absent, seconds = _score(entries, words.folder)
    if absent:
        print(f"absent ({len(absent)} of {len(entries)}): {', '.join(absent)}")
    if words.verbose:
        _print_misses(scored)
    text = _tables(scored, len(entries) - len(absent), seconds)
    print(text)
    if words.markdown:
        words.markdown.write_text(text, encoding="utf-8")
    learnt = _learnt_by_heart(entries)
    for line in learnt:
        print(f"a rule that knows the corpus: {line}")
    return 0 if scored and _reaches(scored) and not learnt else 1


def _score(entries: list[dict[str, Any]], folder: Path) -> tuple[dict[str, list[Row]], list[str], float]:
    scored: dict[str, list[Row]] = {}
    absent: list[str] = []
    seconds = 0.0
    for entry in entries:
        place = folder / entry["repo"].replace("/", "+")
        if not place.is_dir():
            absent.append(entry["repo"])
            continue
        began = time.perf_counter()
        try:
            facts = {fact.name: fact for fact in look(place)[0].app.facts}
        except PipelineError as error:
            print(f"{entry['repo']}: {error}")
            facts = {}
        seconds += time.perf_counter() - began
        scored[entry["repo"]] = rows(entry, facts)
    return scored, absent, seconds


def _learnt_by_heart(entries: list[dict[str, Any]]) -> list[str]:
    """Return the places of the package that name a repository of the corpus, or a path in one."""
    words: dict[str, str] = {}
    for entry in entries:
        owner, _, name = entry["repo"].partition("/")
        paths = [entry["facts"]["web_project"], entry["facts"]["solution"], *entry["facts"]["test_projects"]]
        stems = {Path(path).stem for path in paths if path}
        words |= {word.lower(): entry["repo"] for word in {owner, name, *stems} if len(word) >= SHORTEST}
    found = []
    for file in sorted(PACKAGE.rglob("*.py")):
        text = file.read_text("utf-8").lower()
        hits = {word for word in words if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text)} - COMMON
        found += [f"{file.relative_to(PACKAGE.parent)} has {word} of {words[word]}" for word in sorted(hits)]
    return found


def _print_misses(scored: dict[str, list[Row]]) -> None:
    for repo, found in scored.items():
        for row in found:
            if row.outcome is not Outcome.RIGHT:
                print(
                    f"{row.outcome.value:<15} {repo}  {row.name}\n    expected {row.expected}\n    found    {row.found}"
                )


def _tables(scored: dict[str, list[Row]], count: int, seconds: float) -> str:
    every = [row for found in scored.values() for row in found]
    lines = ["| fact | right | asked | silently wrong |", "|---|---|---|---|"]
    names = dict.fromkeys(row.name for row in every)
    lines += [_line(f"`{name}`", [row for row in every if row.name == name]) for name in names]
    lines.append(_line("**all**", every))
    share = Counter(row.outcome for row in every)
    total = max(len(every), 1)
    shares = ", ".join(f"{100 * share[outcome] / total:.1f} % {outcome.value}" for outcome in Outcome)
    return "\n".join([*lines, "", f"{count} repositories, {len(every)} facts: {shares}; {seconds:.1f} s.", ""])


def _line(name: str, found: list[Row]) -> str:
    counts = Counter(row.outcome for row in found)
    return f"| {name} | {counts[Outcome.RIGHT]} | {counts[Outcome.ASKED]} | {counts[Outcome.WRONG]} |"


def _reaches(scored: dict[str, list[Row]]) -> bool:
    every = [row for found in scored.values() for row in found]
    counts = Counter(row.outcome for row in every)
    key = [row for row in every if row.name in KEY and row.outcome is Outcome.WRONG]
    right, wrong = (counts[outcome] / len(every) for outcome in (Outcome.RIGHT, Outcome.WRONG))
    return right >= GOAL_RIGHT and wrong <= GOAL_WRONG and not key


if __name__ == "__main__":
    sys.exit(main())

"""Asks `init` about real repositories, and whether the plan is complete with what it drafts.

    uv run python bench/init.py --folder CHECKOUTS

CHECKOUTS holds one folder for each repository, as bench/corpus.py wants them. Each open question is answered with its
first candidate, as a stranger would who tries; nothing is written.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from pipeline.errors import PipelineError
from pipeline.load import Choices, load
from pipeline.run.survey import survey
from pipeline.scaffold.settings import overlay


def main() -> int:
    """Print a line for each repository and the sums; 1 when none is there or one ends in a crash."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="the folder with the checkouts")
    folders = sorted(path for path in parser.parse_args().folder.iterdir() if path.is_dir())
    ends: Counter[str] = Counter()
    for folder in folders:
        end, asked = _try(folder)
        ends[end] += 1
        print(f"{folder.name:<50} {end:<30} {', '.join(asked)}")
    for end, count in ends.most_common():
        print(f"{count:>4}  {end}")
    return 0 if folders and "P700" not in ends else 1


def _try(folder: Path) -> tuple[str, list[str]]:
    try:
        found = survey(folder, {})
        asked = [f"{question.key} ({len(question.answers)})" for question in found.questions]
        answers = tuple((f"answer {n}", overlay(*q.answers[0])) for n, q in enumerate(found.questions))
        load(folder, Choices(overlays=answers))
    except PipelineError as error:
        return f"{error.kind.id} {error.kind.title}", []
    except Exception as error:  # noqa: BLE001  # one repository must not hide the others
        print(f"{folder.name}: {type(error).__name__}: {error}", file=sys.stderr)
        return "P700", []
    return "complete after answers" if asked else "complete without settings", asked


if __name__ == "__main__":
    sys.exit(main())

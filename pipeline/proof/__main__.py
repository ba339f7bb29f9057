"""usage: unshare --mount python3 -m pipeline.proof ARCHIVE ROOT EXPECTED REPORT LOG.

Starts the image as a platform would and asks it what its users would. ARCHIVE is the image as an OCI archive, ROOT its
unpacked files, EXPECTED a JSON object. REPORT lists every check, and the judge decides; LOG holds the program's words.
"""

from __future__ import annotations

import json
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.proof import files
from pipeline.proof.expected import Expected, Failed
from pipeline.proof.program import Program, close
from pipeline.proof.questions import QUESTIONS, answer

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION = 1


class Checks:
    """What was looked at so far, in order."""

    def __init__(self) -> None:
        self.done: list[dict[str, Any]] = []

    def __call__(self, name: str, look: Callable[[], str]) -> bool:
        """Look, tell it, and return whether it is as it should be."""
        began = time.monotonic()
        try:
            ok, said = True, look()
        except Failed as failed:
            ok, said = False, str(failed)
        self.done.append({"name": name, "ok": ok, "said": said, "seconds": round(time.monotonic() - began, 2)})
        print(f"{'ok' if ok else 'FAILED':<7} {name:<16} {said}", flush=True)
        return ok


def prove(image: files.Image, program: Program, check: Checks) -> None:
    """Look at the image, start it, ask it and end it; without a user or a command there is nothing to start."""
    expected = program.expected
    known = check("user", lambda: files.user(image))
    known = check("command", lambda: files.command(image)) and known
    check("platform", lambda: files.platform(image, expected))
    check("size", lambda: files.size(image, expected))
    if not known:
        return
    check("contents", lambda: files.contents(image, expected))
    close(image, expected.volumes)
    if expected.release_command and not check("release command", program.release):
        return
    if not check("start", program.start):
        return
    asked = [(name, ask) for name, key, ask in QUESTIONS if getattr(expected, key)] or [("answer", answer)]
    for name, ask in asked:
        check(name, partial(ask, program))
    check("stop", program.stop)


def main(archive: str, root: str, expectations: str, report: str, log: str) -> None:
    """Write the report, whatever happens."""
    expected = Expected(**json.loads(Path(expectations).read_text(encoding="utf-8")))
    Path(log).write_bytes(b"")
    image = files.Image(Path(archive), Path(root))
    program, check, problem = Program(image, expected, Path(log)), Checks(), ""
    try:
        prove(image, program, check)
    except OSError as error:
        problem = str(error)
    finally:
        program.kill()
    found = {"version": VERSION, "checks": check.done, "bytes": sum(image.layers), "problem": problem}
    Path(report).write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The host facade: `pipeline VERB …`. Parses, runs the verb, and turns every end into an exit code."""

from __future__ import annotations

import argparse
import errno
import importlib
import signal
import sys
import textwrap
import traceback
from contextlib import suppress
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from pipeline import errors
from pipeline.errors import ExitCode, PipelineError
from pipeline.verbs import VERBS, output
from pipeline.verbs.about import ABOUT, START, epilog

if TYPE_CHECKING:
    from collections.abc import Sequence

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code (see errors.ExitCode)."""
    # A cancelled CI job is told by SIGTERM, a closed terminal by SIGHUP; a shell's `&` makes us ignore SIGINT.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: signal.raise_signal(signal.SIGINT))
    with output.guarded():
        return _run(sys.argv[1:] if words is None else words)


def _run(words: Sequence[str]) -> int:
    try:
        if not words:
            _parser(words)[1].print_help(sys.stderr)
            return int(ExitCode.CONFIG)
        verb, arguments = _parsed(words)
        end = int(verb.run(arguments))
        sys.stdout.flush()
    except PipelineError as error:
        _tell(error, words)
        return int(error.exit_code)
    except KeyboardInterrupt:
        print("interrupted; every process it started was ended", file=sys.stderr)
        return int(ExitCode.INTERRUPTED)
    except Exception as error:  # noqa: BLE001  # the one place where our own bugs end
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            what = ": ".join(str(word) for word in (error.filename, error.strerror) if word)
            _tell(PipelineError(errors.DISK_FULL, what), words)
            return int(ExitCode.INFRA)
        lines = traceback.format_exc().splitlines()
        bug = PipelineError(
            errors.INTERNAL, f"pipeline {version('pipeline')}, Python {sys.version.split()[0]}", tuple(lines)
        )
        _tell(bug, words)
        return int(ExitCode.BUG)
    return end


def _tell(error: PipelineError, words: Sequence[str]) -> None:
    """Print an error for people; who asked for JSON gets it on standard output too."""
    # Where nothing can be written any more, the exit code says it.
    with suppress(OSError):
        output.say(f"{error}\n", sys.stderr)
    if "--json" in words:
        with suppress(OSError):
            output.say_json(f"{error.as_json()}\n")


def _parsed(words: Sequence[str]) -> tuple[Any, argparse.Namespace]:
    module, parser = _parser(words)
    return module, parser.parse_args(words)


def _parser(words: Sequence[str]) -> tuple[Any, argparse.ArgumentParser]:
    """Return the verb's module and the parser of its arguments; no other verb is imported."""
    parser = argparse.ArgumentParser(
        prog="pipeline",
        description="Builds, tests and proves an ASP.NET Core + React application.",
        epilog=epilog(START),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=version("pipeline"))
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    chosen, module = next((word for word in words if not word.startswith("-")), ""), None
    for name, does in VERBS.items():
        about = ABOUT[name]
        verb = verbs.add_parser(
            name,
            help=does,
            description=textwrap.fill(about.text, 80),
            epilog=epilog(about.examples),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if name == chosen:
            module = importlib.import_module(f"pipeline.verbs.{name}")
            module.arguments(verb)
    return module, parser


if __name__ == "__main__":
    sys.exit(main())

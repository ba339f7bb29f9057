"""What several verbs share: the application's arguments and how it is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.load import Choices, load

if TYPE_CHECKING:
    import argparse

    from pipeline.load import Loaded


def argument_folder(parser: argparse.ArgumentParser) -> None:
    """Add the folder that every verb works on."""
    parser.add_argument("folder", nargs="?", default=".", type=Path, help="the application's folder (default: here)")


def arguments_of_settings(parser: argparse.ArgumentParser) -> None:
    """Add the folder and what decides which settings hold there."""
    argument_folder(parser)
    parser.add_argument("--settings", type=Path, metavar="FILE", help="YAML that wins over pipeline.yaml")
    parser.add_argument("--environment", default="", metavar="NAME", help="the entry of `environments` that holds")
    parser.add_argument("--app", default="", metavar="NAME", help="one of `apps` alone")


def arguments_of_application(parser: argparse.ArgumentParser) -> None:
    """Add what every verb on an application understands."""
    arguments_of_settings(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--nuget-feed", type=Path, metavar="DIR", help="folder of NuGet packages that replaces every source"
    )


def load_application(arguments: argparse.Namespace) -> Loaded:
    """Read and plan the application that the arguments name."""
    return load(arguments.folder, choices(arguments), feed=arguments.nuget_feed is not None)


def choices(arguments: argparse.Namespace) -> Choices:
    """Return what the arguments say about settings."""
    overlays = ((str(arguments.settings), _read(arguments.settings)),) if arguments.settings else ()
    return Choices(overlays=overlays, environment=arguments.environment, app=arguments.app)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PipelineError(errors.UNREADABLE, f"{path}: {error}") from None

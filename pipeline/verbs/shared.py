"""What several verbs share: the application's arguments and how it is loaded."""

from __future__ import annotations

import argparse
import re
import stat
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.load import Choices, load
from pipeline.parse.feeds import read as read_feeds
from pipeline.plan import audits
from pipeline.plan.steps import audit_packages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.load import Loaded
    from pipeline.plan.model import Plan


# The longest list that is given, EPSS, has some ten.
MAX_BYTES = 100_000_000


def argument_folder(parser: argparse.ArgumentParser) -> None:
    """Add the folder that every verb works on."""
    parser.add_argument("folder", nargs="?", default=".", type=Path, help="the application's folder (default: here)")


def arguments_of_settings(parser: argparse.ArgumentParser) -> None:
    """Add the folder and what decides which settings hold there."""
    argument_folder(parser)
    arguments_of_overlays(parser)


def arguments_of_overlays(parser: argparse.ArgumentParser) -> None:
    """Add what wins over the settings of the repository."""
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


def argument_token(parser: argparse.ArgumentParser) -> None:
    """Add the token of the package source, as `dagger call` takes it."""
    parser.add_argument(
        "--nuget-token", type=_variable, metavar="env://NAME", help="variable that holds the secret `nuget.secret`"
    )


def argument_of_registry(parser: argparse.ArgumentParser) -> None:
    """Add the token of the registry, as `dagger call` takes it."""
    parser.add_argument(
        "--registry-token", type=_variable, metavar="env://NAME", help="variable that holds the secret `publish.secret`"
    )


def argument_of_signing(parser: argparse.ArgumentParser) -> None:
    """Add the key that signs, as `dagger call` takes it."""
    parser.add_argument(
        "--signing-key", type=_variable, metavar="env://NAME", help="variable that holds `publish.signing_secret`"
    )


def _variable(text: str) -> str:
    found = re.fullmatch(r"env://([A-Za-z_][A-Za-z0-9_]*)", text)
    if not found:
        # A token itself, given by mistake, is not repeated.
        message = "expected env:// and the name of a variable"
        raise argparse.ArgumentTypeError(message)
    return found[1]


def given(name: str | None, env: Mapping[str, str]) -> str | None:
    """Return the secret that a flag names a variable for.

    Raises:
        PipelineError: P112, there is no such variable.

    """
    if name and name not in env:
        raise PipelineError(errors.SECRET_MISSING, f"env://{name}: there is no such variable")
    return env[name] if name else None


def arguments_of_audit(parser: argparse.ArgumentParser) -> None:
    """Add what the security scans understand."""
    parser.add_argument("--trivy-db", type=Path, metavar="DIR", help="folder with trivy.db instead of a download")
    parser.add_argument("--kev", type=Path, metavar="FILE", help="CISA's list of known exploited vulnerabilities, JSON")
    parser.add_argument("--epss", type=Path, metavar="FILE", help="FIRST's EPSS scores, CSV")


def load_application(arguments: argparse.Namespace, *, scans: bool = False) -> Loaded:
    """Read and plan the application that the arguments name, with the security scans where they are wanted."""
    database = _of(arguments, "trivy_db")
    for flag, folder in (("--nuget-feed", arguments.nuget_feed), ("--trivy-db", database)):
        if folder and not folder.is_dir():
            raise PipelineError(errors.UNREADABLE, f"{flag} {folder}: no such folder")
    if database and (lacking := audit_packages.lacking(path.name for path in database.iterdir() if path.is_file())):
        raise PipelineError(errors.UNREADABLE, f"--trivy-db {database}: {lacking}")
    kev, epss = (read(path) if path else "" for path in (_of(arguments, "kev"), _of(arguments, "epss")))
    feeds, feed = read_feeds(kev, epss), arguments.nuget_feed is not None
    loaded = load(arguments.folder, choices(arguments), feed=feed, scans=scans, database=database is not None)
    return replace(loaded, feeds=feeds)


def public_key(folder: Path, name: str) -> tuple[str, str] | None:
    """Return the key that has to have signed an image, and where it stands.

    Raises:
        PipelineError: P108, it cannot be read.

    """
    return (read(folder / name, f"publish.public_key: {name}"), name) if name else None


def plan_there(plan: Plan, runner: str) -> Plan:
    """Return the part of a plan that a runner has a place for; what it leaves out is named in it."""
    return plan if runner == "dagger" else audits.without_containers(plan)


def _of(arguments: argparse.Namespace, name: str) -> Path | None:
    """Return a path that not every verb knows."""
    return getattr(arguments, name, None)


def choices(arguments: argparse.Namespace) -> Choices:
    """Return what the arguments say about settings."""
    overlays = ((str(arguments.settings), read(arguments.settings)),) if arguments.settings else ()
    return Choices(overlays=overlays, environment=arguments.environment, app=arguments.app)


def read(path: Path, shown: str = "") -> str:
    """Return the text of a file that the caller names, as `shown`.

    Raises:
        PipelineError: P108, it is none, or too much: a pipe would be waited for, and a device has no end.

    """
    shown = shown or str(path)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise PipelineError(errors.UNREADABLE, f"{shown}: not a regular file")
        if status.st_size > MAX_BYTES:
            raise PipelineError(errors.UNREADABLE, f"{shown}: larger than {MAX_BYTES // 1_000_000} MB")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise PipelineError(errors.UNREADABLE, f"{shown}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise PipelineError(errors.UNREADABLE, f"{shown}: is not UTF-8") from None

"""`pipeline init`: what a repository needs to be run by CI, shown as a difference first."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import ExitCode, PipelineError
from pipeline.read import tools
from pipeline.render import init_text
from pipeline.run import repository
from pipeline.run.survey import survey
from pipeline.scaffold import github, gitlab, settings
from pipeline.scaffold.compare import compare, is_stamped
from pipeline.scaffold.deployed import deployed
from pipeline.scaffold.make import make
from pipeline.scaffold.model import Question, Repository
from pipeline.settings.files import SETTINGS
from pipeline.verbs import output, shared

if TYPE_CHECKING:
    from pipeline.run.repository import Place
    from pipeline.run.survey import Survey
    from pipeline.scaffold.compare import Change

# What stands in a difference where nobody said it yet.
UNKNOWN = "github.com/OWNER/pipeline@TAG"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `init` understands."""
    shared.argument_folder(parser)
    parser.add_argument("--write", action="store_true", help="write the files; without it they are shown, or asked for")
    parser.add_argument("--force", action="store_true", help="with --write: overwrite files that were changed by hand")
    parser.add_argument("--gitlab", action="store_true", help="a GitLab pipeline too")
    parser.add_argument(
        "--github",
        action=argparse.BooleanOptionalAction,
        help="the GitHub workflow and Dependabot; without them where a GitLab pipeline of init stands alone",
    )
    parser.add_argument(
        "--deploy",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="the workflows that release, where something is released to Fly.io",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        type=_pair,
        metavar="KEY=VALUE",
        help="answer a question, for example dotnet.web=src/Shop/Shop.csproj",
    )
    parser.add_argument(
        "--module", default="", metavar="REF", help="where CI loads the pipeline from, with its version"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(words: argparse.Namespace) -> ExitCode:
    """Show what differs and write it when told to; anything that still differs is red."""
    found = survey(words.folder, dict(words.set))
    place = repository.locate(words.folder)
    wanted, missing = _repository(words, found, place)
    open_ones = tuple(question for question in wanted.questions if not question.answer)
    scaffold = make(wanted)
    changes = compare(scaffold, repository.texts(place.root, [file.path for file in scaffold.files]))
    unkept, lacking = _unkept(words, found), _lacking(wanted)
    notes = (*scaffold.notes, *_to_write(unkept, lacking), *_stops(found), *missing)
    if not words.json:
        output.say(init_text.text(changes, open_ones, notes), fitted=False)
    # A file that loads its pipeline from nowhere is shown, never written.
    written = () if missing else _written(changes, words, place)
    if words.json:
        output.say_json(init_text.as_json(changes, open_ones, notes, written))
    if open_ones or (unkept and words.write):
        return ExitCode.CONFIG
    drift = any(change.is_drift and change.path not in written for change in changes)
    return ExitCode.RED if drift or unkept or lacking else ExitCode.GREEN


def _repository(words: argparse.Namespace, found: Survey, place: Place) -> tuple[Repository, list[str]]:
    """Return what is written about, and what keeps it from being written."""
    wanted = Repository(
        apps=found.apps,
        files=found.files,
        module=UNKNOWN,
        source=place.source,
        branches=place.branches,
        default=place.default,
        questions=found.questions,
        stops=found.stop is not None,
        services=tuple(service.name for held in found.settings for service in held.services),
        secret=found.settings[0].nuget.secret,
        images=tuple(tools.images().items()),
    )
    workflow = github.path(wanted)
    there = repository.texts(place.root, [workflow, gitlab.PATH])
    ours = is_stamped(there.get(gitlab.PATH, ""))
    # Once written they are checked like the others, asked for or not; what was left out stays out.
    alone = ours and workflow not in there and not words.gitlab
    github_too = not alone if words.github is None else words.github
    wanted = replace(wanted, github=github_too, gitlab=words.gitlab or ours)
    wanted = deployed(wanted, found.sites, place.remote) if words.deploy else wanted
    try:
        return replace(wanted, module=repository.module_reference(words.module, there.values())), []
    except PipelineError as error:
        if words.write or words.module:
            raise
        note = f"before --write say where CI loads the pipeline from: {error.kind.id} {error.what}; {error.kind.todo}"
        return wanted, [note]


def _unkept(words: argparse.Namespace, found: Survey) -> tuple[Question, ...]:
    """Return the answers that are lost because the file that would keep them is the user's."""
    answers = tuple(Question(key=key, answer=value) for key, value in words.set if key in found.unsaid)
    return answers if SETTINGS in found.files else ()


def _lacking(wanted: Repository) -> tuple[Question, ...]:
    """Return what the settings have to say for the workflows that release, where they are the user's."""
    proposed = tuple(question for question in wanted.proposals if question.answer)
    return proposed if SETTINGS in wanted.files else ()


def _to_write(unkept: tuple[Question, ...], lacking: tuple[Question, ...]) -> list[str]:
    """Tell what the user has to write into his file: one text, since no section may stand in it twice."""
    if not unkept and not lacking:
        return []
    purposes = (("to keep the answer", unkept), ("to deploy", lacking))
    purpose = " and ".join(text for text, questions in purposes if questions)
    known = {question.key: question for question in (*lacking, *unkept)}
    where = "(what stands below a section that it has belongs into that one)"
    lines = settings.answers(tuple(known.values()))
    return [f"{SETTINGS} is yours and was not changed; {purpose} write there {where}:\n\n{lines}"]


def _stops(found: Survey) -> list[str]:
    """Tell what keeps `ci` from starting although it is no question; the files are right all the same."""
    if not found.stop or found.stop.kind is errors.AMBIGUOUS:
        return []
    return [f"`ci` will not start yet: {found.stop.kind.id} {found.stop.what}; {found.stop.kind.todo}"]


def _written(changes: tuple[Change, ...], words: argparse.Namespace, place: Place) -> tuple[str, ...]:
    wanted = [change for change in changes if change.is_written(force=words.force)]
    if not wanted or not (words.write or _agreed(len(wanted), words)):
        return ()
    repository.write(place.root, [(change.path, change.text) for change in wanted])
    for change in wanted:
        output.note(f"wrote {change.path}")
    return tuple(change.path for change in wanted)


def _agreed(count: int, words: argparse.Namespace) -> bool:
    """Ask a person; a script gets no question and no file."""
    if words.json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    try:
        return input(f"\nWrite {count} file{'s' if count > 1 else ''}? [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        return False


def _pair(text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not sign:
        message = f"{text!r} is no KEY=VALUE"
        raise argparse.ArgumentTypeError(message)
    return key, value

"""What workflows and scripts do to Fly.io: which app, in which order, and what they deploy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.app.discover.remarks.commands import commands_of
from pipeline.app.discover.remarks.documents import Map, Seq, Text, mapping, text
from pipeline.app.discover.remarks.view import first_of, times
from pipeline.app.discover.remarks.workflows import events_of, is_shown, pushed_at
from pipeline.app.discover.tree import folder_of, join, name_of
from pipeline.app.remark_kinds import workflows as kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.app.discover.remarks.commands import Command
    from pipeline.app.discover.remarks.view import Job, View
    from pipeline.app.model import Remark

_DEPLOY = re.compile(r"\b(?:flyctl|fly)\s+deploy\b")
_FLY = re.compile(r"\b(?:flyctl|fly)\s+(?!postgres\b|pg\b|redis\b|mpg\b|ext\b|extensions\b)[a-z]")
_APP = re.compile(r"(?:\s-a|\s--app|\s-a=|\s--app=)\s*[\"']?([a-z0-9][a-z0-9-]*)(?![\w.$-])")
_CONFIG = re.compile(r"(?:\s-c|\s--config)[ =][\"']?([\w./-]+\.toml)")
_HOST = re.compile(r"https?://([a-z0-9][a-z0-9-]*)\.fly\.dev")
_VARIABLE = re.compile(r"\$?(?:FLY_)?APP(?:_?NAME)?\s*=\s*[\"']([a-z0-9][a-z0-9-]*)[\"']", re.IGNORECASE)
_CHECKED = re.compile(r"app = \\?[\"']([a-z0-9][a-z0-9-]*)\\?[\"']")
_SSH = re.compile(r"\b(?:flyctl|fly)\s+ssh\s+console\b.*?\s(?:-C|--command)[ =]([\"'])(.*?)\1")
_EXEC = re.compile(r"\b(?:docker[- ]compose|docker)\b.*\bexec\b.*\bdotnet(?:-| )ef\b")
_SECRETS = re.compile(r"\b(?:flyctl|fly)\s+secrets\s+(?:set|import)\b")
_SLEEP = re.compile(r"(?:^|\s)(?:sleep|Start-Sleep(?: -Seconds)?)\s+(\d+)\b")
_ASKS = re.compile(r"\b(?:curl|wget|Invoke-WebRequest|Invoke-RestMethod|http)\b")
_UPDATE = re.compile(r"\bdotnet(?:-| )ef\s+database\s+update\b|\befbundle\b")
_ADDRESS = re.compile(r"ConnectionStrings?(?:__|:)\w+[\"']?\s*[=:]\s*\\?[\"']?postgres(?:ql)?://", re.IGNORECASE)
_QUERY = re.compile(r"SELECT\s+'postgres(?:ql)?://", re.IGNORECASE)
_NAMED_ENVIRONMENT = re.compile(r"ASPNETCORE_ENVIRONMENT[=\s\"']+(\w+)")
_SQL = re.compile(r"[-_. ]migrations?\.sql$", re.IGNORECASE)
_LATER = 4
_LONG = 5
MOST = 100


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """One command or action that deploys, in its job; `app` is the name, or the configuration that holds it."""

    job: Job
    line: int
    words: str
    app: str
    config: str
    environment: str


def deployments(view: View) -> list[Deployment]:
    """Return every deployment of every job."""
    return view.once("deployments", _deployments)


def _deployments(view: View) -> list[Deployment]:
    found = []
    for job in view.jobs:
        for step in job.steps:
            run = text(step, "run")
            lines = [(one.line, one.text) for one in commands_of(run, job.workflow.path, run.line)]
            if "superfly/flyctl-actions" in text(step, "uses"):
                words = text(step, "with", "args")
                lines.append((words.line, f"flyctl {words}"))
            found += [_deployment(view, job, step, line, words) for line, words in lines if _DEPLOY.search(words)]
            if len(found) > MOST:
                # Each is held against every other one.
                return found[:MOST]
    return found


def _deployment(view: View, job: Job, step: Map, line: int, words: str) -> Deployment:
    named, config = _APP.search(words), _CONFIG.search(words)
    folder = str(text(step, "working-directory") or text(job.content, "defaults", "run", "working-directory") or ".")
    path = join(folder.removeprefix("./").rstrip("/") or ".", config[1].removeprefix("./") if config else "fly.toml")
    environment = text(job.content, "environment") or text(job.content, "environment", "name")
    said = _NAMED_ENVIRONMENT.search(words)
    return Deployment(
        job=job,
        line=line,
        words=words,
        app=named[1] if named else app_names(view).get(path, path),
        config=path,
        environment=str(environment or (said[1] if said else "")).lower(),
    )


def app_names(view: View) -> dict[str, str]:
    """Return the application of each fly.toml; examples are no configuration."""
    return view.once("fly apps", _app_names)


def _app_names(view: View) -> dict[str, str]:
    found = {}
    for path, content in view.texts(r"(?:.*/)?fly(?:\.[\w-]+)?\.toml"):
        said = re.search(r"(?m)^[ \t]*app\s*=\s*[\"']([^\"'\n]+)[\"']", content)
        if said and not re.search(r"\.(?:example|sample|template)\.toml$", path):
            found[path] = said[1]
    return found


def twice(view: View) -> Iterator[Remark]:
    """Find two workflows that deploy the same application on one event."""
    found = deployments(view)
    told = set()
    for number, one in enumerate(found):
        for other in found[number + 1 :]:
            pair = (one.job.workflow.path, other.job.workflow.path)
            same = one.app == other.app and pair[0] != pair[1] and pair not in told
            if same and (shared := _shared(one.job.workflow.root, other.job.workflow.root)):
                told.add(pair)
                message = f"deploys {one.app} on {shared}, and {pair[1]} does too"
                yield kinds.TWO_DEPLOYS.at(message, pair[0], one.line)


def _shared(one: Map, other: Map) -> str:
    for event in ("push", "pull_request", "release", "workflow_run", "schedule"):
        if event in events_of(one) & events_of(other):
            ours, theirs = _branches(one, event), _branches(other, event)
            both = ours & theirs if ours and theirs else ours | theirs or {"every branch"}
            if both:
                return f"{event} to {', '.join(sorted(both))}"
    return ""


def _branches(root: Map, event: str) -> set[str]:
    value = mapping(root, "on", event).get(Text("branches"))
    if isinstance(value, Text):
        return {str(value)}
    return {str(name) for name in value} if isinstance(value, Seq) else set()


def alone(view: View) -> Iterator[Remark]:
    """Find deployments that may run at the same time as the next one."""
    lines: list[tuple[str, int]] = []
    for one in deployments(view):
        grouped = "concurrency" in one.job.content or "concurrency" in one.job.workflow.root
        lines += [] if grouped else [(one.job.workflow.path, one.line)]
    for file, where in first_of(lines).items():
        message = f"deploys without a `concurrency` group{times(where)}"
        yield kinds.NO_CONCURRENCY.at(message, file, where[0])


def rebuilds(view: View) -> Iterator[Remark]:
    """Find deployments that build from source in a workflow that has just pushed an image."""
    lines = [
        (one.job.workflow.path, one.line)
        for one in deployments(view)
        if not re.search(r"\s(?:-i|--image)[ =]", one.words)
        and not re.search(r"(?m)^[ \t]*image\s*=", view.text(one.config))
        and any(pushed_at(job) for job in view.jobs_of(one.job.workflow))
    ]
    for file, where in first_of(lines).items():
        message = f"deploys without `--image` although this workflow pushes one{times(where)}"
        yield kinds.DEPLOY_REBUILDS.at(message, file, where[0])


def on_pull_request(view: View) -> Iterator[Remark]:
    """Find deployments that a pull request reaches."""
    for one in deployments(view):
        events = events_of(one.job.workflow.root)
        if events & {"pull_request", "pull_request_target"} and not _is_held(view, one.job):
            yield kinds.DEPLOY_ON_PULL_REQUEST.at("deploys on pull requests", one.job.workflow.path, one.line)


def _is_held(view: View, job: Job) -> bool:
    """Whether a condition stands before the job, before what it needs, or before a step."""
    by_id = {other.id: other for other in view.jobs_of(job.workflow)}
    seen: set[str] = set()
    waiting = [job.id]
    while waiting:
        one = by_id.get(waiting.pop())
        if one is None or one.id in seen:
            continue
        seen.add(one.id)
        if text(one.content, "if") or any(text(step, "if") for step in one.steps):
            return True
        value = one.content.get(Text("needs"))
        waiting += (
            [str(value)] if isinstance(value, Text) else [str(n) for n in value] if isinstance(value, Seq) else []
        )
    return False


def same_app(view: View) -> Iterator[Remark]:
    """Find environments that share one application, one remark a workflow."""
    by_app: dict[tuple[str, str], list[Deployment]] = {}
    for one in deployments(view):
        if one.environment:
            by_app.setdefault((one.job.workflow.path, one.app), []).append(one)
    for (path, app), found in sorted(by_app.items()):
        names = sorted({one.environment for one in found})
        if len(names) > 1:
            yield kinds.SAME_APP.at(f"{' and '.join(names)} both deploy {app}", path, found[0].line)


def names(view: View) -> Iterator[Remark]:
    """Find names of the application that no fly.toml has, one remark for each name and file."""
    known = set(app_names(view).values())
    if not known:
        return
    found: dict[tuple[str, str], list[int]] = {}
    for one in view.commands:
        for name in _names_in(one):
            if name not in known:
                found.setdefault((one.file, name), []).append(one.line)
    for path, content in view.texts(r"(?:.*/)?fly\.(?:toml\.example|[\w-]+\.toml)"):
        said = re.search(r"(?m)^[ \t]*app\s*=\s*[\"']([^\"'\n]+)[\"']", content)
        if said and said[1] not in known:
            found[path, said[1]] = [content.count("\n", 0, said.start(1)) + 1]
    for (file, name), lines in sorted(found.items()):
        message = f"names the application {name}, fly.toml says {', '.join(sorted(known))}{times(lines)}"
        yield kinds.APP_NAME.at(message, file, lines[0])


def _names_in(command: Command) -> set[str]:
    words = command.text
    named = set(_APP.findall(words)) if _FLY.search(words) else set()
    variables = {name for name in _VARIABLE.findall(words) if command.file.endswith((".sh", ".ps1"))}
    return named | variables | set(_HOST.findall(words)) | set(_CHECKED.findall(words))


def configs(view: View) -> Iterator[Remark]:
    """Find fly configurations that a command names and nobody has."""
    for one in view.commands:
        for written in _CONFIG.findall(one.text) if _FLY.search(one.text) else ():
            if name_of(written) not in view.names:
                yield kinds.MISSING_PATH.at(f"names {written}, which is not there", one.file, one.line)


def in_container(view: View) -> Iterator[Remark]:
    """Find commands for the running container that it has no shell, SDK or sources for."""
    lines = [(one.file, one.line) for one in view.commands if _cannot_run(one) and not is_shown(one)]
    for file, where in first_of(lines).items():
        message = f"runs what the runtime image cannot execute{times(where)}"
        yield kinds.COMMAND_IN_RUNTIME.at(message, file, where[0])


def _cannot_run(command: Command) -> bool:
    found = _SSH.search(command.text)
    inside = found[2] if found else ""
    return bool(re.match(r"\s*cd\b", inside) or "&&" in inside or "dotnet ef" in inside or _EXEC.search(command.text))


def secrets(view: View) -> Iterator[Remark]:
    """Find secrets that are set when the deployment is over."""
    lines = []
    for job in view.jobs:
        began = min((one.line for one in deployments(view) if one.job is job), default=0)
        for step in job.steps:
            run = text(step, "run")
            after = [one for one in commands_of(run, job.workflow.path, run.line) if 0 < began < one.line]
            late = (one for one in after if _SECRETS.search(one.text) and "--stage" not in one.text)
            lines += [(one.file, one.line) for one in late]
    for file, where in first_of(lines).items():
        yield kinds.SECRETS_AFTER_DEPLOY.at(f"sets secrets after the deployment{times(where)}", file, where[0])


def migrations(view: View) -> Iterator[Remark]:
    """Find migrations from the runner that come after the deployment."""
    began: dict[str, int] = {}
    for one in deployments(view):
        began.setdefault(one.job.workflow.path, one.line)
    for command in view.commands:
        late = command.line > began.get(command.file, command.line)
        if late and _UPDATE.search(command.text) and not _cannot_run(command):
            message = "changes the schema when the new release is live"
            yield kinds.MIGRATE_AFTER_DEPLOY.at(message, command.file, command.line)


def sleeps(view: View) -> Iterator[Remark]:
    """Find a fixed wait that stands for a check."""
    lines = []
    for number, one in enumerate(view.commands):
        waits = _SLEEP.search(one.text)
        after = [c.text for c in view.commands[number : number + _LATER] if c.file == one.file]
        if waits and int(waits[1][:6]) >= _LONG and not is_shown(one) and any(map(_ASKS.search, after)):
            lines.append((one.file, one.line))
    for file, where in first_of(lines).items():
        message = f"waits a fixed time and asks once{times(where)}"
        yield kinds.FIXED_SLEEP.at(message, file, where[0])


def addresses(view: View) -> Iterator[Remark]:
    """Find postgres:// addresses where Npgsql wants keywords."""
    packages = {name.lower() for p in view.app.dotnet.projects for name, _ in p.packages} if view.app.dotnet else set()
    if not any(name.startswith("npgsql") for name in packages):
        return
    lines = [(one.file, one.line) for one in view.commands if _ADDRESS.search(one.text) or _QUERY.search(one.text)]
    for file, where in first_of(lines).items():
        message = f"sets a connection string to a postgres:// address{times(where)}"
        yield kinds.URL_FOR_NPGSQL.at(message, file, where[0])


def sql(view: View) -> Iterator[Remark]:
    """Find SQL files that migrate something and that no text of the tree names."""
    if not any("/Migrations/" in f"/{path}" for path in view.tree.files):
        return
    found = (path for path in sorted(view.tree.files) if _SQL.search(path))
    for path in islice(found, MOST):
        stem, folder = name_of(path), folder_of(path)
        if not any(stem in one.text or f"{folder}/" in one.text for one in view.commands):
            yield kinds.UNCALLED_SQL.at("neither EF nor a workflow or script runs it", path)


DETECTORS = (
    twice, alone, rebuilds, on_pull_request, same_app, names, configs, in_container, secrets, migrations, sleeps,
    addresses, sql,
)  # fmt: skip

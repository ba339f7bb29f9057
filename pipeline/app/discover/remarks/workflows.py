"""GitHub workflows: what does not run, cannot fail, or does not do what it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.app.discover.remarks.commands import commands_of
from pipeline.app.discover.remarks.documents import Map, Seq, Text, mapping, pairs, text
from pipeline.app.discover.remarks.secret_words import is_secret
from pipeline.app.remark_kinds import workflows as kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.app.discover.remarks.commands import Command
    from pipeline.app.discover.remarks.view import Job, View
    from pipeline.app.model import Remark

_CHECK = re.compile(
    r"\b(?:audit|audit-ci|lint|eslint|tsc|prettier|trivy|snyk|gitleaks|trufflehog|security-scan|outdated|licen[cs]e|"
    r"(?:npm|yarn|pnpm|bun|dotnet)(?: run)? (?:test|build|format|lint|audit|type-?check)\S*)",
    re.IGNORECASE,
)
_CHECK_ACTION = re.compile(
    r"trivy|snyk|trufflehog|gitleaks|codeql-action/analyze|lint|dependency-review", re.IGNORECASE
)
_SWALLOWED = re.compile(r"\|\|\s*(?:true\b|:(?:\s|$)|exit\s+0\b|echo\b)")
_BRANCH = re.compile(r"master|main|HEAD|latest|develop|dev|next|trunk", re.IGNORECASE)
_COMMIT = re.compile(r"[0-9a-f]{40}")
_DATABASE = re.compile(r"\b(?:Database|Initial Catalog)=([^;\"'$]+)", re.IGNORECASE)
_LOCAL = re.compile(r"\b(?:Host|Server|Data Source)=(?:localhost|127\.0\.0\.1|postgres)\b", re.IGNORECASE)
_USED = re.compile(r"\b(?:needs|jobs)\.([\w-]+)\.outputs\.([\w-]+)")
_MAKES = re.compile(r"(?:mkdir(?: -p)?|git clone \S+|path:|-o|--output)\s+[\"']?(?:\./)?([\w.-]+)")
_BUILT = re.compile(r"\bdocker\s+(?:buildx\s+)?build\b.*?\s(?:-t|--tag)[ =](\S+)")
_LOCKED = re.compile(r"--locked-mode\b|RestoreLockedMode=true", re.IGNORECASE)
_PIPED = re.compile(r"\b(?:curl|wget)\b[^|]*\|\s*(?:sudo\s+)?(?:-E\s+)?(?:ba|z|da)?sh\b")


def invalid(view: View) -> Iterator[Remark]:
    """Find workflows that no YAML parser takes."""
    for workflow in view.workflows:
        if workflow.problem:
            message = f"not valid YAML: {workflow.problem}; GitHub runs nothing of it"
            yield kinds.INVALID_WORKFLOW.at(message, workflow.path, workflow.line)


def cannot_fail(view: View) -> Iterator[Remark]:
    """Find checks whose failure is swallowed, one remark a workflow."""
    for workflow in view.workflows:
        found = [hit for job in view.jobs_of(workflow) for step in job.steps for hit in _swallowed(job, step)]
        if found:
            names = ", ".join(dict.fromkeys(name for _, name in found))
            message = f"{len(found)} checks cannot fail: {names}"
            yield kinds.STEP_CANNOT_FAIL.at(message, workflow.path, min(line for line, _ in found))


def _swallowed(job: Job, step: Map) -> list[tuple[int, str]]:
    run, uses = text(step, "run"), text(step, "uses")
    name = str(text(step, "name") or uses or "a step")
    checks = bool(_CHECK.search(run) or _CHECK_ACTION.search(uses))
    goes_on = text(step, "continue-on-error") == "true" or text(job.content, "continue-on-error") == "true"
    if checks and goes_on:
        line = text(step, "continue-on-error").line or text(job.content, "continue-on-error").line
        return [(line, name)]
    commands = commands_of(run, job.workflow.path, run.line)
    return [(one.line, name) for one in commands if _CHECK.search(one.text) and _SWALLOWED.search(one.text)]


def actions(view: View) -> Iterator[Remark]:
    """Find actions by branch, one remark each, and by tag, one remark for all."""
    branches: dict[tuple[str, str], int] = {}
    tags: list[tuple[str, int]] = []
    for job in view.jobs:
        for uses in [text(job.content, "uses"), *(text(step, "uses") for step in job.steps)]:
            name, _, version = uses.partition("@")
            if not version or name.startswith((".", "docker:")) or _COMMIT.fullmatch(version):
                continue
            if _BRANCH.fullmatch(version):
                branches.setdefault((str(uses), job.workflow.path), uses.line)
            else:
                tags.append((job.workflow.path, uses.line))
    for (uses_, path), line in sorted(branches.items()):
        yield kinds.ACTION_BY_BRANCH.at(f"{uses_} is a branch, not a version", path, line)
    if tags:
        files = len({path for path, _ in tags})
        message = f"{len(tags)} uses of actions in {files} workflows are pinned to a tag, none of them to a commit"
        path, line = min(tags)
        yield kinds.ACTION_BY_TAG.at(message, path, line)


def permissions(view: View) -> Iterator[Remark]:
    """Find jobs that write where nothing allows it."""
    for job in view.jobs:
        wanted = {"security-events": _uses(job, "codeql-action/upload-sarif"), "packages": _pushes_to_ghcr(job)}
        given = job.content.get(Text("permissions"), job.workflow.root.get(Text("permissions")))
        for name, lines in wanted.items():
            if not lines or given == "write-all" or text(given, name) == "write":
                continue
            says = "its permissions leave it out" if given is not None else "no permissions are set"
            message = f"job `{job.id}` needs `{name}: write`, {says}"
            yield kinds.MISSING_PERMISSION.at(message, job.workflow.path, lines[0])


def _uses(job: Job, action: str) -> list[int]:
    return [text(step, "uses").line for step in job.steps if action in text(step, "uses")]


def pushed_at(job: Job) -> list[int]:
    """Return the lines where a job pushes an image."""
    found = [
        text(step, "uses").line
        for step in job.steps
        if "docker/build-push-action" in text(step, "uses") and text(step, "with", "push") not in ("", "false")
    ]
    for step in job.steps:
        run = text(step, "run")
        found += [
            one.line
            for one in commands_of(run, job.workflow.path, run.line)
            if re.search(r"\bdocker\s+(?:image\s+)?push\b|\bbuildx\s+build\b.*--push\b", one.text)
        ]
    return found


def _pushes_to_ghcr(job: Job) -> list[int]:
    logins = [step for step in job.steps if "docker/login-action" in text(step, "uses")]
    own = any(
        "ghcr.io" in _resolved(job, text(step, "with", "registry"))
        and ("GITHUB_TOKEN" in text(step, "with", "password") or "github.token" in text(step, "with", "password"))
        for step in logins
    )
    return pushed_at(job) if own else []


def _resolved(job: Job, value: str) -> str:
    found = re.fullmatch(r"\$\{\{\s*env\.(\w+)\s*\}\}", value)
    if not found:
        return value
    name = found[1]
    return str(text(job.content, "env", name) or text(job.workflow.root, "env", name))


def outputs(view: View) -> Iterator[Remark]:
    """Find outputs of jobs that no other job reads."""
    for job in view.jobs:
        if not mapping(job.content, "outputs"):
            continue
        used = _used(view, job.workflow.path)
        idle = [name for name in mapping(job.content, "outputs") if (job.id, str(name)) not in used]
        if idle and "toJSON(needs" not in view.text(job.workflow.path):
            message = f"output {', '.join(f'`{name}`' for name in idle)} of job `{job.id}` is read nowhere"
            yield kinds.UNUSED_OUTPUT.at(message, job.workflow.path, idle[0].line)


def _used(view: View, path: str) -> set[tuple[str, str]]:
    return view.once(f"outputs {path}", lambda one: set(_USED.findall(one.text(path))))


def timeouts(view: View) -> Iterator[Remark]:
    """Find workflows whose jobs may run for six hours."""
    for workflow in view.workflows:
        jobs = [job for job in view.jobs_of(workflow) if job.steps]
        open_ = [job for job in jobs if not text(job.content, "timeout-minutes")]
        if open_:
            message = f"{len(open_)} of {len(jobs)} jobs have no `timeout-minutes`"
            yield kinds.NO_TIMEOUT.at(message, workflow.path, open_[0].content.line)


def databases(view: View) -> Iterator[Remark]:
    """Find connection strings that name another database than the service container creates."""
    for job in view.jobs:
        created = {
            str(text(service, "env", "POSTGRES_DB") or text(service, "env", "MYSQL_DATABASE"))
            for service in mapping(job.content, "services").values()
        } - {""}
        if not created:
            continue
        for environment in [job.content.get(Text("env")), *(step.get(Text("env")) for step in job.steps)]:
            for _, value in pairs(environment):
                named = _DATABASE.search(value)
                if named and _LOCAL.search(value) and named[1].strip() not in created:
                    message = f"connects to {named[1].strip()}, the service creates {', '.join(sorted(created))}"
                    yield kinds.OTHER_DATABASE.at(message, job.workflow.path, value.line)


def literal_secrets(view: View) -> Iterator[Remark]:
    """Find secret-like values in plain text; the value itself is never shown."""
    for job in view.jobs:
        places = [job.content.get(Text("env")), *(step.get(Text("env")) for step in job.steps)]
        for environment in places:
            for name, value in pairs(environment):
                if is_secret(name, value) and not _LOCAL.search(value):
                    yield kinds.LITERAL_SECRET.at(f"`{name}` has its value in the file", job.workflow.path, name.line)


def scans(view: View) -> Iterator[Remark]:
    """Find scans of nothing, and scans of an image that nobody ships."""
    pushes = any(pushed_at(job) for job in view.jobs)
    for job in view.jobs:
        events = events_of(job.workflow.root)
        built = {found for step in job.steps for found in _BUILT.findall(text(step, "run")) if "$" not in found}
        for step in job.steps:
            uses = text(step, "uses")
            base = text(step, "with", "base")
            if "trufflehog" in uses and "default_branch" in base and events & {"push", "schedule", "workflow_dispatch"}:
                message = "scans from the default branch to HEAD, which is nothing on the default branch"
                yield kinds.EMPTY_SCAN.at(message, job.workflow.path, base.line)
            image = text(step, "with", "image-ref")
            if pushes and image and image in built:
                message = f"scans {image}, which is built here and shipped nowhere"
                yield kinds.SCANS_OTHER_IMAGE.at(message, job.workflow.path, image.line)


def events_of(root: Map) -> set[str]:
    """Return the events that start a workflow."""
    value = root.get(Text("on"))
    if isinstance(value, Text):
        return {str(value)}
    return {str(name) for name in value if isinstance(name, Text)} if isinstance(value, Map | Seq) else set()


def locked(view: View) -> Iterator[Remark]:
    """Find locked restores without a lock file in the tree."""
    if any(path.endswith("packages.lock.json") for path in view.tree.files):
        return
    for one in view.commands:
        if _LOCKED.search(one.text):
            message = "restores in locked mode, and there is no packages.lock.json"
            yield kinds.LOCKED_WITHOUT_LOCK.at(message, one.file, one.line)


def piped(view: View) -> Iterator[Remark]:
    """Find downloads that go straight into a shell."""
    for one in view.shell_lines:
        if _PIPED.search(one.text) and not is_shown(one):
            yield kinds.PIPED_SCRIPT.at("pipes a download into a shell", one.file, one.line)


def is_shown(command: Command) -> bool:
    """Whether a line only prints what somebody could type."""
    return bool(re.match(r"(?:echo|printf|Write-\w+|log|info|warn\w*|error)\b", command.text))


def paths(view: View) -> Iterator[Remark]:
    """Find folders and files that steps name and the repository does not hold."""
    for job in view.jobs:
        if any(text(step, "with", "repository") for step in job.steps):
            # Another repository is checked out: its paths are not ours to know.
            continue
        made = _made(view, job.workflow.path)
        places = [text(job.content, "defaults", "run", "working-directory")]
        for step in job.steps:
            places += [text(step, "working-directory")]
            if "docker/build-push-action" in text(step, "uses"):
                places += [text(step, "with", "file")]
            if "actions/setup-node" in text(step, "uses"):
                places += _listed(text(step, "with", "cache-dependency-path"))
        for place in places:
            path = place.strip().removeprefix("./").rstrip("/")
            if path and _is_plain(path) and not view.holds(path) and path.split("/")[0] not in made:
                yield kinds.MISSING_PATH.at(f"names {path}, which is not there", job.workflow.path, place.line)


def _listed(value: Text) -> list[Text]:
    found = []
    for part in value.splitlines():
        one = Text(part)
        one.line = value.line
        found.append(one)
    return found


def _is_plain(path: str) -> bool:
    written = ("dist", "build", "out", "publish", "output", "artifacts", "node_modules", "bin")
    return not re.search(r"[$*{}~<>\s]|^/|^\.\.", path) and path.rpartition("/")[2] not in written


def _made(view: View, path: str) -> set[str]:
    """Return the first folders that a workflow brings or makes by itself."""
    return view.once(f"made {path}", lambda one: _first_folders(one, path))


def _first_folders(view: View, path: str) -> set[str]:
    found = _MAKES.findall(view.text(path))
    return {name for name in found if name not in (".", "..")} | {one.split("/")[0] for one in view.submodules}


DETECTORS = (
    invalid, cannot_fail, actions, permissions, outputs, timeouts, databases, literal_secrets, scans, locked, piped,
    paths,
)  # fmt: skip

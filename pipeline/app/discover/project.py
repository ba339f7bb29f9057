"""One project file to a Project, and the projects that it leads to."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.app.discover import remarks, testing
from pipeline.app.discover.conditions import is_open
from pipeline.app.discover.globs import glob
from pipeline.app.discover.msbuild import evaluate
from pipeline.app.discover.tree import PROJECT_ENDINGS, folder_of, is_below, join, line_of, name_of, resolve
from pipeline.app.model import Project, TestRunner

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.app.discover.msbuild import Evaluation
    from pipeline.app.discover.tree import Tree
    from pipeline.app.model import Remark

_AROUND = frozenset({"Directory.Build.props", "Directory.Packages.props", "Directory.Build.targets"})
_FILE_ITEMS = (
    "Compile",
    "Content",
    "None",
    "EmbeddedResource",
    "AdditionalFiles",
    "EditorConfigFiles",
    "GlobalAnalyzerConfigFiles",
    "Protobuf",
    "Resource",
    "TypeScriptCompile",
    "Analyzer",
)
PROGRAM_SDKS = ("microsoft.net.sdk.web", "microsoft.net.sdk.worker", "microsoft.net.sdk.blazorwebassembly")
_FILE_PROPERTIES = ("AssemblyOriginatorKeyFile", "CodeAnalysisRuleSet", "RunSettingsFilePath", "ApplicationIcon")


@dataclass(frozen=True, kw_only=True)
class ProjectFile:
    """A project with what only discovery needs of it; `names` are its packages and SDKs in lower case.

    `scripts` are the JavaScript projects that it references. `may_test` says that it looks like a test project, but
    that its sources hold no test.
    """

    project: Project
    evaluation: Evaluation
    names: frozenset[str]
    remarks: tuple[Remark, ...]
    scripts: tuple[str, ...] = ()
    may_test: bool = False

    @property
    def path(self) -> str:
        """The path of the project file."""
        return self.project.path

    @property
    def spa_root(self) -> str | None:
        """The folder that the project itself names as its SPA."""
        written = self.evaluation.get("SpaRoot") or self.evaluation.get("ClientAppFolder")
        return resolve(self.project.folder, written) if written else None

    @property
    def framework_source(self) -> str:
        """The file that sets the target framework."""
        sources = self.evaluation.sources
        return sources.get("targetframeworks") or sources.get("targetframework") or self.path

    @property
    def output(self) -> str:
        """What it builds, in lower case: `exe`, `library`, …; SDKs for programs build an `exe`."""
        said = self.evaluation.get("OutputType").lower()
        program = any(sdk in self.names for sdk in PROGRAM_SDKS)
        return said or ("exe" if program else "library")

    @property
    def is_aspire_host(self) -> bool:
        """Whether it only starts others while developing."""
        return self.evaluation.is_true("IsAspireHost") or "aspire.apphost.sdk" in self.names


def read_project(tree: Tree, path: str) -> ProjectFile:
    """Read one project file."""
    return tree.once(("project", path), lambda: _read_project(tree, path))


def _read_project(tree: Tree, path: str) -> ProjectFile:
    evaluation = evaluate(tree, path)
    packages = _packages(evaluation)
    names = frozenset({name.lower() for name, _ in packages} | {sdk.lower() for sdk in evaluation.sdks})
    references, problems = _references(tree, evaluation)
    verdict = testing.is_test(tree, evaluation, names)
    is_test = verdict is True
    runner = testing.runner_of(tree, evaluation, names) if is_test else None
    project = Project(
        path=path,
        sdk=evaluation.sdks[0] if evaluation.sdks else "",
        frameworks=_frameworks(evaluation),
        references=references,
        packages=packages,
        outside_inputs=_outside_inputs(evaluation),
        has_lock_file=join(folder_of(path), "packages.lock.json") in tree.paths,
        is_web=_is_web(evaluation),
        is_test=is_test,
        runner=runner,
        runs_itself=runner is TestRunner.MTP and testing.runs_itself(tree, evaluation, names),
        test_framework=testing.framework_of(names) if is_test else None,
        collects_coverage="coverlet.collector" in names and runner is TestRunner.VSTEST,
        assembly=evaluation.get("AssemblyName") or name_of(path).rpartition(".")[0],
        roll_forward=evaluation.get("RollForward"),
    )
    return ProjectFile(
        project=project,
        evaluation=evaluation,
        names=names,
        remarks=problems,
        scripts=_scripts(tree, evaluation),
        may_test=verdict is None,
    )


def as_test(tree: Tree, file: ProjectFile) -> ProjectFile:
    """Return the file as a test project."""
    runner = testing.runner_of(tree, file.evaluation, file.names)
    framework = testing.framework_of(file.names)
    coverage = "coverlet.collector" in file.names and runner is TestRunner.VSTEST
    itself = runner is TestRunner.MTP and testing.runs_itself(tree, file.evaluation, file.names)
    found = replace(file.project, is_test=True, runner=runner, test_framework=framework, collects_coverage=coverage)
    return replace(file, project=replace(found, runs_itself=itself), may_test=False)


def _scripts(tree: Tree, evaluation: Evaluation) -> tuple[str, ...]:
    folder = folder_of(evaluation.path)
    written = (item.include for item in evaluation.of_kind("ProjectReference"))
    named = (resolve(folder, text) for text in written if text.lower().endswith(".esproj"))
    return tuple(there for path in named if path and (there := tree.on_disk(path)))


def closure(tree: Tree, starts: Iterable[str]) -> dict[str, ProjectFile]:
    """Read projects and all that they reference, in the order of reading."""
    found: dict[str, ProjectFile] = {}
    waiting = deque(starts)
    while waiting:
        path = waiting.popleft()
        if path not in found:
            found[path] = read_project(tree, path)
            waiting.extend(one for one in found[path].project.references if one not in found)
    return found


def reachable(files: Mapping[str, ProjectFile], starts: Iterable[str]) -> tuple[str, ...]:
    """Return projects and all that they reference among those that are read, nearest first."""
    found: dict[str, None] = {}
    waiting = deque(starts)
    while waiting:
        path = waiting.popleft()
        if path not in found and path in files:
            found[path] = None
            waiting.extend(one for one in files[path].project.references if one not in found)
    return tuple(found)


def _packages(evaluation: Evaluation) -> tuple[tuple[str, str], ...]:
    central = {item.include.lower(): item.metadata.get("version", "") for item in evaluation.of_kind("PackageVersion")}
    found: dict[str, tuple[str, str]] = {}
    for item in evaluation.of_kind("PackageReference", "GlobalPackageReference"):
        own = item.metadata.get("versionoverride") or item.metadata.get("version")
        version = own or central.get(item.include.lower(), "")
        found[item.include.lower()] = (item.include, "" if is_open(version) else version)
    return tuple(found.values())


def _frameworks(evaluation: Evaluation) -> tuple[str, ...]:
    written = evaluation.get("TargetFrameworks") or evaluation.get("TargetFramework")
    return tuple(dict.fromkeys(part.strip() for part in written.split(";") if part.strip()))


def _is_web(evaluation: Evaluation) -> bool:
    by_sdk = any(sdk.lower() == "microsoft.net.sdk.web" for sdk in evaluation.sdks)
    return by_sdk and evaluation.get("OutputType").lower() != "library"


def _references(tree: Tree, evaluation: Evaluation) -> tuple[tuple[str, ...], tuple[Remark, ...]]:
    found: dict[str, None] = {}
    problems: list[Remark] = []
    for item in evaluation.of_kind("ProjectReference"):
        if not item.include.lower().endswith(PROJECT_ENDINGS):
            continue
        if "*" in item.include:
            found.update(dict.fromkeys(_matching(tree, evaluation.path, item.include)))
            continue
        wanted = resolve(folder_of(evaluation.path), item.include)
        there = tree.on_disk(wanted) if wanted else None
        if there:
            found[there] = None
        if there is None or there != wanted:
            line = line_of(tree.read(evaluation.path), item.include)
            problems.append(remarks.not_on_disk(evaluation.path, item.include, there, line))
    return tuple(found), tuple(problems)


def _matching(tree: Tree, path: str, pattern: str) -> list[str]:
    """Return the projects that a reference with `*` means; it never means the project itself."""
    wanted = resolve(folder_of(path), pattern)
    if wanted is None:
        return []
    known = glob(wanted)
    return [one for one in tree.ending(*PROJECT_ENDINGS) if one != path and known.fits(one)]


def _outside_inputs(evaluation: Evaluation) -> tuple[str, ...]:
    folder = folder_of(evaluation.path)
    written = [item.include for item in evaluation.of_kind(*_FILE_ITEMS)]
    written += [item.metadata["hintpath"] for item in evaluation.of_kind("Reference") if "hintpath" in item.metadata]
    written += [evaluation.get(name) for name in _FILE_PROPERTIES]
    named = [resolve(folder, text) for text in written if text and not is_open(text)]
    named += [path for path in evaluation.imports if name_of(path) not in _AROUND]
    return tuple(sorted({path for path in named if path and not is_below(path, folder)}))

"""The steps of the SPA: install, then lint, type-check, tests and build side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.app.discover.scripts import cannot_fail
from pipeline.plan import managers
from pipeline.plan.model import Files, Off, Output, Step
from pipeline.plan.steps.dotnet import CI_FILES, PROSE, below, kept

if TYPE_CHECKING:
    from pipeline.app.model import App, Call, Script, Spa
    from pipeline.settings.model import Settings

DOTNET_FILES = ("**/*.cs", "**/*.csproj", "*.sln", "*.slnx", "Directory.*.props", "Directory.*.targets", "global.json")
# What the tools write beside the build's own folder; `coverage` is what vitest and jest call it.
OWN_OUTPUTS = ("node_modules", "coverage", ".vite")
SERVER_OUTPUTS = (".next", ".nuxt", ".output", ".svelte-kit", "dist", "build")

_LOG = {"npm": "npm-log", "pnpm": "pnpm-log", "yarn": "yarn-log"}
_UNCOMPARED = "whether yarn.lock fits the package.json of each workspace member: Yarn 1 compares that of the root alone"

# Of the root of a workspace: settings of compilers and linters that members extend.
ROOT_FILES = ("*.json", "*.js", "*.cjs", "*.mjs", "*.ts", "*.mts", "*.yaml", "*.yml", ".*rc", ".*rc.*", ".env*")

# A name that each step would be found by.
SCRIPT = {"spa.lint": "lint", "spa.types": "type-check", "spa.test": "test", "spa.build": "build"}


def make_install(spa: Spa, settings: Settings) -> Step:
    """Return the clean install, keyed on the package files alone."""
    return Step(
        id="spa.install",
        tool="node",
        proves="all npm packages are there, exactly as locked",
        commands=(*managers.bring(spa), managers.install(spa)),
        files=Files(include=managers.files(spa)),
        literals=managers.literals(spa),
        workdir=spa.root,
        env=managers.env(spa, settings.npm.registry),
        path=managers.path(spa),
        caches=managers.caches(spa),
        timeout=900,
        log=_LOG[spa.package_manager],
        fetches=True,
        leaves_open=_UNCOMPARED if managers.kind(spa) == "yarn" and len(spa.members) > 1 else "",
        reason=f"{spa.lock_file} is enforced",
    )


def sources(app: App, spa: Spa, settings: Settings) -> Files:
    """Return the files of the SPA without what its tools write; at the root, without the .NET projects beside it."""
    built = (spa.dist,) if spa.dist else SERVER_OUTPUTS
    own = tuple(below(spa.folder, name) for name in (*OWN_OUTPUTS, *built, *PROSE, *CI_FILES))
    projects = (*app.dotnet.projects, *app.dotnet.tests) if app.dotnet and spa.folder == "." else ()
    others = tuple(sorted({p.folder for p in projects} - {"."}))
    net = DOTNET_FILES if projects else ()
    return Files(
        include=(*_include(spa), *settings.spa.inputs),
        exclude=(*own, *others, "**/.git", "**/node_modules", *net, *kept(settings.spa.inputs)),
    )


def _include(spa: Spa) -> tuple[str, ...]:
    """Return the SPA's folder; of a workspace all members, since one builds on another, and the root's settings."""
    if spa.root == spa.folder:
        return (below(spa.folder, "**"),)
    members = tuple(below(folder, "**") for folder in spa.members if folder != spa.root)
    return (*members, *(below(spa.root, name) for name in ROOT_FILES))


def _run(app: App, spa: Spa, settings: Settings, id_: str, script: Script | None, **more: object) -> Step | Off:
    if script is None:
        return Off(id=id_, reason=f"package.json has no script `{SCRIPT[id_]}`")
    fields: dict[str, object] = {
        "id": id_,
        "tool": "node",
        "start": "spa.install",
        "commands": (managers.run(spa, script.name),),
        "files": sources(app, spa, settings),
        "workdir": spa.folder,
        "env": managers.env(spa),
        "path": managers.path(spa),
        "reason": f"script {script.name}: {script.command}",
    }
    if cannot_fail(script.command) and id_ != "spa.build":
        fields["unsure"] = f"its script `{script.name}` ends well whatever happens ({script.command})"
    return Step(**(fields | more))  # type: ignore[arg-type]


def make_lint(app: App, spa: Spa, settings: Settings) -> Step | Off:
    """Return the lint step; a linter that is known to mend what it finds is asked for that by `fix`."""
    call = spa.lint.call if spa.lint else None
    return _run(
        app,
        spa,
        settings,
        "spa.lint",
        spa.lint,
        proves="the linter finds no error",
        log="lint-log",
        checks=True,
        fix=(managers.call_with(spa, call, "--fix"),) if call and managers.reaches(spa, call) else (),
        timeout=600,
    )


def make_types(app: App, spa: Spa, settings: Settings) -> Step | Off:
    """Return the type check."""
    return _run(
        app,
        spa,
        settings,
        "spa.types",
        spa.type_check,
        proves="the SPA type-checks",
        log="tsc",
        checks=True,
        timeout=600,
    )


def make_test(app: App, spa: Spa, settings: Settings) -> Step | Off:
    """Return the unit tests; vitest is asked for JUnit, and for coverage when its provider is installed."""
    call = spa.test.call if spa.test else None
    if spa.test is None or call is None or call.tool != "vitest" or not managers.reaches(spa, call):
        return _run(
            app, spa, settings, "spa.test", spa.test, proves="the command that tests the SPA ends well",
            leaves_open=f"which tests ran is not known: {_unread(call)}", timeout=_timeout(settings),
        )  # fmt: skip
    reports = ("--reporter=default", "--reporter=junit", "--outputFile.junit=${out}/junit.xml")
    coverage = (
        "--coverage.enabled",
        "--coverage.reportOnFailure",
        "--coverage.reporter=cobertura",
        "--coverage.reportsDirectory=${out}/coverage",
    )
    command = managers.call_with(spa, call, *reports, *(coverage if spa.collects_coverage else ()))
    kinds: tuple[Output, ...] = (Output(path="junit.xml", kind="junit"),)
    if spa.collects_coverage:
        kinds = (*kinds, Output(path="coverage/*.xml", kind="cobertura"))
    rest = [f"of script {spa.test.name} only {call.script} ran"] if call.script != spa.test.name else []
    rest += (
        ["coverage is not collected, package.json names no @vitest/coverage-v8"] if not spa.collects_coverage else []
    )
    return _run(
        app, spa, settings, "spa.test", spa.test,
        proves="the SPA's tests pass", commands=(command,), outputs=kinds, wants_cases=True, timeout=_timeout(settings),
        leaves_open="; ".join(rest),
    )  # fmt: skip


def _unread(call: Call | None) -> str:
    if call and call.tool == "vitest":
        return "vitest is not the last command of its script, so that it cannot be asked for a report"
    return f"{call.tool if call else 'this test runner'} leaves no report that is read here"


def make_build(app: App, spa: Spa, settings: Settings) -> Step | Off:
    """Return the production build."""
    outputs = (Output(path=below(spa.folder, spa.dist), kind="directory", tree=True),) if spa.dist else ()
    rest = f"whether its pages work: a server of {spa.server} renders them, which no image holds" if spa.server else ""
    return _run(
        app, spa, settings, "spa.build", spa.build, proves="the SPA builds", log="tsc", outputs=outputs, timeout=900,
        leaves_open=rest,
    )  # fmt: skip


def _timeout(settings: Settings) -> int:
    return settings.test.timeout_minutes * 60

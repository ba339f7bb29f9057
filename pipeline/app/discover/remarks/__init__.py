"""Remarks that discovery makes in passing; those that need the whole application are in `look`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.app.remark_kinds import dotnet as kinds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.app.model import Remark


def cannot_fail(role: str, name: str, file: str, line: int | None) -> Remark:
    """Say that a script swallows its own failure."""
    what = f"the {role} script `{name}` hides failures (for example `|| true`): its green proves nothing"
    return kinds.CANNOT_FAIL.at(what, file, line)


def no_tests() -> Remark:
    """Say that there is no .NET test project."""
    return kinds.NO_TESTS.at("no .NET test project was found: nothing tests the .NET code")


def test_outside(path: str, solution: str) -> Remark:
    """Say that a test project is not in the solution."""
    what = f"this test project is not in {solution}: `dotnet test {solution}` would leave it out; it is run here"
    return kinds.TEST_OUTSIDE.at(what, path)


def tests_not_run(path: str) -> Remark:
    """Say that a project is no test project although its sources hold tests."""
    return kinds.TESTS_NOT_RUN.at(
        "its sources hold tests, which are not run: by its packages and its name it is no test project", path
    )


def no_lock(path: str) -> Remark:
    """Say that a project has no lock file although others have one."""
    what = "no packages.lock.json although other projects have one: restore cannot insist on the locked versions"
    return kinds.NO_LOCK.at(what, path)


def no_lint(file: str) -> Remark:
    """Say that nothing lints the SPA."""
    return kinds.NO_LINT.at("no `lint` script: the SPA is not linted", file)


def no_web() -> Remark:
    """Say that nothing is published."""
    what = "no web project was found: nothing is published; name it with `dotnet.web` if there is one"
    return kinds.NO_WEB.at(what)


def not_on_disk(file: str, written: str, there: str | None, line: int | None = None) -> Remark:
    """Say that a named project is missing, or spelt in another case than on disk."""
    what = f"but the file is {there}: a build on Linux fails" if there else "which is not there: the build fails"
    return kinds.NOT_ON_DISK.at(f"names {written}, {what}", file, line)


def other_kind(file: str, written: str) -> Remark:
    """Say that a solution holds a project that discovery does not read."""
    what = f"lists {written}, a kind of project that is not read here; it is built with the solution"
    return kinds.OTHER_KIND.at(what, file)


def sdk_guessed(sdk: str) -> Remark:
    """Say that no file names a target framework."""
    what = f"no target framework could be read, SDK {sdk} is taken; name another with `dotnet.sdk`"
    return kinds.SDK_GUESSED.at(what)


def dist_outside(file: str, dist: str) -> Remark:
    """Say that the SPA writes its output elsewhere."""
    return kinds.DIST_OUTSIDE.at(f"the build writes to {dist}, outside the SPA folder", file)


def rendered_by_server(file: str, server: str) -> Remark:
    """Say that the build makes a server of its own."""
    what = f"a server of {server} renders the pages: it is built here, and the image of the web project leaves it out"
    return kinds.SPA_SERVER.at(what, file)


def nx_unread(folders: Sequence[str]) -> Remark:
    """Say that an Nx workspace holds applications without a package.json."""
    what = f"an application of an Nx workspace, without a package.json: not read, not built ({len(folders)} of them)"
    return kinds.NX_UNREAD.at(what, f"{folders[0]}/project.json")


def manager_disputed(file: str, declared: str, taken: str) -> Remark:
    """Say that lock files and package.json do not agree on the package manager."""
    return kinds.MANAGER_DISPUTED.at(f"{declared}; {taken} is taken", file)


def no_spa_tests(file: str) -> Remark:
    """Say that nothing tests the SPA."""
    return kinds.NO_SPA_TESTS.at("no script that runs unit tests: the SPA is not tested", file)


def stray_unread(path: str, what: str) -> Remark:
    """Say that a project outside the solution cannot be read."""
    return kinds.STRAY_UNREAD.at(f"outside the solution and not looked at: {what}", path)

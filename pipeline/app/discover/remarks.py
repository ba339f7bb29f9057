"""Every remark of discovery: what a reader should know although nothing is broken."""

from __future__ import annotations

from pipeline.app.model import Remark


def cannot_fail(role: str, name: str, file: str, line: int | None) -> Remark:
    """Say that a script swallows its own failure."""
    what = f"the {role} script `{name}` hides failures (for example `|| true`): its green proves nothing"
    return Remark(id="R101", message=what, file=file, line=line)


def no_tests() -> Remark:
    """Say that there is no .NET test project."""
    return Remark(id="R102", message="no .NET test project was found: nothing tests the .NET code")


def test_outside(path: str, solution: str) -> Remark:
    """Say that a test project is not in the solution."""
    what = f"this test project is not in {solution}: `dotnet test {solution}` would leave it out; it is run here"
    return Remark(id="R103", message=what, file=path)


def no_lock(path: str) -> Remark:
    """Say that a project has no lock file although others have one."""
    what = "no packages.lock.json although other projects have one: restore cannot insist on the locked versions"
    return Remark(id="R104", message=what, file=path)


def no_lint(file: str) -> Remark:
    """Say that nothing lints the SPA."""
    return Remark(id="R105", message="no `lint` script: the SPA is not linted", file=file)


def no_web() -> Remark:
    """Say that nothing is published."""
    what = "no web project was found: nothing is published; name it with `dotnet.web` if there is one"
    return Remark(id="R106", message=what)


def not_on_disk(file: str, written: str, there: str | None, line: int | None = None) -> Remark:
    """Say that a named project is missing, or spelt in another case than on disk."""
    what = f"but the file is {there}: a build on Linux fails" if there else "which is not there: the build fails"
    return Remark(id="R107", message=f"names {written}, {what}", file=file, line=line)


def other_kind(file: str, written: str) -> Remark:
    """Say that a solution holds a project that discovery does not read."""
    what = f"lists {written}, a kind of project that is not read here; it is built with the solution"
    return Remark(id="R108", message=what, file=file)


def sdk_guessed(sdk: str) -> Remark:
    """Say that no file names a target framework."""
    what = f"no target framework could be read, SDK {sdk} is taken; name another with `dotnet.sdk`"
    return Remark(id="R109", message=what)


def dist_outside(file: str, dist: str) -> Remark:
    """Say that the SPA writes its output elsewhere."""
    return Remark(id="R110", message=f"the build writes to {dist}, outside the SPA folder", file=file)


def manager_disputed(file: str, declared: str, taken: str) -> Remark:
    """Say that lock files and package.json do not agree on the package manager."""
    return Remark(id="R111", message=f"{declared}; {taken} is taken", file=file)


def no_spa_tests(file: str) -> Remark:
    """Say that nothing tests the SPA."""
    return Remark(id="R112", message="no script that runs unit tests: the SPA is not tested", file=file)


def stray_unread(path: str, what: str) -> Remark:
    """Say that a project outside the solution cannot be read."""
    return Remark(id="R113", message=f"outside the solution and not looked at: {what}", file=path)

"""Remarks about projects, solutions, packages and the SDK."""

from __future__ import annotations

from pipeline.app.remark_kinds.kind import ERROR, NOTE, WARNING, Kind

CANNOT_FAIL = Kind(
    "R101",
    WARNING,
    "a script that cannot fail",
    "`|| true` and its like turn every failure into success: whoever trusts the exit code sees green for ever",
    "take the tail off, or mend what it hides; the pipeline judges by the tool's own output where it knows the tool",
)
NO_TESTS = Kind(
    "R102",
    WARNING,
    "no .NET tests",
    "`dotnet test` over nothing ends green",
    "add a test project, or take this as the state of things",
)
TEST_OUTSIDE = Kind(
    "R103",
    WARNING,
    "a test project outside the solution",
    "`dotnet test` over the solution leaves it out and is green",
    "add the project to the solution; the pipeline runs it all the same",
)
NO_LOCK = Kind(
    "R104",
    WARNING,
    "a project without lock file beside projects that have one",
    "locked restore guards the others only, so it cannot be called locked",
    "set RestorePackagesWithLockFile for all projects in Directory.Build.props and commit the files",
)
NO_LINT = Kind(
    "R105",
    NOTE,
    "nothing lints the SPA",
    "package.json has no `lint` script, so there is no step for it",
    "add a `lint` script",
)
NO_WEB = Kind(
    "R106",
    WARNING,
    "no web project",
    "nothing is published and no image is built",
    "name it with `dotnet.web` if there is one",
)
NOT_ON_DISK = Kind(
    "R107",
    ERROR,
    "a project is named that is not there",
    "the path is missing or spelt in another case, which Linux does not forgive: the build fails there",
    "write the path as it is on disk, or take the entry out",
)
OTHER_KIND = Kind(
    "R108",
    NOTE,
    "a kind of project that is not read",
    "it is built with the solution, and discovery knows nothing about it",
    "nothing, unless the build needs something that is not there",
)
SDK_GUESSED = Kind(
    "R109",
    WARNING,
    "the SDK is a guess",
    "no target framework could be read without running MSBuild",
    "name the SDK with `dotnet.sdk`",
)
DIST_OUTSIDE = Kind(
    "R110",
    NOTE,
    "the SPA is built into another folder",
    "its output lands outside of its own folder, often in the web project",
    "nothing; it is said so that nobody looks for `dist`",
)
MANAGER_DISPUTED = Kind(
    "R111",
    WARNING,
    "two answers to which package manager",
    "lock files and package.json do not agree: two people install two different trees",
    "keep one lock file and let `packageManager` say the same",
)
NO_SPA_TESTS = Kind(
    "R112",
    WARNING,
    "nothing tests the SPA",
    "package.json has no script that runs unit tests",
    "add a `test` script",
)
STRAY_UNREAD = Kind(
    "R113",
    WARNING,
    "a project outside the solution cannot be read",
    "whether it holds tests is not known",
    "mend the file or delete it",
)

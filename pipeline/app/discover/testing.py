"""Which projects hold tests, with which framework, and who runs them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.app.discover import sources
from pipeline.app.discover.sdk import pins
from pipeline.app.discover.tree import folder_of, name_of
from pipeline.app.model import TestRunner

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from pipeline.app.discover.msbuild import Evaluation
    from pipeline.app.discover.tree import Tree

TEST_SDK = "microsoft.net.test.sdk"

_HELPER = re.compile(
    r"(testbase|test\.?common|testutilities|testutils|testing|testhelpers?|dummy|benchmarks?)$", re.IGNORECASE
)
_TEST_NAME = re.compile(r"(tests?|specs?|e2e)$", re.IGNORECASE)
# As a word of its own, wherever it stands: `Shop.Tests.Unit`, `ApiTestsSlow`.
_TEST_WORD = re.compile(r"(?:(?<![A-Za-z])[Tt]|(?<=[a-z0-9])T)est(?:s|ing)?(?![a-z])")
# Parts of xunit that helpers use: to name them does not make a test project.
_PARTS = ("assert", "abstractions", "extensibility", "analyzers", "common", "runner")
# These bring their own entry point, or Microsoft.NET.Test.Sdk with them.
_FAMILIES = ("xunit", "nunit", "mstest", "tunit")
# By these a framework makes the project a program of Microsoft.Testing.Platform.
_PROGRAMS = ("UseMicrosoftTestingPlatformRunner", "EnableMSTestRunner", "EnableNUnitRunner")
_COMPLETE = frozenset({"tunit", "tunit.engine", "mstest", "mstest.sdk"})


def framework_of(names: AbstractSet[str]) -> str | None:
    """Return the test framework named by packages and SDKs (lower-case)."""
    xunit = {name for name in names if name.startswith("xunit") and not any(part in name for part in _PARTS)}
    if any(name.startswith("xunit.v3") for name in xunit):
        return "xunit.v3"
    if xunit:
        return "xunit"
    if any(name == "tunit" or name.startswith("tunit.") for name in names):
        return "tunit"
    if "nunit" in names:
        return "nunit"
    return "mstest" if names & {"mstest", "mstest.sdk", "mstest.testframework"} else None


def is_test(tree: Tree, evaluation: Evaluation, names: AbstractSet[str]) -> bool | None:
    """Whether `dotnet test` is meant to run this project: the file says it, its packages and sources, else its name.

    None means that all but the sources say so: a helper of other tests, or a project whose tests are not written yet.
    """
    said = evaluation.get("IsTestProject").lower()
    if said in ("true", "false"):
        return said == "true"
    framework = framework_of(names)
    runs = TEST_SDK in names or bool(names & _COMPLETE) or framework == "xunit.v3"
    stem = name_of(evaluation.path).rpartition(".")[0]
    own = _asks_itself(evaluation)
    named = bool(_TEST_NAME.search(stem))
    # What has a runner and tests is run; where a props file gives the runner to all, a word of the name confirms it.
    tests = sources.holds_tests(tree, evaluation.path) or sources.generates_tests(names)
    if runs and tests and (own or _TEST_WORD.search(stem)):
        return True
    if _HELPER.search(stem) or not (named or (runs and own)):
        return False
    if named and TEST_SDK in names and own:
        return True
    # A package alone is no proof, least of all one that a props file gives to every project: helpers have the same.
    written = sources.holds_tests(tree, evaluation.path) is not False or sources.generates_tests(names)
    if not runs and framework is None:
        return False
    return True if written else None if named else False


def left_out(tree: Tree, evaluation: Evaluation, names: AbstractSet[str]) -> bool:
    """Whether the sources of a project that is not run hold tests, and no file says that it is none."""
    said = evaluation.get("IsTestProject").lower() == "false"
    return not said and looks_like_test(evaluation, names) and bool(sources.holds_tests(tree, evaluation.path))


def _asks_itself(evaluation: Evaluation) -> bool:
    """Whether the project file itself names a package or an SDK for tests."""
    own = {item.include.lower() for item in evaluation.of_kind("PackageReference") if item.source == evaluation.path}
    own |= {sdk.lower() for sdk in evaluation.sdks}
    return any(name == TEST_SDK or name.startswith(_FAMILIES) for name in own)


def looks_like_test(evaluation: Evaluation, names: AbstractSet[str]) -> bool:
    """Whether a simple rule would take it for a test project: by its name, or by a package for tests."""
    stem = name_of(evaluation.path).rpartition(".")[0]
    by_name = _TEST_NAME.search(stem) or _HELPER.search(stem)
    return bool(by_name) or TEST_SDK in names or any(name.startswith(_FAMILIES) for name in names)


def runner_of(tree: Tree, evaluation: Evaluation, names: AbstractSet[str]) -> TestRunner:
    """Return who runs the tests: the nearest global.json decides, else what the project can do at all."""
    if _is_switched_on(tree, evaluation) or evaluation.is_true("TestingPlatformDotnetTestSupport"):
        return TestRunner.MTP
    own_platform = framework_of(names) in ("xunit.v3", "tunit") or "mstest.sdk" in names
    by_vstest = TEST_SDK in names or evaluation.is_true("UseVSTest")
    return TestRunner.MTP if own_platform and not by_vstest else TestRunner.VSTEST


def runs_itself(tree: Tree, evaluation: Evaluation, names: AbstractSet[str]) -> bool:
    """Whether the built project is a program that runs its tests, and `dotnet test` would not pass it its options.

    It does so where global.json names the platform; of several frameworks the program of one alone would run.
    """
    platform = framework_of(names) == "tunit" or "mstest.sdk" in names or any(map(evaluation.is_true, _PROGRAMS))
    several = ";" in evaluation.get("TargetFrameworks").strip(";")
    return platform and not several and not _is_switched_on(tree, evaluation)


def _is_switched_on(tree: Tree, evaluation: Evaluation) -> bool:
    return pins(tree, folder_of(evaluation.path)).runner.lower() == "microsoft.testing.platform"

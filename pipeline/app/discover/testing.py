"""Which projects hold tests, with which framework, and who runs them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.app.discover.markup import json_of, section, string
from pipeline.app.discover.tree import folder_of, name_of
from pipeline.app.model import TestRunner

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from pipeline.app.discover.msbuild import Evaluation
    from pipeline.app.discover.tree import Tree

TEST_SDK = "microsoft.net.test.sdk"

_HELPER = re.compile(
    r"(testbase|testcommon|testutilities|testutils|testing|testhelpers?|dummy|benchmarks?)$", re.IGNORECASE
)
_TEST_NAME = re.compile(r"(tests?|specs?|e2e)$", re.IGNORECASE)
# Parts of xunit that helpers use: to name them does not make a test project.
_PARTS = ("assert", "abstractions", "extensibility", "analyzers", "common", "runner")
# These bring their own entry point, or Microsoft.NET.Test.Sdk with them.
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


def is_test(evaluation: Evaluation, names: AbstractSet[str]) -> bool:
    """Whether `dotnet test` is meant to run this project."""
    said = evaluation.get("IsTestProject").lower()
    if said in ("true", "false"):
        return said == "true"
    stem = name_of(evaluation.path).rpartition(".")[0]
    if _HELPER.search(stem):
        return False
    framework = framework_of(names)
    runs = TEST_SDK in names or bool(names & _COMPLETE) or framework == "xunit.v3"
    return runs or (framework is not None and bool(_TEST_NAME.search(stem)))


def runner_of(tree: Tree, evaluation: Evaluation, names: AbstractSet[str]) -> TestRunner:
    """Return who runs the tests: the nearest global.json decides, else what the project can do at all."""
    file = tree.nearest(folder_of(evaluation.path), "global.json")
    said = string(section(json_of(tree, file, lenient=True), "test"), "runner") if file else ""
    if said.lower() == "microsoft.testing.platform":
        return TestRunner.MTP
    own_platform = framework_of(names) in ("xunit.v3", "tunit") or "mstest.sdk" in names
    by_vstest = TEST_SDK in names or evaluation.is_true("UseVSTest")
    return TestRunner.MTP if own_platform and not by_vstest else TestRunner.VSTEST

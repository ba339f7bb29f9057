"""The three outcomes of the corpus: right, asked, silently wrong."""

from __future__ import annotations

import importlib.util
import sys

import pytest

from pipeline.app.discover.choice import asked
from pipeline.app.model import Confidence, Fact
from tests.apps import ROOT

SPEC = importlib.util.spec_from_file_location("corpus_rows", ROOT / "bench/corpus_rows.py")
corpus_rows = importlib.util.module_from_spec(SPEC)
sys.modules["corpus_rows"] = corpus_rows  # its dataclasses look themselves up there
SPEC.loader.exec_module(corpus_rows)
RIGHT, ASKED, WRONG = corpus_rows.Outcome

ENTRY = {
    "facts": {
        "solution": "App.slnx",
        "solution_format": "slnx",
        "target_frameworks": ["net10.0"],
        "sdk_version": None,
        "web_project": "W/W.csproj",
        "test_projects": ["T/T.csproj"],
        "test_framework": ["xunit"],
        "frontend_dir": "client",
        "package_manager": "npm",
        "node_version_hint": {"value": ">=20", "source": "x"},
        "frontend_scripts": {"build": {"script": "build", "command": "vite build"}, "lint": None},
        "lockfile": "client/package-lock.json",
        "dockerfiles": [],
        "fly_toml": [],
        "nuget_config": None,
        "central_package_management": False,
        "lock_files": [],
        "needs_services": ["playwright-browser", "postgres (optional)"],
        "ef_migrations_project": "D/D.csproj",
    },
    "extra": {
        "acceptable_solutions": ["App.sln"],
        "global_json": None,
        "sdk_roll_forward": None,
        "web_target_framework": "net10.0",
        "other_deployables": [],
        "other_frontends": [],
        "tests_outside_solution": [],
        "looks_like_test_but_is_not": ["H/H.csproj"],
        "test_runner": "vstest",
        "dockerfile_for_web": {"file": "Dockerfile", "context": "needs ./out"},
        "health_endpoints": ["health"],
        "health_development_only": None,
        "migrates_at_startup": None,
    },
}


def outcome(row, fact, value, **more):
    found = Fact(name=fact, value=value, source="x", **more) if not isinstance(value, Fact) else value
    return next(one.outcome for one in corpus_rows.rows(ENTRY, {fact: found}) if one.name == row)


@pytest.mark.parametrize(
    ("row", "fact", "value", "expected"),
    [
        ("solution", "solution", "App.slnx", RIGHT),
        ("solution", "solution", "App.sln", RIGHT),
        ("solution", "solution", "Other.sln", WRONG),
        ("web_project", "web project", asked("x", ["W/W.csproj", "V/V.csproj"], "k"), ASKED),
        ("web_project", "web project", asked("x", ["V/V.csproj", "U/U.csproj"], "k"), WRONG),
        ("test_projects", "test projects", ("T/T.csproj",), RIGHT),
        ("test_projects", "test projects", ("T/T.csproj", "H/H.csproj"), WRONG),
        ("looks_like_test_but_is_not", "test projects", ("T/T.csproj", "H/H.csproj"), WRONG),
        ("node_version_hint", "node as written", "20.x", RIGHT),
        ("node_version_hint", "node as written", "22", WRONG),
        ("node_version_hint", "node as written", None, WRONG),
        ("script build", "script build", "build", RIGHT),
        ("script lint", "script lint", "lint", WRONG),
        ("nuget_config", "nuget.config files", ("nuget.config",), WRONG),
        ("needs_services", "services of the tests", ("browser",), RIGHT),
        ("needs_services", "services of the tests", ("browser", "postgres"), RIGHT),
        ("needs_services", "services of the tests", ("browser", "redis"), WRONG),
        ("needs_services", "services of the tests", (), WRONG),
        ("ef_migrations_project", "migrations projects", ("D/D.csproj",), RIGHT),
        ("health_endpoints", "health endpoints", ("/health",), RIGHT),
    ],
)
def test_a_fact_is_right_asked_or_wrong(row, fact, value, expected):
    """A question counts only when its candidates hold the right answer."""
    assert outcome(row, fact, value) is expected


def test_a_fact_that_is_not_told_is_the_same_as_none():
    """It is right where nothing is expected, and wrong elsewhere."""
    rows = {row.name: row.outcome for row in corpus_rows.rows(ENTRY, {})}
    assert rows["sdk_version"] is RIGHT
    assert rows["web_project"] is WRONG


def test_what_the_corpus_leaves_open_is_not_counted():
    """Null where nobody looked, and words where a folder would stand."""
    names = {row.name for row in corpus_rows.rows(ENTRY, {})}
    assert "dockerfile_for_web" in names
    assert not names & {"docker_context", "migrates_at_startup", "health_development_only"}


def test_a_guess_is_scored_like_any_other_value():
    """Confidence saves no wrong answer but a question."""
    assert outcome("package_manager", "package manager", "yarn", confidence=Confidence.GUESSED) is WRONG

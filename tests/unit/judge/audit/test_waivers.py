"""Exceptions: what they cover, and what is wrong with them."""

from __future__ import annotations

import re

import pytest

from pipeline.errors import PipelineError
from pipeline.judge.audit import waivers
from pipeline.judge.audit.model import Outcome
from pipeline.judge.model import Status
from pipeline.parse.weakness import Part
from pipeline.plan.model import NEEDS_CONTAINERS
from pipeline.settings.waivers import Waiver, read
from tests.unit.judge.audit import values
from tests.unit.judge.audit.values import audit, gates, scan, waiver

GOOD = """exceptions:
  # why
  - id: CVE-2021-23337
    scope: lodash
    reason: the function is not called
    owner: team-web
    expires: 2026-05-01
"""


def test_a_good_one_accepts():
    """The finding stays in the report, with who answers for it until when."""
    report = audit(scan(values.vulnerability()), waivers=(waiver(),))

    assert gates(report)["vulnerabilities"] == gates(report)["exceptions"] == "passed"
    (judged,) = report.weaknesses
    assert (judged.outcome, judged.why) == (
        Outcome.ACCEPTED,
        "team-web until 2026-05-01: the function is not called",
    )


EVERYTHING = (
    "[!aQ]*",
    "src/[!a]*",
    "[a-zA-Z0-9_./]*",
    "*[a-z]*.*[a-z]",
    "?*",
    "*/*/*",
    "*s*r*c*",
    "[!]]*",
    "[]a-z]*",
    "*/?.*",
)


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"owner": ""}, "has no owner"),
        ({"reason": ""}, "has no reason"),
        ({"scope": ""}, "has no scope"),
        ({"expires": ""}, "has no expires"),
        ({"expires": "2026-02-28"}, "expired on 2026-02-28"),
        ({"expires": "2026-05-31"}, "expires on 2026-05-31, more than 90 days from now"),
        ({"expires": "in May"}, "expires in May: expected a date such as 2026-03-01"),
        ({"scope": "*"}, "its scope * is everything; name a package or files"),
        ({"scope": "*[!~]*"}, "its scope *[!~]* is everything; name a package or files"),
        ({"scope": "*.*"}, "its scope *.* is everything; name a package or files"),
        *(({"scope": scope}, f"its scope {scope} is everything; name a package or files") for scope in EVERYTHING),
        ({"scope": "**/*"}, "its scope **/* is everything; name a package or files"),
        ({"count": "some"}, "count some: expected how many secrets it is about"),
        ({"count": "0"}, "count 0: expected how many secrets it is about"),
        ({"id": "CVE-*"}, "its id is a pattern; name one advisory, rule or licence"),
    ],
)
def test_a_bad_one_is_red_and_excepts_nothing(more, problem):
    """Expired, ownerless and over-broad ones fail, and the finding is back."""
    bad = waiver(**more)

    report = audit(scan(values.vulnerability()), waivers=(bad,))

    gate = report.gates[-1]
    assert (gate.name, gate.state.value) == ("exceptions", "failed")
    assert gate.why[0] == f"pipeline.exceptions.yaml:2 {bad.id}: {problem}"
    assert report.weaknesses[0].outcome is Outcome.BLOCKS


@pytest.mark.parametrize("expires", ["2026-03-01", "2026-05-30"])
def test_the_last_days_count(expires):
    """It holds on its last day, and for 90 days at most."""
    assert gates(audit(scan(values.vulnerability()), waivers=(waiver(expires=expires),)))["exceptions"] == "passed"


def test_an_unused_one_is_red():
    """Lists do not rot."""
    report = audit(scan(), waivers=(waiver(),))

    assert report.gates[-1].why == ("pipeline.exceptions.yaml:2 CVE-2021-23337: nothing needs it any more; delete it",)


def test_without_a_scan_nobody_knows_whether_it_is_used():
    """A broken scanner must not make people delete what they need."""
    report = audit(scan(status=Status.UNAVAILABLE, looked=()), waivers=(waiver(),))

    assert gates(report)["exceptions"] == "passed"


def test_without_containers_nobody_knows_whether_the_image_needs_it():
    """What CI needs must not be red on every laptop."""
    expected = (*values.plan().expected, values.expected(Part.IMAGE, "image", open=NEEDS_CONTAINERS))
    report = audit(scan(), waivers=(waiver(),), expected=expected)

    assert gates(report)["exceptions"] == "passed"


@pytest.mark.parametrize(
    "part_of_it",
    [{"whole": False}, {"expected": (*values.plan().expected, values.expected(Part.OS, "image", step="audit.image"))}],
)
def test_a_run_of_a_part_knows_as_little(part_of_it):
    """One application of several, or some of the steps: the others may need it."""
    assert gates(audit(scan(), waivers=(waiver(),), **part_of_it))["exceptions"] == "passed"


def test_one_about_a_finding_that_is_not_red_is_used():
    """It may be older than a change of the policy."""
    report = audit(scan(values.vulnerability()), waivers=(waiver(),), vulnerabilities="critical")

    assert gates(report)["exceptions"] == "passed"


@pytest.mark.parametrize(
    ("more", "covers"),
    [
        ({"id": "GHSA-35jh-r3h4-6jhm"}, True),
        ({"id": "cve-2021-23337"}, True),
        ({"id": "CVE-2020-1"}, False),
        ({"scope": "lodash@4.17.20"}, True),
        ({"scope": "lodash@4.17.19"}, False),
        ({"scope": "Lodash"}, True),
        ({"scope": "react"}, False),
        ({"scope": "client/*"}, True),
        ({"scope": values.LOCK}, True),
        ({"scope": "server/*"}, False),
    ],
)
def test_what_one_covers(more, covers):
    """Any name of the advisory, and a package, one version of it, or files."""
    report = audit(scan(values.vulnerability()), waivers=(waiver(**more),))

    assert report.weaknesses[0].outcome is (Outcome.ACCEPTED if covers else Outcome.BLOCKS)


@pytest.mark.parametrize("scope", ["src/A/A.csproj", "src/A/packages.lock.json"])
@pytest.mark.parametrize("worse", ["dotnet list package", "trivy"])
def test_a_file_counts_whichever_tool_named_it(scope, worse):
    """NuGet names the project and Trivy the lock file beside it; the finding is one."""
    files = {"dotnet list package": "src/A/A.csproj", "trivy": "src/A/packages.lock.json"}
    level = {True: values.Level.CRITICAL, False: values.Level.HIGH}
    package = values.package("X", "1", "nuget")
    found = [
        values.vulnerability(tool=tool, file=file, package=package, level=level[tool == worse])
        for tool, file in files.items()
    ]

    report = audit(scan(*found), waivers=(waiver(scope=scope),))

    assert [j.outcome for j in report.weaknesses] == [Outcome.ACCEPTED]


@pytest.mark.parametrize("scope", ["*.cs", "src/*", "*.json", "tests/**/*.ts", "a/b.c", "js", "app/[id]/a.ts", "js/*"])
def test_a_folder_a_name_or_an_extension_is_not_everything(scope):
    """Somebody can say what it covers."""
    assert waivers.problems(waiver(scope=scope), values.TODAY) == []


def test_a_file_with_brackets_is_named_as_it_is():
    """Frameworks name folders `[id]`, and a glob means something else by it."""
    report = audit(scan(values.secret(file="app/[id]/a.ts")), waivers=(waiver(id="fly-token", scope="app/[id]/a.ts"),))

    assert gates(report)["secrets"] == "passed"


def test_a_secret_is_accepted_by_its_rule_and_file():
    """Fixtures are named one by one, each with an owner."""
    report = audit(scan(values.secret()), waivers=(waiver(id="fly-token", scope="src/*.json"),))

    assert gates(report)["secrets"] == "passed"


SECOND = {
    "another line of the same form": {"line": 9},
    "another form": {"line": 9, "mark": "b2"},
    "another file": {"file": "src/other.json"},
    "the history": {"line": None, "mark": "b2"},
}


@pytest.mark.parametrize("second", SECOND)
def test_one_about_a_secret_covers_no_second_one(second):
    """A new secret beside the one that somebody answers for has the same rule, and perhaps the same file."""
    found = (values.secret(), values.secret(**SECOND[second]))

    one = audit(scan(*found), waivers=(waiver(id="fly-token", scope="src/*.json"),))
    two = audit(scan(*found), waivers=(waiver(id="fly-token", scope="src/*.json", count="2"),))

    assert (gates(one)["secrets"], gates(two)["secrets"], gates(two)["exceptions"]) == ("failed", "passed", "passed")
    assert one.gates[-1].why == (
        "pipeline.exceptions.yaml:2 fly-token: covers 2 secrets and is about 1; look at each, then say `count: 2`",
    )


def test_a_secret_that_is_in_the_history_too_is_one():
    """The same in the tree and in an older version of the file."""
    found = (values.secret(), values.secret(line=None))

    assert gates(audit(scan(*found), waivers=(waiver(id="fly-token", scope="src/*.json"),)))["secrets"] == "passed"


def test_the_file_is_read():
    """With the line of each entry; a date needs no quotes."""
    assert read(GOOD) == (waiver(line=3),)
    assert read(None) == read("") == ()
    assert read("exceptions:\n  # - id: X\n") == ()
    assert read("exceptions:\n  - {id: X}\n") == (Waiver(id="X", line=2),)


@pytest.mark.parametrize("nothing", ["", "~", "null", "Null", "''"])
@pytest.mark.parametrize("key", ["id", "scope", "reason", "owner", "expires"])
def test_nothing_is_not_filled_in(key, nothing):
    """YAML has more than one word for it, and none of them answers for a finding."""
    (found,) = read(re.sub(rf"( {key}:) .*", rf"\1 {nothing}", GOOD))

    assert f"has no {key}" in waivers.problems(found, values.TODAY)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("exception: []", "pipeline.exceptions.yaml:1: expected the one key `exceptions`"),
        ("- id: x", "pipeline.exceptions.yaml:1: expected the one key `exceptions`"),
        ("exceptions: x", "pipeline.exceptions.yaml:1 exceptions: expected a list"),
        ("exceptions: [x]", "pipeline.exceptions.yaml:1 exceptions: expected id, scope, reason, owner, expires, count"),
        (
            "exceptions:\n  - {id: X, until: 2026-01-01}",
            "pipeline.exceptions.yaml:2: expected one of id, scope, reason, owner, expires, count, got until",
        ),
        ("exceptions:\n  - {id: [X]}", "pipeline.exceptions.yaml:2 id: expected text"),
        ("exceptions:\n  - {id: X, id: Y}", "pipeline.exceptions.yaml:2 id: expected one such key, got it twice"),
    ],
)
def test_a_file_of_another_form_is_refused(text, problem):
    """Before anything runs, with the line."""
    with pytest.raises(PipelineError) as caught:
        read(text)
    assert caught.value.details == (problem,)

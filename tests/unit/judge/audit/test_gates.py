"""Each gate: red with a finding, green without, incomplete when its scan did not happen."""

from __future__ import annotations

import pytest

from pipeline.judge.audit.model import GATE_OF, Outcome
from pipeline.judge.model import Status
from pipeline.parse.feeds import Feeds
from pipeline.parse.weakness import Level, Part, WeaknessKind
from pipeline.plan.model import NEEDS_CONTAINERS
from tests.unit.judge.audit import values
from tests.unit.judge.audit.values import audit, gates, scan

FINDINGS = {
    WeaknessKind.VULNERABILITY: values.vulnerability(),
    WeaknessKind.SECRET: values.secret(),
    WeaknessKind.MISCONFIGURATION: values.misconfiguration(),
    WeaknessKind.LICENCE: values.licence(),
}
KINDS = list(FINDINGS)
STRICT = {"deny_licences": ("GPL-3.0-only",)}
GREEN = dict.fromkeys([*GATE_OF.values(), "exceptions"], "passed")


@pytest.mark.parametrize("kind", KINDS)
def test_a_finding_is_red(kind):
    """Only its own gate is."""
    report = audit(scan(FINDINGS[kind]), **STRICT)

    assert gates(report) == GREEN | {GATE_OF[kind]: "failed"}
    assert [(j.weakness.kind, j.outcome) for j in report.weaknesses] == [(kind, Outcome.BLOCKS)]


def test_no_finding_is_green():
    """When every scan has looked at what it had to look at."""
    assert gates(audit(scan(), **STRICT)) == GREEN


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [Status.UNAVAILABLE, Status.BROKEN, Status.SKIPPED, Status.FAILED])
def test_a_scan_that_did_not_happen_is_incomplete(kind, status):
    """Its gate is not green, and says why."""
    mine = values.expected(values.OF_PART[kind], step="audit.mine")
    others = [values.expected(part) for part in values.OF_PART.values() if part is not mine.part]
    result = scan(id_="audit.mine", status=status, reason="no answer", looked=())

    report = audit(scan(), result, expected=(mine, *others), **STRICT)

    assert gates(report) == GREEN | {GATE_OF[kind]: "incomplete"}
    gate = next(gate for gate in report.gates if gate.name == GATE_OF[kind])
    assert gate.why == (f"{values.LOCK}: audit.mine is {status.value}: no answer",)


@pytest.mark.parametrize("kind", KINDS)
def test_a_scan_that_does_not_say_what_it_read_is_incomplete(kind):
    """The absence of findings proves nothing: the tool has to name what it read."""
    looked = tuple(values.looked(part) for k, part in values.OF_PART.items() if k is not kind)

    report = audit(scan(looked=looked), **STRICT)

    assert gates(report) == GREEN | {GATE_OF[kind]: "incomplete"}
    assert [row.missing for row in report.coverage if row.missing] == ["the tool does not say that it read this"]


def test_red_beats_incomplete():
    """What can be mended now is said first."""
    result = scan(values.vulnerability(), looked=())

    assert gates(audit(result))["vulnerabilities"] == "failed"


def test_what_needs_containers_is_named_and_not_missing():
    """On a machine without containers there is no image to look at."""
    result = scan(id_="audit.image", status=Status.SKIPPED, reason=NEEDS_CONTAINERS, looked=())
    expected = values.expected(Part.OS, "image", step="audit.image")

    report = audit(scan(), result, expected=(expected,))

    assert [(row.target, row.open, row.missing) for row in report.coverage[:1]] == [("image", NEEDS_CONTAINERS, "")]
    assert gates(report)["vulnerabilities"] == "passed"


def test_what_is_not_part_of_this_run_is_not_missed():
    """A run of a few steps is judged by those."""
    report = audit(scan(), expected=(values.expected(Part.NPM), values.expected(Part.OS, step="audit.image")))

    assert [row.missing for row in report.coverage if row.missing] == []


def test_what_no_scanner_reads_is_named():
    """A known gap of the tools is said, and is no fault of this run."""
    report = audit(scan(), expected=(values.expected(Part.CONFIGURATION, "fly.toml", open="no checks for it"),))

    assert [(row.target, row.open) for row in report.coverage if row.open] == [("fly.toml", "no checks for it")]
    assert gates(report)["misconfiguration"] == "passed"


def test_a_gate_that_could_read_nothing_says_why():
    """That is another thing than nothing; and the date of the database is no package that was looked at."""
    lock, why = "pnpm-lock.yaml", "such a lock file names no licences"
    expected = (values.expected(Part.LICENCES, lock, open=why),)
    report = audit(scan(looked=(values.looked(Part.DATABASE),)), expected=expected, **STRICT)

    told = {gate.name: gate.why for gate in report.gates}
    assert told["licences"] == (f"not looked at, {lock}: {why}",)
    assert told["vulnerabilities"] == ("there was nothing to look at",)


def test_a_gate_that_had_nothing_to_look_at_says_so():
    """Its zero is another one than that of a gate that read every file."""
    report = audit(scan(looked=(values.looked(Part.NPM),)), expected=(values.expected(Part.NPM),), **STRICT)

    assert {gate.name: gate.why for gate in report.gates if gate.name != "exceptions"} == {
        "vulnerabilities": (),
        **dict.fromkeys(("secrets", "misconfiguration", "licences"), ("there was nothing to look at",)),
    }


def outcome(*found, **more):
    report = audit(scan(*found), **more)
    return [(j.outcome.value, j.why) for j in report.weaknesses]


@pytest.mark.parametrize(
    ("weakness", "settings", "expected"),
    [
        (values.vulnerability(level=Level.MEDIUM), {}, ("reported", "below high")),
        (values.vulnerability(level=Level.MEDIUM), {"vulnerabilities": "medium"}, ("blocks", "")),
        (values.vulnerability(level=Level.UNKNOWN), {}, ("reported", "below high")),
        (values.vulnerability(level=Level.UNKNOWN), {"vulnerabilities": "unknown"}, ("blocks", "")),
        (values.vulnerability(), {"vulnerabilities": "never"}, ("reported", "this gate is off")),
        (values.vulnerability(fixed=""), {}, ("reported", "no version without it")),
        (values.vulnerability(fixed="", malware=True), {}, ("blocks", "")),
        (values.vulnerability(fixed="", malware=True, level=Level.LOW), {}, ("reported", "below high")),
        (values.vulnerability(fixed=""), {"fixable_only": False}, ("blocks", "")),
        (values.vulnerability(fixed=None), {}, ("blocks", "")),
        (values.vulnerability(dev=True), {}, ("reported", "used by tests and builds only")),
        (values.vulnerability(dev=True), {"dev": True}, ("blocks", "")),
        (values.vulnerability(dev=None), {}, ("blocks", "")),
        (values.vulnerability(published="2026-02-27"), {}, ("blocks", "")),
        (
            values.vulnerability(published="2026-02-27"),
            {"grace": "7 days"},
            ("reported", "new, red from 2026-03-06 on"),
        ),
        (values.vulnerability(published="2026-02-22"), {"grace": "7 days"}, ("blocks", "")),
        (values.vulnerability(published=""), {"grace": "7 days"}, ("blocks", "")),
        (values.vulnerability(published="soon"), {"grace": "7 days"}, ("blocks", "")),
        (values.secret(level=Level.LOW), {}, ("blocks", "")),
        (values.secret(level=Level.LOW), {"secrets": "high"}, ("reported", "below high")),
        (values.misconfiguration(level=Level.MEDIUM), {}, ("reported", "below high")),
        (values.misconfiguration(), {"misconfiguration": "critical"}, ("reported", "below critical")),
        (values.licence(), {"deny_licences": ("gpl-3.0-only",)}, ("blocks", "on the list of denied licences")),
        (values.licence(), {"allow_licences": ("MIT",)}, ("blocks", "not on the list of allowed licences")),
        (
            values.licence(id="SEE LICENSE IN LICENSE"),
            {"deny_licences": ("GPL-3.0-only",)},
            ("reported", "licence text not understood"),
        ),
        (values.licence(id="unknown"), {"deny_licences": ("MIT",)}, ("reported", "licence text not understood")),
        (values.licence(dev=True), {"allow_licences": ("MIT",)}, ("reported", "used by tests and builds only")),
    ],
)
def test_the_policy(weakness, settings, expected):
    """Levels, fixes, grace and licences decide; what is not red is still reported, with the reason."""
    assert outcome(weakness, **settings) == [expected]


@pytest.mark.parametrize("lists", [{"allow_licences": ("MIT",)}, {"deny_licences": ("GPL-3.0-only",)}])
def test_a_licence_that_no_list_is_against_is_no_finding(lists):
    """Neither in the report nor for an exception, which nothing needs."""
    report = audit(scan(values.licence(id="MIT")), waivers=[values.waiver(id="MIT")], **lists)

    assert report.weaknesses == ()
    assert gates(report) == GREEN | {"licences": "passed", "exceptions": "failed"}


def test_a_gate_that_is_off_says_so():
    """It is neither green nor red."""
    report = audit(scan(values.vulnerability()), vulnerabilities="never")

    assert gates(report)["vulnerabilities"] == "off"


def test_the_packages_of_test_projects_are_not_shipped():
    """A folder of a test project makes its packages `dev`, whatever the tool says; a secret in it stays a secret."""
    weakness = values.vulnerability(file="tests/A.Tests/packages.lock.json", package=values.package("X", "1", "nuget"))

    report = audit(scan(weakness, values.secret(file="tests/A.Tests/a.json")), dev=["tests/A.Tests"])

    assert {j.weakness.kind.value: j.outcome.value for j in report.weaknesses} == {
        "vulnerability": "reported",
        "secret": "blocks",
    }


@pytest.mark.parametrize(
    ("file", "ships"),
    [
        ("src/Web/packages.lock.json", True),
        ("src/packages.lock.json", False),
        ("src/Web/Tests/packages.lock.json", False),
        ("src/Both/packages.lock.json", True),
        ("packages.lock.json", True),
    ],
)
def test_the_innermost_project_decides(file, ships):
    """A test project above or below the web project does not make its packages those of tests, nor the reverse."""
    weakness = values.vulnerability(file=file, package=values.package("X", "1", "nuget"))
    part = values.component(file=file)
    dev, shipped = ["src", "src/Web/Tests", "src/Both"], ["src/Web", "src/Both"]

    report = audit(scan(weakness, components=(part,)), dev=dev, shipped=shipped)

    assert [(j.outcome is Outcome.BLOCKS, report.components[0].dev) for j in report.weaknesses] == [(ships, not ships)]


def test_what_the_image_holds_ships():
    """A path in the image may look like one of a test project."""
    weakness = values.vulnerability(file="app/X.deps.json", image=True)

    report = audit(scan(weakness, components=(values.component(file="app/X.deps.json", image=True),)), dev=["app"])

    assert ([j.outcome for j in report.weaknesses], report.components[0].dev) == ([Outcome.BLOCKS], False)


def test_known_exploited_is_red_at_any_level():
    """Neither level, nor missing fix, nor grace count then; the feed's scores are shown."""
    feeds = Feeds(exploited=frozenset({"CVE-2021-23337"}), probability={"CVE-2021-23337": 0.42})
    weakness = values.vulnerability(level=Level.LOW, fixed="", published="2026-02-28")

    report = audit(scan(weakness), grace="30 days", feeds=feeds)

    (judged,) = report.weaknesses
    assert (judged.outcome, judged.why) == (Outcome.BLOCKS, "known to be exploited")
    assert (judged.exploited, judged.probability) == (True, 0.42)

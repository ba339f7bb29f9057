"""What people and machines read of an audit."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from sarif_pydantic import Sarif

from pipeline.judge.audit.model import Audit, Gate, GateState
from pipeline.judge.model import Status
from pipeline.parse.feeds import Feeds
from pipeline.parse.weakness import Part
from pipeline.render import as_json, audit_markdown, audit_text, evidence, markdown, sarif, summary
from tests import samples
from tests.unit.judge.audit import values
from tests.unit.render.reports import reports


def evidence_page(report):
    return evidence.files(report)["summary.md"]


def report(*found, feeds=None, **more):
    audited = values.audit(values.scan(*found), feeds=feeds, **more)
    return samples.report(samples.result(), audit=audited)


FORGED = "a\n  ok          secrets           0 found\x1b[2J"


@pytest.mark.parametrize("render", [summary.text, evidence_page], ids=["text", "Markdown"])
def test_a_name_adds_no_line(render):
    """Not of a finding, of a gap or of what nobody looked at: it would read as another gate."""
    gaps = (values.expected(Part.NPM, FORGED), values.expected(Part.CONFIGURATION, FORGED, open="no checks for it"))
    text = render(report(values.secret(file=FORGED), expected=gaps))

    assert text.count("0 found") >= 3
    assert not any(line.lstrip(" -").startswith("ok          secrets") for line in text.splitlines())
    assert "\x1b" not in text


@pytest.fixture
def rich():
    """Return a report with a red finding of each kind, an accepted and a reported one, and gaps."""
    waived = values.vulnerability(id="CVE-2020-8203", aliases=(), package=values.package("waived"))
    below = values.misconfiguration(id="DS-0026", level=values.Level.LOW)
    image = values.vulnerability(id="CVE-2023-0464", aliases=(), file=None, image=True, path=())
    found = (values.vulnerability(path=("app", "lodash")), values.secret(), waived, below, image)
    return report(
        *found,
        waivers=(values.waiver(id="CVE-2020-8203", scope="waived"),),
        expected=(
            values.expected(Part.NPM),
            values.expected(Part.OS, "image"),
            values.expected(Part.CONFIGURATION, "fly.toml", open="no checks for it"),
        ),
        anchor="src/Web.csproj",
        feeds=Feeds(probability={"CVE-2021-23337": 0.42}),
    )


def test_the_summary_tells_what_is_red_and_what_to_do(rich):
    """Each gate, each red finding with its place, its mended version and its way, and who accepted what."""
    text = summary.text(rich)

    assert "  FAILED      vulnerabilities   2 red of 3: image: the tool does not say that it read this" in text
    assert "  ok          misconfiguration  1 found" in text
    assert (
        "  - HIGH  CVE-2021-23337  lodash 4.17.20  client/package-lock.json  Command Injection "
        "(mended in 4.17.21; EPSS 42%; by way of app)"
    ) in text
    assert "  - CRITICAL  fly-token  src/appsettings.json:3  Fly.io token" in text
    assert "team-web until 2026-05-01: the function is not called" in text
    assert "Reported, not red: below high (1). Each is in report.json (--evidence DIR)" in text


def test_the_summary_states_what_was_looked_at(rich):
    """By part and tool; gaps by name."""
    text = summary.text(rich)

    assert "  - npm packages: 1 of 1 by trivy" in text
    assert "  - operating system packages: 0 of 1" in text
    assert "  - operating system packages: MISSING image: trivy: the tool does not say that it read this" in text
    assert "  - configuration: not covered, fly.toml: no checks for it" in text


def test_gaps_with_one_reason_are_one_line():
    """Eight projects that a feed said nothing about are one problem."""
    expected = tuple(values.expected(Part.NUGET, f"{n}.csproj", open="no lock file") for n in range(5))

    text = summary.text(report(expected=expected))

    assert "  - NuGet packages: not covered, 0.csproj, 1.csproj, 2.csproj and 2 more: no lock file\n" in text


def test_places_and_unknown_fixes_are_told():
    """All lines of one mistake, and no word about a fix that no tool speaks of."""
    twice = values.misconfiguration(line=9), values.misconfiguration(line=3)
    text = summary.text(report(*twice, values.vulnerability(fixed=None)))

    assert "Dockerfile:9" in text
    assert "also Dockerfile:3" in text or "also Dockerfile:9" in text
    assert "mended in" not in text


def test_every_wrong_exception_is_told():
    """Each is mended for itself; one after the other would be a run each."""
    gate = Gate(name="exceptions", state=GateState.FAILED, blocking=2, total=2, why=("a: no owner", "b: expired"))
    assert audit_text.gate_row(gate).endswith("2 red of 2: a: no owner; b: expired")


def test_without_an_audit_nothing_is_claimed():
    """A run without scans says nothing about security."""
    plain = samples.report(samples.result())

    assert audit_text.lines(plain.audit) == []
    assert audit_markdown.lines(plain.audit, markdown.escape) == []
    assert "Security" not in summary.text(plain) + markdown.text(plain)


def test_many_findings_are_cut_in_the_summary_alone():
    """The first twenty are shown, and how many more there are."""
    found = [values.vulnerability(id=f"CVE-2026-{n}", aliases=()) for n in range(25)]
    text = summary.text(report(*found))

    assert text.count("  - HIGH  CVE-2026-") == 20
    assert "  - and 5 more, all in report.json (--evidence DIR)" in text


def test_markdown_has_a_table_of_gates(rich):
    """A job page shows the gates and, folded, what was looked at."""
    page = markdown.text(rich)

    assert "| 🔴 | vulnerabilities | 2 | 3 |" in page
    assert "| 🟢 | exceptions | 0 | 1 |" in page
    assert "<details><summary>Looked at</summary>" in page


def test_markdown_tells_every_wrong_exception():
    """As the summary does; of other gates the first three reasons."""
    why = tuple("abcde")
    gates = [
        Gate(name=name, state=GateState.FAILED, blocking=5, total=5, why=why) for name in ("exceptions", "secrets")
    ]

    lines = audit_markdown.lines(Audit(gates=tuple(gates)), markdown.escape)

    assert [line.split("|")[-2].strip() for line in lines[5:7]] == ["a; b; c; d; e", "a; b; c and 2 more"]


def results(text):
    return json.loads(text)["runs"][0]["results"]


def test_sarif_is_what_code_scanning_wants(rich):
    """Rules, places below the root, our own fingerprints, numbers for the severity, suppressions for exceptions."""
    text = sarif.text(rich)
    data = json.loads(text)

    Sarif.model_validate(data)
    assert (data["version"], len(data["runs"])) == ("2.1.0", 1)
    rules = data["runs"][0]["tool"]["driver"]["rules"]
    assert {rule["id"]: rule["properties"]["security-severity"] for rule in rules} == {
        "misconfiguration/DS-0026": "2.0",
        "secret/fly-token": "9.5",
        "vulnerability/CVE-2020-8203": "8.0",
        "vulnerability/CVE-2021-23337": "8.0",
        "vulnerability/CVE-2023-0464": "8.0",
    }
    for result in results(text):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert len(result["partialFingerprints"]["pipelineAudit/v1"]) == 32
    places = {r["ruleId"]: r["locations"][0]["physicalLocation"] for r in results(text)}
    assert places["secret/fly-token"] == {
        "artifactLocation": {"uri": "src/appsettings.json", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 3},
    }
    assert places["vulnerability/CVE-2023-0464"]["artifactLocation"]["uri"] == "src/Web.csproj"
    suppressed = {r["ruleId"] for r in results(text) if r.get("suppressions")}
    assert suppressed == {"vulnerability/CVE-2020-8203"}


def test_sarif_asks_for_attention_only_for_what_is_red():
    """What the policy only reports is a note."""
    text = sarif.text(report(values.misconfiguration(level=values.Level.MEDIUM), values.secret()))

    assert {r["ruleId"]: r["level"] for r in results(text)} == {
        "misconfiguration/DS-0002": "note", "secret/fly-token": "error",
    }  # fmt: skip


def test_a_rule_of_sarif_says_what_is_true_of_all_its_results():
    """One text per advisory, rule or licence; what a single package or place needs stands with the result."""
    one, two = (values.licence(package=values.package(name), title=f"{name} is under it") for name in ("a", "b"))
    text = sarif.text(report(one, two, deny_licences=("GPL-3.0-only",)))

    (rule,) = json.loads(text)["runs"][0]["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == "Package under the licence GPL-3.0-only"
    assert {r["message"]["text"].partition(":")[0] for r in results(text)} == {"a 4.17.20", "b 4.17.20"}


def test_sarif_says_what_it_leaves_out(monkeypatch):
    """GitHub takes so many; the rest stands in the report, and the file says so."""
    monkeypatch.setattr(sarif, "MOST", 2)
    found = [values.vulnerability(id=f"CVE-2026-{n}", aliases=()) for n in range(5)]

    (run,) = json.loads(sarif.text(report(*found)))["runs"]

    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert (len(run["results"]), note["message"]["text"]) == (2, "3 more findings stand in report.json alone")
    Sarif.model_validate(json.loads(sarif.text(report(*found))))


def test_sarif_of_a_clean_audit_is_an_empty_list():
    """Code scanning closes what is gone only when it gets an empty list."""
    assert results(sarif.text(report())) == []


def test_a_fingerprint_outlives_a_new_version():
    """An alert is not closed and opened again by an update that does not mend it."""
    newer = values.vulnerability(package=values.package(version="4.17.20-1"), line=9)
    one, two = (results(sarif.text(report(w)))[0] for w in (values.vulnerability(), newer))

    assert one["partialFingerprints"] == two["partialFingerprints"]


@settings(deadline=None, max_examples=30)
@given(reports)
def test_any_audit_is_valid_sarif(any_report):
    """Whatever a tool said, the file can be uploaded."""
    Sarif.model_validate(json.loads(sarif.text(any_report)))


def test_the_report_holds_each_finding_once(rich):
    """Steps do not repeat what stands in the audit."""
    data = json.loads(as_json.text(rich))

    assert len(data["audit"]["weaknesses"]) == 5
    assert [step["weaknesses"] for step in data["steps"]] == [[]]
    assert as_json.read(as_json.text(rich)) == rich


def test_a_step_that_broke_is_no_gap_without_reason():
    """The summary says which step and why."""
    audited = values.audit(values.scan(status=Status.UNAVAILABLE, reason="405 Method Not Allowed", looked=()))
    text = summary.text(samples.report(samples.result(), audit=audited))

    assert "INCOMPLETE  secrets           0 found: client/package-lock.json: audit.x is unavailable: 405" in text

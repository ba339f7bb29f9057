"""`npm audit --json`."""

from __future__ import annotations

import json

import pytest

from pipeline.parse.npm_audit import parse, parse_canary, parse_pnpm, parse_shrinkwrap, parse_yarn
from pipeline.parse.weakness import Level, Looked, Package, Part, WeaknessKind

VULNERABLE = "npm-11.19.1-audit-vulnerable.json"


def test_advisories(read) -> None:
    """Each advisory object is one weakness; an entry that only names its parent's is none."""
    found = parse(read(VULNERABLE), "/src", "web").weaknesses

    assert [(w.id, w.package.name, w.level, w.fixed) for w in found] == [
        ("GHSA-35jh-r3h4-6jhm", "lodash", Level.HIGH, "4.17.21"),
        ("GHSA-29mw-wpgm-hmr9", "lodash", Level.MEDIUM, "4.17.21"),
        ("GHSA-xvch-5gv4-984h", "minimist", Level.CRITICAL, "1.2.6"),
    ]
    one = found[0]
    assert (one.kind, one.tool, one.file) == (WeaknessKind.VULNERABILITY, "npm audit", "web/package-lock.json")
    assert (one.title, one.url) == (
        "Command Injection in lodash",
        "https://github.com/advisories/GHSA-35jh-r3h4-6jhm",
    )
    assert one.package == Package(ecosystem="npm", name="lodash")


def test_the_way_to_a_package(read) -> None:
    """A transitive package is shown with the direct dependency that brings it."""
    found = parse(read(VULNERABLE), "/src").weaknesses

    assert [w.path for w in found] == [("lodash",), ("lodash",), ("mkdirp", "minimist")]


def test_what_was_looked_at(read) -> None:
    """A clean answer names the lock file and how many packages were asked."""
    parsed = parse(read("npm-11.19.1-audit-clean.json"), "/src", "web")

    assert (parsed.weaknesses, parsed.unavailable) == ((), ())
    assert parsed.looked == (Looked(part=Part.NPM, target="web/package-lock.json", tool="npm audit", count=1),)


@pytest.mark.parametrize(
    ("case", "why"),
    [
        ("405", "405 Method Not Allowed"),
        ("500", "500 Internal Server Error"),
        ("garbage", "invalid json response body"),
        ("cut", "invalid json response body"),
        ("silence", "network timeout"),
        ("nolock", "This command requires an existing lockfile."),
    ],
)
def test_failures(case, why, read) -> None:
    """Every way in which npm says that it could not ask is unavailable with npm's own reason, never clean."""
    parsed = parse(read(f"npm-11.19.1-audit-{case}.json"), "/src")

    assert (len(parsed.unavailable), parsed.weaknesses, parsed.looked) == (1, (), ())
    assert parsed.unavailable[0].startswith(f"npm audit: {why}")


@pytest.mark.parametrize(
    ("parser", "lock"),
    [(parse_pnpm, "web/pnpm-lock.yaml"), (parse_yarn, "web/yarn.lock")],
)
def test_the_packages_of_another_manager(parser, lock, read) -> None:
    """They are named at its lock file, without a way that a flat list does not know, and with what mends each."""
    parsed = parser(read("npm-11.19.1-audit-flat.json"), "/src", "web")

    assert [(w.id, w.package.name, w.fixed, w.file, w.path) for w in parsed.weaknesses] == [
        ("GHSA-35jh-r3h4-6jhm", "lodash", "4.17.21", lock, ()),
        ("GHSA-29mw-wpgm-hmr9", "lodash", "4.17.21", lock, ()),
        ("GHSA-xvch-5gv4-984h", "minimist", "1.2.6", lock, ()),
    ]
    assert parsed.looked == (Looked(part=Part.NPM, target=lock, tool="npm audit", count=4),)


def test_a_shrinkwrap_file(read) -> None:
    """It is npm's lock file under its other name."""
    parsed = parse_shrinkwrap(read("npm-11.19.1-audit-clean.json"), "/src", "web")
    assert [one.target for one in parsed.looked] == ["web/npm-shrinkwrap.json"]


def altered(text: str, **more: object) -> str:
    return json.dumps(json.loads(text) | more)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"auditReportVersion": 3}, "npm's audit report has the unknown version 3"),
        ({"auditReportVersion": None}, "npm's audit report has the unknown version None"),
        ({"vulnerabilities": []}, "npm's audit report lists no vulnerabilities"),
        ({"vulnerabilities": {}}, "npm's audit report names 0 packages and counts 3"),
    ],
)
def test_reports_that_cannot_be_trusted(more, why, read) -> None:
    """An unknown version, or a report that contradicts itself, is no scan."""
    parsed = parse(altered(read(VULNERABLE), **more), "/src")

    assert (parsed.unavailable, parsed.weaknesses) == ((why,), ())


def test_a_cut_report_is_no_scan(read) -> None:
    """Half a report is none."""
    text = read(VULNERABLE)
    assert parse(text[: len(text) // 2], "/src").unavailable == ("npm's audit report holds no complete JSON object",)


def test_the_canary(read) -> None:
    """An endpoint that knows lodash 4.17.20 is one; `{}` to everything looks clean and is not."""
    assert parse_canary(read(VULNERABLE), "/src").unavailable == ()
    assert parse_canary(read("npm-11.19.1-audit-empty.json"), "/src").unavailable == (
        "the npm audit endpoint knows no vulnerability of lodash 4.17.20, so its silence proves nothing",
    )
    assert parse_canary(read("npm-11.19.1-audit-405.json"), "/src").unavailable != ()


def test_an_advisory_without_url_keeps_npms_number(read) -> None:
    """No weakness is without an id."""
    report = json.loads(read(VULNERABLE))
    report["vulnerabilities"]["lodash"]["via"][0]["url"] = None
    report["vulnerabilities"]["lodash"]["via"][0]["range"] = "<=4.17.20"

    found = parse(json.dumps(report), "/src").weaknesses[0]

    assert found.id == "npm-1106913"


@pytest.mark.parametrize(
    ("fix", "fixed", "help_"),
    [
        (False, None, ""),
        (True, None, "`npm audit fix` mends it"),
        ({"name": "parent", "version": "2.0.0", "isSemVerMajor": True}, None, "update parent to 2.0.0"),
    ],
)
def test_what_npm_knows_of_a_fix(fix, fixed, help_, read) -> None:
    """Where the advisory names no mended version; that of a parent is not the package's own."""
    report = json.loads(read(VULNERABLE))
    report["vulnerabilities"]["lodash"]["via"][0]["range"] = "<=4.17.20"
    report["vulnerabilities"]["lodash"]["fixAvailable"] = fix

    found = parse(json.dumps(report), "/src").weaknesses[0]

    assert (found.fixed, found.help) == (fixed, help_)


def with_advisory(read, **more):
    """Return what is found when npm says this of lodash."""
    report = json.loads(read(VULNERABLE))
    report["vulnerabilities"]["lodash"]["via"][0] |= more
    report["vulnerabilities"]["lodash"]["fixAvailable"] = False
    return parse(json.dumps(report), "/src").weaknesses[0]


@pytest.mark.parametrize(
    ("versions", "fixed"),
    [
        ("<4.17.21", "4.17.21"),
        ("<=1.2.5", None),
        (">=1.0.0 <=1.2.5", None),
        ("1.2.5", None),
        ("<=1.2.5 || >=2.0.0 <=2.1.0", None),
        (">=2.0.0", ""),
        ("<=1.2.5 || >=2.0.0", ""),
        (">2.0.0-rc.1", ""),
    ],
)
def test_no_fix_is_said_of_a_range_without_an_end_alone(versions, fixed, read) -> None:
    """Npm says `false` as well when the registry answered 404 for the package."""
    assert with_advisory(read, range=versions).fixed == fixed


@pytest.mark.parametrize(
    ("more", "malware"),
    [
        ({"title": "Malware in lodash", "range": ">=4.17.20"}, True),
        ({"cwe": ["CWE-506"], "range": ">=4.17.20"}, True),
        ({"range": "*"}, True),
        ({"range": ">=0"}, True),
        ({"range": ">= 0.0.0"}, True),
        ({"range": ">=0.0.1"}, False),
        ({"title": "Denial of service by malware in x", "range": "<=4.17.20"}, False),
    ],
)
def test_malware(more, malware, read) -> None:
    """What is wrong is the package: its mend is to do without."""
    found = with_advisory(read, **more)

    assert (found.malware, found.help.startswith("no version is without it")) == (malware, malware)

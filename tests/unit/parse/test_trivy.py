"""Trivy's reports, as real runs left them."""

from __future__ import annotations

import json

import pytest

from pipeline.parse.registry import parse
from pipeline.parse.weakness import Level, Looked, Package, Part, WeaknessKind

FIXTURE = "trivy-0.74.0-{}.json"
# A parser, and the fixture of its good case.
GOOD = {
    "trivy-packages": "packages",
    "trivy-match": "match",
    "trivy-canary": "canary",
    "trivy-image-packages": "image-packages",
    "trivy-image-match": "image-match",
    "trivy-os-canary": "os-canary-debian-12",
    "findings": "findings",
    "findings-history": "findings-history",
    "findings-image": "findings-image",
    "findings-canary": "findings-canary",
}


@pytest.fixture
def parsed(read):
    """Return what a parser reads out of a fixture."""
    return lambda kind, name="": parse(kind, read(FIXTURE.format(name or GOOD[kind])), "/src")


def test_packages(parsed):
    """Each package of each lock file, with its licence, and whether it is shipped."""
    result = parsed("trivy-packages")

    assert result.unavailable == ()
    found = {(c.package.name, c.package.version): c for c in result.components}
    assert len(found) == 7
    lodash = found["lodash", "4.17.20"]
    assert (lodash.purl, lodash.licences, lodash.file) == (
        "pkg:npm/lodash@4.17.20",
        ("MIT",),
        "client/package-lock.json",
    )
    assert (lodash.direct, lodash.dev, found["left-pad", "1.3.0"].dev) == (True, False, True)
    assert found["Newtonsoft.Json", "12.0.1"].package.ecosystem == "nuget"
    assert [(w.kind, w.id, w.package.name) for w in result.weaknesses if w.package.name == "lodash"] == [
        (WeaknessKind.LICENCE, "MIT", "lodash")
    ]
    assert [(one.part, one.target) for one in result.looked] == [(Part.LICENCES, "client/package-lock.json")]


@pytest.mark.parametrize(
    ("kind", "folder"), [("trivy-packages", "client"), ("trivy-match", "client"), ("findings", "src")]
)
def test_what_was_read_in_a_copy_is_told_at_its_place(kind, folder, parsed, read):
    """Trivy passes over a folder `dev` at the root; a copy of it lies beside the source."""
    text = read(FIXTURE.format(GOOD[kind])).replace(f'"{folder}/', '".pipeline/root/dev/')

    moved, plain = parse(kind, text, "/src"), parsed(kind)

    def files(result):
        found = {x.file for x in (*result.components, *result.weaknesses)} | {x.target for x in result.looked}
        return {file for file in found if file and file.startswith((f"{folder}/", "dev/"))}

    assert files(moved) == {file.replace(f"{folder}/", "dev/") for file in files(plain)} != set()


def test_matches(parsed):
    """Vulnerabilities of both ecosystems, with aliases, the mended version and the way to the package."""
    result = parsed("trivy-match")

    assert [(w.id, w.aliases, w.level, w.package, w.fixed, w.path) for w in result.weaknesses] == [
        (
            "CVE-2021-23337",
            ("GHSA-35jh-r3h4-6jhm",),
            Level.HIGH,
            Package(ecosystem="npm", name="lodash", version="4.17.20"),
            "4.17.21",
            ("lodash",),
        ),
        (
            "CVE-2021-44906",
            ("GHSA-xvch-5gv4-984h",),
            Level.CRITICAL,
            Package(ecosystem="npm", name="minimist", version="0.0.8"),
            "1.2.6",
            ("mkdirp", "minimist"),
        ),
        (
            "CVE-2024-21907",
            ("GHSA-5crp-9r3c-p9vr",),
            Level.HIGH,
            Package(ecosystem="nuget", name="Newtonsoft.Json", version="12.0.1"),
            "13.0.1",
            ("Acme.Json", "Newtonsoft.Json"),
        ),
    ]
    assert {w.file for w in result.weaknesses} == {"client/package-lock.json", "src/A/packages.lock.json"}
    assert [(one.part, one.target, one.count) for one in result.looked] == [
        (Part.NPM, "client/package-lock.json", 5),
        (Part.NUGET, "src/A/packages.lock.json", 2),
    ]


def test_the_database_is_dated_and_proven(parsed):
    """Its date is told, and a database without one ecosystem is none for it."""
    assert parsed("trivy-database", "database").looked[0].data == "2026-01-01T00:00:00Z"
    assert parsed("trivy-canary").unavailable == ()
    assert parsed("trivy-canary", "canary-no-npm").unavailable == (
        "Trivy's database knows no vulnerability of lodash 4.17.20, so its silence proves nothing",
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"Version": 1, "UpdatedAt": "2026-01-01"}', "Trivy's database has schema 1, not 2"),
        ('{"Version": 2}', "the metadata of Trivy's database tells no date"),
        ("{", "the metadata of Trivy's database holds no complete JSON object"),
        ("", "the metadata of Trivy's database is empty"),
    ],
)
def test_a_database_without_a_date_is_none(text, why):
    """Its age could not be judged."""
    assert parse("trivy-database", text, "/src").unavailable == (why,)


def test_the_system_of_the_image(parsed):
    """Only a system that the database knows is named."""
    assert [one.target for one in parsed("trivy-os-canary").looked] == ["debian 12"]
    assert parsed("trivy-os-canary", "os-canary-alpine-3.22").looked == ()


def test_the_image(parsed):
    """Packages of the system and of the application, and what is wrong with them."""
    packages = parsed("trivy-image-packages")
    assert [(c.package.ecosystem, c.package.name, c.image) for c in packages.components] == [
        ("debian", "libssl3", True),
        ("nuget", "Hello", True),
        ("nuget", "Newtonsoft.Json", True),
    ]
    assert (packages.looked[0].part, packages.looked[0].data) == (Part.IMAGE, "debian 12.8")
    match = parsed("trivy-image-match")
    assert [(w.id, w.package.name, w.fixed, w.file, w.image) for w in match.weaknesses] == [
        ("CVE-2023-0464", "libssl3", "3.0.9-1", None, True),
        ("CVE-2024-21907", "Newtonsoft.Json", "13.0.1", "app/Hello.deps.json", True),
    ]
    assert match.looked[0] == Looked(part=Part.OS, target="image", tool="trivy", count=1, data="debian 12.8")


def test_findings_of_the_source(parsed):
    """Secrets in tests and documentation too; the planted one proves the scan and is no finding."""
    result = parsed("findings")

    assert result.unavailable == ()
    secrets = [(w.id, w.level, w.file, w.line) for w in result.weaknesses if w.kind is WeaknessKind.SECRET]
    assert sorted(secrets, key=str) == [
        ("connection-string-password", Level.HIGH, "src/appsettings.json", 1),
        ("fly-token", Level.CRITICAL, "tests/notes.md", 1),
        ("github-pat", Level.CRITICAL, "Dockerfile", 3),
    ]
    mistakes = {(w.id, w.level, w.file) for w in result.weaknesses if w.kind is WeaknessKind.MISCONFIGURATION}
    assert ("DS-0002", Level.HIGH, "Dockerfile") in mistakes
    assert [(one.part, one.target) for one in result.looked] == [
        (Part.SECRETS, "source"),
        (Part.CONFIGURATION, "Dockerfile"),
    ]


def test_an_advisory_of_a_distribution_is_no_name_of_a_vulnerability(read):
    """Several have it: as one finding an exception for one of them would be one for all."""
    report = json.loads(read(FIXTURE.format("image-match")))
    found = [v for r in report["Results"] for v in r.get("Vulnerabilities", ())]
    for vulnerability in found:
        vulnerability["VendorIDs"] = ["DSA-5764-1", "RHSA-2024:1", "USN-1-1"]

    result = parse("trivy-image-match", json.dumps(report), "/src")

    assert (len(result.weaknesses) > 1, {w.aliases for w in result.weaknesses}) == (True, {()})


def test_a_misconfiguration_is_told_by_its_rule(read):
    """Trivy's message about a file quotes the instruction, and with it what stands there."""
    report = json.loads(read(FIXTURE.format("findings")))
    for found in (m for r in report["Results"] for m in r["Misconfigurations"]):
        found["Message"] = "'--no-install-recommends' flag is missed: 'curl -H token'"

    result = parse("findings", json.dumps(report), "/src")

    titles = {w.title for w in result.weaknesses if w.kind is WeaknessKind.MISCONFIGURATION}
    assert ("Image user should not be 'root'" in titles, [t for t in titles if "token" in t]) == (True, [])


def test_a_blind_scan_is_none(parsed):
    """A scan that does not find what was planted has not looked, whatever else it found."""
    blind = ("Trivy did not find the secret that was planted for it, so its silence proves nothing",)
    assert parsed("findings", "findings-blind").unavailable == blind
    assert parsed("findings-canary", "findings-blind").unavailable == blind
    assert parsed("findings-history", "findings-blind").unavailable == blind
    assert parsed("findings-canary").unavailable == ()


def test_findings_of_the_history(parsed):
    """Deleted secrets are found, by the path that they had; the blob says where to look for the commit."""
    result = parsed("findings-history")

    assert [(w.id, w.file, w.line) for w in result.weaknesses] == [
        ("github-pat", "Dockerfile", None),
        ("connection-string-password", "src/appsettings.json", None),
        ("fly-token", "tests/notes.md", None),
    ]
    assert "`git log --all --find-object=6c25a95f2e0c`" in result.weaknesses[1].help


def test_a_secret_in_two_versions_is_one(read):
    """Every edit of a file makes a blob of its own."""
    report = json.loads(read(FIXTURE.format("findings-history")))
    again = [r | {"Target": f"aaaaaaaaaaaa/{r['Target'].partition('/')[2]}"} for r in report["Results"]]
    report["Results"] += [r for r in again if not r["Target"].endswith("canary.txt")]

    assert len(parse("findings-history", json.dumps(report), "/src").weaknesses) == 3


def test_findings_of_the_image(parsed):
    """In a layer, and in the environment that the image sets."""
    assert [(w.id, w.file, w.image) for w in parsed("findings-image").weaknesses] == [
        ("connection-string-password", "app/appsettings.json", True),
        ("fly-token", "image configuration", True),
    ]


def test_how_much_history_was_read(parsed):
    """The number of blobs and commits is told; a shallow clone is no history."""
    looked = parsed("git-history", "history").looked[0]
    assert (looked.part, looked.count, looked.data) == (Part.HISTORY, 10, "2 commits")
    shallow = '{"version": 3, "shallow": true, "commits": 1, "blobs": 3, "skipped": 0, "whole": true}'
    assert "fetch-depth: 0" in parse("git-history", shallow, "/src").unavailable[0]
    assert parse("git-history", '{"version": 3}', "/src").unavailable != ()
    elsewhere = '{"version": 3, "shallow": false, "commits": 500, "blobs": 0, "skipped": 0, "whole": true}'
    assert "no version of any file" in parse("git-history", elsewhere, "/src").unavailable[0]
    large = '{"version": 3, "shallow": false, "commits": 1, "blobs": 3, "skipped": 2, "whole": true}'
    read, gap = parse("git-history", large, "/src").looked
    assert (read.open, gap.target, gap.open) == ("", "2 files of the history", "over 10 MB, not searched for secrets")
    part = large.replace('"whole": true', '"whole": false').replace('"skipped": 2', '"skipped": 0')
    assert parse("git-history", part, "/src").looked[1].target == "history of other folders"


def test_what_is_not_checked_out_is_a_gap(read):
    """A container gets the files that are there, and nobody tells it that there are more."""
    report = read(FIXTURE.format("history")).replace('"sparse": false', '"sparse": true')
    assert [(one.part, one.target) for one in parse("git-history", report, "/src").looked if one.open] == [
        (Part.SECRETS, "a sparse checkout")
    ]


def test_the_history_of_a_submodule_is_a_gap():
    """It is in another repository, also when the submodule is gone since."""
    report = '{"version": 3, "shallow": false, "commits": 1, "blobs": 3, "skipped": 0, "whole": true, "submodules": %s}'
    looked = parse("git-history", report % '["lib", "old/lib"]', "/src").looked
    assert [(one.part, one.target) for one in looked if one.open] == [
        (Part.HISTORY, "history of lib"),
        (Part.HISTORY, "history of old/lib"),
    ]


def test_a_secret_in_a_message_is_told_as_one(read):
    """It stands in no file."""
    report = json.loads(read(FIXTURE.format("findings-history")))
    own = next(r for r in report["Results"] if r["Target"].endswith("Dockerfile"))
    own["Target"] = "messages/0"
    found = parse("findings-history", json.dumps(report), "/src").weaknesses
    assert {w.file for w in found if "git log --all --grep" in w.help} == {"messages of commits and tags"}


@pytest.mark.parametrize("kind", GOOD)
@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"SchemaVersion": 3}, "Trivy's report has the unknown schema 3"),
        ({"SchemaVersion": None}, "Trivy's report has the unknown schema None"),
        ({"Trivy": {"Version": "0.69.4"}}, "Trivy 0.69.4 is a compromised version; use another"),
        ({"Trivy": {"Version": "0.69.6"}}, "Trivy 0.69.6 is a compromised version; use another"),
    ],
)
def test_reports_that_cannot_be_trusted(kind, change, why, read):
    """An unknown schema is not guessed at, and a compromised scanner is not believed."""
    report = json.loads(read(FIXTURE.format(GOOD[kind]))) | change

    result = parse(kind, json.dumps(report), "/src")
    assert (result.unavailable, result.weaknesses, result.looked) == ((why,), (), ())


@pytest.mark.parametrize("kind", GOOD)
def test_nothing_recognised_is_nothing_looked_at(kind):
    """Trivy leaves `Results` out where it recognised no file; where something was planted that is a fault."""
    result = parse(kind, '{"SchemaVersion": 2, "Trivy": {"Version": "0.74.0"}}', "/src")

    planted = {"trivy-canary", "findings", "findings-history", "findings-canary"}
    assert (result.looked, bool(result.unavailable)) == ((), kind in planted)

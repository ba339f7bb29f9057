"""`dagger call audit` with the real tools in containers, against sources of the tests' own on the engine's bridge."""

from __future__ import annotations

import json
import re
import subprocess
import time
import uuid
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import ExitCode
from tests import apps
from tests.engine.dagger_call import dagger, evidence
from tests.security import npm_endpoint, nuget_feed, trivy_db
from tests.security.audit_call import add_npm_package, commit, database

if TYPE_CHECKING:
    from pathlib import Path

    from tests.apps import App
    from tests.engine.dagger_call import Evidence

pytestmark = pytest.mark.engine

# Long enough for what nothing of is cached: the image is built for its scan.
SECONDS = 900
FLY = "fm2_lJPECAAAAAAAAJwZxBDmDIQxYT3pUTt2nqZ5n0H6wrVodHRw"
PLANTED_OS = "CVE-2026-00001"
SCANS = {
    "audit.npm", "audit.nuget", "audit.packages", "audit.match", "audit.source", "audit.history", "audit.image",
    "audit.image.match",
}  # fmt: skip


def bridge() -> str:
    """Return the address at which a container reaches this machine, or skip."""
    shown = subprocess.run(["ip", "-4", "-o", "address"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\bdagger0\s+inet (\d+\.\d+\.\d+\.\d+)/", shown)
    if not found:
        pytest.skip("NOT TESTED (engine): its bridge dagger0 is not on this machine, so no container could ask us")
    return found[1]


def planted() -> trivy_db.Bucket:
    """Return a database that knows a vulnerability of the C library in the image's system."""
    content = trivy_db.buckets()
    for name in (trivy_db.DEBIAN, "debian 13", "ubuntu 24.04"):
        system = content.setdefault(name, {"openssl": dict(trivy_db.buckets()[trivy_db.DEBIAN]["openssl"])})
        system["glibc"] = {PLANTED_OS: b'{"FixedVersion": "99.0"}'}
    content["vulnerability"][PLANTED_OS] = trivy_db.detail("Planted for this test", "CRITICAL")
    return content


@dataclass
class World:
    """An application, a database and live sources that stay up, so that a second call has the same question."""

    app: App
    db: Path
    npm: npm_endpoint.Switch
    folder: Path

    def audit(self, name: str) -> Evidence:
        flags = (f"--settings={self.folder / 'overlay.yaml'}", f"--trivy-db={self.db}")
        return evidence(self.app, self.folder / name, *flags, part="audit", seconds=SECONDS)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Return an application with a planted weakness of each kind, audited once."""
    folder, host = tmp_path_factory.mktemp("audit"), bridge()
    app, spa = apps.both(folder / "app")
    apps.keep_one_test(spa)
    app.write("src/Hello.Web/notes.md", f"the old token was {FLY}\n")
    commit(app)
    app.remove("src/Hello.Web/notes.md")
    app.write("src/Hello.Web/appsettings.Production.json", json.dumps({"Fly": {"App": FLY}}))
    add_npm_package(app, "lodash", "4.17.20", below="client/")
    commit(app)
    with ExitStack() as stack:
        switch = npm_endpoint.Switch("advisories")
        npm = stack.enter_context(npm_endpoint.endpoint(switch, host=host))
        nuget = stack.enter_context(nuget_feed.feed(host=host))
        (folder / "overlay.yaml").write_text(
            f"security:\n  npm_registry: {npm.url}\n  nuget_source: {nuget.url}/v3/index.json\n"
            "image: {verify: false}\ndotnet: {format: false}\n",
            encoding="utf-8",
        )
        yield World(app, database(folder / "trivy", planted()), switch, folder)


@pytest.fixture(scope="module")
def first(world):
    return world.audit("first")


def red(found: Evidence) -> set[tuple[str, bool]]:
    return {
        (judged.weakness.id, judged.weakness.image)
        for judged in found.report.audit.weaknesses
        if judged.outcome.value == "blocks"
    }


def gates(found: Evidence) -> dict[str, str]:
    return {gate.name: gate.state.value for gate in found.report.audit.gates}


def test_planted_weaknesses_are_found(first):
    """In npm, in the system of the image, secrets in source, history and image; every part was looked at."""
    assert {id_: state for id_, state in first.states.items() if id_ in SCANS} == dict.fromkeys(SCANS, "passed")
    assert red(first) == {
        ("CVE-2021-23337", False), (PLANTED_OS, True), ("fly-token", False), ("fly-token", True),
    }  # fmt: skip
    tokens = {j.weakness.file for j in first.report.audit.weaknesses if j.weakness.id == "fly-token"}
    assert tokens == {
        "src/Hello.Web/notes.md", "src/Hello.Web/appsettings.Production.json", "app/appsettings.Production.json",
    }  # fmt: skip
    assert gates(first) == {
        "vulnerabilities": "failed",
        "secrets": "failed",
        "misconfiguration": "passed",
        "licences": "off",
        "exceptions": "passed",
    }
    assert [(row.part.value, row.missing) for row in first.report.audit.coverage if row.missing] == []
    assert first.report.verdict is ExitCode.RED


def test_two_tools_are_one_finding(first):
    """Once in the report, with both names."""
    found = [j for j in first.report.audit.weaknesses if j.weakness.id == "CVE-2021-23337"]
    assert [judged.tools for judged in found] == [("npm audit", "trivy")]


def test_no_secret_is_repeated(first):
    """Neither in the evidence nor in what the engine printed."""
    written = "".join(f.read_text(errors="replace") for f in first.folder.rglob("*") if f.is_file())
    assert FLY not in written + first.done.said
    results = json.loads(first.text("security.sarif"))["runs"][0]["results"]
    assert {r["ruleId"] for r in results} >= {"vulnerability/CVE-2021-23337", "secret/fly-token"}


def test_an_unchanged_second_call_runs_nothing(world, first):
    """A no-op stays one, live sources included: their answer counts for a while."""
    began = time.time()
    found = world.audit("second")

    assert (found.executed & SCANS, found.ran & SCANS) == (frozenset(), frozenset())
    assert red(found) == red(first)
    assert time.time() - began < 120


def test_a_new_database_repeats_the_comparison_alone(world, first):
    """Lock files, source, history and image are not read again."""
    content = planted()
    content["vulnerability"]["CVE-2026-00002"] = trivy_db.detail(f"Nobody has it {uuid.uuid4()}", "LOW")
    database(world.folder / "trivy", content)

    found = world.audit("database")

    assert found.executed & SCANS == {"audit.match", "audit.image.match"}


def test_an_edit_of_code_repeats_the_scan_of_the_source(world, first):
    """The lists of packages and the answers about them stay."""
    world.app.append(apps.GREETER, f"// {uuid.uuid4()}\n")

    found = world.audit("edit")

    packages = {"audit.npm", "audit.nuget", "audit.packages", "audit.match", "audit.history"}
    assert "audit.source" in found.executed
    assert found.executed & packages == frozenset()


def test_an_endpoint_that_refuses_is_asked_again(world, first):
    """405 is incomplete and not remembered: as soon as the endpoint answers, the answer counts."""
    add_npm_package(world.app, "left-pad", "1.3.0", below="client/")
    world.npm.mode = "405"
    refused = world.audit("refused")
    world.npm.mode = "advisories"
    answered = world.audit("answered")

    step = refused.step("audit.npm")
    assert (step.status.value, "405 Method Not Allowed" in step.reason) == ("unavailable", True)
    assert "audit.npm is unavailable" in "; ".join(why for gate in refused.report.audit.gates for why in gate.why)
    assert answered.step("audit.npm").status.value == "passed"


@pytest.mark.parametrize("verb", ["audit", "ci"])
def test_scans_end_a_call_red(verb, world, first):
    """With the summary, as everywhere; `ci` tells of them beside the tests of both stacks."""
    done = dagger(
        world.app, f"--settings={world.folder / 'overlay.yaml'}", f"--trivy-db={world.db}", verb, seconds=SECONDS
    )

    assert done.code == 1
    assert "FAILED      vulnerabilities" in done.said
    assert ("  ok          spa.test" in done.said) is (verb == "ci")


def test_the_bill_of_materials_names_both_stacks_and_the_image(world, first, tmp_path):
    """One document for all."""
    target = tmp_path / "sbom.json"
    done = dagger(world.app, f"--trivy-db={world.db}", "sbom", "-o", str(target), seconds=SECONDS)

    assert done.code == 0, done.said
    kinds = {c["purl"].partition("/")[0] for c in json.loads(target.read_text())["components"]}
    assert kinds >= {"pkg:npm", "pkg:nuget", "pkg:deb"}


def test_lock_prints_digests(world, first):
    """Of every tool image, in the form of the settings."""
    done = dagger(world.app, "lock", seconds=SECONDS)

    lines = done.out.strip().splitlines()
    assert lines[0] == "images:"
    assert all(re.fullmatch(r'  [a-z-]+: "\S+@sha256:[0-9a-f]{64}"', line) for line in lines[1:]), lines
    assert {line.split(":")[0].strip() for line in lines[1:]} >= {"dotnet", "node", "trivy"}

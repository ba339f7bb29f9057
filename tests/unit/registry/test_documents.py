"""What is kept beside an image."""

from __future__ import annotations

import json

from pipeline.judge.audit.model import Audit
from pipeline.parse.weakness import Component, Package
from pipeline.plan.identity import Identity
from pipeline.registry import documents
from pipeline.render import as_json
from tests import samples

DIGEST = "sha256:" + "a" * 64
SCRIPT = """
DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '1_A') THEN
    DROP TABLE a;
    END IF;
END $EF$;
"""
KNOWN = Identity(revision="b" * 40, created="2026-11-01T10:00:00Z", source="https://git.test/shop", version="1.0")
IMAGES = (("dotnet", "r.test/sdk:10.0@sha256:" + "c" * 64), ("node", "r.test/node:22"))


def made(report=None, identity=KNOWN, scripts=None):
    plan = samples.plan(samples.step(), images=IMAGES)
    given = report or samples.report(started=1_700_000_000.0, duration=12.0)
    found = documents.of("r.test/shop", DIGEST, plan=plan, report=given, identity=identity, scripts=scripts or {})
    return {one.kind: one for one in found}


def test_the_report_is_the_run_s_own():
    """Whoever promotes it reads the same as whoever published it."""
    report = samples.report(started=1_700_000_000.0)
    (file,) = made(report)[documents.REPORT].files
    assert as_json.read(file.content.decode()) == report
    assert made(report)[documents.REPORT].created == "2023-11-14T22:13:20Z"


def test_where_it_is_from():
    """The image, the commit, and each tool, pinned where it was."""
    (file,) = made()[documents.PROVENANCE].files
    said = json.loads(file.content)
    assert said["subject"] == [{"name": "r.test/shop", "digest": {"sha256": "a" * 64}}]
    build = said["predicate"]["buildDefinition"]
    assert build["resolvedDependencies"] == [
        {"uri": "git+https://git.test/shop", "digest": {"gitCommit": "b" * 40}},
        {"name": "dotnet", "uri": "docker://r.test/sdk:10.0", "digest": {"sha256": "c" * 64}},
        {"name": "node", "uri": "docker://r.test/node:22"},
    ]
    assert build["internalParameters"]["steps"] == [samples.step().id]
    assert said["predicate"]["runDetails"]["metadata"]["finishedOn"] == "2023-11-14T22:13:32Z"


def test_migrations():
    """What each does, and the script that a release runs."""
    listed, script = made(scripts={"Shop.sql": SCRIPT})[documents.MIGRATIONS].files
    (context,) = json.loads(listed.content)["contexts"]
    assert context["context"] == "Shop"
    assert context["migrations"] == [{"id": "1_A", "change": "destructive", "because": ["DROP TABLE a"]}]
    assert (script.name, script.content.decode()) == ("Shop.sql", SCRIPT)


def test_what_there_is_not_is_not_kept():
    """An empty list of packages would look like one."""
    assert set(made()) == {documents.REPORT, documents.PROVENANCE}
    package = Package(ecosystem="npm", name="left-pad", version="1.0.0")
    component = Component(package=package, purl="pkg:npm/left-pad@1.0.0")
    listed = made(samples.report(audit=Audit(components=(component,))))
    assert "left-pad" in listed[documents.SBOM].files[0].content.decode()

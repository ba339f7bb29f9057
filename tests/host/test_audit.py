"""`pipeline audit --on host`: real npm, NuGet and Trivy against sources of the tests' own."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from pipeline.errors import ExitCode
from tests import apps
from tests.security import npm_endpoint, nuget_feed
from tests.security.audit_call import add_npm_package, audit, commit, database

pytestmark = [pytest.mark.host, pytest.mark.trivy]

FLY = "fm2_lJPECAAAAAAAAJwZxBDmDIQxYT3pUTt2nqZ5n0H6wrVodHRw"
PASSWORD = "Kaltbl0od-9931"
GREEN = {
    "vulnerabilities": "passed",
    "secrets": "passed",
    "misconfiguration": "passed",
    "licences": "off",
    "exceptions": "passed",
}


@pytest.fixture
def spa(tmp_path):
    """Return the SPA alone: npm and Trivy look at it."""
    return apps.spa(tmp_path / "app")


@pytest.fixture
def net(tmp_path):
    """Return the small .NET application: NuGet and Trivy look at it."""
    return apps.minimal(tmp_path / "app")


def test_a_clean_application_is_green(spa, tmp_path):
    """Every part was looked at, by the tools named, and nothing was found."""
    done = audit(spa, tmp_path / "work")

    assert (done.code, done.gates) == (ExitCode.GREEN, GREEN), done.said
    looked = {(row.part.value, row.tool) for row in done.report.audit.coverage if not row.missing and not row.open}
    assert looked == {
        ("npm packages", "npm audit"),
        ("npm packages", "trivy"),
        ("licences", "trivy"),
        ("vulnerability database", "trivy"),
        ("secrets in the source", "trivy"),
        ("secrets in the git history", "trivy"),
    }
    assert json.loads((done.evidence / "security.sarif").read_text())["runs"][0]["results"] == []


def test_ci_scans_too(spa, tmp_path):
    """Green tests and clean scans are green together; tests without an answer from the registry are incomplete."""
    apps.keep_one_test(spa)
    apps.rewrite_scripts(spa, {"lint": None, "type-check": None, "build": "vite build"})

    whole = audit(spa, tmp_path / "whole", verb="ci")
    blind = audit(spa, tmp_path / "blind", npm="405", verb="ci")

    assert (whole.code, whole.gates) == (ExitCode.GREEN, GREEN), whole.said
    assert (blind.code, blind.gates["vulnerabilities"]) == (ExitCode.INCOMPLETE, "incomplete"), blind.said
    for found in (whole, blind):
        assert (found.step("spa.test").status.value, found.step("spa.build").status.value) == ("passed", "passed")


def test_a_vulnerable_npm_package_is_red_once(spa, tmp_path):
    """Npm and Trivy find the same advisory; it is one finding with both names, its version and what mends it."""
    add_npm_package(spa, "lodash", "4.17.20")

    done = audit(spa, tmp_path / "work")

    assert (done.code, done.gates) == (ExitCode.RED, GREEN | {"vulnerabilities": "failed"})
    assert done.red == {("CVE-2021-23337", "package-lock.json")}
    found = done.weakness("CVE-2021-23337")
    assert found.tools == ("npm audit", "trivy")
    assert (found.weakness.package.version, found.weakness.fixed) == ("4.17.20", "4.17.21")
    # The moderate one, which only npm's endpoint lists.
    assert done.weakness("GHSA-29mw-wpgm-hmr9").why == "below high"


def test_a_package_of_tests_is_reported(spa, tmp_path):
    """The lock file says who uses it; npm does not."""
    add_npm_package(spa, "lodash", "4.17.20", dev=True)

    done = audit(spa, tmp_path / "work")

    assert (done.code, done.weakness("CVE-2021-23337").why) == (ExitCode.GREEN, "used by tests and builds only")


OTHERS = {
    "pnpm": ("pnpm@10.34.9", "pnpm-lock.yaml", "pnpm-10.34.9-lock.yaml"),
    "yarn 1": ("yarn@1.22.22", "yarn.lock", "yarn-1.22.22-lock.txt"),
    "yarn 4": ("yarn@4.10.3", "yarn.lock", "yarn-4.10.3-lock.txt"),
}


@pytest.fixture(params=OTHERS)
def other(request, tmp_path):
    """Return a SPA whose lock file is not npm's, and the name of that file."""
    manager, name, fixture = OTHERS[request.param]
    app = apps.App(tmp_path / "other")
    package = {
        "name": "shop",
        "packageManager": manager,
        "scripts": {"build": "vite build"},
        "dependencies": {"lodash": "4.17.20", "@types/ms": "0.7.34"},
        "devDependencies": {"mkdirp": "0.5.1", "vite": "7.0.0"},
    }
    app.write("package.json", json.dumps(package))
    app.write(name, (apps.ROOT / "tests" / "fixtures" / fixture).read_text())
    apps.committed(app.folder)
    return app, name


def test_packages_of_pnpm_and_yarn_are_asked_about(other, tmp_path):
    """By npm's advisories and Trivy's database, as one finding; what only development needs blocks nothing."""
    app, lock = other

    done = audit(app, tmp_path / "work")

    assert (done.code, done.gates["vulnerabilities"]) == (ExitCode.RED, "failed"), done.said
    assert done.red == {("CVE-2021-23337", lock)}
    assert done.weakness("CVE-2021-23337").tools == ("npm audit", "trivy")
    assert done.weakness("CVE-2021-44906").why == "used by tests and builds only"
    assert {(row.tool, row.count) for row in done.report.audit.coverage if row.target == lock and not row.open} >= {
        ("npm audit", 4)
    }


def test_pnpm_and_yarn_without_an_answer_are_incomplete(other, tmp_path):
    """A registry that refuses makes no clean application of them either."""
    app, _ = other

    done = audit(app, tmp_path / "work", npm="405")

    assert (done.code, done.gates["vulnerabilities"]) == (ExitCode.RED, "failed"), "Trivy's database knows it too"
    assert done.step("audit.npm").reason.startswith("npm audit: 405 Method Not Allowed")
    assert ("npm packages", "npm audit") in {(r.part.value, r.tool) for r in done.report.audit.coverage if r.missing}


@pytest.mark.parametrize("line", ["omit[]=dev", "production=true", "offline=true", "audit=false"])
def test_a_line_of_npmrc_leaves_nothing_out(line, spa, tmp_path):
    """Npm counts what it leaves out as audited: its silence looks like an answer."""
    add_npm_package(spa, "lodash", "4.17.20", dev=True)
    spa.write(".npmrc", f"{line}\n")

    done = audit(spa, tmp_path / "work")

    assert done.weakness("CVE-2021-23337").tools == ("npm audit", "trivy")


def test_a_workspace_named_in_npmrc_makes_no_half_audit(spa, tmp_path):
    """Npm would ask about the packages of that one alone, count all of them, and end well."""
    spa.write(".npmrc", "workspace=web\n")

    done = audit(spa, tmp_path / "work")

    assert (done.code, done.gates["vulnerabilities"]) == (ExitCode.INCOMPLETE, "incomplete")
    assert ".npmrc names a workspace" in done.step("audit.npm").reason


@pytest.mark.parametrize(
    ("mode", "why"),
    [
        ("405", "npm audit: 405 Method Not Allowed"),
        ("500", "npm audit: 500 Internal Server Error"),
        ("garbage", "npm audit: invalid json response body"),
        ("cut", "npm audit: invalid json response body"),
        ("empty", "the npm audit endpoint knows no vulnerability of lodash 4.17.20"),
    ],
)
def test_an_npm_endpoint_without_answers_is_incomplete(mode, why, spa, tmp_path):
    """405, 500, garbage, half an answer, and the `{}` that looks clean: exit code 3, with the cause."""
    done = audit(spa, tmp_path / "work", npm=mode)

    assert (done.code, done.gates) == (ExitCode.INCOMPLETE, GREEN | {"vulnerabilities": "incomplete"})
    step = done.step("audit.npm")
    assert (step.status.value, step.reason.startswith(why)) == ("unavailable", True), step.reason


def test_a_silent_npm_endpoint_is_incomplete(spa, tmp_path):
    """It is given up after a while."""
    done = audit(spa, tmp_path / "work", npm="silence")

    assert (done.code, done.step("audit.npm").status.value) == (ExitCode.INCOMPLETE, "unavailable")
    assert "network timeout" in done.step("audit.npm").reason


def test_a_cut_off_lock_file_is_incomplete(spa, tmp_path):
    """Trivy passes over it without a word: our own list misses it."""
    spa.write("old/package-lock.json", spa.read("package-lock.json")[:2000])

    done = audit(spa, tmp_path / "work")

    assert (done.code, done.gates["vulnerabilities"]) == (ExitCode.INCOMPLETE, "incomplete")
    assert [(row.target, row.tool) for row in done.report.audit.coverage if row.missing] == [
        ("old/package-lock.json", "trivy"),
        ("old/package-lock.json", "trivy"),
    ]


def damaged(folder, what):
    """Return a database that is none."""
    db = database(folder, days={"old": 8, "future": -9}.get(what, 0), schema=3 if what == "schema" else 2)
    if what == "garbage":
        (db / "trivy.db").write_bytes(b"no database" * 1000)
    if what == "cut":
        (db / "trivy.db").write_bytes((db / "trivy.db").read_bytes()[:9000])
    if what == "empty":
        database(folder, {"vulnerability": {}})
    return db


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("garbage", "exit code 1"),
        ("cut", "exit code 2"),
        ("schema", "Trivy's database has schema 3, not 2"),
        ("empty", "Trivy's database knows no vulnerability of lodash 4.17.20"),
        ("future", "lies in the future, so nobody knows its age"),
        ("old", "the database is 8 days old, 7 are allowed"),
    ],
)
def test_a_database_that_is_none_is_incomplete(what, why, spa, tmp_path):
    """Damaged, of another form, empty or too old: never nothing found."""
    done = audit(spa, tmp_path / "work", db=damaged(tmp_path / "db", what))

    assert (done.code, done.gates["vulnerabilities"]) == (ExitCode.INCOMPLETE, "incomplete"), done.said
    gate = next(gate for gate in done.report.audit.gates if gate.name == "vulnerabilities")
    assert why in "; ".join(gate.why), gate.why


def test_a_database_that_cannot_be_had_is_incomplete(spa, tmp_path):
    """The mirror does not answer: the step says so, with the settings that mend it."""
    settings = "  trivy_database: 127.0.0.1:9/trivy-db:2\n"

    done = audit(spa, tmp_path / "work", settings=settings, download=True)

    step = done.step("audit.database")
    assert (done.code, done.gates["vulnerabilities"]) == (ExitCode.INCOMPLETE, "incomplete"), done.said
    assert (step.status.value, step.error_id) == ("unavailable", "P411"), step.reason
    assert "127.0.0.1:9" in step.reason


def plant(app, path, text):
    app.write(path, text)
    commit(app)


def test_secrets_are_found_wherever_they_lie(spa, tmp_path):
    """In a test, in documentation, in a file that was deleted; and no value of them is repeated anywhere."""
    plant(spa, "src/secret.test.ts", f"export const token = '{FLY}';\n")
    plant(spa, "docs/notes.md", f"Host=db.internal;Username=app;Password={PASSWORD}\n")
    spa.remove("docs/notes.md")
    commit(spa)

    done = audit(spa, tmp_path / "work")

    assert (done.code, done.gates) == (ExitCode.RED, GREEN | {"secrets": "failed"})
    assert done.red == {("fly-token", "src/secret.test.ts"), ("connection-string-password", "docs/notes.md")}
    deleted = done.weakness("connection-string-password")
    assert "git log --all --find-object=" in deleted.weakness.help
    assert [value for value in (FLY, PASSWORD) if value in done.written()] == []


def test_a_dockerfile_with_a_secret_repeats_none(spa, tmp_path):
    """Trivy quotes the lines of a misconfiguration; what we keep of its report does not."""
    run = f"RUN cd /tmp && echo {PASSWORD} {FLY} && apt-get install -y wget\nRUN yum install -y a && echo {PASSWORD}\n"
    plant(spa, "Dockerfile", f"FROM debian:12\nENV FLY_API_TOKEN={FLY}\n{run}USER app\n")

    done = audit(spa, tmp_path / "work")

    assert done.gates == GREEN | {"secrets": "failed", "misconfiguration": "failed"}
    assert {("DS-0031", "Dockerfile"), ("DS-0029", "Dockerfile"), ("DS-0015", "Dockerfile")} <= done.red
    assert [value for value in (FLY, PASSWORD) if value in done.written()] == []


def test_a_login_in_the_address_of_a_package_is_repeated_nowhere(spa, tmp_path):
    """A lock file names what comes from git or a tarball by its whole address, and Trivy takes that for its version."""
    address = f"git+https://ci:{PASSWORD}@git.internal/x.git#{'0' * 40}"
    lock = {"name": "tool", "lockfileVersion": 1, "requires": True, "dependencies": {"x": {"version": address}}}
    plant(spa, "tool/package-lock.json", json.dumps(lock))
    tarball = f"https://ci:{PASSWORD}@npm.internal/y.tgz"
    package = f"packages:\n  y@{tarball}:\n    resolution: {{tarball: {tarball}}}\n    version: 1.0.0\n"
    importer = f"importers:\n  .:\n    dependencies:\n      y: {{specifier: {tarball}, version: {tarball}}}\n"
    text = f"lockfileVersion: '9.0'\n{importer}{package}snapshots:\n  y@{tarball}: {{}}\n"
    plant(spa, "site/pnpm-lock.yaml", text)

    done = audit(spa, tmp_path / "work")

    assert done.red == {("url-password", "tool/package-lock.json"), ("url-password", "site/pnpm-lock.yaml")}, done.said
    assert "git+https://***@git.internal" in done.written()
    assert PASSWORD not in done.written()


def test_folders_that_trivy_passes_over_are_read(spa, tmp_path):
    """A repository may well have a folder `dev` at its root, and a file with the name of our rules."""
    plant(spa, "dev/settings.ts", f"export const token = '{FLY}';\n")
    plant(spa, "pipeline-secrets.yaml", f"token: {FLY}\n")
    for file, more in (("package.json", {}), ("package-lock.json", {"lockfileVersion": 3, "packages": {"": {}}})):
        spa.write(f"dev/tool/{file}", json.dumps({"name": "tool", **more}))
    add_npm_package(spa, "lodash", "4.17.20", below="dev/tool/")

    done = audit(spa, tmp_path / "work", settings="  history: false\n")

    assert done.red == {
        ("fly-token", "dev/settings.ts"),
        ("fly-token", "pipeline-secrets.yaml"),
        ("CVE-2021-23337", "dev/tool/package-lock.json"),
    }
    assert [row for row in done.report.audit.coverage if row.missing] == []


def test_licences(spa, tmp_path):
    """The list decides; the same tree is green without it, and not looked at is neither."""
    add_npm_package(spa, "lodash", "4.17.20")
    lock = json.loads(spa.read("package-lock.json"))
    lock["packages"]["node_modules/lodash"] = {"version": "4.17.21", "license": "(GPL-3.0 AND MIT)"}
    spa.write("package-lock.json", json.dumps(lock))
    deny = "  deny_licences: [GPL-3.0-only]\n"

    red = audit(spa, tmp_path / "red", settings=deny)
    green = audit(spa, tmp_path / "green", settings="  deny_licences: [AGPL-3.0-only]\n")
    blind = audit(spa, tmp_path / "blind", settings=deny, env=without("trivy", tmp_path / "tools"))

    assert (red.code, red.gates["licences"]) == (ExitCode.RED, "failed"), red.said
    assert {file for _, file in red.red} == {"package-lock.json"}
    assert (green.code, green.gates["licences"]) == (ExitCode.GREEN, "passed"), green.said
    assert (blind.code, blind.gates["licences"]) == (ExitCode.INCOMPLETE, "incomplete"), blind.said


def test_a_good_dockerfile_is_looked_at(spa, tmp_path):
    """The coverage names it although nothing is wrong."""
    plant(spa, "Dockerfile", "FROM debian:12\nUSER app\nHEALTHCHECK CMD true\n")

    done = audit(spa, tmp_path / "work")

    assert done.code == ExitCode.GREEN
    rows = [row for row in done.report.audit.coverage if row.part.value == "configuration"]
    assert [(row.target, row.tool, row.missing) for row in rows] == [("Dockerfile", "trivy", "")]


def test_a_broken_dockerfile_is_incomplete(spa, tmp_path):
    """Trivy leaves it out with a line in its log and exit code 0."""
    plant(spa, "Dockerfile", "FROM\nRUN [\n")

    done = audit(spa, tmp_path / "work")

    assert (done.code, done.gates["misconfiguration"]) == (ExitCode.INCOMPLETE, "incomplete")


EXCEPTION = """exceptions:
  - id: fly-token
    scope: src/fixture.test.ts
    reason: a revoked token, the parser's test needs its form
    owner: team-web
    expires: {}
"""


def test_an_exception_holds_until_its_end(spa, tmp_path):
    """Green while it holds, red when it has expired, and the finding is back."""
    plant(spa, "src/fixture.test.ts", f"export const token = '{FLY}';\n")
    soon = subprocess.run(["date", "-u", "-d", "+30 days", "+%F"], capture_output=True, text=True, check=True)
    spa.write("pipeline.exceptions.yaml", EXCEPTION.format(soon.stdout.strip()))

    good = audit(spa, tmp_path / "good")
    spa.write("pipeline.exceptions.yaml", EXCEPTION.format("2020-01-01"))
    bad = audit(spa, tmp_path / "bad")

    assert (good.code, good.gates) == (ExitCode.GREEN, GREEN)
    assert good.weakness("fly-token").outcome.value == "accepted"
    assert (bad.code, bad.gates) == (ExitCode.RED, GREEN | {"secrets": "failed", "exceptions": "failed"})


def test_a_shallow_clone_is_incomplete(spa, tmp_path):
    """Most of the history is not there to be looked at."""
    commit(spa)
    shallow = tmp_path / "shallow"
    subprocess.run(["git", "clone", "-q", "--depth=1", spa.folder.as_uri(), str(shallow)], check=True)

    done = audit(apps.App(shallow), tmp_path / "work")

    assert (done.code, done.gates) == (ExitCode.INCOMPLETE, GREEN | {"secrets": "incomplete"})
    assert "shallow" in done.step("audit.history").reason


def without(tool, folder):
    """Return a PATH of links to all executables of this machine except one."""
    folder.mkdir()
    for place in os.environ["PATH"].split(os.pathsep):
        for file in Path(place).glob("*"):
            link = folder / file.name
            if file.name != tool and not link.is_symlink():
                link.symlink_to(file.resolve())
    return {"PATH": str(folder)}


def test_a_machine_without_trivy_is_incomplete(spa, tmp_path):
    """What npm can tell is told; the rest is named as not looked at."""
    done = audit(spa, tmp_path / "work", env=without("trivy", tmp_path / "tools"))

    assert done.code == ExitCode.INCOMPLETE
    assert done.gates == GREEN | {
        "vulnerabilities": "incomplete",
        "secrets": "incomplete",
    }
    assert done.step("audit.npm").status.value == "passed"
    assert done.step("audit.source").reason == "`trivy` is not on PATH"


def test_settings_of_trivy_do_not_change_the_gate(spa, tmp_path):
    """Neither an ignore file in the tree nor a variable of the caller hides a finding."""
    add_npm_package(spa, "lodash", "4.17.20")
    spa.write(".trivyignore", "CVE-2021-23337\n")
    spa.write("trivy.yaml", "severity: [LOW]\nscan: {skip-dirs: ['**']}\n")
    spa.write("trivy-secret.yaml", "disable-rules: [fly-token]\n")

    done = audit(spa, tmp_path / "work", env={"TRIVY_SEVERITY": "LOW", "TRIVY_EXIT_CODE": "77"})

    assert done.red == {("CVE-2021-23337", "package-lock.json")}


VULNERABLE = {
    "microsoft.extensions.dependencymodel": [nuget_feed.entry("GHSA-aaaa-bbbb-cccc", nuget_feed.HIGH, "(, 99)")]
}


def test_a_package_that_only_nuget_knows_to_be_vulnerable_is_red(net, tmp_path):
    """NuGet names no mended version, which is not the same as there being none; no setting is needed."""
    reference = '<PackageReference Include="Microsoft.Extensions.DependencyModel" Version="8.0.2" />'
    web = "src/Hello.Web/Hello.Web.csproj"
    net.write(web, net.read(web).replace("</Project>", f"<ItemGroup>{reference}</ItemGroup></Project>"))
    net.remove("src/Hello.Web/packages.lock.json")

    done = audit(net, tmp_path / "work", nuget_advisories=VULNERABLE)

    assert (done.code, done.gates["vulnerabilities"]) == (ExitCode.RED, "failed"), done.said
    assert ("GHSA-aaaa-bbbb-cccc", web) in done.red


def test_a_vulnerable_nuget_package_of_tests_is_reported(net, tmp_path):
    """A transitive package of a test project, and red where such packages count."""
    done = audit(net, tmp_path / "work", nuget_advisories=VULNERABLE)
    strict = audit(net, tmp_path / "strict", nuget_advisories=VULNERABLE, settings="  dev: true\n")

    assert (done.code, done.weakness("GHSA-aaaa-bbbb-cccc").why) == (ExitCode.GREEN, "used by tests and builds only")
    assert (strict.code, strict.red) == (
        ExitCode.RED,
        {("GHSA-aaaa-bbbb-cccc", "tests/Hello.Tests/Hello.Tests.csproj")},
    )
    found = strict.weakness("GHSA-aaaa-bbbb-cccc").weakness
    assert (found.package.name, found.package.version) == ("Microsoft.Extensions.DependencyModel", "8.0.2")


def test_a_comment_does_not_make_a_dockerfile_green(spa, tmp_path):
    """Trivy obeys it and says nothing: what it hides is one finding, and the comment another."""
    plain = "FROM alpine:3.20\nUSER root\nCMD sleep 1\n"
    spa.write("Dockerfile", plain)
    open_ = audit(spa, tmp_path / "open")
    spa.write("Dockerfile", plain.replace("USER", "# trivy:ignore:DS-0002\nUSER"))
    hidden = audit(spa, tmp_path / "hidden")

    assert (open_.code, open_.red) == (ExitCode.RED, {("DS-0002", "Dockerfile")})
    assert (hidden.code, hidden.red) == (ExitCode.RED, {("ignored-in-place", "Dockerfile")})


@pytest.mark.parametrize(
    "before",
    [
        b'LABEL note="see trivy:ignore:DS-0002 there"\n',
        b"RUN echo \\\n  trivy:ignore:DS-0002\n",
        b"# caf\xe9\n# trivy:ignore:DS-0002\n",
        b"# filler\n" * 25_000 + b"# trivy:ignore:DS-0002\n",
    ],
    ids=["label", "continued", "latin-1", "large"],
)
def test_no_other_line_makes_a_dockerfile_green_either(before, spa, tmp_path):
    """Trivy obeys a line that is no comment, and reads a file that we do not: it is red, or not looked at."""
    (spa.folder / "Dockerfile").write_bytes(b"FROM alpine:3.20\n" + before + b"USER root\nCMD sleep 1\n")

    done = audit(spa, tmp_path / "work")

    gate = done.gates["misconfiguration"]
    assert gate == ("incomplete" if len(before) > 200_000 else "failed"), done.said
    assert done.red == (set() if gate == "incomplete" else {("ignored-in-place", "Dockerfile")})


SUPPRESSED = """<Project>
<PropertyGroup>
<NuGetAudit>false</NuGetAudit><NuGetAuditLevel>critical</NuGetAuditLevel><NuGetAuditMode>direct</NuGetAuditMode>
</PropertyGroup>
<ItemGroup><NuGetAuditSuppress Include="https://github.com/advisories/GHSA-aaaa-bbbb-cccc" /></ItemGroup>
</Project>
"""


def test_no_property_of_the_repository_hides_a_nuget_package(net, tmp_path):
    """What MSBuild is told to pass over is listed all the same; an exception needs a reason and an owner here."""
    net.write("Directory.Build.targets", SUPPRESSED)

    done = audit(net, tmp_path / "work", nuget_advisories=VULNERABLE)

    assert done.weakness("GHSA-aaaa-bbbb-cccc").weakness.package.name == "Microsoft.Extensions.DependencyModel"


@pytest.mark.parametrize("mode", ["empty", "none", "500", "garbage", "page-500"])
def test_a_nuget_source_without_answers_is_incomplete(mode, net, tmp_path):
    """The tool ends with 0 and prints what looks clean; the canary does not."""
    done = audit(net, tmp_path / "work", nuget=mode)

    assert (done.code, done.gates) == (ExitCode.INCOMPLETE, GREEN | {"vulnerabilities": "incomplete"})
    assert done.step("audit.nuget").status.value == "unavailable"
    assert done.step("audit.match").status.value == "passed"


def test_the_fixtures_know_the_canaries():
    """Without them every run would be incomplete."""
    assert "lodash" in npm_endpoint.ADVISORIES
    assert "newtonsoft.json" in nuget_feed.ADVISORIES

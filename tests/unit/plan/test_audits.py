"""The scans of a plan, and what they have to have looked at."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pipeline.app.model import Inventory, Lock
from pipeline.errors import PipelineError
from pipeline.parse.weakness import Part
from pipeline.plan import audits
from pipeline.plan.make import make
from pipeline.plan.model import NEEDS_CONTAINERS
from pipeline.settings.model import NpmSettings, SecuritySettings, Settings
from pipeline.settings.waivers import Waiver
from tests import samples

INVENTORY = Inventory(
    locks=(
        Lock(path="src/Shop.Web/client/package-lock.json", ecosystem="npm", packages=9),
        Lock(path="src/Shop.Web/packages.lock.json", ecosystem="nuget", packages=3),
        Lock(path="src/Shop.Domain/packages.lock.json", ecosystem="nuget", packages=0),
        Lock(path="old/package-lock.json", ecosystem="npm"),
    ),
    dockerfiles=("Dockerfile",),
    unread=(("fly.toml", "no checks for it"),),
)
ALL = {
    "audit.npm", "audit.nuget", "audit.packages", "audit.database", "audit.match", "audit.source", "audit.history",
    "audit.image", "audit.image.match",
}  # fmt: skip


def plan(app=None, *, scans=True, database=False, waivers=(), images=samples.IMAGES, **security):
    app = app or samples.app(inventory=INVENTORY)
    settings = Settings(security=SecuritySettings(**security))
    return make(app, settings, images, scans=scans, database=database, waivers=waivers)


def scans(planned):
    return {step.id for step in planned if step.scan}


def off(planned):
    return {entry.id: entry.reason for entry in planned.off if entry.id.startswith("audit")}


def test_every_scan_is_there():
    """Each looks at a part that no other looks at; without one of them something is not covered."""
    planned = plan()

    assert scans(planned) == ALL
    steps = {entry.step for entry in planned.audit.expected if entry.step}
    assert steps == ALL - {"audit.database"}, "what no step is expected to show, no run misses"


def test_a_given_database_is_not_downloaded():
    """Neither is it looked for in a network."""
    planned = plan(database=True)

    assert scans(planned) == ALL - {"audit.database"}
    match = planned.step("audit.match")
    assert all("${trivy}" in " ".join(command) for command in match.commands)
    assert planned.step("audit.match").after == ("audit.packages",)
    assert plan().step("audit.match").after == ("audit.packages", "audit.database")


def test_a_plan_without_scans_has_none():
    """Nothing is expected then, and no scanner's image is named."""
    planned = plan(scans=False)

    assert (scans(planned), planned.audit.expected) == (set(), ())
    assert "trivy" not in dict(planned.images)


def test_switched_off_scans_are_named():
    """The summary says what was left out."""
    assert off(plan(enabled=False)) == {"audit": "security.enabled is false in the settings"}
    planned = plan(history=False)
    assert off(planned) == {"audit.history": "security.history is false in the settings"}
    history = next(entry for entry in planned.audit.expected if entry.part is Part.HISTORY)
    assert history.open == "security.history is false in the settings"


def test_an_edit_of_code_repeats_the_scan_of_the_source_alone():
    """Lists of packages see lock files, comparisons see lists, and only what searches code sees code."""
    planned = plan()
    seen = {step.id: step.files.include for step in planned if step.scan and step.files.include}

    assert seen == {
        "audit.npm": tuple(f"src/Shop.Web/client/{name}" for name in ("package.json", "package-lock.json", ".npmrc")),
        "audit.packages": tuple(lock.path for lock in INVENTORY.locks),
        "audit.source": ("**",),
    }
    assert planned.step("audit.nuget").start == "api.restore"


def test_only_what_asks_a_live_source_talks_to_a_network():
    """Its answers count for a while; Trivy itself runs without a network, and no scan gets a secret."""
    planned = plan()

    assert {step.id for step in planned if step.scan and step.live} == {"audit.npm", "audit.nuget", "audit.database"}
    assert {step.id for step in planned if step.scan and step.fetches} == {
        "audit.npm",
        "audit.nuget",
        "audit.database",
    }
    assert [step.id for step in planned if step.scan and step.secrets] == []


def test_trivy_reads_no_settings_of_the_repository():
    """A .trivyignore or trivy.yaml in the tree would change what is looked for."""
    calls = [c for step in plan(database=True) for c in step.commands if c[0] == "trivy" and c[1] != "convert"]

    assert calls
    for call in calls:
        assert call[call.index("--config") + 1] == call[call.index("--ignorefile") + 1] == "/dev/null"


def test_what_has_to_be_looked_at():
    """Each lock file by each tool, each Dockerfile, the history, the image; an empty lock file holds nothing."""
    expected = [(e.part, e.target, e.tool) for e in plan().audit.expected if not e.open]

    assert set(expected) == {
        (Part.NPM, "src/Shop.Web/client/package-lock.json", "npm audit"),
        (Part.NPM, "src/Shop.Web/client/package-lock.json", "trivy"),
        (Part.NPM, "old/package-lock.json", "trivy"),
        (Part.NUGET, "src/Shop.Web/Shop.Web.csproj", "dotnet list package"),
        (Part.NUGET, "tests/Shop.Tests/Shop.Tests.csproj", "dotnet list package"),
        (Part.NUGET, "src/Shop.Web/packages.lock.json", "trivy"),
        (Part.LICENCES, "src/Shop.Web/client/package-lock.json", "trivy"),
        (Part.LICENCES, "old/package-lock.json", "trivy"),
        (Part.DATABASE, "date", "trivy"),
        (Part.SECRETS, "source", "trivy"),
        (Part.CONFIGURATION, "Dockerfile", "trivy"),
        (Part.HISTORY, "git history", "trivy"),
        (Part.IMAGE, "image", "trivy"),
        (Part.OS, "image", "trivy"),
    }


@pytest.mark.parametrize(("manager", "file"), [("pnpm", "pnpm-lock.yaml"), ("yarn", "yarn.lock")])
def test_other_package_managers(manager, file):
    """Npm's advisories are asked about what Trivy lists of their lock file, which names no licences."""
    path = f"src/Shop.Web/client/{file}"
    spa = samples.spa(package_manager=manager, lock_file=path)
    lock = Lock(path=path, ecosystem="npm", gap="half of it")
    planned = plan(samples.app(spa=spa, inventory=Inventory(locks=(lock,))))

    ids = [step.id for step in planned]
    assert ids.index("audit.packages") < ids.index("audit.npm"), "runners take a plan from its start"
    step = planned.step("audit.npm")
    assert [command[:2] for command in step.commands] == [
        ("node", "${scratch}/npm-lock.mjs"), ("sh", "${scratch}/npm-audit.sh"),
    ]  # fmt: skip
    assert [artifact.step for artifact in step.artifacts] == ["audit.packages"]
    assert [output.kind for output in step.outputs] == [f"npm-audit-{manager}", "npm-canary"]
    npm = {(e.part, e.target, e.tool): e.open for e in planned.audit.expected if e.target.startswith(path)}
    assert npm == {
        (Part.NPM, path, "npm audit"): "",
        (Part.NPM, path, "trivy"): "",
        (Part.NPM, f"{path} (development)", "trivy"): "half of it",
        (Part.LICENCES, path, ""): "such a lock file names no licences",
    }


def test_known_gaps_are_named():
    """What no scanner here reads is said, each with its reason."""
    bare = samples.dotnet(tests=(), projects=(samples.web(has_lock_file=False),), tools_manifest="dotnet-tools.json")
    planned = plan(samples.app(dotnet=bare, inventory=replace(INVENTORY, unlocked=("tools/package.json",))))

    gaps = {(e.part, e.target): e.open for e in planned.audit.expected if e.open}
    assert gaps == {
        (Part.CONFIGURATION, "fly.toml"): "no checks for it",
        (Part.NUGET, "dotnet-tools.json"): "no scanner here reads the packages of .NET tools; they do not ship",
        (Part.LICENCES, "src/Shop.Web/packages.lock.json"): "such a lock file names no licences",
        (Part.NUGET, "src/Shop.Web/Shop.Web.csproj"): "no lock file: only NuGet's own audit knows its packages",
        (Part.NPM, "tools/package.json"): "no lock file: nothing says which packages are used",
    }


def test_a_comment_that_silences_a_scanner():
    """It is a finding at its place, as long as the scan is there that obeys it."""
    app = samples.app(inventory=Inventory(dockerfiles=("Dockerfile",), silenced=(("Dockerfile", 3),)))

    (found,) = plan(app).audit.found
    assert (found.id, found.kind.value, found.file, found.line) == (
        "ignored-in-place", "misconfiguration", "Dockerfile", 3,
    )  # fmt: skip
    assert plan(app, enabled=False).audit.found == ()


def test_a_dockerfile_that_nobody_looked_through_is_missing():
    """Trivy's silence about it may be what it was told."""
    app = samples.app(inventory=Inventory(dockerfiles=("Dockerfile",), unseen=(("Dockerfile", "larger than 200 kB"),)))

    (row,) = [e for e in plan(app).audit.expected if e.part is Part.CONFIGURATION]
    assert (row.step, row.open) == ("audit.source", "")
    assert row.missing.startswith("larger than 200 kB: ")


def test_the_judge_gets_what_it_needs():
    """Exceptions, the folders of tests, and a file that findings in the image are shown at."""
    waiver = Waiver(id="X", line=1)
    planned = plan(waivers=(waiver,))

    assert planned.audit.waivers == (waiver,)
    assert planned.audit.dev == ("tests/Shop.Tests",)
    assert {"src/Shop.Web", "src/Shop.Web/client"} <= set(planned.audit.shipped)
    both = samples.dotnet(projects=(samples.web(), *samples.dotnet().tests))
    assert "tests/Shop.Tests" not in plan(samples.app(dotnet=both)).audit.shipped
    assert planned.audit.anchor == "src/Shop.Web/Shop.Web.csproj"


def test_the_only_web_project_is_no_test():
    """`IsTestProject` in its file would make packages that ship those of tests, which block nothing."""
    alone = samples.web(is_test=True)
    planned = plan(
        samples.app(dotnet=samples.dotnet(web=None, projects=(alone,), tests=(alone, samples.suite())))
    ).audit

    assert (planned.dev, "src/Shop.Web" in planned.shipped) == (("tests/Shop.Tests",), True)
    other = samples.web(path="tests/Host/Host.csproj", is_test=True)
    planned = plan(samples.app(dotnet=samples.dotnet(tests=(other,)))).audit
    assert planned.dev == ("tests/Host",)


def test_the_canaries_are_asked_along():
    """One package that everybody knows to be vulnerable, at the same source, in the same call where it can be."""
    planned = plan()
    texts = {step.id: "\n".join(literal.text for literal in step.literals) for step in planned if step.scan}

    assert '"lodash"' in texts["audit.npm"]
    assert "Newtonsoft.Json" in texts["audit.nuget"]
    solution = next(x.text for x in planned.step("audit.nuget").literals if x.path.endswith("audit.sln"))
    assert [line.split('"')[5].rpartition("/")[2] for line in solution.splitlines() if line.startswith("Project(")] == [
        "pipeline-canary.csproj",
        "Shop.Web.csproj",
        "Shop.Tests.csproj",
    ]
    for id_ in ("audit.source", "audit.history", "audit.image"):
        assert "pipeline-canary-0123456789abcdef" in texts[id_]
    systems = [json.loads(x.text)["components"][0] for x in planned.step("audit.image.match").literals]
    assert {"debian", "ubuntu", "alpine", "azurelinux"} == {system["name"] for system in systems}


def test_where_audits_are_asked():
    """The audit's own source wins, then the one that packages come from, then what .npmrc says."""
    app = samples.app(inventory=INVENTORY)

    def command(settings):
        return make(app, settings, samples.IMAGES, scans=True).step("audit.npm").commands[0]

    own = SecuritySettings(npm_registry="https://audit.test")
    mirror = NpmSettings(registry="https://mirror.test")
    assert command(Settings())[-2:] == ("${scratch}/npm-canary", ".")
    assert command(Settings(npm=mirror))[-1] == "--registry=https://mirror.test"
    assert command(Settings(npm=mirror, security=own))[-1] == "--registry=https://audit.test"


@pytest.mark.parametrize(
    "image",
    [
        "docker.io/aquasec/trivy:0.69.4",
        "mirror.test/aquasec/trivy:v0.69.5",
        "mirror.test:5000/trivy:0.69.6@sha256:" + "0" * 64,
        "docker.io/aquasec/trivy:latest",
        "docker.io/aquasec/trivy",
        "mirror.test:5000/aquasec/trivy",
    ],
)
def test_a_compromised_scanner_is_refused(image):
    """Before anything runs; a name that can mean any version can mean that one."""
    with pytest.raises(PipelineError) as caught:
        plan(images={**samples.IMAGES, "trivy": image})

    assert caught.value.kind.id == "P123"


@pytest.mark.parametrize("image", ["mirror.test:5000/trivy:0.74.0", "docker.io/aquasec/trivy@sha256:" + "0" * 64])
def test_another_scanner_is_taken(image):
    """A version that is not on the list, or a digest."""
    assert dict(plan(images={**samples.IMAGES, "trivy": image}).images)["trivy"] == image


def test_the_scans_alone():
    """What they need comes along; without containers there is no image, nothing is built for it, and it is named."""
    planned = plan()

    whole = audits.only(planned)
    assert {"image", "api.publish", "spa.build", "api.restore"} <= {step.id for step in whole}
    assert not {"spa.lint", "api.test.Shop.Tests"} & {step.id for step in whole}

    bare = audits.only(audits.without_containers(planned))
    assert {step.id for step in bare} == (ALL - {"audit.image", "audit.image.match"}) | {"api.restore"}
    assert off(bare) == {"audit.image": NEEDS_CONTAINERS, "audit.image.match": NEEDS_CONTAINERS}
    assert {e.open for e in bare.audit.expected if e.part in {Part.IMAGE, Part.OS}} == {NEEDS_CONTAINERS}


def test_an_application_without_lock_files():
    """The image's scan tells the database's age; without containers nothing needs a database."""
    planned = plan(samples.app(spa=None, inventory=Inventory()))
    bare = audits.without_containers(planned)

    assert [e.step for e in planned.audit.expected if e.part is Part.DATABASE] == ["audit.image.match"]
    for id_, step in (("audit.match", plan()), ("audit.image.match", planned)):
        assert "trivy-database" in [output.kind for output in step.step(id_).outputs]
    assert "audit.database" in scans(planned)
    assert "audit.database" not in scans(bare)
    assert [e.open for e in bare.audit.expected if e.part is Part.DATABASE] == [NEEDS_CONTAINERS]


def test_an_application_without_image_or_lock_files():
    """What is not there is not scanned, and the plan says why."""
    bare = samples.dotnet(web=None, tests=(), projects=(samples.project(is_web=False, has_lock_file=False),))
    planned = plan(samples.app(dotnet=bare, spa=None, inventory=Inventory()))

    assert scans(planned) == {"audit.nuget", "audit.source", "audit.history"}
    assert off(planned) == {"audit.packages": "no lock file: nothing here says which packages are used"}


def test_each_gap_of_the_inventory_is_named():
    """What nothing reads is in the coverage, under the part that it belongs to."""
    kinds = ("source", "npm", "nuget")
    planned = plan(samples.app(inventory=Inventory(gaps=tuple((kind, f"a {kind}", "why") for kind in kinds))))
    found = {e.target: (e.part, e.open) for e in planned.audit.expected if e.open == "why"}
    parts = (Part.SECRETS, Part.NPM, Part.NUGET)
    assert found == {f"a {kind}": (part, "why") for kind, part in zip(kinds, parts, strict=True)}

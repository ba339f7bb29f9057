from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from pipeline import errors
from pipeline.app.discover.scripts import ROLES
from pipeline.app.model import Call, Inventory, Lock, Migrations, NodeInBuild, Script
from pipeline.errors import PipelineError
from pipeline.parse import registry
from pipeline.plan.make import make
from pipeline.plan.model import Off, Plan, Service, Step
from pipeline.settings.load import resolve
from tests import samples

CONFIG = "${scratch}/nuget.config"


def _plan(yaml: str = "", *, feed: bool = False, images: dict[str, str] | None = None, **more: object) -> Plan:
    return make(samples.app(**more), resolve(yaml or None).settings, images or samples.IMAGES, feed=feed)


def _ids(plan: Plan) -> list[str]:
    return [step.id for step in plan]


def _off(plan: Plan) -> dict[str, str]:
    return {off.id: off.reason for off in plan.off}


def _words(step: Step) -> tuple[str, ...]:
    return tuple(word for command in step.commands for word in command)


DOTNET_STEPS = ["api.restore", "api.build", "api.format", "api.test.Shop.Tests", "api.publish"]
SPA_STEPS = ["spa.install", "spa.lint", "spa.types", "spa.test", "spa.build"]


def test_both_halves():
    """An application with both halves gets every step, and only the missing tool manifest is off."""
    plan = _plan()
    assert _ids(plan) == [*DOTNET_STEPS, *SPA_STEPS, "image", "image.verify"]
    assert plan.off == (Off(id="api.tools", reason="no .config/dotnet-tools.json", absent=True),)
    assert plan.app == "shop"


def test_dotnet_only():
    """Without a SPA there are no npm steps, no Node image, and the image holds the publish output alone."""
    plan = _plan(spa=None)
    assert _ids(plan) == [*DOTNET_STEPS, "image", "image.verify"]
    assert _off(plan)["spa"] == "no SPA found"
    assert [tool for tool, _ in plan.images] == ["aspnet", "dotnet", "python"]
    assert {artifact.step for artifact in plan.step("image").artifacts} == {"api.publish"}


def test_spa_only():
    """Without .NET there are no dotnet steps and no image, each with its reason."""
    plan = _plan(dotnet=None)
    assert _ids(plan) == SPA_STEPS
    assert _off(plan) == {"api": "no .NET project found", "image": "no web project to start"}
    assert plan.images == (("node", samples.IMAGES["node"]),)


def test_no_web_project():
    """A solution without a web project is tested; publish and image are off with the reason."""
    plan = _plan(dotnet=samples.dotnet(web=None), spa=None)
    assert _ids(plan) == DOTNET_STEPS[:-1]
    assert _off(plan)["api.publish"] == "no web project found"
    assert _off(plan)["image"] == "no web project to start"


def test_no_test_project():
    """A solution without tests says so instead of being silently green."""
    plan = _plan(dotnet=samples.dotnet(tests=()))
    assert _off(plan)["api.test"] == "no .NET test project found"


@pytest.mark.parametrize(
    ("yaml", "half", "id_"), [("dotnet: {enabled: false}", "dotnet", "api"), ("spa: {enabled: false}", "spa", "spa")]
)
def test_a_half_that_is_switched_off_says_who_did_it(yaml, half, id_):
    """A half that the settings switch off is off for that reason, not for `not found`."""
    assert _off(_plan(yaml, **{half: None}))[id_] == "switched off in the settings"


def test_the_format_check_can_be_switched_off():
    """`dotnet.format: false` leaves the check out and names the key."""
    plan = _plan("dotnet: {format: false}")
    assert "api.format" not in _ids(plan)
    assert _off(plan)["api.format"] == "dotnet.format is false in the settings"


@pytest.mark.parametrize(
    ("role", "id_", "reason"),
    [
        ("lint", "spa.lint", "package.json has no script `lint`"),
        ("type_check", "spa.types", "package.json has no script `type-check`"),
        ("test", "spa.test", "package.json has no script `test`"),
        ("build", "spa.build", "package.json has no script `build`"),
    ],
)
def test_a_missing_script_turns_its_step_off(role, id_, reason):
    """A role without a script is off; the reason names a script that would be found."""
    plan = _plan(spa=samples.spa(**{role: None}))
    assert id_ not in _ids(plan)
    assert _off(plan)[id_] == reason
    assert re.search("`(.*)`", reason)[1] in ROLES[role.replace("_", "-")]


@pytest.mark.parametrize(
    ("halves", "absent", "named"),
    [
        ({"spa": None}, {"api.tools", "spa"}, set()),
        ({"dotnet": None}, {"api", "image"}, set()),
        ({"dotnet": samples.dotnet(tests=(), web=None)}, {"api.tools", "image"}, {"api.test", "api.publish"}),
        ({"spa": samples.spa(lint=None)}, {"api.tools"}, {"spa.lint"}),
    ],
)
def test_what_is_not_there_is_told_from_what_is_not_checked(halves, absent, named):
    """A repository without a SPA has nothing to prove about one; code without a check has."""
    off = _plan(**halves).off
    assert {o.id for o in off if o.absent} == absent
    assert {o.id for o in off if not o.absent} == named


def test_an_image_does_not_wait_for_an_spa_that_is_not_built():
    """Without a build script the image holds the publish output alone."""
    image = _plan(spa=samples.spa(build=None)).step("image")
    assert image.after == ("api.publish",)


def test_no_step_waits_for_one_that_is_not_part_of_the_plan():
    """It would wait for ever."""
    for plan in (_plan(), _plan(spa=None), _plan(spa=samples.spa(build=None)), _plan(dotnet=None)):
        assert {need for step in plan for need in step.after} <= set(_ids(plan))


def test_each_step_comes_after_what_it_needs():
    """The order of the plan is an order to run in."""
    seen: set[str] = set()
    for step in _plan(dotnet=samples.dotnet(tools_manifest=".config/dotnet-tools.json")):
        assert set(step.after) <= seen
        seen.add(step.id)


def test_the_chains():
    """Restore, build and test are one chain; format speaks although the build is red; publish builds nothing again."""
    plan = _plan(dotnet=samples.dotnet(tools_manifest=".config/dotnet-tools.json"))
    assert {step.id: step.start for step in plan} == {
        "api.tools": None,
        "api.restore": "api.tools",
        "api.build": "api.restore",
        "api.format": "api.restore",
        "api.test.Shop.Tests": "api.build",
        "api.publish": "api.build",
        "spa.install": None,
        "spa.lint": "spa.install",
        "spa.types": "spa.install",
        "spa.test": "spa.install",
        "spa.build": "spa.install",
        "image": None,
        "image.verify": None,
    }
    assert {s.start: s.tool for s in plan if s.start} == {s.start: plan.step(s.start).tool for s in plan if s.start}


def test_a_later_step_does_what_an_earlier_one_did_not():
    """Each command after restore says that it restores and builds nothing again."""
    plan = _plan()
    assert {id_: [w for w in _words(plan.step(id_)) if w.startswith("--no-")] for id_ in DOTNET_STEPS} == {
        "api.restore": [],
        "api.build": ["--no-restore"],
        "api.format": ["--no-restore"],
        "api.test.Shop.Tests": ["--no-build"],
        "api.publish": ["--no-build"],
    }


def test_a_test_project_outside_of_the_solution_is_restored_and_built_too():
    """`--no-build` of a project that nobody built would fail."""
    plan = _plan(dotnet=samples.dotnet(also_build=("tests/Shop.Tests/Shop.Tests.csproj",)))
    for id_ in ("api.restore", "api.build"):
        assert [c[2] for c in plan.step(id_).commands] == ["Shop.slnx", "tests/Shop.Tests/Shop.Tests.csproj"]


def test_the_format_of_each_target_is_checked_with_a_report_of_its_own():
    """What lies outside of the solution is checked too; each report must be there, none takes another's place."""
    extra = "tests/Shop.Tests/Shop.Tests.csproj"
    step = _plan(dotnet=samples.dotnet(also_build=(extra,))).step("api.format")
    assert [(c[2], c[-2:]) for c in step.commands] == [
        ("Shop.slnx", ("--report", "${out}/1")),
        (extra, ("--report", "${out}/2")),
    ]
    assert [(o.path, o.kind, o.required) for o in step.outputs] == [
        (f"{n}/format-report.json", "dotnet-format", True) for n in (1, 2)
    ]
    assert (step.log, step.checks) == ("dotnet-format", True)
    assert step.fix == tuple(("dotnet", "format", target, "--no-restore") for target in ("Shop.slnx", extra))


def test_dotnet_format_does_not_know_fsharp():
    """A project that it would pass over is not given to it; where nothing is left, that is said."""
    only = samples.dotnet(build_target="Shop.slnx", also_build=("tools/T.fsproj",))
    assert [c[2] for c in _plan(dotnet=only).step("api.format").commands] == ["Shop.slnx"]
    web = samples.web(path="src/Shop.fsproj")
    plan = _plan(dotnet=samples.dotnet(build_target="src/Shop.fsproj", projects=(web,), web=web, tests=()))
    assert _off(plan)["api.format"] == "`dotnet format` knows only C# and Visual Basic"


def test_lock_files_are_enforced():
    """With a lock file in each project the restore insists on them, and says so."""
    restore = _plan().step("api.restore")
    assert "--locked-mode" in restore.commands[0]
    assert restore.proves == "all NuGet packages are there, exactly as locked"


def test_without_all_lock_files_nothing_is_enforced():
    """One project without a lock file would fail in locked mode: not asked for, and not claimed."""
    open_ = samples.project("src/Shop.Core/Shop.Core.csproj", has_lock_file=False)
    restore = _plan(dotnet=samples.dotnet(projects=(samples.web(), open_))).step("api.restore")
    assert "--locked-mode" not in _words(restore)
    assert restore.proves == "all NuGet packages are there"
    assert restore.reason == "not every project has a lock file"


def test_vstest():
    """A VSTest project writes TRX, is guarded against a hang, and collects coverage."""
    step = _plan("test: {hang_minutes: 7, timeout_minutes: 9}").step("api.test.Shop.Tests")
    command = step.commands[0]
    pairs = dict(itertools.pairwise(command))
    assert command[:3] == ("dotnet", "test", "tests/Shop.Tests/Shop.Tests.csproj")
    assert pairs["--logger"] == "trx;LogFilePrefix=Shop.Tests"
    assert pairs["--blame-hang-timeout"] == "7m"
    assert pairs["--collect"] == "XPlat Code Coverage"
    assert pairs["--results-directory"] == "${out}"
    assert (step.timeout, step.workdir, step.wants_cases) == (540, ".", True)
    assert [output.kind for output in step.outputs] == ["trx", "sequence", "cobertura"]


def test_microsoft_testing_platform():
    """An MTP project runs in its own folder with the platform's own flags and none of VSTest's."""
    project = samples.suite(runner=samples.MTP, collects_coverage=False)
    step = _plan(dotnet=samples.dotnet(tests=(project,))).step("api.test.Shop.Tests")
    assert step.commands == (
        (
            "dotnet", "test", "--configuration", "Release", "--no-build", "--results-directory", "${out}",
            "--output", "Detailed", "--report-trx",
        ),
    )  # fmt: skip
    assert (step.workdir, step.log) == ("tests/Shop.Tests", "mtp-log")
    assert step.reason == (
        "Microsoft.Testing.Platform; coverage is not collected, the project references no collector; "
        "a test that hangs is only ended by the timeout, the project references no hang dump extension"
    )


def test_a_test_program_is_run_where_dotnet_test_knows_no_platform():
    """Without the switch in global.json `dotnet test` takes the platform's options for its own."""
    project = samples.suite(runner=samples.MTP, collects_coverage=False, runs_itself=True)
    step = _plan(dotnet=samples.dotnet(tests=(project,))).step("api.test.Shop.Tests")
    assert step.commands == (
        (
            "dotnet", "run", "--project", "Shop.Tests.csproj", "--configuration", "Release", "--no-build",
            "--no-launch-profile", "--", "--results-directory", "${out}", "--output", "Detailed", "--report-trx",
        ),
    )  # fmt: skip


def test_microsoft_testing_platform_with_its_hang_dump_extension():
    """Where the project brings the extension, a hung test is found by it; without it the option is an error."""
    project = samples.suite(
        runner=samples.MTP, collects_coverage=False, packages=(("microsoft.testing.extensions.hangDump", "2.2.3"),)
    )
    step = _plan("test: {hang_minutes: 7}", dotnet=samples.dotnet(tests=(project,))).step("api.test.Shop.Tests")
    assert step.commands[0][-5:] == ("--hangdump", "--hangdump-timeout", "7m", "--hangdump-type", "Mini")
    assert "hang" not in step.reason


def test_reports_of_several_frameworks_do_not_take_each_others_place():
    """One `dotnet test` runs a project once per framework: a fixed file name would keep the last one's report alone."""
    for runner in (samples.MTP, None):
        project = samples.suite(frameworks=("net8.0", "net10.0"), **({"runner": runner} if runner else {}))
        words = _words(_plan(dotnet=samples.dotnet(tests=(project,))).step("api.test.Shop.Tests"))
        assert not [word for word in words if "filename" in word.lower()]


def test_a_project_without_a_collector_is_not_asked_for_coverage():
    """Coverage that nobody collects is neither asked for nor expected, and that is said."""
    project = samples.suite(collects_coverage=False)
    step = _plan(dotnet=samples.dotnet(tests=(project,))).step("api.test.Shop.Tests")
    assert "--collect" not in _words(step)
    assert "cobertura" not in [output.kind for output in step.outputs]
    assert step.reason == "VSTest; coverage is not collected, the project references no collector"


def test_one_test_step_per_project():
    """The two runners cannot share a call, so each project has its own step."""
    projects = (samples.suite(), samples.suite("tests/Shop.Api.Tests/Shop.Api.Tests.csproj", runner=samples.MTP))
    ids = _ids(_plan(dotnet=samples.dotnet(tests=projects)))
    assert [id_ for id_ in ids if id_.startswith("api.test.")] == ["api.test.Shop.Tests", "api.test.Shop.Api.Tests"]


def test_two_test_projects_of_one_name_get_two_ids():
    """Steps are looked up by id: two with one id would run one of them twice, or wait for ever."""
    projects = (samples.suite("a/tests/Tests.csproj"), samples.suite("b/tests/Tests.csproj"))
    ids = _ids(_plan(dotnet=samples.dotnet(tests=projects)))
    assert [i for i in ids if i.startswith("api.test")] == ["api.test.a.tests.Tests", "api.test.b.tests.Tests"]


def test_paths_that_read_alike_get_ids_that_differ():
    """A dot in a name is no slash: both would write into one folder, and one result would count twice."""
    projects = (samples.suite("t/Shop.Api/Tests.csproj"), samples.suite("t/Shop/Api/Tests.csproj"))
    ids = [i for i in _ids(_plan(dotnet=samples.dotnet(tests=projects))) if i.startswith("api.test")]
    assert len(set(ids)) == 2
    assert all(i.startswith("api.test.t.Shop.Api.Tests-") for i in ids)


def test_an_id_is_short_enough_for_a_folder():
    """Names and paths have no such limit."""
    projects = tuple(samples.suite(f"{side * 200}/{'n' * 200}.csproj") for side in "ab")
    assert all(len(i) < 130 for i in _ids(_plan(dotnet=samples.dotnet(tests=projects))))


@pytest.mark.parametrize("role", ["lint", "type_check", "test"])
def test_a_script_that_cannot_fail_proves_nothing_by_ending_well(role):
    """The judge wants something else to see."""
    spa = replace(samples.spa(), **{role: Script(name="x", command="tool || true")})
    id_ = {"lint": "spa.lint", "type_check": "spa.types", "test": "spa.test"}[role]
    assert "`x` ends well whatever happens" in _plan(spa=spa).step(id_).unsure
    assert all(not step.unsure for step in _plan())


def test_no_feed():
    """Without a feed or a source the repository's own nuget.config decides, and no secret is asked for."""
    restore = _plan().step("api.restore")
    assert (restore.literals, restore.secrets) == ((), ())
    assert "--configfile" not in _words(restore)


def _sources(config: str) -> list[str | None]:
    return [add.get("value") for add in ET.fromstring(config).iterfind("packageSources/add")]  # noqa: S314  # ours


def test_a_feed_replaces_every_source():
    """A given folder is the only source: nuget.config clears all others and names the runner's place for it."""
    restore = _plan(feed=True).step("api.restore")
    (literal,) = restore.literals
    assert literal.path == CONFIG
    assert _sources(literal.text) == ["${feed}"]
    assert ET.fromstring(literal.text).find("packageSources/clear") is not None  # noqa: S314
    assert restore.commands[0][-2:] == ("--configfile", CONFIG)


def test_packages_of_a_folder_are_not_checked_over_the_network():
    """NuGet asks the certificates' issuers about each package, and where none answers waits for every one of them."""
    dotnet = samples.dotnet(tools_manifest=".config/dotnet-tools.json")
    for id_ in ("api.tools", "api.restore"):
        assert ("NUGET_CERT_REVOCATION_MODE", "offline") in _plan(feed=True, dotnet=dotnet).step(id_).env
        assert "NUGET_CERT_REVOCATION_MODE" not in dict(_plan(dotnet=dotnet).step(id_).env)


def test_a_private_source_names_its_secret_and_never_holds_it():
    """The password stands in nuget.config as the name of an environment variable."""
    yaml = "nuget: {source: 'https://nuget.test/a&b/v3/index.json', user: bot, secret: FEED_PASSWORD}"
    restore = _plan(yaml).step("api.restore")
    root = ET.fromstring(restore.literals[0].text)  # noqa: S314
    credentials = {a.get("key"): a.get("value") for a in root.iterfind("packageSourceCredentials/given/add")}
    assert _sources(restore.literals[0].text) == ["https://nuget.test/a&b/v3/index.json"]
    assert credentials == {"Username": "bot", "ClearTextPassword": "%FEED_PASSWORD%"}
    assert restore.secrets == ("FEED_PASSWORD",)


def test_a_source_without_a_user_gets_one():
    """Token feeds take any user name, NuGet insists on one."""
    restore = _plan("nuget: {source: 'https://n.test/', secret: T}").step("api.restore")
    assert '<add key="Username" value="token" />' in restore.literals[0].text


def test_a_source_without_a_secret_has_no_credentials():
    """An open mirror needs no password, and none is asked for."""
    restore = _plan("nuget: {source: 'https://n.test/'}").step("api.restore")
    assert "Credentials" not in restore.literals[0].text
    assert restore.secrets == ()


def test_a_feed_wins_over_a_source():
    """With a folder at hand neither the private source nor its secret is used."""
    restore = _plan("nuget: {source: 'https://n.test/', secret: T}", feed=True).step("api.restore")
    assert _sources(restore.literals[0].text) == ["${feed}"]
    assert (restore.secrets, "Credentials" in restore.literals[0].text) == ((), False)


def test_tools_use_the_same_sources():
    """`dotnet tool restore` takes the given source and secret too, and comes first."""
    dotnet = samples.dotnet(tools_manifest=".config/dotnet-tools.json")
    plan = _plan("nuget: {source: 'https://n.test/', secret: T}", dotnet=dotnet)
    tools = plan.step("api.tools")
    assert tools.commands == (("dotnet", "tool", "restore", "--configfile", CONFIG),)
    assert tools.literals == plan.step("api.restore").literals
    assert tools.secrets == ("T",)
    assert _ids(plan)[0] == "api.tools"


def test_only_steps_that_fetch_get_secrets_and_download_caches():
    """Code of the repository runs without the secrets of the package source."""
    plan = _plan("nuget: {source: 'https://n.test/', secret: T}")
    assert {s.id for s in plan if s.fetches} == {"api.restore", "spa.install"}
    assert {s.id for s in plan if s.caches} == {"api.restore", "spa.install"}
    assert {s.id for s in plan if s.secrets} == {"api.restore"}


def test_services():
    """They are part of the plan, with image, port and start values; .NET tests and the image get them."""
    plan = _plan("services: {postgres: {}, redis: {}}")
    assert plan.services == (
        Service(
            name="postgres",
            image="registry.test/postgres:17",
            port=5432,
            env=(("POSTGRES_USER", "app"), ("POSTGRES_PASSWORD", "app"), ("POSTGRES_DB", "app")),
        ),
        Service(name="redis", image="registry.test/redis:7", port=6379),
    )
    assert {s.id: s.services for s in plan if s.services} == {
        "api.test.Shop.Tests": ("postgres", "redis"),
        "image.verify": ("postgres", "redis"),
    }


def test_no_services():
    """Nothing is started that nobody asked for."""
    assert _plan().services == ()


def test_a_service_in_another_version():
    """`version` changes the tag and nothing else."""
    (service,) = _plan('services: {postgres: {version: "16"}}').services
    assert service.image == "registry.test/postgres:16"


def test_a_service_from_a_mirror():
    """`images` names another image for a service."""
    (service,) = _plan("services: {redis: {}}\nimages: {redis: 'mirror.test/redis:7.2'}").services
    assert service.image == "mirror.test/redis:7.2"


def test_a_service_has_its_image_from_one_place():
    """A version and an image of the same service contradict each other: P105, named."""
    with pytest.raises(PipelineError) as caught:
        _plan("services: {redis: {version: '6'}}\nimages: {redis: 'm.test:5000/redis'}")
    assert caught.value.kind is errors.SETTINGS_INVALID
    assert caught.value.what == "services.redis.version and images.redis both say which image; keep one of them"


def test_env_of_tests_comes_last_and_keeps_its_places():
    """The user's variables reach the tests, with the places of services still to be filled."""
    yaml = "services: {postgres: {}}\ntest: {env: {ConnectionStrings__Shop: 'Host=${postgres.host}'}}"
    step = _plan(yaml).step("api.test.Shop.Tests")
    assert step.env[-1] == ("ConnectionStrings__Shop", "Host=${postgres.host}")
    assert ("DOTNET_NOLOGO", "1") in step.env


def test_a_place_of_a_service_that_nobody_starts_is_refused():
    """The tests would get the text ${postgres.host} itself: P105 says which service is missing."""
    with pytest.raises(PipelineError) as caught:
        _plan(
            "services: {redis: {}}\ntest: {env: {A: '${redis.host}', B: 'x ${postgres.host}', C: '$${postgres.host}'}}"
        )
    assert caught.value.kind is errors.SETTINGS_INVALID
    assert caught.value.what == "test.env.B names ${postgres.host}; add `services: {postgres: {}}`"


def test_images_can_be_overruled_per_tool():
    """`images` replaces the image of a tool the plan uses."""
    plan = _plan("images: {dotnet: 'mirror.test/sdk:10.0', node: 'mirror.test/node:22'}")
    assert dict(plan.images) == {
        "aspnet": "registry.test/aspnet:10.0",
        "dotnet": "mirror.test/sdk:10.0",
        "node": "mirror.test/node:22",
        "python": "registry.test/python:3.13-slim",
    }


def test_an_image_of_a_tool_that_is_not_used_is_not_in_the_plan():
    """An override for the other half changes nothing."""
    assert dict(_plan("images: {node: 'm.test/node:22'}", spa=None).images).keys() == {"dotnet", "aspnet", "python"}


def test_the_image_runs_on_the_target_framework_not_on_the_sdk():
    """net8.0 built by SDK 10 runs on runtime 8."""
    web = samples.web(frameworks=("net8.0",))
    plan = _plan(dotnet=samples.dotnet(web=web))
    assert (plan.image("dotnet"), plan.image("aspnet")) == ("registry.test/sdk:10.0", "registry.test/aspnet:8.0")


@pytest.mark.parametrize(
    ("frameworks", "expected"),
    [(("net9.0",), "9.0"), (("net10.0-windows",), "10.0"), (("netstandard2.0",), "10.0"), ((), "10.0")],
)
def test_the_runtime_of_other_frameworks(frameworks, expected):
    """A platform suffix is no version, and a framework that names no runtime runs on the SDK's."""
    plan = _plan(dotnet=samples.dotnet(web=samples.web(frameworks=frameworks)))
    assert plan.image("aspnet") == f"registry.test/aspnet:{expected}"


def test_the_version_of_the_application_stands_in_the_tag():
    """Any SDK and Node version has an image: our reference gives the repository and the flavour, not the version."""
    images = samples.IMAGES | {"dotnet-sdk": "registry.test:5000/sdk:10.0-noble@sha256:" + "a" * 64}
    plan = _plan(dotnet=samples.dotnet(sdk="9.0"), spa=samples.spa(node="18"), images=images)
    assert plan.image("dotnet") == "registry.test:5000/sdk:9.0-noble"
    assert plan.image("node") == "registry.test/node:18-slim"


def test_publish_is_portable():
    """One publish output serves every platform: no app host."""
    step = _plan().step("api.publish")
    assert "-p:UseAppHost=false" in _words(step)
    assert step.outputs[0].kind == "directory"


def test_npm_install():
    """The install is `npm ci`, in the SPA's folder, keyed on package files, from the given registry."""
    step = _plan("npm: {registry: 'https://npm.test/'}").step("spa.install")
    assert step.commands == (("npm", "ci"),)
    assert step.workdir == "src/Shop.Web/client"
    assert step.files.include == tuple(
        f"src/Shop.Web/client/{name}" for name in ("package.json", "package-lock.json", ".npmrc")
    )
    assert ("npm_config_registry", "https://npm.test/") in step.env
    assert "npm_config_registry" not in dict(_plan().step("spa.install").env)


def test_vitest_is_asked_for_reports():
    """Vitest writes JUnit, and coverage also when a test fails."""
    step = _plan().step("spa.test")
    command = step.commands[0]
    assert command[:4] == ("npm", "run", "test", "--")
    assert "--outputFile.junit=${out}/junit.xml" in command
    assert "--coverage.reportOnFailure" in command
    assert [output.kind for output in step.outputs] == ["junit", "cobertura"]
    assert step.wants_cases


def test_vitest_without_a_coverage_provider():
    """Coverage is not asked for where its provider is missing: vitest would try to install it."""
    step = _plan(spa=samples.spa(collects_coverage=False)).step("spa.test")
    assert step.leaves_open == "coverage is not collected, package.json names no @vitest/coverage-v8"
    assert [word for word in step.commands[0] if "coverage" in word] == []
    assert [output.kind for output in step.outputs] == ["junit"]


def test_vitest_behind_other_scripts_is_asked_too():
    """Each `npm run` in between takes a pair of dashes; without it npm keeps the flags to itself."""
    step = _plan(spa=samples.spa(test=samples.script_of_tests(dashes=2))).step("spa.test")
    assert step.commands[0][:6] == ("npm", "run", "test", "--", "--", "--reporter=default")
    assert (step.wants_cases, step.leaves_open) == (True, "")


def test_only_the_part_that_can_be_asked_is_run_and_that_is_said():
    """Where the script goes on after the tests, the one that calls vitest is run: what it left out is not proven."""
    step = _plan(spa=samples.spa(test=samples.script_of_tests(script="unit"))).step("spa.test")
    assert step.commands[0][:4] == ("npm", "run", "unit", "--")
    assert (step.wants_cases, step.leaves_open) == (True, "of script test only unit ran")


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (samples.script_of_tests("jest"), "jest leaves no report that is read here"),
        (Script(name="test", command="mocha"), "this test runner leaves no report that is read here"),
        (
            samples.script_of_tests(dashes=0),
            "vitest is not the last command of its script, so that it cannot be asked for a report",
        ),
    ],
)
def test_another_test_tool_runs_as_it_is(script, why):
    """A script that cannot be asked gets no flags, no cases are expected of it, and that is said."""
    step = _plan(spa=samples.spa(test=script)).step("spa.test")
    assert (step.commands, step.wants_cases, step.outputs) == ((("npm", "run", "test"),), False, ())
    assert step.leaves_open == f"which tests ran is not known: {why}"


def test_what_mends_is_part_of_the_step():
    """The formatter without its check, and the linter with --fix, through as many scripts as lie between."""
    lint = Script(name="lint", command="x", call=Call(tool="eslint", script="lint", dashes=2))
    plan = _plan(spa=samples.spa(lint=lint))
    assert {step.id: step.fix for step in plan if step.fix} == {
        "api.format": (("dotnet", "format", "Shop.slnx", "--no-restore"),),
        "spa.lint": (("npm", "run", "lint", "--", "--", "--fix"),),
    }


@pytest.mark.parametrize(
    "lint",
    [
        Script(name="lint", command="prettier --check ."),
        Script(name="lint", command="eslint . | tee x", call=Call(tool="eslint", script="lint", dashes=0)),
    ],
)
def test_a_linter_that_cannot_be_asked_mends_nothing(lint):
    """`--fix` is for tools that know it."""
    assert _plan(spa=samples.spa(lint=lint)).step("spa.lint").fix == ()


def test_each_script_runs_by_its_own_name():
    """The scripts' names are the repository's, the step ids ours."""
    plan = _plan()
    assert {i: plan.step(i).commands for i in ("spa.lint", "spa.types", "spa.build")} == {
        "spa.lint": (("npm", "run", "lint"),),
        "spa.types": (("npm", "run", "check"),),
        "spa.build": (("npm", "run", "build"),),
    }


SPA_LOCKS = (
    ("npm", "package-lock.json"),
    ("npm", "npm-shrinkwrap.json"),
    ("pnpm", "pnpm-lock.yaml"),
    ("yarn", "yarn.lock"),
)


def test_every_output_is_read_and_every_parser_has_something_to_read():
    """A step names no parser that does not exist, leaves nothing that nobody takes, and no parser is left over."""
    dotnet = samples.dotnet(
        tools_manifest="x",
        tools=EF,
        migrations=MIGRATIONS,
        tests=(samples.suite(), samples.suite("t/M.csproj", runner=samples.MTP)),
    )
    locks = (Lock(path="package-lock.json", ecosystem="npm"),)
    app = samples.app(dotnet=dotnet, inventory=Inventory(locks=locks))
    plan = [
        step
        for manager, lock in SPA_LOCKS
        for step in make(
            replace(app, spa=samples.spa(package_manager=manager, lock_file=lock)),
            samples.settings(),
            samples.IMAGES,
            scans=True,
        )
    ]
    named = {step.log for step in plan if step.log} | {output.kind for step in plan for output in step.outputs}
    # What is a file is evidence, and read by people.
    assert named == {*registry.PARSERS, "directory"}


def test_every_step_says_why_and_what_it_proves():
    """No step is without a reason, a proof and a time limit."""
    plan = _plan(dotnet=samples.dotnet(tools_manifest="x"))
    assert [s.id for s in plan if not (s.reason and s.proves and s.timeout > 0)] == []


def test_no_command_goes_through_a_shell():
    """Commands are argument lists of the tool itself."""
    assert {c[0] for step in _plan() for c in step.commands} == {"dotnet", "npm", "python3", "unshare"}


def test_a_plan_is_the_same_every_time():
    """Equal input gives an equal plan: nothing in it depends on time, place or order of hashing."""
    assert _plan("services: {redis: {}}") == _plan("services: {redis: {}}")


def test_unused_settings_do_not_change_digests():
    """The registry of npm is no matter of a dotnet step."""
    one, other = _plan(), _plan("npm: {registry: 'https://npm.test/'}")
    changed = [s.id for s in one if s.digest("", "") != other.step(s.id).digest("", "")]
    assert changed == ["spa.install"]


def test_replacing_the_name_changes_no_step():
    """The application's name is for people."""
    assert make(replace(samples.app(), name="other"), samples.settings(), samples.IMAGES).steps == _plan().steps


def _with_node(**more):
    return _plan(dotnet=replace(samples.dotnet(), node=NodeInBuild(**more)))


def test_the_spa_is_built_once():
    """Targets that would build it again inside the .NET build are emptied, in build and publish alike."""
    plan = _with_node(targets=("PublishRunWebpack", "A&B"))
    for id_ in ("api.build", "api.publish"):
        step = plan.step(id_)
        (literal,) = step.literals
        assert f"-p:CustomAfterMicrosoftCommonTargets={literal.path}" in _words(step)
        assert [one.get("Name") for one in ET.fromstring(literal.text)] == ["PublishRunWebpack", "A&B"]  # noqa: S314  # our own text
        assert "PublishRunWebpack" in step.reason


def test_switches_and_javascript_projects():
    """Where the repository has a property for it, that is used; JavaScript projects are told what not to do."""
    words = _words(_with_node(switches=("SkipClient=true",), projects=("c/c.esproj",)).step("api.build"))
    assert words[-3:] == ("-p:SkipClient=true", "-p:ShouldRunNpmInstall=false", "-p:ShouldRunBuildScript=false")


def test_a_target_that_stays_is_told():
    """What it makes with Node cannot be in the image."""
    step = _with_node(kept=("CopyEditor",)).step("api.publish")
    assert (step.literals, "CopyEditor" in step.leaves_open) == ((), True)


def test_without_a_build_of_the_spa_nothing_is_left_out():
    """The .NET build is then the only one that makes it."""
    spa = replace(samples.spa(), build=None)
    plan = _plan(dotnet=replace(samples.dotnet(), node=NodeInBuild(targets=("A",), switches=("B=true",))), spa=spa)
    assert not any(word.startswith("-p:") and "UseAppHost" not in word for word in _words(plan.step("api.build")))
    assert plan.step("api.publish").literals == ()


MIGRATIONS = (Migrations(project="src/Shop.Domain/Shop.Domain.csproj", context="ShopContext"),)
EF = (("dotnet-ef", "10.0.15"),)


def test_the_gate_of_migrations():
    """Each context is asked, and its script is evidence; nothing is built or restored for it."""
    plan = _plan("test: {env: {Key: one}}", dotnet=samples.dotnet(migrations=MIGRATIONS, tools=EF))
    step = plan.step("api.migrations")
    asked, scripted = step.commands
    assert asked[:4] == ("dotnet", "ef", "migrations", "has-pending-model-changes")
    assert scripted[3:7] == ("script", "--idempotent", "--output", "${out}/ShopContext.sql")
    for command in step.commands:
        assert command[command.index("--startup-project") + 1] == "src/Shop.Web/Shop.Web.csproj"
        assert {"--no-build", "--prefix-output"} <= set(command)
    assert (step.start, step.log, ("Key", "one") in step.env) == ("api.build", "ef-log", True)
    assert [(output.path, output.required) for output in step.outputs] == [("ShopContext.sql", True)]


@pytest.mark.parametrize(
    ("tools", "why"),
    [
        ((), "names no dotnet-ef"),
        ((("dotnet-ef", "7.0.20"),), "7.0.20 cannot tell"),
        ((("dotnet-ef", ""),), "cannot tell"),
    ],
)
def test_migrations_that_nobody_looks_at_are_named(tools, why):
    """The summary lists them under what is not proven."""
    plan = _plan(dotnet=samples.dotnet(migrations=MIGRATIONS, tools=tools))
    assert why in _off(plan)["api.migrations"]


def test_without_migrations_there_is_no_gate():
    """Nothing is missing."""
    assert "api.migrations" not in {*_ids(_plan()), *_off(_plan())}

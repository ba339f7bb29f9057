"""From a tree of real files to a plan: the seams between discovery, settings and planning."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from pipeline import errors
from pipeline.app.facts import is_wanted
from pipeline.load import Choices, load, look, require_secrets, secrets_of
from pipeline.plan.steps.dotnet import CI_FILES
from pipeline.render import plan_text
from pipeline.settings import files
from pipeline.settings.model import NugetSettings, Settings

WEB = """<Project Sdk="Microsoft.NET.Sdk.Web">
<PropertyGroup><TargetFramework>{tfm}</TargetFramework></PropertyGroup></Project>"""
TESTS = """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup>
<ItemGroup><PackageReference Include="Microsoft.NET.Test.Sdk" Version="1" />
<PackageReference Include="xunit" Version="2" />
</ItemGroup></Project>"""
SOLUTION = '<Solution><Project Path="src/Shop/Shop.csproj" /></Solution>'


def _tree(folder, **files):
    for name, text in {"src/Shop/Shop.csproj": WEB.format(tfm="net8.0"), **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def _called(plan, step):
    return [command[2] for command in plan.step(step).commands]


@pytest.mark.parametrize("solution", [{"Shop.slnx": SOLUTION}, {}], ids=["solution", "no solution"])
def test_a_test_project_that_the_target_does_not_build_is_built_too(tmp_path, solution):
    """Its step runs with --no-build, so somebody has to build it."""
    tree = _tree(tmp_path, **{"tests/Shop.Tests/Shop.Tests.csproj": TESTS, **solution})
    plan = load(tree).plan
    target = "Shop.slnx" if solution else "src/Shop/Shop.csproj"
    assert _called(plan, "api.restore") == [target, "tests/Shop.Tests/Shop.Tests.csproj"]
    assert _called(plan, "api.build") == [target, "tests/Shop.Tests/Shop.Tests.csproj"]


@pytest.mark.parametrize(
    ("tfm", "image"),
    [("net8.0", "8.0"), ("net9.0", "9.0"), ("net10.0", "10.0"), ("net10.0-windows", "10.0")],
)
def test_every_framework_finds_its_images(tmp_path, tfm, image):
    """The version of the application goes into the tags; no table of ours has to know it."""
    plan = load(_tree(tmp_path, **{"src/Shop/Shop.csproj": WEB.format(tfm=tfm)})).plan
    assert plan.image("dotnet") == f"mcr.microsoft.com/dotnet/sdk:{image}"
    assert plan.image("aspnet") == f"mcr.microsoft.com/dotnet/aspnet:{image}"


@pytest.mark.parametrize(
    ("overlays", "source", "line"), [((), "pipeline.yaml", 2), ((("o.yaml", "#\n#\nspa: {node: '24'}"),), "o.yaml", 3)]
)
def test_a_fact_that_a_setting_decides_names_its_line(tmp_path, overlays, source, line):
    """Of the file that has the last word, which may be an overlay."""
    package = '{"scripts": {"build": "vite build"}, "dependencies": {"react": "19"}, "engines": {"node": "20"}}'
    tree = _tree(tmp_path, **{"ui/package.json": package, "pipeline.yaml": "spa:\n  node: '22'\n"})
    (seen,) = look(tree, Choices(overlays=overlays))
    fact = seen.app.fact("node")
    assert (fact.source, fact.line) == (source, line)
    sdk = seen.app.fact("sdk")
    assert "yaml" not in sdk.source


def test_a_password_in_the_settings_is_remarked_and_not_shown(tmp_path):
    """With its line; a place that the run fills in is none."""
    env = "A: 'Host=x;Password=hunter2'\n    B: 'Password=${postgres.password}'"
    (seen,) = look(_tree(tmp_path, **{"pipeline.yaml": f"services: {{postgres: {{}}}}\ntest:\n  env:\n    {env}\n"}))
    found = [remark for remark in seen.app.remarks if remark.id == "R616"]
    assert [(remark.file, remark.line) for remark in found] == [("pipeline.yaml", 4)]
    assert "hunter2" not in found[0].message
    loaded = load(tmp_path)
    assert "hunter2" not in plan_text.as_json(loaded.app, loaded.plan)


def test_settings_that_cannot_be_read_are_not_ignored(tmp_path):
    """A file in another encoding is an error; the defaults would be another pipeline."""
    tree = _tree(tmp_path)
    (tree / "pipeline.yaml").write_bytes("# für alle\nservices: {postgres: {}}\n".encode("latin-1"))
    with pytest.raises(errors.PipelineError) as caught:
        load(tree)
    assert caught.value.kind is errors.UNREADABLE


def test_a_secret_that_nobody_gives_is_an_error(tmp_path):
    """The settings name it, so a restore without it would only fail later and say less."""
    text = "nuget: {source: 'https://packages.example.com/v3/index.json', secret: PACKAGES_TOKEN}\n"
    plan = load(_tree(tmp_path, **{"pipeline.yaml": text})).plan
    require_secrets(plan, {"PACKAGES_TOKEN"})
    with pytest.raises(errors.PipelineError) as caught:
        require_secrets(plan, set())
    assert (caught.value.kind, caught.value.what) == (errors.SECRET_MISSING, "PACKAGES_TOKEN")


def test_what_is_odd_about_the_files_around_the_application_is_told(tmp_path):
    """A workflow that nobody can read is a remark of the application."""
    (tmp_path / ".github/workflows").mkdir(parents=True)
    tree = _tree(tmp_path, **{".github/workflows/ci.yml": "on: push\n\tjobs: {}\n"})
    assert ("R501", ".github/workflows/ci.yml", 2) in [(r.id, r.file, r.line) for r in load(tree).app.remarks]


def test_a_token_that_nothing_asks_for_is_refused():
    """`--nuget-token` without `nuget.secret` would be ignored: P105 names the key."""
    with pytest.raises(errors.PipelineError) as caught:
        secrets_of(Settings(), "token")
    assert caught.value.kind is errors.SETTINGS_INVALID
    assert caught.value.what == "--nuget-token: expected `nuget.secret` to name it, got no such name in the settings"


def test_a_token_is_known_by_the_name_in_the_settings():
    """Without a token there is no secret, whatever the settings name."""
    settings = Settings(nuget=NugetSettings(secret="FEED_TOKEN"))
    assert secrets_of(settings, "token") == {"FEED_TOKEN": "token"}
    assert secrets_of(settings, None) == secrets_of(Settings(), None) == {}


def _two(folder, settings, **files):
    tree = _tree(folder, **{"src/Admin/Admin.csproj": WEB.format(tfm="net8.0"), "pipeline.yaml": settings, **files})
    solution = SOLUTION.replace("/></S", '/><Project Path="src/Admin/Admin.csproj" /></S')
    (tree / "Shop.slnx").write_text(solution, encoding="utf-8")
    return tree


APPS = "apps:\n  shop: {dotnet: {web: src/Shop/Shop.csproj}}\n  admin: {dotnet: {web: src/Admin/Admin.csproj}}\n"


def test_two_applications_of_one_solution(tmp_path):
    """Built once, published twice; each is described."""
    loaded = load(_two(tmp_path, APPS))
    assert [step.id for step in loaded.plan] == [
        "api.restore", "api.build", "api.format", "shop/api.publish", "shop/image", "shop/image.verify",
        "admin/api.publish", "admin/image", "admin/image.verify",
    ]  # fmt: skip
    assert [part.name for part in loaded.app.each] == ["shop", "admin"]
    assert [seen.key for seen in look(tmp_path)] == ["shop", "admin"]


def test_one_of_several_applications_alone(tmp_path):
    """Then the ids are those of a repository with one."""
    loaded = load(_two(tmp_path, APPS), Choices(app="admin"))
    assert loaded.plan.app == "admin"
    assert [step.id for step in loaded.plan][-3:] == ["api.publish", "image", "image.verify"]
    assert "src/Admin/Admin.csproj" in loaded.plan.step("api.publish").commands[0]


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        (APPS.replace("src/Admin/A", "src/Nowhere/A"), "apps.admin: dotnet.web: src/Nowhere/Admin.csproj"),
        (APPS.replace(" {web: src/Admin/Admin.csproj}", " {}"), "apps.admin: web project: 2 candidates"),
        (APPS + "services: {postgres: {version: '16'}}\nimages: {postgres: a/b}\n", "apps.shop: services.postgres"),
        (
            APPS.replace("admin: {", "admin: {nuget: {source: 'https://n.test/v3'}, "),
            "nuget: applications of one repository share one package source",
        ),
    ],
)
def test_what_is_wrong_with_one_of_several_names_it(tmp_path, settings, what):
    """The place in pipeline.yaml is below its name."""
    with pytest.raises(errors.PipelineError) as caught:
        load(_two(tmp_path, settings))
    assert caught.value.what.startswith(what)


def test_the_exceptions_of_a_repository_are_read(tmp_path):
    """A file that nobody reads would be an exception that never holds."""
    entry = "{id: CVE-2026-1, scope: lodash, reason: not reached, owner: team-web, expires: 2026-12-01}"
    tree = _tree(tmp_path, **{"pipeline.exceptions.yaml": f"exceptions:\n  - {entry}\n"})
    assert [waiver.id for waiver in load(tree, scans=True).plan.audit.waivers] == ["CVE-2026-1"]
    assert load(tree).plan.audit.waivers == ()


@pytest.mark.parametrize("name", files.ALL)
def test_every_file_of_the_pipeline_itself_is_read_and_is_no_input_of_a_step(name):
    """What decides about a run is fetched before it, and no edit of it runs a build again."""
    assert is_wanted(name)
    assert any(fnmatchcase(name, glob) for glob in CI_FILES)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("pipeline.yml", "pipeline.yaml"),
        ("Pipeline.yaml", "pipeline.yaml"),
        ("PIPELINE.YML", "pipeline.yaml"),
        ("pipeline.exceptions.yml", "pipeline.exceptions.yaml"),
        ("Pipeline.Exceptions.yaml", "pipeline.exceptions.yaml"),
    ],
)
def test_settings_by_nearly_their_name_are_refused(tmp_path, name, meant):
    """Nothing would read them: P105 names what was meant."""
    with pytest.raises(errors.PipelineError) as caught:
        load(_tree(tmp_path, **{name: "name: x"}))
    assert (caught.value.kind, caught.value.what) == (
        errors.SETTINGS_INVALID,
        f"{name}: expected the name {meant}; nothing would read it",
    )


@pytest.mark.parametrize("name", ["src/pipeline.yml", "pipeline.json", "my-pipeline.yaml", "pipeline"])
def test_other_names_are_other_files(tmp_path, name):
    """Only the root's, and only those that could be meant."""
    assert load(_tree(tmp_path, **{name: "name: x"})).plan


def test_a_repository_with_files_where_steps_put_theirs_is_refused(tmp_path):
    """Each could hide the other, and a scan would look at the wrong one."""
    tree = _tree(tmp_path)
    (tree / ".pipeline/root").mkdir(parents=True)
    (tree / ".pipeline/root/dev").write_text("x")
    with pytest.raises(errors.PipelineError, match=r"P105.*\.pipeline/root/dev: expected no file in \.pipeline/"):
        load(tree)

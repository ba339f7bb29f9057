"""Project files: what is read from them and from the files around them."""

from __future__ import annotations

import time

import pytest

from pipeline.app.model import TestRunner as Runner
from pipeline.errors import BROKEN_PROJECT, TOO_LARGE, UNREADABLE

TEST_SDK = "Microsoft.NET.Test.Sdk"
SWITCH = "<PropertyGroup><{0}>true</{0}></PropertyGroup>"
MTP = '{"test": {"runner": "Microsoft.Testing.Platform"}}'


@pytest.fixture
def one(found):
    """Return one project of a tree; without a path the only one named A."""
    return lambda files, path="src/A/A.csproj": {p.path: p for p in found(files).dotnet.projects}[path]


def test_reads_framework_sdk_and_assembly(one, csproj):
    """The plain case; properties may use each other."""
    extra = "<PropertyGroup><Base>Shop</Base><AssemblyName>$(Base).$(MSBuildProjectName)</AssemblyName></PropertyGroup>"
    project = one({"src/A/A.csproj": csproj(extra, sdk="Microsoft.NET.Sdk.Web")})
    assert (project.sdk, project.frameworks, project.is_web) == ("Microsoft.NET.Sdk.Web", ("net10.0",), True)
    assert project.assembly == "Shop.A"


def test_a_web_library_is_no_web_project(one, csproj):
    """Sdk.Web with OutputType Library is not something to publish."""
    text = csproj("<PropertyGroup><OutputType>Library</OutputType></PropertyGroup>", sdk="Microsoft.NET.Sdk.Web")
    assert not one({"src/A/A.csproj": text}).is_web


def test_inherits_the_framework_from_the_nearest_props(one, csproj):
    """Directory.Build.props applies from above; the nearest wins, and only it is read."""
    props = "<Project><PropertyGroup><TargetFramework>{}</TargetFramework></PropertyGroup></Project>"
    files = {"src/A/A.csproj": csproj(tfm=""), "Directory.Build.props": props.format("net8.0")}
    assert one(files).frameworks == ("net8.0",)
    assert one(files | {"src/Directory.Build.props": props.format("net9.0")}).frameworks == ("net9.0",)


def test_follows_the_import_of_the_file_above(one, csproj):
    """The usual chain of Directory.Build.props by GetPathOfFileAbove is followed."""
    call = "$([MSBuild]::GetPathOfFileAbove('Directory.Build.props', '$(MSBuildThisFileDirectory)../'))"
    root = "<Project><PropertyGroup><My>net9.0</My></PropertyGroup></Project>"
    inner = f'<Project><Import Project="{call}" /><PropertyGroup><TargetFrameworks>$(My);net8.0</TargetFrameworks>'
    files = {"src/A/A.csproj": csproj(tfm=""), "Directory.Build.props": root}
    files["src/Directory.Build.props"] = inner + "</PropertyGroup></Project>"
    assert one(files).frameworks == ("net9.0", "net8.0")


@pytest.mark.parametrize(
    ("condition", "applies"),
    [
        ("'$(Configuration)' == 'Release'", True),
        ("'$(Configuration)' != 'release'", False),
        ("'$(X)' == '' And '$(OS)' != 'Windows_NT'", True),
        ("'$(X)' == 'a' or $(MSBuildProjectName.EndsWith('A'))", True),
        ("!$(MSBuildProjectName.Contains('Z'))", True),
        ("false", False),
    ],
)
def test_conditions_that_need_no_msbuild_are_answered(one, csproj, condition, applies):
    """A property behind a condition is set exactly when the condition holds."""
    text = csproj(f'<PropertyGroup Condition="{condition}"><AssemblyName>Other</AssemblyName></PropertyGroup>')
    assert one({"src/A/A.csproj": text}).assembly == ("Other" if applies else "A")


def test_an_unknown_condition_never_overrides(one, csproj):
    """What only MSBuild can answer does not replace a value that is known."""
    text = csproj("<PropertyGroup Condition=\"Exists('x')\"><TargetFramework>net6.0</TargetFramework></PropertyGroup>")
    assert one({"src/A/A.csproj": text}).frameworks == ("net10.0",)


def test_the_first_true_branch_of_a_choose_wins(one, csproj):
    """Choose, When and Otherwise work as a switch."""
    branch = "<{0}><PropertyGroup><AssemblyName>{1}</AssemblyName></PropertyGroup></{2}>"
    when = branch.format("When Condition=\"'1' == '1'\"", "Yes", "When")
    text = csproj(f"<Choose>{when}{branch.format('Otherwise', 'No', 'Otherwise')}</Choose>")
    assert one({"src/A/A.csproj": text}).assembly == "Yes"


def test_package_versions_come_from_the_central_file(one, csproj):
    """Central package management fills in what the project leaves out."""
    central = '<Project><ItemGroup><PackageVersion Include="P" Version="1.2" /></ItemGroup></Project>'
    files = {
        "src/A/A.csproj": csproj(
            "P", '<ItemGroup><PackageReference Include="Q"><Version>3</Version></PackageReference></ItemGroup>'
        )
    }
    assert one(files | {"Directory.Packages.props": central}).packages == (("P", "1.2"), ("Q", "3"))


def test_references_form_a_closure(found, csproj, reference, sln):
    """A project that the solution misses is found through who references it."""
    files = {"App.sln": sln("A/A.csproj"), "A/A.csproj": csproj(reference("..\\b\\B.csproj")), "B/B.csproj": csproj()}
    app = found(files)
    assert [p.path for p in app.dotnet.projects] == ["A/A.csproj", "B/B.csproj"]
    assert app.dotnet.projects[0].references == ("B/B.csproj",)
    assert "B/B.csproj" in next(r.message for r in app.remarks if r.id == "R107")


def test_references_in_a_circle_end(found, csproj, reference):
    """Two projects that reference each other are read once each."""
    files = {
        "A/A.csproj": csproj(reference("../B/B.csproj"), sdk="Microsoft.NET.Sdk.Web"),
        "B/B.csproj": csproj(reference("../A/A.csproj")),
    }
    assert len(found(files).dotnet.projects) == 2


@pytest.mark.parametrize(
    ("packages", "framework"),
    [
        (["Microsoft.NET.Test.Sdk", "xunit"], "xunit"),
        (["xunit.v3"], "xunit.v3"),
        (["NUnit", "Microsoft.NET.Test.Sdk"], "nunit"),
        (["MSTest"], "mstest"),
        (["TUnit"], "tunit"),
        (["Microsoft.NET.Test.Sdk"], None),
    ],
)
def test_packages_make_a_test_project(one, csproj, packages, framework):
    """Each usual set of test packages is known."""
    project = one({"src/A/A.csproj": csproj(*packages)})
    assert (project.is_test, project.test_framework) == (True, framework)


def test_the_mstest_sdk_makes_a_test_project(one, csproj):
    """MSTest.Sdk needs no package reference at all."""
    project = one({"src/A/A.csproj": csproj(sdk="MSTest.Sdk/3.8.0")})
    assert (project.is_test, project.test_framework, project.runner) == (True, "mstest", Runner.MTP)


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("src/A/A.csproj", ["xunit.v3", "<PropertyGroup><IsTestProject>false</IsTestProject></PropertyGroup>"]),
        ("src/A/TestBase.csproj", ["xunit", "Microsoft.NET.Test.Sdk"]),
        ("src/A/A.csproj", ["xunit.assert"]),
        ("src/A/Common.csproj", ["xunit"]),
    ],
)
def test_helpers_are_no_test_projects(one, csproj, path, parts):
    """A helper that only names test packages is not run."""
    assert not one({path: csproj(*parts)}, path).is_test


def test_test_packages_may_come_from_props(one, csproj):
    """Packages that Directory.Build.props gives to projects by their name count."""
    group = "<ItemGroup Condition=\"$(MSBuildProjectName.EndsWith('Tests'))\">"
    group += "<PackageReference Include='NUnit'/></ItemGroup>"
    files = {
        "Directory.Build.props": f"<Project>{group}</Project>",
        "x/A.Tests.csproj": csproj(),
        "x/B.csproj": csproj(),
    }
    files["App.slnx"] = '<Solution><Project Path="x/A.Tests.csproj"/><Project Path="x/B.csproj"/></Solution>'
    assert one(files, "x/A.Tests.csproj").is_test
    assert not one(files, "x/B.csproj").is_test


@pytest.mark.parametrize(
    ("packages", "global_json", "runner"),
    [
        (["xunit", "Microsoft.NET.Test.Sdk"], None, Runner.VSTEST),
        (["xunit.v3", "Microsoft.NET.Test.Sdk"], None, Runner.VSTEST),
        (["xunit.v3", "Microsoft.NET.Test.Sdk"], "src/global.json", Runner.MTP),
        (["NUnit", "Microsoft.NET.Test.Sdk"], "global.json", Runner.MTP),
        (["xunit.v3"], None, Runner.MTP),
        (["TUnit"], None, Runner.MTP),
    ],
)
def test_the_nearest_global_json_decides_the_runner(one, csproj, packages, global_json, runner):
    """Else a project that brings its own platform and no VSTest adapter runs on that platform."""
    assert one({"src/A/A.csproj": csproj(*packages)} | ({global_json: MTP} if global_json else {})).runner is runner


def test_a_nearer_global_json_without_the_switch_wins(one, csproj):
    """Only one global.json applies to a project: the nearest."""
    files = {"src/A/A.csproj": csproj("xunit", "Microsoft.NET.Test.Sdk"), "global.json": MTP, "src/global.json": "{}"}
    assert one(files).runner is Runner.VSTEST


def test_coverage_is_collected_by_the_collector_under_vstest_only(one, csproj):
    """The collector does nothing under Microsoft.Testing.Platform."""
    files = {"src/A/A.csproj": csproj("NUnit", "Microsoft.NET.Test.Sdk", "coverlet.collector")}
    assert one(files).collects_coverage
    assert not one(files | {"global.json": MTP}).collects_coverage


def test_inputs_outside_the_folder_become_globs_from_the_root(one, csproj):
    """Linked files, imports and key files that a step must see; what leaves the tree is dropped."""
    items = '<ItemGroup><Compile Include="..\\Shared\\**\\*.cs" Link="x" />'
    items += '<None Include="own.txt;../../../../gone" /></ItemGroup>'
    more = '<Import Project="$(MSBuildThisFileDirectory)..\\..\\build\\common.props" />'
    key = "<PropertyGroup><AssemblyOriginatorKeyFile>../key.snk</AssemblyOriginatorKeyFile></PropertyGroup>"
    hint = "<ItemGroup><Reference Include='L'><HintPath>..\\..\\libs\\L.dll</HintPath></Reference></ItemGroup>"
    project = one({"src/A/A.csproj": csproj(items, more, key, hint)})
    assert project.outside_inputs == ("build/common.props", "libs/L.dll", "src/Shared/**/*.cs", "src/key.snk")


def test_an_imported_project_file_is_read(one, csproj):
    """A property file that carries a project's ending gives its properties."""
    common = "<Project><PropertyGroup><TargetFramework>net9.0</TargetFramework></PropertyGroup></Project>"
    files = {
        "src/A/A.csproj": csproj('<Import Project="../../Build/Common.csproj" />', tfm=""),
        "Build/Common.csproj": common,
    }
    assert one(files).frameworks == ("net9.0",)


def test_a_lock_file_counts_where_it_lies(one, csproj):
    """packages.lock.json beside the project."""
    assert one({"src/A/A.csproj": csproj(), "src/A/packages.lock.json": ""}).has_lock_file
    assert not one({"src/A/A.csproj": csproj(), "src/packages.lock.json": ""}).has_lock_file


def test_a_broken_project_names_file_and_line(refused):
    """The place is what the user opens; leading blank lines count."""
    error = refused({"A.csproj": "\r\n<Project>\r\n  <PropertyGroup>\r\n</Project>"})
    assert error.kind is BROKEN_PROJECT
    assert error.what.startswith("A.csproj:4:")


def test_entities_are_refused(refused):
    """An entity bomb is a broken project, not a full memory."""
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Project Sdk="x">&b;</Project>'
    assert refused({"A.csproj": bomb}).kind is BROKEN_PROJECT


@pytest.mark.parametrize(("reason", "kind"), [("too large (3 MB)", TOO_LARGE), ("no permission", UNREADABLE)])
def test_an_unreadable_project_is_an_error(refused, reason, kind):
    """A file that discovery needs and cannot have is told with its reason."""
    error = refused({}, paths={"A.csproj": reason})
    assert error.kind is kind
    assert reason in error.what


def test_a_property_that_doubles_itself_stays_small(one, csproj):
    """Forty doublings must not fill the memory."""
    text = csproj("<PropertyGroup><A>xy</A>" + "<A>$(A)$(A)</A>" * 40 + "</PropertyGroup>")
    assert one({"src/A/A.csproj": text}).assembly == "A"


def test_no_reference_with_stars_is_endless(one, csproj, reference):
    """Each star tries every place only once."""
    name = f"L/{'a' * 60}b.csproj"
    stars = f"../../L/{'*a' * 25}.csproj"
    began = time.monotonic()
    files = {"src/A/A.csproj": csproj(reference(stars)), name: csproj(), f"L/x{'ab' * 25}a.csproj": csproj()}
    files["A.slnx"] = '<Solution><Project Path="src/A/A.csproj"/></Solution>'
    assert one(files).references == (f"L/x{'ab' * 25}a.csproj",)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("condition", "applies"),
    [
        ("'$(MSBuildProjectExtension)' == '.csproj'", True),
        ("'$(Platform)' == 'AnyCPU'", True),
        ("'$(Platform)' == 'x64'", False),
        ("'$(MSBuildThisFile)' == 'A.csproj' and '$(MSBuildThisFileName)' == 'A'", True),
        ("'$(SolutionName)' == 'Shop'", True),
        # Not to be known is not false: there is no other name, so this one is taken.
        ("'$(TargetFrameworkIdentifier)' == '.NETCoreApp'", True),
        ("$(NETCoreSdkVersion.StartsWith('10'))", True),
        ("'$(Mine)' != ''", False),
    ],
)
def test_what_the_build_itself_sets_is_not_empty(one, csproj, condition, applies):
    """It is known, or unknown; a property of the repository that nobody sets is empty."""
    text = csproj(f'<PropertyGroup Condition="{condition}"><AssemblyName>Other</AssemblyName></PropertyGroup>')
    files = {"src/A/A.csproj": text, "Shop.slnx": '<Solution><Project Path="src/A/A.csproj"/></Solution>'}
    assert one(files).assembly == ("Other" if applies else "A")


def test_a_reference_from_the_folder_of_the_solution_is_followed(found, csproj, reference):
    """No false word that it is not there."""
    files = {"src/A/A.csproj": csproj(reference("$(SolutionDir)src\\B\\B.csproj")), "src/B/B.csproj": csproj()}
    app = found(files | {"Shop.slnx": '<Solution><Project Path="src/A/A.csproj"/></Solution>'})
    assert [project.path for project in app.dotnet.projects] == ["src/A/A.csproj", "src/B/B.csproj"]
    assert "R107" not in [remark.id for remark in app.remarks]


def test_a_framework_that_only_the_sdk_knows_is_none(one, csproj):
    """Half a name is no framework."""
    framework = "<PropertyGroup><TargetFramework>net$(BundledNETCoreAppTargetFrameworkVersion)</TargetFramework>"
    assert one({"src/A/A.csproj": csproj(f"{framework}</PropertyGroup>", tfm="")}).frameworks == ()


@pytest.mark.parametrize(
    ("parts", "global_json", "itself"),
    [
        (["TUnit"], {}, True),
        (["TUnit"], {"global.json": MTP}, False),
        (["TUnit", "<PropertyGroup><TargetFrameworks>net9.0;net10.0</TargetFrameworks></PropertyGroup>"], {}, False),
        (["xunit.v3"], {}, False),  # its program has options of its own
        (["xunit.v3", SWITCH.format("UseMicrosoftTestingPlatformRunner")], {}, True),
        (["NUnit", TEST_SDK, SWITCH.format("EnableNUnitRunner")], {}, False),  # by VSTest
        (
            ["NUnit", TEST_SDK, SWITCH.format("EnableNUnitRunner"), SWITCH.format("TestingPlatformDotnetTestSupport")],
            {},
            True,
        ),
    ],
)
def test_a_program_of_tests_is_told_from_what_dotnet_test_runs(one, csproj, parts, global_json, itself):
    """A project of the platform without its switch in global.json is run as the program that it is."""
    files = {"src/A/A.csproj": csproj(*parts), "src/A/T.cs": "class A { [Test] void B() {} }"}
    files["A.slnx"] = '<Solution><Project Path="src/A/A.csproj"/></Solution>'
    assert one(files | global_json).runs_itself is itself

"""Facts that stand in source code: tests, health endpoints, migrations, services."""

from __future__ import annotations

import pytest

from pipeline.app.model import Migrations

WEB = "Microsoft.NET.Sdk.Web"
EXTENSION = "static class Up { public static Task MigrateAll(this WebApplication a) { db.Database.Migrate(); } }"
SEEDER = "class Seeder { void Run() { db.Database.Migrate(); } }"
TEST_SDK = "Microsoft.NET.Test.Sdk"


def facts(app):
    return {fact.name: fact for fact in app.facts}


@pytest.fixture
def shop(found, csproj, reference, sln):
    """Discover a web project with a library, and what their sources say."""

    def run(**sources):
        files = {
            "Shop.sln": sln("Web/Web.csproj", "Lib/Lib.csproj"),
            "Web/Web.csproj": csproj(reference("../Lib/Lib.csproj"), sdk=WEB),
            "Lib/Lib.csproj": csproj(),
        }
        return facts(found(files | {f"{name.replace('__', '/')}.cs": text for name, text in sources.items()}))

    return run


@pytest.fixture
def tested(found, csproj, reference, sln):
    """Discover a web project with one test project T, its packages and its sources."""

    def run(*parts, path="T/T.Tests", user="", **sources):
        files = {
            "Shop.sln": sln("Web/Web.csproj", f"{path}.csproj", "U/User.csproj"),
            "Web/Web.csproj": csproj(sdk=WEB),
            "U/User.csproj": csproj(*([reference(f"../{user}.csproj")] if user else [])),
            f"{path}.csproj": csproj(*parts, reference("../Web/Web.csproj")),
        }
        return facts(found(files | {f"{name.replace('__', '/')}.cs": text for name, text in sources.items()}))

    return run


@pytest.mark.parametrize(
    ("code", "paths"),
    [
        ('app.MapHealthChecks("/health");', ("/health",)),
        ('app.MapHealthChecks("home_check", new X());', ("/home_check",)),
        ('const string P = "/alive";\napp.UseHealthChecks(P);', ("/alive",)),
        (
            'Use("/health-x");\nvoid Use(string path) {\n e.MapHealthChecks(new PathString(path.A()), o); }',
            ("/health-x",),
        ),
        ('app.MapHealthChecks("/healthz");\napp.MapHealthChecks("/healthz/extended");', ("/healthz",)),
        ('app.MapHealthChecks("/a");\napp.MapGet("/ping", () => 1);', ("/a",)),
        ('app.MapGet("/health", () => 1);', ("/health",)),
        (
            'var g = app.MapGroup("/health");\ng.MapGet("/live", x);\ng.MapGet("/ready", x);',
            ("/health/live", "/health/ready"),
        ),
        ('[HttpGet("/ping")]', ("/ping",)),
        ('[HttpGet("~/api/v1/health")]', ()),
        ('[HttpGet("health/{id}")]', ()),
        ('[Route("api/[controller]")]\nclass HealthController {\n[HttpGet]\nint A() => 1; }', ("/api/health",)),
        ('[Route("metrics")]\nclass MetricsController {\n[HttpGet("health")]\nint A() => 1; }', ("/metrics/health",)),
        ('[Route("[controller]")]\nclass AppController {\n[HttpGet("up")]\nint A() => 1; }', ("/app/up",)),
        ('[Route("metrics")]\nclass MetricsController {\n[HttpGet("list")]\nint A() => 1; }', ()),
        ('class MetricsController {\n[HttpGet("health")]\nint A() => 1; }', ()),
        ('// app.MapHealthChecks("/health");', ()),
        ('app.MapGet("/orders", () => 1);', ()),
    ],
)
def test_health_endpoints_are_found(shop, code, paths):
    """The framework's health checks, else paths that say so by their name, else a controller of that name."""
    assert shop(Web__Program=code)["health endpoints"].value == paths


def test_a_path_can_be_a_constant_of_another_file(shop):
    """Where one constant of that name is there; of two nobody knows which is meant."""
    code = "app.MapHealthChecks(Paths.Live);"
    one = {"Lib__Paths": 'static class Paths { public const string Live = "/live"; }'}
    assert shop(Web__Program=code, **one)["health endpoints"].value == ("/live",)
    other = {"Lib__Other": 'static class Other { public const string Live = "/x"; }'}
    unsure = shop(Web__Program=code, **one, **other)["health endpoints"]
    assert (unsure.value, unsure.place, unsure.confidence.value) == ((), "Web/Program.cs:1", "guessed")


def test_a_check_of_a_group_has_the_path_of_the_group(shop):
    """MapGroup gives a prefix to whatever is mapped on it."""
    code = 'var g = app.MapGroup("/internal");\ng.MapHealthChecks("/health");\napp.MapHealthChecks("/up");'
    assert shop(Web__Program=code)["health endpoints"].value == ("/internal/health", "/up")


def test_an_endpoint_of_development_is_told_apart(shop):
    """It is shown only when there is no other, and never polled."""
    code = 'if (app.Environment.IsDevelopment())\n{\n  if (x) { }\n  app.MapHealthChecks("/health");\n}\n'
    found = shop(Lib__Extensions=code)
    assert (found["health endpoints"].value, found["health in development only"].value) == (("/health",), True)
    assert found["health path"].value is None
    found = shop(Lib__Extensions=code, Web__Program='app.MapHealthChecks("/up");')
    assert (found["health endpoints"].value, found["health in development only"].value) == (("/up",), False)
    assert (found["health path"].value, found["health path"].line) == ("/up", 1)


def test_an_endpoint_after_the_block_is_for_all(shop):
    """The block ends with its brace."""
    code = 'if (env.IsDevelopment()) { a(); }\napp.MapHealthChecks("/health");'
    assert shop(Web__Program=code)["health in development only"].value is False


@pytest.mark.parametrize(
    ("sources", "value"),
    [
        ({"Web__Program": "await db.Database.MigrateAsync();"}, True),
        ({"Web__Program": "db.Database\n    .Migrate();"}, True),
        ({"Web__Program": "// db.Database.Migrate();"}, False),
        ({"Web__Program": 'log.Info("db.Database.Migrate();");'}, False),
        ({"Web__Program": "/* later:\n db.Database.Migrate();\n*/"}, False),
        ({"Web__Program": 'Use("https://host/"); db.Database.Migrate();'}, True),
        ({"Web__Program": "DeployChanges.To.Sql(x).Build().PerformUpgrade();"}, True),
        ({"Lib__Up": "static class Up { void Go() { runner.MigrateUp(); } }", "Web__Program": "Up.Go();"}, True),
        ({"Lib__Up": EXTENSION, "Web__Program": "await app.MigrateAll();"}, True),
        ({"Lib__Up": EXTENSION, "Web__Program": "app.Run();"}, False),
        ({"Web__Program": "db.Database.EnsureCreated();"}, False),
        ({"Web__Tasks": 'AppTasks.Register("migrate", _ => db.Database.Migrate());'}, False),
        ({"Web__Program": "if (env.IsDevelopment())\n{\n  if (x != null) { db.Database.Migrate(); }\n}"}, False),
        ({"Web__Program": "if (env.IsDevelopment()) db.Database.Migrate();"}, False),
        ({"Web__Program": "if (env.IsDevelopment()) { a(); }\ndb.Database.Migrate();"}, True),
        ({"Web__Program": "if (!env.IsDevelopment()) { db.Database.Migrate(); }"}, True),
        ({"Web__Program": 'if (args.Contains("--migrate")) { db.Database.Migrate(); return; }'}, False),
        ({"Web__Program": "if (db.Database.GetPendingMigrations().Any()) { db.Database.Migrate(); }"}, True),
        ({"Web__Tasks": 'Jobs.Register("migrate", _ => db.Database.Migrate());'}, False),
        ({"Web__Tasks": 'Jobs.Register("migrate", _ => { log.Info(); db.Database.Migrate(); });'}, False),
        ({"Lib__Seed": SEEDER, "Web__Program": "if (env.IsDevelopment()) { new Seeder(); }"}, False),
        ({"Lib__Seed": "class Seeder { void Run() { db.Database.Migrate(); } }"}, False),
        (
            {"Lib__Seed": "class Seeder { void Run() { db.Database.Migrate(); } }", "Web__Program": "new Seeder();"},
            True,
        ),
    ],
)
def test_migrations_at_start_up_are_found(shop, sources, value):
    """In the program itself, or in a class of a library that the program names."""
    assert shop(**sources)["migrates at start-up"].value is value


def test_a_migration_that_another_class_may_call_is_no_sure_no(shop):
    """It is told where it stands; who calls it, no rule follows."""
    fact = shop(Lib__Up="class Up { void Go() { runner.MigrateUp(); } }")["migrates at start-up"]
    assert (fact.value, fact.confidence.value, fact.line) == (False, "guessed", 1)
    assert "Up" in fact.source


def test_migrations_behind_an_unknown_condition_are_guessed(shop):
    """The answer says why, and is never shown as sure."""
    fact = shop(Web__Program="if (settings.Flag) { db.Database.Migrate(); }")["migrates at start-up"]
    assert (fact.value, fact.confidence.value) == (True, "guessed")
    assert "condition" in fact.source


def test_migrations_name_project_and_context(found, csproj, reference):
    """By the model snapshot; a broken one without context does not count."""
    files = {"Web/Web.csproj": csproj(reference("../Data/Data.csproj"), sdk=WEB), "Data/Data.csproj": csproj()}
    snapshot = "namespace X;\n[DbContext(typeof(ShopContext))]\npartial class ShopContextModelSnapshot {}"
    more = {"Data/Migrations/ShopContextModelSnapshot.cs": snapshot, "Data/B/BModelSnapshot.cs": "class B {}"}
    app = facts(found(files | more))
    assert app["migrations projects"].value == ("Data/Data.csproj",)
    assert (app["migrations contexts"].value, app["migrations contexts"].line) == (("ShopContext",), 2)
    assert found(files | more).dotnet.migrations == (Migrations(project="Data/Data.csproj", context="ShopContext"),)


@pytest.mark.parametrize(
    ("text", "tools"),
    [
        ('{"tools": {"dotnet-ef": {"version": "9.0.1"}, "a": {}}}', (("a", ""), ("dotnet-ef", "9.0.1"))),
        ("{", ()),
        ("[]", ()),
        ('{"tools": 1}', ()),
    ],
)
def test_the_tools_of_the_manifest(text, tools, found, csproj):
    """With their versions; a manifest that cannot be read names none."""
    app = found({"Web/Web.csproj": csproj(sdk=WEB), ".config/dotnet-tools.json": text})
    assert app.dotnet.tools == tools


SLNX = '<Solution><Project Path="T/T.Testing.csproj"/><Project Path="U/U.Tests.csproj"/></Solution>'
FACT = "class A { [Fact] void B() {} }"


@pytest.mark.parametrize(
    ("path", "parts", "sources", "is_test"),
    [
        ("T/T.Tests", [TEST_SDK, "xunit"], {"T__A": FACT}, True),
        ("T/T.Tests", [TEST_SDK, "xunit"], {"T__A": "class Base {}"}, True),  # it asks itself, and is named so
        ("T/T.Tests", ["nunit"], {"T__A": "class C { [NUnit.Framework.TestCase(1)] void B() {} }"}, True),
        ("T/T.Tests", ["nunit"], {"T__A": "class Base {}"}, False),
        ("T/T.Tests", ["nunit"], {"T__A": "// [Test]"}, False),
        ("T/T.Tests", ["nunit", "Reqnroll.NUnit"], {"T__A": "class Steps {}"}, True),
        ("T/Common", [TEST_SDK, "xunit"], {"T__A": "class Helper {}"}, False),
        ("T/Common", [TEST_SDK, "xunit"], {"T__A": FACT}, True),
        ("T/T.TestBase", [TEST_SDK, "xunit"], {"T__A": "class Helper {}"}, False),
        ("T/T.Testing", [TEST_SDK, "xunit"], {"T__A": FACT}, True),
        ("T/T.Tests.Unit", [TEST_SDK, "xunit"], {"T__A": FACT}, True),
        ("T/T.TestBase", ["xunit"], {"T__A": FACT}, False),
    ],
)
def test_a_test_project_is_told_from_a_helper(tested, path, parts, sources, is_test):
    """Packages, the name, and what the sources hold."""
    app = tested(*parts, path=path, user="" if is_test else path, **sources)
    assert app["test projects"].value == ((f"{path}.csproj",) if is_test else ())
    assert app["no tests in spite of its looks"].value == (() if is_test else (f"{path}.csproj",))


def test_without_tests_it_is_a_helper_only_where_somebody_uses_it(tested):
    """Tests that are not written yet are zero tests, which is worth saying."""
    assert tested("nunit", T__A="class Base {}")["test projects"].value == ("T/T.Tests.csproj",)
    assert tested("nunit", user="T/T.Tests", T__A="class Base {}")["test projects"].value == ()


def test_packages_from_props_are_no_proof(found, csproj, sln):
    """What a props file gives to every project below a folder decides only with a word of the name and tests."""
    packages = "".join(f'<PackageReference Include="{name}"/>' for name in (TEST_SDK, "nunit"))
    props = f"<Project><ItemGroup>{packages}</ItemGroup></Project>"
    files = {"A.sln": sln("t/Sut.csproj", "t/A.Tests/A.Tests.csproj"), "t/Directory.Build.props": props}
    files |= {"t/Sut.csproj": csproj(), "t/A.Tests/A.Tests.csproj": csproj()}
    files |= {"t/S.cs": "class Sut {}", "t/A.Tests/T.cs": "class A { [Test] void B() {} }"}
    assert facts(found(files))["test projects"].value == ("t/A.Tests/A.Tests.csproj",)
    files["t/S.cs"] = "class A { [Test] void B() {} }"
    app = found(files)
    assert facts(app)["test projects"].value == ("t/A.Tests/A.Tests.csproj",)
    assert [remark.file for remark in app.remarks if remark.id == "R142"] == ["t/Sut.csproj"]
    files["A.sln"] = sln("t/Sut.Tests.Unit.csproj", "t/A.Tests/A.Tests.csproj")
    files["t/Sut.Tests.Unit.csproj"] = files.pop("t/Sut.csproj")
    assert "t/Sut.Tests.Unit.csproj" in facts(found(files))["test projects"].value


@pytest.mark.parametrize(
    ("parts", "user", "is_said"),
    [
        (["xunit"], "", True),
        (["xunit", "<PropertyGroup><IsTestProject>false</IsTestProject></PropertyGroup>"], "", False),
        (["xunit"], "T/T.Testing", False),  # the tests of a base class run where it is inherited
    ],
)
def test_tests_that_nothing_runs_are_remarked(found, csproj, reference, parts, user, is_said):
    """No runner makes `dotnet test` pass the project over, and nobody says so."""
    uses = [TEST_SDK, "xunit", reference(f"../{user}.csproj")] if user else [TEST_SDK, "xunit"]
    files = {"T/T.Testing.csproj": csproj(*parts), "U/U.Tests.csproj": csproj(*uses)}
    app = found(files | {"T/A.cs": FACT, "U/A.cs": FACT, "A.slnx": SLNX})
    assert ("R142" in [remark.id for remark in app.remarks]) is is_said


@pytest.mark.parametrize(
    ("parts", "code", "services"),
    [
        (["Testcontainers.PostgreSql"], "class A {}", ()),
        (["Testcontainers.PostgreSql"], "var c = new PostgreSqlBuilder().Build();", ("postgres",)),
        ([], 'Postgres = builder.AddPostgres("db");', ("postgres",)),
        ([], "new ContainerBuilder(); new StringBuilder();", ()),
        (["PgCtxSetup"], "class A {}", ("postgres",)),
        (["Microsoft.Playwright"], "class A {}", ("browser",)),
        (["Microsoft.Playwright"], 'IPage p; var u = "http://localhost:5000";', ("browser", "running-app")),
        (
            ["Microsoft.Playwright"],
            'IPage p; WebApplicationFactory<P> f; var u = "http://localhost:5000";',
            ("browser",),
        ),
        ([], 'var s = Environment.GetEnvironmentVariable("C"); new SqlConnection(s);', ("mssql",)),
        ([], 'new SqlConnection("Server=x");', ()),
    ],
)
def test_services_of_the_tests_are_what_they_start_or_reach(tested, parts, code, services):
    """A package that nobody uses needs nothing."""
    assert tested(TEST_SDK, "xunit", *parts, T__A=f"{FACT}\n{code}")["services of the tests"].value == services


def test_services_of_an_aspire_host_count_for_tests_that_start_it(found, csproj, reference):
    """The whole application runs in the test."""
    host = csproj("<PropertyGroup><IsAspireHost>true</IsAspireHost></PropertyGroup>")
    files = {
        "Web/Web.csproj": csproj(sdk=WEB),
        "Host/Host.csproj": host,
        "T/T.Tests.csproj": csproj(TEST_SDK, "xunit", "Aspire.Hosting.Testing", reference("../Host/Host.csproj")),
    }
    code = {"Host/Program.cs": 'builder.AddRedis("cache");', "T/A.cs": FACT}
    assert facts(found(files | code))["services of the tests"].value == ("redis",)


def test_the_framework_may_come_from_a_helper(found, csproj, reference, sln):
    """The test project itself names only the SDK for tests."""
    files = {
        "A.sln": sln("T/T.Tests.csproj", "B/B.TestBase.csproj"),
        "T/T.Tests.csproj": csproj(TEST_SDK, reference("../B/B.TestBase.csproj")),
        "B/B.TestBase.csproj": csproj("xunit"),
    }
    app = found(files)
    assert facts(app)["test frameworks"].value == ("xunit",)
    assert [p.test_framework for p in app.dotnet.tests] == ["xunit"]

"""Configuration, migrations and sources with and without their traps."""

from __future__ import annotations

from pipeline.app.remark_kinds import configuration as kinds
from tests.unit.app.remarks.case import Case
from tests.unit.app.remarks.dotnet_cases import WEB, packages, project

PRODUCTION = "src/Web/appsettings.Production.json"
DEVELOPMENT = "src/Web/appsettings.Development.json"
SETTINGS = "src/Web/appsettings.json"
P = "src/Web/Program.cs"
M = "src/Web/Migrations/20250101000000_Add"
MIGRATION = "public partial class Add : Migration { }"
SNAPSHOT = {"src/Web/Migrations/DbModelSnapshot.cs": ""}
DATA = {WEB: project(packages("Npgsql=9"))}
CATCHES = "// start\ntry {\n  db.Database.Migrate();\n} catch (Exception e) {\n  log(e);\n  %s\n}\n"
CHECKS = 'builder.Services.AddHealthChecks()\n  .AddCheck("self", () => HealthCheckResult.Healthy("x"))%s;\n'


def of(kind, path: str, red: str, green: str, at: str = "", **more: str) -> Case:
    """Return a case whose trees differ in one file beside the web project."""
    files = {WEB: project(), **more}
    return Case(kind, {**files, path: red}, {**files, path: green}, at)


CASES = (
    of(kinds.ENV_FILE, ".env.prod", "A=b\nJWT_KEY=abcdefghijkl\n", "A=b\nJWT_KEY=${JWT}\n", ".env.prod:2"),
    of(kinds.ENV_FILE, ".env", "export DB_PASSWORD='s3cr3tvalue'\n", "DB_PASSWORD=<your password>\n", ".env:1"),
    of(kinds.SETTINGS_SECRET, SETTINGS, '{\n// a comment\n"Jwt": {"Key": "abcdefghijkl"}}', '{"Jwt": {"Key": ""}}',
       f"{SETTINGS}:3"),
    of(kinds.SETTINGS_SECRET, SETTINGS, '{"ConnectionStrings": {"Db": "Host=h;Password=abc"}}',
       '{"ConnectionStrings": {"Db": "Host=h"}, "Public": {"PublicKey": "abcdefghijkl"}}', f"{SETTINGS}:1"),
    of(kinds.SETTINGS_SECRET, SETTINGS, '{"Jwt": {"Key": "YourSuperSecretKeyThatIsLongEnoughToWork"}}',
       '{"Jwt": {"Key": "your-key-here"}}', f"{SETTINGS}:1"),
    of(kinds.SETTINGS_SECRET, SETTINGS, '{"Maps": {"Key": "a8F3kz90QpLm22xY"}}',
       '{"Bus": {"RoutingKey": "orders.created.v1"}, "Text": {"TranslationKey": "title_of_the_page1"},'
       ' "Captcha": {"SiteKey": "6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ"}, "Menu": {"Key": "main-menu-2024-entries"},'
       ' "Signing": {"Certificate": {"Path": "/etc/ssl/certs/identity-signing-certificate.pfx"}}}', f"{SETTINGS}:1"),
    of(kinds.SETTINGS_SECRET, DEVELOPMENT, '{"C": {"Db": "Host=db.test;Password=abc"}}',
       '{"C": {"Db": "Host=localhost;Password=abc", "Q": "amqp://u:p@127.0.0.1:5672"}}', f"{DEVELOPMENT}:1"),
    of(kinds.SETTINGS_SECRET, SETTINGS, '{"Db": "Host=localhost;Password=abc"}', '{"Db": "Host=localhost"}',
       f"{SETTINGS}:1"),
    of(kinds.RESEED, PRODUCTION, '{"Seed": {\n"ForceReseed": true}}', '{"Seed": {"ForceReseed": false}}',
       f"{PRODUCTION}:2"),
    of(kinds.DEMO, PRODUCTION, '{"DemoMode": true}', '{"DemoMode": false}', f"{PRODUCTION}:1"),
    of(kinds.EMPTY_DEFAULT, PRODUCTION, '{"Seq": {"Url": ""}}', '{"Seq": {}}', f"{PRODUCTION}:1",
       **{P: 'x.Seq(c["Seq:Url"] ?? "http://localhost");'}),
    of(kinds.EMPTY_DEFAULT, PRODUCTION, '{"Seq": {"Url": ""}}', '{"Seq": {"Url": "http://a"}}', f"{PRODUCTION}:1",
       **{P: 'x.Seq(c["Seq:Url"] ?? "http://localhost");'}),
    Case(kinds.SETTINGS_NAME, {WEB: project(), "src/Web/appsettings.PRODUCTION.json": "{}"},
         {WEB: project(), PRODUCTION: "{}", "docs2/appsetting.json": "{}"}, "src/Web/appsettings.PRODUCTION.json"),
    of(kinds.SHALLOW_HEALTH, P, CHECKS % "", CHECKS % ".AddNpgSql(c)", f"{P}:1", **DATA),
    of(kinds.SHALLOW_HEALTH, P, "s.AddHealthChecks();", "s.AddHealthChecks().AddDbContextCheck<Db>();", f"{P}:1",
       **DATA),
    Case(kinds.SHALLOW_HEALTH, {**DATA, P: CHECKS % ""}, {WEB: project(), P: CHECKS % ""}, f"{P}:1"),
    of(kinds.SHALLOW_HEALTH, P, "s.AddHealthChecks();",
       "var c = s.AddHealthChecks();\nc.AddDbContextCheck<Db>();", f"{P}:1", **DATA),
    of(kinds.SHALLOW_HEALTH, P, "s.AddHealthChecks();",
       's.AddHealthChecks();\nbuilder.AddNpgsqlDbContext<Db>("db");\n', f"{P}:1", **DATA),
    of(kinds.SHALLOW_HEALTH, P, "s.AddHealthChecks();\ns.AddDbContext<Db>();",
       "s.AddHealthChecks();\nbuilder.EnrichNpgsqlDbContext<Db>();", f"{P}:1", **DATA),
    of(kinds.NO_HEALTH, P, "app.Run();", 'app.MapGet("/ready", () => "ok");', WEB),
    of(kinds.NO_HEALTH, P, "app.Run();", 'app.MapGet("/health", () => "ok");', WEB),
    of(kinds.SWALLOWED_MIGRATION, P, CATCHES % "if (dev) { throw; }", CATCHES % "throw;", f"{P}:3"),
    of(kinds.SWALLOWED_MIGRATION, P, CATCHES % "", "db.Database.Migrate();\ntry { Other(); } catch { }\n", f"{P}:3"),
    of(kinds.START_MIGRATES, P, "\nawait db.Database.MigrateAsync();", "\n// await db.Database.MigrateAsync();",
       f"{P}:2"),
    of(kinds.SECURITY_OFF, P, "Elsa.EndpointSecurityOptions.DisableSecurity();", "// DisableSecurity();", f"{P}:1"),
    of(kinds.ANONYMOUS, "src/Web/HomeController.cs", '[AllowAnonymous]\n[Route("a")]\npublic class HomeController { }',
       "public class HomeController {\n[AllowAnonymous]\npublic string Get() => 1; }", "src/Web/HomeController.cs:1"),
    Case(kinds.DEAD_MIGRATION, {WEB: project(), f"{M}.cs": MIGRATION, **SNAPSHOT},
         {WEB: project(), f"{M}.cs": MIGRATION, f"{M}.Designer.cs": "", **SNAPSHOT}, f"{M}.cs"),
    Case(kinds.DEAD_MIGRATION, {WEB: project(), f"{M}.cs": MIGRATION, **SNAPSHOT},
         {WEB: project(), f"{M}.cs": '[Migration("20250101000000_Add")] ' + MIGRATION, **SNAPSHOT}, f"{M}.cs"),
    Case(kinds.NO_SNAPSHOT, {WEB: project(), f"{M}.cs": MIGRATION},
         {WEB: project(), f"{M}.cs": MIGRATION, "src/Web/Data/DbModelSnapshot.cs": ""}, f"{M}.cs"),
    Case(kinds.DESIGN_TIME, {WEB: project(), **SNAPSHOT},
         {WEB: project(), **SNAPSHOT, "src/Web/F.cs": "class F : IDesignTimeDbContextFactory<Db> { }"},
         "src/Web/Migrations/DbModelSnapshot.cs"),
)  # fmt: skip

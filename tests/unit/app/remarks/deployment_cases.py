"""Fly.io configurations with and without their traps."""

from __future__ import annotations

from pipeline.app.remark_kinds import deployment as kinds
from tests.unit.app.remarks.case import Case
from tests.unit.app.remarks.dotnet_cases import WEB, project
from tests.unit.app.remarks.image_cases import image

F = "fly.toml"
SERVICE = 'app = "shop"\n[http_service]\ninternal_port = {}\n'
CHECK = '[[http_service.checks]]\nmethod = "GET"\npath = "{}"\ngrace_period = "{}"\n'
FULL = SERVICE.format(8080) + CHECK
PROGRAM = {"src/Web/Program.cs": 'app.MapHealthChecks("/health");\ndb.Database.Migrate();\n'}
MOUNT = '[mounts]\nsource = "a"\ndestination = "/app/uploads"\n'


def of(kind, red: str, green: str, at: str = "", **more: str) -> Case:
    """Return a case whose trees differ in fly.toml."""
    files = {WEB: project(), "Dockerfile": image(), **more}
    return Case(kind, {**files, F: red}, {**files, F: green}, at)


CASES = (
    of(kinds.INVALID_FLY, "app = 'a'\n[build\n", "app = 'a'\n[build]\n", f"{F}:2"),
    of(kinds.PORT, SERVICE.format(80), SERVICE.format(8080), f"{F}:3"),
    of(kinds.PORT, SERVICE.format(8080), SERVICE.format(5001), f"{F}:3",
       Dockerfile=image("ENV ASPNETCORE_URLS=http://+:5001")),
    of(kinds.PORT, SERVICE.format(8080), SERVICE.format(8080) + '[env]\nASPNETCORE_HTTP_PORTS = "8080"\n', f"{F}:3",
       Dockerfile=image("ENV ASPNETCORE_HTTP_PORTS=80")),
    of(kinds.SHORT_GRACE, FULL.format("/health", "10s"), FULL.format("/health", "2m"), f"{F}:7", **PROGRAM),
    of(kinds.NO_CHECK, SERVICE.format(8080), FULL.format("/health", "60s"), f"{F}:3"),
    of(kinds.CHECK_PATH, FULL.format("/healthz", "60s"), FULL.format("/health", "60s"), f"{F}:6", **PROGRAM),
    of(kinds.CHECK_PATH, FULL.format("/healthz", "60s"), FULL.format("/ready", "60s"), f"{F}:6",
       **{"src/Web/Program.cs": 'const string Ready = "/ready";\napp.MapHealthChecks(Ready);\n'}),
    of(kinds.ONE_VOLUME, MOUNT, "app = 'a'\n", f"{F}:3"),
    of(kinds.FLY_IMAGE, '[build]\nimage = "a/b:latest"\n', "[build]\n", f"{F}:2"),
    of(kinds.FLY_DOCKERFILE, '[build]\ndockerfile = "Dockerfile.fly"\n', '[build]\ndockerfile = "Dockerfile"\n',
       f"{F}:2"),
    of(kinds.FLY_SECRET, '[env]\nJwt__Key = "abcdefghijkl"\n', '[env]\nJwt__Issuer = "abcdefghijkl"\n', f"{F}:2"),
    of(kinds.FLY_SECRET, '[env]\nCloudinary__ApiSecret = "abcdefghijkl"\n',
       '[env]\nCloudinary__ApiKey = "123456789012345"\n', f"{F}:2"),
    Case(kinds.FLY_ENVIRONMENT, {"fly.staging.toml": '[env]\nASPNETCORE_ENVIRONMENT = "Production"\n'},
         {"fly.staging.toml": '[env]\nASPNETCORE_ENVIRONMENT = "Staging"\n'}, "fly.staging.toml:2"),
    of(kinds.FLY_ENVIRONMENT, '[env]\nASPNETCORE_ENVIRONMENT = "Development"\n',
       '[env]\nASPNETCORE_ENVIRONMENT = "Production"\n', f"{F}:2"),
    Case(kinds.NOT_ON_VOLUME,
         {WEB: project(), "Dockerfile": image("WORKDIR /app", "RUN mkdir -p uploads App_Data && chown x ."), F: MOUNT},
         {WEB: project(), "Dockerfile": image("WORKDIR /app", "RUN mkdir -p uploads/data"), F: MOUNT}, "Dockerfile:3"),
)  # fmt: skip

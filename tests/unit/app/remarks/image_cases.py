"""Dockerfiles and compose files with and without their traps."""

from __future__ import annotations

from pipeline.app.remark_kinds import images as kinds
from tests.unit.app.remarks.case import Case
from tests.unit.app.remarks.dotnet_cases import REFERENCE, SPA, WEB, project, target

D = "Dockerfile"
C = "docker-compose.yml"
NET = "mcr.microsoft.com/dotnet/"
LIB = "src/Lib/Lib.csproj"
START = 'ENTRYPOINT ["dotnet", "Web.dll"]\n'


def image(*lines: str, base: str = f"{NET}aspnet:10.0") -> str:
    """Return a Dockerfile that starts the web project."""
    return "\n".join([f"FROM {base}", *lines, START])


def of(kind, red: str, green: str, at: str = "", **more: str) -> Case:
    """Return a case whose trees differ in the Dockerfile."""
    files = {WEB: project(), **more}
    return Case(kind, {**files, D: red}, {**files, D: green}, at)


def compose(kind, red: str, green: str, at: str = "", **more: str) -> Case:
    """Return a case whose trees differ in the compose file, below `services`."""
    top = "services:\n"
    files = {WEB: project(), D: image(), **more}
    return Case(kind, {**files, C: top + red}, {**files, C: top + green}, at)


FROM_BUILD = f"FROM {NET}sdk:10.0 AS build\n"
COPY_WEB = "COPY src/Web/Web.csproj src/Web/\n"
RESTORE = "RUN dotnet restore src/Web/Web.csproj\n"
WITH_LIB = {LIB: project(sdk="Microsoft.NET.Sdk"), WEB: project(REFERENCE)}
HEALTH = "  app:\n    build: .\n    healthcheck:\n      test: [CMD, {}, http://localhost]\n"
WAITS = (
    "  app:\n    build: .\n{}  proxy:\n    image: nginx:1.29\n    depends_on:\n"
    "      app:\n        condition: service_healthy\n"
)
NPM_PUBLISH = target(
    "<Exec Command=\"npm run build\" Condition=\"'$(SkipSpa)' != 'true'\" />",
    hook='AfterTargets="ComputeFilesToPublish"',
)
BUILDS = "RUN npm run build\nRUN dotnet publish src/Web/Web.csproj {}\n"
INTO = {**SPA, "ClientApp/vite.config.ts": "export default { build: { outDir: '../src/Web/wwwroot' } }"}
MANY = "networks:\n  back: {internal: true}\n  front: {}\n"

CASES = (
    of(kinds.RUNTIME_MAJOR, image(base=f"{NET}aspnet:9.0"), image(), f"{D}:1"),
    of(kinds.SDK_TOO_OLD, f"FROM {NET}sdk:9.0 AS build\n" + image(), FROM_BUILD + image(), f"{D}:1"),
    Case(kinds.SDK_NEWER, {WEB: project(tfm="net8.0"), D: FROM_BUILD + image()},
         {WEB: project(), D: FROM_BUILD + image()}, f"{D}:1"),
    Case(kinds.OTHER_DOCKERFILE,
         {D: image(), "Dockerfile.fly": image(), "fly.toml": '[build]\ndockerfile = "Dockerfile.fly"\n'},
         {D: image(), "Dockerfile.fly": image(), "fly.toml": '[build]\ndockerfile = "Dockerfile"\n'}, D),
    of(kinds.IGNORED_COPY, image("COPY dist ./"), image("COPY other ./"), f"{D}:2",
       **{".dockerignore": "# x\n**/dist\n", "dist/a": "", "other/a": ""}),
    of(kinds.IGNORED_COPY, image("COPY dist ./"), image("COPY dist/keep ./"), f"{D}:2",
       **{".dockerignore": "dist\n!dist/keep\n", "dist/a": "", "dist/keep/a": ""}),
    of(kinds.MISSING_COPY, image("COPY src/Wbe/Web.csproj ./"), image("COPY src/Web/Web.csproj ./"), f"{D}:2"),
    of(kinds.MISSING_COPY, image("COPY *.sln ./"), image("COPY *.slnx ./"), f"{D}:2",
       **{"A.slnx": '<Solution><Project Path="src/Web/Web.csproj" /></Solution>'}),
    of(kinds.PREBUILT, image("COPY bin/Release/net10.0/publish ."), image("COPY --from=build /app ."), f"{D}:2"),
    of(kinds.PROJECT_LEFT_OUT, FROM_BUILD + COPY_WEB + RESTORE + image(),
       FROM_BUILD + COPY_WEB + f"COPY {LIB} src/Lib/\n" + RESTORE + image(), f"{D}:3", **WITH_LIB),
    of(kinds.OTHER_RULES, FROM_BUILD + COPY_WEB + RESTORE + image(),
       FROM_BUILD + "COPY nuget.config ./\n" + COPY_WEB + RESTORE + image(), f"{D}:3",
       **{"nuget.config": "<configuration />"}),
    of(kinds.OTHER_RULES, FROM_BUILD + COPY_WEB + RESTORE + image(),
       FROM_BUILD + COPY_WEB + "COPY src/Web/packages.lock.json src/Web/\n" + RESTORE + image(), f"{D}:3",
       **{"src/Web/packages.lock.json": ""}),
    of(kinds.UNPINNED_IMAGE, "FROM node:lts\n", "FROM node:22-alpine AS a\nFROM a\n", f"{D}:1"),
    compose(kinds.UNPINNED_IMAGE, "  db:\n    image: postgres:latest\n", "  db:\n    image: postgres:17\n", f"{C}:3"),
    of(kinds.NO_DIGEST, image(), image(base=f"{NET}aspnet:10.0@sha256:{'a' * 64}"), f"{D}:1"),
    of(kinds.UNPINNED_NODE, image("RUN apk add --no-cache nodejs npm"), image("COPY --from=node:22 /usr /usr"),
       f"{D}:2"),
    Case(kinds.WASM_ENTRYPOINT, {WEB: project(sdk="Microsoft.NET.Sdk.BlazorWebAssembly"), D: image()},
         {WEB: project(), D: image()}, f"{D}:2"),
    of(kinds.RUNS_AS_ROOT, image(), image("USER $APP_UID"), f"{D}:1"),
    of(kinds.RUNS_AS_ROOT, image("USER root"), image(base=f"{NET}aspnet:10.0-noble-chiseled"), f"{D}:1"),
    Case(kinds.SPA_TWICE, {WEB: project(NPM_PUBLISH), D: FROM_BUILD + BUILDS.format("") + image(), **SPA},
         {WEB: project(NPM_PUBLISH), D: FROM_BUILD + BUILDS.format("-p:SkipSpa=true") + image(), **SPA}, f"{D}:3"),
    Case(kinds.DIST_IGNORED, {WEB: project(), **SPA, ".dockerignore": "x\n**/dist\n"},
         {WEB: project(), **SPA, ".dockerignore": "x\n**/dist\n!ClientApp/dist\n"}, ".dockerignore:2"),
    Case(kinds.PUBLISHED_TWICE,
         {WEB: project(REFERENCE, target('<MSBuild Projects="../Lib/Lib.csproj" Targets="Publish" />')),
          LIB: project(sdk="x"),
          D: FROM_BUILD + "RUN dotnet publish src/Lib/Lib.csproj\nRUN dotnet publish src/Web/Web.csproj\n" + image()},
         {WEB: project(REFERENCE, target('<MSBuild Projects="../Lib/Lib.csproj" Targets="Publish" />')),
          LIB: project(sdk="x"), D: FROM_BUILD + "RUN dotnet publish src/Web/Web.csproj\n" + image()}, f"{D}:2"),
    of(kinds.NO_SPA, FROM_BUILD + image(), FROM_BUILD + "RUN npm run build\n" + image(), D, **INTO),
    of(kinds.DEBUG_IMAGE, FROM_BUILD + "RUN dotnet publish -c Debug\n" + image(),
       FROM_BUILD + "RUN dotnet publish -c Release\n" + image(), f"{D}:2"),
    Case(kinds.INVALID_COMPOSE, {C: "services:\n\tapp: {}\n"}, {C: "services:\n  app: {image: 'a:1'}\n"}, f"{C}:2"),
    compose(kinds.HEALTH_TOOL, HEALTH.format("curl"), HEALTH.format("/app/probe"), f"{C}:5"),
    of(kinds.HEALTH_TOOL, image("HEALTHCHECK CMD curl -f http://localhost"),
       image("RUN apt-get update && apt-get install -y curl", "HEALTHCHECK CMD curl -f http://localhost"), f"{D}:2"),
    Case(kinds.HEALTH_TOOL, {D: image(base=f"{NET}aspnet:10.0"), C: "services:\n" + HEALTH.format("wget")},
         {D: image(base=f"{NET}aspnet:10.0-alpine"), C: "services:\n" + HEALTH.format("wget")}, f"{C}:5"),
    compose(kinds.NEVER_HEALTHY, WAITS.format(""), WAITS.format("    healthcheck: {test: [CMD, /probe]}\n"), f"{C}:7"),
    compose(kinds.MISSING_MOUNT, "  db:\n    volumes:\n      - ./sql/init:/docker-entrypoint-initdb.d\n",
            "  db:\n    volumes:\n      - ./data:/var/lib/data\n      - ./sql:/docker-entrypoint-initdb.d:ro\n",
            f"{C}:4", **{"sql/1.sql": ""}),
    compose(kinds.CLOSED_NETWORK, f"  mail:\n    networks: [back]\n{MANY}",
            f"  mail:\n    networks: [back, front]\n{MANY}", f"{C}:5"),
    compose(kinds.DEFAULT_SECRET, "  db:\n    environment:\n      POSTGRES_PASSWORD: ${DB_PASSWORD:-Str0ngOne!}\n",
            "  db:\n    environment:\n      POSTGRES_PASSWORD: ${DB_PASSWORD:?}\n", f"{C}:4"),
    compose(kinds.ENVIRONMENT_NAME, "  app:\n    environment: [ASPNETCORE_ENVIRONMENT=Release]\n",
            "  app:\n    environment: [ASPNETCORE_ENVIRONMENT=Docker]\n", f"{C}:3",
            **{"appsettings.Docker.json": "{}"}),
    compose(kinds.COMPOSE_BUILD, "  app:\n    build: {context: api}\n", "  app:\n    build: {context: .}\n", f"{C}:3"),
)  # fmt: skip

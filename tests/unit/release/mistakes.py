"""For each rule what it refuses or warns of, and what only looks alike."""

from __future__ import annotations

from pipeline.app.model import Confidence
from pipeline.release.refuse.case import Start
from pipeline.settings.model import ReleaseSettings
from tests.unit.release.given import (
    BOTH,
    CHECK,
    FORWARDED,
    GOOD,
    HEAD,
    HTTPS,
    MOUNT,
    PROXIED,
    RELEASE,
    SIZE,
    Given,
    but,
    command,
    env,
    mapped,
    plus,
    top,
    wants,
)

SQLITE, POSTGRES = "Microsoft.EntityFrameworkCore.Sqlite", "Npgsql.EntityFrameworkCore.PostgreSQL"
REDIRECTS = Start(redirects="src/Program.cs:9")
NO_CHECK = GOOD.replace(CHECK, "")
TCP = (
    '\n[[services]]\ninternal_port = 8080\n[[services.ports]]\nport = 443\n[[services.tcp_checks]]\ninterval = "10s"\n'
)
APART = '\n[checks.health]\ntype = "http"\nport = 8080\npath = "/health"\n'
GROUPS = '\n[processes]\nweb = ""\njobs = "dotnet Jobs.dll"\n'
OF_WEB = GOOD.replace("internal_port = 8080", 'internal_port = 8080\nprocesses = ["web"]')

RED: dict[str, tuple[Given, ...]] = {
    "F101": (wants(app="other"),),
    "F102": (wants(region="ams"), but('primary_region = "fra"\n', "", settings=ReleaseSettings(region="fra"))),
    "F103": (top("primary_regoin = 'fra'"), plus("memroy = '1gb'"), but("path =", "paht =")),
    "F104": (
        but("internal_port = 8080", 'internal_port = "8080"'),
        command("migrate 'x"),
        top("kill_timeout = 'soon'"),
    ),
    "F105": (
        top('machine_config = "m.json"'),
        plus('\n[[files]]\nguest_path = "/a"\nlocal_path = "a"'),
        plus('\n[build.compose]\nfile = "compose.yaml"'),
    ),
    "F106": (plus("\n[experimental]\nauto_rollback = true"),),
    "F107": (plus('\n[build]\nimage = "team/shop:latest"'),),
    "F111": (plus('\n[deploy]\nstrategy = "rainbow"'),),
    "F112": (
        plus(f'{MOUNT}\n[deploy]\nstrategy = "bluegreen"'),
        plus(MOUNT, settings=ReleaseSettings(strategy="canary")),
    ),
    "F113": (
        Given(toml=f'{NO_CHECK}\n[deploy]\nstrategy = "bluegreen"\n'),
        Given(toml=NO_CHECK, settings=ReleaseSettings(strategy="immediate")),
    ),
    "F114": (wants(strategy="immediate"),),
    "F115": (wants(strategy="canary"),),
    "F121": (plus('\n[[mounts]]\nsource = "a"\ndestination = "/a"\n[[mounts]]\nsource = "b"\ndestination = "/b"'),),
    "F122": (
        plus('\n[mounts]\ndestination = "/data"'),
        plus('\n[mounts]\nsource = "data"'),
        plus('\n[mounts]\nsource = "data"\ndestination = "data"'),
    ),
    "F123": (
        plus('\n[mounts]\nsource = "data"\ndestination = "/app"'),
        plus('\n[mounts]\nsource = "data"\ndestination = "/"'),
    ),
    "F124": (wants(volume="data"), plus(MOUNT, settings=ReleaseSettings(volume="other"))),
    "F131": (
        plus(RELEASE, packages=(SQLITE,)),
        plus(f"{RELEASE}{MOUNT}", packages=("LiteDB",)),
        plus(f'{RELEASE}\n[env]\nConnectionStrings__Main = "Data Source=/data/shop.db"', packages=(SQLITE, POSTGRES)),
    ),
    "F132": (plus(f"{RELEASE}{MOUNT}", packages=(SQLITE, POSTGRES)),),
    "F133": (
        Given(packages=(SQLITE,)),
        Given(packages=(SQLITE,), environment=""),
        Given(packages=(SQLITE,), environment="eu", settings=ReleaseSettings(approval=True)),
        env('ConnectionStrings__Main = "Data Source=shop.db;Cache=Shared"'),
    ),
    "F134": (
        plus(f'{MOUNT}\n[env]\nConnectionStrings__Main = "Data Source=/app/shop.db"'),
        plus(f'{MOUNT}\n[env]\nConnectionStrings__Main = "Filename=shop.sqlite"'),
    ),
    "F141": (
        command("dotnet Shop.Web.dll migrate", start=Start(entrypoint=("dotnet", "Shop.Web.dll"))),
        command("/app/migrations/Main", start=Start(entrypoint=("/app/Shop.Web",))),
        Given(
            toml=f'{OF_WEB}\n[processes]\nweb = "dotnet Shop.Web.dll"\n',
            start=Start(entrypoint=("dotnet", "Shop.Web.dll")),
        ),
        command("dotnet Tool.dll", start=Start(entrypoint=("/usr/bin/dotnet", "Shop.Web.dll"))),
    ),
    "F142": (
        command("/app/migrate && /app/seed"),
        command("/app/migrate; /app/seed"),
        command("/app/migrate --connection $DATABASE_URL"),
        command("/app/migrate > /tmp/log"),
    ),
    "F143": (command("dotnet ef database update"), command("/tools/dotnet-ef database update")),
    "F144": (command("dotnet Shop.Web.dll"), command("dotnet /app/Shop.Web.dll"), command("/app/Shop.Web")),
    "F145": (plus('\n[experimental]\ncmd = ["sleep", "inf"]'), plus('\n[experimental]\nentrypoint = "sh"')),
    "F151": (Given(toml=f"{HEAD}{SIZE}"),),
    "F152": (
        but("internal_port = 8080", "internal_port = 5000"),
        but("internal_port = 8080\n", ""),
        env('ASPNETCORE_HTTP_PORTS = "9090"'),
        env('ASPNETCORE_URLS = "http://+:9090"'),
        env('ASPNETCORE_URLS = "https://+:8080"'),
        env('Kestrel__Endpoints__Http__Url = "http://*:7000"'),
        Given(start=Start(env=(("ASPNETCORE_HTTP_PORTS", "80"),))),
        Given(start=Start(env=(("ASPNETCORE_URLS", "http://+"),))),
        Given(framework="net7.0"),
    ),
    "F153": (
        env('ASPNETCORE_URLS = "http://localhost:8080"'),
        env('ASPNETCORE_URLS = "http://127.0.0.1:8080;http://[::1]:8080"'),
    ),
    "F161": (Given(toml=NO_CHECK),),
    "F162": (Given(toml=f"{HEAD}{TCP}{SIZE}"),),
    "F163": (Given(toml=f"{NO_CHECK}{APART}"),),
    "F164": (wants(health="/healthz"),),
    "F165": (
        Given(facts=mapped("/healthz")),
        Given(facts=mapped("/health", hidden=True)),
        but('"/health"', '"/other?a=1"', facts=mapped("/health")),
    ),
    "F166": (
        plus(HTTPS, start=REDIRECTS),
        Given(toml=GOOD.replace(CHECK, f"{CHECK}{PROXIED}") + HTTPS, start=REDIRECTS),
        Given(start=Start(redirects="a.cs:1", env=(("ASPNETCORE_HTTPS_PORTS", "8443"),))),
    ),
    "F167": (
        Given(start=REDIRECTS),
        plus(FORWARDED, start=REDIRECTS),
        Given(toml=GOOD.replace(CHECK, f"{CHECK}{PROXIED}"), start=REDIRECTS),
    ),
    "F168": (but('path = "/health"', 'path = "/health"\nprotocol = "https"'),),
    "F169": (
        plus(f'{APART}interval = "1s"'),
        plus(f"{APART}interval = 10"),
        plus(f'{APART}timeout = "2m"'),
    ),
    "F170": (but('interval = "10s"', "interval = 10"), plus(f"{APART}interval = 10000")),
    "F171": (
        but('grace_period = "10s"', 'grace_period = "2m"', settings=ReleaseSettings(wait="60 s")),
        wants(wait="10 s"),
        plus(f'{APART}grace_period = "2m"'),
    ),
    "F172": (Given(toml=f'{HEAD}{TCP}{SIZE}\n[checks.a]\ntype = "http"\npath = "/health"\n'),),
    "F173": (but('grace_period = "10s"', 'grace_period = "300s"'), but('interval = "10s"', 'interval = "2m"')),
    "F181": (wants(memory="1 GB"), wants(memory="256 MB")),
    "F182": (but(SIZE, "", settings=ReleaseSettings(memory="512 MB")),),
    "F183": (but(SIZE, ""),),
    "F184": (
        but("512mb", "513mb"),
        but("512mb", "4gb"),
        but("512mb", "128mb"),
        but('memory = "512mb"', 'size = "shared-cpu-3x"'),
        but('memory = "512mb"', 'size = "performance-1x"\nmemory = "1gb"'),
        but('memory = "512mb"', "cpus = 3\nmemory_mb = 1024"),
        but('memory = "512mb"', 'cpu_kind = "quantum"'),
        plus('\n[deploy.release_command_vm]\nmemory = "3gb"'),
    ),
    "F185": (but("512mb", "256mb"), but('memory = "512mb"', 'size = "shared-cpu-1x"')),
    "F186": (plus(SIZE),),
    "F187": (but('"off"', '"stop"'), but('"off"', '"suspend"'), but('"off"', "true")),
    "F188": (but('"off"', '"stop"\nauto_start_machines = false'),),
    "F191": (
        plus(GROUPS),
        but("internal_port = 8080", 'internal_port = 8080\nprocesses = ["web"]'),
        plus('processes = ["web"]'),
    ),
    "F192": (Given(toml=f"{OF_WEB}{GROUPS}"),),
    "F193": (plus('\n[[restart]]\npolicy = "no"'), plus("\n[[restart]]\nretries = 3")),
    "F194": (plus('\n[[restart]]\npolicy = "never"'),),
    "F201": (top('kill_timeout = "6m"'), top("kill_timeout = 301")),
    "F202": (top('kill_signal = "SIGKILL"'),),
    "F203": (
        plus('\n[deploy]\nwait_timeout = "5m"'),
        plus('\n[deploy]\nrelease_command_timeout = "10m"'),
    ),
    "F211": (env('FLY_REGION = "ams"'),),
    "F212": (
        env('Jwt__Key = "a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4"'),
        env('ConnectionStrings__Main = "Host=db;Username=shop;Password=geheim42"'),
    ),
    "F213": (env('DATABASE_URL = "x"', settings=ReleaseSettings(secrets=(("DATABASE_URL", ""),))),),
    "F214": (env('ASPNETCORE_ENVIRONMENT = "Development"'), env('DOTNET_ENVIRONMENT = "development"', environment="")),
}
# What is right, and looks like a mistake; everything in RED is green for the other rules as well.
GREEN: dict[str, tuple[Given, ...]] = {
    "F101": (wants(app="shop"), but('app = "shop"\n', "", settings=ReleaseSettings(app="shop"))),
    "F102": (wants(region="fra"), but('primary_region = "fra"\n', "")),
    "F103": (plus("\n[experimental]\nallowed_public_ports = []"), env("memroy = 1")),
    "F104": (top("kill_timeout = 30"), env("A = 1"), command("/app/migrate 'a b'")),
    "F105": (plus('\n[[files]]\nguest_path = "/a"\nraw_value = "YQ=="'), plus('\n[build]\ndockerfile = "Dockerfile"')),
    "F106": (plus("\n[experimental]\nauto_rollback = false"),),
    "F107": (plus('\n[build]\ndockerfile = "Dockerfile"'),),
    "F111": (plus('\n[deploy]\nstrategy = "rolling"'), Given()),
    "F112": (plus(MOUNT), wants(strategy="bluegreen"), plus(MOUNT, settings=ReleaseSettings(strategy="rolling"))),
    "F113": (wants(strategy="bluegreen"), Given(toml=NO_CHECK)),
    "F114": (wants(strategy="rolling"),),
    "F115": (wants(strategy="bluegreen"),),
    "F121": (
        plus(MOUNT),
        Given(
            toml=f"{OF_WEB}{GROUPS}"
            '\n[[mounts]]\nsource = "a"\ndestination = "/a"\nprocesses = ["web"]\n'
            '[[mounts]]\nsource = "b"\ndestination = "/b"\nprocesses = ["jobs"]\n'
        ),
    ),
    "F122": (plus(MOUNT),),
    "F123": (
        plus(MOUNT),
        plus('\n[mounts]\nsource = "data"\ndestination = "/app/data"'),
        plus(MOUNT + "processes = []"),
    ),
    "F124": (plus(MOUNT, settings=ReleaseSettings(volume="data")), plus(MOUNT)),
    "F131": (
        plus(RELEASE, packages=(POSTGRES,)),
        plus(RELEASE, packages=(SQLITE, POSTGRES)),
        plus(f'{RELEASE}\n[env]\nConnectionStrings__Main = "Data Source=sql.internal;Database=shop"'),
        plus(f"{MOUNT}", packages=(SQLITE,)),
        plus(RELEASE),
        plus(RELEASE, packages=(SQLITE,), web=False),
    ),
    "F132": (plus(RELEASE, packages=(SQLITE, POSTGRES)), plus(MOUNT, packages=(SQLITE, POSTGRES))),
    "F133": (
        Given(packages=(SQLITE,), environment="staging"),
        Given(packages=(SQLITE, POSTGRES)),
        plus(MOUNT, packages=(SQLITE,)),
        env('ConnectionStrings__Main = "Data Source=:memory:"'),
    ),
    "F134": (
        plus(f'{MOUNT}\n[env]\nConnectionStrings__Main = "Data Source=/data/shop.db"'),
        plus(MOUNT, packages=(SQLITE,)),
    ),
    "F141": (
        command("dotnet Shop.Web.dll migrate"),
        command("migrate", start=Start(entrypoint=("dotnet", "Shop.Web.dll"))),
        command("dotnet Shop.Web.dll migrate", start=Start(entrypoint=("/usr/bin/tini", "--"))),
        command("dotnet Shop.Web.dll migrate", start=Start(entrypoint=("/entrypoint.sh",))),
    ),
    "F142": (
        command("sh -c '/app/migrate && /app/seed'"),
        command("/app/migrate --filter 'a|b&c'"),
        command("/app/migrate --at 5;6"),
    ),
    "F143": (command("/app/migrations/Main"), command("dotnet Shop.Web.dll ef")),
    "F144": (command("dotnet Shop.Web.dll migrate"), command("dotnet Other.dll"), command("/app/migrations/Shop")),
    "F145": (plus("\n[experimental]\nenable_consul = true"),),
    "F151": (Given(), Given(toml=f"{HEAD}{SIZE}", web=False)),
    "F152": (
        env('ASPNETCORE_HTTP_PORTS = "8080;8081"'),
        env('ASPNETCORE_URLS = "http://+:8080;https://+:8443"'),
        env('aspnetcore_http_ports = "8080"', start=Start(env=(("ASPNETCORE_HTTP_PORTS", "80"),))),
        env('PORT = "5000"', 'ASPNETCORE_HTTP_PORTS = "5000"'),
        Given(toml=f"{OF_WEB}{GROUPS}" + TCP.replace("8080", '9000\nprocesses = ["jobs"]')),
        but("internal_port = 8080", "internal_port = 5000", web=False),
        but("internal_port = 8080", "internal_port = 5000", start=Start(listens="src/Program.cs:3")),
        but("internal_port = 8080", "internal_port = 80", framework="net7.0"),
    ),
    "F153": (
        env('ASPNETCORE_URLS = "http://localhost:8080;http://+:8080"'),
        env('ASPNETCORE_URLS = "http://0.0.0.0:8080"'),
    ),
    "F161": (Given(), Given(toml=f"{NO_CHECK}{APART}"), Given(toml=f"{HEAD}{SIZE}")),
    "F162": (Given(), plus(TCP)),
    "F163": (plus(APART),),
    "F164": (wants(health="/health"), Given(toml=NO_CHECK, settings=ReleaseSettings(health="/health"))),
    "F165": (
        Given(facts=mapped("/health")),
        but('"/health"', '"/health/ready"', facts=mapped("/health")),
        Given(facts=mapped("/healthz", sure=Confidence.GUESSED)),
        Given(facts=mapped()),
        Given(facts=mapped("/healthz"), settings=ReleaseSettings(health="/health")),
        but('"/health"', '"/"', facts=mapped("/healthz")),
        but('"/health"', '"/api/health"', facts=mapped("/healthz")),
    ),
    "F166": (
        Given(toml=GOOD.replace(CHECK, f"{CHECK}{PROXIED}") + BOTH, start=REDIRECTS),
        Given(
            toml=GOOD.replace(CHECK, f"{CHECK}{PROXIED}") + HTTPS,
            start=Start(redirects="src/Program.cs:9", forwards=True),
        ),
        plus(HTTPS),
    ),
    "F167": (Given(toml=GOOD.replace(CHECK, f"{CHECK}{PROXIED}") + FORWARDED, start=REDIRECTS),),
    "F168": (but('path = "/health"', 'path = "/health"\nprotocol = "http"'),),
    "F169": (plus(f'{APART}interval = "2s"\ntimeout = "60s"'), but('interval = "10s"', 'interval = "1s"')),
    "F170": (plus(f"{APART}interval = 0"), plus("\n[deploy]\nwait_timeout = 90")),
    "F171": (
        but('interval = "10s"', 'interval = "5m"'),
        but('grace_period = "10s"', 'grace_period = "5m"'),
        wants(wait="20 s"),
    ),
    "F172": (plus('\n[checks.a]\ntype = "http"\npath = "/health"'),),
    "F173": (but('grace_period = "10s"', 'grace_period = "60s"'), plus(f'{APART}grace_period = "90s"')),
    "F181": (wants(memory="512 MB"), but("512mb", "1gb", settings=ReleaseSettings(memory="1 GB"))),
    "F182": (but(SIZE, ""), wants(memory="512 MB")),
    "F183": (Given(),),
    "F184": (
        but("512mb", "2gb"),
        but('memory = "512mb"', 'size = "shared-cpu-8x"\nmemory = "16gb"'),
        but('memory = "512mb"', 'size = "performance-2x"'),
        but('memory = "512mb"', 'gpu_kind = "a10"'),
        plus('\n[deploy.release_command_vm]\nmemory = "1gb"'),
    ),
    "F185": (
        Given(),
        but("512mb", "256mb", web=False),
        but("512mb", "256mb", settings=ReleaseSettings(memory="256 MB")),
    ),
    "F186": (Given(toml=f'{OF_WEB}processes = ["web"]\n{GROUPS}{SIZE}'),),
    "F187": (but('"off"', "false"), but('auto_stop_machines = "off"\n', "")),
    "F188": (but('"off"', '"stop"'), but('"off"', '"off"\nauto_start_machines = false')),
    "F191": (Given(toml=f"{OF_WEB}{GROUPS}"), but("internal_port = 8080", 'internal_port = 8080\nprocesses = ["app"]')),
    "F192": (Given(toml=f'{OF_WEB}{GROUPS}{APART}processes = ["jobs"]\n'), Given()),
    "F193": (plus('\n[[restart]]\npolicy = "always"'),),
    "F194": (plus('\n[[restart]]\npolicy = "on-failure"'),),
    "F201": (top('kill_timeout = "5m"'), top("kill_timeout = 300")),
    "F202": (top('kill_signal = "SIGTERM"'),),
    "F203": (plus('\n[deploy]\nwait_timeout = "2m"\nrelease_command_timeout = "5m"'),),
    "F211": (env('FLYING = "yes"'),),
    "F212": (env('Jwt__Key = "${JWT_KEY}"', 'Jwt__Issuer = "shop"', 'PASSWORD = ""'),),
    "F213": (env('A = "x"', settings=ReleaseSettings(secrets=(("B", ""),))),),
    "F214": (
        env('ASPNETCORE_ENVIRONMENT = "Production"'),
        env('ASPNETCORE_ENVIRONMENT = "Development"', environment="staging"),
    ),
}

"""Which fly.toml, and what it says."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.errors import PipelineError
from pipeline.release import choice, config
from pipeline.release.flytoml import Build, Check, Deploy, Experimental, FlyToml, Mount, Odd, Restart, Service, Size
from tests.unit.release.odd_toml import TEXTS, tried

WHOLE = """# production
app = "shop"
primary_region = "fra"
kill_signal = "SIGTERM"
kill_timeout = 30

[build]
dockerfile = "Dockerfile"

[deploy]
strategy = "rolling"
release_command = "/app/migrations/Main"
release_command_timeout = "5m"
wait_timeout = "1m30s"
max_unavailable = 0.5
[deploy.release_command_vm]
memory = "1gb"

[env]
ASPNETCORE_HTTP_PORTS = 8080
FEATURE = true

[processes]
app = ""
worker = "dotnet Worker.dll"

[http_service]
internal_port = 8080
force_https = true
auto_stop_machines = "suspend"
auto_start_machines = true
min_machines_running = 1
processes = ["app"]

[[http_service.checks]]
path = "/health"
method = "GET"
interval = "10s"
timeout = "2s"
grace_period = "5s"
[http_service.checks.headers]
X-Forwarded-Proto = "https"

[[services]]
internal_port = "9000"
processes = ["worker"]
auto_stop_machines = false
[[services.ports]]
port = 9000
[[services.tcp_checks]]
interval = 15000

[checks.ready]
type = "http"
port = 8080
path = "/ready"

[[mounts]]
source = "data"
destination = "/data"
initial_size = 1

[[vm]]
size = "shared-cpu-1x"
memory = "512mb"
processes = ["app"]
[[vm]]
memory_mb = 1024
cpus = 2

[[restart]]
policy = "on-failure"

[experimental]
auto_rollback = true
entrypoint = "sh"
"""


def said(text: str) -> FlyToml:
    """Return what a text says."""
    return config.read(text, "fly.toml")


def test_a_whole_file_is_read():
    """Every value that a release has to know comes out, with its place."""
    found = said(WHOLE)
    lines = found.lines
    assert found == FlyToml(
        path="fly.toml",
        app="shop",
        primary_region="fra",
        kill_signal="SIGTERM",
        kill_timeout=30.0,
        env=(("ASPNETCORE_HTTP_PORTS", "8080"), ("FEATURE", "true")),
        build=Build(dockerfile="Dockerfile"),
        deploy=Deploy(
            strategy="rolling",
            release_command="/app/migrations/Main",
            release_command_size=Size(
                place="deploy.release_command_vm", name="shared-cpu-1x", memory=1024, cpus=1, cpu_kind="shared"
            ),
            wait_timeout=90.0,
            release_command_timeout=300.0,
            max_unavailable=0.5,
        ),
        experimental=Experimental(auto_rollback=True, entrypoint=("sh",)),
        services=(
            Service(
                place="http_service",
                internal_port=8080,
                force_https=True,
                auto_stop="suspend",
                auto_start=True,
                min_running=1,
                processes=("app",),
                checks=(
                    Check(
                        place="http_service.checks[0]",
                        kind="http",
                        path="/health",
                        method="GET",
                        headers=(("X-Forwarded-Proto", "https"),),
                        interval=10.0,
                        timeout=2.0,
                        grace=5.0,
                    ),
                ),
            ),
            Service(
                place="services[0]",
                internal_port=9000,
                auto_stop="off",
                processes=("worker",),
                checks=(Check(place="services[0].tcp_checks[0]", kind="tcp", interval=15.0),),
            ),
        ),
        checks=(Check(place="checks.ready", kind="http", port=8080, path="/ready"),),
        mounts=(Mount(place="mounts[0]", source="data", destination="/data", initial_size="1"),),
        sizes=(
            Size(place="vm[0]", name="shared-cpu-1x", memory=512, cpus=1, cpu_kind="shared", processes=("app",)),
            Size(place="vm[1]", name="shared-cpu-1x", memory=1024, cpus=2, cpu_kind="shared"),
        ),
        restarts=(Restart(place="restart[0]", policy="on-failure"),),
        processes=(("app", ""), ("worker", "dotnet Worker.dll")),
        bare=("services[0].tcp_checks[0].interval",),
        lines=lines,
    )


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("app", 'app = "shop"'),
        ("deploy.release_command_vm.memory", 'memory = "1gb"'),
        ("http_service.checks[0].headers.X-Forwarded-Proto", 'X-Forwarded-Proto = "https"'),
        ("services[0].ports[0].port", "port = 9000"),
        ("checks.ready.path", 'path = "/ready"'),
        ("vm[1].cpus", "cpus = 2"),
        ("vm[0].cpus", "[[vm]]"),
        ("mounts[0].nothing.at.all", "[[mounts]]"),
    ],
)
def test_each_place_has_a_line(place, text):
    """A place that stands nowhere has the line of what it would stand in."""
    assert WHOLE.splitlines()[said(WHOLE).line(place) - 1] == text


def test_a_table_that_only_its_parts_name_has_their_line():
    """A service of which only the ports are said is one all the same."""
    assert said("app = 'x'\n[services.ports]\nport = 80\n").line("services.internal_port") == 2


def test_what_stands_nowhere_has_no_line():
    """Nothing is guessed."""
    assert said(WHOLE).line("statics[0].url_prefix") is None


def test_a_text_over_several_lines_holds_no_keys():
    """Its lines are not taken for places."""
    assert said('env.A = """\napp = 1\n"""\napp = "x"\n').line("app") == 4


@pytest.mark.parametrize(
    ("written", "memory"),
    [
        ('memory = "512mb"', 512),
        ('memory = "512MB"', 512),
        ('memory = "1gb"', 1024),
        ('memory = "1GiB"', 1024),
        ('memory = "0.5gb"', 512),
        ('memory = "1g"', 1024),
        ('memory = "512"', 512),
        ("memory = 512", 512),
        ("memory_mb = 768", 768),
        ('memory = "1gb"\nmemory_mb = 768', 768),
        ('size = "shared-cpu-2x"', 512),
        ('size = "performance-1x"', 2048),
        ("cpus = 2", 256),
        ('gpu_kind = "a10"', 32768),
    ],
)
def test_memory_has_many_forms(written, memory):
    """All of those that flyctl takes."""
    assert said(f"[[vm]]\n{written}\n").sizes[0].memory == memory


def test_an_unknown_size_is_seen():
    """Flyctl says so only while it deploys."""
    assert not said('[vm]\nsize = "shared-cpu-3x"\n').sizes[0].is_known


@pytest.mark.parametrize(
    ("written", "seconds", "bare"),
    [
        ("[http_service.checks]\ninterval = '10s'", 10.0, False),
        ("[http_service.checks]\ninterval = '1m21s'", 81.0, False),
        ("[http_service.checks]\ninterval = '500ms'", 0.5, False),
        ("[http_service.checks]\ninterval = 10", 1e-8, True),
        ("[services]\n[services.http_checks]\ninterval = 10000", 10.0, True),
        ("[checks.a]\ntype = 'tcp'\ninterval = 10000", 10.0, True),
        ("[checks.a]\ntype = 'tcp'\ninterval = 0", 0.0, False),
    ],
)
def test_a_time_without_a_unit_is_what_flyctl_takes_it_for(written, seconds, bare):
    """Ten in a check of http_service are nanoseconds."""
    found = said(f"{written}\n")
    assert found.all_checks[0].interval == pytest.approx(seconds)
    assert bool(found.bare) is bare


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("app = 1", ("app", "a text")),
        ("[http_service]\ninternal_port = '8080'", ("http_service.internal_port", "a whole number")),
        ("[http_service]\nprocesses = 'app'", ("http_service.processes", "a list of texts")),
        ("[http_service]\nauto_stop_machines = 'on'", ("http_service.auto_stop_machines", "off, stop or suspend")),
        ("[http_service]\nforce_https = 'yes'", ("http_service.force_https", "true or false")),
        ("[[http_service.checks]]\ntimeout = 'soon'", ("http_service.checks[0].timeout", 'a time such as "10s"')),
        ("[http_service]\nchecks = 1", ("http_service.checks", "tables")),
        ("[[vm]]\nmemory = 'lots'", ("vm[0].memory", 'an amount of memory such as "512mb"')),
        ("deploy = 'now'", ("deploy", "a table")),
        ("[deploy]\nmax_unavailable = 'all'", ("deploy.max_unavailable", "a number")),
        ("env = 1", ("env", "names with values")),
        ("[checks.a]\nport = 1", ("checks.a.type", "http or tcp")),
        ("[checks]\na = 1", ("checks.a", "a table")),
    ],
)
def test_a_value_of_another_kind_is_noted(text, odd):
    """It counts as not said, and nothing of it is repeated."""
    assert Odd(place=odd[0], expected=odd[1]) in said(f"{text}\n").odd


@pytest.mark.parametrize(
    ("text", "place", "meant"),
    [
        ("primary_regoin = 'fra'", "primary_regoin", "primary_region"),
        ("[[vm]]\nmemroy = '1gb'", "vm[0].memroy", "memory"),
        ("[mounts]\nsouce = 'data'", "mounts.souce", "source"),
        ("[[services]]\n[[services.http_checks]]\npaht = '/'", "services[0].http_checks[0].paht", "path"),
        ("[checks.a]\nintervall = '1s'", "checks.a.intervall", "interval"),
        ("[zzz]\na = 1", "zzz", ""),
    ],
)
def test_an_unknown_key_is_found_at_every_level(text, place, meant):
    """Flyctl passes over it, in its strict mode too."""
    assert said(f"{text}\n").unknown == (Odd(place=place, meant=meant),)


@pytest.mark.parametrize(
    "text",
    [
        "[env]\nanything = 1",
        "[experimental]\nallowed_public_ports = []",
        "[[services]]\nscript_checks = []",
        "[build.args]\nx = 'y'",
        "[http_service.http_options.response.headers]\nX-Own = 'a'",
        "[processes]\nweb = 'a'",
    ],
)
def test_names_of_the_author_and_empty_values_are_no_unknown_keys(text):
    """Old templates hold lists that ask for nothing."""
    assert said(f"{text}\n").unknown == ()


def test_old_forms_are_read():
    """Flyctl translates them as well."""
    found = said("[[processes]]\nname = 'web'\ncommand = 'run'\n[[env]]\nA = 1\n[[env]]\nB = 2\n")
    assert (found.processes, found.env, found.odd) == ((("web", "run"),), (("A", "1"), ("B", "2")), ())


@pytest.mark.parametrize(
    ("text", "groups", "default"),
    [
        ("", ("app",), "app"),
        ("[processes]\nweb = ''", ("web",), "web"),
        ("[processes]\nweb = ''\napp = ''", ("app", "web"), "app"),
        ("[processes]\nweb = ''\njobs = ''", ("jobs", "web"), "jobs"),
    ],
)
def test_the_process_groups(text, groups, default):
    """What names no group belongs to the default one."""
    found = said(f"{text}\n")
    assert (found.groups, found.default_group) == (groups, default)


def test_a_group_has_its_own_size_before_the_common_one():
    """As flyctl chooses."""
    found = said(WHOLE)
    assert [size.place for size in found.sizes_of("app")] == ["vm[0]"]
    assert [size.place for size in found.sizes_of("worker")] == ["vm[1]"]


@pytest.mark.parametrize(
    ("text", "said_"),
    [
        ("app = 'x\n", "fly.toml: "),
        ("\n[a\n", "fly.toml:2: "),
        ("a = 1\na = 2\n", "fly.toml:2: "),
        ("a" * 3000, ":1: "),
    ],
)
def test_what_is_no_toml_is_refused_with_its_line(text, said_):
    """The one error that reading has."""
    with pytest.raises(PipelineError) as caught:
        said(text)
    assert caught.value.kind.id == "P128"
    assert said_ in caught.value.what


def test_a_byte_order_mark_is_nothing():
    """Editors on Windows write it."""
    assert said('\ufeffapp = "x"\n').line("app") == 1


PATHS = {"fly.toml", "fly.staging.toml", "web/fly.toml", "web/fly.production.toml", "deploy/live.toml"}


@pytest.mark.parametrize(
    ("environment", "wanted", "folder", "path"),
    [
        ("production", "deploy/live.toml", "web", "deploy/live.toml"),
        ("production", "", "web", "web/fly.production.toml"),
        ("staging", "", "web", "fly.staging.toml"),
        ("preview", "", "web", "web/fly.toml"),
        ("preview", "", ".", "fly.toml"),
        ("staging", "", ".", "fly.staging.toml"),
    ],
)
def test_which_file_an_environment_has(environment, wanted, folder, path):
    """The settings first, then its own name, then the common one; the application's folder before the root."""
    assert choice.choose(PATHS, environment, wanted, folder) == path


@pytest.mark.parametrize(
    ("paths", "wanted", "told"),
    [
        (set(), "", "none for live: looked for web/fly.live.toml, fly.live.toml, web/fly.toml, fly.toml"),
        ({"a/fly.prod.toml"}, "", "there is a/fly.prod.toml"),
        ({"fly.toml"}, "fly.live.toml", "fly.live.toml is not there; `release.config` of live names it"),
    ],
)
def test_no_file_says_where_it_was_looked_for(paths, wanted, told):
    """And what lies elsewhere."""
    with pytest.raises(PipelineError) as caught:
        choice.choose(paths, "live", wanted, "web")
    assert caught.value.kind.id == "P129"
    assert told in str(caught.value)


@given(TEXTS)
@example("[[services]]\nhttp_checks = [[[[1]]]]\n")
@example("mounts = " + "[" * 90 + "]" * 90 + "\n")
def test_odd_files_are_values_or_one_error(text):
    """Nothing else is raised, and the same text is the same value."""
    assert tried(lambda: said(text)) in (tried(lambda: said(text)), "P128")


@given(st.text())
def test_any_text_is_a_value_or_one_error(text):
    """As it comes from a repository of strangers."""
    found = tried(lambda: said(text))
    assert found == "P128" or isinstance(found, FlyToml)

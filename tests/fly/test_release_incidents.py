"""The larger example released for real: its own process behind the edge, with Postgres where there is one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal

from pipeline.plan.model import Service
from pipeline.run import services
from tests.fly import incidents
from tests.fly.conftest import told

pytestmark = [pytest.mark.flyctl, pytest.mark.host]

POSTGRES = Service(
    name="postgres",
    image="registry.test/postgres:17",
    port=5432,
    env=(("POSTGRES_USER", "app"), ("POSTGRES_PASSWORD", "c4n4ry-of-postgres"), ("POSTGRES_DB", "incidents")),
)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return the program, built once."""
    return incidents.program(tmp_path_factory.mktemp("incidents"))


@pytest.fixture
def database():
    """Return where a Postgres is, or nothing on a machine without one."""
    if not services.available("postgres", os.environ):
        yield ""
        return
    with (
        tempfile.TemporaryDirectory(prefix="services-", ignore_cleanup_errors=True) as scratch,
        start_blocking_portal() as portal,
    ):
        within = Path(scratch)
        within.chmod(0o755)
        server = services.running(POSTGRES, within / "postgres", within=within, env=os.environ)
        with portal.wrap_async_context_manager(server) as places:
            where = "Host={host};Port={port};Database={database};Username={user};Password={password}"
            yield where.format(**{name.rpartition(".")[2].strip("}"): value for name, value in places.items()})


def test_the_example_is_released_broken_and_back(place, built, database, tmp_path, record_property, capsys):
    """Its health, its commit, its page and its script are what the image holds; one that crashes gives way to it."""
    made = {name: incidents.image(place.host, built, tmp_path / "made", name) for name in ("one", "two", "broken")}
    for name, (image, folder, commit) in made.items():
        wrong = {"ConnectionStrings__Incidents": "no such=thing"} if name == "broken" else {}
        place.sim.behave(image.digest, incidents.runs(folder, commit, **wrong))
    place.configure(version="/version", smoke=["/api/incidents"], wait="30 s", stable="2 s")
    text = (place.folder / "app/fly.toml").read_text()
    place.write("fly.toml", text.replace("[env]\n", '[env]\n  Database__MigrateOnStartup = "true"\n'))
    if database:
        place.configure(secrets={"ConnectionStrings__Incidents": "env:DATABASE"})
        place.env["DATABASE"] = database
    # The smoke checks of flyctl, which the other tests do without, are what sees a crash.
    place.sim.world.started_ago = 0
    figures = []
    for name, word in (("one", "VERIFIED"), ("two", "VERIFIED"), ("broken", "RED, ROLLED BACK"), ("two", "UNCHANGED")):
        before = len(place.sim.requests)
        said = place.deploy(made[name][0])
        figures.append((name, said, len(place.sim.requests) - before))
        assert said.out.split(":")[0] == word, said.text
        assert "not looked at" not in said.out
    edge = place.sim.edge(place.app)
    status, _, page = told(f"{edge}/")
    assert (status, f"index-{made['two'][2][:8]}.js" in page) == (200, True)
    assert made["two"][2] in told(f"{edge}/version")[2]
    health = told(f"{edge}/health")[2]
    assert ('"database"' in health) == bool(database)
    assert place.serves() == {made["two"][0].digest}
    with capsys.disabled():
        print(f"\n  with Postgres: {bool(database)}")
        for name, said, requests in figures:
            time = next((line for line in said.out.splitlines() if line.startswith("time")), "")
            print(f"\n  {name}: {said.seconds:.1f} s in all, {requests} requests; {time.removeprefix('time').strip()}")
            record_property(name, said.seconds)

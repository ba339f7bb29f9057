from __future__ import annotations

import json

from pipeline.app.model import Fact, Remark
from pipeline.app.remark_kinds import KINDS
from pipeline.plan.model import Off, Service
from pipeline.render import plan_text
from tests import samples


def test_the_whole_text():
    """What was found and where, the steps with order, reason and command, services, what is off, remarks."""
    app = samples.app(
        facts=(
            Fact(name="sdk", value="10.0", source="global.json", line=3),
            Fact(name="build target", value="Shop.slnx", source="Shop.slnx"),
        ),
        remarks=(Remark(id="D1", message="odd", file="a.csproj"), Remark(id="D2", message="no file")),
    )
    plan = samples.plan(
        samples.plain_step("api.restore", reason="locked"),
        samples.plain_step(start="api.restore", reason="builds Shop.slnx"),
        off=(Off(id="spa", reason="no SPA found"),),
        services=(Service(name="redis", image="registry.test/redis:7", port=6379),),
    )
    assert plan_text.text(app, plan) == (
        "shop: 2 steps\n"
        "\n"
        "Found:\n"
        "  build target      Shop.slnx\n"
        "  sdk               10.0  (global.json:3)\n"
        "  tests Shop.Tests  unknown framework, vstest  (tests/Shop.Tests/Shop.Tests.csproj)\n"
        "\n"
        "Steps:\n"
        "  api.restore\n"
        "      locked\n"
        "      $ dotnet build\n"
        "  api.build  after api.restore\n"
        "      builds Shop.slnx\n"
        "      $ dotnet build\n"
        "\n"
        "Services for tests:\n"
        "  redis      registry.test/redis:7\n"
        "\n"
        "Off:\n"
        "  spa                no SPA found\n"
        "\n"
        "Worth knowing:\n"
        "  - note: D1 odd (a.csproj)\n"
        "  - note: D2 no file\n"
    )


def test_the_environment_is_named():
    """A plan of staging is not taken for the one of production."""
    text = plan_text.text(samples.app(), samples.plan(samples.plain_step()), "staging")
    assert text.startswith("shop, environment staging: 1 step\n")


def test_a_command_of_our_own_is_not_shown():
    """Nobody could repeat it: its script lies in a folder of the run."""
    plan = samples.plan(samples.plain_step(commands=(("sh", "${scratch}/npm-audit.sh"),)))
    assert "$" not in plan_text.text(samples.app(remarks=()), plan)


def test_empty_parts_have_no_title():
    """A plan without services, off steps and remarks shows none of the titles."""
    text = plan_text.text(samples.app(remarks=()), samples.plan(samples.plain_step()))
    assert [title for title in ("Services", "Off:", "Worth") if title in text] == []


def test_json():
    """The plan as JSON holds every step with its commands and inputs."""
    data = json.loads(plan_text.as_json(samples.app(), samples.plan(samples.plain_step())))
    assert (data["app"], data["steps"][0]["id"], data["steps"][0]["commands"]) == (
        "shop",
        "api.build",
        [["dotnet", "build"]],
    )


def test_json_says_what_the_plan_follows_from():
    """Facts, remarks with their titles and the environment, below a schema."""
    kind = KINDS[0]
    app = samples.app(remarks=(kind.at("odd", "a", 1),))
    data = json.loads(plan_text.as_json(app, samples.plan(samples.plain_step()), "staging"))
    assert (data["schema"], data["environment"]) == (1, "staging")
    assert data["found"]["facts"][0]["name"] == "sdk"
    assert data["found"]["remarks"][0]["title"] == kind.title


def test_json_hides_what_settings_hide():
    """A password of `test.env`; the places that the run fills in stay."""
    env = (("Db", "Host=x;Password=hunter2"), ("Token", "hunter2"), ("Own", "Password=${postgres.password}"))
    data = json.loads(plan_text.as_json(samples.app(), samples.plan(samples.plain_step(env=env))))
    assert dict(data["steps"][0]["env"]) == {
        "Db": "Host=x;Password=***",
        "Token": "***",
        "Own": "Password=${postgres.password}",
    }

"""Several plans as one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.app.model import beside
from pipeline.errors import SETTINGS_INVALID, PipelineError
from pipeline.plan.make import make
from pipeline.plan.merge import merge
from pipeline.settings.model import ServiceSettings
from tests import samples

ADMIN = samples.web(path="src/Admin/Admin.csproj")


def plan(name="shop", settings=None, images=samples.IMAGES, **more):
    return make(samples.app(name=name, **more), settings or samples.settings(), images)


def admin(**more):
    """Return the other web project of the same solution, without a SPA."""
    net = samples.dotnet(web=ADMIN, projects=(samples.web(), ADMIN, samples.suite()))
    return plan("admin", dotnet=net, **({"spa": None} | more))


def shop(**more):
    net = samples.dotnet(projects=(samples.web(), ADMIN, samples.suite()))
    return plan("shop", **({"dotnet": net} | more))


def ids(merged):
    return [step.id for step in merged]


def test_one_application_stays_as_it_is():
    """No prefix where there is nothing to tell apart."""
    assert merge({"shop": plan()}) == plan()


def test_equal_steps_are_shared_and_the_others_name_their_owner():
    """Two web projects of one solution: built and tested once, published and packed twice."""
    merged = merge({"shop": shop(spa=None), "admin": admin()})
    assert ids(merged) == [
        "api.restore", "api.build", "api.format", "api.test.Shop.Tests",
        "shop/api.publish", "shop/image", "shop/image.verify", "admin/api.publish", "admin/image", "admin/image.verify",
    ]  # fmt: skip
    assert merged.step("admin/image").artifacts[0].step == "admin/api.publish"
    assert merged.step("admin/api.publish").start == "api.build"
    assert merged.app == "shop + admin"
    assert merged.step("admin/image").proves.startswith("admin: ")
    assert merged.step("api.build").proves == shop().step("api.build").proves


def test_applications_beside_each_other_see_each_others_code_and_not_their_spas():
    """One solution, and a SPA of one of them: restore, build and tests are still the same work."""
    one, two = beside((samples.app(name="shop"), samples.app(name="admin", spa=None)))
    net = samples.dotnet(web=ADMIN, projects=(samples.web(), ADMIN, samples.suite()))
    apps = {"shop": replace(one, dotnet=replace(net, web=samples.web())), "admin": replace(two, dotnet=net)}
    merged = merge({name: make(app, samples.settings(), samples.IMAGES) for name, app in apps.items()})
    assert [id_ for id_ in ids(merged) if "/" not in id_] == [
        "api.restore",
        "api.build",
        "api.format",
        "api.test.Shop.Tests",
    ]
    assert "src/Shop.Web/client" in merged.step("api.build").files.exclude


def test_a_project_inside_of_another_applications_spa_is_seen():
    """Its own files win over what it has nothing to do with."""
    inner = samples.web(path="ui/Server/Server.csproj")
    app = samples.app(
        spa=None, dotnet=samples.dotnet(web=inner, projects=(inner,), tests=()), neighbours=("ui", "other")
    )
    assert make(app, samples.settings(), samples.IMAGES).step("api.build").files.exclude[-1:] == ("other",)


def test_a_half_that_one_application_has_is_its_own():
    """The same id in no other plan is no step of both."""
    merged = merge(
        {"shop": shop(), "admin": admin(spa=samples.spa(folder="admin/ui", lock_file="admin/ui/package-lock.json"))}
    )
    assert "shop/spa.build" in ids(merged)
    assert "admin/spa.build" in ids(merged)
    assert merged.step("shop/image").after == ("shop/api.publish", "shop/spa.build")


def test_what_follows_another_step_is_another_step():
    """The same commands after another build are not the same work."""
    other = samples.dotnet(build_target="Admin.slnx", solution="Admin.slnx")
    merged = merge({"shop": plan(spa=None), "admin": plan("admin", dotnet=other, spa=None)})
    assert "shop/api.test.Shop.Tests" in ids(merged)
    assert merged.step("admin/api.test.Shop.Tests").start == "admin/api.build"


def test_two_of_three_share_under_both_names():
    """And the third has its own."""
    third = samples.dotnet(build_target="Third.slnx", solution="Third.slnx")
    merged = merge({"a": shop(spa=None), "b": shop(spa=None), "c": plan("c", dotnet=third, spa=None)})
    assert "a+b/api.build" in ids(merged)
    assert "c/api.build" in ids(merged)
    assert "api.build" not in ids(merged)


def test_each_step_comes_after_what_it_needs():
    """The order of a plan is the order of its steps."""
    merged = merge({"shop": shop(), "admin": admin(), "third": plan("third")})
    seen = set()
    for step in merged:
        assert set(step.after) <= seen
        seen.add(step.id)


def test_another_image_is_another_step():
    """A step on SDK 8 proves nothing about SDK 10; each runs on its own."""
    old = samples.dotnet(sdk="8.0", web=samples.web(frameworks=("net8.0",)))
    merged = merge({"shop": plan(spa=None), "old": plan("old", dotnet=old, spa=None)})
    images = {step.id: merged.image_of(step) for step in merged}
    assert images["shop/api.build"] == "registry.test/sdk:10.0"
    assert images["old/api.build"] == "registry.test/sdk:8.0"
    assert merged.step("old/image").bases[0].image == dict(merged.images)["old/aspnet"] == "registry.test/aspnet:8.0"
    assert images["old/api.test.Shop.Tests"] == "registry.test/sdk:8.0"


def test_an_image_of_one_step_is_not_taken_for_that_of_a_shared_one():
    """Whoever comes first."""
    one, two = plan(spa=None), plan(spa=None)
    third = plan("third", dotnet=samples.dotnet(sdk="8.0"), spa=None)
    third = replace(third, steps=tuple(step for step in third if step.id != "api.format"))
    merged = merge({"third": third, "one": one, "two": two})
    assert merged.image_of(merged.step("api.format")) == "registry.test/sdk:10.0"
    assert merged.image_of(merged.step("third/api.build")) == "registry.test/sdk:8.0"


def test_what_is_off_everywhere_is_said_once():
    """And what is off for one names it."""
    merged = merge({"shop": shop(spa=None), "admin": admin(), "third": plan("third")})
    reasons = [off.id for off in merged.off]
    assert "api.tools" in reasons
    assert {"shop/spa", "admin/spa"} <= set(reasons)


def servers(**versions):
    return samples.settings(services=tuple(ServiceSettings(name=n, version=v) for n, v in versions.items()))


def test_servers_are_shared_by_name():
    """What one application does not name is still there for the other."""
    merged = merge({"a": shop(settings=servers(postgres="16")), "b": shop(settings=servers(postgres="16", redis="7"))})
    assert [service.name for service in merged.services] == ["postgres", "redis"]


def test_two_definitions_of_one_server_are_refused():
    """${postgres.host} could mean either."""
    with pytest.raises(PipelineError) as caught:
        merge({"a": shop(settings=servers(postgres="16")), "b": shop(settings=servers(postgres="17"))})
    assert caught.value.kind is SETTINGS_INVALID
    assert (
        "services.postgres: a wants registry.test/postgres:16, b wants registry.test/postgres:17" in caught.value.what
    )


def test_a_part_of_a_merged_plan_holds_what_it_needs():
    """`only` follows the new names."""
    merged = merge({"shop": shop(spa=None), "admin": admin()})
    part = merged.only(frozenset({"admin/image"}))
    assert ids(part) == ["api.restore", "api.build", "admin/api.publish", "admin/image"]

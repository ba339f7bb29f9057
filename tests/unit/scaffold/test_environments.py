"""Which environments there are, what a push to which branch does, and what the settings have to say for it."""

from __future__ import annotations

import pytest

from pipeline.scaffold.environments import Environment, Site, deployment, proposals, tomls
from pipeline.settings.load import resolve
from pipeline.settings.model import PublishSettings, ReleaseSettings


def environment(name="production", said=(), **more):
    release = {key: more.pop(key) for key in [*more] if key in ReleaseSettings.__dataclass_fields__}
    fields = {"toml": f"fly.{name}.toml", "fly_app": f"shop-{name}", "publish": PublishSettings()}
    return Environment(
        name=name,
        release=ReleaseSettings(**release),
        said=frozenset(f"release.{key}" for key in said),
        **(fields | more),
    )


def site(*environments, **more):
    return Site(**({"publish": PublishSettings(), "environments": environments} | more))


def targets(*environments, default="main"):
    return {target.environment: target for target in deployment(site(*environments), default).targets}


def proposed(one, *files):
    paths = files or tuple(each.toml for each in one.environments)
    return {question.key: question.answer for question in proposals(one, paths, "main")}


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ((), {}),
        (("fly.toml",), {"production": "fly.toml"}),
        (
            ("fly.production.toml", "fly.staging.toml"),
            {"staging": "fly.staging.toml", "production": "fly.production.toml"},
        ),
        (("fly.toml", "fly.staging.toml"), {"staging": "fly.staging.toml", "production": "fly.toml"}),
        (("fly.toml", "fly.prod.toml"), {"prod": "fly.prod.toml"}),
        (("fly.toml", "fly.live.toml"), {"live": "fly.live.toml"}),
        (("fly.toml", "web/fly.toml"), {"production": "web/fly.toml"}),
        (("fly.my_env.toml",), {"my-env": "fly.my_env.toml"}),
        (("fly.toml.example", "fly.example.toml", "fly.sample.toml"), {}),
        (("deploy/fly.staging.toml",), {"staging": "deploy/fly.staging.toml"}),
        (("deploy/fly.toml", "other/fly.toml"), {}),
        (("client/fly.toml",), {}),
        (("fly.ünder.toml",), {}),
    ],
)
def test_the_names_of_files_tell_environments(paths, expected):
    """A plain fly.toml is production's; files of the SPA, examples and several foreign folders say nothing."""
    found = tomls(paths, "web", "client", alone=True)
    assert found == expected
    assert list(found) == list(expected)


def test_one_of_several_applications_has_only_what_lies_in_its_folder():
    """A fly.toml at the root would release both of them to one app."""
    assert tomls(("fly.toml", "deploy/fly.staging.toml"), "web", "", alone=False) == {}
    assert tomls(("fly.toml", "web/fly.toml"), "web", "", alone=False) == {"production": "web/fly.toml"}


def test_branches_and_approval_are_as_usual_where_nobody_says_otherwise():
    """Develop goes to staging, the default branch to production, which is approved; others are released by hand."""
    found = targets(environment("preview"), environment("staging"), environment("production"), default="trunk")
    assert {name: (one.branch, one.approval) for name, one in found.items()} == {
        "preview": ("", False),
        "staging": ("develop", False),
        "production": ("trunk", True),
    }
    assert targets(environment("dev"), environment("staging"))["dev"].branch == ""
    assert targets(environment("dev"))["dev"].branch == "develop"


def test_the_settings_win():
    """Also where they say that there is no branch, or no approval."""
    said = environment(said=("branch", "approval"), branch="", approval=False, url="https://shop.example", app="x")
    (target,) = targets(said).values()
    assert (target.branch, target.approval, target.url) == ("", False, "https://shop.example")
    assert proposed(site(said)) == {"environments.production.release.approval": "false"}
    declared = environment(said=("branch", "approval"), is_declared=True)
    assert proposed(site(declared)) == {}


@pytest.mark.parametrize("branch", ["a b", "*", "x: [y]", "${{ github.head_ref }}", "'"])
def test_a_branch_that_means_something_to_a_workflow_is_left_out(branch):
    """Such an environment is released by hand alone."""
    (target,) = targets(environment(branch=branch, said=("branch",))).values()
    assert target.branch == ""


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"fly_app": "shop"}, "https://shop.fly.dev"),
        ({"fly_app": "shop", "app": "other"}, "https://other.fly.dev"),
        ({"fly_app": ""}, ""),
        ({"fly_app": "${{ secrets.X }}"}, ""),
        ({"url": "https://x.test/${{secrets.X}}"}, ""),
    ],
)
def test_the_address_is_that_of_the_app(more, expected):
    """None where nobody knows the app; an expression never gets into a workflow."""
    (target,) = targets(environment(**more)).values()
    assert target.url == expected


def test_names_of_secrets_come_from_the_settings():
    """Values of secrets come along only where one has a source; the registry's token may be proposed only."""
    declared = environment(secrets=(("JWT", ""),), token="FLY_SHOP")
    sourced = environment("staging", secrets=(("JWT", "env:JWT"),), publish=PublishSettings(secret="OWN"))
    found = deployment(site(sourced, declared, publish=PublishSettings(signing_secret="KEY")), "main", "GITHUB_TOKEN")
    assert (found.registry, found.signing) == ("GITHUB_TOKEN", "KEY")
    assert [(one.token, one.registry, one.values) for one in found.targets] == [
        ("FLY_API_TOKEN", "OWN", "RELEASE_SECRETS"),
        ("FLY_SHOP", "GITHUB_TOKEN", ""),
    ]


def test_what_nobody_said_is_proposed():
    """And is valid as it stands; a file that a release would not take by itself is named."""
    two = site(environment("staging"), environment("production", toml="deploy/fly.toml"))
    assert proposed(two) == {
        "environments.staging.release.branch": "develop",
        "environments.production.release.branch": "main",
        "environments.production.release.approval": "true",
        "environments.production.release.config": "deploy/fly.toml",
    }
    assert proposed(site(environment("preview"))) == {"environments.preview.release.approval": "false"}
    assert proposed(site(environment("preview", is_declared=True))) == {}


def test_a_proposal_is_what_the_workflow_does():
    """Once the lines stand in pipeline.yaml nothing is proposed any more, and the workflow stays as it is."""
    before = environment("production")
    text = "environments: {production: {release: {branch: main, approval: true}}}"
    release = resolve(text, environment="production").settings.release
    after = Environment(
        name="production",
        release=release,
        publish=PublishSettings(),
        said=frozenset({"release.branch", "release.approval"}),
        is_declared=True,
        toml=before.toml,
        fly_app=before.fly_app,
    )
    assert targets(before) == targets(after)
    assert proposed(site(after)) == {}

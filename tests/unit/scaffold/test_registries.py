"""Where images go, as far as the host of the code tells."""

from __future__ import annotations

import pytest

from pipeline.scaffold import registries
from pipeline.scaffold.environments import Site
from pipeline.settings import forms
from pipeline.settings.model import PublishSettings


def site(said=(), app="", **publish):
    return Site(publish=PublishSettings(**publish), environments=(), app=app, publish_said=frozenset(said))


def answers(one, remote="github.com/Acme/Shop", folder=""):
    return {question.key: question.answer for question in registries.proposals(one, remote, folder)}


def test_code_on_github_has_its_images_there_too():
    """With the token that every run has."""
    assert answers(site()) == {
        "publish.repository": "ghcr.io/acme/shop",
        "publish.user": "acme",
        "publish.secret": "GITHUB_TOKEN",
    }
    assert registries.secret(site(), "github.com/Acme/Shop") == "GITHUB_TOKEN"


def test_code_on_gitlab_has_them_there():
    """With the token that every job has."""
    assert answers(site(), "gitlab.com/acme/group/shop") == {
        "publish.repository": "registry.gitlab.com/acme/group/shop",
        "publish.user": "gitlab-ci-token",
        "publish.secret": "CI_JOB_TOKEN",
    }


def test_each_application_and_each_folder_has_a_place_of_its_own():
    """Two applications under one name would take turns."""
    found = answers(site(app="back"), folder="apps-shop")
    assert found["apps.back.publish.repository"] == "ghcr.io/acme/shop/apps-shop/back"


@pytest.mark.parametrize("remote", ["", "git.example.com/acme/shop", "github.com/acme/-"])
def test_where_nobody_knows_it_is_asked(remote):
    """What the question names as an example is refused as it stands."""
    (question,) = registries.proposals(site(), remote, "")
    assert (question.key, question.answer) == ("publish.repository", "")
    assert not forms.REPOSITORY.fits(question.candidates[0])


def test_what_the_settings_say_stays():
    """A registry of one's own gets no user and no secret from us; nor does one that says that it needs none."""
    assert answers(site(repository="registry.test/shop")) == {}
    assert answers(site(repository="ghcr.io/acme/shop", said=("publish.secret",))) == {}
    assert registries.secret(site(repository="ghcr.io/a/b", said=("publish.secret",)), "") == ""
    assert registries.secret(site(repository="ghcr.io/a/b", secret="OWN"), "") == "OWN"
    assert answers(site(repository="ghcr.io/acme/shop")) == {"publish.user": "acme", "publish.secret": "GITHUB_TOKEN"}

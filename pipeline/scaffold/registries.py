"""Which registry a repository's images go to, by the host of its code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.scaffold.jobs import GITHUB_TOKEN
from pipeline.scaffold.model import Question
from pipeline.settings import forms

if TYPE_CHECKING:
    from pipeline.scaffold.environments import Site

_OF_CODE = {"github.com": "ghcr.io", "gitlab.com": "registry.gitlab.com"}
_GITHUB, _GITLAB = _OF_CODE.values()
_WHY = "where images go"


def proposals(site: Site, remote: str, folder: str) -> tuple[Question, ...]:
    """Return what the settings have to say about the registry and do not say yet.

    Args:
        site: the application, as it is.
        remote: host, owner and name of the repository; empty where nobody knows.
        folder: the application's place in it as a word of a name; empty for the whole of it.

    """
    above = f"apps.{site.app}." if site.app else ""
    repository = site.publish.repository
    made: list[Question] = []
    if not repository:
        repository = _repository(remote, [folder, site.app])
        key = f"{above}publish.repository"
        if not repository:
            # In capitals it is refused until somebody has put his own there.
            named = "/".join(filter(None, (_GITHUB, "OWNER", "NAME", folder, site.app)))
            return (Question(key=key, candidates=(named,), why=f"{_WHY}, for example"),)
        made.append(Question(key=key, answer=repository))
    if "publish.secret" not in site.publish_said:
        pairs = {
            name: value for name, value in _access(repository).items() if f"publish.{name}" not in site.publish_said
        }
        made += [Question(key=f"{above}publish.{name}", answer=value) for name, value in pairs.items()]
    return tuple(made)


def secret(site: Site, remote: str) -> str:
    """Return the name of the secret with the registry's token, also where it is only proposed."""
    if site.publish.secret or "publish.secret" in site.publish_said:
        return site.publish.secret
    return _access(site.publish.repository or _repository(remote, [])).get("secret", "")


def _repository(remote: str, more: list[str]) -> str:
    host, _, path = remote.partition("/")
    named = "/".join(filter(None, (_OF_CODE.get(host, ""), path.lower(), *more)))
    return named if host in _OF_CODE and forms.REPOSITORY.fits(named) else ""


def _access(repository: str) -> dict[str, str]:
    """Return who publishes and by which secret; CI has both of them for the registry that is its own."""
    host, _, path = repository.partition("/")
    if host == _GITHUB:
        return {"user": path.partition("/")[0], "secret": GITHUB_TOKEN}
    if host == _GITLAB:
        return {"user": "gitlab-ci-token", "secret": "CI_JOB_TOKEN"}
    return {}

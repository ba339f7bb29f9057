"""A repository with the releases of its applications: what is written for them, and what the settings still lack."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.scaffold import environments, registries
from pipeline.scaffold.github import branches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.scaffold.environments import Site
    from pipeline.scaffold.model import Repository


def deployed(repository: Repository, sites: Sequence[Site], remote: str) -> Repository:
    """Return the repository with its deployments, and with what is proposed for them among the questions.

    Args:
        repository: it, without them.
        sites: the applications that are released.
        remote: host, owner and name of the repository; empty where nobody knows.

    """
    default = branches(repository)[0]
    made = tuple(environments.deployment(site, default, registries.secret(site, remote)) for site in sites)
    proposals = {
        question.key: question
        for site in sites
        for question in (
            *environments.proposals(site, repository.files, default),
            *registries.proposals(site, remote, repository.slug),
        )
    }
    proposed = tuple(proposals.values())
    return replace(repository, deployments=made, proposals=proposed, questions=(*repository.questions, *proposed))

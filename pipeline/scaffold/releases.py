"""The commands of a release, as GitHub and GitLab run them alike: each a line for a shell, with the secrets it wants.

What comes from outside is in variables, so that no shell reads it as a command.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.scaffold.github import EVIDENCE, command

if TYPE_CHECKING:
    from pipeline.scaffold.model import Deployment, Repository, Target


@dataclass(frozen=True, kw_only=True)
class Line:
    """A command, and the names of the secrets that it reads from variables."""

    text: str
    secrets: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Commands:
    """What is called for one application; `by` is the variable with the name of who releases."""

    repository: Repository
    deployment: Deployment
    by: str

    def publish(self) -> Line:
        """Return the command that builds, proves and publishes, and leaves its reports whatever came of it."""
        secrets = {
            "--nuget-token": self.repository.secret,
            "--registry-token": self.deployment.registry,
            "--signing-key": self.deployment.signing,
        }
        return self._line(secrets, f"publish-evidence -o {EVIDENCE}")

    def plan(self, target: Target) -> Line:
        """Return the command that tells what a release of $IMAGE would change."""
        return self._of(target, f'release-plan --env={target.environment} "--image=$IMAGE"', "--as-json")

    def deploy(self, target: Target) -> Line:
        """Return the command that releases $IMAGE, as $HASH names it where that was approved."""
        approved = ' "--approve=$HASH"' if target.approval else ""
        return self._of(target, f'deploy --env={target.environment} "--image=$IMAGE"{approved}')

    def rollback(self, target: Target) -> Line:
        """Return the command that goes back to $RELEASE, also past migrations when $ACCEPT_LOSS is true."""
        words = f'rollback --env={target.environment} "--release=$RELEASE" "--accept-loss=$ACCEPT_LOSS"'
        return self._of(target, words, values=False)

    def _of(self, target: Target, words: str, more: str = "", *, values: bool = True) -> Line:
        secrets = {"--fly-token": target.token, "--registry-token": target.registry}
        own = {"--values": target.values if values else ""}
        by = f'"--by=${self.by}"'
        after = " ".join(filter(None, (words, *_flags(own), more)))
        line = self._line(secrets, by, after)
        return Line(text=line.text, secrets=tuple(dict.fromkeys((*line.secrets, *filter(None, own.values())))))

    def _line(self, secrets: dict[str, str], *words: str) -> Line:
        app = [f"--app={self.deployment.app}"] if self.deployment.app else []
        text = command(self.repository, *_flags(secrets), *app, *words)
        return Line(text=text, secrets=tuple(dict.fromkeys(filter(None, secrets.values()))))


def _flags(secrets: dict[str, str]) -> list[str]:
    return [f"{flag}=env://{name}" for flag, name in secrets.items() if name]


def published() -> list[str]:
    """Return the commands that print what was published and end red without an image, which $image then names."""
    return [
        f"jq . {EVIDENCE}/publish.json",
        f"if [ -f {EVIDENCE}/summary.txt ]; then cat {EVIDENCE}/summary.txt; fi",
        f'image="$(jq -er \'.image | select(. != "")\' {EVIDENCE}/publish.json)"',
    ]

"""Jobs and steps of a GitHub workflow as lines."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# What GitHub's own token may do, and why; a registry that is not GitHub's needs none of it.
CODE = {"contents": "read"}
READS_PACKAGES = {"packages": "read # the image, and the list of releases beside it"}
WRITES_PACKAGES = {"packages": "write # the image, and the list of releases beside it"}
READS_RULES = {"actions": "read # whether the environment has reviewers"}
# A secret of this name is the token that GitHub makes for the run.
GITHUB_TOKEN = "GITHUB_TOKEN"  # noqa: S105  # a name


@dataclass(frozen=True, kw_only=True)
class Job:
    """One job. `environment` is its name and perhaps its address; `group` keeps others of the same name waiting."""

    key: str
    minutes: int
    steps: Sequence[str]
    needs: Sequence[str] = ()
    condition: str = ""
    environment: tuple[str, str] = ("", "")
    group: str = ""
    permissions: Mapping[str, str] = field(default_factory=lambda: CODE)
    outputs: Mapping[str, str] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """Return it, below `jobs`."""
        name, url = self.environment
        waits = [f"      group: {self.group}", "      cancel-in-progress: false"]
        return [
            f"  {self.key}:",
            f"    name: {self.key.replace('-', ' ', 1)}",
            *([f"    needs: [{', '.join(self.needs)}]"] if self.needs else []),
            *([f"    if: {self.condition}"] if self.condition else []),
            "    runs-on: ubuntu-24.04",
            f"    timeout-minutes: {self.minutes}",
            *(["    environment:", f"      name: {name}"] if name else []),
            *([f"      url: {json.dumps(url)}"] if name and url else []),
            *(["    concurrency:", *waits] if self.group else []),
            "    permissions:",
            *(f"      {key}: {value}" for key, value in self.permissions.items()),
            *(["    outputs:"] if self.outputs else []),
            *(f"      {key}: {value}" for key, value in self.outputs.items()),
            "    steps:",
            *self.steps,
        ]


def step(
    name: str,
    commands: Sequence[str],
    *,
    values: Mapping[str, str] | None = None,
    secrets: Sequence[str] = (),
    key: str = "",
    condition: str = "",
) -> list[str]:
    """Return a step of a job.

    Args:
        name: what it is called.
        commands: what bash runs, until one of them fails.
        values: variables with an expression each; what comes from outside never stands in a command.
        secrets: more variables, of secrets of the same names.
        key: its id.
        condition: whether it runs at all.

    """
    env = {name: f"${{{{ {value} }}}}" for name, value in (values or {}).items()}
    env |= {name: f"${{{{ secrets.{name} }}}}" for name in secrets}
    return [
        f"      - name: {name}",
        *([f"        id: {key}"] if key else []),
        *([f"        if: {condition}"] if condition else []),
        "        run: |",
        *(f"          {command}" for command in commands),
        *(["        env:"] if env else []),
        *(f"          {variable}: {value}" for variable, value in env.items()),
    ]


def packages(secret: str, granted: Mapping[str, str]) -> dict[str, str]:
    """Return the permissions of a job that speaks to the registry with the secret of this name."""
    return {**CODE, **(granted if secret == GITHUB_TOKEN else {})}

"""The GitHub workflow: one step that runs everything, with the least permissions."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING

from pipeline.scaffold.model import ENGINE, File

if TYPE_CHECKING:
    from pipeline.scaffold.model import Repository

# The project's own workflow pins the same, where a bot keeps them; a test compares.
CHECKOUT = "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2"
DAGGER = "dagger/dagger-for-github@27b130bf0f79a7f6fbbbe0fbca6760dc9bb40a77 # v8.4.1"

# The branches that a pipeline is about, in the order in which they are written.
MAIN_BRANCHES = ("main", "master", "develop")

# A name that means nothing else to YAML, to a workflow's globs or to GitLab's expressions.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._/-]*")


def workflow(repository: Repository) -> File:
    """Return the workflow that runs `ci` on pushes, pull requests and by hand."""
    name = repository.name
    lines = [
        f"name: {name}",
        "on:",
        "  push:",
        f"    branches: [{', '.join(branches(repository))}]",
        "  pull_request:",
        "  workflow_dispatch:",
        "",
        "permissions: {}",
        "",
        "concurrency:",
        f"  group: {name}-${{{{ github.ref }}}}",
        "  cancel-in-progress: true",
        "",
        "jobs:",
        "  ci:",
        f"    name: {name} ci",
        "    runs-on: ubuntu-24.04",
        "    timeout-minutes: 60",
        "    permissions:",
        "      contents: read",
        "    steps:",
        f"      - uses: {CHECKOUT}",
        "        with:",
        "          persist-credentials: false",
        f"      - uses: {DAGGER}",
        "        with:",
        f"          version: {ENGINE}",
        "      - name: Build and test everything",
        f"        run: {json.dumps(call(repository))}",
        *_secret(repository),
    ]
    return File(path=f".github/workflows/{name}.yml", text="\n".join(lines) + "\n")


def branches(repository: Repository) -> tuple[str, ...]:
    """Return the branches whose pushes count: the default one, and those that are usually long-lived."""
    usual = [name for name in MAIN_BRANCHES if name in repository.branches]
    plain = [repository.default] if _PLAIN.fullmatch(repository.default) else []
    return tuple(dict.fromkeys(plain + usual)) or ("main",)


def call(repository: Repository) -> str:
    """Return the command that runs the pipeline; flags of the module stand before the function."""
    flags = [] if repository.source == "." else [shlex.quote(f"--source={repository.source}")]
    flags += [f"--nuget-token=env://{repository.secret}"] if repository.secret else []
    return " ".join(["dagger", "--progress=report", "-m", repository.module, "call", *flags, "ci"])


def _secret(repository: Repository) -> list[str]:
    name = repository.secret
    return ["        env:", f"          {name}: ${{{{ secrets.{name} }}}}"] if name else []

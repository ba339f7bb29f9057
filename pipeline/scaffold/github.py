"""The GitHub workflow: one step that runs everything, with the least permissions."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.scaffold.model import ENGINE, File
from pipeline.scaffold.names import PLAIN

if TYPE_CHECKING:
    from pipeline.scaffold.model import Repository

# The project's own workflow pins the same, where a bot keeps them; a test compares.
CHECKOUT = "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2"
DAGGER = "dagger/dagger-for-github@27b130bf0f79a7f6fbbbe0fbca6760dc9bb40a77 # v8.4.1"
UPLOAD = "actions/upload-artifact@330a01c490aca151604b8cf639adc76d48f6c5d4 # v5.0.0"

# The folder that a run leaves its reports in.
EVIDENCE = "evidence"

# The branches that a pipeline is about, in the order in which they are written.
MAIN_BRANCHES = ("main", "master", "develop")


def workflow(repository: Repository) -> File:
    """Return the workflow that runs everything on pushes, pull requests and by hand, and keeps every report."""
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
        # Each commit of a main branch keeps its run.
        "  cancel-in-progress: ${{ github.event_name == 'pull_request' }}",
        "",
        "jobs:",
        "  ci:",
        f"    name: {name} ci",
        "    runs-on: ubuntu-24.04",
        "    timeout-minutes: 60",
        "    permissions:",
        "      contents: read",
        "    steps:",
        *setup(history=True),
        "      - name: Build and test everything",
        f"        run: {json.dumps(call(repository, f'evidence -o {EVIDENCE}'))}",
        *_secret(repository),
        *keep(f"{name}-evidence"),
        "      - name: Say what was proven, red unless it is green",
        "        run: |",
        f'          cat {EVIDENCE}/summary.md >> "$GITHUB_STEP_SUMMARY"',
        *(f"          {command}" for command in verdict()),
    ]
    return File(path=path(repository), text="\n".join(lines) + "\n")


def path(repository: Repository) -> str:
    """Return where the workflow lies."""
    return f".github/workflows/{repository.name}.yml"


def branches(repository: Repository) -> tuple[str, ...]:
    """Return the branches whose pushes count: the default one, and those that are usually long-lived."""
    usual = [name for name in MAIN_BRANCHES if name in repository.branches]
    plain = [repository.default] if PLAIN.fullmatch(repository.default) else []
    return tuple(dict.fromkeys(plain + usual)) or ("main",)


def setup(*, history: bool) -> list[str]:
    """Return the steps that fetch the code and install the engine's client."""
    return [
        f"      - uses: {CHECKOUT}",
        "        with:",
        *(["          fetch-depth: 0 # secrets are looked for in every commit"] if history else []),
        "          persist-credentials: false",
        f"      - uses: {DAGGER}",
        "        with:",
        f"          version: {ENGINE}",
    ]


def keep(name: str) -> list[str]:
    """Return the step that keeps every report."""
    return [
        "      - name: Keep the evidence",
        "        if: always()",
        f"        uses: {UPLOAD}",
        "        with:",
        f"          name: {name}",
        f"          path: {EVIDENCE}",
        "          if-no-files-found: ignore",
    ]


def verdict() -> list[str]:
    """Return the commands that print what was proven and end like `ci` does: `evidence` is no error for red code."""
    return [f"cat {EVIDENCE}/summary.txt", f"jq -e '.verdict == 0' {EVIDENCE}/report.json"]


def call(repository: Repository, function: str) -> str:
    """Return the command that runs the pipeline; flags of the module stand before the function."""
    nuget = [f"--nuget-token=env://{repository.secret}"] if repository.secret else []
    return command(repository, *nuget, function)


def command(repository: Repository, *words: str) -> str:
    """Return the command that calls the module; the words are as a shell wants them."""
    source = [] if repository.source == "." else [_source(repository.source)]
    return " ".join(["dagger", "--progress=report", "-m", repository.module, "call", *source, *words])


def _source(folder: str) -> str:
    """Return the flag that names the folder.

    Raises:
        PipelineError: P124 for a name that CI systems would put something else in the place of, before a shell sees it.

    """
    if "${{" in folder or "$[[" in folder or not folder.isprintable():
        raise PipelineError(errors.FOLDER_NAME, ascii(folder))
    return shlex.quote(f"--source={folder}")


def _secret(repository: Repository) -> list[str]:
    name = repository.secret
    return ["        env:", f"          {name}: ${{{{ secrets.{name} }}}}"] if name else []

"""What discovery may read: the paths of the source tree and the texts of a few files, read once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Every file that a rule of discovery looks at; the edges read exactly these. Dockerignore-style globs.
WANTED = (
    "**/*.sln",
    "**/*.slnx",
    "**/*.csproj",
    "**/*.fsproj",
    "**/Directory.Build.props",
    "**/Directory.Build.targets",
    "**/Directory.Packages.props",
    "**/global.json",
    "**/nuget.config",
    "**/NuGet.config",
    "**/NuGet.Config",
    "**/package.json",
    "**/.nvmrc",
    "**/.node-version",
    "**/dotnet-tools.json",
    "**/vite.config.*",
    "**/vitest.config.*",
    "**/packages.lock.json",
    "**/package-lock.json",
    "**/npm-shrinkwrap.json",
    "**/yarn.lock",
    "**/pnpm-lock.yaml",
    "**/bun.lock",
    "**/bun.lockb",
    "pipeline.yaml",
    "pipeline.*.yaml",
)

# Their presence counts, their content does not.
NAMES_ONLY = frozenset(
    {
        "packages.lock.json",
        "package-lock.json",
        "npm-shrinkwrap.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "bun.lock",
        "bun.lockb",
    }
)

# Never source: build outputs and dependencies that a checkout may hold without ignoring them.
IGNORED = ("**/node_modules", "**/bin", "**/obj", "**/.git", "**/TestResults")

MAX_BYTES = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The raw material. `paths` are all files named by WANTED; `texts` the contents of those not NAMES_ONLY.

    `unreadable` maps a path to why its text is missing (too large, not UTF-8, no permission).
    """

    paths: frozenset[str]
    texts: Mapping[str, str]
    unreadable: Mapping[str, str] = field(default_factory=dict)

"""What discovery may read: the paths of the source tree and the texts of a few files, read once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.app.names import DOCKERFILES
from pipeline.settings.files import ALL as FILES

if TYPE_CHECKING:
    from collections.abc import Mapping

# Every file that a rule of discovery looks at; the edges read exactly these. Dockerignore-style globs.
WANTED = (
    "**/*.sln",
    "**/*.slnx",
    "**/*.slnf",
    "**/*.csproj",
    "**/*.fsproj",
    "**/*.esproj",
    "**/*.props",
    "**/*.targets",
    "**/*.runsettings",
    "**/global.json",
    "**/nuget.config",
    "**/NuGet.config",
    "**/NuGet.Config",
    "**/package.json",
    "**/.nvmrc",
    "**/.node-version",
    "**/.tool-versions",
    "**/angular.json",
    "**/next.config.*",
    "**/nuxt.config.*",
    "**/webpack.config.*",
    "**/svelte.config.*",
    "**/astro.config.*",
    "**/vue.config.*",
    "**/react-router.config.*",
    "**/dotnet-tools.json",
    "**/vite.config.*",
    "**/vitest.config.*",
    "**/packages.lock.json",
    "**/package-lock.json",
    "**/npm-shrinkwrap.json",
    "**/yarn.lock",
    "**/pnpm-lock.yaml",
    "**/pnpm-workspace.yaml",
    "**/.yarnrc.yml",
    "**/bun.lock",
    "**/bun.lockb",
    *FILES,
    # What surrounds the application: images, compose, deployment, workflows, configuration.
    *DOCKERFILES,
    "**/.dockerignore",
    "**/*.dockerignore",
    "**/docker-compose*.yml",
    "**/docker-compose*.yaml",
    "**/compose*.yml",
    "**/compose*.yaml",
    "**/fly.toml",
    "**/fly.*.toml",
    "**/fly.toml.example",
    "**/*.tf",
    ".github/workflows/*.yml",
    ".github/workflows/*.yaml",
    ".gitlab-ci.yml",
    "**/azure-pipelines*.yml",
    "**/appsettings*.json",
    "**/.env*",
    "**/.npmrc",
    "**/.gitignore",
    "**/.gitmodules",
    "**/index.html",
    "**/*.sh",
    "**/*.ps1",
    # Sources that say how the application starts and what its tests are.
    "**/*.cs",
    "**/*.fs",
    "**/*.test.ts",
    "**/*.test.tsx",
    "**/*.test.js",
    "**/*.test.jsx",
    "**/*.spec.ts",
    "**/*.spec.tsx",
)

# Named by WANTED, but large and of no use beyond their names: not even fetched.
UNREAD = ("**/*.Designer.cs",)

# Their presence counts, their content does not.
NAMES_ONLY = frozenset({"packages.lock.json", "bun.lockb"})

# Megabytes, of which the first lines say everything that is wanted.
HEADS = ("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "ModelSnapshot.cs")

# Code of other years and editors: a byte that is no UTF-8 stands in a comment or a text, and no rule reads it.
SOURCES = (".cs", ".fs")

# Never source: build outputs and dependencies that a checkout may hold without ignoring them.
IGNORED = ("**/node_modules", "**/bin", "**/obj", "**/.git", "**/TestResults")

MAX_BYTES = 1_000_000
# What a person writes around an application: images, workflows, scripts, tests. The largest one seen has 75 kB.
MAX_AROUND = 200_000
MAX_HEAD = 4_000
# Together; a tree may hold any number of files just below the limit of one.
MAX_TOTAL_BYTES = 64_000_000
MAX_TOTAL_AROUND = 16_000_000
MAX_FILES = 300_000


@dataclass(frozen=True, kw_only=True)
class LockFile:
    """How many packages a lock file names; None where its form is not counted here.

    `gap` says what scanners leave out of a file of its form.
    """

    packages: int | None = None
    gap: str = ""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The raw material: `paths` are all files named by WANTED, `texts` what they say, of HEADS the first lines.

    `unreadable` maps a path to why its text is missing (too large, not UTF-8, no permission). `files` are all files of
    the tree by name, wanted or not: what another file names can be looked for there. `locks` counts lock files.
    `absent` is what a sparse checkout leaves out, `empty` are submodules that are not checked out, `ignored` what git
    tracks in folders of IGNORED: all of them where there is a git to say so.
    """

    paths: frozenset[str]
    texts: Mapping[str, str]
    unreadable: Mapping[str, str] = field(default_factory=dict)
    files: frozenset[str] = frozenset()
    locks: Mapping[str, LockFile] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    empty: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()


def _pattern(globs: tuple[str, ...]) -> re.Pattern[str]:
    # The engine reads the same globs: `**/` is any number of folders, `*` stays within one name.
    parts = {"**/": "(?:.*/)?", "*": "[^/]*"}
    split = (re.split(r"(\*\*/|\*)", glob) for glob in globs)
    # A name may hold a line break.
    return re.compile(
        "|".join("".join(parts.get(part, re.escape(part)) for part in pieces) for pieces in split), re.DOTALL
    )


_WANTED, _UNREAD = _pattern(WANTED), _pattern(UNREAD)


def is_wanted(path: str) -> bool:
    """Whether the globs of WANTED name a path, and those of UNREAD do not."""
    return bool(_WANTED.fullmatch(path)) and not _UNREAD.fullmatch(path)


_LARGER = (".sln", ".slnx", ".slnf", ".csproj", ".fsproj", ".esproj", ".props", ".targets", ".json", *SOURCES)


def most_bytes(path: str) -> int:
    """Return how large a file of this name may be."""
    return MAX_BYTES if path.endswith(_LARGER) else MAX_AROUND

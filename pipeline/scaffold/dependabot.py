"""dependabot.yml: an entry for each kind of dependency that the repository has."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from pipeline.app.names import is_dockerfile
from pipeline.scaffold.model import File

if TYPE_CHECKING:
    from pipeline.scaffold.model import Repository

PATH = ".github/dependabot.yml"

# A version that was taken over by somebody is usually found out within a week.
COOLDOWN_DAYS = 7

_RENOVATE = re.compile(r"(?:\.github/|\.gitlab/)?(?:renovate\.json5?|\.renovaterc(?:\.json5?)?)")


def config(repository: Repository) -> File:
    """Return the configuration; GitHub's own actions are always there, the workflow brings them."""
    entries = [_entry(ecosystem, folder) for ecosystem, folder in ecosystems(repository)]
    return File(path=PATH, text="\n".join(["version: 2", "updates:", *entries]) + "\n", shared=True)


def renovate(repository: Repository) -> str | None:
    """Return the configuration of Renovate, which does the same, if there is one."""
    return next((path for path in sorted(repository.files) if _RENOVATE.fullmatch(path)), None)


def ecosystems(repository: Repository) -> list[tuple[str, str]]:
    """Return the kinds of dependencies with their folders, as found."""
    found = [("github-actions", ".")]
    for app in repository.apps:
        if app.dotnet:
            found.append(("nuget", app.dotnet.build_target.rpartition("/")[0] or "."))
        if app.spa:
            # A workspace has its lock file above.
            place = app.spa.lock_file.rpartition("/")[0] or "." if app.spa.lock_file else app.spa.folder
            found.append(("bun" if app.spa.package_manager == "bun" else "npm", place))
    folders = {path.rpartition("/")[0] or "." for path in repository.files if is_dockerfile(path)}
    return [*dict.fromkeys(found), *(("docker", folder) for folder in sorted(folders))]


def _entry(ecosystem: str, folder: str) -> str:
    place = "/" if folder == "." else f"/{folder}"
    return "\n".join(
        [
            f"  - package-ecosystem: {ecosystem}",
            f"    directory: {json.dumps(place, ensure_ascii=False)}",
            "    schedule:",
            "      interval: weekly",
            "    cooldown:",
            f"      default-days: {COOLDOWN_DAYS}",
            "    groups:",
            "      minor-and-patch:",
            "        update-types: [minor, patch]",
        ]
    )

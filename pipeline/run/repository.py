"""The repository around an application: its root, its branches, what it holds already; and writing into it."""

from __future__ import annotations

import json
import os
import re
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.read import git
from pipeline.run.place import module_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# An address that `dagger -m` takes, with its version; nothing in it means anything to a shell or to YAML.
_MODULE = re.compile(r"[A-Za-z0-9.-]+(?:/[A-Za-z0-9_.-]+){2,}@[A-Za-z0-9_./-]+")
_LOADED = re.compile(r"\bdagger --progress=report -m (\S+) call ")
_REMOTE = re.compile(r"(?:https://|ssh://git@|git@)(?P<host>[A-Za-z0-9.-]+)[:/](?P<path>[A-Za-z0-9_./-]+?)(?:\.git)?/?")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the repository begins, which folder of it is meant, its branches, and the one that its host shows first.

    `remote` is its address as host, owner and name; empty where nobody knows.
    """

    root: Path
    source: str
    branches: tuple[str, ...]
    default: str = ""
    remote: str = ""


def locate(folder: Path) -> Place:
    """Return the repository that holds the folder; without git, the folder itself."""
    inside = folder.resolve()
    top = git.text(inside, "rev-parse", "--show-toplevel")
    root = Path(top).resolve() if top else inside
    if not inside.is_relative_to(root):  # a repository may name any folder as its own
        root = inside
    names = git.text(
        inside, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads", "refs/remotes/origin"
    ).split()
    # A new repository has no commit, so no branch but the one that HEAD names.
    names.append(git.text(inside, "symbolic-ref", "--short", "HEAD"))
    branches = dict.fromkeys(name.removeprefix("origin/") for name in names if name)
    default = git.text(inside, "symbolic-ref", "--short", "refs/remotes/origin/HEAD").removeprefix("origin/")
    found = _REMOTE.fullmatch(git.text(inside, "remote", "get-url", "origin"))
    return Place(
        root=root,
        source=inside.relative_to(root).as_posix(),
        branches=tuple(branches),
        default=default,
        remote=f"{found['host']}/{found['path']}" if found else "",
    )


def module_reference(given: str, there: Iterable[str] = ()) -> str:
    """Return what `dagger -m` has to load to get this very pipeline.

    Args:
        given: what the caller says.
        there: texts that an earlier call may have written; what they load is taken where nothing else is known.

    Raises:
        PipelineError: P115 when nobody says it.

    """
    if given and not _MODULE.fullmatch(given):
        raise PipelineError(errors.MODULE_UNKNOWN, f"--module {given} is no address with a version")
    reference = given or _installed_from() or _checked_out_from() or _loaded_by(there)
    if not _MODULE.fullmatch(reference):
        raise PipelineError(
            errors.MODULE_UNKNOWN, "neither an installation nor a checkout from a git host, no --module"
        )
    return reference


def _loaded_by(texts_: Iterable[str]) -> str:
    return next((found[1] for text in texts_ if (found := _LOADED.search(text))), "")


def texts(root: Path, paths: Iterable[str]) -> dict[str, str]:
    """Return the texts of those files that exist."""
    found = {}
    for path in paths:
        file = _inside(root, path)
        try:
            if stat.S_ISREG(file.stat().st_mode):
                found[path] = file.read_text(encoding="utf-8", errors="replace")
                continue
        except FileNotFoundError:
            continue
        except OSError as error:
            raise PipelineError(errors.UNREADABLE, f"{path}: {error.strerror}") from None
        raise PipelineError(errors.UNREADABLE, f"{path}: not a regular file")
    return found


def write(root: Path, files: Sequence[tuple[str, str]]) -> None:
    """Write each file whole or not at all."""
    for path, text in files:
        file = _inside(root, path)
        if (root / path).is_symlink():
            raise PipelineError(errors.UNREADABLE, f"{path}: a link, and what it leads to is another file")
        # A name that nobody can know and that is not there yet: no link of the repository lies in wait for it.
        new = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with new.open("x", encoding="utf-8", newline="\n") as out:
                out.write(text)
            os.replace(new, file)  # noqa: PTH105  # says what it does: the old file is there until the new one is
        except OSError as error:
            raise PipelineError(errors.UNREADABLE, f"{path}: {error.strerror}") from None
        finally:
            with suppress(OSError):
                new.unlink(missing_ok=True)


def _inside(root: Path, path: str) -> Path:
    """Return the real place of a path; a link must not lead out of the repository, nor into git's own folder."""
    try:
        below = (root / path).resolve().relative_to(root.resolve())
    except (ValueError, RuntimeError):  # RuntimeError: Python 3.11 and 3.12 on a link to itself
        raise PipelineError(errors.UNREADABLE, f"{path}: a link leads out of the repository") from None
    if ".git" in (part.casefold() for part in below.parts):
        raise PipelineError(errors.UNREADABLE, f"{path}: a link leads into git's own folder")
    return root.resolve() / below


def _installed_from() -> str:
    """Return the address of an installation from git (PEP 610), or an empty text."""
    try:
        raw = distribution("pipeline").read_text("direct_url.json") or "{}"
    except PackageNotFoundError:
        return ""
    origin = json.loads(raw)
    commit = origin.get("vcs_info", {}).get("commit_id", "")
    return _address(origin.get("url", ""), commit)


def _checked_out_from() -> str:
    root = module_root()
    if not root:
        return ""
    version = git.text(root, "describe", "--tags", "--exact-match") or git.text(root, "rev-parse", "HEAD")
    return _address(git.text(root, "remote", "get-url", "origin"), version)


def _address(url: str, version: str) -> str:
    found = _REMOTE.fullmatch(url.removeprefix("git+"))
    return f"{found['host']}/{found['path']}@{version}" if found and version else ""

"""File names of tools, made relative to the source tree."""

from __future__ import annotations

import posixpath
import re

_DRIVE = re.compile(r"^[A-Za-z]:/")
_URL = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]{1,20}://")
# The compiler writes this root into symbols of deterministic builds.
_DETERMINISTIC = "/_/"


def relative(name: str, root: str, prefix: str = "") -> str | None:
    """Return `name` relative to the source root in posix form, or None when it lies elsewhere.

    Args:
        name: as the tool wrote it: absolute, or relative to the tool's work folder.
        root: the absolute folder of the source tree; without symbolic links, as tools resolve them.
        prefix: the tool's work folder relative to `root`.

    """
    path = name.strip().replace("\\", "/")
    if not path or "\0" in path or _URL.match(path):
        return None
    if path.startswith(_DETERMINISTIC):
        return _inside(path.removeprefix(_DETERMINISTIC))
    if not path.startswith("/") and not _DRIVE.match(path):
        return _inside(posixpath.join(prefix.replace("\\", "/").lstrip("/"), path))
    base = _normal(root.replace("\\", "/")).rstrip("/") + "/"
    path = _normal(path)
    return _inside(path.removeprefix(base)) if path.startswith(base) else None


def shorten(text: str, root: str) -> str:
    """Return `text` with every path below the source root relative to it: what a reader can open after the run."""
    base = _normal(root.replace("\\", "/")).rstrip("/")
    if not base:
        return text
    # Not in the middle of another path: `/app/src/x` lies elsewhere when the root is `/src`.
    start = rf"(?:file://|(?<![\w.~/-])){re.escape(base)}"
    return re.sub(rf"{start}(?![\w./-])", ".", re.sub(f"{start}/(?=[^\\s])", "", text))


def _normal(path: str) -> str:
    normal = posixpath.normpath(path)
    # POSIX keeps exactly two leading slashes; no tool means anything by them.
    return normal[1:] if normal.startswith("//") else normal


def _inside(path: str) -> str | None:
    normal = posixpath.normpath(path)
    return None if normal in {".", ".."} or normal.startswith(("../", "/")) else normal

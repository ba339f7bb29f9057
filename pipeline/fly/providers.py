"""Reads the values of secrets from where the settings say that they are: variables, and files of the folder."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.read import git
from pipeline.release.values import MAX_BYTES, Found, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

# One that is longer is told, not cut; what a line's end takes comes on top.
_MOST = MAX_BYTES + 3


class _Lacking(Exception):  # noqa: N818  # no error yet: the caller may do without
    """Why a value is not at hand."""


def read(declared: Mapping[str, str], folder: Path, env: Mapping[str, str]) -> Found:
    """Return every value that is at hand, and why the others are not.

    A variable's value counts as it is. A file's does without the one line end that editors put last; the file lies in
    the folder, is no link out of it, and git does not track it.

    Args:
        declared: where each value comes from: `env:NAME`, `file:PATH`, or nothing.
        folder: what the paths of files count from.
        env: the variables of the caller.

    """
    values, lacking = {}, {}
    for name, provider in declared.items():
        kind, _, place = provider.partition(":")
        try:
            if kind:
                values[name] = _of_file(folder, place) if kind == "file" else _of_variable(env, place)
        except _Lacking as why:
            lacking[name] = f"{provider}: {why}"
    return Found(values=values, lacking=lacking)


def _of_variable(env: Mapping[str, str], name: str) -> Value:
    if name not in env:
        problem = "the variable is not set"
        raise _Lacking(problem)
    if not env[name]:
        problem = "the variable is empty"
        raise _Lacking(problem)
    return Value(env[name])


def _of_file(folder: Path, place: str) -> Value:
    try:
        real = Path(os.path.realpath(folder / place, strict=True))
        if not real.is_relative_to(folder.resolve()):
            problem = "the link leads out of the folder"
            raise _Lacking(problem)
        raw = _read(real)
    except OSError as error:
        raise _Lacking(error.strerror or "cannot be read") from None
    if git.text(real.parent, "ls-files", "--", f":(literal){real.name}"):
        problem = "git tracks the file, so its content is no secret any more"
        raise _Lacking(problem)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        problem = "its content is not UTF-8"
        raise _Lacking(problem) from None
    return Value(text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text)


def _read(real: Path) -> bytes:
    # A pipe would be waited for, a link that was put there just now be followed.
    handle = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            problem = "it is no regular file"
            raise _Lacking(problem)
        return os.read(handle, _MOST)
    finally:
        os.close(handle)

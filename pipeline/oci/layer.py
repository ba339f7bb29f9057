"""One layer of an image: the same files give the same bytes, wherever and whenever it is packed."""

from __future__ import annotations

import gzip
import hashlib
import os
import stat
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn, cast

from pipeline.oci.layout import LAYER, Descriptor

if TYPE_CHECKING:
    from collections.abc import Iterator

# 2000-01-01: the date of folders, and the first one of files.
EPOCH = 946_684_800
_TWENTY_YEARS = 20 * 365 * 24 * 3600
# A file of such a name is none in a layer: it deletes what lies below it (OCI's image specification, layer.md).
_WHITEOUT = ".wh."


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A packed layer; `diff_id` names what it holds when it is not compressed, `files` how many files that are."""

    blob: Descriptor
    diff_id: str
    files: int


class _Hashed:
    """A file that is written through a hash."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target, self._hash, self.size = target, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        self._hash.update(data)
        self.size += len(data)
        return self._target.write(data)

    def flush(self) -> None:
        self._target.flush()

    @property
    def digest(self) -> str:
        return f"sha256:{self._hash.hexdigest()}"


def pack(folder: Path, to: str, target: Path) -> Layer:
    """Write the files of a folder as a layer that puts them at `to`, owned by root and changed by nobody else.

    Args:
        folder: what is packed; its owners, dates and finer rights are not.
        to: an absolute path in the image.
        target: the file to write.

    Raises:
        ValueError: something in the folder cannot be in a layer.

    """
    count = 0
    with target.open("wb") as file:
        outer = _Hashed(file)
        with gzip.GzipFile(
            filename="", mode="wb", fileobj=cast("IO[bytes]", outer), mtime=0, compresslevel=6
        ) as packed:
            inner = _Hashed(cast("IO[bytes]", packed))
            with tarfile.open(fileobj=cast("IO[bytes]", inner), mode="w|", format=tarfile.PAX_FORMAT) as tar:
                for path, name in _entries(folder, to.strip("/")):
                    count += _add(tar, path, name)
    return Layer(
        blob=Descriptor(media_type=LAYER, digest=outer.digest, size=outer.size), diff_id=inner.digest, files=count
    )


def _entries(folder: Path, to: str) -> Iterator[tuple[Path, str]]:
    """Yield each folder and file with its name in the image, in an order that only names decide."""
    parents = Path(to).parts
    for depth in range(1, len(parents) + 1):
        yield folder, "/".join(parents[:depth])
    for place, folders, files in os.walk(folder, onerror=_raise):
        folders.sort()
        here = Path(place)
        linked = [name for name in folders if (here / name).is_symlink()]
        below = here.relative_to(folder)
        for name in sorted([*files, *folders]):
            yield here / name, (Path(to) / below / name).as_posix()
        for name in linked:
            folders.remove(name)


def _raise(error: OSError) -> NoReturn:
    problem = f"{error.filename} cannot be read: {error.strerror}"
    raise ValueError(problem) from None


def _add(tar: tarfile.TarFile, path: Path, name: str) -> int:
    """Add one entry; return how many files that were."""
    entry, status = tarfile.TarInfo(name), path.lstat()
    if path.name.startswith(_WHITEOUT):
        problem = f"{name} would delete files of the layers below it: that is what such a name means in an image"
        raise ValueError(problem)
    entry.mtime = EPOCH
    if stat.S_ISLNK(status.st_mode):
        entry.type, entry.linkname, entry.mode = tarfile.SYMTYPE, str(path.readlink()), 0o777
        tar.addfile(entry)
    elif stat.S_ISDIR(status.st_mode):
        entry.type, entry.mode = tarfile.DIRTYPE, 0o755
        tar.addfile(entry)
    elif stat.S_ISREG(status.st_mode):
        entry.size = status.st_size
        entry.mode = 0o755 if status.st_mode & stat.S_IXUSR else 0o644
        entry.mtime = date_of(path)
        with path.open("rb") as content:
            tar.addfile(entry, content)
        return 1
    else:
        problem = f"{name} is neither a file nor a folder nor a link"
        raise ValueError(problem)
    return 0


def date_of(path: Path) -> int:
    """Return a date that changes with the content, and only with it.

    ASP.NET Core makes the ETag of a static file of its date and its length. With one date for all, a new page of the
    old length would look unchanged to every browser that has the old one.
    """
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    return EPOCH + int.from_bytes(digest[:8], "big") % _TWENTY_YEARS

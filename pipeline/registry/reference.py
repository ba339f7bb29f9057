"""Names of images: `host/name:tag@digest`, as the registries' own tools read them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.settings import forms
from pipeline.settings.redact import without_login

DOCKER = "docker.io"
# The name of Docker's registry is not where it answers.
_ANSWERS = {DOCKER: "registry-1.docker.io"}
_LAST_PORT = 65535
_LOOPBACK = re.compile(r"(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?")


@dataclass(frozen=True, kw_only=True)
class Reference:
    """One image: where its registry is, its repository there, and a tag, a digest or both."""

    host: str
    name: str
    tag: str = ""
    digest: str = ""

    @property
    def repository(self) -> str:
        """The image without tag and digest."""
        return f"{self.host}/{self.name}"

    @property
    def address(self) -> str:
        """The host that answers for it."""
        return _ANSWERS.get(self.host, self.host)

    @property
    def is_near(self) -> bool:
        """Whether it is on this machine: such a registry speaks plain HTTP."""
        return _LOOPBACK.fullmatch(self.host) is not None

    def at(self, digest: str) -> str:
        """Return the image that a digest names there."""
        return f"{self.repository}@{digest}"


def source_and_target(image: str, to: str) -> tuple[Reference, Reference]:
    """Return what `promote` copies, and where to.

    Raises:
        PipelineError: P105, one is no reference, or the target has a digest: that is the image's own.

    """
    source, target = parse(image, "IMAGE"), parse(to, "TO")
    if target.digest:
        problem = f"TO: expected a repository, and the tag that the image gets there, got {to[:200]!r}"
        raise PipelineError(errors.SETTINGS_INVALID, problem)
    return source, target


def tags_of(given: list[str]) -> list[str]:
    """Return tags as they were given, each once.

    Raises:
        PipelineError: P105, one is no tag.

    """
    if bad := [tag for tag in given if not forms.TAG.fits(tag)]:
        expected = 'letters, digits, ".", "_" and "-", 128 at most, such as 1.4.0'
        raise PipelineError(errors.SETTINGS_INVALID, f"--tag: expected {expected}, got {bad[0][:80]!r}")
    return list(dict.fromkeys(given))


def parse(text: str, argument: str = "image") -> Reference:
    """Return what a text names; `argument` is where the text stood.

    Raises:
        PipelineError: P105, it is no reference.

    """
    if not forms.IMAGE.fits(text):
        expected = f"{forms.IMAGE.expected} such as r.example.com/shop:1.4.0, or with @sha256: and 64 digits"
        shown = without_login(text)[:200]
        raise PipelineError(errors.SETTINGS_INVALID, f"{argument}: expected {expected}, got {shown!r}")
    rest, _, digest = text.partition("@")
    first, slash, below = rest.partition("/")
    has_host = bool(slash) and (first == "localhost" or "." in first or ":" in first)
    host, path = (first, below) if has_host else (DOCKER, rest)
    port = host.partition(":")[2]
    if port and (len(port) > len(str(_LAST_PORT)) or not 0 < int(port) <= _LAST_PORT):
        raise PipelineError(errors.SETTINGS_INVALID, f"expected {forms.IMAGE.expected}, got the port {port[:20]}")
    name, _, tag = path.partition(":")
    if host == DOCKER and "/" not in name:
        name = f"library/{name}"
    return Reference(host=host, name=name, tag=tag, digest=digest)

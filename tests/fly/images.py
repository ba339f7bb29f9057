"""Which image a reference means: asked of a real registry, or told by the test."""

from __future__ import annotations

import hashlib
import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field

FLY = "registry.fly.io"
ACCEPT = ", ".join(
    f"application/vnd.{kind}"
    for kind in (
        "oci.image.manifest.v1+json",
        "oci.image.index.v1+json",
        "docker.distribution.manifest.v2+json",
        "docker.distribution.manifest.list.v2+json",
    )
)


@dataclass(frozen=True, kw_only=True)
class Image:
    """A reference in its parts, with the digest that it means now."""

    registry: str
    repository: str
    tag: str
    digest: str

    def view(self) -> dict[str, object]:
        """Return it as the Machines API tells it."""
        own = {"registry": self.registry, "repository": self.repository, "digest": self.digest, "labels": None}
        return own | ({"tag": self.tag} if self.tag else {})


def parts(ref: str) -> tuple[str, str, str, str]:
    """Return registry, repository, tag and digest of a reference."""
    name, _, digest = ref.partition("@")
    host, slash, rest = name.partition("/")
    if not slash or not ("." in host or ":" in host or host == "localhost"):
        host, rest = "docker-hub-mirror.fly.io", name
    repository, _, tag = rest.partition(":")
    return host, repository, tag or ("" if digest else "latest"), digest


@dataclass
class Images:
    """What the registries hold. `registry` (host:port) is where `registry.fly.io` really is.

    `told` are references that a test declares without a registry. `platform` names the single image of an index
    in `image_ref`, as Fly was seen to do. `hidden` counts the questions that still find nothing: an image that was
    just pushed.
    """

    registry: str = ""
    told: dict[str, str] = field(default_factory=dict)
    platform: bool = False
    hidden: int = 0

    def find(self, ref: str) -> Image | None:
        """Return the image that a reference means now, or nothing."""
        if self.hidden > 0:
            self.hidden -= 1
            return None
        host, repository, tag, digest = parts(ref)
        found = self._told(host, repository, tag, digest) or self._asked(host, repository, digest or tag)
        return Image(registry=host, repository=repository, tag=tag, digest=found) if found else None

    def _told(self, host: str, repository: str, tag: str, digest: str) -> str:
        name = f"{host}/{repository}"
        if digest:
            own = [ref for ref, one in self.told.items() if one == digest and ref.startswith((f"{name}:", f"{name}@"))]
            return digest if own else ""
        return self.told.get(f"{name}:{tag}", "")

    def _asked(self, host: str, repository: str, reference: str) -> str:
        host = self.registry if host == FLY else host
        if not host or host == "docker-hub-mirror.fly.io":
            return ""
        url = f"http://{host}/v2/{repository}/manifests/{reference}"
        try:
            # Registries on this machine speak plain HTTP.
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                urllib.request.Request(url, headers={"Accept": ACCEPT}),
                timeout=5,
            ) as answer:
                body = answer.read()
        except OSError:
            return ""
        return self._single(body) or f"sha256:{hashlib.sha256(body).hexdigest()}"

    def _single(self, body: bytes) -> str:
        listed = json.loads(body).get("manifests", []) if self.platform else []
        return next((one["digest"] for one in listed if one.get("platform", {}).get("architecture") == "amd64"), "")

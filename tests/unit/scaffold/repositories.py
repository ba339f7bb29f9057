from __future__ import annotations

from typing import Any

from pipeline.scaffold.model import Repository
from tests import samples

MODULE = "github.com/acme/pipeline@v1.2.3"
IMAGES = (("docker-cli", "registry.test/docker:28-cli"), ("docker-dind", "registry.test/docker:28-dind"))


def repository(**more: Any) -> Repository:
    fields: dict[str, Any] = {
        "app": samples.app(),
        "files": frozenset({"Shop.slnx", "src/Shop.Web/Dockerfile"}),
        "module": MODULE,
        "branches": ("main", "develop", "feature/x"),
        "images": IMAGES,
    }
    fields |= more
    return Repository(apps=(fields.pop("app"),), **fields)

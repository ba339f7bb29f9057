"""Parsers by the kind of output they read; a step names a kind."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.parse.model import Parsed


class Parser(Protocol):
    """Reads one text; never raises for what the text holds."""

    def __call__(self, text: str, root: str, prefix: str = "") -> Parsed:
        """Return all that `text` says.

        Args:
            text: the file's or the log's content.
            root: the absolute folder of the source tree in the place where the tool ran.
            prefix: the tool's work folder relative to `root`, for relative file names.

        """


# Names, not functions: the XML readers cost import time that `plan` need not pay.
_MODULES = {
    "trx": "trx",
    "sequence": "sequence",
    "junit": "junit",
    "cobertura": "cobertura",
    "msbuild": "msbuild",
    "dotnet-format": "dotnet_format",
    "lint-log": "lint_log",
    "tsc": "tsc",
    "npm-log": "npm_log",
    "pnpm-log": "pnpm_log",
    "yarn-log": "yarn_log",
    "mtp-log": "mtp_log",
    "npm-audit": "npm_audit",
    "npm-audit-shrinkwrap": "npm_audit.parse_shrinkwrap",
    "npm-audit-pnpm": "npm_audit.parse_pnpm",
    "npm-audit-yarn": "npm_audit.parse_yarn",
    "npm-canary": "npm_audit.parse_canary",
    "nuget-audit": "nuget_audit",
    "trivy-packages": "trivy.parse_packages",
    "trivy-match": "trivy.parse_match",
    "trivy-image-packages": "trivy.parse_image_packages",
    "trivy-image-match": "trivy.parse_image_match",
    "trivy-database": "trivy_data",
    "trivy-canary": "trivy_data.parse_canary",
    "trivy-os-canary": "trivy_data.parse_os_canary",
    "findings": "trivy_findings",
    "findings-history": "trivy_findings.parse_history",
    "findings-image": "trivy_findings.parse_image",
    "findings-canary": "trivy_findings.parse_canary",
    "ef-log": "ef_log",
    "ef-script": "migration_script",
    "image-packed": "image_packed",
    "image-proof": "image_proof",
    "git-history": "trivy_findings.parse_blobs",
}


def _lazy(module: str) -> Parser:
    def parser(text: str, root: str, prefix: str = "") -> Parsed:
        name, _, function = module.partition(".")
        found = cast("Parser", getattr(import_module(f"pipeline.parse.{name}"), function or "parse"))
        return found(text, root, prefix)

    return parser


PARSERS: Mapping[str, Parser] = MappingProxyType({kind: _lazy(module) for kind, module in _MODULES.items()})


def parse(kind: str, text: str, root: str, prefix: str = "") -> Parsed:
    """Return what the parser of `kind` reads out of `text`.

    Raises:
        ValueError: no such kind; that is a mistake of ours, not of the user.

    """
    if kind not in PARSERS:
        msg = f"no parser reads {kind!r}; there are {', '.join(PARSERS)}"
        raise ValueError(msg)
    return PARSERS[kind](text, root, prefix)

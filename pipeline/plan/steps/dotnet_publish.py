"""`dotnet publish` of the web project: portable, so that one output serves every platform and libc."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.plan.model import Off, Output, Step
from pipeline.plan.steps import dotnet as shared

if TYPE_CHECKING:
    from pipeline.app.model import App, Dotnet


def make(app: App, dotnet: Dotnet) -> Step | Off:
    """Return the publish step, or why there is nothing to publish."""
    if not dotnet.web:
        return Off(id="api.publish", reason="no web project found")
    literals, apart = shared.without_node(app, dotnet)
    command = (
        "dotnet", "publish", dotnet.web.path, "--configuration", "Release", "--no-build", "--nologo",
        "--output", "${out}/publish", "-p:UseAppHost=false", *apart,
    )  # fmt: skip
    return Step(
        id="api.publish",
        tool="dotnet",
        proves=f"{dotnet.web.name} can be published",
        start="api.build",
        commands=(command,),
        literals=literals,
        env=shared.ENV,
        outputs=(Output(path="publish", kind="directory"),),
        timeout=600,
        log="msbuild",
        leaves_open=_kept(dotnet),
        reason=f"{dotnet.web.path} is the web project" + shared.spa_apart(dotnet, apart),
    )


def _kept(dotnet: Dotnet) -> str:
    names = ", ".join(dotnet.node.kept)
    return (
        f"{names} calls Node inside the .NET build, where containers have none: what it makes is missing"
        if names
        else ""
    )

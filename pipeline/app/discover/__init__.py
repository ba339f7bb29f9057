"""Discovery: facts of a source tree to an App. Unsure means asked: the candidates, and the key that answers."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipeline.app.discover import coupling, delivery, fly, health, migrations, services, startup
from pipeline.app.discover.choice import merged
from pipeline.app.discover.dotnet import discover_dotnet
from pipeline.app.discover.markup import string
from pipeline.app.discover.spa import discover_spa
from pipeline.app.discover.tree import Tree, name_of
from pipeline.app.facts import is_wanted
from pipeline.app.model import App
from pipeline.errors import NOTHING_FOUND, PipelineError

if TYPE_CHECKING:
    from pipeline.app.discover.dotnet import DotnetHalf
    from pipeline.app.discover.spa import SpaHalf
    from pipeline.app.facts import Facts
    from pipeline.app.model import Dotnet, Fact
    from pipeline.settings.model import Settings

__all__ = ["discover"]


def discover(facts: Facts, settings: Settings) -> App:
    """Return what the source tree holds; where several answers are possible the fact is asked.

    Raises:
        PipelineError: nothing was found, or a file is broken.

    """
    tree = Tree(facts)
    _refuse_unreadable_folders(tree)
    net = discover_dotnet(tree, settings.dotnet) if settings.dotnet.enabled else None
    spa = discover_spa(tree, settings.spa, net.views if net else ()) if settings.spa.enabled else None
    if net is None and (spa is None or not (spa.spa or spa.asks)):
        raise PipelineError(NOTHING_FOUND, _what_was_looked_for(settings))
    return App(
        name=settings.name or _name(net, spa),
        dotnet=_dotnet(tree, net, spa),
        spa=spa.spa if spa else None,
        facts=(*(net.facts if net else ()), *(spa.facts if spa else ()), *_delivery(tree, net, settings)),
        remarks=(*(net.remarks if net else ()), *(spa.remarks if spa else ())),
        platform=fly.platform(tree),
    )


def _dotnet(tree: Tree, net: DotnetHalf | None, spa: SpaHalf | None) -> Dotnet | None:
    """Return the .NET half, with what of it would build the SPA once more."""
    if not (net and net.dotnet and spa and spa.spa):
        return net.dotnet if net else None
    build = spa.spa.build.name if spa.spa.build else ""
    return replace(net.dotnet, node=coupling.node_in_build(tree, net.views[0], spa.spa.folder, build))


def _delivery(tree: Tree, net: DotnetHalf | None, settings: Settings) -> tuple[Fact[Any], ...]:
    found = delivery.facts(tree)
    if net is None:
        return tuple(found)
    views = [
        [
            *coupling.facts_of_view(tree, view),
            *services.facts_of_view(tree, view),
            *migrations.facts_of_view(tree, view),
            startup.migrates(tree, view),
            *health.facts_of_view(tree, view),
            *delivery.facts_of_view(tree, view, settings.docker),
        ]
        for view in net.views
    ]
    return (*found, *merged(views, net.key))


def _refuse_unreadable_folders(tree: Tree) -> None:
    for path in sorted(tree.facts.unreadable):
        # A wanted file is told when a rule needs it; what lies in a folder nobody can know.
        if not is_wanted(path):
            tree.read(path)


def _what_was_looked_for(settings: Settings) -> str:
    net, spa = "no .NET project", "no package.json with a build"
    if settings.dotnet.enabled and settings.spa.enabled:
        return f"{net}, and {spa}"
    if settings.dotnet.enabled:
        return f"{net} (`spa` is switched off)"
    return f"{spa} (`dotnet` is switched off)" if settings.spa.enabled else "`dotnet` and `spa` are both switched off"


def _name(net: DotnetHalf | None, spa: SpaHalf | None) -> str:
    names = []
    if net:
        names.append(name_of(net.views[0].targets[0]).rpartition(".")[0])
    if spa:
        names += [string(spa.package, "name").rpartition("/")[2], name_of(spa.spa.folder) if spa.spa else ""]
    kebabs = (re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") for name in names)
    return next((name for name in kebabs if name), "app")

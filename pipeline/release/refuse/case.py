"""What is looked at before a release, and what was found."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.app.csharp import code
from pipeline.app.discover.fly import PRODUCTION
from pipeline.app.discover.tree import is_below, name_of
from pipeline.settings import forms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.app.model import App
    from pipeline.release.flytoml import FlyToml
    from pipeline.release.refuse.rule import Rule
    from pipeline.settings.model import ReleaseSettings

_REDIRECTS = re.compile(r"\.\s*UseHttpsRedirection\s*\(")
_FORWARDS = re.compile(r"\.\s*UseForwardedHeaders\s*\(")
_LISTENS = re.compile(r"\bUseUrls\s*\(|\bListen(?:AnyIP|Localhost)?\s*\(|\"PORT\"|\.\s*Urls\s*\.\s*Add\s*\(")
_LISTENS_BY_SETTINGS = re.compile(r"\"(?:Kestrel|urls|http_ports)\"\s*:", re.IGNORECASE)
_WORDS = re.compile(r"UseHttpsRedirection|UseForwardedHeaders|UseUrls|Listen|\"PORT\"|Urls")
_SETTINGS = re.compile(r"appsettings(?:\.Production)?\.json", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A rule that is broken, where, and how."""

    rule: Rule
    what: str
    path: str
    line: int | None = None

    @property
    def is_refusal(self) -> bool:
        """Whether the release is not tried; else it is a warning."""
        return self.rule.stops

    @property
    def place(self) -> str:
        """The file, with the line where one says it."""
        return self.path + (f":{self.line}" if self.line else "")

    def __str__(self) -> str:
        """Return one line: where, what, what would come of it, what to do."""
        rule = self.rule
        return f"{rule.id} {self.place}: {self.what}. {_sentence(rule.why)}. What to do: {rule.todo}"


def _sentence(text: str) -> str:
    return text if text.startswith("flyctl ") else text[:1].upper() + text[1:]


@dataclass(frozen=True, kw_only=True)
class Start:
    """What of the image and of the sources matters; what is not known is empty.

    `env`, `entrypoint` are the image's own. `redirects` is where the application redirects to https, `forwards` whether
    it believes the headers of a proxy, `listens` where it says by itself on which port it listens.
    """

    env: tuple[tuple[str, str], ...] = ()
    entrypoint: tuple[str, ...] = ()
    redirects: str = ""
    forwards: bool = False
    listens: str = ""


def start_of(
    texts: Mapping[str, str],
    env: tuple[tuple[str, str], ...] = (),
    entrypoint: tuple[str, ...] = (),
    folder: str = ".",
) -> Start:
    """Return what sources and settings of the application say about its start, beside what is known of the image.

    Args:
        texts: of the repository, by path.
        env: variables of the image.
        entrypoint: of the image.
        folder: of the web project; nothing outside of it counts.

    """
    own = [(path, text) for path, text in sorted(texts.items()) if is_below(path, folder)]
    sources = [(path, code(text)) for path, text in own if path.endswith(".cs") and _WORDS.search(text)]
    settings = [(path, text) for path, text in own if _SETTINGS.fullmatch(name_of(path))]
    return Start(
        env=env,
        entrypoint=entrypoint,
        redirects=_first(sources, _REDIRECTS),
        forwards=bool(_first(sources, _FORWARDS)),
        listens=_first(sources, _LISTENS) or _first(settings, _LISTENS_BY_SETTINGS),
    )


def _first(texts: Iterable[tuple[str, str]], pattern: re.Pattern[str]) -> str:
    """Return the first place that a pattern is found at."""
    found = ((path, text, hit) for path, text in texts if (hit := pattern.search(text)))
    return next((f"{path}:{text.count(chr(10), 0, hit.start()) + 1}" for path, text, hit in found), "")


@dataclass(frozen=True, kw_only=True)
class Case:
    """One release that is looked at."""

    config: FlyToml
    settings: ReleaseSettings
    app: App
    start: Start = field(default_factory=Start)
    environment: str = ""

    def at(self, rule: Rule, what: str, place: str = "") -> Refusal:
        """Return what is wrong at a place of the fly.toml."""
        return Refusal(rule=rule, what=what, path=self.config.path, line=self.config.line(place))

    @property
    def strategy(self) -> str:
        """How machines are replaced."""
        return self.settings.strategy or self.config.deploy.strategy or forms.ROLLING

    @property
    def is_web(self) -> bool:
        """Whether it is an ASP.NET Core application."""
        return bool(self.app.dotnet and self.app.dotnet.web)

    @property
    def is_production(self) -> bool:
        """Whether real users meet it; where nobody says so, they may."""
        return self.environment.lower() in {"", *PRODUCTION} or self.settings.approval

    @cached_property
    def env(self) -> dict[str, str]:
        """The variables of a machine in capitals, as .NET compares them; those of the fly.toml win."""
        return {name.upper(): value for name, value in (*self.start.env, *self.config.env)}

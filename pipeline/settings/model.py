"""The settings with their defaults; docs/settings.md and reference.yaml describe each key."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class DotnetSettings:
    """Choices for the .NET half; empty strings mean: discover."""

    enabled: bool = True
    solution: str = ""
    web: str = ""
    sdk: str = ""
    inputs: tuple[str, ...] = ()
    format: bool = True


@dataclass(frozen=True, kw_only=True)
class SpaSettings:
    """Choices for the SPA half; empty strings mean: discover."""

    enabled: bool = True
    folder: str = ""
    node: str = ""
    inputs: tuple[str, ...] = ()
    into: str = "wwwroot"


@dataclass(frozen=True, kw_only=True)
class SettingsOfTests:
    """How tests run: `env` values may name services as ${postgres.host}."""

    env: tuple[tuple[str, str], ...] = ()
    timeout_minutes: int = 20
    hang_minutes: int = 5


@dataclass(frozen=True, kw_only=True)
class ServiceSettings:
    """One service that tests need; an empty version means the one in run/images."""

    name: str
    version: str = ""


@dataclass(frozen=True, kw_only=True)
class NugetSettings:
    """Where packages come from instead of nuget.org; `secret` names an environment variable or Dagger secret."""

    source: str = ""
    user: str = ""
    secret: str = ""


@dataclass(frozen=True, kw_only=True)
class NpmSettings:
    """Where npm packages come from instead of the public registry."""

    registry: str = ""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything a user can decide."""

    name: str = ""
    dotnet: DotnetSettings = field(default_factory=DotnetSettings)
    spa: SpaSettings = field(default_factory=SpaSettings)
    test: SettingsOfTests = field(default_factory=SettingsOfTests)
    services: tuple[ServiceSettings, ...] = ()
    nuget: NugetSettings = field(default_factory=NugetSettings)
    npm: NpmSettings = field(default_factory=NpmSettings)
    images: tuple[tuple[str, str], ...] = ()

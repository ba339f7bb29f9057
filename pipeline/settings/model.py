"""The settings with their defaults; reference.yaml describes each key.

The annotations are the schema: the loader, the JSON schema and the origins are made from them.
"""

from dataclasses import dataclass, field
from typing import Annotated

from pipeline.settings import forms


@dataclass(frozen=True, kw_only=True)
class DotnetSettings:
    """Choices for the .NET half; empty strings mean: discover."""

    enabled: bool = True
    solution: Annotated[str, forms.PATH] = ""
    web: Annotated[str, forms.PATH] = ""
    sdk: Annotated[str, forms.SDK] = ""
    inputs: tuple[Annotated[str, forms.GLOB], ...] = ()
    format: bool = True
    migrations_bundle: bool = False


@dataclass(frozen=True, kw_only=True)
class SpaSettings:
    """Choices for the SPA half; empty strings mean: discover."""

    enabled: bool = True
    folder: Annotated[str, forms.PATH] = ""
    node: Annotated[str, forms.NODE] = ""
    package_manager: Annotated[str, forms.PACKAGE_MANAGER] = ""
    build: Annotated[str, forms.LINE] = ""
    dist: Annotated[str, forms.OUTPUT] = ""
    inputs: tuple[Annotated[str, forms.GLOB], ...] = ()
    into: Annotated[str, forms.PATH] = "wwwroot"


@dataclass(frozen=True, kw_only=True)
class DockerSettings:
    """Which Dockerfile makes the image of the web project, and in which folder; empty strings mean: discover."""

    file: Annotated[str, forms.PATH] = ""
    context: Annotated[str, forms.PATH] = ""


@dataclass(frozen=True, kw_only=True)
class ImageSettings:
    """What the image is built on, and what it has to be and to do before anybody may use it."""

    by: Annotated[str, forms.BUILDER] = "pipeline"
    variant: Annotated[str, forms.VARIANT] = ""
    globalization: Annotated[str, forms.GLOBALIZATION] = ""
    platforms: tuple[Annotated[str, forms.PLATFORM], ...] = ("linux/amd64",)
    verify: bool = True
    max_megabytes: int = 300
    source_maps: bool = False
    commit_variable: Annotated[str, forms.OWN_VARIABLE] = "APP_COMMIT"
    health: Annotated[str, forms.ROUTE] = ""
    api_route: Annotated[str, forms.ROUTE] = ""
    spa_routes: bool = True
    start_seconds: int = 60
    grace: Annotated[str, forms.SECONDS] = ""
    env: tuple[tuple[Annotated[str, forms.VARIABLE], str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class PublishSettings:
    """Where the image goes, and who signs it; secrets are names of environment variables or Dagger secrets."""

    repository: Annotated[str, forms.REPOSITORY] = ""
    user: Annotated[str, forms.LINE] = ""
    secret: Annotated[str, forms.SECRET_NAME] = ""
    plain_http: bool = False
    signing_secret: Annotated[str, forms.SECRET_NAME] = ""
    public_key: Annotated[str, forms.PATH] = ""
    max_age: Annotated[str, forms.DAYS] = "7 days"


@dataclass(frozen=True, kw_only=True)
class ReleaseSettings:
    """Where the image runs on Fly.io and what has to hold there; most of it differs in each environment.

    Empty strings mean: what fly.toml says, or what was discovered. `secrets` are names with where their values come
    from; `token` names an environment variable or Dagger secret.
    """

    app: Annotated[str, forms.NAME] = ""
    config: Annotated[str, forms.PATH] = ""
    branch: Annotated[str, forms.LINE] = ""
    approval: bool = False
    region: Annotated[str, forms.REGION] = ""
    memory: Annotated[str, forms.MEMORY] = ""
    volume: Annotated[str, forms.VOLUME] = ""
    strategy: Annotated[str, forms.STRATEGY] = ""
    url: Annotated[str, forms.URL] = ""
    health: Annotated[str, forms.ROUTE] = ""
    version: Annotated[str, forms.ROUTE] = ""
    smoke: tuple[Annotated[str, forms.ROUTE], ...] = ()
    stable: Annotated[str, forms.SECONDS] = "20 s"
    wait: Annotated[str, forms.SECONDS] = "120 s"
    migration: Annotated[str, forms.SECONDS] = "300 s"
    secrets: tuple[tuple[Annotated[str, forms.VARIABLE], Annotated[str, forms.PROVIDER]], ...] = ()
    token: Annotated[str, forms.SECRET_NAME] = "FLY_API_TOKEN"  # noqa: S105  # the name that Fly's own tools look for
    registry: Annotated[str, forms.HOST] = "registry.fly.io"
    api: Annotated[str, forms.URL] = "https://api.fly.io"
    machines_api: Annotated[str, forms.URL] = "https://api.machines.dev"


@dataclass(frozen=True, kw_only=True)
class SettingsOfTests:
    """How tests run: `env` values may name services as ${postgres.host}."""

    env: tuple[tuple[Annotated[str, forms.VARIABLE], str], ...] = ()
    timeout_minutes: int = 20
    hang_minutes: int = 5


@dataclass(frozen=True, kw_only=True)
class ServiceSettings:
    """One service that tests need; an empty version means the one in run/images."""

    name: Annotated[str, forms.SERVICE]
    version: Annotated[str, forms.TAG] = ""


@dataclass(frozen=True, kw_only=True)
class NugetSettings:
    """Where packages come from instead of nuget.org; `secret` names an environment variable or Dagger secret."""

    source: Annotated[str, forms.URL] = ""
    user: Annotated[str, forms.LINE] = ""
    secret: Annotated[str, forms.SECRET_NAME] = ""


@dataclass(frozen=True, kw_only=True)
class NpmSettings:
    """Where npm packages come from instead of the public registry."""

    registry: Annotated[str, forms.URL] = ""


@dataclass(frozen=True, kw_only=True)
class SecuritySettings:
    """What is looked for, and from which level on a finding is red."""

    enabled: bool = True
    vulnerabilities: Annotated[str, forms.LEVEL] = "high"
    secrets: Annotated[str, forms.LEVEL] = "unknown"
    misconfiguration: Annotated[str, forms.LEVEL] = "high"
    fixable_only: bool = True
    dev: bool = False
    grace: Annotated[str, forms.DAYS] = ""
    history: bool = True
    allow_licences: tuple[Annotated[str, forms.LICENCE], ...] = ()
    deny_licences: tuple[Annotated[str, forms.LICENCE], ...] = ()
    npm_registry: Annotated[str, forms.URL] = ""
    nuget_source: Annotated[str, forms.URL] = ""
    trivy_database: Annotated[str, forms.IMAGE] = ""
    trivy_max_age_days: int = 7


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything a user can decide."""

    name: Annotated[str, forms.NAME] = ""
    dotnet: DotnetSettings = field(default_factory=DotnetSettings)
    spa: SpaSettings = field(default_factory=SpaSettings)
    docker: DockerSettings = field(default_factory=DockerSettings)
    image: ImageSettings = field(default_factory=ImageSettings)
    publish: PublishSettings = field(default_factory=PublishSettings)
    release: ReleaseSettings = field(default_factory=ReleaseSettings)
    test: SettingsOfTests = field(default_factory=SettingsOfTests)
    services: tuple[ServiceSettings, ...] = ()
    nuget: NugetSettings = field(default_factory=NugetSettings)
    npm: NpmSettings = field(default_factory=NpmSettings)
    security: SecuritySettings = field(default_factory=SecuritySettings)
    images: tuple[tuple[Annotated[str, forms.TOOL], Annotated[str, forms.IMAGE]], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Document(Settings):
    """What one file may say: settings, and under a name what differs in one environment or application."""

    environments: tuple[tuple[Annotated[str, forms.NAME], Settings], ...] = ()
    apps: tuple[tuple[Annotated[str, forms.NAME], Settings], ...] = ()

"""A good release, and what differs from it in a test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.app.model import Confidence, Fact
from pipeline.release import config
from pipeline.release.refusals import refusals
from pipeline.release.refuse.case import Start
from pipeline.settings.model import ReleaseSettings
from tests import samples

if TYPE_CHECKING:
    from pipeline.app.model import App
    from pipeline.release.refuse.case import Refusal

SERVICE = """
[http_service]
internal_port = 8080
force_https = true
auto_stop_machines = "off"
"""
CHECK = """
[[http_service.checks]]
path = "/health"
interval = "10s"
timeout = "2s"
grace_period = "10s"
"""
SIZE = """
[[vm]]
memory = "512mb"
"""
HEAD = 'app = "shop"\nprimary_region = "fra"\n'
GOOD = f"{HEAD}{SERVICE}{CHECK}{SIZE}"
MOUNT = '\n[mounts]\nsource = "data"\ndestination = "/data"\n'
RELEASE = '\n[deploy]\nrelease_command = "/app/migrations/Main"\n'
PROXIED = '[http_service.checks.headers]\nX-Forwarded-Proto = "https"\n'
FORWARDED = "\n[env]\nASPNETCORE_FORWARDEDHEADERS_ENABLED = true\n"
HTTPS = "\n[env]\nASPNETCORE_HTTPS_PORT = 443\n"
BOTH = "\n[env]\nASPNETCORE_HTTPS_PORT = 443\nASPNETCORE_FORWARDEDHEADERS_ENABLED = true\n"


@dataclass(frozen=True, kw_only=True)
class Given:
    """A release that differs from a good one."""

    toml: str = GOOD
    settings: ReleaseSettings = field(default_factory=ReleaseSettings)
    packages: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    start: Start = field(default_factory=Start)
    environment: str = "production"
    web: bool = True
    framework: str = "net10.0"

    def found(self) -> tuple[Refusal, ...]:
        """Return what is wrong with it."""
        return refusals(config.read(self.toml, "fly.toml"), self.settings, self.app(), self.start, self.environment)

    def app(self) -> App:
        """Return what is released."""
        data = samples.project(
            "src/Shop.Data/Shop.Data.csproj", packages=tuple((name, "1.0") for name in self.packages)
        )
        web = samples.web(references=(data.path,), frameworks=(self.framework,))
        tests = samples.suite(packages=(("Microsoft.EntityFrameworkCore.Sqlite", "1.0"),))
        net = samples.dotnet(projects=(web, data, tests), web=web) if self.web else None
        return samples.app(dotnet=net, facts=self.facts)


def but(old: str, new: str, **more: object) -> Given:
    """Return a good release with another text in its file."""
    assert old in GOOD
    return Given(toml=GOOD.replace(old, new), **more)


def top(text: str, **more: object) -> Given:
    """Return a good release with another line at the beginning of its file."""
    return Given(toml=f"{text}\n{GOOD}", **more)


def plus(text: str, **more: object) -> Given:
    """Return a good release with more at the end of its file."""
    return Given(toml=f"{GOOD}{text}\n", **more)


def wants(**more: object) -> Given:
    """Return a good release with other settings."""
    return Given(settings=ReleaseSettings(**more))


def env(*lines: str, **more: object) -> Given:
    """Return a good release with variables."""
    return plus("\n[env]\n" + "\n".join(lines), **more)


def command(text: str, **more: object) -> Given:
    """Return a good release with a release command."""
    return plus(f"\n[deploy]\nrelease_command = {text!r}", **more)


def mapped(*paths: str, hidden: bool = False, sure: Confidence = Confidence.DERIVED) -> tuple[Fact, ...]:
    """Return the health endpoints of an application."""
    return (
        Fact(name="health endpoints", value=paths, source="src/Program.cs", line=7, confidence=sure),
        Fact(name="health in development only", value=hidden, source="src/Program.cs", line=7),
    )

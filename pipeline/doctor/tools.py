"""The engine, or the tools that stand in for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.app.discover.node import allows
from pipeline.app.model import Confidence
from pipeline.doctor.model import Check, Level
from pipeline.parse.trivy import COMPROMISED
from pipeline.plan.questions import SUPPORTED
from pipeline.scaffold.model import ENGINE

if TYPE_CHECKING:
    from pipeline.app.model import App
    from pipeline.doctor.model import Machine, Wanted

INSTALL_DAGGER = (
    f"curl -fsSL https://dl.dagger.io/dagger/install.sh | DAGGER_VERSION={ENGINE} BIN_DIR=$HOME/.local/bin sh"
)
# Of an installation that is no longer tied to its clone.
NO_MODULE = "this installation has no dagger.json, which an engine needs (`uv tool install --editable .` keeps it)"
_VERSION = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?")


def engine(machine: Machine, *, otherwise: bool) -> Check:
    """Return whether containers can be used; where the tools are there it is no problem when not."""
    if not machine.engine:
        return _dagger_version(machine)
    if not machine.has("dagger"):
        mend = INSTALL_DAGGER
    elif machine.engine == NO_MODULE:
        mend = "uv tool install --editable .   # in the clone of the pipeline"
    elif not machine.has("docker"):
        mend = "install Docker: https://docs.docker.com/engine/install"
    else:
        mend = "open -a Docker" if machine.system == "Darwin" else "sudo systemctl start docker"
    level = Level.NOTE if otherwise else Level.PROBLEM
    return Check(name="engine", level=level, found=machine.engine, mend=mend)


def _dagger_version(machine: Machine) -> Check:
    found = _version(machine.tools.get("dagger") or "")
    wanted = _version(ENGINE)
    if found and wanted and found < wanted:
        text = f"Dagger {'.'.join(map(str, found))} answers, {ENGINE} or newer wanted"
        return Check(name="engine", level=Level.PROBLEM, found=text, mend=INSTALL_DAGGER)
    return Check(name="engine", level=Level.OK, found=f"Dagger {'.'.join(map(str, found or ()))} answers")


def own(machine: Machine, wanted: Wanted) -> list[Check]:
    """Return the tools that the plan needs where there is no engine."""
    checks: dict[str, Check] = {}
    for app in wanted.apps:
        found = [_dotnet(machine, app.dotnet.sdk)] if app.dotnet else []
        found += [_node(machine, app, app.spa.node)] if app.spa else []
        # npm brings the others along; of one that the pipeline does not run, P111 says all there is to say.
        usable = app.spa and app.spa.package_manager in SUPPORTED
        found += [_present(machine, "npm", "corepack enable")] if app.spa and usable else []
        # What is enough for one application may not be for another.
        checks |= {check.name: max(check, checks.get(check.name, check), key=_weight) for check in found}
    return [*checks.values(), *_servers(machine, wanted), *_git(machine, wanted)]


def _weight(check: Check) -> int:
    return list(Level).index(check.level)


def _git(machine: Machine, wanted: Wanted) -> list[Check]:
    return [_present(machine, "git", _package(machine, "git"))] if wanted.apps else []


def scanner(machine: Machine, wanted: Wanted) -> list[Check]:
    """Return whether `ci` can scan here; without Trivy it ends incomplete, and everything else runs."""
    if not wanted.apps or not wanted.settings or not wanted.settings.security.enabled:
        return []
    if machine.tools.get("trivy") is None:
        mend = "https://trivy.dev/latest/getting-started/installation"
        return [Check(name="trivy", level=Level.NOTE, found="not on PATH; without it `ci` is incomplete", mend=mend)]
    said = (machine.tools["trivy"] or "there").splitlines()[0]
    if any(said.endswith(version) for version in COMPROMISED):
        return [Check(name="trivy", level=Level.PROBLEM, found=f"{said} steals credentials", mend="install another")]
    return [Check(name="trivy", level=Level.OK, found=said)]


def releaser(machine: Machine, wanted: Wanted) -> list[Check]:
    """Return whether releases can be made from here; `ci` needs nothing for it."""
    if not wanted.releases:
        return []
    if machine.has("flyctl"):
        return [Check(name="flyctl", level=Level.OK, found="there")]
    text = "not on PATH; `deploy` and `rollback` need it, `dagger call` brings its own"
    return [Check(name="flyctl", level=Level.NOTE, found=text, mend="https://fly.io/docs/flyctl/install")]


def _servers(machine: Machine, wanted: Wanted) -> list[Check]:
    checks = []
    for service in wanted.plan.services if wanted.plan else ():
        there = service.name in machine.servers
        checks.append(
            Check(
                name=service.name,
                level=Level.OK if there else Level.PROBLEM,
                found="a local server" if there else "no local server; its tests would not run",
                mend="" if there else _server(machine, service.name),
            )
        )
    return checks


def _dotnet(machine: Machine, sdk: str) -> Check:
    """Return whether an SDK is new enough: a newer one builds an older target, never the other way round."""
    major = sdk.partition(".")[0]
    mend = f"curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel {sdk}"
    said = machine.tools.get("dotnet")
    if said is None:
        return Check(name="dotnet", level=Level.PROBLEM, found=f"not on PATH, SDK {sdk} wanted", mend=mend)
    found = [line.split()[0] for line in said.splitlines() if _VERSION.match(line)]
    enough = any(int(version.partition(".")[0]) >= int(major) for version in found)
    text = f"SDK {', '.join(found) or 'none'}, {sdk} wanted"
    return Check(name="dotnet", level=Level.OK if enough else Level.PROBLEM, found=text, mend="" if enough else mend)


def _node(machine: Machine, app: App, wanted: str) -> Check:
    """Return whether Node is one that the repository takes; a version that only we chose is not demanded."""
    mend = f"nvm install {wanted}"
    said = machine.tools.get("node")
    if said is None:
        return Check(name="node", level=Level.PROBLEM, found=f"not on PATH, {wanted} wanted", mend=mend)
    facts = {fact.name: fact for fact in app.facts}
    sure = facts["node"].confidence if "node" in facts else Confidence.STATED
    named = facts["node as written"].text if sure is Confidence.DERIVED and "node as written" in facts else wanted
    level, how = _fits(_version(said), wanted, named, sure)
    text = f"{said.strip() or 'no answer'}{how}"
    return Check(name="node", level=level, found=text, mend="" if level is Level.OK else mend)


def _fits(found: tuple[int, ...] | None, wanted: str, named: str, sure: Confidence) -> tuple[Level, str]:
    plain = f", {named} wanted"
    if not found:
        return Level.PROBLEM, plain
    if found[0] == int(wanted) or (sure is Confidence.DERIVED and allows(named, found[0])):
        return Level.OK, plain
    if sure is Confidence.GUESSED:
        return Level.NOTE, f"; no file names a version, containers take {wanted}"
    return (Level.NOTE, f" is newer{plain}") if found[0] > int(wanted) else (Level.PROBLEM, f" is too old{plain}")


def _present(machine: Machine, tool: str, mend: str) -> Check:
    said = machine.tools.get(tool)
    if said is None:
        return Check(name=tool, level=Level.PROBLEM, found="not on PATH", mend=mend)
    return Check(name=tool, level=Level.OK, found=said.strip() or "there")


def _server(machine: Machine, name: str) -> str:
    package = {"postgres": "postgresql", "redis": "redis"}.get(name, name)
    if machine.has("apt-get"):
        package = {"redis": "redis-server"}.get(package, package)
    return _package(machine, package)


def _package(machine: Machine, package: str) -> str:
    for installer, command in (
        ("apt-get", "sudo apt-get install -y"),
        ("dnf", "sudo dnf install -y"),
        ("brew", "brew install"),
    ):
        if machine.has(installer):
            return f"{command} {package}"
    return f"install {package}"


def _version(text: str) -> tuple[int, ...] | None:
    found = _VERSION.search(text)
    return tuple(int(part) for part in found.groups() if part) if found else None

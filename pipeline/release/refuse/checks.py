"""Whether the checks of a fly.toml tell that the application is well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.app.model import Confidence
from pipeline.release.refuse import machine_rules as rules
from pipeline.settings import forms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.release.flytoml import Check
    from pipeline.release.refuse.case import Case, Refusal

_SHORTEST, _LONGEST = 2, 60
_BEHIND_PROXY = "ASPNETCORE_FORWARDEDHEADERS_ENABLED"
# Where the middleware takes the port from that it redirects to; without one it lets every request pass.
_HTTPS_PORT = ("ASPNETCORE_HTTPS_PORT", "ASPNETCORE_HTTPS_PORTS", "HTTPS_PORT", "HTTPS_PORTS", "DOTNET_HTTPS_PORTS")


def _http(case: Case) -> list[Check]:
    return [check for check in case.config.all_checks if check.kind == "http"]


def there(case: Case) -> Iterator[Refusal]:
    """Find services without a check, and checks that tell little."""
    config = case.config
    if not config.services:
        return
    place = config.services[0].place
    if not config.all_checks:
        yield case.at(rules.NO_CHECK, "no service has one", place)
    elif not _http(case):
        yield case.at(rules.TCP_ONLY, "no check asks for a path", config.all_checks[0].place)
    elif not any(service.checks for service in config.services):
        yield case.at(rules.APART, "all of them stand in `[checks]`", config.checks[0].place)


def paths(case: Case) -> Iterator[Refusal]:
    """Find checks of another path than the one that tells whether the application is well."""
    checks, health = _http(case), case.settings.health
    if health:
        if checks and not any(_path(check) == health for check in checks):
            what = f"a check asks {_path(checks[0])}, `release.health` is {health}"
            yield case.at(rules.OTHER_HEALTH, what, f"{checks[0].place}.path")
        return
    mapped, hidden = case.app.fact("health endpoints"), case.app.fact("health in development only")
    if not mapped or not mapped.value or mapped.confidence is Confidence.GUESSED:
        return
    for check in checks:
        path, place = _path(check).partition("?")[0], f"{check.place}.path"
        if hidden and hidden.value and path in mapped.value:
            yield case.at(rules.NOT_MAPPED, f"asks {path}, mapped in development only ({mapped.place})", place)
        elif not _is_mapped(path, mapped.value):
            what = f"asks {path}, the application maps {', '.join(mapped.value)} ({mapped.place})"
            yield case.at(rules.NOT_MAPPED, what, place)


def _path(check: Check) -> str:
    return check.path or "/"


def _is_mapped(path: str, mapped: tuple[str, ...]) -> bool:
    """Whether a path may be a check of the application's; its API and its first page are no mistake."""
    known = any(path.lower() == one.lower() or path.lower().startswith(f"{one.lower()}/") for one in mapped)
    return known or path == "/" or path.startswith("/api")


def answers(case: Case) -> Iterator[Refusal]:
    """Find checks that the application answers with a redirect, or not at all."""
    redirects = case.start.redirects
    knows_port = next((name for name in _HTTPS_PORT if case.env.get(name)), "")
    believes = case.start.forwards or case.env.get(_BEHIND_PROXY, "").lower() in ("true", "1")
    for check in _http(case):
        if check.protocol.lower() == "https" and case.is_web:
            yield case.at(rules.CHECK_TLS, f"`{check.place}.protocol` is https", f"{check.place}.protocol")
        elif redirects and not (_says_https(check) and believes):
            lacks = "has no X-Forwarded-Proto" if not _says_https(check) else "has a header that nobody believes"
            rule = rules.REDIRECTED if knows_port else rules.MAYBE_REDIRECTED
            sure = f", to the port of {knows_port}" if knows_port else ""
            yield case.at(rule, f"`{check.place}` {lacks}, and {redirects} redirects to https{sure}", check.place)


def _says_https(check: Check) -> bool:
    headers = {name.lower(): value.lower() for name, value in check.headers}
    return headers.get("x-forwarded-proto") == "https"


def times(case: Case) -> Iterator[Refusal]:
    """Find checks that Fly does not take, or that come after the release has given up."""
    config, wait = case.config, forms.number(case.settings.wait)
    for place in config.bare:
        if not place.startswith("deploy."):
            yield case.at(rules.BARE_TIME, f"`{place}` has no unit", place)
    lends_port = any(service.place == "http_service" for service in config.services)
    for check in config.checks:
        if check.interval is not None and check.interval < _SHORTEST:
            yield case.at(rules.CHECK_TIMES, f"`{check.place}.interval` is {check.interval:g} s", check.place)
        if check.timeout is not None and check.timeout > _LONGEST:
            yield case.at(rules.CHECK_TIMES, f"`{check.place}.timeout` is {check.timeout:g} s", check.place)
        if check.port is None and not lends_port:
            yield case.at(rules.CHECK_PORT, f"`{check.place}` has none", check.place)
    for check in config.all_checks:
        yield from _late(case, check, wait)


def _late(case: Case, check: Check, wait: int) -> Iterator[Refusal]:
    """Find a check whose times are cut, or whose first look comes when nobody waits any more."""
    said = {"interval": check.interval or 0, "timeout": check.timeout or 0, "grace_period": check.grace or 0}
    if check not in case.config.checks:
        for key, seconds in said.items():
            if seconds > _LONGEST:
                what = f"`{check.place}.{key}` is {seconds:g} s"
                yield case.at(rules.CUT_TIME, what, f"{check.place}.{key}")
        said = {key: min(seconds, _LONGEST) for key, seconds in said.items()}
    late = max(said["interval"], said["grace_period"])
    if late >= wait:
        what = f"`{check.place}` first asks after {late:g} s, `release.wait` is {case.settings.wait}"
        yield case.at(rules.LATE_CHECK, what, check.place)


ALL = (there, paths, answers, times)

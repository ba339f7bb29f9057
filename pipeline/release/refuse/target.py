"""Whether a fly.toml is the right one, and can be taken as it is; strategy, times, variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.app.discover.remarks.secret_words import is_secret
from pipeline.release.refuse import release_rules as rules
from pipeline.settings import forms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.release.refuse.case import Case, Refusal

_MOST_TO_END = 300
_NEEDS_CHECK = (forms.BLUEGREEN, forms.IMMEDIATE)


def target(case: Case) -> Iterator[Refusal]:
    """Find a fly.toml of another app or region."""
    config, settings = case.config, case.settings
    if settings.app and config.app and settings.app != config.app:
        yield case.at(rules.OTHER_APP, f"`app` is {config.app}, `release.app` is {settings.app}", "app")
    if settings.region and settings.region != config.primary_region:
        said = config.primary_region or "not said"
        what = f"`primary_region` is {said}, `release.region` is {settings.region}"
        yield case.at(rules.OTHER_REGION, what, "primary_region")


def file(case: Case) -> Iterator[Refusal]:
    """Find keys and values that do not mean what their author thinks, and what lies elsewhere."""
    config = case.config
    for one in config.unknown:
        meant = f"; did you mean {one.meant}?" if one.meant else ""
        yield case.at(rules.UNKNOWN_KEY, f"`{one.place}`{meant}", one.place)
    for one in config.odd:
        yield case.at(rules.WRONG_VALUE, f"`{one.place}` is not {one.expected}", one.place)
    for place in config.elsewhere:
        yield case.at(rules.ELSEWHERE, f"`{place}` names one", place)
    if config.build.compose:
        yield case.at(rules.ELSEWHERE, "`build.compose` names one", "build.compose")
    if config.experimental.auto_rollback:
        what = "`experimental.auto_rollback` promises what nobody does"
        yield case.at(rules.AUTO_ROLLBACK, what, "experimental.auto_rollback")
    if config.build.image:
        yield case.at(rules.BUILD_IMAGE, f"`build.image` is {config.build.image}", "build.image")


def strategy(case: Case) -> Iterator[Refusal]:
    """Find strategies that cannot work here, or that leave something behind."""
    place = "deploy.strategy"
    said = f"the strategy is {case.strategy}"
    if case.strategy not in forms.STRATEGY.choices:
        yield case.at(rules.UNKNOWN_STRATEGY, said, place)
        return
    if case.strategy in (forms.BLUEGREEN, forms.CANARY) and case.config.mounts:
        yield case.at(rules.STRATEGY_VOLUME, f"{said}, and {_volumes(case)} is mounted", place)
    if case.strategy in _NEEDS_CHECK and not case.config.all_checks:
        yield case.at(rules.STRATEGY_CHECK, f"{said}, and no check is there", place)
    elif case.strategy == forms.IMMEDIATE:
        yield case.at(rules.IMMEDIATE, said, place)
    if case.strategy == forms.CANARY and not case.config.mounts:
        yield case.at(rules.CANARY, said, place)


def _volumes(case: Case) -> str:
    return ", ".join(mount.source or "a volume" for mount in case.config.mounts)


def times(case: Case) -> Iterator[Refusal]:
    """Find times that Fly or this tool do not keep."""
    config, settings = case.config, case.settings
    if config.kill_timeout is not None and config.kill_timeout > _MOST_TO_END:
        yield case.at(rules.LONG_KILL, f"`kill_timeout` is {config.kill_timeout:g} s", "kill_timeout")
    if config.kill_signal == "SIGKILL":
        yield case.at(rules.KILLED, "`kill_signal` is SIGKILL", "kill_signal")
    limits = (
        ("wait_timeout", config.deploy.wait_timeout, "wait", settings.wait),
        ("release_command_timeout", config.deploy.release_command_timeout, "migration", settings.migration),
    )
    for key, said, name, own in limits:
        if said is not None and own and said > forms.number(own):
            what = f"`deploy.{key}` is {said:g} s, `release.{name}` is {own}"
            yield case.at(rules.LONGER_WAIT, what, f"deploy.{key}")


def variables(case: Case) -> Iterator[Refusal]:
    """Find variables that do not arrive, must not stand there, or are given twice."""
    declared = {name.upper() for name, _ in case.settings.secrets}
    for name, value in case.config.env:
        place = f"env.{name}"
        if name.upper().startswith("FLY_"):
            yield case.at(rules.FLY_NAME, f"{name} is set in [env]", place)
        elif is_secret(name, value):
            yield case.at(rules.SECRET, f"{name} has its value in [env]", place)
        if name.upper() in declared:
            yield case.at(rules.TWICE, f"{name} is set in [env], and declared under `release.secrets`", place)
        named = name.upper() in ("ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT")
        if named and value.lower() == "development" and case.is_production:
            yield case.at(rules.DEVELOPMENT, f"{name} is {value}", place)


ALL = (target, file, strategy, times, variables)

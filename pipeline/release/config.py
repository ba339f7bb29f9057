"""What a fly.toml says, out of its text."""

from __future__ import annotations

import re

from pipeline.app.discover.markup import toml_of
from pipeline.errors import CONFIG_UNREADABLE, PipelineError
from pipeline.release.flytoml import (
    Build,
    Check,
    Deploy,
    Experimental,
    FlyToml,
    Mount,
    Odd,
    Restart,
    Service,
)
from pipeline.release.flytoml_keys import lines, unknown
from pipeline.release.flytoml_size import size
from pipeline.release.flytoml_table import MILLISECONDS, NANOSECONDS, SECONDS, Notes, Table


def read(text: str, path: str) -> FlyToml:
    """Return what a fly.toml says.

    Raises:
        PipelineError: P128, it is no TOML.

    """
    try:
        content = toml_of(text)
    except ValueError as error:
        said = " ".join(str(error).split())
        at = re.search(r"line (\d+)", said)
        raise PipelineError(CONFIG_UNREADABLE, f"{path}{f':{at[1]}' if at else ''}: {said}") from error
    notes = Notes()
    top = Table(content, "", notes)
    return FlyToml(
        path=path,
        app=top.text("app"),
        primary_region=top.text("primary_region"),
        kill_signal=top.text("kill_signal"),
        kill_timeout=top.seconds("kill_timeout", SECONDS),
        env=top.pairs("env"),
        build=_build(top.table("build")),
        deploy=_deploy(top.table("deploy")),
        experimental=_experimental(top.table("experimental")),
        services=_services(top),
        checks=_named_checks(top),
        mounts=tuple(_mount(one) for one in top.tables("mount", "mounts")),
        sizes=tuple(size(one) for one in top.tables("compute", "computes", "vm")),
        restarts=tuple(_restart(one) for one in top.tables("restart")),
        processes=_processes(top),
        unknown=tuple(Odd(place=place, meant=meant) for place, meant in unknown(content)),
        elsewhere=_elsewhere(top),
        odd=tuple(notes.odd),
        bare=tuple(notes.bare),
        lines=tuple(lines(text.removeprefix("\ufeff")).items()),
    )


def _processes(top: Table) -> tuple[tuple[str, str], ...]:
    """Return the process groups with their commands; old files list them."""
    if isinstance(top.content.get("processes"), list):
        return tuple((one.text("name"), one.text("command")) for one in top.tables("processes"))
    return top.pairs("processes")


def _build(table: Table) -> Build:
    return Build(
        image=table.text("image"),
        dockerfile=table.text("dockerfile"),
        builder=table.text("builder"),
        compose="compose" in table.content,
    )


def _deploy(table: Table) -> Deploy:
    sized = table.content.get("release_command_vm")
    return Deploy(
        strategy=table.text("strategy"),
        release_command=table.text("release_command"),
        release_command_size=size(table.table("release_command_vm")) if sized else None,
        wait_timeout=table.seconds("wait_timeout", NANOSECONDS),
        release_command_timeout=table.seconds("release_command_timeout", NANOSECONDS),
        max_unavailable=table.decimal("max_unavailable"),
        seed_command=table.text("seed_command"),
    )


def _experimental(table: Table) -> Experimental:
    return Experimental(
        auto_rollback=table.flag("auto_rollback") or False,
        entrypoint=_words(table, "entrypoint"),
        cmd=_words(table, "cmd"),
        exec=_words(table, "exec"),
    )


def _words(table: Table, key: str) -> tuple[str, ...]:
    value = table.content.get(key)
    return (value,) if isinstance(value, str) else table.texts(key)


def _services(top: Table) -> tuple[Service, ...]:
    found = [_service(top.table("http_service"), quoted=False)] if "http_service" in top.content else []
    return (*found, *(_service(one, quoted=True) for one in top.tables("services") if one.content))


def _service(table: Table, *, quoted: bool) -> Service:
    # Only what stands in `[[services]]` is translated before it is read.
    unit = MILLISECONDS if quoted else NANOSECONDS
    kinds = {"tcp_checks": "tcp", "http_checks": "http"} if quoted else {"checks": "http"}
    return Service(
        place=table.place,
        internal_port=table.number("internal_port", quoted=quoted),
        force_https=not quoted and bool(table.flag("force_https")),
        auto_stop=_auto_stop(table),
        auto_start=table.flag("auto_start_machines"),
        min_running=table.number("min_machines_running"),
        processes=table.texts("processes"),
        checks=tuple(_check(one, kind, unit) for key, kind in kinds.items() for one in table.tables(key)),
        has_ports=not quoted or bool(table.content.get("ports")),
    )


def _auto_stop(table: Table) -> str:
    value = table.content.get("auto_stop_machines")
    if isinstance(value, bool):
        return "stop" if value else "off"
    if isinstance(value, str) and value in {"off", "stop", "suspend"}:
        return value
    if value is not None:
        table.odd("auto_stop_machines", "off, stop or suspend")
    return ""


def _check(table: Table, kind: str, unit: float) -> Check:
    return Check(
        place=table.place,
        kind=kind,
        port=table.number("port"),
        path=table.text("path"),
        method=table.text("method"),
        protocol=table.text("protocol"),
        headers=_headers(table, listed=unit != NANOSECONDS),
        interval=table.seconds("interval", unit),
        timeout=table.seconds("timeout", unit),
        grace=table.seconds("grace_period", unit),
        processes=table.texts("processes"),
    )


def _headers(table: Table, *, listed: bool) -> tuple[tuple[str, str], ...]:
    """Return the headers; outside of `http_service` they may also be a list of names and values."""
    value = table.content.get("headers")
    if listed and isinstance(value, list):
        return tuple((one.text("name"), one.text("value")) for one in table.tables("headers"))
    return table.pairs("headers")


def _named_checks(top: Table) -> tuple[Check, ...]:
    """Return `[checks]`, by name."""
    if isinstance(top.content.get("checks"), list):
        found = top.tables("checks")
    else:
        table = top.table("checks")
        found = [table.table(name) for name in table.content]
    return tuple(_check(one, _kind(one), MILLISECONDS) for one in found)


def _kind(table: Table) -> str:
    kind = table.text("type")
    if kind not in {"http", "tcp"}:
        table.odd("type", "http or tcp")
    return kind


def _mount(table: Table) -> Mount:
    size = table.content.get("initial_size")
    return Mount(
        place=table.place,
        source=table.text("source"),
        destination=table.text("destination"),
        initial_size="" if size is None else str(size),
        processes=table.texts("processes"),
    )


def _restart(table: Table) -> Restart:
    return Restart(place=table.place, policy=table.text("policy"), processes=table.texts("processes"))


def _elsewhere(top: Table) -> tuple[str, ...]:
    """Return what names files that lie beside the fly.toml, or a machine that this tool does not know."""
    found = [top.where(key) for key in ("machine_config", "container") if top.content.get(key)]
    experimental = top.table("experimental")
    found += [experimental.where("machine_config")] if experimental.content.get("machine_config") else []
    return (*found, *(one.where("local_path") for one in top.tables("files") if one.content.get("local_path")))

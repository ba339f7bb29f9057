"""The keys that flyctl knows in a fly.toml, and the lines that they stand in.

Source: superfly/flyctl v0.4.87, internal/appconfig/config.go, service.go and toplevelcheck.go, with what patches.go
translates, and fly-go's machine_types.go. Its own strict reading does not look into `[[vm]]`, `[[mounts]]` and
`[[services]]`; and without that it passes over every key that it does not know.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from pipeline.settings.forms import guess

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Nothing: whatever stands there is right. `*` stands for names that the author gives.
Known: TypeAlias = "Mapping[str, Known | None]"


def _keys(text: str, **more: Known) -> Known:
    return dict.fromkeys(text.split()) | more


_MACHINE_CHECK = _keys("command image entrypoint kill_signal kill_timeout")
_HTTP_OPTIONS = _keys(
    "compress h2_backend idle_timeout headers_read_timeout",
    response=_keys("headers pristine"),
    replay_cache=_keys("path_prefix ttl_seconds type name allow_bypass"),
)
_TLS = _keys("alpn versions default_self_signed")
_TCP = "interval timeout grace_period"
_HTTP = f"{_TCP} method path protocol tls_skip_verify tls_server_name headers"
_SERVICE = "internal_port auto_stop_machines auto_start_machines min_machines_running processes concurrency"
_SIZE = _keys(
    "size memory cpu_kind cpus memory_mb max_memory_mb gpus gpu_kind host_dedication_id persist_rootfs kernel_args"
    " processes"
)
_MOUNT = _keys(
    "source destination initial_size snapshot_retention scheduled_snapshots auto_extend_size_threshold"
    " auto_extend_size_increment auto_extend_size_limit processes"
)
_METRICS = _keys("port path https processes")
KNOWN: Known = _keys(
    "app primary_region kill_signal kill_timeout swap_size_mb console_command host_dedication_id machine_config"
    " container env processes",
    experimental=_keys(
        "cmd entrypoint exec auto_rollback enable_consul enable_etcd lazy_load_images machine_config"
        " kill_timeout metrics_port metrics_path",
        attached=_keys("", secrets=_keys("export")),
    ),
    build=_keys(
        "builder args buildpacks image settings builtin dockerfile ignorefile build-target build_target compression"
        " compression_level",
        compose=_keys("file"),
    ),
    deploy=_keys(
        "strategy max_unavailable wait_timeout release_command release_command_timeout seed_command",
        release_command_vm=_SIZE,
    ),
    http_service=_keys(
        f"{_SERVICE} force_https",
        checks=_keys(_HTTP),
        machine_checks=_MACHINE_CHECK,
        tls_options=_TLS,
        http_options=_HTTP_OPTIONS,
        concurrency=_keys("type soft_limit hard_limit"),
    ),
    services=_keys(
        f"{_SERVICE} protocol",
        tcp_checks=_keys(_TCP),
        http_checks=_keys(_HTTP),
        machine_checks=_MACHINE_CHECK,
        ports=_keys(
            "port start_port end_port handlers force_https",
            tls_options=_TLS,
            http_options=_HTTP_OPTIONS,
            proxy_proto_options=_keys("version"),
        ),
    ),
    checks={"*": _keys(f"{_HTTP} port type processes name")},
    machine_checks=_MACHINE_CHECK,
    mounts=_MOUNT,
    mount=_MOUNT,
    vm=_SIZE,
    compute=_SIZE,
    computes=_SIZE,
    restart=_keys("policy retries processes"),
    files=_keys("guest_path local_path secret_name raw_value processes"),
    statics=_keys("guest_path url_prefix tigris_bucket index_document"),
    metrics=_METRICS,
    metric=_METRICS,
)


def unknown(value: object, known: Known | None = KNOWN, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield the place of each key that flyctl does not know, with the one that was probably meant.

    What is empty asks for nothing, so it does not count: `script_checks = []` of old templates.
    """
    if known is None:
        return
    if isinstance(value, list):
        for index, one in enumerate(value):
            yield from unknown(one, known, f"{place}[{index}]")
    elif isinstance(value, dict):
        for key, inner in value.items():
            where = f"{place}.{key}" if place else key
            if key in known or "*" in known:
                yield from unknown(inner, known.get(key, known.get("*")), where)
            elif inner not in ([], {}, ""):
                yield where, guess(key, tuple(known))


_PART = r"(?:\"[^\"]*\"|'[^']*'|[\w-]+)"
_NAME = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_HEADER = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_NAME})[ \t]*\]")
_KEY = re.compile(rf"[ \t]*({_NAME})[ \t]*=")
_QUOTES = re.compile(r"\"\"\"|'''")


def lines(text: str) -> dict[str, int]:
    """Return the line of each place, as far as a key stands at the beginning of one."""
    found: dict[str, int] = {}
    last: dict[str, int] = {}
    table, open_ = "", ""
    for number, line in enumerate(text.splitlines(), 1):
        if open_:
            open_ = "" if open_ in line else open_
            continue
        if header := _HEADER.match(line):
            table = _place(header[2], "", last)
            if header[1] == "[[":
                last[table] = last.get(table, -1) + 1
                found.setdefault(table, number)
                table = f"{table}[{last[table]}]"
            for place in (table, *_above(table)):
                found.setdefault(place, number)
        elif key := _KEY.match(line):
            found.setdefault(_place(key[1], table, last), number)
            marks = _QUOTES.findall(line)
            open_ = marks[0] if len(marks) % 2 else ""
    return found


def _above(place: str) -> Iterator[str]:
    """Yield what a table stands in: `[[services.ports]]` alone makes the service too."""
    while "." in place:
        place = place.rpartition(".")[0]
        yield place


def _place(name: str, table: str, last: Mapping[str, int]) -> str:
    """Return where a name of a table leads to; a list on the way means its last entry."""
    parts = [part.strip("\"'") for part in re.findall(_PART, name)]
    place = table
    for index, part in enumerate(parts):
        place = f"{place}.{part}" if place else part
        if index < len(parts) - 1 and place in last:
            place = f"{place}[{last[place]}]"
    return place

"""TOML that is nearly a fly.toml: known keys in the wrong place, with values of any kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from hypothesis import strategies as st

from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

VALUES = (
    "1",
    "0",
    "-1",
    "8080",
    "300",
    "512",
    "0.33",
    "inf",
    "nan",
    "-inf",
    "1e400",
    "9" * 400,
    "true",
    "false",
    "[]",
    "{}",
    "[1]",
    "[[1]]",
    "''",
    "'x'",
    "'8080'",
    "'10s'",
    "'1gb'",
    "'512mb'",
    "'stop'",
    "'rolling'",
    "'bluegreen'",
    "['a']",
    "[{}]",
    "{a=1}",
    "{size='x'}",
    "1979-05-27",
    "'/'",
    "'/data'",
    "'/app'",
    "'/health'",
    "'http'",
    "'tcp'",
    "'app'",
    "['app']",
)
HEADERS = (
    "http_service",
    "http_service.checks",
    "services",
    "services.ports",
    "services.http_checks",
    "services.tcp_checks",
    "checks.a",
    "checks",
    "mounts",
    "mount",
    "vm",
    "compute",
    "deploy",
    "deploy.release_command_vm",
    "env",
    "processes",
    "experimental",
    "build",
    "build.args",
    "restart",
    "files",
    "metrics",
    "http_service.checks.headers",
    "services.http_checks.headers",
    "nonsense",
)
KEYS = (
    "app",
    "primary_region",
    "kill_timeout",
    "kill_signal",
    "internal_port",
    "auto_stop_machines",
    "auto_start_machines",
    "processes",
    "path",
    "interval",
    "timeout",
    "grace_period",
    "headers",
    "protocol",
    "type",
    "port",
    "source",
    "destination",
    "size",
    "memory",
    "memory_mb",
    "cpus",
    "cpu_kind",
    "gpus",
    "strategy",
    "release_command",
    "wait_timeout",
    "max_unavailable",
    "auto_rollback",
    "entrypoint",
    "policy",
    "local_path",
    "image",
    "checks",
    "http_checks",
    "services",
    "env",
    "vm",
    "mounts",
    "ASPNETCORE_URLS",
    "ASPNETCORE_HTTP_PORTS",
    "FLY_X",
    "PASSWORD",
    "nonsense",
)
LINE = st.builds(lambda key, value: f"{key} = {value}", st.sampled_from(KEYS), st.sampled_from(VALUES))
TABLE = st.builds(
    lambda header, lines: "\n".join([header, *dict.fromkeys(lines)]),
    st.builds(str.format, st.sampled_from(["[{}]", "[[{}]]"]), st.sampled_from(HEADERS)),
    st.lists(LINE, max_size=6, unique_by=lambda line: line.partition(" ")[0]),
)
TEXTS = st.builds(
    lambda lines, tables: "\n".join([*lines, *tables]) + "\n",
    st.lists(LINE, max_size=4, unique_by=lambda line: line.partition(" ")[0]),
    st.lists(TABLE, max_size=6, unique_by=lambda table: table.partition("\n")[0].strip("[]")),
)


def tried(call: Callable[[], T]) -> T | str:
    """Return what a call returns, or the id of the error that it raises."""
    try:
        return call()
    except PipelineError as error:
        return error.kind.id

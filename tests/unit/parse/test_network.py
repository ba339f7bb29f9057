"""Network faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.parse.network import fault, host

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("dotnet-10.0.401-restore-refused", "Connection refused (127.0.0.1:1)"),
        ("dotnet-10.0.401-restore-unknown", "Name or service not known (nowhere.invalid:443)"),
        ("dotnet-10.0.401-restore-503", "503 (Service Unavailable)"),
        ("npm-11.19.1-refused", "npm error code ECONNREFUSED"),
        ("npm-11.19.1-notfound", "npm error code ENOTFOUND"),
        ("npm-11.19.1-503", "npm error code E503"),
        ("trivy-0.74.0-download-unknown", "no such host"),
        ("trivy-0.74.0-download-refused", "connection refused"),
    ],
)
def test_the_network_failed(read: Callable[[str], str], name: str, expected: str) -> None:
    """The line that shows it is given."""
    assert expected in (fault(read(f"{name}.log")) or "")


@pytest.mark.parametrize(
    "name",
    [
        "dotnet-10.0.401-restore-401",
        "dotnet-10.0.401-restore-404",
        "dotnet-10.0.401-restore-locked",
        "dotnet-10.0.401-restore-nu1101",
        "dotnet-10.0.401-restore-nu1102",
        "dotnet-10.0.401-restore-ok",
        "dotnet-10.0.401-build-errors",
        "npm-11.19.1-401",
        "npm-11.19.1-404",
        "npm-11.19.1-stale",
        "npm-11.19.1-nolock",
        "npm-11.19.1-eresolve",
        "npm-11.19.1-etarget",
        "npm-11.19.1-integrity",
        "npm-11.19.1-ci-ok",
    ],
)
def test_something_else_failed(read: Callable[[str], str], name: str) -> None:
    """A wrong address, a login or the user's own files are not the network."""
    assert fault(read(f"{name}.log")) is None


@pytest.mark.parametrize(
    "line",
    [
        "npm error code EAI_AGAIN",
        "npm error code ERR_SOCKET_TIMEOUT",
        "npm error network read ECONNRESET",
        "npm error code ETIMEDOUT",
        "error NU1301: The HTTP request to 'GET https://x' has timed out after 100000ms.",
        "error NU1301: Unable to load the service index for source https://x.",
        "error NU1301:   Response status code does not indicate success: 429 (Too Many Requests).",
    ],
)
def test_known_lines(line: str) -> None:
    """Words of NuGet and npm for a network that failed."""
    assert fault(line) == line


def test_a_missing_local_feed_is_configuration() -> None:
    """NuGet gives a folder that does not exist the code of an unreachable source."""
    assert fault("a.csproj : error NU1301: The local source '/feed' doesn't exist.") is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("dotnet-10.0.401-restore-refused", "127.0.0.1:1"),
        ("dotnet-10.0.401-restore-unknown", "nowhere.invalid"),
        ("dotnet-10.0.401-restore-503", "127.0.0.1:18765"),
        ("npm-11.19.1-refused", "127.0.0.1:1"),
        ("npm-11.19.1-notfound", "nowhere.invalid"),
        ("npm-11.19.1-503", "127.0.0.1:18765"),
        ("trivy-0.74.0-download-unknown", "nowhere.invalid"),
        ("trivy-0.74.0-download-refused", "127.0.0.1:1"),
    ],
)
def test_who_did_not_answer(read: Callable[[str], str], name: str, expected: str) -> None:
    """The server is named, as a user knows it from his settings."""
    assert host(read(f"{name}.log")) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Unable to load the service index for source https://api.nuget.org/v3/index.json.", "api.nuget.org"),
        ("error NU1301:   Name or service not known (api.nuget.org:443)", "api.nuget.org"),
        ("  Failed to download package 'x.1.0.0' from 'https://user:pw@feed.test:8443/x'.", "feed.test:8443"),
        ("npm error request to https://registry.npmjs.org/x failed, reason: ECONNRESET", "registry.npmjs.org"),
        ("npm error network read ECONNRESET", ""),
        ("see https://aka.ms/nuget", ""),
    ],
)
def test_the_server_of_known_lines(line: str, expected: str) -> None:
    """The port of the protocol and the user's name are left out; a link to help is no server."""
    assert host(line) == expected

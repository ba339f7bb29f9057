"""What of a value is hidden, and what is not."""

from __future__ import annotations

import time

import pytest

from pipeline.settings.redact import HIDDEN, shown, without_credentials, without_login


@pytest.mark.parametrize(
    "name",
    [
        "MY_PAT", "AUTH", "NUGET_AUTH", "AUTHORIZATION", "PRIVATE_KEY", "ENCRYPTION_KEY", "Jwt__Key", "JwtKey",
        "JWT_SIGNING_KEY", "PASSPHRASE", "SMTP_PASS", "SmtpPass", "Db__Password", "ApiKeys", "SECRET_KEY",
    ],
)  # fmt: skip
def test_a_name_that_says_so(name):
    """Whatever the value is, unless it stands for one that the run knows."""
    assert shown(name, "hunter2") == HIDDEN
    assert shown(name, "${postgres.password}") == "${postgres.password}"


@pytest.mark.parametrize(
    "name",
    ["PATH", "COMPAT", "BYPASS", "AUTHORITY", "AUTHOR", "KEYBOARD", "PASSENGERS", "SORT_KEY", "OAUTH_URL", "MONKEY"],
)
def test_a_name_that_does_not(name):
    """Words that begin or end like one."""
    assert shown(name, "hunter2") == "hunter2"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Host=h;Pass=hunter2;A=b", "Host=h;Pass=***;A=b"),
        ("Endpoint=x;SharedAccessSignature=sv=1&sig=hunter2;A=b", "Endpoint=x;SharedAccessSignature=***;A=b"),
        ('{"password":"hunter 2", "a": 1}', '{"password":***, "a": 1}'),
        ("{'api_key': 'hunter 2'}", "{'api_key': ***}"),
        ("Authorization: Bearer hunter2", "Authorization: ***"),
        ("use sk_live_0123456789abcdef now", "use *** now"),
        ("ghp_0123456789abcdef0123", "***"),
        ("eyJhbGciOi.eyJzdWIiOiIx.c2lnbmF0dXJl", "***"),
        ("-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END", "***"),
        ("Bypass=1;Password=${postgres.password}", "Bypass=1;Password=${postgres.password}"),
        ('{"password": "${postgres.password}"}', '{"password": "${postgres.password}"}'),
        ("https://h.test/a?b=c", "https://h.test/a?***"),
        ("postgres://u:p/q@h/d and http://x/?", "postgres://***@h/d and http://x/?"),
        ("Host=h;Port=1", "Host=h;Port=1"),
    ],
)
def test_a_text_that_holds_one(text, expected):
    """Pairs, JSON, headers, addresses, and what has a form of its own."""
    assert shown("VALUE", text) == expected


PIECES = (
    "://", "://a?", "://?", "://@", "password", "password ", 'password="', "password:'", "-----BEGIN ", "eyJ", "eyJ.",
    "eyJa-", "-----BEGIN A", "a_", "A", "authorization:bearer ", "aA", "\\",
)  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_no_text_takes_long(piece):
    """A value of tens of thousands of schemes took twenty seconds."""
    text = piece * (90_000 // len(piece))
    began = time.process_time()
    shown("A", text)
    shown(text[:5_000], "x")
    without_credentials(text)
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ci:hunter2@127.0.0.1:9/x:2", "***@127.0.0.1:9/x:2"),
        ("ci:hunter@2/3@registry.test/x", "***@registry.test/x"),
        ("hunter2@registry.test/x", "***@registry.test/x"),
        ("https://ci:hunter2@registry.test/x", "https://***@registry.test/x"),
        ("registry.test:5000/x:2@sha256:00", "registry.test:5000/x:2@sha256:00"),
        ("pnpm@10", "pnpm@10"),
        ("@scope/x", "@scope/x"),
    ],
)
def test_a_login_without_a_scheme(text, expected):
    """A digest and a version stand behind an @ as well."""
    assert without_login(text) == expected

"""The sources that tests bring along are what they claim to be."""

from __future__ import annotations

import hashlib
import json
import struct
import urllib.request

from tests.security import image_tar, npm_endpoint, nuget_feed, trivy_db


def test_the_database_is_the_same_every_time(tmp_path):
    """Its digest is part of a cache key."""
    one, two = (trivy_db.write(tmp_path / name) / "db" / "trivy.db" for name in ("a", "b"))

    assert one.read_bytes() == two.read_bytes()
    assert len(one.read_bytes()) % trivy_db.PAGE == 0
    meta = one.read_bytes()[trivy_db.HEADER.size : trivy_db.HEADER.size + 64]
    magic, version, size = struct.unpack_from("<III", meta)
    assert (magic, version, size) == (0xED0CDAED, 2, 4096)
    assert struct.unpack_from("<Q", meta, 56)[0] == trivy_db.fnv(meta[:56])


def test_a_bucket_may_be_longer_than_a_page():
    """Long leaves have more pages behind them."""
    data = trivy_db.bolt({"bucket": {f"key-{n:04}": b"x" * 50 for n in range(200)}})

    headers = [trivy_db.HEADER.unpack_from(data, at) for at in range(0, len(data), trivy_db.PAGE)]
    leaves = [head for head in headers if head[1] == trivy_db.LEAF]
    assert [head[2] for head in leaves] == [200, 1]
    assert leaves[0][3] > 0


def test_the_image_is_the_same_every_time(tmp_path):
    """Nothing in it depends on the day."""
    one, two = (image_tar.write(tmp_path / name) for name in ("a.tar", "b.tar"))

    assert hashlib.sha256(one.read_bytes()).digest() == hashlib.sha256(two.read_bytes()).digest()


def ask(url, body=None):
    with urllib.request.urlopen(url, data=body, timeout=5) as answer:  # noqa: S310  # loopback
        return json.loads(answer.read())


def test_the_endpoints_answer_and_remember(tmp_path):
    """What they were asked can be looked at."""
    with npm_endpoint.endpoint() as npm, nuget_feed.feed() as nuget:
        found = ask(f"{npm.url}{npm_endpoint.BULK}", b'{"lodash": ["4.17.20"], "react": ["19.0.0"]}')
        index = ask(f"{nuget.url}/v3/index.json")
        pages = ask(next(r["@id"] for r in index["resources"] if r["@type"].startswith("VulnerabilityInfo")))

    assert list(found) == ["lodash"]
    assert ask_count(npm) == 1
    assert pages[0]["@id"].startswith(nuget.url)


def ask_count(server):
    return len(server.asked)

"""Packages with a known vulnerability that are asked along with every audit.

A source that does not know them knows nothing: its silence about other packages proves nothing either. An npm mirror
that answers `{}`, a NuGet source whose data cannot be loaded and an empty database all look clean without them.
"""

from __future__ import annotations

from pipeline.parse.weakness import Package

NPM = Package(ecosystem="npm", name="lodash", version="4.17.20")
NUGET = Package(ecosystem="nuget", name="Newtonsoft.Json", version="12.0.1")
# The name of the project that asks NuGet; no project of a user is called so.
NUGET_PROJECT = "pipeline-canary"
# Every version of every distribution has had one since.
OS_PACKAGE, OS_VERSION = "openssl", "1.0.0"
# The planted secret: its rule, the file below the tree that a scan reads, and its text.
SECRET_RULE = "pipeline-canary"  # noqa: S105  # no secret: a name
SECRET_FILE = ".pipeline/canary.txt"  # noqa: S105  # no secret: a path
SECRET_TEXT = f"{SECRET_RULE}-{'0123456789abcdef'}\n"


def silent(source: str, package: Package) -> str:
    """Return why an answer that does not name the canary is no answer."""
    return f"{source} knows no vulnerability of {package.name} {package.version}, so its silence proves nothing"

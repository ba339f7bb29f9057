"""Names that may stand in a generated file as they are."""

from __future__ import annotations

import re

# It means nothing else to YAML, to a workflow's globs or to GitLab's expressions.
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._/-]*")

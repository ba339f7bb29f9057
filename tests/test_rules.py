"""The house rules. Each is a function from a source text to its violations, proven on a bad snippet."""

from __future__ import annotations

import ast
import itertools
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.settings.files import ALL as OWN_FILES

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pipeline"
SOURCES = sorted(PACKAGE.rglob("*.py"))

PURE = ("errors", "app", "settings", "plan", "parse", "judge", "release", "scaffold", "doctor", "render")
# From the top down; each may import what stands below it or in its own line.
LAYERS = (
    ("module", "cli"),
    ("verbs",),
    ("run",),
    ("fly",),
    ("registry",),
    ("load",),
    ("read",),
    ("render",),
    ("doctor",),
    ("scaffold",),
    ("release",),
    ("judge",),
    ("plan",),
    ("parse",),
    ("app",),
    ("settings",),
    ("errors",),
    ("proof",),
    ("oci",),
)
WITH_DAGGER = {
    "module.py",
    "run/answers.py",
    "run/call.py",
    "run/commit.py",
    "run/containers.py",
    "run/dagger.py",
    "run/releasing.py",
    "run/secrets_of_call.py",
}
IMPURE = (
    "dagger",
    "subprocess",
    "socket",
    "urllib",
    "http",
    "requests",
    "asyncio",
    "anyio",
    "time",
    "random",
    "secrets",
)
CLOCKS = {"now", "utcnow", "today"}
MAX_FUNCTION = 60
MAX_FILE = 350


def _name(node: ast.AST) -> str:
    """Return the dotted name of an expression, as far as it has one."""
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _imports(tree: ast.AST) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return found


def _package(path: str) -> str:
    return path.partition("/")[0].removesuffix(".py")


def _calls(tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else _name(call.func)


def _docstrings(tree: ast.AST) -> set[int]:
    """Return the ids of the constants that are docstrings, or texts that stand alone."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def purity(path: str, tree: ast.AST) -> list[int]:
    """Keep pure packages pure: they touch no engine, process, network, clock, chance or environment."""
    if _package(path) not in PURE:
        return []
    imported = [(line, name) for line, name in _imports(tree) if not name.startswith("urllib.parse.")]
    bad = [line for line, name in imported if name.partition(".")[0] in IMPURE]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner, name = _name(node.value), node.attr
            environment = owner == "os" and name in {"environ", "getenv", "system", "popen"}
            if environment or (name in CLOCKS and owner.rpartition(".")[2] in {"datetime", "date"}):
                bad.append(node.lineno)
    names = {"os.environ", "os.getenv", "os.system", "os.popen"}
    return bad + [line for line, name in _imports(tree) if name in names]


def layering(path: str, tree: ast.AST) -> list[int]:
    """Let imports only go down."""
    rank = {name: n for n, names in enumerate(LAYERS) for name in names}
    own = rank.get(_package(path))
    if own is None:
        return [] if path == "__init__.py" and not _imports(tree) else [1]
    bad = []
    for line, name in _imports(tree):
        parts = name.split(".")
        if parts[0] != "pipeline":
            bad += [line] if parts[0] in {"None", ""} else []
        elif rank.get(parts[1], -1) < own:
            bad.append(line)
    return bad


def standalone(path: str, tree: ast.AST) -> list[int]:
    """Let what runs as a file in a bare Python container import Python's own library alone."""
    if _package(path) not in {"oci", "proof"}:
        return []
    known = {*sys.stdlib_module_names, "pipeline"}
    return [line for line, name in _imports(tree) if name.partition(".")[0] not in known]


def dagger_imports(path: str, tree: ast.AST) -> list[int]:
    """Only the Dagger facade and the Dagger runner import dagger."""
    return [] if path in WITH_DAGGER else [line for line, name in _imports(tree) if name.partition(".")[0] == "dagger"]


def shells(_path: str, tree: ast.AST) -> list[int]:
    """No command is a text for a shell."""
    bad = []
    for node in ast.walk(tree):
        if isinstance(node, ast.List | ast.Tuple):
            words = [item.value if isinstance(item, ast.Constant) else None for item in node.elts]
            bad += [
                node.lineno
                for one, two in itertools.pairwise(words)
                if isinstance(one, str)
                and isinstance(two, str)
                and one.rpartition("/")[2] in {"sh", "bash", "dash", "zsh", "cmd", "pwsh", "powershell"}
                and re.fullmatch(r"-[a-z]*c|/c|-Command", two)
            ]
    for call in _calls(tree):
        bad += [k.value.lineno for k in call.keywords if k.arg == "shell" and getattr(k.value, "value", True)]
    return bad


IMAGE = re.compile(
    r"(?:[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?/)[a-z0-9._/-]+(?::[\w][\w.-]*|@sha256:[0-9a-f]+)"
    r"|(?:[a-z0-9][a-z0-9._-]*/)*(?:alpine|debian|ubuntu|busybox|python|node|postgres|redis|sdk|aspnet|runtime"
    r"|trivy|flyctl|golang|rust|nginx)(?::[\w][\w.-]*|@sha256:[0-9a-f]+)"
    r"|(?:docker\.io|mcr\.microsoft\.com|ghcr\.io|quay\.io|registry\.k8s\.io|public\.ecr\.aws)/\S+"
)


def images(_path: str, tree: ast.AST) -> list[int]:
    """Image references stand in run/images alone, where a bot can update them."""
    prose = _docstrings(tree)
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in prose
        and IMAGE.fullmatch(node.value)
    ]


def own_files(path: str, tree: ast.AST) -> list[int]:
    """Names of the pipeline's own files stand in settings/files.py alone: written twice, one is forgotten."""
    if path == "settings/files.py":
        return []
    names = set(OWN_FILES)
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value in names]


def _has_doc(annotation: ast.expr | None) -> bool:
    return annotation is not None and any(_called(call) == "Doc" and call.args for call in _calls(annotation))


def _given_by_dagger(annotation: ast.expr | None) -> bool:
    return annotation is not None and _name(annotation).rpartition(".")[2] == "Workspace"


def functions(_path: str, tree: ast.AST) -> list[int]:
    """Each function of the module says how it is cached, what it does and what each argument is."""
    bad = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        marks = [d for d in node.decorator_list if _decorator(d) == "function"]
        if not marks and not _is_create(node):
            continue
        cached = all(isinstance(m, ast.Call) and any(k.arg == "cache" for k in m.keywords) for m in marks)
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        plain = [a for a in arguments if a.arg not in {"self", "cls"} and not _given_by_dagger(a.annotation)]
        if not cached or not ast.get_docstring(node) or not all(_has_doc(a.annotation) for a in plain):
            bad.append(node.lineno)
    return bad


def _decorator(node: ast.expr) -> str:
    return _name(node.func if isinstance(node, ast.Call) else node).rpartition(".")[2]


def _is_create(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return node.name == "create" and any(_decorator(d) == "classmethod" for d in node.decorator_list)


def ignores(_path: str, tree: ast.AST) -> list[int]:
    """`Ignore` on a Directory argument keys it by history: every edit would rerun every step."""
    return [c.lineno for c in _calls(tree) if _called(c) == "Ignore"] + [
        line for line, name in _imports(tree) if name == "dagger.Ignore"
    ]


def includes(_path: str, tree: ast.AST) -> list[int]:
    """`with_directory(include=...)` keys by history; `filter` keys by content."""
    return [
        call.lineno
        for call in _calls(tree)
        if _called(call) in {"with_directory", "with_files"}
        and any(k.arg in {"include", "exclude", "gitignore", None} for k in call.keywords)
    ]


def expectations(_path: str, tree: ast.AST) -> list[int]:
    """`expect=ANY` would cache a failure as today's truth."""
    return [k.value.lineno for call in _calls(tree) for k in call.keywords if k.arg == "expect"] + [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and _name(node).endswith("ReturnType.ANY")
    ]


def broad(path: str, tree: ast.AST) -> list[int]:
    """Only a facade or a runner may catch everything; elsewhere it would hide our own mistakes."""
    if path in {"cli.py", "module.py", "run/dagger.py", "run/host.py"}:
        return []
    bad = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            wide = any(kind is None or _name(kind) in {"Exception", "BaseException"} for kind in kinds)
            again = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            if wide and not again:
                bad.append(node.lineno)
        if isinstance(node, ast.Call) and _called(node) == "suppress":
            bad += [node.lineno for a in node.args if _name(a) in {"Exception", "BaseException"}]
    return bad


def sizes(_path: str, tree: ast.AST) -> list[int]:
    """No function over 60 lines."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > MAX_FUNCTION
    ]


LAZY = re.compile(
    r"with_\w+|without_\w+|from_|filter|directory|file|container|as_service|terminal|changes|cache_volume"
)


def dropped(path: str, tree: ast.AST) -> list[int]:
    """Drop no lazy Dagger value: one that nobody keeps never runs."""
    if path not in WITH_DAGGER:
        return []
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
        and LAZY.fullmatch(node.value.func.attr)
    ]


def prints(path: str, tree: ast.AST) -> list[int]:
    """Only the command line and its verbs print, and the programs that pack and prove an image."""
    return (
        []
        if _package(path) in {"cli", "verbs", "oci", "proof"}
        else [c.lineno for c in _calls(tree) if _name(c.func) == "print"]
    )


RULES = (
    purity, layering, dagger_imports, shells, images, functions, ignores, includes, expectations, broad, sizes, dropped,
    prints, own_files, standalone,
)  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_code_keeps_the_rule(rule):
    """No file of the package breaks the rule."""
    found = []
    for file in SOURCES:
        path = file.relative_to(PACKAGE).as_posix()
        lines = rule(path, ast.parse(file.read_text(encoding="utf-8")))
        found += [f"pipeline/{path}:{line} {rule.__doc__}" for line in lines]
    assert found == []


DOC = "Annotated[str, Doc('x')]"
BAD = [
    (own_files, "load.py", "FILE = 'pipeline.yaml'"),
    (own_files, "plan/x.py", "f('a', ['pipeline.exceptions.yaml'])"),
    (purity, "plan/x.py", "import dagger"),
    (purity, "judge/x.py", "from subprocess import run"),
    (purity, "parse/x.py", "import urllib.request"),
    (purity, "render/x.py", "import socket"),
    (purity, "app/x.py", "import http.client"),
    (purity, "plan/x.py", "import time"),
    (purity, "judge/x.py", "def f():\n    import datetime\n    return datetime.datetime.now()"),
    (purity, "judge/x.py", "from datetime import date\ndate.today()"),
    (purity, "settings/x.py", "import os\nos.environ['A']"),
    (purity, "settings/x.py", "from os import environ"),
    (purity, "errors.py", "import os\nos.getenv('A')"),
    (layering, "plan/x.py", "from pipeline.run import host"),
    (layering, "errors.py", "from pipeline.app import model"),
    (layering, "settings/x.py", "import pipeline.app.model"),
    (layering, "run/x.py", "from pipeline import cli"),
    (layering, "run/x.py", "from pipeline.verbs import plan"),
    (layering, "load.py", "from pipeline.run import host"),
    (layering, "read/x.py", "from pipeline import load"),
    (layering, "verbs/x.py", "from pipeline import cli"),
    (layering, "parse/x.py", "def f():\n    from pipeline.plan import model"),
    (layering, "judge/x.py", "from . import model"),
    (layering, "judge/x.py", "from pipeline import plan, cli"),
    (layering, "new/x.py", "x = 1"),
    (layering, "__init__.py", "import os"),
    (standalone, "oci/x.py", "import httpx"),
    (standalone, "proof/x.py", "def f():\n    from defusedxml import ElementTree"),
    (dagger_imports, "run/host.py", "import dagger"),
    (dagger_imports, "cli.py", "from dagger import dag"),
    (dagger_imports, "cli.py", "def f():\n    from dagger.mod import x"),
    (shells, "x.py", "run(['sh', '-c', text])"),
    (shells, "x.py", "c = ('/bin/bash', '-ec', 'x')"),
    (shells, "x.py", "c = ['timeout', '5', 'sh', '-c', 'x']"),
    (shells, "x.py", "subprocess.run(text, shell=True)"),
    (images, "x.py", "IMAGE = 'mcr.microsoft.com/dotnet/sdk:10.0'"),
    (images, "x.py", "f('docker.io/library/node:22-slim')"),
    (images, "x.py", "f('postgres:17')"),
    (images, "x.py", "f('aquasec/trivy:0.58')"),
    (images, "x.py", "f('localhost.test:5000/tools/x@sha256:abc')"),
    (images, "x.py", "f('ghcr.io/superfly/flyctl')"),
    (functions, "x.py", "@function\ndef f(self):\n    'doc'"),
    (functions, "x.py", "@function(name='x')\ndef f(self):\n    'doc'"),
    (functions, "x.py", "@function(cache='never')\ndef f(self): ..."),
    (functions, "x.py", "@function(cache='never')\nasync def f(self, a: str):\n    'doc'"),
    (functions, "x.py", f"@dagger.function(cache='never')\ndef f(self, *, a: {DOC}, b: str = ''):\n    'doc'"),
    (functions, "x.py", "@classmethod\ndef create(cls, source: str):\n    'doc'"),
    (functions, "x.py", f"@classmethod\nasync def create(cls, source: {DOC}): ..."),
    (ignores, "x.py", "def f(a: Annotated[dagger.Directory, Ignore(['x'])]): ..."),
    (ignores, "x.py", "def f(a: Annotated[dagger.Directory, dagger.Ignore(['x'])]): ..."),
    (ignores, "x.py", "from dagger import Ignore"),
    (includes, "x.py", "c.with_directory('/src', d, include=['*'])"),
    (includes, "x.py", "c.with_directory('/src', d, exclude=['*'])"),
    (includes, "x.py", "c.with_directory('/src', d, **more)"),
    (expectations, "x.py", "c.with_exec(['x'], expect=dagger.ReturnType.ANY)"),
    (expectations, "x.py", "c.with_exec(['x'], expect=any_)"),
    (expectations, "x.py", "kind = dagger.ReturnType.ANY"),
    (broad, "plan/x.py", "try:\n    f()\nexcept Exception:\n    pass"),
    (broad, "plan/x.py", "try:\n    f()\nexcept:\n    pass"),
    (broad, "run/x.py", "try:\n    f()\nexcept (ValueError, Exception) as e:\n    g(e)"),
    (broad, "run/x.py", "try:\n    f()\nexcept BaseException:\n    return"),
    (broad, "run/x.py", "with suppress(Exception):\n    f()"),
    (sizes, "x.py", "def f():\n" + "    x = 1\n" * MAX_FUNCTION),
    (sizes, "x.py", "class A:\n  async def f(self):\n" + "    x = 1\n" * MAX_FUNCTION),
    (dropped, "run/containers.py", "container.with_exec(['x'])"),
    (dropped, "module.py", "def f(self):\n    self.c.with_directory('/', d).with_new_file('a', 'b')"),
    (dropped, "run/dagger.py", "dag.container().from_(image)"),
    (prints, "run/x.py", "print('x')"),
    (prints, "module.py", "def f():\n    print()"),
]
GOOD = [
    (purity, "render/x.py", "from urllib.parse import quote"),
    (purity, "run/x.py", "import subprocess, time, os\nos.environ"),
    (purity, "plan/x.py", "from datetime import date\ndef f(today: date): return today"),
    (layering, "run/x.py", "from pipeline.judge import step\nfrom pipeline import load"),
    (layering, "judge/x.py", "from pipeline import errors\nimport re"),
    (standalone, "proof/x.py", "from __future__ import annotations\nimport json\nfrom pipeline.oci import layout"),
    (standalone, "registry/x.py", "import httpx"),
    (dagger_imports, "run/dagger.py", "import dagger"),
    (shells, "x.py", "['sh', '/opt/step.sh', '-c']"),
    (shells, "x.py", "subprocess.run(words, shell=False)"),
    (images, "x.py", "'''postgres:17'''\nf('postgres', 'docs/install.md', 'Host=${postgres.host}:5432')"),
    (functions, "x.py", f"@function(cache='never')\ndef f(self, a: {DOC}):\n    'doc'"),
    (functions, "x.py", f"@classmethod\ndef create(cls, ws: dagger.Workspace, a: {DOC}):\n    'doc'"),
    (functions, "x.py", "def create(a): ...\ndef helper(b): ..."),
    (includes, "x.py", "d.filter(include=['*'])\nc.with_directory('/src', d)"),
    (expectations, "x.py", "c.with_exec(['x'])"),
    (broad, "plan/x.py", "try:\n    f()\nexcept ValueError:\n    pass"),
    (broad, "run/x.py", "try:\n    f()\nexcept BaseException:\n    g()\n    raise"),
    (broad, "cli.py", "try:\n    f()\nexcept Exception:\n    pass"),
    (sizes, "x.py", "def f():\n" + "    x = 1\n" * (MAX_FUNCTION - 1)),
    (dropped, "run/containers.py", "c = c.with_exec(['x'])\nreturn_(c.with_exec(['y']))"),
    (dropped, "module.py", "async def f():\n    await c.with_exec(['x'])"),
    (prints, "cli.py", "print('x')"),
    (prints, "verbs/x.py", "print('x')"),
    (prints, "run/x.py", "console.print('x')"),
]


def _id(case: tuple[object, str, str]) -> str:
    return f"{case[0].__name__}-{case[2][:40]}"


@pytest.mark.parametrize("case", BAD, ids=_id)
def test_a_rule_can_fail(case):
    """Each rule finds the mistake it is made for."""
    rule, path, text = case
    assert rule(path, ast.parse(text)) != []


@pytest.mark.parametrize("case", GOOD, ids=_id)
def test_a_rule_lets_good_code_pass(case):
    """No rule forbids what is right."""
    rule, path, text = case
    assert rule(path, ast.parse(text)) == []


def test_every_rule_is_proven():
    """No rule stands here that was never seen to fail."""
    assert {rule for rule, _, _ in BAD} == set(RULES)


def too_long(text: str) -> bool:
    return len(text.splitlines()) > MAX_FILE


def test_no_file_is_too_long():
    """A file over 350 lines is two files."""
    assert [str(f.relative_to(ROOT)) for f in SOURCES if too_long(f.read_text(encoding="utf-8"))] == []
    assert too_long("x\n" * (MAX_FILE + 1))


# Homes, temporary and work folders of one machine. `/home/user` is what fixtures say instead of a real home.
MACHINE = re.compile(
    r"(?<![\w.$}/-])/(?:home/(?!user\b)\w[\w.-]*|Users/\w[\w.-]*|root/[\w.]|work/(?:main|shared|[\w.-]+/)|tmp/(?:pytest|bash)[\w-])"
    r"|\b[A-Z]:\\\\?Users\\"
)


def machine_paths(text: str) -> list[int]:
    """Return the lines that name a folder of one machine."""
    return [number for number, line in enumerate(text.splitlines(), start=1) if MACHINE.search(line)]


KNOWS_THE_MACHINE = {
    ".ci/run": "it may know what lies beside the repository; nothing else does",
    "bench/Dockerfile": "root's home inside of a container is no machine of ours",
    "tests/test_rules.py": "the examples of this rule",
}


def test_no_tracked_file_names_a_path_of_one_machine():
    """What is committed works on every machine."""
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=True).stdout
    found = []
    for name in filter(None, listed.decode().split("\0")):
        file = ROOT / name
        if name in KNOWS_THE_MACHINE or not file.is_file():
            continue
        text = file.read_bytes()
        if b"\0" not in text:
            found += [f"{name}:{line}" for line in machine_paths(text.decode("utf-8", "replace"))]
    assert found == []


@pytest.mark.parametrize(
    "text",
    ["/home/alice/x", "/Users/alice/x", "/root/.nuget", "/work/main/x", "/work/shared/dotnet", '"C:\\Users\\alice"'],
)
def test_a_path_of_one_machine_is_found(text):
    """Each kind of such a path is seen."""
    assert machine_paths(f"a line\nsee {text}") == [2]


@pytest.mark.parametrize(
    "text", ["/home/user/.npm", "src/work/main", "https://x.test/root/a", "/usr/bin", "${home}/work"]
)
def test_other_paths_are_fine(text):
    """Addresses, relative folders and the fixtures' stand-in are no paths of one machine."""
    assert machine_paths(text) == []

"""Which tool is behind a script, and how many `--` bring arguments to it. npm itself was asked, see tests/host."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.app.discover.calls import call_of, programs_of
from pipeline.app.model import Call


def _reach(**scripts):
    call = call_of("test", "test", scripts)
    return (call.tool, call.script, call.dashes) if call else None


@pytest.mark.parametrize(
    "command",
    [
        "vitest",
        "vitest run",
        "tsc --noEmit && vitest run",
        "TZ=UTC vitest run",
        "cross-env TZ=UTC vitest run --passWithNoTests",
        "dotenv -- vitest run",
        "npx vitest@3.2 run",
        "./node_modules/.bin/vitest run",
        "node node_modules/vitest/vitest.mjs run",
        "npm exec -- vitest run",
        "vitest run > log 2>&1",
        'vitest run -t "a && b"',
        "cd x; (echo vitest) && vitest run",
    ],
)
def test_arguments_reach_the_last_command(command):
    """What is appended to a script's line ends at its last command, whatever stands before it."""
    assert _reach(test=command) == ("vitest", "test", 1)


@pytest.mark.parametrize(
    "command",
    [
        "vitest run && npm run e2e",
        "vitest run || true",
        "vitest run | tee log",
        "vitest run; exit 0",
        "(cd client && vitest run)",
        "vitest &",
        "vitest run -- one.test.ts",
    ],
)
def test_arguments_do_not_reach_what_is_not_last(command):
    """They would end at `true` or `tee`: vitest is known, and cannot be asked for anything."""
    assert _reach(test=command) == ("vitest", "test", 0)


@pytest.mark.parametrize(
    ("scripts", "dashes"),
    [
        ({"test": "npm run unit", "unit": "vitest"}, 2),
        ({"test": "npm run a", "a": "npm run b", "b": "vitest"}, 3),
        ({"test": "npm run-script unit", "unit": "vitest"}, 2),
        ({"test": "npm run -s unit", "unit": "vitest"}, 2),
        ({"test": "npm run unit --silent", "unit": "vitest"}, 2),
        ({"test": "npm run unit -- --coverage", "unit": "vitest"}, 1),
        ({"test": "npm run types && npm run unit", "types": "tsc", "unit": "vitest"}, 2),
        ({"test": "cross-env TZ=UTC npm run unit", "unit": "vitest"}, 2),
        ({"test": "npm exec vitest run"}, 2),
    ],
)
def test_each_npm_in_between_takes_one_pair_of_dashes(scripts, dashes):
    """`npm run x --flag` keeps the flag to itself; the outer script is run, for what it does before."""
    assert _reach(**scripts) == ("vitest", "test", dashes)


def test_an_outer_script_can_be_called_test():
    """`npm test` and `npm t` are `npm run test`."""
    for word in ("npm test", "npm t"):
        assert call_of("test", "all", {"all": word, "test": "vitest"}) == Call(tool="vitest", script="all", dashes=2)


@pytest.mark.parametrize(
    "scripts",
    [
        {"test": "npm run unit && npm run e2e", "unit": "vitest", "e2e": "playwright test"},
        {"test": "npm run all", "all": "npm run unit || true", "unit": "vitest"},
        {"test": "vitest run && npm run unit | tee x", "unit": "vitest"},
    ],
)
def test_a_script_behind_that_takes_arguments_is_named(scripts):
    """Where the outer script goes on after the tests, the script that calls the tool is the one to run."""
    assert _reach(**scripts) == ("vitest", "unit", 1)


@pytest.mark.parametrize(
    "scripts",
    [
        {"test": "mocha"},
        {"test": "npm run test"},
        {"test": "npm run a", "a": "npm run test"},
        {"test": "npm run gone"},
        {"test": "npm run unit -w packages/x", "unit": "vitest"},
        {"test": "npm --prefix ../other run unit", "unit": "vitest"},
        {"test": "concurrently 'vitest run' 'npm run dev'"},
        {"test": "echo vitest"},
        {"test": "echo npm run unit", "unit": "vitest"},
        {"test": "vitest 'never ends"},
        {"test": "my-vitest-wrapper"},
        {"test": ["vitest"]},
        {"test": ""},
    ],
)
def test_another_tool_is_not_known(scripts):
    """Circles, missing scripts, scripts of other packages, and words that only look like the tool."""
    assert _reach(**scripts) is None


def test_jest_under_its_names():
    """react-scripts runs jest."""
    assert _reach(test="react-scripts test --ci") == ("jest", "test", 1)
    assert _reach(test="node --experimental-vm-modules node_modules/jest/bin/jest.js") == ("jest", "test", 1)


def test_linters_that_mend():
    """Behind `lint` other tools are looked for."""
    scripts = {"lint": "npm run types && npm run lint:js", "lint:js": "eslint .", "types": "tsc"}
    assert call_of("lint", "lint", scripts) == Call(tool="eslint", script="lint", dashes=2)
    assert call_of("lint", "lint", {"lint": "prettier --check ."}) is None
    assert call_of("build", "lint", scripts) is None


def test_many_scripts_that_call_each_other_take_no_time():
    """Each script is looked at once, however many ways lead to it."""
    names = [f"s{n}" for n in range(50)]
    line = " && ".join(f"npm run {name}" for name in names)
    assert call_of("test", "s0", dict.fromkeys(names, line)) is None


def test_a_line_that_is_cut_is_not_open():
    """What lies behind the bound may be anything."""
    assert _reach(test="vitest run " + "x" * 5_000) == ("vitest", "test", 0)


@given(st.dictionaries(st.sampled_from("abc"), st.text(alphabet="ab npmruvitest&|;()'\"\\-# \n$", max_size=60)))
def test_any_text_is_a_command_line(scripts):
    """No line of any form raises."""
    for name in scripts:
        call_of("test", name, scripts)


@pytest.mark.parametrize(
    ("command", "programs"),
    [
        ("tsc -b && vite build", ("tsc", "vite")),
        ("tsc --noEmit || true && vite build", ("tsc", "vite")),
        ("cross-env NODE_ENV=production npx webpack --mode x", ("webpack",)),
        ("npm run other && yarn other; pnpm run other", ("jest",)),
        ("npm install", ("npm",)),
        ("./node_modules/.bin/eslint . | tee x", ("eslint", "tee")),
        ("set A=1&& react-scripts build", ("react-scripts",)),
        ("npm run loop", ()),
        ("echo 'a && b'", ()),
        ("'unclosed", ()),
    ],
)
def test_the_programs_behind_a_script(command, programs):
    """What it starts in the end: variables and wrappers are none, other scripts are followed."""
    assert programs_of("it", {"it": command, "other": "jest --ci", "loop": "npm run it"}) == programs

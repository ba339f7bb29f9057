"""Remarks about package.json, its scripts and the files around the SPA."""

from __future__ import annotations

from pipeline.app.remark_kinds.kind import ERROR, NOTE, WARNING, Kind

EOL_NODE = Kind(
    "R201",
    WARNING,
    "a Node version out of support",
    "it gets no security updates",
    "move to an LTS release: <https://github.com/nodejs/release#release-schedule>",
)
RUNNER_MISSING = Kind(
    "R202",
    ERROR,
    "the test runner is not installed",
    "the script ends with `not found`: no test runs anywhere",
    "add it to devDependencies, and commit the lock file",
)
TOOL_MISSING = Kind(
    "R203",
    WARNING,
    "a script calls a tool that package.json does not name",
    "it works while another package happens to bring it, or npx downloads whatever is newest",
    "add it to devDependencies",
)
NO_LINT_CONFIG = Kind(
    "R204",
    ERROR,
    "the linter finds no configuration",
    "ESLint 9 reads eslint.config.* only and ends with an error before it looks at a single file",
    "write an eslint.config.js, or stay on ESLint 8",
)
IMPORT_MISSING = Kind(
    "R205",
    WARNING,
    "tests import packages that package.json does not name",
    "neither the tests nor the type check can find them",
    "add them to devDependencies",
)
WATCHES = Kind(
    "R206",
    NOTE,
    "a test script that starts a watcher",
    "outside of CI it never ends",
    "let `test` run once, and name the other one `test:watch`",
)
WRONG_FLAGS = Kind(
    "R207",
    ERROR,
    "a test command with flags of another runner",
    "Vitest refuses Jest's flags: the step fails, or does not do what the flag says",
    "write the flags of the runner that is used",
)
NODE_UNSAID = Kind(
    "R208",
    NOTE,
    "the application does not say which Node it needs",
    "each machine and each image takes the one it has",
    "add `engines.node` to package.json or an .nvmrc",
)
OPTIONAL_MISSING = Kind(
    "R209",
    WARNING,
    "the build wants a package that nobody asked for",
    "it is there as long as another package brings it",
    "add it to devDependencies",
)
NO_BROWSER_TESTS = Kind(
    "R210",
    NOTE,
    "a browser test tool without a test",
    "it costs each install its time and proves nothing",
    "write a test, or take it out",
)
INSTALL_FLAGS = Kind(
    "R211",
    WARNING,
    "packages are installed with different flags",
    "two places install two different trees from one lock file",
    "the same command everywhere; `--legacy-peer-deps` only where a conflict is proven",
)
NOT_CLEAN = Kind(
    "R212",
    WARNING,
    "`npm install` where `npm ci` belongs",
    "it may change the lock file and takes newer versions without a word",
    "write `npm ci`: it takes the lock file as it is",
)
WINDOWS_SCRIPT = Kind(
    "R213",
    ERROR,
    "a script that only Windows understands",
    "on Linux `set X=…` sets nothing and the script goes on without it; the other commands do not exist",
    "use `cross-env`, or the option of the tool",
)
COMMITTED_OUTPUT = Kind(
    "R214",
    WARNING,
    "the built SPA is committed",
    "an image can ship the old one with every check green",
    "take the files out of git, ignore the folder, and build in the pipeline",
)
SCRIPT_FILE = Kind(
    "R215",
    ERROR,
    "a script names a file that is not there",
    "the tool stops, or takes its defaults",
    "write the path as it is on disk",
)
PAGE_FILE = Kind(
    "R216",
    WARNING,
    "index.html names a file that is not there",
    "the browser gets the SPA fallback or 404 instead of it",
    "add the file to `public`, or take the line out",
)
OTHER_MANAGER = Kind(
    "R217",
    WARNING,
    "packages are installed by another manager than the lock file's",
    "the lock file is not looked at: what is installed there is whatever is newest",
    "one manager everywhere, the one whose lock file is committed",
)

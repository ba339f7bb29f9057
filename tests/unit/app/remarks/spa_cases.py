"""SPAs with and without their traps."""

from __future__ import annotations

import json

from pipeline.app.remark_kinds import dotnet as general
from pipeline.app.remark_kinds import spa as kinds
from tests.unit.app.remarks.case import Case

FILE = "c/package.json"
CI = ".github/workflows/ci.yml"
STEP = "on: push\njobs:\n  a:\n    steps:\n      - run: {}\n"


def package(scripts: dict[str, str], dev: str = "vite vitest", **more: object) -> str:
    """Return package.json, one entry a line."""
    names = {name.split("=")[0]: name.partition("=")[2] or "1" for name in dev.split()}
    content = {"scripts": {"build": "vite build", **scripts}, "dependencies": {"react": "19"}, "devDependencies": names}
    return json.dumps(content | more, indent=1)


def tree(text: str, **more: str) -> dict[str, str]:
    """Return the files of an SPA."""
    return {FILE: text, "c/package-lock.json": "", **more}


def of(kind, red: str, green: str, at: str = "", **more: str) -> Case:
    """Return a case whose trees differ in package.json."""
    return Case(kind, tree(red, **more), tree(green, **more), at)


TEST = package({"test": "vitest run"})
LINT = package({"lint": "eslint ."}, "vite eslint=^9.28.0")
PAGE = '<html>\n<link rel="icon" href="{}" />\n<script type="module" src="/src/main.tsx"></script>'

MEMBER = "web/packages/app/package.json"


def member(root: str, **scripts: str) -> dict[str, str]:
    """Return a workspace below the root of the repository, with the SPA in it."""
    top = json.loads(root) | {"workspaces": ["packages/*"]}
    return {MEMBER: package(scripts, "vite"), "web/package.json": json.dumps(top), "web/package-lock.json": ""}


CASES = (
    of(general.CANNOT_FAIL, package({"format:check": "prettier --check . || true"}, "vite prettier"),
       package({"format:check": "prettier --check ."}, "vite prettier"), f"{FILE}:4"),
    of(general.CANNOT_FAIL, package({"lint": "eslint . || true"}), package({"lint": "eslint ."}), f"{FILE}:4"),
    of(kinds.RUNNER_MISSING, package({"test": "vitest"}, "vite"), TEST, f"{FILE}:4"),
    of(kinds.TOOL_MISSING, package({"check": "npx prettier --check ."}),
       package({"check": "npx prettier --check ."}, "vite prettier"), f"{FILE}:4"),
    Case(kinds.NO_LINT_CONFIG, tree(LINT, **{"c/.eslintrc.cjs": ""}), tree(LINT, **{"eslint.config.js": ""}),
         f"{FILE}:4"),
    of(kinds.NO_LINT_CONFIG, package({"lint": "eslint ."}, "vite eslint=^8"),
       package({"lint": "eslint ."}, "vite eslint=^8", eslintConfig={}), f"{FILE}:4"),
    Case(kinds.IMPORT_MISSING, tree(TEST, **{"c/src/a.test.tsx": "import { render } from '@testing-library/react';\n"}),
         tree(TEST, **{"c/src/a.test.tsx": "import { it } from 'vitest';\nimport x from '@/app';\n"}),
         "c/src/a.test.tsx"),
    of(kinds.WATCHES, package({"test": "vitest"}), TEST, f"{FILE}:4"),
    Case(kinds.WRONG_FLAGS, tree(TEST, **{CI: STEP.format("npm test -- --coverage --watchAll=false")}),
         tree(TEST, **{CI: STEP.format("npm test -- --coverage")}), f"{CI}:5"),
    of(kinds.NODE_UNSAID, TEST, package({}, engines={"node": ">=20"}), FILE),
    Case(kinds.OPTIONAL_MISSING, tree(TEST, **{"c/vite.config.ts": "x\nbuild: { minify: 'terser' }"}),
         tree(TEST, **{"c/vite.config.ts": "x\nbuild: { minify: 'esbuild' }"}), "c/vite.config.ts:2"),
    Case(kinds.NO_BROWSER_TESTS, tree(package({}, "vite playwright")),
         tree(package({}, "vite playwright"), **{"c/playwright.config.ts": ""}), f"{FILE}:10"),
    Case(kinds.INSTALL_FLAGS, tree(TEST, **{CI: STEP.format("npm ci --legacy-peer-deps"), "up.sh": "npm ci\n"}),
         tree(TEST, **{CI: STEP.format("npm ci"), "up.sh": "npm ci\nnpm ci --prefix e2e --legacy-peer-deps\n"}),
         f"{CI}:5"),
    Case(kinds.NOT_CLEAN, tree(TEST, **{CI: STEP.format("npm install")}),
         tree(TEST, **{CI: STEP.format("npm install -g npm@11")}), f"{CI}:5"),
    Case(kinds.OTHER_MANAGER, tree(TEST, **{CI: STEP.format("pnpm install --frozen-lockfile")}),
         tree(TEST, **{CI: STEP.format("npm install -g pnpm"), "e/pnpm-lock.yaml": ""}), f"{CI}:5"),
    Case(kinds.OTHER_MANAGER,
         tree(TEST, **{"A.csproj": "<Project>\n<SpaProxyLaunchCommand>bun dev</SpaProxyLaunchCommand></Project>"}),
         tree(TEST, **{"A.csproj": "<Project><SpaProxyLaunchCommand>npm start</SpaProxyLaunchCommand></Project>"}),
         "A.csproj:2"),
    of(kinds.WINDOWS_SCRIPT, package({"build": "set BUILD_PATH=../x&& react-scripts build"}, "react-scripts"),
       package({"build": "react-scripts build"}, "react-scripts"), f"{FILE}:3"),
    of(kinds.WINDOWS_SCRIPT, package({"build": "set BUILD_PATH=../x&& vite build"}),
       package({"build": "cross-env BUILD_PATH=../x vite build"}), f"{FILE}:3"),
    Case(kinds.COMMITTED_OUTPUT, tree(TEST, **{"API/wwwroot/assets/index-a1b2c3d4.js": ""}),
         tree(TEST, **{"API/wwwroot/assets/index-a1b2c3d4.js": "", "API/.gitignore": "wwwroot/"}),
         "API/wwwroot/assets/index-a1b2c3d4.js"),
    Case(kinds.COMMITTED_OUTPUT, tree(TEST, **{"c/dist/chunk-VOFQZSPR.js": "", "API/.gitignore": "#wwwroot/"}),
         tree(TEST, **{"c/src/chunk-VOFQZSPR.js": "", "API/wwwroot/jquery.unobtrusive.js": "",
                       "API/wwwroot/lib/a-a1b2c3d4.js": ""}), "c/dist/chunk-VOFQZSPR.js"),
    Case(kinds.COMMITTED_OUTPUT,
         tree(TEST, **{"API/wwwroot/static/js/787.627756db.chunk.js": "", ".gitignore": "#wwwroot/\n"}),
         tree(TEST, **{".gitignore": "#wwwroot/\n"}), "API/wwwroot/static/js/787.627756db.chunk.js"),
    of(kinds.WINDOWS_SCRIPT, package({"build": f"set A={'x' * 90}&& vite build"}),
       package({"start": "start chrome", "dev:win": "set A=b&& vite"}), f"{FILE}:3"),
    # The workspace lies below the root of the repository.
    Case(kinds.NODE_UNSAID, member("{}"), member('{"engines": {"node": ">=20"}}'), MEMBER),
    Case(kinds.RUNNER_MISSING, member("{}", test="vitest run"),
         member('{"devDependencies": {"vitest": "1"}}', test="vitest run")),
    of(kinds.SCRIPT_FILE, package({"types": "tsc --project tsconfig.build.json"}, "vite typescript"),
       package({"types": "tsc --project tsconfig.json"}, "vite typescript"), f"{FILE}:4", **{"c/tsconfig.json": ""}),
    Case(kinds.PAGE_FILE, tree(TEST, **{"c/index.html": PAGE.format("/vite.svg"), "c/src/main.tsx": ""}),
         tree(TEST, **{"c/index.html": PAGE.format("/x.svg"), "c/src/main.tsx": "", "c/public/x.svg": ""}),
         "c/index.html:2"),
)  # fmt: skip

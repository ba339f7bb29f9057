"""Where the build of the SPA leaves its files."""

from __future__ import annotations

import json

import pytest

from pipeline.app.model import Confidence
from pipeline.errors import AMBIGUOUS, SETTINGS_INVALID
from pipeline.plan.make import make
from pipeline.settings.load import resolve
from tests.samples import IMAGES

WEB = """<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
</Project>"""


@pytest.fixture
def tree(package):
    """Return a web project with a SPA in `client`: a build script, packages, files."""

    def make_tree(build, packages=("react",), files=(), **scripts):
        text = package({"build": build} | scripts, dependencies=dict.fromkeys(packages, "19"))
        own = {"package.json": text, "package-lock.json": ""} | dict(files)
        return {"Web/Web.csproj": WEB} | {f"client/{name}": content for name, content in own.items()}

    return make_tree


def angular(options, builder="@angular/build:application", **more):
    """Return an angular.json with one application."""
    build = {"builder": builder, "options": options, **more}
    return json.dumps({"projects": {"shop": {"projectType": "application", "architect": {"build": build}}}})


def image_folders(app):
    plan = make(app, resolve("").settings, IMAGES)
    return list(dict.fromkeys(artifact.path for artifact in plan.step("image").artifacts))


@pytest.mark.parametrize(
    ("text", "dist"),
    [
        ("build: { outDir: path.resolve(__dirname, '../Web/wwwroot') }", "../Web/wwwroot"),
        ("build: { outDir: path.join(__dirname, '..', \"Web\", 'wwwroot'), }", "../Web/wwwroot"),
        ("build: { outDir: resolve(import.meta.dirname, 'out') }", "out"),
        ("build: { outDir: fileURLToPath(new URL('../Web/wwwroot', import.meta.url)) }", "../Web/wwwroot"),
        ("plugins: [dts({ outDir: 'types' })], build: { outDir: 'out' }", "out"),
        ("root: 'src', build: { outDir: '../out' }", "out"),
        ("root: path.resolve(__dirname, 'src')", "src/dist"),
        ("test: { root: './src', coverage: {} }", "dist"),
        ("/* outDir: 'a' */ build: { sourcemap: true } // outDir: 'b'", "dist"),
        ("server: { proxy: { '/api': 'http://localhost:5000' } }", "dist"),
    ],
)
def test_the_configuration_of_vite_is_read(found, tree, text, dist):
    """Literals, places made of literals, and the folder that a root moves."""
    files = {"vite.config.ts": f"export default defineConfig({{ {text} }})"}
    assert found(tree("tsc -b && vite build", files=files)).spa.dist == dist


@pytest.mark.parametrize(
    ("text", "candidate"),
    [
        ("build: { outDir: process.env.OUT }", "dist"),
        ("build: { outDir: mode === 'a' ? 'one' : 'two' }", "one"),
        ("build: { outDir }", "dist"),
        ("build: { outDir: `${base}/x` }", "dist"),
        ("root: base", "dist"),
        ("build: { outDir: '/srv/www' }", "dist"),
        ("build: { outDir: '../../elsewhere' }", "dist"),
        ("x" * 30_000, "dist"),
    ],
)
def test_what_cannot_be_read_is_asked_and_the_setting_answers(found, refused, tree, text, candidate):
    """Nothing is guessed: the wrong folder would end up in the image, or none."""
    files = tree("vite build", files={"vite.config.ts": f"export default {{ {text} }}"})
    fact = found(files).fact("dist")
    assert (fact.confidence, fact.key) == (Confidence.ASKED, "spa.dist")
    assert {candidate, "../Web/wwwroot"} <= set(fact.candidates)
    error = refused(files)
    assert error.kind is AMBIGUOUS
    assert "spa.dist" in error.what
    assert found(files, "spa: {dist: ../Web/wwwroot/}").spa.dist == "../Web/wwwroot"


def test_a_configuration_for_something_else_does_not_count(found, tree):
    """Vite reads one by itself, and another only when it is told to."""
    files = {"vite.config.e2e.ts": "build: {outDir: 'e2e'}", "vite.config.ts": "build: {outDir: '../Web/wwwroot'}"}
    assert found(tree("vite build", files=files)).spa.dist == "../Web/wwwroot"
    assert found(tree("vite build -c vite.config.e2e.ts", files=files)).spa.dist == "e2e"


@pytest.mark.parametrize(
    ("content", "dist"),
    [
        (angular({"outputPath": "../Web/wwwroot"}, "@angular-devkit/build-angular:browser"), "../Web/wwwroot"),
        (angular({"outputPath": "dist"}), "dist/browser"),
        (angular({"outputPath": {"base": "../Web/wwwroot", "browser": ""}}), "../Web/wwwroot"),
        (angular({}), "dist/shop/browser"),
        (angular({"outputPath": "a"}, configurations={"production": {"outputPath": "b"}}), "b/browser"),
    ],
)
def test_angular_says_it_in_angular_json(found, tree, content, dist):
    """The builder for browsers makes a folder of its own below, unless it is told not to."""
    assert found(tree("ng build", ["@angular/core"], {"angular.json": content})).spa.dist == dist


def test_angular_that_renders_on_a_server_or_has_several_projects(found, tree):
    """A server, and a question."""
    app = found(tree("ng build", ["@angular/core"], {"angular.json": angular({"ssr": {"entry": "server.ts"}})}))
    assert (app.spa.dist, app.spa.server) == ("", "angular")
    two = json.loads(angular({"outputPath": "x"}))
    two["projects"]["admin"] = two["projects"]["shop"]
    files = {"angular.json": json.dumps(two)}
    assert found(tree("ng build", ["@angular/core"], files)).fact("dist").is_asked
    assert found(tree("ng build admin", ["@angular/core"], files)).spa.dist == "x/browser"


@pytest.mark.parametrize(
    ("build", "packages", "files", "dist"),
    [
        ("next build", ["next"], {"next.config.mjs": "export default { output: 'export' }"}, "out"),
        ("next build", ["next"], {"next.config.js": "x = { output: 'export', distDir: 'web' }"}, "web"),
        ("nuxt generate", ["nuxt"], {"nuxt.config.ts": "export default {ssr: false}"}, ".output/public"),
        ("vite build", ["@sveltejs/kit"], {"svelte.config.js": "import a from '@sveltejs/adapter-static'"}, "build"),
        ("astro build", ["astro"], {}, "dist"),
        ("react-router build", ["react"], {"react-router.config.ts": "export default { ssr: false }"}, "build/client"),
        (
            "webpack",
            ["react"],
            {"webpack.config.js": "output: {path: path.resolve(__dirname, '../Web/js')}"},
            "../Web/js",
        ),
        ("parcel build --dist-dir=out", ["react"], {}, "out"),
    ],
)
def test_tools_that_export_files(found, tree, build, packages, files, dist):
    """Each has its own folder."""
    assert found(tree(build, packages, files)).spa.dist == dist


@pytest.mark.parametrize(
    ("build", "packages", "files", "server"),
    [
        ("next build", ["next"], {}, "next"),
        ("next build --turbopack", ["next"], {"next.config.ts": "export default { output: 'standalone' }"}, "next"),
        ("nuxt build", ["nuxt"], {"nuxt.config.ts": "export default {}"}, "nuxt"),
        ("vite build", ["@sveltejs/kit"], {"svelte.config.js": "import a from '@sveltejs/adapter-node'"}, "svelte"),
        ("remix vite:build", ["react"], {"vite.config.ts": "export default {}"}, "react-router"),
        ("astro build", ["astro"], {"astro.config.mjs": "export default { output: 'server' }"}, "astro"),
    ],
)
def test_a_server_is_built_and_never_copied_into_the_image(found, tree, build, packages, files, server):
    """Its folder holds a program: served as files it would show nothing, and perhaps its secrets."""
    app = found(tree(build, packages, files))
    assert (app.spa.dist, app.spa.server, app.fact("dist").value) == ("", server, None)
    assert app.fact("spa server").value == server
    assert "R150" in {remark.id for remark in app.remarks}
    plan = make(app, resolve("").settings, IMAGES)
    assert plan.step("spa.build").commands == (("npm", "run", "build"),)
    assert server in plan.step("spa.build").leaves_open
    assert {artifact.path for artifact in plan.step("image").artifacts} == {"publish"}


@pytest.mark.parametrize(
    ("build", "packages", "files"),
    [
        ("next build", ["next"], {"next.config.mjs": "output: isProd ? 'export' : undefined"}),
        ("nuxt build", ["nuxt"], {"nuxt.config.ts": "export default {ssr: false}"}),
        ("node build.mjs", ["react"], {}),
        ("vite build && mv dist ../Web/wwwroot", ["react"], {}),
        ("react-scripts build", ["react", "react-scripts"], {".env.production": "BUILD_PATH=../Web/wwwroot"}),
        ("nx build shop", ["react"], {}),
    ],
)
def test_files_or_a_server_that_nobody_can_tell_is_asked(found, tree, build, packages, files):
    """Also what a script does by itself."""
    app = found(tree(build, packages, files))
    assert app.spa is None
    assert app.fact("dist").key == "spa.dist"


def test_the_settings_can_say_that_nothing_is_served(found, tree):
    """`none` is the answer that the question offers."""
    files = tree("next build", ["next"], {"next.config.mjs": "output: isProd ? 'export' : undefined"})
    assert "none" in found(files).fact("dist").candidates
    assert image_folders(found(files, "spa: {dist: none}")) == ["publish"]
    assert image_folders(found(files, "spa: {dist: out}")) == ["publish", "client/out"]


def test_a_question_with_one_candidate_says_why_it_is_asked(refused, package):
    """Without a web project only the tool's own folder comes to mind, and it may be another."""
    error = refused({"package.json": package({"build": "node build.mjs"}), "package-lock.json": ""})
    assert (error.what, error.details) == ("dist: nothing says it in a way that can be read; set `spa.dist`", ("dist",))


def test_a_folder_outside_the_source_is_refused(refused, tree):
    """The setting is named from the SPA's folder."""
    assert refused(tree("vite build"), "spa: {dist: ../../x}").kind is SETTINGS_INVALID
    assert refused(tree("vite build"), "spa: {dist: none/../../../x}").kind is SETTINGS_INVALID


def test_without_a_build_nothing_is_said(found, tree):
    """No script, no output."""
    files = tree("vite build", files={"index.html": ""})
    files["client/package.json"] = json.dumps({"dependencies": {"react": "1"}, "scripts": {}})
    app = found(files)
    assert (app.fact("dist").value, app.spa.build) == (None, None)

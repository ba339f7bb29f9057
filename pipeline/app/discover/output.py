"""Where the production build of the SPA leaves its files: read, or asked; a server's build leaves none to serve."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.app.discover import angular, javascript
from pipeline.app.discover.calls import commands_of
from pipeline.app.discover.choice import asked
from pipeline.app.discover.markup import section, string
from pipeline.app.discover.said import Output, Site, tidy, unknown
from pipeline.app.discover.tree import join, line_of, resolve
from pipeline.app.model import Confidence, Fact
from pipeline.errors import SETTINGS_INVALID, PipelineError
from pipeline.settings.files import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pipeline.app.discover.tree import Tree
    from pipeline.app.model import Script

KEY = "spa.dist"
NAME = "dist"

# In the settings: nothing of the build is served as files.
NOTHING = "none"

_MOVES = frozenset({"mv", "move", "robocopy"})
_NUXT_2 = re.compile(r"[\^~]?[12](?:\.|$)")
_SERVER_ADAPTERS = re.compile(r"@sveltejs/adapter-(?:node|vercel|netlify|cloudflare|auto)|svelte-adapter-bun")


@dataclass(frozen=True, kw_only=True)
class Dist:
    """The fact, the folder (nothing where a server renders the pages), and the framework of that server."""

    fact: Fact[Any]
    folder: str = ""
    server: str | None = None


def as_set(folder: str, setting: str, found: Output | None) -> Dist:
    """Return the folder that the settings name."""
    if setting == NOTHING:
        server = (found.server if found else None) or "a server"
        return Dist(fact=Fact(name=NAME, value=None, source=SETTINGS), server=server)
    if resolve(folder, setting) is None:
        raise PipelineError(SETTINGS_INVALID, f"{KEY}: {setting} leaves the source; it is named from {folder}")
    return Dist(fact=Fact(name=NAME, value=tidy(setting), source=SETTINGS), folder=tidy(setting))


def dist_of(tree: Tree, folder: str, package: Mapping[str, object], build: Script | None, setting: str) -> Dist:
    """Return where the build leaves its files."""
    site = Site(tree=tree, folder=folder, package=package)
    found = _of_script(site, build.name) if build else None
    if setting:
        return as_set(folder, setting, found)
    if found is None:
        why = f"no script in {site.file} builds anything"
        return Dist(fact=Fact(name=NAME, value=None, source=why, confidence=Confidence.DERIVED), folder="dist")
    if found.is_open:
        return Dist(fact=asked(NAME, [option or NOTHING for option in found.options], KEY))
    fact = Fact(name=NAME, value=found.folder, source=found.source, line=found.line, confidence=found.sure)
    return Dist(fact=fact, folder=found.folder or "", server=found.server)


def _of_script(site: Site, name: str) -> Output:
    scripts = section(site.package, "scripts")
    commands = [words for hook in (name, f"post{name}") for words in commands_of(hook, scripts)]
    found = [said for words in commands if (said := _of_command(site, words))]
    moved = any(words[0] in _MOVES for words in commands)
    options = tuple(dict.fromkeys(option for one in found for option in one.options))
    if found and len(options) == 1 and not moved:
        return found[0]
    return unknown(*(options or ("dist",)))


def _of_command(site: Site, words: Sequence[str]) -> Output | None:
    """Return what one command line leaves; nothing when it is no known build."""
    for at, word in enumerate(words):
        tool = BUILDERS.get(word.rpartition("/")[2].removesuffix(".js"))
        if tool and (at == 0 or word in BUILDERS):
            return tool(site, words[at + 1 :])
    return None


def _verb(words: Sequence[str]) -> str:
    return words[0] if words and not words[0].startswith("-") else ""


def _flag(words: Sequence[str], *names: str) -> str | None:
    """Return the value of a flag, with or without `=`."""
    for at, word in enumerate(words):
        for name in names:
            if word == name and at + 1 < len(words):
                return words[at + 1]
            if word.startswith(f"{name}="):
                return word.removeprefix(f"{name}=")
    return None


def _given(site: Site, words: Sequence[str], *names: str) -> Output | None:
    value = _flag(words, *names)
    if value is None:
        return None
    # A variable of the shell, or a path of some machine.
    if "$" in value or "%" in value or resolve(site.folder, value) is None:
        return unknown("dist")
    return site.said(value, site.file, sure=Confidence.STATED)


def _vite(site: Site, words: Sequence[str]) -> Output | None:
    if _verb(words) not in ("", "build"):
        return None
    if "--ssr" in words:
        return Output(server="vite", source=site.file)
    if site.asks_for("@sveltejs/kit"):
        return _svelte(site)
    return _given(site, words, "--outDir") or _configured(site, _flag(words, "--config", "-c"))


def _configured(site: Site, config: str | None) -> Output:
    """Return what the configuration of Vite says, the usual one or one that the command names."""
    path = site.config("vite.config") if config is None else resolve(site.folder, config)
    if path is None:
        return site.said("dist", site.file)
    text = site.text(path)
    if text is None or (config and path not in site.tree.beside(site.folder)):
        return unknown("dist")
    return _of_vite_config(site, path, javascript.without(text, "test"))


def _of_vite_config(site: Site, path: str, text: str) -> Output:
    written = javascript.expressions(text, "outDir")
    inner = javascript.expressions(javascript.block(text, "build"), "outDir")
    chosen = dict.fromkeys(written if len(set(written)) == 1 else inner or written)
    folders = [javascript.folder(one) for one in chosen]
    roots = {javascript.folder(one) for one in javascript.expressions(text, "root")} or {"."}
    hidden = javascript.mentions(text, "outDir") or (not written and "mergeConfig" in text)
    guesses = tuple(option for one in chosen for option in javascript.texts(one))
    if hidden or None in folders or None in roots or len(folders) > 1 or len(roots) > 1:
        return unknown(*(guesses or ("dist",)))
    (root,) = roots
    # A place that starts at the file does not care about the root.
    whole = bool(chosen) and javascript.literal(next(iter(chosen))) is None
    said = (folders[0] if folders else None) or "dist"
    place = said if whole else join(tidy(root or "."), said)
    sure = Confidence.STATED if folders else Confidence.DERIVED
    return site.said(place, path, line_of(site.tree.read(path), "outDir"), sure=sure)


def _svelte(site: Site) -> Output:
    path = site.config("svelte.config")
    text = site.text(path) if path else None
    if path is None or text is None:
        return unknown("build", None)
    if "@sveltejs/adapter-static" in text:
        return _written(site, path, text, "pages", "build")
    server = _SERVER_ADAPTERS.search(text)
    return Output(server="svelte", source=path, line=line_of(text, server[0])) if server else unknown("build", None)


def _written(site: Site, path: str, text: str, key: str, default: str) -> Output:
    """Return the folder behind a key of a configuration, else what the tool takes."""
    found = {javascript.folder(one) for one in javascript.expressions(text, key)}
    if len(found) > 1 or None in found or javascript.mentions(text, key):
        return unknown(default)
    said = next(iter(found), None)
    sure = Confidence.STATED if said else Confidence.DERIVED
    return site.said(said or default, path, line_of(site.tree.read(path), f"{key}:"), sure=sure)


def _next(site: Site, words: Sequence[str]) -> Output | None:
    if _verb(words) == "export":
        return _given(site, words, "-o", "--outdir") or site.said("out", site.file)
    if _verb(words) not in ("", "build"):
        return None
    path = site.config("next.config")
    text = site.text(path) if path else ""
    if text is None:
        return unknown("out", None)
    said = javascript.expressions(text, "output")
    values = {javascript.literal(one) for one in said}
    if path and values == {"export"}:
        return _written(site, path, text, "distDir", "out")
    if values & {"export", None} or javascript.mentions(text, "output"):
        own = [place for one in javascript.expressions(text, "distDir") if (place := javascript.folder(one))]
        return unknown(*(own or ["out"]), None)
    return Output(server="next", source=path or site.file)


def _nuxt(site: Site, words: Sequence[str]) -> Output | None:
    if _verb(words) not in ("", "build", "generate"):
        return None
    path = site.config("nuxt.config")
    text = site.text(path) if path else ""
    old = bool(_NUXT_2.match(site.version("nuxt")))
    default = "dist" if old else ".output/public"
    if text is None or re.search(r"\b(?:publicDir|preset|buildDir)\s*:|\bgenerate\s*:\s*\{[^}]*\bdir\s*:", text):
        return unknown(default, None)
    if _verb(words) == "generate" or "--prerender" in words:
        return site.said(default, path or site.file)
    if re.search(r"\bssr\s*:|\btarget\s*:", text):
        return unknown(default, None)
    return Output(server="nuxt", source=path or site.file)


def _astro(site: Site, words: Sequence[str]) -> Output | None:
    if _verb(words) != "build":
        return None
    if given := _given(site, words, "--outDir"):
        return given
    path = site.config("astro.config")
    text = site.text(path) if path else ""
    if text is None:
        return unknown("dist", None)
    said = {javascript.literal(one) for one in javascript.expressions(text, "output")}
    if said & {"server", "hybrid"}:
        return Output(server="astro", source=path or site.file)
    if None in said or javascript.expressions(text, "adapter"):
        return unknown("dist", None)
    return _written(site, path, text, "outDir", "dist") if path else site.said("dist", site.file)


def _router(site: Site, words: Sequence[str]) -> Output | None:
    """Return what React Router, or Remix before it, makes: a server, unless the configuration says otherwise."""
    if _verb(words) not in ("build", "vite:build"):
        return None
    path = next((one for name in ("react-router.config", "vite.config") if (one := site.config(name))), None)
    text = site.text(path) if path else ""
    said = javascript.expressions(text, "ssr") if text is not None else ["?"]
    if said == ["false"] and path:
        return site.said("build/client", path, line_of(text or "", "ssr"))
    server = Output(server="react-router", source=path or site.file)
    return server if said in ([], ["true"]) else unknown("build/client", None)


def _scripts(site: Site, words: Sequence[str]) -> Output | None:
    """Return what Create React App makes; its variable may stand in files that are not read here."""
    if "build" not in words:
        return None
    command = str(section(site.package, "scripts"))
    own = any("BUILD_PATH" in site.tree.facts.texts.get(path, "") for path in site.tree.beside(site.folder))
    return unknown("build") if "BUILD_PATH" in command or own else site.said("build", site.file)


def _vue(site: Site, words: Sequence[str]) -> Output | None:
    if "build" not in words:
        return None
    if given := _given(site, words, "--dest"):
        return given
    path = site.config("vue.config")
    text = site.text(path) if path else None
    if path is None:
        return site.said("dist", site.file)
    return unknown("dist") if text is None else _written(site, path, text, "outputDir", "dist")


def _webpack(site: Site, words: Sequence[str]) -> Output | None:
    if _verb(words) in ("serve", "watch"):
        return None
    if given := _given(site, words, "--output-path", "-o"):
        return given
    path = site.config("webpack.config")
    if _flag(words, "--config", "-c") is not None:
        return unknown("dist")
    text = site.text(path) if path else None
    if path is None:
        return site.said("dist", site.file)
    return unknown("dist") if text is None else _written(site, path, javascript.block(text, "output"), "path", "dist")


def _parcel(site: Site, words: Sequence[str]) -> Output | None:
    if _verb(words) != "build":
        return None
    target = string(site.package, "main") or section(site.package, "targets")
    return _given(site, words, "--dist-dir") or (unknown("dist") if target else site.said("dist", site.file))


BUILDERS: Mapping[str, Callable[[Site, Sequence[str]], Output | None]] = {
    "vite": _vite,
    "next": _next,
    "nuxt": _nuxt,
    "nuxi": _nuxt,
    "astro": _astro,
    "remix": _router,
    "react-router": _router,
    "ng": angular.output,
    "react-scripts": _scripts,
    "craco": _scripts,
    "react-app-rewired": _scripts,
    "vue-cli-service": _vue,
    "webpack": _webpack,
    "webpack-cli": _webpack,
    "parcel": _parcel,
}

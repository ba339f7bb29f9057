"""Dockerfiles: what they build from, what they leave out and what they start."""

from __future__ import annotations

import re
from collections import Counter
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from pipeline.app.discover.docker import copied, published, sources_of, started
from pipeline.app.discover.remarks import ignorefile
from pipeline.app.discover.remarks.documents import mapping, text
from pipeline.app.discover.remarks.projects import closure, projects_of
from pipeline.app.discover.remarks.spa import built
from pipeline.app.discover.remarks.targets import skip_property, targets
from pipeline.app.discover.tree import folder_of, is_below, join, line_of, name_of, resolve, upward
from pipeline.app.remark_kinds import images as kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.app.discover.docker import Dockerfile, Stage
    from pipeline.app.discover.remarks.view import View
    from pipeline.app.model import Project, Remark

_IMAGE = re.compile(r"dotnet/(?:nightly/)?(sdk|aspnet|runtime|runtime-deps|monitor):(\d{1,2})\.(\d)")
_FRAMEWORK = re.compile(r"net(?:coreapp)?(\d{1,2})\.(\d)")
_BUILT = re.compile(
    r"(?:^|/)(?:bin|obj|dist|build|out|publish(?:ed)?[^/]*|_output|artifacts|[^/]*\.(?:tar\.gz|zip))(?:/|$)"
)
_NODE = re.compile(r"\bapk\s+add\b[^&|;]*\bnodejs\b(?![=~@])|\bapt(?:-get)?\s+install\b[^&|;]*\bnodejs\b(?!=)")
_RUNS_NODE = re.compile(r"\b(?:npm|npx|pnpm|yarn|bun)\s+(?:run\s+)?\S|\bnode:")
_SPA_BUILD = re.compile(r"\b(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?build\b")
_CONFIGURATION = re.compile(r"\bdotnet\s+publish\b[^&|;]*?\s(?:-c|--configuration)[ =]\"?([A-Za-z]\w*)")
_PUBLISHES = re.compile(r"\bdotnet\s+publish\s+(?:[\"'](?=[\w./]))?([\w./\\-]*(?:proj)?)")
_LOOSE = re.compile(r"(?:latest|lts|stable|current|edge|mainline|alpine|slim|bookworm|bullseye|nightly)?(?:-[a-z]+)*")
_FLY = r"(?:.*/)?fly(?:\.[\w-]+)?\.toml"
_NAMES_DOCKERFILE = re.compile(r"(?m)^[ \t]*dockerfile\s*=\s*[\"']([^\"'\n]+)[\"']")
_RESTORE_FILES = ("nuget.config", "directory.build.props", "directory.packages.props", "global.json")
_SELF_CONTAINED = re.compile(r"--self-contained(?!\s+false)|SelfContained=true|--sc\b")


def final(file: Dockerfile) -> list[Stage]:
    """Return the stages that what runs is made from, the last one first."""
    by_name = {stage.name.lower(): stage for stage in file.stages if stage.name}
    found: list[Stage] = []
    stage = file.stages[-1] if file.stages else None
    while stage and stage not in found:
        found.append(stage)
        stage = by_name.get(stage.image.lower())
    return found


def projects_by_assembly(view: View) -> dict[str, Project]:
    """Return the projects by the name of their assembly."""
    return {project.assembly.lower() or project.name.lower(): project for project in projects_of(view)}


def started_project(view: View, file: Dockerfile) -> Project | None:
    """Return the project whose assembly the image starts."""
    said = started(file)
    return projects_by_assembly(view).get(said[0].lower()) if said else None


def versions(view: View) -> Iterator[Remark]:
    """Find images of another .NET version than what they build or start."""
    for file in view.dockerfiles:
        project = started_project(view, file) or _published_project(view, file)
        wanted = max((_version(f) for f in project.frameworks), default=(0, 0)) if project else (0, 0)
        if not project or wanted == (0, 0):
            continue
        contained = any(_SELF_CONTAINED.search(one.text) for one in file.of_kind("RUN"))
        runs = {id(stage) for stage in final(file)}
        for stage in file.stages:
            if found := _IMAGE.search(stage.image):
                has = (int(found[2]), int(found[3]))
                what = f"{found[1]}:{found[2]}.{found[3]} for {project.name}, which targets {project.frameworks[0]}"
                if found[1] == "sdk" and has < wanted:
                    yield kinds.SDK_TOO_OLD.at(what, file.path, stage.line)
                elif found[1] == "sdk" and has[0] > wanted[0]:
                    yield kinds.SDK_NEWER.at(what, file.path, stage.line)
                elif found[1] in ("aspnet", "runtime") and id(stage) in runs and has[0] != wanted[0] and not contained:
                    yield kinds.RUNTIME_MAJOR.at(what, file.path, stage.line)


def _version(framework: str) -> tuple[int, int]:
    found = _FRAMEWORK.match(framework)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _published_project(view: View, file: Dockerfile) -> Project | None:
    """Return the project that an image builds or watches, by what it publishes or the only web project it copies."""
    names = [name_of(one) for one in published(file)]
    by_file = {name_of(project.path): project for project in projects_of(view)}
    found = [by_file[name] for name in names if name in by_file]
    found = found or [project for project in projects_of(view) if project.folder == file.folder != "."]
    web = view.app.dotnet.web if view.app.dotnet else None
    mentions = web and name_of(web.path) in view.text(file.path)
    return found[-1] if found else web if mentions else None


def other(view: View) -> Iterator[Remark]:
    """Find a file named Dockerfile beside the one that fly.toml builds."""
    for path, content in view.texts(_FLY):
        said = _NAMES_DOCKERFILE.search(content)
        deployed = resolve(folder_of(path), said[1]) if said else None
        plain = join(folder_of(path), "Dockerfile")
        if deployed and deployed != plain and deployed in view.tree.paths and plain in view.tree.paths:
            yield kinds.OTHER_DOCKERFILE.at(f"{path} deploys {name_of(deployed)}", plain)


def context_of(view: View, file: Dockerfile) -> str:
    """Return the folder an image is built in: as compose, a workflow or fly.toml says, else where its sources lie."""
    said = view.once("contexts", _contexts).get(file.path)
    return said or view.once(f"context {file.path}", lambda one: _by_sources(one, file))


def _contexts(view: View) -> dict[str, str]:
    found: dict[str, str] = {}
    for path, content in view.texts(_FLY):
        said = _NAMES_DOCKERFILE.search(content)
        named = resolve(folder_of(path), said[1]) if said else join(folder_of(path), "Dockerfile")
        found |= {named: folder_of(path)} if named else {}
    for job in view.jobs:
        for step in job.steps:
            named, context = text(step, "with", "file"), text(step, "with", "context")
            path_ = resolve(".", named) if named and "$" not in named + context else None
            found |= {path_: resolve(".", context or ".") or "."} if path_ else {}
    for compose in view.composes:
        for service in mapping(compose.root, "services").values():
            written = text(service, "build", "context") or text(service, "build")
            folder = resolve(folder_of(compose.path), written) if "build" in mapping(service) else None
            path_ = resolve(folder, text(service, "build", "dockerfile") or "Dockerfile") if folder else None
            found |= {path_: folder} if path_ and folder else {}
    return found


def _by_sources(view: View, file: Dockerfile) -> str:
    sources = [one for copy in copied(file) for one in sources_of(copy) if one not in (".", "")]
    folders = list(upward(file.folder))
    hits = Counter({folder: sum(_holds(view, folder, one) for one in sources) for folder in folders})
    return max(folders, key=lambda folder: hits[folder])


def _holds(view: View, folder: str, source: str) -> bool:
    path = resolve(folder, source)
    if path is None:
        return False
    place, glob = folder_of(path), name_of(path)
    if re.search(r"[*?\[]", place):
        level = path.count("/")
        return any(one.count("/") == level and fnmatchcase(one, path) for one in view.tree.files)
    if re.search(r"[*?\[]", glob):
        return any(fnmatchcase(name, glob) for name in view.children.get(place, ()))
    return view.holds(path)


def copies(view: View) -> Iterator[Remark]:
    """Find sources of COPY that are missing, hidden by .dockerignore, or made by a build before."""
    if not view.tree.facts.files:
        return
    for file in view.dockerfiles:
        folder = context_of(view, file)
        ignore = _ignore_of(view, file, folder)
        for copy in copied(file):
            for source in sources_of(copy):
                path = resolve(folder, source)
                if "$" in source and _BUILT.search(source):
                    yield from _half_known(view, folder, file, source, copy.line)
                elsewhere = source.startswith(("http", "<<", "git@", "--", ".git/")) or "$" in source
                if not path or elsewhere or path == folder or path in view.submodules:
                    continue
                if not _holds(view, folder, source):
                    yield from _absent(file, source, copy.line)
                elif ignore and not re.search(r"[*?\[]", source) and (line := _hidden(ignore, folder, path)):
                    message = f"copies {source}, which {ignore.path}:{line} hides"
                    yield kinds.IGNORED_COPY.at(message, file.path, copy.line)


def _half_known(view: View, folder: str, file: Dockerfile, source: str, line: int) -> Iterator[Remark]:
    """Tell a built folder whose name only the build knows, when nothing begins like it."""
    start = resolve(folder, source.partition("$")[0])
    names = view.children.get(folder_of(start), frozenset()) if start else frozenset()
    if start and not any(name.startswith(name_of(start)) for name in names):
        yield kinds.PREBUILT.at(f"copies {source}, which is not in git", file.path, line)


def _absent(file: Dockerfile, source: str, line: int) -> Iterator[Remark]:
    if _BUILT.search(source):
        yield kinds.PREBUILT.at(f"copies {source}, which is not in git", file.path, line)
    elif not re.search(r"[*?\[]", source) or source.endswith((".sln", ".csproj", ".slnx")):
        yield kinds.MISSING_COPY.at(f"copies {source}, which is not there", file.path, line)


def _ignore_of(view: View, file: Dockerfile, folder: str) -> ignorefile.IgnoreFile | None:
    for path in (f"{file.path}.dockerignore", join(folder, ".dockerignore")):
        if path in view.tree.facts.texts:
            return ignorefile.read(path, view.text(path))
    return None


def _hidden(ignore: ignorefile.IgnoreFile, folder: str, path: str) -> int | None:
    return ignore.hides(path if folder == "." else path.removeprefix(f"{folder}/"))


def restores(view: View) -> Iterator[Remark]:
    """Find restores that do not see a project, or the files that say how to restore."""
    for file in view.dockerfiles:
        for stage in file.stages:
            at = next((n for n, one in enumerate(stage.body) if "dotnet restore" in one.text), None)
            taken = [one for copy in stage.body[:at] if copy.name in ("COPY", "ADD") for one in sources_of(copy)]
            named = {name_of(one).lower() for one in taken if one.lower().endswith("proj")}
            if at is None or not named or any(one in (".", "./", "") or "*" in one for one in taken):
                continue
            line = stage.body[at].line
            files = {name_of(project.path).lower(): project for project in projects_of(view)}
            wanted = {ref for name in named if name in files for ref in closure(view, files[name].path)}
            if left := sorted(path for path in wanted if name_of(path).lower() not in named):
                message = f"restores without {', '.join(name_of(path) for path in left)}"
                yield kinds.PROJECT_LEFT_OUT.at(message, file.path, line)
            if rules := _rules(view, file, taken, [files[name] for name in named if name in files]):
                yield kinds.OTHER_RULES.at(f"restores without {', '.join(rules)}", file.path, line)


def _rules(view: View, file: Dockerfile, taken: list[str], restored: list[Project]) -> list[str]:
    """Return the files around the projects that say how to restore and that are not copied."""
    names = {name_of(one).lower() for one in taken}
    folders = {folder for project in restored for folder in upward(project.folder)}
    context = context_of(view, file)
    around = sorted(
        path
        for path in view.tree.paths
        if name_of(path).lower() in _RESTORE_FILES and folder_of(path) in folders and is_below(path, context)
    )
    left = [name_of(path) for path in around if name_of(path).lower() not in names and not _taken(path, taken, context)]
    locked = any(project.has_lock_file for project in restored) and "packages.lock.json" not in names
    return left + (["packages.lock.json"] if locked else [])


def _taken(path: str, taken: list[str], context: str) -> bool:
    return any(is_below(path, resolve(context, one) or "?") for one in taken)


def pins(view: View) -> Iterator[Remark]:
    """Find base images without version, and tell how many have no digest."""
    loose: list[tuple[str, int]] = []
    for file in view.dockerfiles:
        names = {stage.name.lower() for stage in file.stages if stage.name}
        for stage in file.stages:
            image = stage.image
            if image.lower() in names or image in ("scratch", "") or "$" in image or "@" in image:
                continue
            tag = image.rpartition("/")[2].partition(":")[2]
            if _LOOSE.fullmatch(tag):
                yield kinds.UNPINNED_IMAGE.at(f"{image} names no version", file.path, stage.line)
            else:
                loose.append((file.path, stage.line))
    if loose:
        message = f"{len(loose)} base images in {len({path for path, _ in loose})} Dockerfiles have no digest"
        yield kinds.NO_DIGEST.at(message, *loose[0])


def contents(view: View) -> Iterator[Remark]:
    """Find Node of any version, images of a browser application, images that run as root, and debug builds."""
    for file in view.dockerfiles:
        for one in file.of_kind("RUN"):
            if (found := _NODE.search(one.text)) and "nodesource" not in view.text(file.path):
                yield kinds.UNPINNED_NODE.at(f"`{' '.join(found[0].split())}`", file.path, one.line)
            said = _CONFIGURATION.search(one.text)
            if said and said[1].lower() != "release" and not said[1].startswith("$"):
                yield kinds.DEBUG_IMAGE.at(f"publishes as {said[1]}", file.path, one.line)
        project, entry = started_project(view, file), started(file)
        if project and entry and "blazorwebassembly" in project.sdk.lower():
            yield kinds.WASM_ENTRYPOINT.at(f"starts {entry[0]}, an application for browsers", file.path, entry[1])
        stages = final(file)
        base = stages[-1].image if stages else ""
        dotnet = _IMAGE.search(base)
        if dotnet and dotnet[1] != "sdk" and "chiseled" not in base and "distroless" not in base:
            users = [one.text.strip().lower() for stage in reversed(stages) for one in stage.body if one.name == "USER"]
            if not users or users[-1] in ("root", "0"):
                yield kinds.RUNS_AS_ROOT.at("the last stage sets no USER", file.path, stages[0].line)


def spa(view: View) -> Iterator[Remark]:
    """Find images that build the SPA twice, or not at all."""
    app, net = view.spa, view.app.dotnet
    if not app or not net or not net.web:
        return
    skip = skip_property(view)
    on_publish = any(target.on_publish and target.runs_node for target in targets(view))
    for file in view.dockerfiles:
        if started_project(view, file) != net.web:
            continue
        runs = file.of_kind("RUN")
        builds = any(_SPA_BUILD.search(one.text) for one in runs)
        for one in runs:
            named = [name_of(written) for written in _PUBLISHES.findall(one.text)]
            whole = builds and on_publish and skip and any(n in ("", ".", name_of(net.web.path)) for n in named)
            if whole and not re.search(rf"[-/]p:{re.escape(skip)}=", one.text, re.IGNORECASE):
                message = f"publishes without `-p:{skip}=true` although npm has built the SPA"
                yield kinds.SPA_TWICE.at(message, file.path, one.line)
        dist = resolve(app.folder, app.dist)
        root = join(net.web.folder, "wwwroot")
        into = (dist and is_below(dist, root)) or any(is_below(path, root) for path in built(view))
        if into and not on_publish and not _RUNS_NODE.search(view.text(file.path)):
            message = f"nothing in it builds {app.folder}; {root} holds what is committed"
            yield kinds.NO_SPA.at(message, file.path)


def dist(view: View) -> Iterator[Remark]:
    """Find a .dockerignore that hides the output of the SPA."""
    app = view.spa
    output = resolve(app.folder, app.dist) if app else None
    for path, content in view.texts(r"(?:.*/)?\.dockerignore") if output else ():
        folder = folder_of(path)
        if output and is_below(output, folder):
            line = _hidden(ignorefile.read(path, content), folder, f"{output}/index.html")
            if line:
                yield kinds.DIST_IGNORED.at(f"hides {output}", path, line)


def twice(view: View) -> Iterator[Remark]:
    """Find projects that an image publishes although a target of another project does."""
    inner = {
        name_of(task.get("Projects", "").replace("\\", "/")): target.path
        for target in targets(view)
        for task in target.element.iter()
        if task.tag.rpartition("}")[2] == "MSBuild" and "publish" in task.get("Targets", "").lower()
    }
    for file in view.dockerfiles:
        names = [name_of(one) for one in published(file)]
        for name in names:
            outer = inner.get(name)
            if outer and name_of(outer) in names and name_of(outer) != name:
                message = f"publishes {name}, which {name_of(outer)} publishes too"
                yield kinds.PUBLISHED_TWICE.at(message, file.path, line_of(view.text(file.path), name))


DETECTORS = (versions, other, copies, restores, pins, contents, spa, dist, twice)

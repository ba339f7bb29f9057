"""What a caller wants released becomes a goal: the image with what is kept beside it, the fly.toml, the settings."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.app.discover.tree import is_below
from pipeline.errors import PipelineError
from pipeline.fly import pages
from pipeline.parse.json_report import mapping, text, texts
from pipeline.plan.identity import VERSION, revision_of
from pipeline.registry import attached
from pipeline.registry.documents import MIGRATIONS
from pipeline.release import choice, compared, config
from pipeline.release.model import Goal, Migration, Place
from pipeline.release.refuse.case import start_of
from pipeline.settings import forms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pipeline.app.model import App
    from pipeline.load import Seen
    from pipeline.registry.client import Repository
    from pipeline.registry.manifest import Manifest
    from pipeline.release.flytoml import FlyToml
    from pipeline.release.refuse.case import Start
    from pipeline.settings.model import PublishSettings, ReleaseSettings

# Of a part of a host name.
_LONGEST = 63
# What Fly runs.
_OS, _ARCHITECTURE = "linux", "amd64"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """An application and where it is released to; `images` are tools of the settings, `sources` say how it starts."""

    environment: str
    publish: PublishSettings
    settings: ReleaseSettings
    app: App
    toml: FlyToml
    text: str
    images: tuple[tuple[str, str], ...] = ()
    sources: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def name(self) -> str:
        """The app on Fly.io."""
        return self.settings.app or self.toml.app

    @property
    def place(self) -> Place:
        """Where it is released to."""
        url = self.settings.url or f"https://{self.name}.fly.dev"
        return Place(environment=self.environment, app=self.name, url=url)


def of(seen: Sequence[Seen], environment: str, app: str, read: Callable[[str], str]) -> Wanted:
    """Return what is released to an environment.

    Args:
        seen: the applications of the repository.
        environment: its name.
        app: the one of `apps` that is meant, or nothing.
        read: gives the text of a file of the repository.

    Raises:
        PipelineError: P105 when nobody says which environment, application or app on Fly.io, P128 or P129 for its
            fly.toml.

    """
    if not environment:
        # The settings of none would hold: no approval, and the fly.toml without a suffix, which is production's.
        raise PipelineError(errors.SETTINGS_INVALID, "environment: expected an entry of `environments`, got nothing")
    if len(seen) > 1:
        names = ", ".join(one.key for one in seen)
        raise PipelineError(errors.SETTINGS_INVALID, f"--app: expected one of {names}, got {app or 'nothing'}")
    one = seen[0]
    settings = one.settings.release
    path = choice.choose(one.facts.files, environment, settings.config, one.app.web_folder)
    is_own = one.app.dotnet and one.app.dotnet.web and is_below(path, one.app.web_folder)
    if app and not settings.app and not settings.config and not is_own:
        # Each of them would take it, and the one that is released last would be what serves.
        problem = (
            f"release.app: expected the app of {app} on Fly.io, got nothing but {path}, which is every application's"
        )
        raise PipelineError(errors.SETTINGS_INVALID, problem)
    content = read(path)
    found = Wanted(
        environment=environment,
        publish=one.settings.publish,
        settings=settings,
        app=one.app,
        toml=config.read(content, path),
        text=content,
        images=one.settings.images,
        sources=tuple((name, said) for name, said in one.facts.texts.items() if name.endswith((".cs", ".json"))),
    )
    if not found.name:
        problem = f"release.app: expected the app on Fly.io, got nothing; {path} names none either"
        raise PipelineError(errors.SETTINGS_INVALID, problem)
    if not forms.NAME.fits(found.name) or len(found.name) > _LONGEST:
        # It stands in addresses to which the token goes, and in the name of the log.
        problem = f"{path}: app: expected {forms.NAME.expected}, {_LONGEST} characters at most, got {found.name[:80]!r}"
        raise PipelineError(errors.SETTINGS_INVALID, problem)
    return found


def meant(image: str, repository: str) -> str:
    """Return the image that a caller names; a tag or a digest alone is one of `publish.repository`."""
    if repository and forms.TAG.fits(image):
        return f"{repository}:{image}"
    return f"{repository}@{image}" if repository and image.startswith("sha256:") else image


async def goal(
    source: Repository, image: Manifest, wanted: Wanted, documents: Mapping[str, Manifest]
) -> tuple[Goal, Start]:
    """Return what a release of an image has to reach, and how the image starts.

    Args:
        source: where it was published.
        image: it, or an index that has it for Fly's platform.
        wanted: everything else.
        documents: what is kept beside it, by its kinds.

    Raises:
        PipelineError: P127 when there is none for Fly's platform, P125 or P412 from the registry.

    """
    own = await _for_fly(source, image)
    image_config = await _config(source, own)
    labels = mapping(image_config.get("Labels"))
    settings, toml = wanted.settings, wanted.toml
    made = Goal(
        app=wanted.name,
        environment=wanted.environment,
        source=source.where.at(image.descriptor.digest),
        digest=own.descriptor.digest,
        config=wanted.text,
        config_digest=compared.digest(wanted.text),
        revision=revision_of({name: text(value) for name, value in labels.items()}),
        version=text(labels.get(VERSION)),
        url=wanted.place.url,
        health=settings.health or _checked(toml) or _discovered(wanted.app),
        version_route=settings.version,
        smoke=settings.smoke,
        pages=await pages.pages(source, own),
        memory=forms.megabytes(settings.memory) or (toml.sizes[0].memory if len(toml.sizes) == 1 else 0),
        region=settings.region,
        volume=settings.volume or next((mount.source for mount in toml.mounts), ""),
        strategy=settings.strategy or toml.deploy.strategy or forms.ROLLING,
        may_sleep=any(service.sleeps for service in toml.services),
        stable=forms.number(settings.stable),
        wait=forms.number(settings.wait),
        migration_wait=forms.number(settings.migration),
        migrations=await _migrations(source, documents.get(MIGRATIONS)),
    )
    return made, _start(wanted, image_config)


def _start(wanted: Wanted, image_config: Mapping[str, object]) -> Start:
    env = tuple((name, value) for name, _, value in (one.partition("=") for one in texts(image_config.get("Env"))))
    entrypoint = texts(image_config.get("Entrypoint"))
    return start_of(dict(wanted.sources), env, entrypoint, wanted.app.web_folder)


def _checked(toml: FlyToml) -> str:
    """Return the path of its first HTTP check, those of services first."""
    return next((check.path for check in toml.all_checks if check.path), "")


def _discovered(app: App) -> str:
    fact = app.fact("health path")
    return str(fact.value) if fact and fact.value else ""


async def _for_fly(source: Repository, image: Manifest) -> Manifest:
    """Return the one image that machines run; of an index they would tell another digest than its own."""
    if not image.is_index:
        return image
    for entry in image.entries:
        platform = mapping(entry.get("platform"))
        if (platform.get("os"), platform.get("architecture")) == (_OS, _ARCHITECTURE):
            child = await source.manifest(entry["digest"])
            if child:
                return child
    raise PipelineError(errors.IMAGE_UNKNOWN, f"{source.where.repository}: no image for {_OS}/{_ARCHITECTURE}")


async def _config(source: Repository, image: Manifest) -> dict[str, object]:
    """Return how an image starts, and its labels; whoever can write into a repository can put anything there."""
    named = text(mapping(image.json.get("config")).get("digest"))
    known = {blob.digest for blob in image.blobs}
    try:
        said = json.loads(await source.pull(named)) if named in known else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise PipelineError(errors.REGISTRY_FAILED, f"{image.descriptor.digest} has no configuration of an image")
    return mapping(said.get("config"))


async def _migrations(source: Repository, document: Manifest | None) -> tuple[Migration, ...]:
    """Return the migrations that an image brings; one that was published without any has none kept beside it."""
    if not document:
        return ()
    files = await attached.files(source, document)
    try:
        return tuple(
            Migration(id=str(one["id"]), because=tuple(map(str, one["because"])))
            for context in json.loads(files["migrations.json"])["contexts"]
            for one in context["migrations"]
        )
    except (ValueError, LookupError, TypeError, RecursionError):
        what = f"{document.descriptor.digest} is no list of migrations"
        raise PipelineError(errors.REGISTRY_FAILED, what) from None

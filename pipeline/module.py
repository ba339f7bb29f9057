"""The Dagger facade: `dagger call ci`. Verbs load, call and return; everything else lives below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import dagger
from dagger import Doc, Name, check, function, object_type

if TYPE_CHECKING:
    from pipeline.run.answers import Answers
    from pipeline.run.call import Call
    from pipeline.run.releasing import Releases
    from pipeline.run.secrets_of_call import Secrets


@object_type
class Pipeline:
    """Builds, tests and proves an ASP.NET Core + React application.

    `dagger call ci` runs everything and ends red when anything is; `dagger call evidence -o DIR` writes every
    report, red or green. Both find out by themselves what the repository holds; pipeline.yaml can overrule.
    """

    # Fields and no `create`: the engine caches a constructor of plain values, and saves an interpreter's start.
    # A Workspace argument would be new in every session, so each verb takes its own.
    source: Annotated[str, Doc("Folder of the application, from where you stand")] = "."
    tree: Annotated[dagger.Directory | None, Doc("The application's files, instead of a folder of yours")] = None
    nuget_feed: Annotated[
        dagger.Directory | None, Doc("Folder of NuGet packages that replaces every package source")
    ] = None
    nuget_token: Annotated[dagger.Secret | None, Doc("Token of the package source that `nuget.source` names")] = None
    overlay: Annotated[dagger.File | None, Name("settings"), Doc("YAML file that wins over pipeline.yaml")] = None
    environment: Annotated[str, Doc("The entry of `environments` in pipeline.yaml that holds")] = ""
    app: Annotated[str, Doc("One of `apps` in pipeline.yaml alone")] = ""
    fresh: Annotated[bool, Doc("Run every step again instead of taking green ones from the cache")] = False
    trivy_db: Annotated[
        dagger.Directory | None, Doc("Folder with Trivy's database (trivy.db, metadata.json) instead of a download")
    ] = None
    history: Annotated[dagger.Directory | None, Doc("The git folder, where it is not beside the source")] = None
    history_folder: Annotated[str, Doc("Where the application lies in the repository of --history")] = "."
    kev: Annotated[dagger.File | None, Doc("CISA's list of known exploited vulnerabilities, JSON")] = None
    epss: Annotated[dagger.File | None, Doc("FIRST's EPSS scores, CSV")] = None
    registry_token: Annotated[dagger.Secret | None, Doc("Token of the registry that `publish.secret` names")] = None
    signing_key: Annotated[dagger.Secret | None, Doc("Key that `publish.signing_secret` names")] = None
    fly_token: Annotated[dagger.Secret | None, Doc("Deploy token of the app, which `release.token` names")] = None
    by: Annotated[str, Doc("Who releases, for the log of releases")] = ""

    @function(cache="never")
    async def ci(self, ws: dagger.Workspace) -> str:
        """Run everything and say what was proven; an error when it is not green."""
        return await self._answers(ws).run()

    @function(cache="never")
    async def audit(self, ws: dagger.Workspace) -> str:
        """Look for vulnerabilities, secrets, misconfiguration and licences."""
        return await self._answers(ws).run("audit")

    @function(cache="never")
    async def sbom(
        self, ws: dagger.Workspace, form: Annotated[str, Doc("cyclonedx (1.6) or spdx (2.3), both JSON")] = "cyclonedx"
    ) -> dagger.File:
        """List every package of the application and of its image."""
        return await self._answers(ws).sbom(form)

    @function(cache="never")
    async def lock(self, ws: dagger.Workspace) -> str:
        """Print each tool image with the digest that its tag means now, as settings to keep."""
        return await self._answers(ws).lock()

    @function(cache="never")
    async def evidence(
        self,
        ws: dagger.Workspace,
        part: Annotated[str, Doc("audit, lint, test or build alone; empty for everything")] = "",
    ) -> dagger.Directory:
        """Run everything and return every report; never an error for red code."""
        return await self._answers(ws).evidence(part)

    @function(cache="never")
    async def plan(
        self, ws: dagger.Workspace, as_json: Annotated[bool, Doc("Print JSON instead of text")] = False
    ) -> str:
        """Print the steps, their order and the reasons; nothing runs."""
        return await self._answers(ws).plan(as_json=as_json)

    @function(cache="never")
    async def explain(
        self, ws: dagger.Workspace, as_json: Annotated[bool, Doc("Print JSON instead of text")] = False
    ) -> str:
        """Print what was found out, where it stands, and what is asked; nothing runs."""
        return await self._answers(ws).explain(as_json=as_json)

    @function(cache="never")
    async def settings(
        self, ws: dagger.Workspace, as_json: Annotated[bool, Doc("Print JSON instead of text")] = False
    ) -> str:
        """Print each setting with its value and its origin; nothing runs."""
        return await self._answers(ws).settings(as_json=as_json)

    @function(cache="never")
    @check
    async def lint(self, ws: dagger.Workspace) -> str:
        """Check formats, lint rules and types of both stacks."""
        return await self._answers(ws).run("lint")

    @function(cache="never")
    @check
    async def test(self, ws: dagger.Workspace) -> str:
        """Run the tests of both stacks."""
        return await self._answers(ws).run("test")

    @function(cache="never")
    @check
    async def build(self, ws: dagger.Workspace) -> str:
        """Build both stacks and publish the web project."""
        return await self._answers(ws).run("build")

    @function(cache="never")
    async def image(self, ws: dagger.Workspace) -> dagger.Container:
        """Build the runtime image: publish output and SPA on the runtime's base, not root."""
        return await self._answers(ws).image()

    @function(cache="never")
    async def publish(
        self,
        ws: dagger.Workspace,
        tag: Annotated[list[str] | None, Doc("Names that it gets; the first is its version. Else its commit")] = None,
    ) -> str:
        """Run everything and bring the image to its registry, with what proves it; returns it by digest."""
        return await self._answers(ws).publish(tag or [])

    @function(cache="never")
    async def publish_evidence(
        self,
        ws: dagger.Workspace,
        tag: Annotated[list[str] | None, Doc("Names that it gets; the first is its version. Else its commit")] = None,
    ) -> dagger.Directory:
        """Publish, and return every report and, as publish.json, what came of it; never an error for red code."""
        return await self._answers(ws).publish_evidence(tag or [])

    @function(cache="never")
    async def promote(
        self,
        ws: dagger.Workspace,
        image: Annotated[str, Doc("What `publish` returned")],
        to: Annotated[str, Doc("The repository, and the tag that it gets there")],
    ) -> str:
        """Copy an image to where it is released from, if what is kept beside it proves it; returns it by digest."""
        return await self._answers(ws).promote(image, to)

    @function(cache="never")
    async def release_plan(
        self,
        ws: dagger.Workspace,
        env: Annotated[str, Doc("The entry of `environments` that holds")],
        image: Annotated[str, Doc("What `publish` returned, or its tag; empty for the image of this commit")] = "",
        values: Annotated[dagger.Secret | None, Doc("What `deploy` would get")] = None,
        as_json: Annotated[bool, Doc("Print JSON instead of text")] = False,
    ) -> str:
        """Print what a release would change, and the hash to approve it with; nothing is touched."""
        return await self._releases(ws, env).plan(image, values, as_json=as_json)

    @function(cache="never")
    async def deploy(
        self,
        ws: dagger.Workspace,
        env: Annotated[str, Doc("The entry of `environments` that holds")],
        image: Annotated[str, Doc("What `publish` returned, or its tag; empty for the image of this commit")] = "",
        approve: Annotated[str, Doc("The hash that `release-plan` printed: that, or nothing")] = "",
        values: Annotated[dagger.Secret | None, Doc("Secrets to set with it, as `secrets-sync` takes them")] = None,
    ) -> str:
        """Release an image to Fly.io, prove that it is what serves, or go back."""
        return await self._releases(ws, env).deploy(image, approve, values)

    @function(cache="never")
    async def verify(
        self, ws: dagger.Workspace, env: Annotated[str, Doc("The entry of `environments` that holds")]
    ) -> str:
        """Say whether the last good release still is what serves; nothing is changed."""
        return await self._releases(ws, env).verify()

    @function(cache="never")
    async def rollback(
        self,
        ws: dagger.Workspace,
        env: Annotated[str, Doc("The entry of `environments` that holds")],
        release: Annotated[
            str, Doc("What `releases` lists, its image or its digest's beginning; else the one before")
        ] = "",
        accept_loss: Annotated[bool, Doc("Also past migrations that it does not survive")] = False,
    ) -> str:
        """Go back to a release that was verified, and verify it again."""
        return await self._releases(ws, env).rollback(release, accept_loss=accept_loss)

    @function(cache="never")
    async def releases(
        self, ws: dagger.Workspace, env: Annotated[str, Doc("The entry of `environments` that holds")]
    ) -> str:
        """List what was released, and how it compares with the targets."""
        return await self._releases(ws, env).releases()

    @function(cache="never")
    async def status(
        self, ws: dagger.Workspace, env: Annotated[str, Doc("The entry of `environments` that holds")]
    ) -> str:
        """Say what serves now, and what should."""
        return await self._releases(ws, env).status()

    @function(cache="never")
    async def secrets_plan(
        self,
        ws: dagger.Workspace,
        env: Annotated[str, Doc("The entry of `environments` that holds")],
        values: Annotated[dagger.Secret | None, Doc("What secrets-sync would get")] = None,
        as_json: Annotated[bool, Doc("Print JSON instead of text")] = False,
    ) -> str:
        """Print which secrets Fly.io has, misses, and would get; an error when one is missing. Nothing changes."""
        return await self._secrets(ws, env).plan(values, as_json=as_json)

    @function(cache="never")
    async def secrets_sync(
        self,
        ws: dagger.Workspace,
        env: Annotated[str, Doc("The entry of `environments` that holds")],
        values: Annotated[dagger.Secret, Doc("JSON object of texts, or lines of NAME=VALUE, by names as declared")],
        prune: Annotated[bool, Doc("Delete secrets that nobody declared")] = False,
        only: Annotated[list[str] | None, Doc("Set these alone")] = None,
        as_json: Annotated[bool, Doc("Print JSON instead of text")] = False,
    ) -> str:
        """Bring the values of secrets to Fly.io, all or none; machines get them with the next deploy."""
        return await self._secrets(ws, env).sync(values, prune=prune, only=tuple(only or ()), as_json=as_json)

    @function(cache="never")
    async def fix(self, ws: dagger.Workspace) -> dagger.Changeset:
        """Let the formatters and linters mend what they can; returns the changes."""
        return await self._answers(ws).fix()

    # What answers is imported only now: the interpreter that registers the module, in every session, answers nothing.

    def _answers(self, ws: dagger.Workspace) -> Answers:
        from pipeline.run.answers import Answers  # noqa: PLC0415

        return Answers(self._call(ws, self.environment))

    def _releases(self, ws: dagger.Workspace, environment: str) -> Releases:
        from pipeline.run.releasing import Releases  # noqa: PLC0415

        return Releases(self._call(ws, environment))

    def _secrets(self, ws: dagger.Workspace, environment: str) -> Secrets:
        from pipeline.run.secrets_of_call import Secrets  # noqa: PLC0415

        return Secrets(self._call(ws, environment))

    def _call(self, ws: dagger.Workspace, environment: str) -> Call:
        from pipeline.run.call import Call, source_of  # noqa: PLC0415

        return Call(
            name="--tree" if self.tree else self.source,
            files=self.tree or source_of(ws, self.source),
            overlay=self.overlay,
            environment=environment,
            app=self.app,
            feed=self.nuget_feed,
            token=self.nuget_token,
            fresh=self.fresh,
            database=self.trivy_db,
            history=self.history,
            history_folder=self.history_folder,
            # The files of --tree are from anywhere; what lies beside the caller is not their history.
            workspace=None if self.tree else ws,
            kev=self.kev,
            epss=self.epss,
            registry_token=self.registry_token,
            signing_key=self.signing_key,
            fly_token=self.fly_token,
            by=self.by,
        )

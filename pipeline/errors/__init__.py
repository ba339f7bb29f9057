"""Every error a user can see: a stable id, what happened, the usual cause, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.errors.kind import EXIT_OF_FAULT, ExitCode, Fault, Kind, PipelineError, config, gate, infra

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EXIT_OF_FAULT", "ExitCode", "Fault", "Kind", "PipelineError"]


NOTHING_FOUND = config(
    "P101",
    "no application found",
    "the command was given in another folder than the application's",
    "give the folder that holds it: `pipeline ci path/to/app`, or `dagger call --source=path/to/app ci`",
)
AMBIGUOUS = config(
    "P102",
    "more than one candidate",
    "several applications, or copies and samples beside one, share a repository",
    "name the right one in pipeline.yaml with the key shown, or each application under `apps`",
)
BROKEN_PROJECT = config(
    "P103",
    "a project file cannot be read",
    "the XML is not well-formed, or the file was cut off or saved in another encoding",
    "open the file at the place shown and mend it; `dotnet build` would fail on it too",
)
BROKEN_PACKAGE_JSON = config(
    "P104",
    "a JSON file cannot be read",
    "a trailing comma, a comment or a merge conflict marker in a file that must be JSON",
    "mend the file at the place shown",
)
SETTINGS_INVALID = config(
    "P105",
    "the settings are not valid",
    "a key is misspelt or a value has another type than expected",
    "mend every line listed; docs/settings.md describes each key",
)
LOCK_MISSING = config(
    "P106",
    "a lock file is missing",
    "it is in .gitignore, or the packages were never installed since package.json was written",
    "run the install once on your machine (for npm: `npm install`) and commit the lock file",
)
TOOL_MISSING = config(
    "P107",
    "a tool is missing on this machine",
    "the step was asked for, but its executable is not on PATH or is too old",
    "install the tool (`pipeline doctor` says how), or run the same with a container engine: --on dagger, "
    "or the function of `dagger call`",
)
UNREADABLE = config(
    "P108",
    "a file or folder cannot be read",
    "a mistyped path, one that counts from another folder, or a file of another user",
    "check the path and its permissions",
)
TOO_LARGE = config(
    "P109",
    "a file is too large to be what its name says",
    "a generated or binary file carries the name of a project file",
    "move the file out of the source tree or ignore it",
)
UNKNOWN_STEP = config(
    "P110",
    "no such step",
    "the name is misspelt, or the step is off for this repository",
    "`plan` lists every step by its id",
)
PACKAGE_MANAGER_UNSUPPORTED = config(
    "P111",
    "this package manager is not supported yet",
    "the lock file belongs to a package manager that the pipeline does not run",
    "use npm, pnpm or Yarn, or leave the SPA out with `spa: {enabled: false}`",
)
SECRET_MISSING = config(
    "P112",
    "a secret is missing",
    "the settings name a secret that this call does not bring",
    "bring it in the variable or by the flag that the first line names: --FLAG=env://NAME, NAME being a variable",
)
MODULE_UNKNOWN = config(
    "P115",
    "where the pipeline comes from is not known",
    "it runs from a folder that a CI system cannot load from, or --module names no host, path and version",
    "give its address and version: --module github.com/OWNER/pipeline@TAG",
)
TREE_TOO_LARGE = config(
    "P119",
    "the source tree holds too many files",
    "a folder of data, packages or build outputs lies in the source tree",
    "ignore that folder, or give the folder that holds the application",
)
EVIDENCE_FOLDER = config(
    "P120",
    "the folder for the evidence is in use",
    "it holds files with the names of a run's reports that no run wrote; they would be lost",
    "give --evidence a folder of its own, or move these files away; the folder of an older run is cleared and reused",
)
GIT_FAILED = config(
    "P121",
    "git cannot say which files belong to the source",
    "git does not trust the owner of the folder, as in a container, or the repository is damaged",
    "run `git status` in this folder and do what it says",
)
PACKAGES_MISSING = config(
    "P122",
    "the given folder of packages is not complete",
    "--nuget-feed names another folder, or a package was added since the folder was filled",
    "give the folder that holds the packages, or put these and what they need into it",
)
SCANNER_REFUSED = config(
    "P123",
    "this version of the scanner is refused",
    "it is known to be compromised (Trivy 0.69.4 to 0.69.6 steal credentials), or its name can mean any version",
    "name another version under `images.trivy`; then `dagger call lock` prints it with its digest",
)
FOLDER_NAME = config(
    "P124",
    "the name of the folder cannot stand in a workflow",
    "it holds what GitHub or GitLab reads as an expression (`${{`, `$[[`), or a character that cannot be printed",
    "give the folder another name",
)
REGISTRY_DENIED = config(
    "P125",
    "the registry refuses whoever asks",
    "user or token are missing, wrong, out of date, or may not do this in that repository",
    "give both: `publish.user` and `publish.secret` in pipeline.yaml, the value with --registry-token=env://NAME",
)
SOURCE_DIFFERS = config(
    "P126",
    "the files are not those of the commit",
    "something was changed, or added, and not committed: the image would name a commit that it is not made of",
    "commit or stash it; what does not belong to the repository, such as a key, belongs out of its folder",
)
IMAGE_UNKNOWN = config(
    "P127",
    "there is no such image",
    "the tag or the digest is mistyped, the image was deleted, or nobody has published this commit yet",
    "name one that `publish` returned, or run `pipeline publish` on the commit first",
)
CONFIG_UNREADABLE = config(
    "P128",
    "the fly.toml cannot be read",
    "a quotation mark or a bracket is missing, or it holds a merge conflict",
    "mend it at the place shown; flyctl would stop there too",
)
CONFIG_MISSING = config(
    "P129",
    "there is no fly.toml for this environment",
    "it is not committed, has another name, or lies beside neither the application nor the root",
    "write it (`fly config save` fetches what runs), or name it with `release.config` of the environment",
)
RELEASE_REFUSED = config(
    "P130",
    "the release is refused before anything is touched",
    "fly.toml, settings, application and image contradict each other, in ways that flyctl does not see; "
    "or a secret is missing",
    "mend every line listed; docs/release-validation.md tells what is refused and why",
)
FLY_DENIED = config(
    "P132",
    "Fly.io refuses whoever asks",
    "the token is missing, wrong or out of date, or is one of another app or organisation",
    "make one with `fly tokens create deploy -a APP -x 720h`; `pipeline` takes it from the variable that "
    "`release.token` names (FLY_API_TOKEN), `dagger call` with --fly-token=env://FLY_API_TOKEN",
)
FLY_UNKNOWN = config(
    "P133",
    "there is no such app on Fly.io",
    "`release.app` or `app` in the fly.toml is mistyped, or nobody has made the app yet",
    "make it once with `fly apps create APP`; a deploy token cannot",
)
SECRET_REFUSED = config(
    "P134",
    "a secret cannot be set on Fly.io",
    "its name is Fly's own, or taken twice; or its value is empty, too long or no text",
    "mend each line above; docs/secrets.md says what a name and a value may be",
)
SECRET_LACKING = config(
    "P135",
    "the value of a secret is not at hand",
    "a variable is not set here (CI systems make a secret that they do not have an empty text), or a file is not there",
    "give it, or set others with --only=NAME; where somebody else sets it, `release.secrets` names no place for it",
)
SECRETS_UNREADABLE = config(
    "P136",
    "the given values of secrets cannot be read",
    "the text is neither a JSON object of texts nor lines of NAME=VALUE, or holds names that are not declared",
    "give an object of texts, by names in `release.secrets`; nothing of what was given is repeated here",
)
NOT_PROMOTED = gate(
    "P201",
    "the image is not promoted",
    "what would prove it is missing, red, or older than `publish.max_age` allows",
    "publish it again from its commit: that scans it with today's database and writes a new report",
)
NOT_APPROVED = gate(
    "P202",
    "nobody approved this release",
    "`release.approval` wants one, and what is live, the image or the configuration changed since it was given",
    "look at `pipeline release plan ENV`, and give the hash at its end with --approve=HASH",
)
PAST_DESTRUCTIVE = gate(
    "P203",
    "the release before does not survive what its database has become",
    "a migration since then took something away that it uses, or nobody knows what it did",
    "mend it with a new release; or accept the loss that is named above with --accept-loss",
)
NOTHING_BEFORE = gate(
    "P204",
    "there is no such verified release",
    "no release of this environment, or none but the one that serves, was ever seen to work; or the name is mistyped",
    "look at `pipeline releases ENV`; deploy an image that works",
)
LIVE_CHANGED = gate(
    "P205",
    "somebody else released in between",
    "another release, or a hand, changed the machines after this one had looked at them; it may be the newer one",
    "look at `pipeline releases ENV`, and deploy again if this image is still the one that is wanted",
)
ENGINE_UNREACHABLE = infra(
    "P401",
    "the container engine does not answer",
    "Docker is not running, or the engine that the environment names is gone",
    "start Docker and try again; what makes no image also runs with this machine's tools: `pipeline ci --on host`",
)
IMAGE_UNAVAILABLE = infra(
    "P402",
    "a tool image cannot be pulled",
    "the registry is down, refuses the pull, or does not have this tag",
    "try again later, or name a mirror: under `images` in pipeline.yaml, of a Dockerfile in its FROM",
)
NETWORK = infra(
    "P403",
    "the network failed while packages were fetched",
    "the package source did not answer; the step was tried again and failed again",
    "try again; in a closed network give a folder with --nuget-feed, or set `nuget.source` and `npm.registry`",
)
EVIDENCE_LOST = infra(
    "P404",
    "the reports of a failed step were lost",
    "the engine dropped its cache volume between the run and the reading",
    "run again",
)
SERVICE_FAILED = infra(
    "P405",
    "a service of the tests did not start",
    "its image cannot be pulled or its own start failed",
    "read the log lines shown; try the image by hand",
)
ENGINE_SILENT = infra(
    "P406",
    "the engine gave no report",
    "the engine was lost during the run, or could not load the pipeline's module; its last lines stand above",
    "run again; if it stays, run `dagger call plan` to see the engine's own words",
)
VOLUME_UNUSABLE = infra(
    "P407",
    "a cache volume of the engine cannot be used",
    "the engine's disk is full, or the volume was damaged",
    "free space with `dagger core engine local-cache prune`, then run again",
)
ENGINE_REFUSED = infra(
    "P408",
    "the engine could not carry out a step",
    "the engine itself failed, or was lost during the step",
    "run again; if it stays, restart the engine",
)
HISTORY_MISSING = infra(
    "P409",
    "the git history is not there",
    "the source is no git repository, or the call brought its files alone",
    "run where the repository is, give it with --history, or set `security.history: false`",
)
DISK_FULL = infra(
    "P410",
    "what was made could not be written",
    "the disk is full, a quota is used up, or the device failed",
    "make room (`pipeline doctor` shows how much is free, also for temporary files), and run again",
)
SOURCE_SILENT = infra(
    "P411",
    "a source of advisories gave no answer",
    "it cannot be reached from here, or it is a mirror without data for audits",
    "name one that answers under `security`: npm_registry, nuget_source, trivy_database (or a folder with --trivy-db)",
)
REGISTRY_FAILED = infra(
    "P412",
    "the registry does not do what was asked",
    "it is down, slow, full, or behind a proxy that cuts long uploads; no tag was written before everything was there",
    "try again: what is there already is not sent twice",
)
FLY_SILENT = infra(
    "P413",
    "Fly.io does not do what was asked",
    "its API is down or slow, refuses too many questions, or a proxy stands before it",
    "look at status.flyio.net, and try again: what was done is looked up first",
)
RELEASE_LOCKED = infra(
    "P414",
    "another release of this app is running",
    "two pushes came one after the other, or a release was killed less than a minute ago",
    "wait until it has ended; a lock that nobody renews ends by itself",
)
RELEASES_UNREADABLE = infra(
    "P416",
    "the log of releases cannot be read",
    "a newer version of the pipeline wrote it, or something else took its tag",
    "use that version; or delete the tag, after which there is nothing to go back to",
)
INTERNAL = Kind(
    id="P700",
    fault=Fault.BUG,
    title="the pipeline itself failed",
    cause="a case we did not think of",
    todo="please report it with the lines above",
)

KINDS = tuple(value for value in list(globals().values()) if isinstance(value, Kind))


def read(told: Mapping[str, Any]) -> PipelineError:
    """Return the error that `PipelineError.as_json` told of.

    Raises:
        LookupError: there is no such error.

    """
    kind = {one.id: one for one in KINDS}[told["id"]]
    return PipelineError(kind, told["what"], tuple(told["details"]))

"""Every error a user can see: a stable id, what happened, the usual cause, what to do."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class ExitCode(IntEnum):
    """Exit codes of the command line; `dagger call` itself knows only 0 and 1."""

    GREEN = 0
    RED = 1
    CONFIG = 2
    INCOMPLETE = 3
    INFRA = 4
    BUG = 70
    INTERRUPTED = 130


class Fault(Enum):
    """Who has to act."""

    GATE = "gate"
    CONFIG = "config"
    INFRA = "infra"
    BUG = "bug"


EXIT_OF_FAULT = {
    Fault.GATE: ExitCode.RED,
    Fault.CONFIG: ExitCode.CONFIG,
    Fault.INFRA: ExitCode.INFRA,
    Fault.BUG: ExitCode.BUG,
}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One situation that a user can get into."""

    id: str
    fault: Fault
    title: str
    cause: str
    todo: str


def _config(id_: str, title: str, cause: str, todo: str) -> Kind:
    return Kind(id=id_, fault=Fault.CONFIG, title=title, cause=cause, todo=todo)


def _infra(id_: str, title: str, cause: str, todo: str) -> Kind:
    return Kind(id=id_, fault=Fault.INFRA, title=title, cause=cause, todo=todo)


NOTHING_FOUND = _config(
    "P101",
    "no application found",
    "the command was given in another folder than the application's",
    "give the folder that holds it: `pipeline ci path/to/app`, or `dagger call --source=path/to/app ci`",
)
AMBIGUOUS = _config(
    "P102",
    "more than one candidate",
    "several applications, or copies and samples beside one, share a repository",
    "name the right one in pipeline.yaml with the key shown, or each application under `apps`",
)
BROKEN_PROJECT = _config(
    "P103",
    "a project file cannot be read",
    "the XML is not well-formed, or the file was cut off or saved in another encoding",
    "open the file at the place shown and mend it; `dotnet build` would fail on it too",
)
BROKEN_PACKAGE_JSON = _config(
    "P104",
    "a JSON file cannot be read",
    "a trailing comma, a comment or a merge conflict marker in a file that must be JSON",
    "mend the file at the place shown",
)
SETTINGS_INVALID = _config(
    "P105",
    "the settings are not valid",
    "a key is misspelt or a value has another type than expected",
    "mend every line listed; docs/settings.md describes each key",
)
LOCK_MISSING = _config(
    "P106",
    "a lock file is missing",
    "it is in .gitignore, or the packages were never installed since package.json was written",
    "run the install once on your machine (for npm: `npm install`) and commit the lock file",
)
TOOL_MISSING = _config(
    "P107",
    "a tool is missing on this machine",
    "the step was asked for, but its executable is not on PATH or is too old",
    "install the tool (`pipeline doctor` says how), or run the same with a container engine: --on dagger",
)
UNREADABLE = _config(
    "P108",
    "a file or folder cannot be read",
    "a mistyped path, one that counts from another folder, or a file of another user",
    "check the path and its permissions",
)
TOO_LARGE = _config(
    "P109",
    "a file is too large to be what its name says",
    "a generated or binary file carries the name of a project file",
    "move the file out of the source tree or ignore it",
)
UNKNOWN_STEP = _config(
    "P110",
    "no such step",
    "the name is misspelt, or the step is off for this repository",
    "`plan` lists every step by its id",
)
PACKAGE_MANAGER_UNSUPPORTED = _config(
    "P111",
    "this package manager is not supported yet",
    "the lock file belongs to a package manager that the pipeline does not run",
    "use npm, pnpm or Yarn, or leave the SPA out with `spa: {enabled: false}`",
)
SECRET_MISSING = _config(
    "P112",
    "a secret is missing",
    "the settings name a secret that this call does not bring",
    "give --nuget-token, --registry-token or --signing-key=env://NAME, with the name of the variable that holds it",
)
MODULE_UNKNOWN = _config(
    "P115",
    "where the pipeline comes from is not known",
    "it runs from a folder that a CI system cannot load from, or --module names no host, path and version",
    "give its address and version: --module github.com/OWNER/pipeline@TAG",
)
TREE_TOO_LARGE = _config(
    "P119",
    "the source tree holds too many files",
    "a folder of data, packages or build outputs lies in the source tree",
    "ignore that folder, or give the folder that holds the application",
)
EVIDENCE_FOLDER = _config(
    "P120",
    "the folder for the evidence is in use",
    "it holds files with the names of a run's reports that no run wrote; they would be lost",
    "give --evidence a folder of its own, or move these files away; the folder of an older run is cleared and reused",
)
GIT_FAILED = _config(
    "P121",
    "git cannot say which files belong to the source",
    "git does not trust the owner of the folder, as in a container, or the repository is damaged",
    "run `git status` in this folder and do what it says",
)
PACKAGES_MISSING = _config(
    "P122",
    "the given folder of packages is not complete",
    "--nuget-feed names another folder, or a package was added since the folder was filled",
    "give the folder that holds the packages, or put these and what they need into it",
)
SCANNER_REFUSED = _config(
    "P123",
    "this version of the scanner is refused",
    "it is known to be compromised (Trivy 0.69.4 to 0.69.6 steal credentials), or its name can mean any version",
    "name another version under `images.trivy`; then `dagger call lock` prints it with its digest",
)
FOLDER_NAME = _config(
    "P124",
    "the name of the folder cannot stand in a workflow",
    "it holds what GitHub or GitLab reads as an expression (`${{`, `$[[`), or a character that cannot be printed",
    "give the folder another name",
)
REGISTRY_DENIED = _config(
    "P125",
    "the registry refuses whoever asks",
    "user or token are missing, wrong, out of date, or may not do this in that repository",
    "give both: `publish.user` and `publish.secret` in pipeline.yaml, the value with --registry-token=env://NAME",
)
SOURCE_DIFFERS = _config(
    "P126",
    "the files are not those of the commit",
    "something was changed, or added, and not committed: the image would name a commit that it is not made of",
    "commit or stash it; what does not belong to the repository, such as a key, belongs out of its folder",
)
IMAGE_UNKNOWN = _config(
    "P127",
    "there is no such image",
    "the tag or the digest is mistyped, or the image was deleted",
    "name one that `publish` returned",
)
NOT_PROMOTED = Kind(
    id="P201",
    fault=Fault.GATE,
    title="the image is not promoted",
    cause="what would prove it is missing, red, or older than `publish.max_age` allows",
    todo="publish it again from its commit: that scans it with today's database and writes a new report",
)
ENGINE_UNREACHABLE = _infra(
    "P401",
    "the container engine does not answer",
    "Docker is not running, or the engine that the environment names is gone",
    "start Docker and try again; what makes no image also runs with this machine's tools: `pipeline ci --on host`",
)
IMAGE_UNAVAILABLE = _infra(
    "P402",
    "a tool image cannot be pulled",
    "the registry is down, refuses the pull, or does not have this tag",
    "try again later, or name a mirror under `images` in pipeline.yaml",
)
NETWORK = _infra(
    "P403",
    "the network failed while packages were fetched",
    "the package source did not answer; the step was tried again and failed again",
    "try again; in a closed network give a folder with --nuget-feed, or set `nuget.source` and `npm.registry`",
)
EVIDENCE_LOST = _infra(
    "P404",
    "the reports of a failed step were lost",
    "the engine dropped its cache volume between the run and the reading",
    "run again",
)
SERVICE_FAILED = _infra(
    "P405",
    "a service of the tests did not start",
    "its image cannot be pulled or its own start failed",
    "read the log lines shown; try the image by hand",
)
ENGINE_SILENT = _infra(
    "P406",
    "the engine gave no report",
    "the engine was lost during the run, or could not load the pipeline's module; its last lines stand above",
    "run again; if it stays, run `dagger call plan` to see the engine's own words",
)
VOLUME_UNUSABLE = _infra(
    "P407",
    "a cache volume of the engine cannot be used",
    "the engine's disk is full, or the volume was damaged",
    "free space with `dagger core engine local-cache prune`, then run again",
)
ENGINE_REFUSED = _infra(
    "P408",
    "the engine could not carry out a step",
    "the engine itself failed, or was lost during the step",
    "run again; if it stays, restart the engine",
)
HISTORY_MISSING = _infra(
    "P409",
    "the git history is not there",
    "the source is no git repository, or the call brought its files alone",
    "run where the repository is, give it with --history, or set `security.history: false`",
)
DISK_FULL = _infra(
    "P410",
    "what was made could not be written",
    "the disk is full, a quota is used up, or the device failed",
    "make room (`pipeline doctor` shows how much is free, also for temporary files), and run again",
)
SOURCE_SILENT = _infra(
    "P411",
    "a source of advisories gave no answer",
    "it cannot be reached from here, or it is a mirror without data for audits",
    "name one that answers under `security`: npm_registry, nuget_source, trivy_database (or a folder with --trivy-db)",
)
REGISTRY_FAILED = _infra(
    "P412",
    "the registry does not do what was asked",
    "it is down, slow, full, or behind a proxy that cuts long uploads; no tag was written before everything was there",
    "try again: what is there already is not sent twice",
)
INTERNAL = Kind(
    id="P700",
    fault=Fault.BUG,
    title="the pipeline itself failed",
    cause="a case we did not think of",
    todo="please report it with the lines above",
)

KINDS = tuple(value for value in list(globals().values()) if isinstance(value, Kind))


class PipelineError(Exception):
    """An expected error; printed as text, never as a traceback.

    Args:
        kind: the situation.
        what: what happened here, in a few words with names and places.
        details: further lines, for example every candidate or every problem.

    """

    def __init__(self, kind: Kind, what: str, details: tuple[str, ...] = ()) -> None:
        super().__init__(what)
        self.kind = kind
        self.what = what
        self.details = details

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> PipelineError:
        """Return the error that `as_json` told of.

        Raises:
            LookupError: there is no such error.

        """
        kind = {one.id: one for one in KINDS}[told["id"]]
        return cls(kind, told["what"], tuple(told["details"]))

    @property
    def exit_code(self) -> ExitCode:
        """The exit code of the command line for this error."""
        return EXIT_OF_FAULT[self.kind.fault]

    def as_json(self) -> str:
        """Return the same as JSON, in the place of what the verb would have printed."""
        kind = self.kind
        told = {"id": kind.id, "title": kind.title, "what": self.what, "details": list(self.details)}
        return json.dumps({"schema": 1, "error": told | {"cause": kind.cause, "todo": kind.todo}}, ensure_ascii=False)

    def __str__(self) -> str:
        """Return the text a user reads: id, what, details, cause, todo."""
        lines = [f"{self.kind.id} {self.kind.title}: {self.what}"]
        lines += [f"  - {detail}" for detail in self.details]
        lines += [f"  usual cause: {self.kind.cause}", f"  what to do: {self.kind.todo}"]
        return "\n".join(lines)

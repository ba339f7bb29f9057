"""What `--help` says beyond a line per verb."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.errors import ExitCode


@dataclass(frozen=True, kw_only=True)
class About:
    """A verb in a few sentences, and calls of it that can be pasted."""

    text: str
    examples: tuple[str, ...]


ABOUT = {
    "ci": About(
        text="Runs every step of the plan, the security scans included, on a Dagger engine or, where none answers, "
        "with the tools of this machine. A red step stops only what depends on it. The summary goes to standard "
        "output, progress to standard error; the exit code is the verdict.",
        examples=(
            "pipeline ci",
            "pipeline ci path/to/app --on host --evidence evidence",
            "pipeline ci --nuget-feed path/to/packages  # in a closed network",
        ),
    ),
    "lint": About(
        text="Runs what checks the code without starting it, and what those steps need: formats, lint rules, types. "
        "The same steps as in `ci`, and remembered alike on an engine.",
        examples=("pipeline lint", "pipeline lint path/to/app --on host"),
    ),
    "test": About(
        text="Runs the tests of both stacks, with the servers that they talk to, and what those steps need. "
        "The same steps as in `ci`, and remembered alike on an engine.",
        examples=("pipeline test", "pipeline test path/to/app --evidence evidence"),
    ),
    "build": About(
        text="Compiles and bundles both stacks, publishes the web project to a folder of its step, and looks for "
        "migrations that are missing. No image; that is part of `ci`.",
        examples=("pipeline build", "pipeline build path/to/app --on host"),
    ),
    "audit": About(
        text="Runs the security scans alone and judges them by the settings: vulnerabilities of packages, secrets, "
        "misconfiguration, licences. What could not be looked at is never green.",
        examples=("pipeline audit", "pipeline audit path/to/app --evidence evidence"),
    ),
    "sbom": About(
        text="Prints what the application is made of, both stacks together. Nothing is judged.",
        examples=("pipeline sbom > sbom.cdx.json", "pipeline sbom --format spdx > sbom.spdx.json"),
    ),
    "publish": About(
        text="Runs everything on a Dagger engine and, when all of it is green, brings the image to "
        "`publish.repository` with its report, bill of materials, provenance and migrations. Prints the image by "
        "digest. The files have to be those of the commit. Of a run that is not green the exit code is the verdict, as "
        "`ci` has it; what else keeps the image away is an error with an exit code of its own.",
        examples=(
            "pipeline publish --tag 1.4.0",
            "pipeline publish --registry-token env://GHCR_TOKEN --evidence evidence",
        ),
    ),
    "promote": About(
        text="Copies an image by digest to another repository or tag, with all that is kept beside it. Refused when "
        "its report is not green, holds no scan of the image or is older than `publish.max_age`, or when the bill of "
        "materials or the provenance is missing. Needs no engine.",
        examples=(
            "pipeline promote registry.example.com/shop@sha256:… registry.example.com/shop:production",
            "pipeline promote ghcr.io/team/shop:1.4.0 registry.fly.io/shop:1.4.0",
        ),
    ),
    "release": About(
        text="Prints what a release would change: image, fly.toml, migrations, secrets by name and digest, strategy "
        "and downtime, and what keeps it from being released. Ends with a hash of exactly that, for --approve.",
        examples=("pipeline release plan staging", "pipeline release plan production ghcr.io/team/shop@sha256:…"),
    ),
    "deploy": About(
        text="Refuses what is known to break, brings the proven image to Fly's registry, runs flyctl under a lock, and "
        "looks for itself: each machine's image, health, SPA, commit, for as long as `release.stable` says. When that "
        "does not hold it goes back to the last release that was verified, unless a migration stands against it.",
        examples=(
            "pipeline deploy staging",
            "pipeline deploy production ghcr.io/team/shop@sha256:… --approve 3f0c…",
        ),
    ),
    "verify": About(
        text="Looks at machines and public address of an environment and holds them against its last good release. "
        "Changes nothing.",
        examples=("pipeline verify production",),
    ),
    "rollback": About(
        text="Brings back image and fly.toml of a release that was verified, without its release command, and verifies "
        "it again. Refused when a migration since then took something away, unless --accept-loss says so.",
        examples=("pipeline rollback production", "pipeline rollback production 20260301-141500-3f0c2aa"),
    ),
    "releases": About(
        text="Lists the releases of an environment from the log that is kept beside its images, with verdict, time and "
        "commit, and the success rate.",
        examples=("pipeline releases production", "pipeline releases production --json"),
    ),
    "status": About(
        text="Prints the machines of an environment with image, state and checks, and which release should be there.",
        examples=("pipeline status production",),
    ),
    "secrets": About(
        text="Compares the secrets that `release.secrets` declares for an environment with those of its app on Fly.io: "
        "`plan` prints names, digests and what `sync` would do, and ends with 1 when one is missing. `sync` brings the "
        "values from where the settings say, all or none; the machines get them with the next deploy. The token is in "
        "the variable that `release.token` names. No value is printed or kept.",
        examples=(
            "pipeline secrets plan staging",
            "pipeline secrets sync production --folder path/to/app --only Jwt__Key",
        ),
    ),
    "explain": About(
        text="Reads the repository and prints every fact with its file, its line and how sure it is. Questions that "
        "nothing in the repository answers come first, each with the key that answers it. Nothing runs.",
        examples=("pipeline explain", "pipeline explain path/to/app --json"),
    ),
    "plan": About(
        text="Prints what was found, each step with its order, reason and commands, and what is off and why. Nothing "
        "runs, no container starts.",
        examples=("pipeline plan", "pipeline plan path/to/app --environment staging"),
    ),
    "init": About(
        text="Shows as a difference what CI needs in the repository: workflows, dependabot.yml, and pipeline.yaml for "
        "what is asked. Later it tells what has drifted, and then ends with 1.",
        examples=("pipeline init", "pipeline init --write --set dotnet.web=src/Shop/Shop.csproj"),
    ),
    "settings": About(
        text="Prints each key of the settings, the value that holds and who says so. Passwords are shown as ***.",
        examples=("pipeline settings", "pipeline settings --schema > .pipeline.schema.json"),
    ),
    "doctor": About(
        text="Looks at engine, tools, disk, clock, package sources and settings for the application at hand; each "
        "problem comes with what mends it. Ends with 0 when `ci` can run, else with 3.",
        examples=("pipeline doctor", "pipeline doctor path/to/app --json"),
    ),
}
CODES = {
    ExitCode.GREEN: "green",
    ExitCode.RED: "red: the code, its tests or a gate; for `init` what is missing or has drifted",
    ExitCode.CONFIG: "a mistake in the call, the settings or the repository's files",
    ExitCode.INCOMPLETE: "nothing is red, and something could not be looked at",
    ExitCode.INFRA: "the network, the engine or a registry failed",
    ExitCode.BUG: "a bug of the pipeline",
    ExitCode.INTERRUPTED: "interrupted",
}
START = ("pipeline doctor", "pipeline plan", "pipeline ci path/to/app")


def epilog(examples: tuple[str, ...]) -> str:
    """Return what stands below the options: examples and exit codes."""
    codes = (f"  {int(code):>3}  {meaning}" for code, meaning in CODES.items())
    return "\n".join(["examples:", *(f"  {one}" for one in examples), "", "exit codes:", *codes])

"""What is wrong with target, strategy, start and variables of a release; docs/release-validation.md lists all rules."""

from __future__ import annotations

from pipeline.release.refuse.rule import refused, warned

# The target and the file.
OTHER_APP = refused(
    "F101",
    "the fly.toml is that of another app",
    "flyctl would deploy to the one of the settings with the configuration of the other",
    "make `app` and `release.app` the same, or name the right file with `release.config`",
)
OTHER_REGION = refused(
    "F102",
    "the fly.toml names another region than the settings",
    "new machines and the release command would run where `release.region` does not allow it",
    "make `primary_region` and `release.region` the same",
)
UNKNOWN_KEY = refused(
    "F103",
    "a key that flyctl does not know",
    "flyctl passes over it without a word, so what is written there does not hold",
    "correct its name or delete it",
)
WRONG_VALUE = refused(
    "F104",
    "a value of the wrong kind",
    "flyctl stops, or takes the default in its place",
    "write what belongs there",
)
ELSEWHERE = refused(
    "F105",
    "a machine that is described in another file",
    "a release takes the fly.toml alone, so that it can be repeated; flyctl would not find the file",
    "write it into the fly.toml, or put the file into the image",
)
AUTO_ROLLBACK = refused(
    "F106",
    "`auto_rollback` is true",
    "flyctl reads it and does nothing: who relies on it has no way back",
    "delete it; this tool goes back by itself after a release that it cannot verify",
)
BUILD_IMAGE = warned(
    "F107",
    "`[build]` names an image",
    "the release has its image by digest, so that one is never used",
    "delete it",
)

# Strategy and volumes.
UNKNOWN_STRATEGY = refused(
    "F111",
    "a strategy that nobody knows",
    "flyctl stops, after it has looked for the image",
    "rolling, immediate, canary or bluegreen",
)
STRATEGY_VOLUME = refused(
    "F112",
    "bluegreen or canary with a volume",
    "the new machine would need the volume that the old one holds; flyctl asks for it all the same",
    "take rolling: the machine stops and starts again with its volume",
)
STRATEGY_CHECK = refused(
    "F113",
    "bluegreen or immediate without a check",
    "bluegreen needs one and stops in the middle; immediate waits for nothing, and nothing would tell how it ended",
    "add a check of the health path to the service, or take rolling",
)
IMMEDIATE = warned(
    "F114",
    "the strategy is immediate",
    "all machines stop at once and flyctl looks at none of them; what this tool sees afterwards decides",
    "take rolling, unless a version must not run beside another",
)
CANARY = warned(
    "F115",
    "the strategy is canary",
    "flyctl leaves one that fails among the machines, so this tool takes it away; and one machine still has downtime",
    "take rolling, or bluegreen where there is no volume",
)
TWO_MOUNTS = refused(
    "F121",
    "two volumes for one process group",
    "a machine has one volume at most",
    "keep one, or give each group its own with `processes`",
)
MOUNT_PLACE = refused(
    "F122",
    "a mount without a name or a place",
    "flyctl takes it, and the machine cannot start",
    'write `source = "data"` and `destination = "/data"`',
)
MOUNT_OVER_APP = refused(
    "F123",
    "a volume over the application",
    "what the image has there is hidden, so the new version would never start",
    "mount it at a folder of its own, for example /data",
)
OTHER_VOLUME = refused(
    "F124",
    "the fly.toml does not mount the volume of the settings",
    "machines would run without their data; flyctl stops at a mount that is gone, with a question that nobody answers",
    "make `source` of `[[mounts]]` and `release.volume` the same",
)

# The database and the release command.
FILE_RELEASE = refused(
    "F131",
    "a release command for a database in a file",
    "its machine has no volume: it migrates an empty file, ends well, and the real one stays as it was",
    "migrate when the application starts, and delete `release_command`",
)
FILE_MAYBE = warned(
    "F132",
    "a release command, and perhaps a database in a file",
    "the application has packages for both; a file on the volume would not be migrated",
    "nothing, where the database is on the network; else migrate when the application starts",
)
FILE_NO_VOLUME = warned(
    "F133",
    "a database in a file, and no volume",
    "it lies in the machine, so it is gone with the next release",
    "mount a volume and put the file there, or use a database on the network",
)
FILE_OUTSIDE = warned(
    "F134",
    "a database in a file that is on no volume",
    "the volume is mounted elsewhere, so the file is gone with the next release",
    "name a file below the mount in the connection string",
)
SWALLOWED = refused(
    "F141",
    "the image's ENTRYPOINT takes the command as its arguments",
    "Fly puts the command behind the entrypoint: the server starts, the command never runs, and time runs out",
    "use CMD in place of ENTRYPOINT, or an entrypoint that runs what it is given",
)
NO_SHELL = refused(
    "F142",
    "a command that needs a shell",
    "flyctl splits it at blanks and nobody reads && or $NAME; an image may have no shell at all",
    "put it into a script or into the application, and name that",
)
NO_SDK = refused(
    "F143",
    "a command that needs the .NET SDK",
    "the image has the runtime alone",
    "use the migrations bundle (`dotnet.migrations_bundle`), or let the application migrate",
)
NEVER_ENDS = refused(
    "F144",
    "a release command that starts the server",
    "it does not end by itself, so the release waits until its time is over",
    "give it an argument that makes it migrate and end",
)
OTHER_START = warned(
    "F145",
    "machines start something else than the image's command",
    "`[experimental]` replaces it, so what was proven is not what runs",
    "put it into the image",
)

# Times, variables and secrets.
LONG_KILL = refused(
    "F201",
    "more time to end than Fly gives",
    "it is 300 s at most",
    "lower `kill_timeout`",
)
KILLED = warned(
    "F202",
    "machines are killed without a word",
    "requests that are under way break at each release",
    "SIGTERM or SIGINT",
)
LONGER_WAIT = warned(
    "F203",
    "the fly.toml waits longer than the settings",
    "the time of the settings holds, so that there is time left to go back",
    "delete it, or raise `release.wait` or `release.migration`",
)
FLY_NAME = refused(
    "F211",
    "a variable of the platform's own",
    "names that begin with FLY_ are Fly's; what is set there does not arrive",
    "give it another name",
)
SECRET = refused(
    "F212",
    "a secret in the fly.toml",
    "everybody who can read the repository has it, and each release writes it into its records",
    "replace the secret, and name it under `release.secrets`",
)
TWICE = refused(
    "F213",
    "a variable that is also a secret",
    "the secret wins once it is set, and until then the value of the file is used without a word",
    "keep one of them",
)
DEVELOPMENT = refused(
    "F214",
    "the application runs as in development",
    "it shows its errors to everybody, and reads the settings of developers",
    "set ASPNETCORE_ENVIRONMENT to the name of the environment",
)

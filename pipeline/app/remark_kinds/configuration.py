"""Remarks about configuration files, migrations and the few sources that say how the application starts."""

from __future__ import annotations

from pipeline.app.remark_kinds.kind import ERROR, NOTE, WARNING, Kind

ENV_FILE = Kind(
    "R601",
    ERROR,
    "an environment file with secrets in the repository",
    "everybody who can read the repository, its history included, has them",
    "replace the secrets, take the file out of git, and ignore it",
    at_once=True,
)
SETTINGS_SECRET = Kind(
    "R602",
    WARNING,
    "a secret in appsettings",
    "it goes into every image and every fork; a key for development often ends up in production",
    "user secrets for development, environment variables everywhere else",
)
RESEED = Kind(
    "R603",
    ERROR,
    "production settings that reset or seed data",
    "each start of the application may delete what users entered",
    "set it to false in production, and give it by environment variable where it is wanted",
    at_once=True,
)
DEMO = Kind(
    "R604",
    WARNING,
    "production settings with a mode for demonstration or debugging",
    "it shows or allows what only a demonstration should",
    "switch it off in production",
)
EMPTY_DEFAULT = Kind(
    "R605",
    WARNING,
    "an empty setting that a default is meant to replace",
    'an empty text is not null: `""` wins over `?? default`',
    "take the line out, or test for an empty text",
)
SETTINGS_NAME = Kind(
    "R606",
    WARNING,
    "a settings file that Linux does not read",
    ".NET looks for appsettings.json and appsettings.ENVIRONMENT.json, letter by letter",
    "give it the name that the message says",
)
SHALLOW_HEALTH = Kind(
    "R607",
    WARNING,
    "a health check that is always healthy",
    "it proves that the process listens; with a dead database it answers 200 all the same",
    "add AddDbContextCheck, and let the deployment ask for more than this",
)
NO_HEALTH = Kind(
    "R608",
    NOTE,
    "no health endpoint",
    "a deployment can only ask whether the port is open, or take the start page for it",
    "AddHealthChecks and MapHealthChecks",
)
SWALLOWED_MIGRATION = Kind(
    "R609",
    ERROR,
    "a start that goes on when migrations fail",
    "the application serves on an old or broken schema, and every check is green",
    "let the exception end the process",
    at_once=True,
)
START_MIGRATES = Kind(
    "R610",
    NOTE,
    "the application migrates when it starts",
    "several machines race, and a start takes as long as the migration",
    "migrate in a step of its own before the deployment",
)
SECURITY_OFF = Kind(
    "R611",
    ERROR,
    "endpoint security is switched off in code",
    "endpoints answer everybody",
    "take the call out, or keep it behind a test for Development",
    at_once=True,
)
ANONYMOUS = Kind(
    "R612",
    NOTE,
    "controllers that answer everybody",
    "the attribute on the class wins over every policy below it",
    "look at the list; put the attribute on single actions",
)
DEAD_MIGRATION = Kind(
    "R613",
    ERROR,
    "a migration that EF does not see",
    "without `[Migration]`, usually in the .Designer.cs beside it, it never runs",
    "make it anew with `dotnet ef migrations add`, or delete it",
)
NO_SNAPSHOT = Kind(
    "R614",
    ERROR,
    "migrations without a model snapshot",
    "the next `migrations add` makes everything from the beginning",
    "commit the snapshot",
)
DESIGN_TIME = Kind(
    "R615",
    NOTE,
    "`dotnet ef` starts the application",
    "without IDesignTimeDbContextFactory it runs Program up to Build: settings that it insists on must be there",
    "add a factory, or give the settings to every `dotnet ef` call",
)
SETTINGS_PASSWORD = Kind(
    "R616",
    WARNING,
    "a password in the settings of the pipeline",
    "it is in every clone for ever; where it opens more than a server of the tests alone, it is given away",
    "name what the run knows in its place, such as `${postgres.password}`; change one that is used elsewhere",
)

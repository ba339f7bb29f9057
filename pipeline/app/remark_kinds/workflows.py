"""Remarks about GitHub workflows and the scripts around a deployment."""

from __future__ import annotations

from pipeline.app.remark_kinds.kind import ERROR, NOTE, WARNING, Kind

INVALID_WORKFLOW = Kind(
    "R501",
    ERROR,
    "a workflow that GitHub cannot read",
    "nothing of it runs, and a pull request shows no check instead of a red one",
    "mend the YAML at the line shown",
)
TWO_DEPLOYS = Kind(
    "R502",
    ERROR,
    "two workflows deploy the same application on the same event",
    "both run on one push: the release happens twice, and the slower one wins",
    "keep one of them; take the trigger out of the other",
    at_once=True,
)
NO_CONCURRENCY = Kind(
    "R503",
    WARNING,
    "a deployment without concurrency group",
    "two pushes in a row deploy at the same time, and the older one may end last",
    "add `concurrency: {group: deploy-…, cancel-in-progress: false}` to the job",
)
STEP_CANNOT_FAIL = Kind(
    "R504",
    WARNING,
    "checks of a workflow that cannot fail",
    "`continue-on-error` or `|| true` makes every result green",
    "take it off, or drop the check: a check that cannot fail proves nothing",
)
ACTION_BY_BRANCH = Kind(
    "R505",
    WARNING,
    "an action named by branch",
    "whoever can push to that branch runs code with the tokens of this workflow, from the next run on",
    "name the commit, with the version in a comment; Dependabot keeps it up to date",
)
ACTION_BY_TAG = Kind(
    "R506",
    NOTE,
    "actions named by tag",
    "a tag can be moved to other code",
    "name the commit, with the version in a comment",
)
MISSING_PERMISSION = Kind(
    "R507",
    WARNING,
    "a job without the permission that it needs",
    "where the repository's default token may only read, the step fails",
    "add the permission shown to the job",
)
UNUSED_OUTPUT = Kind(
    "R508",
    NOTE,
    "an output of a job that nobody reads",
    "often the digest of the image that should have been deployed",
    "use it, or take it out",
)
DEPLOY_REBUILDS = Kind(
    "R509",
    WARNING,
    "the deployment builds again",
    "an image was built and pushed, then `flyctl deploy` builds another from source: what was tested is not what runs",
    "deploy the digest that was built: `flyctl deploy --image …@sha256:…`",
)
SECRETS_AFTER_DEPLOY = Kind(
    "R510",
    WARNING,
    "secrets set after the deployment",
    "every machine restarts a second time, and the first start ran without them",
    "set them before, with `--stage`; an environment name is no secret and belongs into fly.toml",
)
COMMAND_IN_RUNTIME = Kind(
    "R511",
    ERROR,
    "a command that the running container cannot execute",
    "`ssh console -C` starts no shell, so `cd … && …` is no command; `dotnet ef` needs SDK and sources",
    "run a migration bundle or an SQL script from where the SDK is, before the new release takes traffic",
)
FIXED_SLEEP = Kind(
    "R512",
    WARNING,
    "a fixed wait before a check",
    "too short it fails a good release, too long it costs every run, and one try says little",
    "poll until a deadline",
)
OTHER_DATABASE = Kind(
    "R513",
    WARNING,
    "tests connect to another database than the service creates",
    "the connection fails, or the tests make a database of their own",
    "use one name",
)
DEPLOY_ON_PULL_REQUEST = Kind(
    "R514",
    ERROR,
    "a pull request deploys",
    "code that nobody reviewed is live",
    "deploy on push to the branch, or add a condition to the job",
    at_once=True,
)
NO_TIMEOUT = Kind(
    "R515",
    NOTE,
    "jobs without time limit",
    "a hanging job holds its runner for six hours",
    "set `timeout-minutes`",
)
LITERAL_SECRET = Kind(
    "R516",
    NOTE,
    "a secret-like value written in a workflow",
    "harmless while it is for tests only; nobody can tell from outside",
    "take it from a secret, or generate it in the job",
)
EMPTY_SCAN = Kind(
    "R517",
    WARNING,
    "a secret scan over nothing",
    "from the default branch to HEAD is an empty range on the default branch itself",
    "leave `base` out on push and schedule",
)
SCANS_OTHER_IMAGE = Kind(
    "R518",
    NOTE,
    "the scanned image is not the pushed one",
    "it is built for the scan alone",
    "scan the digest that was pushed",
)
MISSING_PATH = Kind(
    "R519",
    ERROR,
    "a workflow names a path that is not there",
    "the step fails, or silently works on nothing",
    "write the path as it is in the repository",
)
LOCKED_WITHOUT_LOCK = Kind(
    "R520",
    ERROR,
    "locked restore without lock files",
    "`--locked-mode` guards nothing when no packages.lock.json is committed",
    "set RestorePackagesWithLockFile and commit the files",
)
MIGRATE_AFTER_DEPLOY = Kind(
    "R521",
    WARNING,
    "migrations run after the deployment",
    "the new release serves on the old schema until they are done, and stays live when they fail",
    "migrate before, or let the release command do it",
)
SAME_APP = Kind(
    "R522",
    WARNING,
    "staging and production are one application",
    "the last push wins, and staging proves itself on production's data",
    "give each environment its own app and fly.toml",
)
APP_NAME = Kind(
    "R523",
    WARNING,
    "another name for the application than fly.toml says",
    "a check, a secret or a migration goes to an app that was not deployed",
    "derive the name from fly.toml everywhere",
)
URL_FOR_NPGSQL = Kind(
    "R524",
    WARNING,
    "a postgres:// address as connection string",
    "Npgsql takes `Host=…;Database=…` and refuses an address",
    "write it in keywords, or translate it in the application",
)
UNCALLED_SQL = Kind(
    "R525",
    NOTE,
    "an SQL migration that nothing runs",
    "EF does not know it, and no workflow or script names it: each database has it or not",
    "make it a migration, or delete it when it is done",
)
PIPED_SCRIPT = Kind(
    "R526",
    WARNING,
    "a download is run as it comes",
    "`curl … | sh` runs whatever the server sends today, as root in an image",
    "install a pinned version from a package source or an image",
)

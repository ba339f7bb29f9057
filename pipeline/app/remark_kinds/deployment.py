"""Remarks about Fly.io configurations."""

from __future__ import annotations

from pipeline.app.remark_kinds.kind import ERROR, NOTE, WARNING, Kind

INVALID_FLY = Kind(
    "R401",
    ERROR,
    "a fly.toml that cannot be read",
    "flyctl stops, or reads something else than you do",
    "mend the TOML at the place shown",
)
PORT = Kind(
    "R402",
    ERROR,
    "Fly asks another port than the application listens on",
    "the machine starts, no request arrives and every check fails",
    "make `internal_port` the port of ASPNETCORE_HTTP_PORTS or ASPNETCORE_URLS; .NET listens on 8080 since version 8",
)
SHORT_GRACE = Kind(
    "R403",
    WARNING,
    "a short grace period for a start that migrates",
    "the check begins while the schema is still being changed and fails a good release",
    "raise `grace_period` above the longest start, or migrate before the deployment",
)
NO_CHECK = Kind(
    "R404",
    WARNING,
    "a deployment without HTTP check",
    "a release counts as good as soon as its port opens, whatever it answers",
    "add a check on the health endpoint to fly.toml",
)
CHECK_PATH = Kind(
    "R405",
    WARNING,
    "Fly checks a path that the application does not map as its health endpoint",
    "an SPA fallback answers 200 for any path, so the check is green while the application is not",
    "use the path that MapHealthChecks names",
)
ONE_VOLUME = Kind(
    "R406",
    NOTE,
    "a volume ties the application to one machine",
    "the new machine waits for the volume of the old one: each deployment is a short outage",
    "move files to object storage, or plan for it",
)
FLY_IMAGE = Kind(
    "R407",
    NOTE,
    "fly.toml names an image instead of building one",
    "a tag may mean another image by the time of the deployment",
    "name the image by its digest when it is deployed",
)
FLY_DOCKERFILE = Kind(
    "R408",
    ERROR,
    "fly.toml names a Dockerfile that is not there",
    "the deployment stops",
    "write the path from the folder of fly.toml",
)
FLY_SECRET = Kind(
    "R409",
    ERROR,
    "a secret in fly.toml",
    "everybody who can read the repository has it",
    "replace the secret, and set the new one with `flyctl secrets set`",
    at_once=True,
)
FLY_ENVIRONMENT = Kind(
    "R410",
    WARNING,
    "an environment name that says something else",
    "the application reads another appsettings file than the name of the configuration promises",
    "set ASPNETCORE_ENVIRONMENT to the name of the environment",
)
NOT_ON_VOLUME = Kind(
    "R411",
    WARNING,
    "a folder for data that is on no volume",
    "it is made in the image, so everything in it is gone at the next deployment",
    "mount a volume there, or do not write there",
)

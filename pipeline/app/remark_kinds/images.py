"""Remarks about Dockerfiles and compose files."""

from __future__ import annotations

from pipeline.app.remark_kinds.kind import ERROR, NOTE, WARNING, Kind

RUNTIME_MAJOR = Kind(
    "R301",
    ERROR,
    "the runtime image is of another .NET version than the application",
    "a framework-dependent application looks for its own major version and does not start",
    "take the image of the target framework",
)
SDK_TOO_OLD = Kind(
    "R302",
    ERROR,
    "the SDK image is older than the target framework",
    "the build stops with NETSDK1045",
    "take the SDK of the target framework or a newer one",
)
SDK_NEWER = Kind(
    "R303",
    NOTE,
    "an SDK image newer than the target framework",
    "it builds; what it starts itself (`dotnet run`, `dotnet watch`, tests) finds no runtime of its version",
    "take the SDK of the target framework",
)
OTHER_DOCKERFILE = Kind(
    "R304",
    NOTE,
    "the file named Dockerfile is not the one that is deployed",
    "whoever builds by habit gets another image than production runs",
    "give it another name, or delete it",
)
IGNORED_COPY = Kind(
    "R305",
    ERROR,
    "COPY takes what .dockerignore hides",
    "the build stops: the file is not in the context",
    "take the line out of .dockerignore, or add an exception with `!`",
)
MISSING_COPY = Kind(
    "R306",
    ERROR,
    "COPY takes what is not there",
    "the build stops",
    "write the path from the folder that the image is built in",
)
PREBUILT = Kind(
    "R307",
    WARNING,
    "the image needs a build before it",
    "the Dockerfile copies outputs that are not in git: it packs whatever lies there",
    "build inside, or let the pipeline make the image from the publish output",
)
PROJECT_LEFT_OUT = Kind(
    "R308",
    WARNING,
    "the list of project files in a Dockerfile is incomplete",
    "restore does not see the project, and runs again with everything in the next step",
    "add the line; or copy all project files with `COPY --parents`",
)
OTHER_RULES = Kind(
    "R309",
    WARNING,
    "the image restores by other rules than everybody else",
    "sources, versions and locks are in files that are not copied before `dotnet restore`",
    "copy them with the project files",
)
UNPINNED_IMAGE = Kind(
    "R310",
    WARNING,
    "an image without version",
    "the next build may stand on another release",
    "name the version, best with the digest",
)
NO_DIGEST = Kind(
    "R311",
    NOTE,
    "base images named by tag",
    "a tag moves: two builds of one commit differ",
    "add the digest; Dependabot raises both",
)
UNPINNED_NODE = Kind(
    "R312",
    WARNING,
    "Node from the package manager of the base image",
    "its version changes with the base image, without a commit",
    "copy it from an official Node image of the wanted version",
)
WASM_ENTRYPOINT = Kind(
    "R313",
    ERROR,
    "an image that starts a WebAssembly application",
    "it runs in browsers; there is no host in the image to start",
    "serve its files from the web project or a web server",
)
RUNS_AS_ROOT = Kind(
    "R314",
    WARNING,
    "the container runs as root",
    "whoever breaks into the application owns the container",
    "`USER $APP_UID` in the last stage; .NET images have the user since version 8",
)
SPA_TWICE = Kind(
    "R315",
    WARNING,
    "the image builds the SPA twice",
    "once by npm, once by the target of `dotnet publish`; the second one may take other packages",
    "pass the property that skips it",
)
DIST_IGNORED = Kind(
    "R316",
    NOTE,
    ".dockerignore hides the output of the SPA",
    "an image cannot take an SPA that was built and tested outside",
    "take the line out where the image is to get the SPA that was tested",
)
PUBLISHED_TWICE = Kind(
    "R317",
    NOTE,
    "the image publishes a project that the build publishes too",
    "it costs time, and one of the two results is thrown away",
    "take one of them out",
)
NO_SPA = Kind(
    "R318",
    WARNING,
    "the image does not build the SPA",
    "it ships the files that are committed or lie there, however old they are",
    "build the SPA in the Dockerfile, or let the pipeline make the image",
)
DEBUG_IMAGE = Kind(
    "R319",
    WARNING,
    "the image is published in another configuration than Release",
    "it is slower, and may hold what is for developers only",
    "`dotnet publish -c Release`",
)
INVALID_COMPOSE = Kind(
    "R330",
    ERROR,
    "a compose file that cannot be read",
    "`docker compose` stops",
    "mend the YAML at the line shown",
)
HEALTH_TOOL = Kind(
    "R331",
    ERROR,
    "the health test uses a tool that the image does not have",
    "the container is never healthy, and whatever waits for it never starts",
    "install the tool, use one that is there, or let the application test itself",
)
NEVER_HEALTHY = Kind(
    "R332",
    ERROR,
    "a service waits for health that is never reported",
    "`depends_on` with `service_healthy` waits for ever",
    "give the other service a health test that works",
)
MISSING_MOUNT = Kind(
    "R333",
    WARNING,
    "a mount of something that is not there",
    "Docker makes an empty folder of root instead, and nothing tells",
    "add the file or folder, or take the mount out",
)
CLOSED_NETWORK = Kind(
    "R334",
    NOTE,
    "services on an internal network only",
    "nothing outside is reachable from there: no mail, no plugin download, no cloud",
    "add a second network to those that need it",
)
DEFAULT_SECRET = Kind(
    "R335",
    WARNING,
    "a secret with its value in a compose file",
    "who forgets the variable runs with a password that everybody can read",
    "leave the default out: `${NAME:?}` stops instead",
)
ENVIRONMENT_NAME = Kind(
    "R336",
    WARNING,
    "an environment name that nothing knows",
    "no appsettings file of this name exists, so the application runs with the defaults of Production",
    "use Development, Staging or Production, or add the file",
)
COMPOSE_BUILD = Kind(
    "R337",
    ERROR,
    "a compose file builds from something that is not there",
    "`docker compose build` stops",
    "write the paths from the folder of the compose file",
)

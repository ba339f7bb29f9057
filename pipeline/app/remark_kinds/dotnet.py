"""Remarks about projects, solutions, packages and the SDK."""

from __future__ import annotations

from pipeline.app.remark_kinds.kind import ERROR, NOTE, WARNING, Kind

CANNOT_FAIL = Kind(
    "R101",
    WARNING,
    "a script that cannot fail",
    "`|| true` and its like turn every failure into success: whoever trusts the exit code sees green for ever",
    "take the tail off, or mend what it hides; the pipeline judges by the tool's own output where it knows the tool",
)
NO_TESTS = Kind(
    "R102",
    WARNING,
    "no .NET tests",
    "`dotnet test` over nothing ends green",
    "add a test project, or take this as the state of things",
)
TEST_OUTSIDE = Kind(
    "R103",
    WARNING,
    "a test project outside the solution",
    "`dotnet test` over the solution leaves it out and is green",
    "add the project to the solution; the pipeline runs it all the same",
)
NO_LOCK = Kind(
    "R104",
    WARNING,
    "a project without lock file beside projects that have one",
    "locked restore guards the others only, so it cannot be called locked",
    "set RestorePackagesWithLockFile for all projects in Directory.Build.props and commit the files",
)
NO_LINT = Kind(
    "R105",
    NOTE,
    "nothing lints the SPA",
    "mistakes that a linter finds in seconds are left to whoever reads the change",
    "add a `lint` script",
)
NO_WEB = Kind(
    "R106",
    WARNING,
    "no web project",
    "nothing is published and no image is built",
    "name it with `dotnet.web` if there is one",
)
NOT_ON_DISK = Kind(
    "R107",
    ERROR,
    "a project is named that is not there",
    "the path is missing or spelt in another case, which Linux does not forgive: the build fails there",
    "write the path as it is on disk, or take the entry out",
)
OTHER_KIND = Kind(
    "R108",
    NOTE,
    "a kind of project that is not read",
    "it is built with the solution, and discovery knows nothing about it",
    "nothing, unless the build needs something that is not there",
)
SDK_GUESSED = Kind(
    "R109",
    WARNING,
    "the SDK is a guess",
    "no target framework could be read without running MSBuild",
    "name the SDK with `dotnet.sdk`",
)
DIST_OUTSIDE = Kind(
    "R110",
    NOTE,
    "the SPA is built into another folder",
    "its output lands outside of its own folder, often in the web project",
    "nothing; it is said so that nobody looks for `dist`",
)
MANAGER_DISPUTED = Kind(
    "R111",
    WARNING,
    "two answers to which package manager",
    "lock files and package.json do not agree: two people install two different trees",
    "keep one lock file and let `packageManager` say the same",
)
NO_SPA_TESTS = Kind(
    "R112",
    WARNING,
    "nothing tests the SPA",
    "a change that breaks what users see is green as long as it builds",
    "add a `test` script",
)
STRAY_UNREAD = Kind(
    "R113",
    WARNING,
    "a project outside the solution cannot be read",
    "whether it holds tests is not known",
    "mend the file or delete it",
)
EOL_DOTNET = Kind(
    "R114",
    ERROR,
    "a target framework out of support",
    "Microsoft publishes no security updates for it any more",
    "move to a supported version: <https://dotnet.microsoft.com/platform/support/policy>",
)
EOL_SOON = Kind(
    "R115",
    NOTE,
    "a version whose support ends soon",
    "the change is easier while both versions are supported",
    "plan the move",
)
NOT_IN_SOLUTION = Kind(
    "R116",
    NOTE,
    "a referenced project that the solution does not list",
    "it is built as a reference; a list of projects taken from the solution (packages, licences, format) misses it",
    "add it to the solution",
)
WARNINGS_OFF = Kind(
    "R117",
    NOTE,
    "warnings are switched off",
    "what the compiler would say is not seen by anybody",
    "take the entries out one by one, and keep the reason beside those that stay",
)
SDK_UNPINNED = Kind(
    "R118",
    NOTE,
    "nothing pins the SDK",
    "each machine builds with the newest SDK that it has",
    "add a global.json with `version` and `rollForward`",
)
TOOL_VERSION = Kind(
    "R119",
    WARNING,
    "a .NET tool in another version than the manifest, or in any",
    "the tool that made the migrations is not the one that checks them",
    "`dotnet tool restore` instead of `dotnet tool install`, with the version in .config/dotnet-tools.json",
)
MIXED_VERSIONS = Kind(
    "R120",
    WARNING,
    "packages that belong together in several versions",
    "NuGet takes the highest and tells nobody; a part that was never tested with it fails when it runs",
    "one version for all, best in Directory.Packages.props",
)
OTHER_PROVIDER = Kind(
    "R121",
    NOTE,
    "providers of several databases",
    "one of them is probably left over; it brings its own packages and findings",
    "take out what is not used",
)
EOL_PACKAGE = Kind(
    "R122",
    WARNING,
    "a package of a .NET release that is out of support",
    "it gets no security updates, whatever the application itself targets",
    "take the version that fits the target framework, or the framework reference instead of the package",
)
MACHINE_PATH = Kind(
    "R123",
    ERROR,
    "a path of one machine",
    "it exists for one person; elsewhere restore or build fails, or packages land where no cache looks",
    "take it out; NUGET_PACKAGES sets a folder per machine and wins over the file",
)
FEED_SECRET = Kind(
    "R124",
    ERROR,
    "credentials of a package source in the repository",
    "everybody who can read the repository can use them",
    "revoke them, and name an environment variable in the file",
    at_once=True,
)
NO_LOCKS = Kind(
    "R125",
    NOTE,
    "no NuGet lock file at all",
    "transitive packages may change between two builds of one commit",
    "set RestorePackagesWithLockFile in Directory.Build.props and commit packages.lock.json",
)
NODE_IN_BUILD = Kind(
    "R126",
    WARNING,
    "`dotnet build` runs Node",
    "build, test and `dotnet ef` need Node and npm beside the SDK, and the network",
    "move it to publish, or behind a property that is off by default",
)
NODE_IN_PUBLISH = Kind(
    "R127",
    NOTE,
    "`dotnet publish` builds the SPA",
    "a pipeline that has built it already builds it twice",
    "nothing here, the pipeline leaves such a target out; elsewhere give the property shown",
)
WRITES_SOURCE = Kind(
    "R128",
    WARNING,
    "the build writes into the source tree",
    "two builds at a time disturb each other, and checks for a clean tree must come first",
    "write below `obj`, and add the files as items",
)
TARGET_IGNORES = Kind(
    "R129",
    WARNING,
    "a target that ignores its own failure",
    "files are missing in the output and the build is green",
    "take ContinueOnError out",
)
FIXED_OUTPUT = Kind(
    "R130",
    WARNING,
    "an output path written out",
    "with another configuration, framework or output folder nothing is found there, without an error",
    "use $(OutputPath) or $(PublishDir)",
)
PACKAGE_FOLDER = Kind(
    "R131",
    NOTE,
    "a target searches the package folder",
    "it takes whatever version lies there; restore and build must share one folder",
    "reference the files of the package by GeneratePathProperty",
)
FILLS_PUBLIC = Kind(
    "R132",
    WARNING,
    "the .NET build fills the SPA's public folder",
    "an SPA that is built first, as usual, ships without these files",
    "copy them in a script of the SPA, before its build",
)
DEAD_TARGET = Kind(
    "R133",
    NOTE,
    "a target that never runs",
    "whoever reads the file counts on what it does",
    "delete it, or mend the condition",
)
FLOATING_VERSION = Kind(
    "R134",
    WARNING,
    "a package version with a star",
    "the version changes without a commit",
    "write the version out; Dependabot raises it",
)
EMPTY_TESTS = Kind(
    "R135",
    WARNING,
    "a test project without sources",
    "it runs nothing; VSTest calls that green, Microsoft.Testing.Platform an error",
    "add tests, or take the project out",
)
EXACT_SDK = Kind(
    "R136",
    NOTE,
    "global.json takes one feature band only",
    "without `rollForward` an SDK of a newer band is refused",
    'add `"rollForward": "latestFeature"`',
)
CASE_TWINS = Kind(
    "R137",
    ERROR,
    "two files that differ in case alone",
    "on Windows and macOS they are one file, on Linux two",
    "delete one of them",
)
TWO_IN_FOLDER = Kind(
    "R138",
    WARNING,
    "two solutions or projects in one folder",
    "`dotnet build` without a path stops there",
    "keep one, or always give the path",
)
UNREAD = Kind(
    "R139",
    WARNING,
    "a file that could not be looked at",
    "whatever it holds, no rule has seen it",
    "save it as UTF-8, make it smaller, or mend it",
)
WINDOWS_COMMAND = Kind(
    "R140",
    ERROR,
    "a command that only Windows has",
    "on Linux it fails, or does something else and says nothing",
    "use a tool that runs everywhere, or a condition on the system",
)
SERVER_IN_TARGET = Kind(
    "R141",
    ERROR,
    "a target starts a server",
    "it never ends, and so does the publish",
    "call the build script",
)
TESTS_NOT_RUN = Kind(
    "R142",
    WARNING,
    "a project with tests that is not run",
    "it is not taken for a test project: by its own packages and its name it is none",
    "reference Microsoft.NET.Test.Sdk and a runner, or set `IsTestProject` to false",
)
ORPHAN = Kind(
    "R143",
    NOTE,
    "projects that nothing builds",
    "no solution lists them and no project references them: they break and nobody sees it",
    "add them to a solution, or delete them",
)
WINDOWS_SOLUTION = Kind(
    "R144",
    NOTE,
    "a solution that only Windows builds",
    "its projects are in the format from before the SDK, or for .NET Framework: it is neither built nor tested here",
    "build it on Windows, or move its projects to the SDK format; nothing here speaks for it",
)
FILTERED_TESTS = Kind(
    "R145",
    WARNING,
    "tests that the repository leaves out",
    "a filter in a project or settings file holds for every `dotnet test`: what it leaves out is not even counted",
    "leave tests out where they are called, or mark them skipped: a skipped test is counted and named",
)
SPA_SERVER = Kind(
    "R150",
    WARNING,
    "the SPA is a server",
    "its pages are rendered by a program of their own: copied as files into the web project they would not work",
    "deploy it beside the web project, or let it export files; `spa.dist` names their folder",
)
NX_UNREAD = Kind(
    "R151",
    WARNING,
    "an application that is not read",
    "an integrated Nx workspace has no package.json for each application: nothing here builds, tests or ships its SPA",
    "give the root a `build` script that runs Nx for the application, and name the root with `spa.folder`",
)

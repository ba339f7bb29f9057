"""Times discovery: reading a tree, and a generated solution of many projects.

    uv run python bench/discover.py [--projects 500] [--files 1500] [--tree FOLDER]

The generated tree has a solution of N projects in a chain of references, every fifth one a test project, props above
them, and sources. Goals: 1,500 files read within a second, 500 projects discovered within five.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from pipeline.app.discover import discover
from pipeline.read.source import read
from pipeline.settings.model import Settings

READ_SECONDS = 1.0
DISCOVER_SECONDS = 5.0
TESTS_EVERY = 5

PROPS = """<Project><PropertyGroup><TargetFramework>net10.0</TargetFramework>
<IsTestProject Condition="$(MSBuildProjectName.EndsWith('Tests'))">true</IsTestProject></PropertyGroup>
<ItemGroup Condition="'$(IsTestProject)' == 'true'"><PackageReference Include="xunit" Version="2.9.3" />
<PackageReference Include="Microsoft.NET.Test.Sdk" Version="17.14.1" /></ItemGroup></Project>"""
SOURCE = (
    "namespace Shop;\n\npublic class Thing{}\n{{\n    [Fact]\n    public void Works() {{ }}\n}}\n" + "// line\n" * 60
)


def main() -> int:
    """Print the times; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--projects", type=int, default=500)
    parser.add_argument("--files", type=int, default=1500)
    parser.add_argument("--tree", type=Path, help="time this tree too")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        _generate(Path(scratch), words.projects, words.files)
        reading, finding = _time("generated", Path(scratch))
    if words.tree:
        _time(words.tree.name, words.tree)
    return 0 if reading <= READ_SECONDS and finding <= DISCOVER_SECONDS else 1


def _time(name: str, folder: Path) -> tuple[float, float]:
    began = time.perf_counter()
    facts = read(folder)
    between = time.perf_counter()
    app = discover(facts, Settings())
    ended = time.perf_counter()
    reading, finding = between - began, ended - between
    projects = len(app.dotnet.projects) if app.dotnet else 0
    print(
        f"{name}: {len(facts.files)} files, {len(facts.texts)} read in {reading:.2f} s; "
        f"{projects} projects, {len(app.facts)} facts in {finding:.2f} s"
    )
    return reading, finding


def _generate(folder: Path, projects: int, files: int) -> None:
    names = [f"Shop{number:03}{'.Tests' if number % TESTS_EVERY == 0 else ''}" for number in range(projects)]
    (folder / "Directory.Build.props").write_text(PROPS)
    listed = "".join(f'<Project Path="src/{name}/{name}.csproj" />' for name in names)
    (folder / "Shop.slnx").write_text(f"<Solution>{listed}</Solution>")
    for number, name in enumerate(names):
        place = folder / "src" / name
        place.mkdir(parents=True)
        sdk = "Microsoft.NET.Sdk.Web" if number == projects - 1 else "Microsoft.NET.Sdk"
        before = names[number - 1]
        reference = (
            f'<ItemGroup><ProjectReference Include="..\\{before}\\{before}.csproj" /></ItemGroup>' if number else ""
        )
        (place / f"{name}.csproj").write_text(f'<Project Sdk="{sdk}">{reference}</Project>')
    for number in range(max(0, files - projects - 2)):
        name = names[number % projects]
        (folder / "src" / name / f"Thing{number}.cs").write_text(SOURCE.format(number))


if __name__ == "__main__":
    sys.exit(main())

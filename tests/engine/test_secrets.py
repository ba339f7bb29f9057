"""Where a secret goes, on a real engine: to the step that fetches, and nowhere else."""

from __future__ import annotations

import pytest

from tests import apps
from tests.engine.dagger_call import evidence

pytestmark = pytest.mark.engine

CANARY = "canary-of-the-feed-7c1f"
PROJECT = """<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
</Project>
"""
# The user's code, as curious as it can be: it prints its whole environment in restore and in build.
CURIOUS = """<Project>
  <Target Name="ShowEnvironment" BeforeTargets="_GenerateRestoreProjectSpec;CoreCompile">
    <Exec Command="printenv" StandardOutputImportance="high" />
  </Target>
</Project>
"""
SETTINGS = """nuget: {source: 'https://127.0.0.1:9/index.json', user: someone, secret: FEED_TOKEN}
image: {verify: false}
dotnet: {format: false}
"""


def test_a_token_reaches_the_restore_alone(tmp_path, monkeypatch):
    """The restore has it, in its log it is starred; later steps have it not, and nothing written or said holds it."""
    app = apps.committed(tmp_path / "app")
    app.write("Shop.csproj", PROJECT)
    app.write("Program.cs", "WebApplication.Create(args).Run();\n")
    app.write("Directory.Build.targets", CURIOUS)
    app.write("pipeline.yaml", SETTINGS)
    monkeypatch.setenv("FEED_TOKEN", CANARY)

    found = evidence(app, tmp_path / "evidence", "--nuget-token=env://FEED_TOKEN", feed=False)

    assert {found.states[id_] for id_ in ("api.restore", "api.build", "api.publish")} == {"passed"}
    assert "FEED_TOKEN=***" in found.text("steps/api.restore/log")
    built = found.text("steps/api.build/log")
    assert "PATH=" in built
    assert "FEED_TOKEN" not in built
    written = [file for file in found.folder.rglob("*") if file.is_file() and CANARY.encode() in file.read_bytes()]
    assert written == []
    assert CANARY not in found.done.said

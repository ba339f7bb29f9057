"""What a step may read and what it has to leave, on a real engine."""

from __future__ import annotations

import pytest

from tests import apps
from tests.engine.dagger_call import evidence

pytestmark = pytest.mark.engine


def test_named_inputs_are_seen_and_an_empty_build_is_red(tmp_path):
    """Settings take files back that are left out by their kind; a build that ends well without output is red."""
    app, spa = apps.both(tmp_path / "app")
    apps.keep_one_test(spa)
    apps.rewrite_scripts(spa, {"lint": None})
    apps.embed_readme(app)
    apps.read_readme(spa)
    apps.build_nothing(spa)
    dotnet, inputs = "dotnet: {inputs: [src/Hello.Web/README.md], format: false}", "spa: {inputs: [client/README.md]}"
    app.write("pipeline.yaml", f"{dotnet}\n{inputs}\n")

    found = evidence(app, tmp_path / "evidence")

    assert {found.states[id_] for id_ in ("api.build", "api.publish", "spa.test", "spa.types")} == {"passed"}
    assert "the readme is there" in {case.name for case in found.step("spa.test").cases}
    build = found.step("spa.build")
    assert (build.status.value, build.exit_code) == ("failed", 0)
    assert build.reason == "left no folder client/dist, although the command ended with 0"
    assert found.step("image").reason == "because spa.build failed"

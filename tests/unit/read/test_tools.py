from __future__ import annotations

import re
from importlib import resources

from pipeline.plan.make import SERVICES, make
from pipeline.read import tools
from pipeline.settings.model import ServiceSettings
from tests import samples


def test_every_line_is_read():
    """Each FROM line of the Dockerfile is an image with a name; no line is lost to its form."""
    text = resources.files("pipeline.run").joinpath("images/Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert len(tools.images()) == len(lines)


def test_every_image_names_its_registry_and_its_tag():
    """No image depends on a default registry or on `latest`."""
    form = re.compile(r"[a-z0-9.-]+\.[a-z]+/[a-z0-9/._-]+:v?[0-9][\w.-]*(@sha256:[0-9a-f]{64})?")
    assert [ref for ref in tools.images().values() if not form.fullmatch(ref)] == []


def test_there_is_an_image_for_everything_a_plan_can_name():
    """A plan of both halves with every service finds its images."""
    services = tuple(ServiceSettings(name=name) for name in SERVICES)
    plan = make(samples.app(), samples.settings(services=services), tools.images())
    assert [tool for tool, _ in plan.images] == ["aspnet", "dotnet", "node", "python"]
    assert len(plan.services) == len(SERVICES)


def test_images_and_samples_have_the_same_names():
    """The unit tests plan with the names that the real file has."""
    assert set(tools.images()) == set(samples.IMAGES)

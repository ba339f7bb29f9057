from __future__ import annotations

import pytest

from pipeline.parse.machines import Check, Machine
from pipeline.release import sight
from pipeline.release.model import Answer, Live, Page, Sight
from tests.unit.release.world import digest, goal

HTML = '<script src="assets/a.js">'


@pytest.mark.parametrize(
    ("health", "text", "is_well"),
    [("/health", "Healthy", True), ("/health", HTML, False), ("/", HTML, True), ("/index.html", HTML, True)],
)
@pytest.mark.parametrize("page", [Page(path="/", names=("assets/a.js",)), Page(path="/", sha256=HTML)])
def test_the_page_of_an_spa_is_no_health(health: str, text: str, is_well: bool, page: Page) -> None:  # noqa: FBT001
    """It is what a path gets that nobody maps, and tells nothing of the application."""
    wanted = goal("a", health=health, pages=(page,))
    well = (Check(name="http", status="passing"),)
    one = Machine(id="m", state="started", digest=digest("a"), wanted_checks=1, checks=well, by_fly=True)
    said = {"/": HTML, health: text}
    answers = tuple(Answer(path=path, status=200, text=html, sha256=html) for path, html in said.items())
    found = sight.misses(wanted, 0, Sight(at=0, live=Live(machines=(one,)), answers=answers))
    assert (not found) is is_well
    assert is_well or "answers with the SPA's page" in found[0]


def test_what_an_application_says_of_its_secrets_is_not_repeated() -> None:
    """Also where nobody here knows their values: what is missing is kept in the log of releases."""
    said = "no connection: Host=db;Username=shop;Password=c4n4ry"
    sick = (Check(name="http", status="critical", output=said),)
    one = Machine(id="m", state="started", digest=digest("a"), wanted_checks=1, checks=sick, by_fly=True)
    answers = (Answer(path="/health", status=500, text=said), Answer(path="/", status=500, text=f"<p>{said}</p>"))
    found = sight.misses(goal("a"), 0, Sight(at=0, live=Live(machines=(one,)), answers=answers))
    assert len([line for line in found if "no connection: Host=db;Username=shop;Password=***" in line]) == 3
    assert "c4n4ry" not in " ".join(found)


@pytest.mark.parametrize(
    "said", ["postgres://app:c4n4ry@db/shop", '{"password": "c4n4ry horse battery", "x": 1}', "Password='c4n4ry b'"]
)
@pytest.mark.parametrize("length", range(470, 500, 5))
def test_a_password_is_hidden_before_a_text_is_cut(said: str, length: int) -> None:
    """Without its end nothing tells that it is one."""
    answer = Answer(path="/", status=500, text=f"{'x' * length} {said}")
    assert "c4n4ry" not in " ".join(sight.told([Sight(at=0, live=Live(), answers=(answer,))]))

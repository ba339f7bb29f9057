"""What is missing between a goal and what was seen: the machines, and what the public address answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.plan.identity import SHORT
from pipeline.settings.redact import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pipeline.parse.machines import Machine
    from pipeline.release.model import Answer, Goal, Live, Page, Sight

INDEX = "/"
STARTED = "started"
_WELL, _ERROR = 200, 400
# Characters of an answer that is shown as it is.
_TOLD = 500
# Of an answer that is none.
_READ = 2_000


def routes(goal: Goal) -> tuple[str, ...]:
    """Return what the public address is asked, each path once."""
    pages = [page.path for page in goal.pages] or [INDEX]
    wanted = [goal.health, *pages, goal.version_route, *goal.smoke]
    return tuple(dict.fromkeys(path for path in wanted if path))


def misses(goal: Goal, release: int, sight: Sight, after: int = 0) -> tuple[str, ...]:
    """Return what does not hold; nothing when the goal is what serves.

    Args:
        goal: what has to be true.
        release: the number that flyctl gave the release, 0 where it is not known.
        sight: one look.
        after: the newest release of the machines before this one; what is no newer has an old configuration.

    """
    if sight.problem:
        return (sight.problem,)
    return (*_of_machines(goal, release, sight.live, after), *_of_answers(goal, sight.answers))


def superseded(goal: Goal, release: int, live: Live) -> bool:
    """Return whether somebody else released after us: a newer number on a machine that runs another image."""
    return release > 0 and any(one.release > release and one.digest != goal.digest for one in live.machines)


def hopeless(goal: Goal, live: Live) -> str:
    """Return why waiting will not help; an empty text when it may."""
    ours = [one for one in live.machines if one.digest == goal.digest and not one.is_standby]
    dead = [one for one in ours if one.state in {"failed", "stopped"} and one.exit]
    return f"machine {dead[0].id} is {dead[0].state}: {dead[0].exit}" if dead else ""


def unseen(goal: Goal) -> tuple[str, ...]:
    """Return what this verification does not look at."""
    found = []
    if not goal.health:
        found.append("health: no path is known, neither from fly.toml nor from `release.health`")
    if not goal.pages:
        found.append("the SPA's files: the image holds no index.html in wwwroot, so none was compared")
    if not goal.version_route:
        found.append("the commit: `release.version` names no path that tells it; the image's digest stands for it")
    return tuple(found)


def told(looks: Iterable[Sight]) -> tuple[str, ...]:
    """Return what looks saw that may be wrong, a line for each machine and each answer, each line once."""
    return tuple(dict.fromkeys(line for look in looks for line in _told(look)))


def _told(look: Sight) -> Iterator[str]:
    if look.problem:
        yield look.problem
    for one in look.live.machines:
        checks = "; ".join(f"{check.name} {check.status} {check.output}".rstrip() for check in one.checks)
        yield f"machine {one.id} {one.state}{f' ({one.exit})' if one.exit else ''}: {checks or 'no checks'}"
    for answer in look.answers:
        words = shown("", " ".join(answer.text.split()))[:_TOLD]
        if answer.problem or answer.status != _WELL:
            yield f"{answer.path} {answer.problem or answer.status}{f': {words}' if words else ''}"


def strange(live: Live) -> tuple[str, ...]:
    """Return what answers visitors and would go on doing so, whatever is released."""
    return tuple(f"machine {one.id}: it has services, and no release changes it" for one in live.strangers)


def _of_machines(goal: Goal, release: int, live: Live, after: int) -> Iterator[str]:
    yield from strange(live)
    if not live.machines:
        yield f"{goal.app} has no machine"
    awake = any(one.state == STARTED and not one.is_standby for one in live.machines)
    for one in live.machines:
        # One that the platform put to sleep is of the right image all the same, and answers no checks.
        asleep = goal.may_sleep and awake and one.is_asleep and not one.exit
        waits = one.is_standby and awake and one.state == "stopped"
        of_state = () if asleep or waits else _of_state(one)
        yield from (f"machine {one.id}: {problem}" for problem in (*of_state, *_of_machine(goal, release, one, after)))
    if live.machines and not any(one.wanted_checks for one in live.machines):
        yield "no machine has a health check: fly.toml names none"


def _of_machine(goal: Goal, release: int, one: Machine, after: int) -> Iterator[str]:
    if one.digest != goal.digest:
        yield f"it runs {one.digest[:19] or 'an unknown image'}, not {goal.digest[:19]}"
    if release and one.release != release:
        yield f"it is of release {one.release}, not {release}"
    elif after and not release and one.release <= after:
        yield f"it is of release {one.release}, which was there before"
    if goal.memory and one.memory != goal.memory:
        yield f"it has {one.memory} MB, not {goal.memory}"
    if goal.region and one.region != goal.region:
        yield f"it is in {one.region}, not {goal.region}"
    if goal.volume and goal.volume not in one.volumes:
        yield f"it has no volume {goal.volume}"


def _of_state(one: Machine) -> Iterator[str]:
    if one.state != STARTED:
        yield f"it is {one.state or 'in no known state'}{f' ({one.exit})' if one.exit else ''}"
    if one.host_status != "ok":
        yield f"its host is {one.host_status or 'in no known state'}"
    if len(one.checks) < one.wanted_checks:
        yield f"{len(one.checks)} of its {one.wanted_checks} checks answered"
    for check in one.checks:
        if check.status != "passing":
            said = shown("", check.output)
            yield f"check {check.name} is {check.status}{f': {said}' if said else ''}"


def _of_answers(goal: Goal, answers: tuple[Answer, ...]) -> Iterator[str]:
    pages = {page.path: page for page in goal.pages}
    for path in routes(goal):
        answer = next((one for one in answers if one.path == path), None)
        if answer is None or answer.problem:
            yield f"{path}: {answer.problem if answer else 'was not asked'}"
            continue
        strict = path in {goal.health, *pages} or (path == INDEX and not pages)
        if answer.status != _WELL if strict else not _WELL <= answer.status < _ERROR:
            yield f"{path} answers {answer.status}{_said(answer)}"
        elif path == goal.health and _is_page_of_any(path, pages, answer):
            yield f"{path} answers with the SPA's page, as any path does that the application does not map"
        elif path in pages and not _serves(pages[path], answer):
            yield f"{path} is not what the image holds"
        elif path == goal.version_route and not _names(answer, goal.revision):
            yield f"{path} does not name the commit {goal.revision[:SHORT]}{_said(answer)}"


def _serves(page: Page, answer: Answer) -> bool:
    same = not page.sha256 or answer.sha256 == page.sha256
    return same and all(name in answer.text for name in page.names)


def _is_page_of_any(path: str, pages: Mapping[str, Page], answer: Answer) -> bool:
    """Whether the page of the SPA answers for a path that is none of its files."""
    return path not in pages and not path.endswith(".html") and INDEX in pages and _serves(pages[INDEX], answer)


def _names(answer: Answer, revision: str) -> bool:
    short = revision[:SHORT]
    return bool(short) and (short in answer.text or any(short in value for _, value in answer.headers))


def _said(answer: Answer) -> str:
    # It is kept in the log of releases, and a page about an error may show how the database is reached.
    words = shown("", " ".join(answer.text[:_READ].split()))[:120]
    return f": {words}" if words else ""

"""Whether Fly has machines as a fly.toml wants them, and whether they stay up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.release.refuse import machine_rules as rules
from pipeline.release.refuse import release_rules
from pipeline.settings import forms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from pipeline.release.flytoml import Check, Mount, Restart, Service, Size
    from pipeline.release.refuse.case import Case, Refusal

    _Grouped: TypeAlias = Service | Check | Mount | Size | Restart

_STEP = 256
# MB for each processor, and how many of them there are.
_LIMITS = {"shared": (256, 2048), "performance": (2048, 8192)}
_CPUS = {"shared": (1, 2, 4, 6, 8), "performance": (1, 2, 4, 6, 8, 10, 12, 14, 16)}
_LITTLE = 256
_APP_FOLDERS = ("/app", "/usr", "/bin", "/lib", "/etc")


def volumes(case: Case) -> Iterator[Refusal]:
    """Find mounts that a machine cannot have, or that hide what it runs, or that are others than wanted."""
    config = case.config
    for group in config.groups:
        found = config.of_group(group, config.mounts)
        if len(found) > 1:
            what = f"{', '.join(mount.source for mount in found)} for the group {group}"
            yield case.at(release_rules.TWO_MOUNTS, what, found[1].place)
    for mount in config.mounts:
        if not mount.source or not mount.destination.startswith("/"):
            what = f"`{mount.place}` has {'no name' if not mount.source else 'no place in the machine'}"
            yield case.at(release_rules.MOUNT_PLACE, what, mount.place)
        elif any(f"{folder}/".startswith(f"{mount.destination.rstrip('/')}/") for folder in _APP_FOLDERS):
            what = f"`{mount.place}` is at {mount.destination}"
            yield case.at(release_rules.MOUNT_OVER_APP, what, f"{mount.place}.destination")
    wanted, names = case.settings.volume, [mount.source for mount in config.mounts]
    if wanted and wanted not in names:
        what = f"it mounts {', '.join(names) or 'none'}, `release.volume` is {wanted}"
        yield case.at(release_rules.OTHER_VOLUME, what, "mounts")


def sizes(case: Case) -> Iterator[Refusal]:
    """Find machines of another size than wanted, and ones that there are not."""
    config = case.config
    release = config.deploy.release_command_size
    for size in (*config.sizes, *((release,) if release else ())):
        yield from _possible(case, size)
    for group in config.groups:
        found = config.sizes_of(group)
        if len(found) > 1:
            yield case.at(rules.TWO_SIZES, f"both are for the group {group}", found[1].place)
        elif found:
            yield from _enough(case, group, found[0])
        elif case.settings.memory:
            what = f"no `[[vm]]` for the group {group}, `release.memory` is {case.settings.memory}"
            yield case.at(rules.NO_SIZE, what)
        else:
            yield case.at(rules.UNSIZED, f"no `[[vm]]` for the group {group}")


def _possible(case: Case, size: Size) -> Iterator[Refusal]:
    place = size.place
    if not size.is_known:
        yield case.at(rules.BAD_SIZE, f"`{place}.size` is {size.name}", f"{place}.size")
        return
    if size.has_gpu:
        return
    if size.cpu_kind not in _LIMITS:
        yield case.at(rules.BAD_SIZE, f"`{place}.cpu_kind` is {size.cpu_kind}", f"{place}.cpu_kind")
        return
    least, most = _LIMITS[size.cpu_kind]
    told = f"`{place}` has {size.memory} MB for {size.cpus} {size.cpu_kind} processor{'s' * (size.cpus != 1)}"
    fits = least * size.cpus <= size.memory <= most * size.cpus and size.memory % _STEP == 0
    if size.cpus not in _CPUS[size.cpu_kind] or not fits:
        yield case.at(rules.BAD_SIZE, told, f"{place}.memory")


def _enough(case: Case, group: str, size: Size) -> Iterator[Refusal]:
    wanted = forms.megabytes(case.settings.memory)
    if wanted:
        if size.memory != wanted:
            what = f"{size.memory} MB for the group {group}, `release.memory` is {case.settings.memory}"
            yield case.at(rules.OTHER_MEMORY, what, f"{size.place}.memory")
    elif case.is_web and size.is_known and size.memory <= _LITTLE:
        yield case.at(rules.SMALL, f"{size.memory} MB for the group {group}", f"{size.place}.memory")


def sleep(case: Case) -> Iterator[Refusal]:
    """Find machines that stop by themselves."""
    for service in case.config.services:
        if service.sleeps:
            place = f"{service.place}.auto_stop_machines"
            yield case.at(rules.AUTO_STOP, f"`{place}` is {service.auto_stop}", place)
            if service.auto_start is False:
                place = f"{service.place}.auto_start_machines"
                yield case.at(rules.NEVER_STARTS, f"`{place}` is false", place)


def groups(case: Case) -> Iterator[Refusal]:
    """Find process groups that nobody has, and ones that nobody looks at."""
    config = case.config
    for service in config.services:
        if config.processes and not service.processes:
            yield case.at(rules.NO_GROUP, f"`{service.place}` names none", service.place)
    everything: tuple[_Grouped, ...] = (
        *config.services,
        *config.checks,
        *config.mounts,
        *config.sizes,
        *config.restarts,
    )
    for one in everything:
        for name in one.processes:
            if name not in config.groups:
                yield case.at(rules.NO_GROUP, f"`{one.place}` is for {name}, which is none", f"{one.place}.processes")
    asked: tuple[_Grouped, ...] = (*config.services, *config.checks)
    seen = {name for one in asked for name in config.groups_of(one)}
    for name in config.groups:
        if config.services and name not in seen:
            yield case.at(rules.UNSEEN_GROUP, f"nothing asks the group {name}", f"processes.{name}")


def restarts(case: Case) -> Iterator[Refusal]:
    """Find machines that nobody starts again."""
    for one in case.config.restarts:
        place = f"{one.place}.policy"
        if one.policy not in ("always", "never", "on-failure"):
            yield case.at(rules.BAD_POLICY, f"`{place}` is {one.policy or 'not said'}", place)
        elif one.policy == "never":
            yield case.at(rules.NO_RESTART, f"`{place}` is never", place)


ALL = (volumes, sizes, sleep, groups, restarts)

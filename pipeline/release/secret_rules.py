"""What a secret may be called and may hold, and when a plan may be carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.release import values
from pipeline.settings.forms import VARIABLE, guess

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pipeline.release.secrets import SecretsPlan
    from pipeline.release.values import Found

# What Fly itself puts into the environment of a machine.
_OF_FLY = "fly_"
_ALSO_OF_FLY = frozenset({"primary_region"})


def check(declared: Mapping[str, str], found: Found, taken: Collection[str], only: Collection[str] = ()) -> None:
    """Refuse what cannot be set on Fly.io, or would not be what the application reads.

    Args:
        declared: as for `plan`.
        found: as for `plan`.
        taken: the names in `[env]` of the fly.toml.
        only: as for `plan`.

    Raises:
        PipelineError: P134 with every problem, P105 when `only` names what is not declared.

    """
    for name in only:
        if name not in declared:
            close = guess(name, tuple(declared))
            hint = f"; did you mean {close}?" if close else ""
            problem = f"--only: expected a name that `release.secrets` declares, got another{hint}"
            raise PipelineError(errors.SETTINGS_INVALID, problem)
    problems = [*_of_names(declared, taken)]
    told = ((name, values.problem(value)) for name, value in found.values.items() if not only or name in only)
    problems += [f"{name}: {why}" for name, why in told if why]
    if problems:
        what = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise PipelineError(errors.SECRET_REFUSED, what, tuple(problems))


def _of_names(declared: Mapping[str, str], taken: Collection[str]) -> Iterator[str]:
    seen: dict[str, str] = {}
    folded = {name.casefold(): name for name in taken}
    for name in declared:
        low = name.casefold()
        if not VARIABLE.fits(name):
            yield f"{name}: expected {VARIABLE.expected}"
        elif low.startswith(_OF_FLY) or low in _ALSO_OF_FLY:
            yield f"{name}: Fly.io itself sets variables of this name"
        elif low in seen:
            yield f"{name}: differs from {seen[low]} in case alone, and .NET takes either"
        elif low in folded:
            yield f"{name}: stands in [env] of the fly.toml too, as {folded[low]}; one of them would win"
        seen[low] = name


def require(made: SecretsPlan) -> None:
    """Refuse a plan that lacks values which the settings say where to find: what was to be set would stay as it is.

    Raises:
        PipelineError: P135.

    """
    if made.lacking:
        told = tuple(f"{row.name}: {row.lacking}" for row in made.lacking)
        raise PipelineError(errors.SECRET_LACKING, ", ".join(row.name for row in made.lacking), told)

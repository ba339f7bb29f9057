"""What Trivy found in files: secrets and misconfiguration, in the form of `pipeline-findings.tpl`.

Trivy's own JSON quotes the lines around a finding, and with them what must not be quoted; the template does not.
"""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.parse import json_report, trivy
from pipeline.parse.canary import SECRET_FILE, SECRET_RULE
from pipeline.parse.model import Parsed
from pipeline.parse.weakness import Looked, Part, Weakness, WeaknessKind, level

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_HISTORY_FORM = 3
BLIND = "Trivy did not find the secret that was planted for it, so its silence proves nothing"
# Where history.sh puts what commits and tags say, and how a reader knows it.
MESSAGES, MESSAGES_NAME = "messages", "messages of commits and tags"
MESSAGES_HELP = "everybody who can clone has it: revoke it; `git log --all --grep` shows the commit"
OF_OTHERS = "that of a submodule is in another repository, which nothing here reads"
LEFT_OUT = "nothing of the files that it leaves out is looked at but their history"
HISTORY_HELP = "everybody who can clone has it: revoke it; `git log --all --find-object={blob}` shows where it was"


def parse(text: str, root: str, prefix: str = "") -> Parsed:  # noqa: ARG001  # a parser's arguments
    """Return the secrets and misconfigurations of the source; the planted secret proves that it was read."""
    results = _results(text)
    if isinstance(results, Parsed):
        return results
    seen = _seen(results)
    own = [r for r in results if r.get("Target") != SECRET_FILE]
    looked = [Looked(part=Part.SECRETS, target="source", tool=trivy.TOOL)] if seen else []
    looked += [_configuration(r) for r in own if r.get("MisconfSummary")]
    return Parsed(
        weaknesses=tuple(w for r in own for w in (*_secrets(r), *_misconfigurations(r))),
        looked=tuple(looked),
        unavailable=() if seen else (BLIND,),
    )


def parse_history(text: str, root: str, prefix: str = "") -> Parsed:  # noqa: ARG001
    """Return the secrets of all versions of all files; each lies below the first letters of its blob's name."""
    results = _results(text)
    if isinstance(results, Parsed):
        return results
    seen = _seen(results)
    found = [w for r in results if r.get("Target") != SECRET_FILE for w in _past(r)]
    # The versions of a file that hold the same secret are one finding.
    first = {(w.id, w.file, w.mark): w for w in reversed(found)}
    return Parsed(weaknesses=tuple(reversed(first.values())), unavailable=() if seen else (BLIND,))


def parse_image(text: str, root: str, prefix: str = "") -> Parsed:  # noqa: ARG001
    """Return the secrets in an image's files and environment."""
    results = _results(text)
    if isinstance(results, Parsed):
        return results
    return Parsed(weaknesses=tuple(w for r in results for w in _secrets(r, image=True)))


def parse_canary(text: str, root: str, prefix: str = "") -> Parsed:  # noqa: ARG001
    """Return `unavailable` when the planted secret was not found."""
    results = _results(text)
    if isinstance(results, Parsed):
        return results
    return Parsed() if _seen(results) else Parsed(unavailable=(BLIND,))


def parse_blobs(text: str, root: str, prefix: str = "") -> Parsed:  # noqa: ARG001
    """Return how much of the history was laid out for the scan; a cut off history is no history."""
    report = json_report.read_object(text, "the report on the git history")
    if isinstance(report, Parsed):
        return report
    blobs, skipped = report.get("blobs"), report.get("skipped")
    if report.get("version") != _HISTORY_FORM or not isinstance(blobs, int) or not isinstance(skipped, int):
        return Parsed(unavailable=("the report on the git history has an unknown form",))
    if report.get("shallow") is not False:
        why = "the clone is shallow, most of the history is not here; fetch all of it (`fetch-depth: 0`)"
        return Parsed(unavailable=(why,))
    if report.get("commits") and not blobs and not skipped:
        return Parsed(unavailable=("git holds no version of any file below this folder",))
    gaps = {f"{skipped} files of the history": "over 10 MB, not searched for secrets"} if skipped else {}
    if report.get("whole") is not True:
        gaps["history of other folders"] = "what lay there before it was moved here is not searched"
    gaps |= {f"history of {path}": OF_OTHERS for path in json_report.texts(report.get("submodules"))}
    read = Looked(
        part=Part.HISTORY, target="git history", tool=trivy.TOOL, count=blobs, data=f"{report.get('commits')} commits"
    )
    named = [Looked(part=Part.HISTORY, target=what, tool=trivy.TOOL, open=why) for what, why in gaps.items()]
    if report.get("sparse") is True:
        named.append(Looked(part=Part.SECRETS, target="a sparse checkout", tool=trivy.TOOL, open=LEFT_OUT))
    return Parsed(looked=(read, *named))


def _results(text: str) -> list[dict[str, object]] | Parsed:
    report = trivy.read(text)
    return report if isinstance(report, Parsed) else trivy.results(report)


def _seen(results: Iterable[Mapping[str, object]]) -> bool:
    """Whether the planted secret was found, by its own rule and no other."""
    planted = (result for result in results if result.get("Target") == SECRET_FILE)
    return any({s.get("RuleID") for s in json_report.objects(r.get("Secrets"))} == {SECRET_RULE} for r in planted)


def _configuration(result: Mapping[str, object]) -> Looked:
    target = json_report.text(result.get("Target"))
    return Looked(part=Part.CONFIGURATION, target=target, tool=trivy.TOOL, data=json_report.text(result.get("Type")))


def _secrets(result: Mapping[str, object], *, image: bool = False) -> Iterator[Weakness]:
    target = json_report.text(result.get("Target"))
    # What stands in the image's own configuration has the name of the archive.
    file = ("image configuration" if target.endswith(".tar") else target.lstrip("/")) if image else target
    for secret in json_report.objects(result.get("Secrets")):
        yield Weakness(
            kind=WeaknessKind.SECRET,
            id=json_report.text(secret.get("RuleID")),
            level=level(secret.get("Severity")),
            title=json_report.text(secret.get("Title")),
            tool=trivy.TOOL,
            file=posixpath.normpath(file),
            line=json_report.positive(secret.get("StartLine")),
            mark=json_report.text(secret.get("Mark")),
            help="revoke it, then take it out; whoever could read this file has it",
            image=image,
        )


def _past(result: Mapping[str, object]) -> Iterator[Weakness]:
    first, _, file = json_report.text(result.get("Target")).partition("/")
    said = first == MESSAGES
    # A version with several paths lies under each of them, below its name and a number.
    help_ = MESSAGES_HELP if said else HISTORY_HELP.format(blob=first.partition(".")[0])
    for weakness in _secrets({**result, "Target": MESSAGES_NAME if said else file}):
        yield replace(weakness, line=None, help=help_)


def _misconfigurations(result: Mapping[str, object]) -> Iterator[Weakness]:
    for found in json_report.objects(result.get("Misconfigurations")):
        if found.get("Status") != "FAIL":
            continue
        yield Weakness(
            kind=WeaknessKind.MISCONFIGURATION,
            id=json_report.text(found.get("ID")),
            level=level(found.get("Severity")),
            # The rule's own words: Trivy's message about a file quotes it.
            title=json_report.text(found.get("Title")),
            tool=trivy.TOOL,
            file=json_report.text(result.get("Target")),
            line=json_report.positive(found.get("StartLine")),
            help=json_report.text(found.get("Resolution")),
            url=json_report.text(found.get("PrimaryURL")),
        )

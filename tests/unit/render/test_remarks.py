from __future__ import annotations

from pipeline.app.model import Level, Remark
from pipeline.app.remark_kinds import KINDS, configuration
from pipeline.render import remarks


def remark(id_="R101", level=Level.NOTE, message="m", file=None, line=None):
    return Remark(id=id_, level=level, message=message, file=file, line=line)


def test_the_worst_comes_first():
    """Errors before warnings before notes; within a kind by file and line."""
    found = [remark("R9"), remark("R8", Level.WARNING, file="b"), remark("R8", Level.WARNING, file="a", line=2)]
    shown = remarks.short([*found, remark("R7", Level.ERROR)])
    assert shown == ["error: R7 m", "warning: R8 m (a:2) and 1 more", "note: R9 m"]


def test_what_puts_data_at_stake_comes_before_everything_else():
    """A summary that has room for ten does not lose it behind ten errors of another kind."""
    assert configuration.RESEED.at_once
    shown = remarks.short([remark("R101", Level.ERROR), configuration.RESEED.at("m")])
    assert [line.split()[1] for line in shown] == ["R603", "R101"]


def test_the_same_remark_is_told_once():
    """Two rules that see the same thing are one line."""
    assert remarks.short([remark("X1"), remark("X1")]) == ["note: X1 m"]


def test_a_summary_shows_ten_kinds_and_how_to_see_the_others():
    """However many there are, the summary stays short and says what it leaves out."""
    many = [remark(f"X{n}", file=str(m)) for n in range(200, 212) for m in range(4)]
    many += [remark("X100", Level.WARNING)]
    shown = remarks.short(many)
    assert len(shown) == remarks.MOST + 1
    assert shown[-1] == "and 12 more (12 notes): `pipeline explain` shows them all"
    assert remarks.levels([*many, remark("X1", Level.ERROR)]) == ["1 error", "1 warning", "48 notes"]


def test_a_line_says_what_kind_it_is():
    """The id alone is a riddle, the message alone often a bare name."""
    kind = KINDS[0]
    assert remarks.line(kind.at("one", "a", 3)) == f"{kind.id} {kind.title}: one (a:3)"


def test_ten_kinds_need_no_last_line():
    """Nothing is left out, and nothing is said about it."""
    assert len(remarks.short([remark(f"R{n}") for n in range(10)])) == 10


def test_a_line_is_short_and_one():
    """A long message is cut, and no file name starts a new line."""
    (line,) = remarks.short([remark(message="x" * 999, file="a\n::error::b")])
    assert len(line) < 300
    assert "\n" not in remarks.line(remark(file="a\nb"))


def test_everything_about_every_remark():
    """Title, weight, each place, why it matters and what to do."""
    kind = KINDS[0]
    found = [kind.at("one", "a", 3), kind.at("two")]
    assert remarks.full(found) == [
        f"{kind.id} {kind.title} ({kind.level.value}, 2)",
        "    everywhere: two",
        "    a:3: one",
        f"    why: {kind.why}",
        f"    what to do: {kind.todo}",
    ]

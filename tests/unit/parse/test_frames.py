"""Where a failed test stands, by its stack trace."""

from __future__ import annotations

import pytest

from pipeline.parse import frames

TRACE = """   at Xunit.Assert.Equal(Int32 a, Int32 b) in /_/src/xunit.assert/Asserts.cs:line 12
   at Shop.Cart.Add(Item item) in /src/Shop/Cart.cs:line 7
   at Shop.Tests.CartTests.Adds() in /src/tests/CartTests.cs:line 36
   at System.RuntimeMethodHandle.InvokeMethod(Object target)"""


@pytest.mark.parametrize(
    ("trace", "suite", "expected"),
    [
        (TRACE, "Shop.Tests.CartTests", ("tests/CartTests.cs", 36)),
        (TRACE, "", ("Shop/Cart.cs", 7)),
        (TRACE.replace("/src/", "/elsewhere/"), "Shop.Tests.CartTests", None),
        ("   at Shop.T.<Adds>d__3.MoveNext() in /src/a b/T (1).cs:line 9\n--- End of x", "Shop.T", ("a b/T (1).cs", 9)),
        ("   at Shop.T.Adds() in /_/tests/T.cs:line 9", "Shop.T", ("tests/T.cs", 9)),
        ("   at Shop.TOther.A() in /src/O.cs:line 1\n   at Shop.T.Adds() in /src/T.cs:line 2", "Shop.T", ("T.cs", 2)),
        ("   bei Shop.T.Adds() in /src/T.cs:Zeile 2.", "Shop.T", ("T.cs", 2)),
        ("   at Shop.T.Adds()", "Shop.T", None),
        ("", "Shop.T", None),
    ],
)  # fmt: skip
def test_dotnet(trace: str, suite: str, expected: tuple[str, int] | None) -> None:
    """The test's own line, not that of the assertion library or of a helper; without one, the code that threw."""
    assert frames.dotnet(trace, suite, "/src") == expected


@pytest.mark.parametrize(
    ("trace", "suite", "expected"),
    [
        ("Error: x\n \u276f src/sum.test.ts:9:74", "src/sum.test.ts", ("web/src/sum.test.ts", 9)),
        (" \u276f add src/sum.ts:3:9\n \u276f src/sum.test.ts:9:74", "src/sum.test.ts", ("web/src/sum.test.ts", 9)),
        (" \u276f add src/sum.ts:3:9", "src/sum.test.ts", ("web/src/sum.ts", 3)),
        ("    at add (/src/web/src/sum.ts:3:9)", "sum > adds", ("web/src/sum.ts", 3)),
        ("    at file:///src/web/src/sum.ts:3:9", "", ("web/src/sum.ts", 3)),
        (" \u276f x node_modules/react/a.js:1:1\n \u276f src/b.ts:2:2", "", ("web/src/b.ts", 2)),
        ("    at node:internal/process:83:21\n    at https://x.test/a.js:1:1", "", None),
        ("- Expected\n+ 12:30:15", "", None),
    ],
)
def test_javascript(trace: str, suite: str, expected: tuple[str, int] | None) -> None:
    """The line of the test's file; without one, the first that is no package's."""
    assert frames.javascript(trace, suite, "/src", "web") == expected

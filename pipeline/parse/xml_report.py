"""XML reports read with care: anything may be in them, or nothing."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import defusedxml.ElementTree as SafeET
from defusedxml.common import DefusedXmlException

from pipeline.parse.model import Parsed
from pipeline.parse.text import MAX_CHARS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element


def read(text: str, report: str, *roots: str) -> Element | Parsed:
    """Return the root element, or a `Parsed` that says why there is none.

    Args:
        text: the file's content.
        report: what the file is, for the problem's text.
        roots: names that the root element may have.

    """
    if not text.strip("\ufeff\0 \t\r\n"):
        return unreadable(f"{report} is empty")
    if len(text) > MAX_CHARS:
        return unreadable(f"{report} is too large to be read ({len(text)} characters)")
    try:
        root: Element = SafeET.fromstring(text.lstrip("\ufeff \t\r\n"))
    except ET.ParseError as error:
        return unreadable(f"{report} is not well-formed XML: {error}")
    except (DefusedXmlException, ValueError, LookupError) as error:
        return unreadable(f"{report} cannot be read: {type(error).__name__}")
    if local(root) not in roots:
        return unreadable(f"{report} is another kind of XML: its root is <{local(root)[:80]}>")
    return root


def unreadable(problem: str) -> Parsed:
    """Return the result of a report that says nothing."""
    return Parsed(problems=(problem,), completed=False)


def local(element: Element) -> str:
    """Return the element's name without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def every(element: Element, name: str) -> Iterator[Element]:
    """Yield all descendants called `name`, in any namespace."""
    return (child for child in element.iter() if local(child) == name)


def first(element: Element, name: str) -> Element | None:
    """Return the first descendant called `name`, in any namespace."""
    return next(every(element, name), None)


def content(element: Element | None) -> str:
    """Return all text below the element, or an empty text; the indentation of its first line stays."""
    return "" if element is None else "".join(element.itertext()).strip("\r\n").rstrip()


def number(text: str | None) -> float:
    """Return a finite, non-negative number; 0 for anything else."""
    try:
        value = float(text or 0)
    except ValueError:
        return 0.0
    return value if math.isfinite(value) and value >= 0 else 0.0


def whole(text: str | None) -> int:
    """Return a non-negative whole number that fits any format; 0 for anything else."""
    return min(int(number(text)), 2**31 - 1)

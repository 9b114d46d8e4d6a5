"""The page of a Python module in the API reference: what it offers, and where that is told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from html import escape, unescape
from typing import TYPE_CHECKING, TypeAlias

from lierne.code.imports import module_name
from lierne.site import breaks
from lierne.site.links import internal
from lierne.site.page import Entry, Section
from lierne.site.render import nested
from lierne.site.sanitise import SCHEMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import nh3


FOLDER = "api"
"""Where these pages stand in the site."""

TAGS = frozenset(
    "a b blockquote br code dd del details div dl dt em h2 h3 h4 h5 h6 hr li ol p pre small span "  # noqa: SIM905
    "strong sub summary sup table tbody td th thead tr ul".split()
)
FOREIGN = ("md-", "lierne-")
"""How the classes of the page around begin."""

_NAME = re.compile(r'<a data-object="([^"]*)">(.*?)</a>', re.DOTALL)
_HEADING = re.compile(r'<h([2-6]) id="([^"]+)"[^>]*>(.*?)</h\1>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_TESTS = re.compile(r"(^|/)(tests?/|test_[^/]*$|[^/]*_test\.py$|conftest\.py$)")


Describe: TypeAlias = "Callable[[str, str], str]"
"""Reads a module, given its full name and its text, and nothing else: its objects as HTML, from
`<h2>` on, with their full names as ids, and `<a data-object="…">` around the names of others."""


@dataclass(frozen=True, slots=True)
class Told:
    """Where an object is told and defined."""

    title: str
    """The heading that its block stands under."""
    href: str
    """Where the block stands on its note's page."""
    line: int
    code: str
    """Where the line stands on the page of the target."""


def modules(targets: Sequence[str], roots: Sequence[str]) -> dict[str, str]:
    """The full name of each module that is for others to use, by the path of its target.

    Args:
        targets: The paths of targets.
        roots: The folders that imports are looked up in.
    """
    offered = (path for path in targets if path.endswith(".py") and not _TESTS.search(path))
    found = {path: module_name(path, roots) for path in offered}
    return {path: name for path, name in found.items() if name}


def page_name(path: str, name: str) -> str:
    """What the page of a module would like to be called."""
    package = "/index" if path.endswith("/__init__.py") else ""
    return f"{FOLDER}/{name.replace('.', '/')}{package}"


def page(
    name: str,
    described: str,
    lead: Sequence[tuple[str, str]],
    told: Mapping[str, Told],
    way: Callable[[str], str | None],
) -> str:
    """The whole page of a module, from its `<h1>` on.

    Args:
        name: Its full name.
        described: What it says of itself.
        lead: Title and address of each note that explains it; the last is the page of its target.
        told: Where its objects are told, by their full names.
        way: Where an object of any module stands in the reference, by its full name.
    """
    links = [internal(href, title) for title, href in lead]

    def linked(match: re.Match[str]) -> str:
        href = way(unescape(match[1]))
        return match[2] if href is None else f'<a href="{escape(href)}">{match[2]}</a>'

    def placed(match: re.Match[str]) -> str:
        where = told.get(unescape(match[2]))
        return match[0] if where is None else f"{match[0]}\n{_told(where)}"

    html = _HEADING.sub(placed, _NAME.sub(linked, described))
    return (
        f'<h1 id="all">{breaks.path(name)}</h1>\n'
        f'<p class="lierne-lead">Told in {", ".join(links[:-1])} · {links[-1]}</p>\n'
        f'<div class="lierne-api">{html}</div>\n'
    )


def harmless(html: str) -> str:
    """What a tool has made of docstrings, without all that such a page does not need."""
    return _cleaner().clean(html)


@cache
def _cleaner() -> nh3.Cleaner:
    import nh3  # noqa: PLC0415  # only this page and those with HTML need it

    headings = {f"h{level}": {"id"} for level in range(2, 7)}
    return nh3.Cleaner(
        tags=set(TAGS),
        attributes={"a": {"data-object", "href"}, "*": {"class"}, **headings},
        url_schemes=set(SCHEMES),
        link_rel=None,
        attribute_filter=_own,
    )


def _own(_: str, attribute: str, value: str) -> str:
    """An attribute without what belongs to the page around: a block of code may ask for classes."""
    if attribute != "class":
        return value
    return " ".join(word for word in value.split() if not word.startswith(FOREIGN))


def ids(described: str) -> Iterator[str]:
    """The ids of all headings on the page of a module."""
    return (unescape(match[2]) for match in _HEADING.finditer(described))


def entries(described: str) -> tuple[Entry, ...]:
    """The table of contents of a module's page."""
    flat = []
    for match in _HEADING.finditer(described):
        anchor = unescape(match[2])
        flat.append(Entry(int(match[1]), _title(anchor, match[3]), anchor))
    return nested(flat)


def sections(name: str, described: str) -> tuple[Section, ...]:
    """What the search finds on the page of a module."""
    found = list(_HEADING.finditer(described))
    starts = [0, *(match.end() for match in found)]
    ends = [*(match.start() for match in found), len(described)]
    names = [("", name), *((unescape(m[2]), _title(unescape(m[2]), m[3])) for m in found)]
    return tuple(
        Section(anchor, title, f"<p>{' '.join(_TAG.sub(' ', described[start:end]).split())}</p>")
        for (anchor, title), start, end in zip(names, starts, ends, strict=True)
    )


def _title(anchor: str, shown: str) -> str:
    # A heading within a docstring is no object; an object's may hold more than its name.
    if "--" in anchor:
        return unescape(_TAG.sub("", shown)).strip()
    return anchor.rpartition(".")[2]


def _told(where: Told) -> str:
    line = f'<a href="{escape(where.code)}">line {where.line}</a>'
    return f'<p class="lierne-where">{internal(where.href, where.title)} · {line}</p>'

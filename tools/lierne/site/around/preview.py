"""What a link to a note shows before anybody follows it: the beginning of the note or section.

It is cut from the note's page as that was rendered, at whole elements, so it costs no second
rendering and looks as the page does. It is kept as one small file beside the page.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import escape, unescape
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lierne.site.page import Page

MOST_TEXT = 420
"""How many characters a preview has at most, unless its first element has more."""
MOST_MARKUP = 12_000
"""How many characters of HTML an element may have that is shown; what is larger is left out."""
MOST_LINES = 12
"""How many lines of code are shown."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^<>\"']++|\"[^\"]*\"|'[^']*')*+)>")
# A word of code in its colour, which most tags stand around, is taken as one: in a block, always.
_TAGS = re.compile(rf'<span class="[\w-]*">([^<]*)</span>|{_TAG.pattern}')
_ID = re.compile(r'\sid="([^"]*)"')
_VOID = frozenset({"br", "col", "hr", "img", "input", "source", "wbr"})
# Ids of embedded notes, numbered lines, footnotes and what is copied, which only their own page
# knows, and of names in code, of which links say themselves what they are.
_FOREIGN = re.compile(r"e\d+:|__span-|fn(?:ref)?:|def:|__copy-")
_MARK = re.compile(
    r'<a class="headerlink".*?</a>|&#160;<a class="footnote-backref".*?</a>'
    r"|(?<=<span class=\"lierne-heat\") data-heat='[^']*'"
)
_ASIDE = re.compile(r'<(?:hr|pre class="mermaid"|div class="footnote")')
_CODE = ('<div class="language-', '<details class="code"')
_UNNAMED = re.compile(r"code:\d+(?:-\d+)?")


@dataclass(slots=True)
class _Element:
    """An element of a page."""

    tag: str
    id: str
    start: int
    end: int
    text: int
    """How many of its characters are no tags."""
    around: _Element | None
    """The element that it stands in."""

    @property
    def is_heading(self) -> bool:
        """Whether a section begins with it."""
        return self.around is None and len(self.tag) == 2 and self.tag[1].isdigit()


def preview_file(page: str) -> str:
    """Where the preview of a page stands: a script finds it from the page's own address.

    Args:
        page: Where the page stands in the site.
    """
    folder, slash, name = page.rpartition("/")
    return f"{folder}{slash}{'note' if name == 'index.html' else name[:-5]}.json"


def preview(page: Page, about: str) -> bytes:
    """The preview of a note and of each of its sections and blocks, as JSON.

    Args:
        page: The rendered note.
        about: Its description, or nothing.
    """
    elements = list(_elements(page.html))
    whole = [element for element in elements if element.around is None]
    numbers = {id(element): number for number, element in enumerate(whole)}
    parts: dict[str, str] = {}
    within: dict[str, str] = {}
    heading = ""
    for element in sorted(elements, key=lambda element: element.start):
        if element.is_heading and element.id:
            heading = element.id
            after = islice(whole, numbers[id(element)] + 1, None)
            parts[heading] = _written(page.html, element) + _section(page.html, after, element.tag)
        elif element.id:
            within[element.id] = heading
            if not _UNNAMED.fullmatch(element.id):
                parts[element.id] = _block(page.html, element)
    said = {
        "title": page.title,
        "html": _opening(page.html, whole, about),
        "parts": parts,
        "in": within,
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _elements(html: str) -> Iterator[_Element]:
    """The outermost elements of a page, and all that links can lead to."""
    opened: list[_Element] = []
    marks = 0
    for match in _TAGS.finditer(html):
        word, closing, tag, rest = match.groups()
        start, end = match.span()
        marks += end - start
        around = opened[-1] if opened else None
        if word is not None:
            marks -= len(word)
        elif closing and around is not None:
            opened.pop()
            around.end = end
            around.text += end - marks
            if around.id or not opened:
                yield around
        elif not closing and tag not in _VOID and not rest.endswith("/"):
            opened.append(_Element(tag, _named(rest), start, 0, marks - end, around))


def _named(attributes: str) -> str:
    """The id of an element that links can lead to."""
    found = _ID.search(attributes) if "id=" in attributes else None
    name = unescape(found[1]) if found else ""
    return "" if _FOREIGN.match(name) else name


def _opening(html: str, whole: Sequence[_Element], about: str) -> str:
    """The description of a note, and its first words, which may stand under a heading."""
    lead = f"<p><em>{escape(about, quote=False)}</em></p>" if about else ""
    first = next((n for n, element in enumerate(whole) if not element.is_heading), 0)
    return lead + _section(html, whole[first:], "h6", len(about))


def _section(html: str, elements: Iterable[_Element], tag: str, text: int = 0) -> str:
    """The beginning of a section, up to the next heading that is not under its own."""
    shown: list[str] = []
    for element in elements:
        if element.is_heading and element.tag <= tag:
            break
        text += element.text
        if shown and text > MOST_TEXT:
            break
        shown.append(_written(html, element))
    return "".join(shown)


def _block(html: str, element: _Element) -> str:
    """A block that has an id; an empty one only marks what it stands in."""
    if not element.text and element.around is not None and not element.around.id:
        element = element.around
    shown = _written(html, element)
    return f"<ul>{shown}</ul>" if element.tag == "li" else shown


def _written(html: str, element: _Element) -> str:
    """An element without ids and marks; code is cut after some lines."""
    shown = html[element.start : element.end]
    if _ASIDE.match(shown):
        return ""
    if shown.startswith(_CODE):
        shown = _cut(shown)
    shown = _MARK.sub("", shown)
    if ' id="' in shown:
        shown = _TAG.sub(lambda tag: _ID.sub("", tag[0]) if "id=" in tag[0] else tag[0], shown)
    return shown if len(shown) <= MOST_MARKUP else ""


def _cut(code: str) -> str:
    """The first lines of a block of code; all of it where a line does not close its tags."""
    head, opening, rest = code.partition("<code>")
    body, closing, tail = rest.partition("</code>")
    lines = body.split("\n")
    kept = "\n".join(lines[:MOST_LINES])
    whole = len(lines) <= MOST_LINES + 2 or kept.count("<") != 2 * kept.count("</")
    return code if whole else f"{head}{opening}{kept}\n…{closing}{tail}"

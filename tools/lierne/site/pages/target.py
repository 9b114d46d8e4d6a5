"""The page of a target: the whole file, and beside each run of lines the note it comes from."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from lierne.site import breaks
from lierne.site.highlight import lines as coloured

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LANGUAGES = {"py": "python", "pyi": "python", "rs": "rust", "rb": "ruby", "h": "c", "yml": "yaml"}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where some lines of a target come from."""

    first: int
    """Counts from 1."""
    last: int
    note: str
    """The title of the note."""
    heading: str
    """The heading that the block stands under, or the note's title."""
    href: str
    """Where the block stands on the note's page."""


def target_page(
    path: str, text: str, origins: Sequence[Origin], difference: str | None, beside: str
) -> str:
    """The whole page of a target, from its `<h1>` on.

    Args:
        path: From the project's root.
        text: What is tangled.
        origins: In the order of the lines. What lies between two of them comes from no note.
        difference: How the file on disk differs, as a diff; None where there is no file.
        beside: Where the other targets of its folder are listed.
    """
    folder, slash, name = path.rpartition("/")
    language = language_of(path)
    return (
        f'<h1 id="all">{escape(name)}</h1>\n'
        f'<p class="lierne-lead"><code><a href="{escape(beside)}">{breaks.path(folder)}</a>'
        f"{slash}<wbr><b>{breaks.path(name)}</b></code>, "
        f"told in {_told_in(origins)}</p>\n"
        f"{_notice(path, difference)}"
        f"{_table(coloured(text, language), origins, language)}"
    )


def anchor(line: int) -> str:
    """The id of a line on the page of its target."""
    return f"L{line}"


def language_of(path: str) -> str:
    """The language of a file as a note would write it, by the file's ending."""
    ending = posixpath.splitext(path)[1].removeprefix(".").lower()
    return _LANGUAGES.get(ending, ending)


def _told_in(origins: Iterable[Origin]) -> str:
    notes = {origin.note: origin.href.partition("#")[0] for origin in origins}
    links = [
        f'<a class="internal" href="{escape(to)}">{escape(name)}</a>' for name, to in notes.items()
    ]
    return ", ".join(links) or "no note"


def _table(lines: Sequence[str], origins: Iterable[Origin], language: str) -> str:
    """Three columns: line numbers, code, where each run of lines is told."""
    beside = ["<span></span>"] * len(lines)
    shades = [""] * len(lines)
    for number, origin in enumerate(origins):
        beside[origin.first - 1] = _beside(origin)
        for line in range(origin.first - 1, origin.last):
            shades[line] = "lierne-even" if number % 2 else "lierne-odd"
    numbers = "".join(
        f'<span class="normal {shade}"><a href="#{anchor(n)}">{n}</a></span>'
        for n, shade in enumerate(shades, 1)
    )
    code = "".join(f'<span id="{anchor(n)}">{line}\n</span>' for n, line in enumerate(lines, 1))
    return (
        f'<div class="language-{escape(language)} highlight lierne-file">'
        '<table class="highlighttable"><tbody><tr>'
        f'<td class="linenos"><div class="linenodiv"><pre>{numbers}</pre></div></td>'
        f'<td class="code"><div><pre><code>{code}</code></pre></div></td>'
        f'<td class="lierne-origins"><pre>{"".join(beside)}</pre></td>'
        "</tr></tbody></table></div>\n"
    )


def _notice(path: str, difference: str | None) -> str:
    shown = f"<code>{escape(path)}</code>"
    if difference is None:
        said = f"{shown} is not written yet: <code>lierne tangle</code> writes it"
        return f'<div class="admonition note"><p class="admonition-title">{said}</p></div>\n'
    if not difference:
        return ""
    rows = "\n".join(coloured(difference, "diff"))
    return (
        '<details class="warning">\n'
        f"<summary>The notes say this; {shown} on disk differs</summary>\n"
        f'<div class="language-diff highlight"><pre><code>{rows}</code></pre></div>\n</details>\n'
    )


def _beside(origin: Origin) -> str:
    where = escape(
        origin.heading if origin.heading == origin.note else f"{origin.note} > {origin.heading}"
    )
    link = f'<a class="internal" href="{escape(origin.href)}" title="{where}">'
    return f"<span>{link}{escape(origin.heading)}</a></span>"

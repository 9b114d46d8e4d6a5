"""The page of a target: the whole file, and beside each run of lines the note it comes from."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from lierne.site import breaks
from lierne.site.highlight import lines
from lierne.site.links import internal, offer_api

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lierne.site.highlight import Spot

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
    words: str = ""
    """How the paragraph above the block begins, as HTML."""


def target_page(  # noqa: PLR0913, PLR0917 - all that is on it
    path: str,
    text: str,
    origins: Sequence[Origin],
    names: Mapping[int, Sequence[Spot]],
    difference: str | None,
    beside: str,
    api: str = "",
) -> str:
    """The whole page of a target, from its `<h1>` on.

    Args:
        path: From the project's root.
        text: What is tangled.
        origins: In the order of the lines. What lies between two of them comes from no note.
        names: Links from names to their definitions, by line from 0.
        difference: How the file on disk differs, as a diff; None where there is no file.
        beside: Where the other targets of its folder are listed.
        api: Its page in the API reference, if it has one.
    """
    folder, slash, name = path.rpartition("/")
    language = language_of(path)
    return (
        f'<h1 id="all">{escape(name)}</h1>\n'
        f'<p class="lierne-lead"><code><a href="{escape(beside)}">{breaks.path(folder)}</a>'
        f"{slash}<wbr><b>{breaks.path(name)}</b></code>, "
        f"told in {_told_in(origins)}{offer_api(api)}</p>\n"
        f"{_notice(path, difference)}"
        f"{_file(lines(text, language, names), origins, language)}"
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
    return ", ".join(internal(href, name) for name, href in notes.items()) or "no note"


def _file(shown: Sequence[str], origins: Sequence[Origin], language: str) -> str:
    """The lines in their runs, and beside each run where it is told."""
    rows = [_row(number, line) for number, line in enumerate(shown, 1)]
    ends = [*(origin.first - 1 for origin in origins), len(rows)]
    runs = [_run("", rows[: ends[0]])] if ends[0] else []
    told: set[str] = set()
    for origin, end in zip(origins, ends[1:], strict=True):
        # A reference parts a block in two; its words are said above the first.
        runs.append(_run(_told(origin, again=origin.href in told), rows[origin.first - 1 : end]))
        told.add(origin.href)
    return (
        f'<div class="language-{escape(language)} highlight lierne-file">'
        f"<pre><span></span><code>{''.join(runs)}</code></pre></div>\n"
    )


def _row(number: int, line: str) -> str:
    # The number is drawn by the style, so that nobody copies it with the code.
    link = f'<a href="#{anchor(number)}" data-line="{number}" tabindex="-1" aria-hidden="true"></a>'
    return f'<span id="{anchor(number)}">{link}{line}\n</span>'


def _run(told: str, rows: Sequence[str]) -> str:
    return f'<span class="lierne-run">{told}<span>{"".join(rows)}</span></span>'


def _told(origin: Origin, *, again: bool) -> str:
    where = f"{origin.note} > {origin.heading}" if origin.heading != origin.note else origin.note
    link = (
        f'<a class="internal" href="{escape(origin.href)}" title="{escape(where)}">'
        f"{escape(origin.heading)}</a>"
    )
    words = f"<small>{origin.words}</small>" if origin.words and not again else ""
    return f'<span class="lierne-told"><span>{link}{words}</span></span>'


def _notice(path: str, difference: str | None) -> str:
    shown = f"<code>{escape(path)}</code>"
    if difference is None:
        said = f"{shown} is not written yet: <code>lierne tangle</code> writes it"
        return f'<div class="admonition note"><p class="admonition-title">{said}</p></div>\n'
    if not difference:
        return ""
    rows = "\n".join(lines(difference, "diff"))
    return (
        '<details class="warning">\n'
        f"<summary>The notes say this; {shown} on disk differs</summary>\n"
        f'<div class="language-diff highlight"><pre><code>{rows}</code></pre></div>\n</details>\n'
    )

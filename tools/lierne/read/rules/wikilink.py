"""Wiki links and embeds: `[[target#heading|text]]` and `![[target]]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lierne.read.note import Link
from lierne.read.tokens.reading import Reading, reading_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    from lierne.base.problem import Place

# Keys of the state's own cache, whose other keys are positions: the first `]]` at or after where
# the last search began. Without it a line of unclosed `[[` would be searched once for each.
_FOUND = -1
_FROM = -2


def wikilink_plugin(md: MarkdownIt) -> None:
    """Reads `[[…]]` and `![[…]]`; of nested brackets the innermost pair wins."""
    md.inline.ruler.before("link", "wikilink", _rule)


def split(inner: str) -> tuple[str, str, str | None]:
    """The target, subpath and text of what stands between the brackets."""
    path, bar, text = inner.partition("|")
    if bar and path.endswith("\\"):
        path = path[:-1]  # the pipe is escaped, as it must be in a table
    target, _, subpath = path.partition("#")
    return target.strip(), subpath.strip(), text.strip() or None


def shown(target: str, subpath: str, text: str | None) -> str:
    """What a link shows: its text, or its path as `Note > Heading`."""
    if text is not None:
        return text
    parts = [target, *subpath.split("#")]
    return " > ".join(part.strip() for part in parts if part.strip())


def _rule(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 # the parser's signature
    start = state.pos
    embed = state.src[start] == "!"
    inside = start + 2 + embed
    if not state.src.startswith("[[", start + embed):
        return False
    end = _closing(state, inside)
    if end < 0 or end + 2 > state.posMax:
        return False
    inner = state.src[inside:end]
    if "\n" in inner or not inner.partition("|")[0].strip():
        return False
    if not silent:
        token = state.push("embed" if embed else "wikilink", "", 0)
        token.content = inner
        token.markup = "![[" if embed else "[["
        reading_of(state.env).mark(token, start, end + 2, _settle)
    state.pos = end + 2
    return True


def _closing(state: StateInline, position: int) -> int:
    cache = state.cache
    found = cache.get(_FOUND, -1)
    if not cache.get(_FROM, position + 1) <= position <= found:
        found = state.src.find("]]", position)
        found = len(state.src) if found < 0 else found
        cache[_FROM], cache[_FOUND] = position, found
    if found >= len(state.src) - 1:
        return -1
    if state.src.find("[[", position - 1, found) >= 0:
        return -1
    return found + _ends_in_footnote(state.src, position, found)


def _ends_in_footnote(src: str, position: int, found: int) -> bool:
    # In `[[Note#[^1]]]` the first bracket is the footnote's own.
    return src.startswith("]", found + 2) and "#[^" in src[position:found]


def _settle(reading: Reading, token: Token, place: Place) -> None:
    target, subpath, text = split(token.content)
    link = Link(target, subpath, text, place, embed=token.type == "embed")
    token.meta["link"] = link
    token.content = shown(target, subpath, text)
    reading.links.append(link)

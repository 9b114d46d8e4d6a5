"""Tags: `#name`, `#parent/child`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import normalize

from lierne.read.note import Tag
from lierne.read.tokens.reading import Reading, reading_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    from lierne.base.problem import Place

# Everything but blanks and punctuation (ASCII's but for `-`, `_` and `/`, and Unicode's general
# and supplemental blocks of it). The joiners of emoji and scripts lie in such a block.
_NAME = re.compile(
    r"#((?:[^\u2000-\u206F\u2E00-\u2E7F!-,.:-@\[-^`{-~\s]"
    r"|[\u200c\u200d](?=[^\u2000-\u206F\u2E00-\u2E7F!-,.:-@\[-^`{-~\s]))+)",
)


def tag_plugin(md: MarkdownIt) -> None:
    """Reads `#tag` at the start of a line or after a blank."""
    md.inline.ruler.before("link", "tag", _rule)


def is_tag(name: str) -> bool:
    """Whether a name, without `#`, can be a tag: it must be more than a number."""
    match = _NAME.fullmatch("#" + name)
    return match is not None and any(not c.isdecimal() and c != "/" for c in name)


def tag_key(name: str) -> str:
    """What is compared of a tag, without `#`: case and the way to write `é` do not count."""
    return normalize("NFC", name).lower()


def _rule(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 # the parser's signature
    start = state.pos
    if state.src[start] != "#" or (start and not state.src[start - 1].isspace()):
        return False
    match = _NAME.match(state.src, start, state.posMax)
    if match is None or not is_tag(match[1]):
        return False
    if not silent:
        token = state.push("tag", "", 0)
        token.content = match[1]
        token.markup = "#"
        reading_of(state.env).mark(token, start, match.end(), _settle)
    state.pos = match.end()
    return True


def _settle(reading: Reading, token: Token, place: Place) -> None:
    reading.tags.append(Tag(token.content, place))

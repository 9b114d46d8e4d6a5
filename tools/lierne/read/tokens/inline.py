"""The parser's walk over inline text, which asks at each character only the rules for it.

markdown-it tries every rule at every character that might mean something. With Obsidian's
syntax that is twenty rules; knowing what each begins with, a walk needs one or two.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markdown_it.parser_inline import ParserInline
from markdown_it.token import Token

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from markdown_it import MarkdownIt
    from markdown_it.parser_inline import RuleFuncInlineType
    from markdown_it.rules_inline import StateInline

STARTS = {
    "autolink": "<",
    "backticks": "`",
    "block_id": "^",
    "comment": "%",
    "emphasis": "*_",
    "entity": "&",
    "escape": "\\",
    "footnote_inline": "^",
    "footnote_ref": "[",
    "highlight": "=",
    "html_inline": "<",
    "image": "!",
    "link": "[",
    "math": "$",
    "newline": "\n",
    "strikethrough": "~",
    "tag": "#",
    "wikilink": "![",
}
"""The characters that each rule can begin with."""
# The ends of a link's text are looked for between the steps of a walk.
_STOP = "]"


class Inline(ParserInline):
    """Reads inline text; it gives the same tokens as its parent, in fewer steps."""

    def __init__(self, parent: ParserInline) -> None:
        super().__init__()
        self.ruler, self.ruler2 = parent.ruler, parent.ruler2
        names = self.ruler.get_active_rules()
        rules = dict(zip(names, self.ruler.getRules(""), strict=True))
        self._rules: dict[str, list[RuleFuncInlineType]] = {_STOP: []}
        for name in names:
            for start in STARTS.get(name, ""):
                self._rules.setdefault(start, []).append(rules[name])
        self._plain = re.compile(f"[^{re.escape(''.join(self._rules))}]+")

    def parse(
        self, src: str, md: MarkdownIt, env: MutableMapping[str, Any], tokens: list[Token]
    ) -> list[Token]:
        """Reads one content; many are a few words that no rule can begin in."""
        if src and self._plain.fullmatch(src):
            tokens.append(Token("text", "", 0, content=src))
            return tokens
        return super().parse(src, md, env, tokens)

    def tokenize(self, state: StateInline) -> None:
        """Makes tokens of the text from the state's position to its end."""
        end, depth = state.posMax, state.md.options["maxNesting"]
        source, plain, rules = state.src, self._plain, self._rules
        while state.pos < end:
            text = plain.match(source, state.pos, end)
            if text:
                state.append_pending(text[0])
                state.pos = text.end()
                continue
            if state.level < depth:
                for rule in rules[source[state.pos]]:
                    if rule(state, False):
                        break
                else:
                    state.append_pending(source[state.pos])
                    state.pos += 1
            else:
                state.append_pending(source[state.pos])
                state.pos += 1
        if state.pending:
            state.pushPending()

    def skipToken(self, state: StateInline) -> None:  # noqa: N802 # the parent's name for it
        """Moves the state past one token, making none."""
        position = state.pos
        if position in state.cache:
            state.pos = state.cache[position]
            return
        text = self._plain.match(state.src, position, state.posMax)
        if text:
            state.pos = text.end()
        elif state.level >= state.md.options["maxNesting"]:
            state.pos = state.posMax
        else:
            state.level += 1
            found = any(rule(state, True) for rule in self._rules[state.src[position]])
            state.level -= 1
            state.pos += not found
        state.cache[position] = state.pos

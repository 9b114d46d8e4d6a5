"""Fenced code blocks and their attributes: `python file=src/x.py #name title="a b"`.

The attributes are read without the parser, so that a scan which only looks for fences can use
them too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lierne.base.problem import Kind, Problem, Severity, nearest
from lierne.read.note import Attribute, Block

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

    from lierne.base.problem import Place
    from lierne.read.tokens.positions import Positions
    from lierne.read.tokens.reading import Reading

    At = Callable[[int, int], Place]

UNCLOSED_FENCE = Kind("N103", Severity.WARNING, "a code block that is not closed")
NO_FILE = Kind("B101", Severity.ERROR, "a `file` without a path")
BAD_VALUE = Kind("B102", Severity.WARNING, "an attribute whose value cannot be")
REPEATED = Kind("B103", Severity.WARNING, "an attribute that is given twice")
UNCLOSED = Kind("B104", Severity.WARNING, "attributes with an open quote or brace")
UNKNOWN = Kind("B105", Severity.HINT, "an attribute that means nothing here")
LANGUAGE_IN_BRACES = Kind("B106", Severity.HINT, "a language inside braces")
NAME_IN_LANGUAGE = Kind("B107", Severity.WARNING, "a name that stands right behind a language")

WORDS = ("run", "skip", "fold", "elide")
"""The attributes that stand alone."""
OF_RUN = ("figure", "alt", "tolerance", "data")
"""The attributes with a value that only a run block has."""
VALUES = ("file", "title", "hl_lines", "linenums", "key", *OF_RUN)
"""The attributes that have a value."""
_OURS = frozenset(("#", "file", "run", "skip"))
# Names of attributes that a slip of the keyboard may have been meant for.
_MEANT = ("file", "run", "skip", "title", "hl_lines", "linenums")
# The `#` of `c#` has nothing behind it.
_NAMED = re.compile(r"[^\W\d_][\w+-]*#?(?P<name>#[^#]+)")
_FORMS = {
    "linenums": (re.compile(r"\d+"), 'linenums="1"'),
    "hl_lines": (re.compile(r"\d+(-\d+)?([ ,]+\d+(-\d+)?)*"), 'hl_lines="2 4-6"'),
}
_ATTRIBUTE = re.compile(
    r"""[ \t]*(?:
        \#(?:"(?P<quoted>[^"]*)"|(?P<name>[^\s]*))
      | (?P<key>[^\s=#"']+)=(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s]*))
      | (?P<word>[^\s]+)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Info:
    """What an info string says."""

    language: str
    attributes: tuple[Attribute, ...]
    problems: tuple[Problem, ...]


def fence_plugin(md: MarkdownIt) -> None:
    """Makes a block of each fence."""
    md.core.ruler.after("block", "fence", _rule)


def read_info(info: str, at: At) -> Info:
    """Reads the text after a fence's opening marks.

    Args:
        info: All of it, blanks included.
        at: Gives the place of a stretch of `info`.
    """
    begin = len(info) - len(info.lstrip())
    end = len(info.rstrip())
    language = _language(info, begin)
    start, problems = begin + len(language), list[Problem]()
    opened = info.find("{", start, end) if info[start:end].lstrip().startswith("{") else -1
    if opened >= 0:
        start, end = opened + 1, _closing_brace(info, opened, end)
    attributes = _attributes(info, start, end, at)
    if opened >= 0 and not language and attributes and attributes[0].key.startswith("."):
        language = attributes[0].key[1:]
        if _is_ours(attributes):
            problems.append(_in_braces(language, attributes[0].place))
        attributes = attributes[1:]
    if _is_ours(attributes) and opened >= 0 and info[end : end + 1] != "}":
        problems.append(Problem(UNCLOSED, at(opened, end), "this `{` is not closed", "add a `}`"))
    problems.extend(_problems(attributes))
    if named := _NAMED.fullmatch(language):
        problems.extend(_in_language(named, attributes, at(begin, begin + len(language))))
    return Info(language, attributes, tuple(problems))


def _language(info: str, begin: int) -> str:
    if begin == len(info):
        return ""
    word = info[begin:].split(maxsplit=1)[0].partition("{")[0]
    # The language stands first; a name or a `key=value` there means that there is none.
    return "" if word.startswith("#") or "=" in word else word


def _closing_brace(info: str, opened: int, end: int) -> int:
    closing = info.rfind("}", opened, end)
    return end if closing < 0 else closing


def _attributes(info: str, start: int, end: int, at: At) -> tuple[Attribute, ...]:
    found = []
    while match := _ATTRIBUTE.match(info, start, end):
        name = match["name"] if match["quoted"] is None else match["quoted"]
        key = match["key"]
        if name is not None:
            key, value = "#", name
        elif key is not None:
            value = next(v for v in match.group("double", "single", "bare") if v is not None)
        else:
            key, value = match["word"], ""
        begin = match.end() - len(match[0].lstrip(" \t"))
        found.append(Attribute(key, value, at(begin, match.end())))
        start = match.end()
    return tuple(found)


def _is_ours(attributes: Sequence[Attribute]) -> bool:
    return any(a.key in _OURS for a in attributes)


def _in_braces(language: str, place: Place) -> Problem:
    message = f"the language `{language}` stands inside the braces, where Obsidian does not see it"
    return Problem(LANGUAGE_IN_BRACES, place, message, f"write `{language}` before the brace")


def _in_language(
    named: re.Match[str], attributes: Sequence[Attribute], place: Place
) -> Iterator[Problem]:
    """Says so where a name was meant, for want of which the block goes nowhere."""
    if not any(a.key in ("#", "file", "skip") for a in attributes):
        message = f"`{named[0]}` is read as a language, and the block has no name"
        yield Problem(NAME_IN_LANGUAGE, place, message, f"put a blank before `{named['name']}`")


def _problems(attributes: Sequence[Attribute]) -> list[Problem]:
    found: list[Problem] = []
    ours, seen = _is_ours(attributes), set[str]()
    for attribute in attributes:
        key = attribute.key
        if key in VALUES or key in WORDS or key == "#":
            if key in seen and ours:
                message = f"`{_written(key)}` is given twice, and only the first counts"
                found.append(Problem(REPEATED, attribute.place, message, "remove one of them"))
            seen.add(key)
            found.extend(_ill_typed(attribute, ours=ours))
        else:
            found.extend(_unknown(attribute, ours=ours))
    return found


def _written(key: str) -> str:
    return "#name" if key == "#" else key


def _ill_typed(attribute: Attribute, *, ours: bool) -> list[Problem]:
    key, value, place = attribute.key, attribute.value, attribute.place
    if key == "file" and not value:
        return [Problem(NO_FILE, place, "`file` has no path", "write `file=src/name.py`")]
    if key == "#" and not value:
        return [Problem(BAD_VALUE, place, "`#` has no name", "write the name right after it")]
    if value.startswith(('"', "'")) and ours:
        return [Problem(UNCLOSED, place, "this quote is not closed", f"add a `{value[0]}`")]
    pattern, meant = _FORMS.get(key, (None, ""))
    if pattern and ours and not pattern.fullmatch(value.strip()):
        message = f"`{key}` takes numbers of lines, not `{value}`"
        return [Problem(BAD_VALUE, place, message, f"write for example `{meant}`")]
    return []


def _unknown(attribute: Attribute, *, ours: bool) -> list[Problem]:
    key, place = attribute.key, attribute.place
    if not _is_word(key):
        near: list[str] = []
    else:
        meant = (*_MEANT, *OF_RUN, "elide") if ours else _MEANT
        near = [name for name in nearest(key, meant, most=1) if ours or _is_slip(key, name)]
    if not near and not (ours and _is_word(key)):
        return []
    help_ = f"did you mean `{near[0]}`?" if near else "remove it if nothing else reads it"
    return [Problem(UNKNOWN, place, f"the attribute `{key}` means nothing here", help_)]


def _is_word(key: str) -> bool:
    return key.replace("_", "").replace("-", "").isalpha()


def _is_slip(key: str, name: str) -> bool:
    """Whether one letter was left out, added, changed or exchanged with its neighbour."""
    key = key.lower()
    if key == name:
        return True
    short, long = sorted((key, name), key=len)
    if len(long) - len(short) > 1 or len(short) < 3:
        return False
    same = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), None)
    if same is None:
        return True
    if len(short) < len(long):
        return short[same:] == long[same + 1 :]
    swapped = short[:same] + short[same : same + 2][::-1] + short[same + 2 :]
    return short[same + 1 :] == long[same + 1 :] or swapped == long


def _rule(state: StateCore) -> None:
    from lierne.read.tokens.reading import reading_of  # noqa: PLC0415 # only the parser needs it

    reading = reading_of(state.env)
    for token in state.tokens:
        if token.type == "fence":
            _record(reading, token)


def _record(reading: Reading, token: Token) -> None:
    positions = reading.positions
    first, end = token.map or [0, 0]
    line = positions.lines[first]
    column = len(line) - len(token.info) + 1
    code = (
        token.content if token.content.endswith("\n") or not token.content else token.content + "\n"
    )
    closed = end - first - 1 > code.count("\n")
    last = positions.lines[end - 1].rstrip(" \t") if closed else positions.lines[end - 1]

    def at(start: int, stop: int) -> Place:
        return positions.place(first + 1, column + start, first + 1, column + stop)

    info = read_info(token.info, at)
    begin = column - len(token.markup)
    place = positions.place(first + 1, begin, end, len(last) + 1)
    prefix = _prefix(positions, token, closed=closed)
    code = _original(positions, first + 1, code)
    block = Block(
        info.language, info.attributes, (), code, place, first + 2, prefix, token.markup, closed
    )
    token.meta["block"] = block
    reading.blocks.append(block)
    reading.problems.extend(info.problems)
    if not closed:
        whole = end >= positions.count
        reach = "the note" if whole else "the list item or quote that it stands in"
        message = f"this code block is not closed, so it runs to the end of {reach}"
        at_marks = positions.place(first + 1, begin, first + 1, column)
        where = "on a line of its own" if whole else "under it, behind the same `>` or indent"
        reading.report(UNCLOSED_FENCE, at_marks, message, f"write {token.markup} {where}")


def _prefix(positions: Positions, token: Token, *, closed: bool) -> str:
    first, end = token.map or [0, 0]
    for number, line in enumerate(token.content.split("\n"), first + 1):
        if line.strip():
            source = positions.lines[number]
            return source[: max(len(source) - len(line), 0)]
    if closed:
        source = positions.lines[end - 1]
        return source.rstrip(" \t").rstrip(token.markup[0])
    source = positions.lines[first]
    return re.sub(r"[^\s>]", " ", source[: source.find(token.markup)])


def _original(positions: Positions, first: int, code: str) -> str:
    """The code with the NUL characters that the parser replaces."""
    if "\0" not in positions.text.string or "\ufffd" not in code:
        return code
    lines = code.split("\n")
    for number, line in enumerate(lines[:-1]):
        source = positions.text.line(first + number + 1)
        lines[number] = source[len(source) - len(line) :] if line else line
    return "\n".join(lines)

"""The properties of a note: YAML between two `---` lines at its very start."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lierne.base.problem import Kind, Problem, Severity
from lierne.read.front import values
from lierne.read.front.mend import first_too_close, mend
from lierne.read.note import Link, Property, Tag
from lierne.read.rules.tag import is_tag
from lierne.read.rules.wikilink import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yaml.nodes import Node

    from lierne.base.problem import Place
    from lierne.read.tokens.positions import Positions

BAD_YAML = Kind("P101", Severity.WARNING, "properties that are not YAML")
REPEATED_KEY = Kind("P102", Severity.WARNING, "a property that is given twice")
ALIAS = Kind("P103", Severity.WARNING, "properties with YAML's anchors and aliases")
TOO_LARGE = Kind("P104", Severity.WARNING, "properties that are too large or too deep")
NO_PROPERTIES = Kind("P105", Severity.HINT, "lines between `---` that are no properties")
BARE_LINK = Kind("P106", Severity.HINT, "a link in a property without quotes")
EMPTY_BY_COMMENT = Kind("P107", Severity.HINT, "a property whose value is a comment")
UNCLOSED = Kind("P108", Severity.HINT, "properties without a closing line")

BAD_TAG = Kind("P109", Severity.HINT, "a tag that cannot be one")

_LARGEST = 64 * 1024
_DEEPEST = 50
_FENCE = re.compile(r"---[ \t]*")
_KEY_LINE = re.compile(r"[^\s#\-\[\]{}&*!|>'\"%@`,?:][^:]*:(?:\s|$)|\"[^\"]*\":|'[^']*':")
_WIKILINK = re.compile(r"!?\[\[((?:[^\[\]\n]|\](?!\]))+)\]\]")
_WORD = re.compile(r"[^,\s]+")


@dataclass(slots=True)
class FrontMatter:
    """What stands in a note's front matter."""

    lines: int = 0
    """How many lines it takes, both `---` included; 0 where the note has none."""
    properties: dict[str, Property] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def report(self, kind: Kind, place: Place, message: str, help_: str) -> None:
        """Adds a problem."""
        self.problems.append(Problem(kind, place, message, help_))


def front_lines(lines: list[str]) -> int | None:
    """How many lines stand between a note's first line and the closing `---`, if it has one."""
    if not _FENCE.fullmatch(lines[0]):
        return None
    for number in range(1, len(lines)):
        if _FENCE.fullmatch(lines[number]):
            return number - 1
    return None


def read_properties(positions: Positions) -> FrontMatter:
    """Reads the front matter; what is wrong in it costs at most the property that it is in."""
    lines = positions.lines
    if not lines[0].startswith("---"):
        return FrontMatter()
    count = front_lines(lines)
    if count is None:
        return _unclosed(positions)
    inside = lines[1 : count + 1]
    content = next((line for line in inside if line.strip() and line.lstrip()[0] != "#"), None)
    if content is None and any(line.strip() for line in inside):
        content = ""
    found = FrontMatter(count + 2)
    if content is None or content == "":
        return found
    reader = _Reader(positions, found)
    if reader.read(1, count + 1) or _KEY_LINE.match(content):
        return found
    return _rule(positions)


def _unclosed(positions: Positions) -> FrontMatter:
    found = FrontMatter()
    lines = positions.lines
    if len(lines) > 1 and _FENCE.fullmatch(lines[0]) and _KEY_LINE.match(lines[1]):
        message = "the properties have no closing `---`, so they are read as text"
        found.report(UNCLOSED, positions.place(1, 1), message, "write `---` under the last one")
    return found


def _rule(positions: Positions) -> FrontMatter:
    # A note may begin with a rule: what follows is prose, and must not be lost.
    found = FrontMatter()
    message = "what stands between these `---` lines is not properties, and is read as text"
    found.report(
        NO_PROPERTIES,
        positions.place(1, 1),
        message,
        "write `key: value` lines, or begin the note with a blank line",
    )
    return found


class _Reader:
    """Reads the YAML between two lines, as a whole or key by key."""

    def __init__(self, positions: Positions, found: FrontMatter) -> None:
        self._positions = positions
        self._found = found
        self._source = ""
        self._starts: list[int] = []
        self._first = 0

    def read(self, first: int, end: int) -> bool:
        """Reads lines `first` to `end` (counted from 0); False where they hold no mapping."""
        problem = self._try(first, end)
        if problem is None:
            return True
        if problem.kind is NO_PROPERTIES:
            return False
        problems = [problem]
        if problem.kind in (BAD_YAML, ALIAS):
            chunks = _chunks(self._positions.lines, first, end)
            problems = [p for p in (self._try(*chunk) for chunk in chunks) if p] or problems
        self._found.problems.extend(problems)
        return True

    def _try(self, first: int, end: int) -> Problem | None:
        import yaml  # noqa: PLC0415 # slow to import, and most notes of some vaults need none

        lines = self._positions.lines[first:end]
        self._first, self._source = first, "\n".join(lines) + "\n"
        self._starts = [0]
        for line in lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        wrong = self._unsafe()
        if wrong is not None:
            return wrong
        try:
            node = yaml.compose(self._source, Loader=_loader())
        except yaml.YAMLError as error:
            return self._bad(error)
        except (RecursionError, ValueError) as error:
            return self._problem(TOO_LARGE, f"the properties cannot be read: {error}", "")
        if not isinstance(node, yaml.MappingNode):
            return self._problem(NO_PROPERTIES, "this is no property", "write `key: value`")
        for key, value in node.value:
            self._add(key, value)
        return None

    def _unsafe(self) -> Problem | None:
        """Looks for what would make reading slow or deep."""
        import yaml  # noqa: PLC0415

        if len(self._source) > _LARGEST:
            help_ = f"keep them under {_LARGEST // 1024} KB"
            return self._problem(TOO_LARGE, "the properties are too large to be read", help_)
        if len(self._source) < 2 * _DEEPEST and "*" not in self._source:
            return None
        depth = 0
        try:
            for event in yaml.parse(self._source, Loader=_loader()):
                if isinstance(event, yaml.AliasEvent):
                    message = f"the properties use the YAML alias `*{event.anchor}`"
                    return self._problem(ALIAS, message, "write the value out, or quote it")
                depth += isinstance(event, yaml.CollectionStartEvent)
                depth -= isinstance(event, yaml.CollectionEndEvent)
                if depth > _DEEPEST:
                    message = "the properties are nested too deeply"
                    return self._problem(TOO_LARGE, message, "nest them less")
        except yaml.YAMLError as error:
            return self._bad(error)
        return None

    def _bad(self, error: Exception) -> Problem:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error).partition("\n")[0]
        line, column = (0, 1) if mark is None else self._point(min(mark.index, len(self._source)))
        line = min(line, len(self._starts) - 2)
        place = self._positions.place(self._first + line + 1, column if mark else 1)
        message = f"the properties are not YAML: {what}"
        lines = self._positions.lines[self._first : self._first + line + 1]
        close = first_too_close(lines)
        if close is not None:
            place = self._positions.place(self._first + close + 1, 1)
            return Problem(BAD_YAML, place, message, "put a blank after the colon")
        return Problem(BAD_YAML, place, message, mend(lines[-1], str(error)))

    def _problem(self, kind: Kind, message: str, help_: str) -> Problem:
        return Problem(kind, self._positions.place(self._first + 1, 1), message, help_)

    def _point(self, index: int) -> tuple[int, int]:
        line = bisect_right(self._starts, index) - 1
        return line, index - self._starts[line] + 1

    def _place(self, start: int, end: int) -> Place:
        """The place of a stretch of the source, without blanks and comments at its end."""
        end = start + len(self._source[start:end].rstrip())
        line, column = self._point(start)
        end_line, end_column = self._point(end)
        first = self._first + 1
        return self._positions.place(first + line, column, first + end_line, end_column)

    def _add(self, key: Node, value: Node) -> None:
        name = (
            key.value
            if isinstance(key.value, str)
            else self._source[key.start_mark.index : key.end_mark.index]
        )
        if not name:
            return
        end = max(value.end_mark.index, key.end_mark.index)
        place = self._place(key.start_mark.index, end)
        if name in self._found.properties:
            message = f"the property `{name}` is given twice, and the first counts"
            self._found.report(REPEATED_KEY, place, message, "remove one of them")
            return
        self._hints(name, value, place)
        self._found.properties[name] = Property(name, values.value(value), place)
        for scalar in values.scalars(value):
            self._links(name, scalar)
        if name.lower() == "tags":
            self._tags(value)

    def _hints(self, name: str, value: Node, place: Place) -> None:
        for node in _bare_links(value):
            message = f"the link in `{name}` is not in quotes, and is no link in YAML"
            here = self._place(node.start_mark.index, node.end_mark.index)
            self._found.report(BARE_LINK, here, message, 'write `"[[…]]"`')
        if value.value == "" and not value.tag.startswith("!"):
            line = min(self._point(value.start_mark.index)[0], len(self._starts) - 2)
            source = self._positions.lines[self._first + line]
            rest = source.partition(":")[2].strip()
            if rest.startswith("#") and len(rest) > 1 and not rest[1].isspace():
                message = f"`{name}` is empty: in YAML `{rest}` is a comment"
                self._found.report(EMPTY_BY_COMMENT, place, message, f'write `"{rest}"`')

    def _links(self, name: str, scalar: Node) -> None:
        position = scalar.start_mark.index
        for match in _WIKILINK.finditer(scalar.value):
            if not match[1].partition("|")[0].strip():
                continue
            place, position = self._find(match[0], scalar, position)
            target, subpath, text = split(match[1])
            embed = match[0].startswith("!")
            self._found.links.append(Link(target, subpath, text, place, embed=embed, key=name))

    def _tags(self, value: Node) -> None:
        single = isinstance(value.value, str)
        for scalar in values.scalars(value):
            position = scalar.start_mark.index
            for word in _WORD.findall(scalar.value) if single else [scalar.value.strip()]:
                place, position = self._find(word, scalar, position)
                name = word.removeprefix("#")
                if is_tag(name):
                    self._found.tags.append(Tag(name, place))
                elif not values.is_nothing(scalar):
                    message = f"`{word}` cannot be a tag"
                    help_ = "a tag is letters, digits, `-`, `_` and `/`, and more than a number"
                    self._found.report(BAD_TAG, place, message, help_)

    def _find(self, text: str, scalar: Node, position: int) -> tuple[Place, int]:
        """The place of a part of a value, and where to look for the next one."""
        start, end = scalar.start_mark.index, scalar.end_mark.index
        at = self._source.find(text, position, end)
        if at < 0:  # written with escapes, or over two lines
            return self._place(start, end), position
        return self._place(at, at + len(text)), at + len(text)


def _chunks(lines: list[str], first: int, end: int) -> Iterator[tuple[int, int]]:
    """The lines of each key, where the whole cannot be read."""
    starts = [n for n in range(first, end) if _KEY_LINE.match(lines[n])]
    yield from zip(starts, [*starts[1:], end], strict=False)


def _loader() -> Any:
    import yaml  # noqa: PLC0415

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _bare_links(value: Any) -> Iterator[Node]:
    """The lists in lists that `[[…]]` is without quotes: the value itself, or its items."""
    if value.id != "sequence":
        return
    items = [item for item in value.value if item.id == "sequence" and item.flow_style]
    if value.flow_style and len(items) == len(value.value) == 1:
        yield value
    else:
        yield from (link for item in items for link in _bare_links(item))

"""The values of YAML, read as Obsidian reads them.

YAML's older rules turn `NO` into a truth and `12:30:45` into a number of seconds. Here only what
looks like a number, a date, `true` or `false` is one, and everything else stays text.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yaml.nodes import Node, ScalarNode

_QUOTED = frozenset("'\"|>")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?")
_NAMED = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_SAID = {
    **dict.fromkeys(("", "true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}


def value(node: Node) -> Any:
    """The value of a YAML node: text, number, truth, date, None, list or mapping."""
    if isinstance(node.value, str):
        return node.value if getattr(node, "style", None) in _QUOTED else plain(node.value)
    if getattr(node, "id", None) == "sequence":
        return [value(item) for item in node.value]
    return {str(value(key)): value(inner) for key, inner in node.value}


def is_nothing(scalar: ScalarNode) -> bool:
    """Whether a text stands for no value."""
    return not scalar.style and scalar.value in _NAMED and _NAMED[scalar.value] is None


def scalars(node: Node) -> Iterator[Any]:
    """The nodes of all texts in a value, in their order."""
    if isinstance(node.value, str):
        yield node
        return
    for item in node.value:
        for part in item[1:] if isinstance(item, tuple) else (item,):
            yield from scalars(part)


def plain(text: str) -> Any:
    """A value without quotes: what looks like a number, a date, a truth or nothing is one."""
    if text in _NAMED:
        return _NAMED[text]
    try:
        if _INT.fullmatch(text):
            return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
        if _DATE.fullmatch(text):
            if len(text) > 10:
                return dt.datetime.fromisoformat(text)
            return dt.date.fromisoformat(text)
    except ValueError:
        pass  # the thirteenth month, or thousands of digits
    return text


def yes_or_no(value: Any) -> bool | None:
    """Whether a property says yes, as one without a value does; None where it says neither."""
    return True if value is None else _SAID.get(str(value).strip().lower())

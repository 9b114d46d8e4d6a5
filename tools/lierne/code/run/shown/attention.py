"""Attention as data beside its picture: how much each token takes from each, head by head.

A value that draws itself may also say what it drew, by the data type below; it is kept in the
figure, and whoever shows the figure may let it be explored. The format is stable, and told in the
manual: `version` 1, the tokens of the `rows`, those of the `columns`, and the `weights` from 0 to
1, by layer, head, row and column.
"""

from __future__ import annotations

import json
from html import unescape
from typing import Any

TYPE = "application/vnd.lierne.attention+json"
"""What notebooks call the kind of a value's data by."""
VERSION = 1
MOST = 100_000
"""How many weights are kept at most: they stand in a page, which should not grow without end."""
DIGITS = 4
"""As many as anybody can see, or cares to read."""
_OPENING = f'<metadata data-type="{TYPE}">'
_CLOSING = "</metadata>"
# So written, JSON can stand in XML and in HTML as it is, also in single quotes.
_HARMLESS = str.maketrans({mark: f"\\u{ord(mark):04x}" for mark in "<>&'"})


def compact(text: str) -> str:
    """The same data in few characters, which may stand in XML, in HTML and in single quotes.

    Args:
        text: JSON, whoever wrote it.

    Raises:
        ValueError: It is no such data; the message says why.
    """
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(value, dict) or value.get("version") != VERSION:
        raise ValueError(f"its `version` is not {VERSION}")
    rows, columns = (_tokens(value, name) for name in ("rows", "columns"))
    layers = _parts(value.get("weights"), "layers")
    heads = [_parts(layer, "heads") for layer in layers]
    if sum(map(len, heads)) * len(rows) * len(columns) > MOST:
        raise ValueError(f"it has more than {MOST:,} weights")
    weights = [[_table(head, len(rows), len(columns)) for head in layer] for layer in heads]
    kept = {"version": VERSION, "rows": rows, "columns": columns, "weights": weights}
    return json.dumps(kept, separators=(",", ":")).translate(_HARMLESS)


def element(data: str) -> str:
    """What carries data in an SVG; nothing for none.

    Args:
        data: As `compact` gives it, or empty.
    """
    return f"\n{_OPENING}{data}{_CLOSING}" if data else ""


def carried(svg: bytes) -> str:
    """The data in an SVG that anybody may have made; empty where it carries none.

    Raises:
        ValueError: It carries something else by that name.
    """
    _, opening, rest = svg.partition(_OPENING.encode())
    data, closing, _ = rest.partition(_CLOSING.encode())
    if not opening:
        return ""
    if not closing:
        raise ValueError("it does not end")
    return compact(unescape(data.decode()))


def _tokens(value: dict[str, Any], name: str) -> list[str]:
    tokens = _parts(value.get(name), name)
    if not all(isinstance(token, str) for token in tokens):
        raise ValueError(f"its `{name}` are not all words")
    return tokens


def _parts(value: object, name: str, size: int = 0) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise ValueError(f"it has no `{name}`" if size == 0 else f"a head has no {name}")
    if size not in (0, len(value)):
        raise ValueError(f"a head has {len(value)} {name} for {size} tokens")
    return value


def _table(head: object, rows: int, columns: int) -> list[list[float]]:
    shares = (_parts(row, "columns", columns) for row in _parts(head, "rows", rows))
    return [list(map(_share, row)) for row in shares]


def _share(value: object) -> float:
    # A sum of shares may be a hair above 1, and what is not a number is not between.
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not -0.001 < value < 1.001:  # type: ignore[operator]
        raise ValueError("a weight is not a number from 0 to 1")
    share = min(max(round(float(value), DIGITS), 0), 1)  # type: ignore[arg-type]
    return int(share) if share in (0, 1) else share

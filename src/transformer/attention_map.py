"""Attention as a picture: a square for each share, the larger the deeper."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from transformer.backpropagation import Array


class AttentionMap(NamedTuple):
    """How much words take from words, to be looked at."""

    shares: Array
    """One for each layer, head and pair of words, [layers, heads, n, m]."""
    words: Sequence[str]
    """The n words that take."""
    givers: Sequence[str]
    """The m words that they take from."""
    title: str
    """What is shown."""

    def _repr_svg_(self) -> str:
        """Draw it, as notebooks ask for it."""
        return svg(self)

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        """Say in numbers what it shows, for those who want to explore it."""
        numbers = {
            "version": 1,
            "rows": list(self.words),
            "columns": list(self.givers),
            "weights": self.shares.round(4).tolist(),
        }
        return {"application/vnd.lierne.attention+json": numbers}


def attention_map(
    shares: Array,
    words: Sequence[str],
    title: str,
    givers: Sequence[str] | None = None,
) -> AttentionMap:
    """Make a map of one layer, or of several.

    Args:
        shares: how much each word takes from each, [heads, n, m] or
            [layers, heads, n, m].
        words: the n words that take.
        title: what is shown.
        givers: the m words they take from; the same if there are no others.

    Returns:
        The map. A notebook shows it as a picture.
    """
    givers = words if givers is None else givers
    layers = shares if shares.ndim == 4 else shares[None]
    if layers.ndim != 4 or layers.shape[2:] != (len(words), len(givers)):
        raise ValueError(
            f"{len(words)} words and {len(givers)} givers need shares "
            f"[heads, {len(words)}, {len(givers)}], not {list(shares.shape)}"
        )
    return AttentionMap(layers, words, givers, title)


NAMESPACE = "http://www.w3.org/2000/svg"
TOP = 58  # where the squares begin, in pixels
SQUARE = 34  # how high one is
ROW = 60  # from one row of squares to the next
GAP = 28  # between two heads
LETTER = 9  # the width of a letter, about
STYLE = """\
  <style>
    text { fill: #808080; font: 14px system-ui, sans-serif }
    .number { font-size: 12px }
    .square { fill: #3a86c8; stroke: #808080; stroke-opacity: 0.3 }
  </style>
"""


def svg(figure: AttentionMap) -> str:
    """Draw all heads, a line of them for each layer."""
    layers, heads, n, m = figure.shares.shape
    column = max(48, LETTER * max(map(len, figure.givers)))
    margin = LETTER * (2 + max(map(len, figure.words)))
    width = margin + heads * (column * m + GAP)
    height = TOP + ROW * n
    size = f'viewBox="0 0 {width} {layers * height}" width="{width}"'
    parts = [
        f'<svg xmlns="{NAMESPACE}" {size} role="img">\n',
        f"  <title>{escape(figure.title)}</title>\n",
        f"  <desc>{escape(describe(figure))}</desc>\n",
        STYLE,
    ]
    for number, (name, head) in enumerate(named(figure)):
        layer, place = divmod(number, heads)
        left, top = margin + place * (column * m + GAP), layer * height
        if place == 0:
            parts += (
                text(margin - LETTER, top + TOP + ROW * row + 22, word, "end")
                for row, word in enumerate(figure.words)
            )
        parts.append(text(left + column * m / 2, top + 22, name))
        parts += squares(head, figure.givers, left, top + TOP, column)
    return "".join(parts) + "</svg>\n"


def named(figure: AttentionMap) -> Iterator[tuple[str, Array]]:
    """Give every head, [n, m], with its name."""
    for layer, heads in enumerate(figure.shares, 1):
        for number, head in enumerate(heads, 1):
            where = f"layer {layer}, " if len(figure.shares) > 1 else ""
            yield f"{where}head {number}", head


def squares(
    head: Array, givers: Sequence[str], left: int, top: int, column: int
) -> Iterator[str]:
    """Draw a head, [n, m]: words, and below each its squares with numbers."""
    for number, word in enumerate(givers):
        x = left + column * number
        yield text(x + column / 2, top - 10, word)
        for row, share in enumerate(head[:, number]):
            y = top + ROW * row
            yield (
                f'  <rect class="square" x="{x + 1}" y="{y}" rx="3"'
                f' width="{column - 2}" height="{SQUARE}"'
                f' fill-opacity="{share:.2f}"/>\n'
            )
            number_y = y + SQUARE + 14
            yield text(x + column / 2, number_y, f"{share:.2f}", kind="number")


def text(
    x: float, y: float, words: str, anchor: str = "middle", kind: str = "word"
) -> str:
    """Write words at a place."""
    place = f'x="{x:g}" y="{y:g}" text-anchor="{anchor}"'
    return f'  <text class="{kind}" {place}>{escape(words)}</text>\n'


def describe(figure: AttentionMap) -> str:
    """Say in words from whom each word takes most."""
    return " ".join(
        f"{name.capitalize()}: "
        + ", ".join(
            f"{word} takes most from "
            f"{figure.givers[row.argmax()]} ({row.max():.2f})"
            for word, row in zip(figure.words, head, strict=True)
        )
        + "."
        for name, head in named(figure)
    )

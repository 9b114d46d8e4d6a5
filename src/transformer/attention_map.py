"""Attention as a picture: a square for each share, the stronger the larger."""

from collections.abc import Iterator, Sequence
from html import escape

from transformer.backpropagation import Array

NAMESPACE = "http://www.w3.org/2000/svg"
SQUARE = 48  # the side of a square, in pixels, or its height
TOP = 60  # where the squares begin
GAP = 28  # between two heads
LETTER = 9  # the width of a letter, about
STYLE = """\
  <style>
    .ground { fill: #ffffff } .square { fill: #6ea0ff }
    .frame { fill: none; stroke: #c9ccd6 }
    text { fill: #1c1c28; font: 14px system-ui, sans-serif }
    .number { font-size: 13px }
    @media (prefers-color-scheme: dark) {
      .ground { fill: #1e2029 } .square { fill: #2f5fd0 }
      .frame { stroke: #4a4d5a } text { fill: #f1f1f5 }
    }
  </style>
"""


def attention_map(
    shares: Array,
    words: Sequence[str],
    title: str,
    givers: Sequence[str] | None = None,
) -> str:
    """Draw the shares of all heads of a layer as an SVG.

    Args:
        shares: how much each word takes from each, [heads, n, m].
        words: the n words that take.
        title: what the figure shows.
        givers: the m words they take from; the same if there are no others.

    Returns:
        The SVG's text, with a description for those who do not see it.
    """
    givers = words if givers is None else givers
    column = max(SQUARE, LETTER * max(map(len, givers)))
    margin = 2 * LETTER + LETTER * max(map(len, words))
    width = margin + len(shares) * (column * len(givers) + GAP)
    height = TOP + SQUARE * len(words) + 16
    parts = [
        f'<svg xmlns="{NAMESPACE}" viewBox="0 0 {width} {height}"',
        f' width="{width}" role="img">\n',
        f"  <title>{escape(title)}</title>\n",
        f"  <desc>{escape(describe(shares, words, givers))}</desc>\n",
        STYLE,
        f'  <rect class="ground" width="{width}" height="{height}" rx="8"/>\n',
        *(
            text(margin - LETTER, TOP + SQUARE * (row + 0.5) + 5, word, "end")
            for row, word in enumerate(words)
        ),
    ]
    for number, head in enumerate(shares):
        left = margin + number * (column * len(givers) + GAP)
        parts += draw_head(head, givers, f"head {number + 1}", left, column)
    return "".join(parts) + "</svg>\n"


def draw_head(
    head: Array, givers: Sequence[str], name: str, left: int, column: int
) -> Iterator[str]:
    """Draw the squares of one head, [n, m], under its name and the words."""
    width, height = column * len(givers), SQUARE * len(head)
    yield text(left + width / 2, 22, name)
    for number, word in enumerate(givers):
        x = left + column * number
        yield text(x + column / 2, 48, word)
        for row in range(len(head)):
            y = TOP + SQUARE * row
            share = f"{head[row, number]:.2f}"
            yield (
                f'  <rect class="square" x="{x}" y="{y}" width="{column}"'
                f' height="{SQUARE}" fill-opacity="{share}"/>\n'
            )
            yield text(x + column / 2, y + SQUARE / 2 + 5, share, kind="number")
    yield (
        f'  <rect class="frame" x="{left}" y="{TOP}"'
        f' width="{width}" height="{height}"/>\n'
    )


def text(
    x: float, y: float, words: str, anchor: str = "middle", kind: str = "word"
) -> str:
    """Write words at a place."""
    place = f'x="{x:g}" y="{y:g}" text-anchor="{anchor}"'
    return f'  <text class="{kind}" {place}>{escape(words)}</text>\n'


def describe(
    shares: Array, words: Sequence[str], givers: Sequence[str] | None = None
) -> str:
    """Say in words from whom each word takes most."""
    givers = words if givers is None else givers
    return " ".join(
        f"Head {number + 1}: "
        + ", ".join(
            f"{word} takes most from {givers[row.argmax()]} ({row.max():.2f})"
            for word, row in zip(words, head, strict=True)
        )
        + "."
        for number, head in enumerate(shares)
    )

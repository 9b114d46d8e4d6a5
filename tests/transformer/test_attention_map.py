import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from transformer.attention_map import (
    AttentionMap,
    attention_map,
    describe,
    svg,
)

SVG = "{http://www.w3.org/2000/svg}"
SHARES = np.array([[[0.9, 0.1], [0.25, 0.75]], [[0.5, 0.5], [1.0, 0.0]]])
SMALL = attention_map(SHARES, ["hi", "you"], "A <figure> & its title")


def drawn(figure: AttentionMap = SMALL) -> ET.Element:
    return ET.fromstring(svg(figure))  # noqa: S314 - our own text


def opacities(figure: ET.Element) -> list[str | None]:
    squares = figure.findall(f"{SVG}rect[@class='square']")
    return [square.get("fill-opacity") for square in squares]


def test_every_share_is_a_square_of_that_strength() -> None:
    assert opacities(drawn()) == [
        *("0.90", "0.25", "0.10", "0.75"),
        *("0.50", "1.00", "0.50", "0.00"),
    ]


def test_rows_take_and_columns_give() -> None:
    squares = drawn().findall(f"{SVG}rect")
    strong, weak = squares[1], squares[2]
    assert float(strong.get("y", 0)) > float(weak.get("y", 0))
    assert float(strong.get("x", 0)) < float(weak.get("x", 0))


@pytest.mark.parametrize("layers", [1, 3])
def test_everything_lies_inside_and_nothing_over_another(layers: int) -> None:
    shares = np.tile(SHARES, (layers, 1, 1, 1))
    figure = drawn(attention_map(shares, ["hi", "you"], ""))
    width, height = map(int, figure.get("viewBox", "").split()[2:])
    places = set()
    for square in figure.findall(f"{SVG}rect"):
        x, y, wide, high = (
            int(square.get(name, 0)) for name in ("x", "y", "width", "height")
        )
        assert 0 <= x < x + wide <= width
        assert 0 <= y < y + high <= height
        places.update((x + i, y + j) for i in range(wide) for j in range(high))
    for words in figure.findall(f"{SVG}text"):
        assert 0 < float(words.get("x", 0)) < width
        assert 0 < float(words.get("y", 0)) < height
    assert len(places) == 8 * layers * 46 * 34


def test_words_may_take_from_others_with_longer_names() -> None:
    shares = np.array([[[0.1, 0.2, 0.7]]])
    others = ["merhaba", "nasılsın", "?"]
    figure = drawn(attention_map(shares, ["i"], "", others))
    squares = figure.findall(f"{SVG}rect")
    assert opacities(figure) == ["0.10", "0.20", "0.70"]
    assert {square.get("width") for square in squares} == {str(8 * 9 - 2)}
    assert (
        figure.findtext(f"{SVG}desc") == "Head 1: i takes most from ? (0.70)."
    )


def test_layers_stand_one_below_the_other() -> None:
    shares = np.stack([SHARES, SHARES[::-1]])
    figure = drawn(attention_map(shares, ["hi", "you"], ""))
    names = [words.text or "" for words in figure.findall(f"{SVG}text")]
    assert [name for name in names if "head" in name] == [
        *("layer 1, head 1", "layer 1, head 2"),
        *("layer 2, head 1", "layer 2, head 2"),
    ]
    assert names.count("hi") == 2 + 4
    assert opacities(figure)[8:12] == ["0.50", "1.00", "0.50", "0.00"]


def test_it_can_be_read_without_seeing() -> None:
    figure = drawn()
    assert figure.findtext(f"{SVG}title") == "A <figure> & its title"
    assert figure.findtext(f"{SVG}desc") == describe(SMALL)
    assert describe(attention_map(SHARES[:1], ["hi", "you"], "")) == (
        "Head 1: hi takes most from hi (0.90), you takes most from you (0.75)."
    )


def test_a_notebook_is_given_the_picture_and_the_numbers() -> None:
    bundle = SMALL._repr_mimebundle_(include=None, exclude=None)
    numbers = json.loads(
        json.dumps(bundle["application/vnd.lierne.attention+json"])
    )
    assert SMALL._repr_svg_() == svg(SMALL)
    assert numbers == {
        "version": 1,
        "rows": ["hi", "you"],
        "columns": ["hi", "you"],
        "weights": [SHARES.tolist()],
    }


@pytest.mark.parametrize("shape", [(2, 2), (2, 2, 3), (1, 1, 2, 2, 2), (2, 0)])
def test_shares_that_do_not_fit_the_words_are_refused(
    shape: tuple[int, ...],
) -> None:
    with pytest.raises(ValueError, match=r"need shares \[heads, 2, 2\]"):
        attention_map(np.zeros(shape), ["hi", "you"], "")

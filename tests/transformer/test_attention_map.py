import xml.etree.ElementTree as ET

import numpy as np

from transformer.attention_map import attention_map, describe

SVG = "{http://www.w3.org/2000/svg}"
SHARES = np.array([[[0.9, 0.1], [0.25, 0.75]], [[0.5, 0.5], [1.0, 0.0]]])


def drawn() -> ET.Element:
    figure = attention_map(SHARES, ["hi", "you"], "A <figure> & its title")
    return ET.fromstring(figure)  # noqa: S314 - our own text


def test_every_share_is_a_square_of_that_strength() -> None:
    squares = drawn().findall(f"{SVG}rect[@class='square']")
    assert [square.get("fill-opacity") for square in squares] == [
        *("0.90", "0.25", "0.10", "0.75"),
        *("0.50", "1.00", "0.50", "0.00"),
    ]


def test_rows_take_and_columns_give() -> None:
    squares = drawn().findall(f"{SVG}rect[@class='square']")
    strong, weak = squares[1], squares[2]
    assert float(strong.get("y", 0)) > float(weak.get("y", 0))
    assert float(strong.get("x", 0)) < float(weak.get("x", 0))


def test_everything_lies_inside() -> None:
    figure = drawn()
    width, height = (
        float(number) for number in figure.get("viewBox", "").split()[2:]
    )
    for rect in figure.findall(f"{SVG}rect"):
        assert float(rect.get("x", 0)) + float(rect.get("width", 0)) <= width
        assert float(rect.get("y", 0)) + float(rect.get("height", 0)) <= height


def test_words_may_take_from_others_with_longer_names() -> None:
    shares = np.array([[[0.1, 0.2, 0.7]]])
    others = ["merhaba", "nasılsın", "?"]
    figure = ET.fromstring(attention_map(shares, ["i"], "", others))  # noqa: S314
    squares = figure.findall(f"{SVG}rect[@class='square']")
    assert [square.get("fill-opacity") for square in squares] == [
        *("0.10", "0.20", "0.70"),
    ]
    assert {float(square.get("width", 0)) for square in squares} == {8 * 9}
    assert (
        figure.findtext(f"{SVG}desc") == "Head 1: i takes most from ? (0.70)."
    )


def test_it_can_be_read_without_seeing() -> None:
    figure = drawn()
    assert figure.findtext(f"{SVG}title") == "A <figure> & its title"
    assert figure.findtext(f"{SVG}desc") == describe(SHARES, ["hi", "you"])
    assert describe(SHARES[:1], ["hi", "you"]) == (
        "Head 1: hi takes most from hi (0.90), you takes most from you (0.75)."
    )

"""Figures: the same on each run, readable on white and on dark, named for those who cannot see."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lierne.code.run.process import process
from lierne.code.run.shown.figures import figure_key, finished

if TYPE_CHECKING:
    from conftest import Project

pytest.importorskip("matplotlib")

PLOT = """
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
figure, axes = plt.subplots(1, 2)
axes[0].plot(rng.normal(size=20), label="one")
axes[0].legend()
axes[0].set_title(r"$\\alpha$ < 1 & ş")
axes[1].imshow(rng.normal(size=(4, 4)))
axes[1].fill_between([0, 1], [0, 1], alpha=0.5)
print(sorted({"a", "b"}))
plt.gcf()
"""
BACKGROUNDS = ("ffffff", "1e2129", "1e1e1e")


def draw(project: Project, **options: object) -> bytes:
    project.note("N", f'figure=f alt="Lines & <colours>"{PLOT}')
    (result,) = project.run(**options).values()
    assert result.failed is None
    assert result.text == "['a', 'b']\n"
    return result.figures["f"]


def test_a_figure_is_the_same_on_each_run(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = draw(project)
    monkeypatch.setenv("MPLBACKEND", "pdf")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")

    assert draw(project, fresh=True) == once
    assert draw(project) == once
    assert project.begun == []


def test_a_figure_says_in_words_what_it_shows_and_by_its_key_where_it_is_from(
    project: Project,
) -> None:
    figure = draw(project)
    root = ET.fromstring(figure)  # noqa: S314 - our own

    title = root.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert title.text == "Lines & <colours>"
    assert root.get("role") == "img"
    assert re.fullmatch("[0-9a-f]{16}", figure_key(figure) or "")
    assert figure_key(b"<svg></svg>") is None


def test_a_figure_names_no_other_host_and_no_moment(project: Project) -> None:
    figure = draw(project).decode()

    hosts = set(re.findall(r"https?://[^\"' ]+", figure))
    assert hosts == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "<metadata" not in figure
    assert not re.search(r"\b20\d\d-\d\d-\d\d", figure)


def test_a_figure_is_readable_on_white_and_on_dark(project: Project) -> None:
    """What the style sets has a contrast of 3:1 on each page, and nothing lies under it."""
    style = (Path(process.__file__).parent / "matplotlibrc").read_text("utf-8")
    colours = set(re.findall(r"\b[0-9a-f]{6}\b", re.sub("#.*", "", style)))
    assert len(colours) == 8
    for colour in colours:
        assert min(contrast(colour, page) for page in BACKGROUNDS) >= 3
    assert min(contrast("808080", page) for page in BACKGROUNDS) > 3.9

    figure = draw(project).decode()
    assert re.search(r'<g id="patch_1">\s*<path[^>]*style="fill: none"', figure)
    assert "#000000" not in figure
    assert "#ffffff" not in figure


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = (int(colour[n : n + 2], 16) / 255 for n in (0, 2, 4))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    "value",
    [
        "plt.plot([1, 2])",
        "plt.subplots(2, 2)",
        "plt.subplots(2, 2)[1]",
        "plt.hist([1, 2, 2])",
        "plt.title('t')",
        "plt.boxplot([1, 2, 3])",
        "plt.gcf()",
    ],
)
def test_drawings_are_seen_and_not_read(project: Project, value: str) -> None:
    assert project.text(f"\nimport matplotlib.pyplot as plt\n{value}\n") == ""


def test_other_values_are_read_though_there_are_drawings(project: Project) -> None:
    code = "\nimport matplotlib.pyplot as plt\nimport numpy as np\n"

    assert project.text(code + "np.array([1, 2])\n", "\nnp.add\n", "\n[1, 'a']\n") == (
        "array([1, 2])\n<ufunc 'add'>\n[1, 'a']\n"
    )


def test_a_block_may_draw_by_itself(project: Project) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" role="img"><title>own</title></svg>\n'
    shown = f"class Shown:\n    def _repr_svg_(self):\n        return {svg!r}\n\nShown()\n"
    project.note("N", f"figure=a alt=words\n{svg!r}\n", f"figure=b alt=words\n{shown}")

    for (name, figure), text in (
        (*result.figures.items(), result.text) for result in project.run().values()
    ):
        root = ET.fromstring(figure)  # noqa: S314 - our own
        assert [child.text for child in root] == ["words", "own"], name
        assert root.get("role") == "img"
        assert text == ""


def test_the_next_figure_begins_empty(project: Project) -> None:
    plot = "\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nprint(len(plt.gca().lines))\n"
    project.note("N", f"figure=a alt=a{plot}", f"figure=b alt=b{plot}")

    results = list(project.run().values())

    assert [result.text for result in results] == ["1\n", "1\n"]
    assert [list(result.figures) for result in results] == [["a"], ["b"]]


def test_a_figure_may_be_made_in_several_blocks(project: Project) -> None:
    first = "\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);\n"
    project.note("N", first, "figure=a alt=a\nplt.plot([2, 1])\nprint(len(plt.gca().lines))\n")

    assert [result.text for result in project.run().values()] == ["", "2\n"]


def test_a_note_that_draws_nothing_does_not_load_what_draws(project: Project) -> None:
    assert project.text("\nimport sys\nprint('matplotlib' in sys.modules)\n") == "False\n"


def test_an_odd_drawing_is_finished_too() -> None:
    svg = "<?xml version='1.0'?>\n<!DOCTYPE svg PUBLIC 'a' 'http://b'>\n<svg width='1'><g/></svg>"

    assert finished(svg, "0" * 16, "a").decode() == (
        f"<svg width='1' role=\"img\">\n<!-- lierne key={'0' * 16} -->\n<title>a</title><g/></svg>"
    )

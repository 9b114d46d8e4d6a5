"""Data beside a picture: kept small, whoever wrote it, and never anything but data."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest

from lierne.code.run.blocks import all_run_blocks
from lierne.code.run.shown.attention import MOST, TYPE, carried, compact
from lierne.code.run.shown.figures import figure_key, finished
from lierne.code.run.shown.outputs import unfit

if TYPE_CHECKING:
    from conftest import Project

GOOD = {
    "version": 1,
    "rows": ["hi", "ş & '</script>'"],
    "columns": ["a", "b", "c"],
    "weights": [[[[0.123456, 0, 1], [1.0, -0.0, 1.0000001]]], [[[0.5, 0.25, 0.25]] * 2] * 2],
    "else": "left out",
}
KEPT = {
    "version": 1,
    "rows": ["hi", "ş & '</script>'"],
    "columns": ["a", "b", "c"],
    "weights": [[[[0.1235, 0, 1], [1, 0, 1]]], [[[0.5, 0.25, 0.25]] * 2] * 2],
}
BLOCK = """figure=f alt=words
class Shown:
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {bundle}

    def _repr_svg_(self):
        return '<svg xmlns="http://www.w3.org/2000/svg" role="img"><g/></svg>'


Shown()
"""


def test_data_is_kept_small_and_harmless() -> None:
    text = compact(json.dumps(GOOD))

    assert json.loads(text) == KEPT
    assert "[[0.1235,0,1],[1,0,1]]" in text
    assert not set("<>&'") & set(text)
    assert text.isascii()
    assert compact(text) == text


def test_a_figure_carries_data_and_gives_it_back() -> None:
    data = compact(json.dumps(GOOD))
    figure = finished("<svg><g/></svg>", "0" * 16, "a <title>", data)

    metadata = ET.fromstring(figure).find("metadata")  # noqa: S314 - our own
    assert metadata is not None
    assert metadata.get("data-type") == TYPE
    assert json.loads(metadata.text or "") == KEPT
    assert carried(figure) == data
    assert figure_key(figure) == "0" * 16
    assert carried(finished("<svg><g/></svg>", "0" * 16, "a")) == ""


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"version": 2}, "its `version` is not 1"),
        ({"version": None}, "its `version` is not 1"),
        ({"rows": []}, "it has no `rows`"),
        ({"rows": "ab"}, "it has no `rows`"),
        ({"rows": ["a", 1]}, "its `rows` are not all words"),
        ({"columns": None}, "it has no `columns`"),
        ({"columns": ["a"]}, "a head has 3 columns for 1 tokens"),
        ({"weights": None}, "it has no `layers`"),
        ({"weights": [[]]}, "it has no `heads`"),
        ({"weights": [[[]]]}, "a head has no rows"),
        ({"weights": [[[[0, 0, 0]]]]}, "a head has 1 rows for 2 tokens"),
        ({"weights": [[[[0, 0], [0, 0]]]]}, "a head has 2 columns for 3 tokens"),
        ({"weights": [[[0, 0]]]}, "a head has no columns"),
        *(
            ({"weights": [[[[0, 0, 0], [0, 0, weight]]]]}, "a weight is not a number from 0 to 1")
            for weight in (2, -1, "1", None, True, float("nan"), float("inf"), 10**400, [0])
        ),
        ({"weights": [[[[0.0] * 3] * 2] * MOST]}, "it has more than 100,000 weights"),
    ],
)
def test_other_data_is_refused_with_the_reason(changed: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(why)}$"):
        compact(json.dumps(GOOD | changed))


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "[" * 100_000, '{"version": 1}', "\ud800"])
def test_what_is_no_such_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        compact(text)


@pytest.mark.parametrize(
    "inside",
    [
        b"",
        b"<script>alert(1)</script>",
        b"\xff\xfe",
        b'{"version":1,"rows":["</metadata><script>alert(1)</script>"]}',
        b"&lt;script&gt;",
    ],
)
def test_a_picture_that_carries_something_else_says_so(inside: bytes) -> None:
    opening = f'<svg><metadata data-type="{TYPE}">'.encode()

    with pytest.raises(ValueError, match=r"\w"):
        carried(opening + inside + b"</metadata></svg>")
    with pytest.raises(ValueError, match="it does not end"):
        carried(opening + inside.replace(b"</metadata>", b""))
    assert carried(b"<svg><metadata>" + inside + b"</metadata></svg>") == ""


def test_what_others_have_escaped_is_read_too() -> None:
    data = compact(json.dumps(GOOD))
    figure = finished("<svg/>", "0" * 16, "", data.replace('"', "&quot;"))

    assert carried(figure) == data


@pytest.mark.parametrize("form", ["{!r}", "({!r}, {{}})"])
def test_a_value_s_data_is_saved_in_its_figure(project: Project, form: str) -> None:
    bundle = form.format({"text/plain": "shown", TYPE: GOOD})
    project.note("N", BLOCK.format(bundle=bundle))

    once, again = (project.run(fresh=fresh)["N", 0] for fresh in (True, False))

    assert (once.text, once.unfit) == ("", "")
    assert json.loads(carried(once.figures["f"])) == KEPT
    assert again.kept
    assert again.figures == once.figures


def test_a_bundle_may_hold_the_picture_too(project: Project) -> None:
    bundle = {"image/svg+xml": "<svg><text/></svg>", TYPE: json.dumps(GOOD)}
    code = BLOCK.format(bundle=bundle).replace("_repr_svg_", "draw")
    project.note("N", code, BLOCK.format(bundle=None), BLOCK.format(bundle={}))

    first, *others = (result.figures["f"] for result in project.run().values())

    assert first.endswith(b"<text/></svg>")
    assert json.loads(carried(first)) == KEPT
    assert [carried(figure) for figure in others] == ["", ""]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("{'version': 1}", "it has no `rows`"),
        ("[float('nan')]", "its `version` is not 1"),
        ("{'version': {1}}", "Object of type set is not JSON serializable"),
        ("'{'", "Expecting property name"),
        ("(lambda a: a.append(a) or a)([])", "Circular reference"),
    ],
)
def test_bad_data_is_left_out_with_a_problem_and_the_picture_stays(
    project: Project, data: str, why: str
) -> None:
    project.note("N", BLOCK.format(bundle=f"{{{TYPE!r}: {data}}}"))

    for kept in (False, True):
        result = project.run()["N", 0]
        assert (result.failed, result.kept) == (None, kept)
        assert why in result.unfit
        assert carried(result.figures["f"]) == ""
        ET.fromstring(result.figures["f"])  # noqa: S314 - our own


def test_the_problem_names_the_block(project: Project) -> None:
    project.note("N", "\n1\n", BLOCK.format(bundle=f"{{{TYPE!r}: 1}}"))
    vault, _ = project.read()
    blocks = all_run_blocks(vault)
    results = project.run().values()
    (problem,) = unfit(vault, zip(blocks, results, strict=True))

    assert str(problem) == (
        "vault/N.md:5:1: R213 the data of this figure is left out: its `version` is not 1"
    )


def test_data_that_cannot_be_made_is_the_block_s_failure(project: Project) -> None:
    message, line, _ = project.failure(BLOCK.format(bundle="1 / 0"))

    assert (message, line) == ("ZeroDivisionError: division by zero", 4)

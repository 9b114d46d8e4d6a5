from __future__ import annotations

import json
from typing import Any

import pytest

from lierne.base.shape import read_json

RECORD = {"name": str, "lines": (int, int)}


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("x", str),
        (1, int),
        (True, bool),
        ([], [str]),
        (["x", "y"], [str]),
        (["x", 1], (str, int)),
        ({"a": [1]}, {str: [int]}),
        ({"name": "x", "lines": [1, 2], "more": None}, RECORD),
    ],
)
def test_what_has_its_shape_is_read(value: Any, shape: Any) -> None:
    assert read_json(json.dumps(value).encode(), shape) == value


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (True, int),
        (1.0, int),
        (None, str),
        ("xy", [str]),
        ("xy", (str, str)),
        (["x", 1], [str]),
        (["x"], (str, int)),
        (["x", 1, 1], (str, int)),
        ([], {str: int}),
        ({"a": "x"}, {str: int}),
        ({"name": "x"}, RECORD),
        ({"name": "x", "lines": [1]}, RECORD),
    ],
)
def test_what_has_another_shape_is_none(value: Any, shape: Any) -> None:
    assert read_json(json.dumps(value).encode(), shape) is None


@pytest.mark.parametrize(
    "data", [None, b"", b"{", b"\xff", b"[" * 200_000, b"9" * 5000, b'"\xed\xa0']
)
def test_what_is_no_json_is_none(data: bytes | None) -> None:
    assert read_json(data, str) is None

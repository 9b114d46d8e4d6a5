"""What comes through a pipe in any portions is parted as it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from hypothesis import given
from hypothesis import strategies as st

from lierne.code.run.process.capture import MOST_FIRST, MOST_LAST, Capture

if TYPE_CHECKING:
    from typing import BinaryIO

MARK = b"<<mark>>"


class Portions:
    """A pipe that gives what was written in portions of its own choice."""

    def __init__(self, portions: list[bytes]) -> None:
        self._portions = [portion for portion in portions if portion]

    def read1(self, _: int) -> bytes:
        return self._portions.pop(0) if self._portions else b""

    def close(self) -> None:
        """Nothing is open."""


def blocks(portions: list[bytes], count: int) -> list[str]:
    pipe: Any = Portions(portions)
    capture = Capture(cast("BinaryIO", pipe), MARK)
    return [capture.block() for _ in range(count)]


@given(st.lists(st.text("<mark>\nş", max_size=12), min_size=1, max_size=4), st.data())
def test_portions_do_not_matter(texts: list[str], data: st.DataObject) -> None:
    texts = [text.replace(MARK.decode(), "") for text in texts]
    whole = MARK.join(text.encode() for text in texts)
    if whole.count(MARK) >= len(texts):
        return
    portions, start = [], 0
    while start < len(whole):
        size = data.draw(st.integers(1, 9))
        portions.append(whole[start : start + size])
        start += size

    assert blocks(portions, len(texts)) == texts


def test_what_is_no_utf_8_is_shown_as_such() -> None:
    assert blocks([b"a\xffb" + MARK], 1) == ["a\ufffdb"]


def test_of_one_endless_line_both_ends_are_kept() -> None:
    size = 3 * MOST_FIRST

    (text,) = blocks([b"a" * size, b"b" * MOST_LAST], 1)

    gap = f"\n… {size - MOST_FIRST:,} bytes are left out here …\n"
    assert text == "a" * MOST_FIRST + gap + "b" * MOST_LAST


def test_what_just_fits_is_not_cut() -> None:
    size = MOST_FIRST + MOST_LAST

    assert blocks([b"a" * size + MARK + b"b" * (size + 1)], 2)[0] == "a" * size

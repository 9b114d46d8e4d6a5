"""Pictures of attention that carry their numbers: on the site they can be explored."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from lierne.base.disk import read_file
from lierne.base.problem import Kind, Severity
from lierne.code.run.shown.attention import carried

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lierne.base.problem import Place
    from lierne.site.notes.asked import Known
    from lierne.site.notes.draft import Draft

UNFIT = Kind("S104", Severity.WARNING, "a picture whose data cannot be used")
MOST = 8_000_000
"""How large a picture may be to be looked into."""


def explorable(draft: Draft, path: str, picture: str, place: Place) -> str:
    """A picture, with the numbers that it carries beside it, for the script that shows them.

    Args:
        draft: The page that is being made.
        path: The picture's vault path.
        picture: What shows it, as HTML.
        place: The link that shows it.
    """
    data, wrong = draft.asked.ask(numbers, path)
    if wrong:
        message = f"the data in `{path}` cannot be used: {wrong}"
        help_ = "it is shown as a picture; run the block that draws it again, or remove the data"
        draft.report(UNFIT, place, message, help_)
    if not data:
        return picture
    draft.heat = True
    # In an attribute, for Material would run a script of whatever type on its way to a page.
    return f"<span class=\"lierne-heat\" data-heat='{data}'>{picture}</span>"


def numbers(known: Known, path: str) -> tuple[str, str]:
    """What a picture carries, harmless in single quotes; and what is wrong with it, if it is."""
    file = known.vault.config.vault_folder / path
    try:
        seen = file.stat()
        return _numbers(file, seen.st_mtime_ns, seen.st_size) if seen.st_size <= MOST else ("", "")
    except (OSError, ValueError):
        return "", ""


@lru_cache(maxsize=2**12)  # each page with the picture asks, each time that anything has changed
def _numbers(file: Path, _: int, __: int) -> tuple[str, str]:
    try:
        return carried(read_file(file) or b""), ""
    except ValueError as error:
        return "", str(error)


def loaded(way: Callable[[str], str], assets: str) -> str:
    """What a page with such pictures asks for, as HTML.

    Args:
        way: Writes the address of a file of the site as the page does.
        assets: The folder of the site that holds styles and scripts.
    """
    style, script = (escape(way(f"{assets}/heat.{kind}")) for kind in ("css", "js"))
    return f'<link rel="stylesheet" href="{style}">\n<script src="{script}" defer></script>\n'

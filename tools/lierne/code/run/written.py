"""What is wrong with run blocks as they are written; nothing is run to find it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lierne.base.problem import Kind, Problem, Severity, in_order
from lierne.code.run.blocks import is_plain, is_python, is_run
from lierne.code.run.key import data_file
from lierne.read.rules.fence import OF_RUN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lierne.base.problem import Place
    from lierne.read.note import Attribute, Block
    from lierne.read.vault.vault import Vault

NO_ALT = Kind("R101", Severity.WARNING, "a figure without words for it")
BAD_NAME = Kind("R102", Severity.ERROR, "a figure whose name is none")
TWICE = Kind("R103", Severity.ERROR, "a figure that two blocks draw")
NO_NUMBER = Kind("R104", Severity.WARNING, "a tolerance that is no number")
NO_DATA = Kind("R105", Severity.ERROR, "a data file that is not there")
NOT_PYTHON = Kind("R106", Severity.WARNING, "a run block in another language than Python")
NOT_RUN = Kind("R107", Severity.HINT, "an attribute of run blocks at another block")


def written(vault: Vault) -> tuple[Problem, ...]:
    """All that is wrong with the run blocks of a vault, in the order of its places."""
    found: list[Problem] = []
    figures: dict[str, Place] = {}
    for outline in vault.outlines():
        for block in outline.blocks:
            if is_run(block):
                found += _of_block(block, vault.root)
                found += _twice(block, figures)
            elif is_python(block) and block.get("run") is None:
                found += _not_run(block)
    return in_order(found)


def _of_block(block: Block, root: Path) -> Iterator[Problem]:
    if not is_python(block):
        said = f"`{block.language}`" if block.language else "no language"
        help_ = "write it in Python, or `skip` in the place of `run` to only show it"
        yield Problem(NOT_PYTHON, block.place, f"only Python can be run, not {said}", help_)
        return
    figure, tolerance = _find(block, "figure"), _find(block, "tolerance")
    if figure is not None:
        yield from _figure(figure, block)
    if tolerance is not None and not _is_tolerance(tolerance.value):
        message = f"`tolerance` takes a number from 0 on, not `{tolerance.value}`"
        yield Problem(NO_NUMBER, tolerance.place, message, "write for example `tolerance=1e-6`")
    data = _find(block, "data")
    for name in data.value.split() if data else ():
        if data and data_file(root, name) is None:
            message = f"there is no file `{name}` in the project"
            help_ = "name files from the project's root, with blanks between them"
            yield Problem(NO_DATA, data.place, message, help_)


def _figure(figure: Attribute, block: Block) -> Iterator[Problem]:
    if not is_plain(figure.value):
        message = f"`{figure.value}` is no name for a figure"
        help_ = "write letters from a to z, digits, `-` and `_`: `figure=loss-curve`"
        yield Problem(BAD_NAME, figure.place, message, help_)
    if not (block.get("alt") or "").strip():
        message = "the figure has no words for those who do not see it"
        yield Problem(NO_ALT, figure.place, message, 'add `alt="what it shows"`')


def _twice(block: Block, figures: dict[str, Place]) -> Iterator[Problem]:
    figure = _find(block, "figure")
    if figure is None or not is_python(block) or not is_plain(figure.value):
        return
    # There are disks on which names that differ in case are one.
    other = figures.setdefault(figure.value.lower(), figure.place)
    if other is not figure.place:
        message = f"the figure `{figure.value}` is drawn at {other}, too"
        yield Problem(TWICE, figure.place, message, "give one of them another name")


def _not_run(block: Block) -> Iterator[Problem]:
    for name in OF_RUN:
        attribute = _find(block, name)
        if attribute is not None:
            message = f"`{name}` means nothing here, for the block is not run"
            yield Problem(NOT_RUN, attribute.place, message, "add `run`, or take it out")


def _is_tolerance(value: str) -> bool:
    try:
        return 0 <= float(value) < math.inf
    except ValueError:
        return False


def _find(block: Block, key: str) -> Attribute | None:
    return next((a for a in block.attributes if a.key == key), None)

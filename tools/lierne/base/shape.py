"""Reads JSON that may be damaged: what is not as it should be is not there."""

from __future__ import annotations

import json
from typing import Any


def read_json(data: bytes | None, shape: Any) -> Any:
    """What JSON says, None where it is none or is of another shape.

    Args:
        data: The JSON.
        shape: A type for a value of just that type; `[shape]` for a list of any length and
            `(shape, …)` for one of that length; `{str: shape}` for an object with any keys and
            `{"key": shape, …}` for one that has at least these.
    """
    try:
        value = json.loads(data or b"null")
    except (ValueError, RecursionError):
        return None
    return value if _fits(value, shape) else None


def _fits(value: Any, shape: Any) -> bool:
    if isinstance(shape, tuple):
        same = isinstance(value, list) and len(value) == len(shape)
        return same and all(map(_fits, value, shape))
    if isinstance(shape, list):
        return isinstance(value, list) and all(_fits(each, shape[0]) for each in value)
    if not isinstance(shape, dict):
        return type(value) is shape  # `True` would be an `int`, too
    if not isinstance(value, dict):
        return False
    if str in shape:
        return all(_fits(each, shape[str]) for each in value.values())
    return all(key in value and _fits(value[key], inner) for key, inner in shape.items())

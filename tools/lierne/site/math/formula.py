"""Turns one formula into MathML, or says why it cannot."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from html import escape

from lierne.site.math.tex import TexError, rewrite

# The converter's time grows with the length; what is longer is no formula.
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula, ready for a page."""

    html: str
    """MathML; or the TeX in `<code>` where it cannot be shown."""
    wrong: str = ""
    """Why it cannot be shown, in half a sentence; empty where it can."""


@lru_cache(maxsize=4096)
def formula(tex: str, *, display: bool) -> Formula:
    """Makes MathML of TeX. Never raises.

    Args:
        tex: What stands between the dollar signs.
        display: Whether it stands on lines of its own.
    """
    try:
        pieces = _pieces(tex, display=display)
    except TexError as error:
        return _shown_as_code(tex, str(error))
    kind = ' display="block"' if display else ""
    return Formula("<wbr>".join(f"<math{kind}>{piece}</math>" for piece in pieces))


def _pieces(tex: str, *, display: bool) -> list[str]:
    from latex2mathml.converter import Converter  # noqa: PLC0415 - heavy

    from lierne.site.math.spacing import space  # noqa: PLC0415
    from lierne.site.math.tree import write, write_in_pieces  # noqa: PLC0415

    if not tex.strip():
        raise TexError("it is empty")
    if len(tex) > MOST:
        raise TexError("it is too long")
    converter = Converter(display="block" if display else "inline")
    try:
        root = converter.convert_to_element(rewrite(tex))
        space(root, 0 if display else 1)
        return [write(root)] if display else write_in_pieces(root)
    except TexError:
        raise
    except RecursionError as error:
        raise TexError("it is nested too deeply") from error
    except Exception as error:  # whatever the converter raises, the page is shown
        raise TexError(_reason(error)) from error


def _reason(error: Exception) -> str:
    # The converter's errors say what is wrong by their names alone.
    known = {
        "DoubleSubscriptsError": "a letter has two subscripts",
        "DoubleSuperscriptsError": "a letter has two superscripts",
        "ExtraLeftOrMissingRightError": r"`\left` and `\right` do not match",
        "InvalidStyleForGenfracError": r"`\genfrac` has a style that is not 0 to 3",
        "MissingEndError": r"`\begin` has no `\end`",
        "MissingSuperScriptOrSubscriptError": "nothing follows `^` or `_`",
    }
    return known.get(type(error).__name__, "a part of the formula is missing")


def _shown_as_code(tex: str, wrong: str) -> Formula:
    title = escape(f"This formula cannot be shown: {wrong}")
    return Formula(f'<code class="formula" title="{title}">{escape(tex.strip())}</code>', wrong)

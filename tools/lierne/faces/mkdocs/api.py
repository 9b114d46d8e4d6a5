"""Describes Python modules for the API reference, by mkdocstrings.

A module's text is read as a syntax tree; nothing is imported, looked for on the disk, or run. What
docstrings say is shown by an allow-list, and HTML in them as it is written.
"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from lierne.site.pages.reference import harmless

if TYPE_CHECKING:
    from griffe import Object
    from mkdocstrings_handlers.python import PythonHandler, PythonOptions

OPTIONS = {
    "docstring_section_style": "list",
    "heading_level": 2,
    "line_length": 80,
    "members_order": "source",
    "separate_signature": True,
    "show_if_no_docstring": True,
    "show_root_toc_entry": False,
    "show_signature_annotations": True,
    "show_source": False,  # the page of the target shows it
    "signature_crossrefs": True,
}
EXTENSIONS = ("pymdownx.superfences", "sane_lists", "tables", "toc")
RAW = ("html", "image_link", "image_reference", "short_image_ref")
"""What docstrings may not do: HTML is shown as text, pictures as links."""
OBVIOUS = {"module-attribute", "class-attribute", "instance-attribute"}
"""Labels that say no more than where a name stands."""
UNREADABLE = "<p>This is not Python that can be read.</p>\n"

_REFERENCE = re.compile(r'<autoref [^>]*?identifier="([^"]*)"[^>]*>(.*?)</autoref>', re.DOTALL)
_CODE = re.compile(r"(<pre>.*?</pre>)", re.DOTALL)
_BLANK = re.compile(r"\s*\n\s*")


class Reader:
    """Reads modules; what that takes is loaded with the first one."""

    def describe(self, name: str, text: str) -> str:
        """What a module says of itself, as HTML.

        Args:
            name: Its full name.
            text: Its text.
        """
        import griffe  # noqa: PLC0415  # heavy

        try:
            module = griffe.visit(
                *(name, Path(f"{name}.py"), text),
                docstring_parser="google",
                docstring_options={"warnings": False},  # they would make a strict build fail
            )
        except (SyntaxError, ValueError, RecursionError):
            return UNREADABLE
        # What it takes from others is described where they are.
        module.exports = None
        _plain(module)
        html = self._handler.render(module, self._options)
        self._handler.get_headings()  # which it would keep
        # The templates leave hundreds of empty lines.
        parts = _CODE.split(harmless(_REFERENCE.sub(r'<a data-object="\1">\2</a>', html)))
        return "".join(p if p.startswith("<pre>") else _BLANK.sub("\n", p) for p in parts)

    @cached_property
    def _handler(self) -> PythonHandler:
        from markdown import Markdown  # type: ignore[import-untyped]  # noqa: PLC0415  # heavy
        from mkdocstrings_handlers.python import get_handler  # noqa: PLC0415

        handler = get_handler(
            {},
            cast(Any, SimpleNamespace(config_file_path=None)),
            theme="material",
            custom_templates=None,
            mdx=EXTENSIONS,
            mdx_config={},
        )
        handler._update_env(Markdown())  # noqa: SLF001  # as its own extension of Markdown does
        handler.md.preprocessors.deregister("html_block")
        for pattern in RAW:
            handler.md.inlinePatterns.deregister(pattern)
        return handler

    @cached_property
    def _options(self) -> PythonOptions:
        return cast("PythonOptions", self._handler.get_options(OPTIONS))


def _plain(of: Object) -> None:
    """Takes the labels away that say nothing."""
    of.labels -= OBVIOUS
    for member in of.members.values():
        if not member.is_alias:
            _plain(cast("Object", member))

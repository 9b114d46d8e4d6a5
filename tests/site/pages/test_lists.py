"""The pages that list things name each thing once."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Callable

    from lierne.site.publish.publication import Publication


def test_a_tag_is_one_however_its_letters_are_coded(published: Callable[..., Publication]) -> None:
    composed, apart = (normalize(form, "Éa") for form in ("NFC", "NFD"))
    site = published({"a.md": f"#{composed}\n", "b.md": f"#{apart} #{composed}\n"})

    page = site.lists["tags"]

    assert [(entry.title, entry.anchor) for entry in page.toc] == [(f"#{composed}", "tag:éa")]
    assert page.html.partition("</nav>")[2].count("<li>") == 2
    assert dict(site.tags) == {"éa": "tags/#tag:éa"}
    assert [node.id for node in site.graph if node.kind == "tag"] == ["#éa"]

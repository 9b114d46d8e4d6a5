"""Thirteen cases that link readers get wrong, each in one vault and as its page shows it."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from lierne.base.config import find
from lierne.code.tangle import tangle
from lierne.graph.build import build
from lierne.read.vault.vault import Vault
from lierne.site.publish.publication import Publication, publish

if TYPE_CHECKING:
    from pathlib import Path

BASH = 'if [[ -n "$x" ]]; then echo "%%keep%%" ${#arr} ]]; fi'

FILES = {
    "Folder/Note One.md": "## Sub\n\nSub text.\n\n## After\n\nA block. ^blk\n\nEnd.\n",
    "Folder/Dup.md": "longer\n",
    "Other/Dup.md": "shorter\n",
    "Heads.md": "# Heads\n\n## She/Her\n\nx\n\n## İstanbul ve Çağ\n\ny\n",
    "i.png": "",
    "Cases.md": f"""\
1 [[note one]].

2 [[Dup]].

3 [[Missing]].

| 4 | [[Heads#She/Her\\|x/y]] |
|---|---|

5 [[Heads#İstanbul ve Çağ]].

6 `[[Heads]]`.

```bash
{BASH}
```

8 before %%comment%% after.

| 9 | [[Heads\\|a]] | ![[i.png\\|100]] |
|---|---|---|

10

![[Note One#Sub]]

11

![[Note One#^blk]]

12 ==hi== #tag/x note^[inline].

13 <script>alert(1)</script> end.
""",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Publication:
    folder: Path = tmp_path_factory.mktemp("thirteen")
    for path, text in FILES.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, "utf-8", newline="\n")
    vault = Vault(find(folder))
    tangled = tangle(vault.outlines(), vault.names, vault.config)
    return publish(vault, tangled, build(vault, tangled))


@pytest.fixture(scope="module")
def html(site: Publication) -> str:
    return site.notes["Cases.md"].html


def link(html: str, number: int) -> tuple[str, str]:
    """The first link after a case's number: its address and text."""
    after = re.split(rf"<(?:p|th)>{number}\b", html)[1]
    found = re.search(r'<a [^>]*?href="(.*?)"[^>]*>(.*?)</a>', after)
    assert found
    return found[1], unescape(found[2])


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<.*?>", " ", html)).split())


def test_01_a_name_is_found_whatever_its_case(html: str) -> None:
    assert link(html, 1) == ("../Folder/Note%20One/", "note one")


def test_02_of_two_the_shorter_path(html: str) -> None:
    assert link(html, 2) == ("../Other/Dup/", "Dup")


def test_03_what_is_missing_is_marked(html: str) -> None:
    assert re.search(r"<p>3 <span class=\"unresolved\"[^>]*>Missing</span>", html)


def test_04_an_escaped_pipe_and_a_slash_in_a_heading(html: str, site: Publication) -> None:
    address, text = link(html, 4)

    assert text == "x/y"
    assert address.startswith("../Heads/#")
    assert address.partition("#")[2] in site.notes["Heads.md"].ids


def test_05_letters_that_fold_oddly(html: str, site: Publication) -> None:
    address, text = link(html, 5)

    assert text == "Heads > İstanbul ve Çağ"
    assert address.startswith("../Heads/#")
    assert address.partition("#")[2] in site.notes["Heads.md"].ids


def test_06_a_link_in_code_is_code(html: str) -> None:
    assert "<p>6 <code>[[Heads]]</code>" in html


def test_07_code_stays_as_it_is_byte_for_byte(html: str) -> None:
    code = re.search(r"language-bash.*?<code>(.*?)</code>", html, re.DOTALL)

    assert code
    assert unescape(re.sub(r"<.*?>", "", code[1])) == BASH + "\n"


def test_08_a_comment_is_hidden(html: str) -> None:
    assert re.search(r"<p>8 before\s+after", html)
    assert "comment" not in words(html)


def test_09_pipes_in_tables(html: str) -> None:
    assert link(html, 9) == ("../Heads/", "a")
    picture = re.search(r"<img [^>]*>", html)
    assert picture
    assert 'src="../i.png"' in picture[0]
    assert 'width="100"' in picture[0]


def test_10_a_section_is_embedded_and_no_more(html: str) -> None:
    shown = words(re.split(r"<p>1[01]\b", html)[1])

    assert "Sub text." in shown
    assert "A block." not in shown


def test_11_a_block_is_embedded_and_no_more(html: str) -> None:
    shown = words(re.split(r"<p>1[12]\b", html)[1])

    assert "A block." in shown
    assert "Sub text." not in shown
    assert "End." not in shown


def test_12_a_mark_a_tag_and_a_footnote(html: str, site: Publication) -> None:
    paragraph = html.partition("<p>12")[2].partition("</p>")[0]

    assert "<mark>hi</mark>" in paragraph
    assert 'href="../tags/#tag:tag/x"' in paragraph
    assert "footnote-ref" in paragraph
    assert "inline" in words(html.partition('class="footnote"')[2])
    assert site.notes["Cases.md"].tags == ("tag/x",)


def test_13_a_script_is_removed(html: str) -> None:
    assert "<p>13 alert(1) end.</p>" in html
    assert "<script" not in html.partition('<figure class="lierne-local')[0]  # our own comes after

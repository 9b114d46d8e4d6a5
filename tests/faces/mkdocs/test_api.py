"""The API reference: what it shows of Python code, and that it never runs any."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from lierne.base.config import find
from lierne.code.tangle import tangle
from lierne.faces.mkdocs.api import UNREADABLE, Reader
from lierne.graph.build import build
from lierne.read.vault.vault import Vault
from lierne.site.pages.reference import TAGS, modules
from lierne.site.publish.publication import Publication, publish

if TYPE_CHECKING:
    from pathlib import Path

CODE = '''\
"""Numbers, in short."""

import other
from package.base import Root

LIMIT: int = 3
"""How many."""


class Pair(Root):
    """Two of a kind.

    Attributes:
        left: The first.
    """

    left: int

    def swap(self, *, twice: bool = False) -> "Pair":
        """Turn it round, see [Root][package.base.Root].

        Args:
            twice: Whether to do nothing.

        Returns:
            The other pair.

        Raises:
            ValueError: It is one of a kind.
        """

    def _hidden(self): ...


def add(a: Root, b: other.Thing) -> Root:
    """Adds `a` to `b`."""
'''
BASE = '"""The base."""\n\n\nclass Root:\n    """Where all begins."""\n'
VAULT = {
    "Numbers.md": "---\ntangle: src/package/numbers.py\n---\n# Numbers\n\n## The code\n\n"
    f"```python\n{CODE}```\n",
    "Base.md": f"---\ntangle: src/package/base.py\n---\n```python\n{BASE}```\n\n"
    '```python file=tests/test_base.py\ndef test_nothing():\n    """Tests."""\n```\n',
}


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def published(
    folder: Path, reader: Reader | None, before: Publication | None = None
) -> Publication:
    for path, text in VAULT.items() if before is None else ():
        (folder / path).write_text(text, "utf-8")
    vault = Vault(find(folder))
    tangled = tangle(vault.outlines(), vault.names, vault.config)
    describe = reader.describe if reader else None
    return publish(vault, tangled, build(vault, tangled), describe=describe, earlier=before)


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_module_says_what_it_offers_and_where_that_is_told(
    tmp_path: Path, reader: Reader
) -> None:
    made = published(tmp_path, reader).references["src/package/numbers.py"]
    text = text_of(made.html)

    assert made.file == "api/package/numbers/index.html"
    assert "Numbers, in short." in text
    assert "Turn it round" in text
    assert "twice ( bool , default: False ) – Whether to do nothing." in text
    assert "ValueError – It is one of a kind." in text
    assert "_hidden" not in text
    assert '<a class="internal" href="../../../Numbers/#code:1">The code</a>' in made.html
    line = CODE[: CODE.index("def add")].count("\n") + 1
    assert f'href="../../../code/src/package/numbers.py/#L{line}"' in made.html
    assert '<a href="../base/#package.base.Root">Root</a>' in made.html
    assert '<a href="#package.numbers.Pair">Pair</a>' in made.html
    assert "data-object" not in made.html
    assert [entry.title for entry in made.toc] == ["LIMIT", "Pair", "add"]
    assert [entry.title for entry in made.toc[1].children] == ["left", "swap"]
    assert {entry.anchor for entry in made.toc} <= made.ids
    swap = next(section for section in made.sections if section.title == "swap")
    assert swap.anchor == "package.numbers.Pair.swap"
    assert "Turn it round" in swap.text


def test_notes_code_and_lists_lead_to_it(tmp_path: Path, reader: Reader) -> None:
    site = published(tmp_path, reader)

    link = '<a href="../api/package/numbers/">API</a>'
    assert link in site.notes["Numbers.md"].html
    assert link in site.lists["code"].html
    link = '<a href="../../../../api/package/numbers/">API</a>'
    assert link in site.targets["src/package/numbers.py"].html
    assert set(site.references) == {"src/package/numbers.py", "src/package/base.py"}


def test_without_it_nothing_leads_there(tmp_path: Path) -> None:
    site = published(tmp_path, None)

    assert not site.references
    made = [*site.notes.values(), *site.lists.values(), *site.targets.values()]
    assert not [page for page in made if "/api/" in page.html or ">API<" in page.html]


def test_what_has_not_changed_is_the_same_page(tmp_path: Path, reader: Reader) -> None:
    before = published(tmp_path, reader)
    pages = {path: before.references[path] for path in before.references}
    note = tmp_path / "Numbers.md"
    note.write_text(note.read_text("utf-8").replace("Turn it round", "Turn it over"), "utf-8")

    after = published(tmp_path, reader, before)

    assert after.references["src/package/base.py"] is pages["src/package/base.py"]
    assert "Turn it over" in after.references["src/package/numbers.py"].html


def test_code_is_read_and_never_run(tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    (tmp_path / "canary.py").write_text(f"open({str(touched)!r}, 'w')\n", "utf-8")
    code = (
        f"import canary\nfrom canary import *\nopen({str(touched)!r}, 'w')\n\n\n"
        f"class Meta(type):\n    def __new__(cls, *a): open({str(touched)!r}, 'w')\n\n\n"
        f"@canary.decorate\ndef f(x=open({str(touched)!r}, 'w')):\n"
        f"    '''Said.\n\n    >>> open({str(touched)!r}, 'w')\n    '''\n\n"
        "__all__ = ['f', 'open']\n"
    )
    program = (
        "import sys, json; sys.path.insert(0, '.')\n"
        "from lierne.faces.mkdocs.api import Reader\n"
        "before = [n for n in sys.modules if n.startswith(('griffe', 'mkdocstrings'))]\n"
        "html = Reader().describe('canary', sys.stdin.read())\n"
        "print(json.dumps([before, 'canary' in sys.modules, html]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        input=code,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded, imported, html = json.loads(done.stdout)

    assert "Said." in html
    assert not touched.exists()
    assert not imported
    assert loaded == [], "what reads modules is loaded before there is one"


HOSTILE = (
    "<script>pwned()</script>",
    "<img src=x onerror=pwned()>",
    "<svg/onload=pwned()>",
    "\n<div onclick=pwned() class='md-header' id=__search>x\n</div>",
    "[x](javascript:pwned())",
    "[x](java&#115;cript:pwned())",
    "<javascript:pwned()>",
    "![x](http://elsewhere.example/x.png)",
    "![x][y]\n\n[y]: http://elsewhere.example/y.png",
    "[x][y]\n\n[y]: javascript:pwned()",
    "``` {.python onclick=pwned() title='\"><img src=x onerror=pwned()>'}\nx\n```",
    "```{.js .md-header}\n</code></pre><script>pwned()</script>\n```",
    "# <img src=x onerror=pwned()>",
    "| <img src=x onerror=pwned()> |\n|---|\n| <script>pwned()</script> |",
    "Note: <img src=x onerror=pwned()>\n    <script>pwned()</script>",
    "Args:\n    a: <img src=x onerror=pwned()>",
    "Args:\n    a (<img src=x onerror=pwned()>): x",
    "Raises:\n    <script>pwned()</script>: x",
    '[x][a"><img src=x onerror=pwned()>]',
    "<autoref identifier='x\"><img src=x onerror=pwned()>'>y</autoref>",
    "::: os\n    options:\n      allow_inspection: true",
    '--8<-- "/etc/passwd"',
    "$<img src=x onerror=pwned()>$",
    "&lt;script&gt;pwned()&lt;/script&gt;",
    "<!-- --!><img src=x onerror=pwned()> -->",
    "<?php <img src=x onerror=pwned()> ?>",
    "<math><mi xlink:href='javascript:pwned()'>x</mi></math>",
)
ALLOWED = {"class", "data-object", "href", "id"}


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_docstring_can_do_nothing(text: str, reader: Reader) -> None:
    inside = text.replace("\\", "\\\\").replace("\n", "\n    ")
    head = f"'''{text}'''\n\n\ndef f(a='''{text}''', b: {text!r} = 1):\n"
    code = f"{head}    '''Said.\n\n    {inside}\n    '''\n"
    html = reader.describe("m", code)
    elements = Elements()
    elements.feed(html)

    assert "Said." in html
    for tag, attributes in elements.found:
        assert tag in TAGS
        assert attributes.keys() <= ALLOWED
        assert not re.match(r"\s*(javascript|data|vbscript):", attributes.get("href") or "")
        assert not re.search(r"(^|\s)(md|lierne)-", attributes.get("class") or "")
        assert not (attributes.get("id") or "").startswith("__")
    assert "root:" not in html


def test_what_a_docstring_leaves_out_stops_no_strict_build(
    reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    html = reader.describe("m", "def f(a):\n    '''Said.\n\n    Args:\n        b: None.\n    '''\n")

    assert "Said." in html
    assert caplog.records == []


def test_what_is_no_python_is_told_so(reader: Reader) -> None:
    assert reader.describe("m", "def f(:\n") == UNREADABLE
    assert reader.describe("m", "x = '\0'\n") == UNREADABLE
    deep = reader.describe("m", f"x = {'(' * 5000}1{')' * 5000}\n")
    assert deep == UNREADABLE


def test_modules_have_their_full_names() -> None:
    paths = (
        *("src/a/b.py", "src/a/__init__.py", "src/x.py", "lib/deep/c.py", "plain.py"),
        *("tests/test_a.py", "src/a/test_b.py", "src/conftest.py", "src/__init__.py", "src/a.js"),
    )

    assert modules(paths, ("src", "tests", "lib", "lib/deep")) == {
        "src/a/b.py": "a.b",
        "src/a/__init__.py": "a",
        "src/x.py": "x",
        "lib/deep/c.py": "c",
        "plain.py": "plain",
    }

"""What is published, what is not, and where it stands."""

from __future__ import annotations

import json
import re
import tomllib
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lierne.site.publish import origins

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lierne.site.publish.publication import Publication

    Published = Callable[..., Publication]

ROOT = Path(__file__).parents[3]
PIXEL = '<svg xmlns="http://www.w3.org/2000/svg"/>'


def everything(publication: Publication) -> str:
    """All that is published, as one text."""
    pages = [*publication.notes.values(), *publication.lists.values()]
    pages += publication.targets.values()
    texts = [page.html for page in pages]
    texts += [section.text + section.title for page in pages for section in page.sections]
    texts += [str(path) for path in publication.files]
    texts += [made().decode() for made in publication.files.values() if callable(made)]
    return "\n".join(texts)


def places(publication: Publication) -> Mapping[str, str]:
    return {path: made.file for path, made in publication.notes.items()}


def test_nothing_of_an_unpublished_note_is_published(published: Published) -> None:
    site = published(
        {
            "Open.md": "See [[Shut]] and ![[Shut]].\n",
            "Shut.md": "---\npublish: false\naliases: Nickname\n---\n"
            "A secret with [[Open]], ![[own.svg]] and #hushtag.\n\n"
            "```python file=src/a.py\nsecret = 1\n```\n\n```python #part\nsecret = 2\n```\n",
            "Other.md": "```python file=src/b.py\n<<Shut#part>>\n```\n",
            "own.svg": PIXEL,
        }
    )

    text = everything(site)

    assert list(site.notes) == ["Open.md", "Other.md"]
    assert list(site.targets) == []
    for word in ("secret", "own.svg", "hushtag", "Nickname", "Linked from", "Shut.md"):
        assert word not in text


def test_only_attachments_that_a_published_note_uses_are_published(published: Published) -> None:
    site = published(
        {
            "a.md": '---\ncover: "[[cover.svg]]"\n---\n![[used.svg|10]] [file](data/x.csv)\n',
            "b.md": "---\npublish: false\n---\n![[hidden.svg]]\n",
            "used.svg": PIXEL,
            "hidden.svg": PIXEL,
            "unused.svg": PIXEL,
            "cover.svg": PIXEL,
            "data/x.csv": "1,2\n",
            ".obsidian/app.json": "{}",
            ".trash/old.svg": PIXEL,
            ".secret/key.txt": "key",
        }
    )

    copied = {place for place, content in site.files.items() if isinstance(content, Path)}

    assert copied == {"used.svg", "data/x.csv", "cover.svg"}


@pytest.mark.parametrize(
    ("files", "home"),
    [
        (["Home.md", "README.md"], "Home.md"),
        (["index.md", "Home.md"], "index.md"),
        (["readme.md", "a.md"], "readme.md"),
        (["a.md", "deep/index.md"], None),
    ],
)
def test_the_home_page(files: list[str], home: str | None, published: Published) -> None:
    site = published(dict.fromkeys(files, "text\n"))

    opening = site.lists["notes"].file if home is None else site.notes[home].file

    assert site.home == home
    assert opening == "index.html"


def test_the_settings_name_the_home_page(published: Published) -> None:
    toml = 'home = "Map of All"\ntitle = "T"\nvault = "."\n'

    site = published({"lierne.toml": toml, "Map of All.md": "x\n", "index.md": "y\n"})

    assert places(site) == {"Map of All.md": "index.html", "index.md": "index-2/index.html"}


def test_a_host_that_has_a_home_page_keeps_it(published: Published) -> None:
    site = published({"index.md": "mine\n", "a.md": "[[index]]\n"}, taken=["index.html"])

    assert places(site) == {"a.md": "a/index.html", "index.md": "index-2/index.html"}
    assert 'href="../index-2/"' in site.notes["a.md"].html


def test_a_permalink_is_where_the_note_stands(published: Published) -> None:
    site = published(
        {"Long Name.md": "---\npermalink: /p/short/\n---\n", "a.md": "[[Long Name]]\n"}
    )

    assert places(site)["Long Name.md"] == "p/short/index.html"
    assert 'href="../p/short/"' in site.notes["a.md"].html


@pytest.mark.parametrize("permalink", ["../../etc/x", "/../x", "..", "./x/../../y"])
def test_a_permalink_leads_nowhere_outside(permalink: str, published: Published) -> None:
    site = published({"a.md": f'---\npermalink: "{permalink}"\n---\n'})

    assert ".." not in places(site)["a.md"].split("/")


def test_pages_of_ours_make_way_for_notes_of_the_same_name(published: Published) -> None:
    site = published(
        {"Home.md": "#x\n", "code.md": "[[Tags]]\n", "Tags.md": "\n```py file=src/a.py\n1\n```\n"}
    )

    assert places(site)["code.md"] == "code/index.html"
    assert {made.file for made in site.lists.values()} == {
        "notes/index.html",
        "graph/index.html",
        "code-2/index.html",
        "tags-2/index.html",
    }
    assert 'href="tags-2/#tag:x"' in site.notes["Home.md"].html


def test_addresses_without_folders(published: Published) -> None:
    site = published({"Home.md": "[[b/N]]\n", "b/N.md": "[[Home]] [[b/N]]\n"}, folders=False)

    assert places(site) == {"Home.md": "index.html", "b/N.md": "b/N.html"}
    assert 'href="b/N.html"' in site.notes["Home.md"].html
    assert 'href="../index.html"' in site.notes["b/N.md"].html


def test_the_graph_has_the_addresses_of_the_pages(published: Published) -> None:
    site = published(
        {"A b.md": "---\ntangle: src/a.py\n---\n#t [[Gone]]\n\n```python\nx = 1\n```\n"}
    )

    graph = json.loads(site.files["graph.json"]())

    assert {node["id"]: node["url"] for node in graph["nodes"]} == {
        "A b.md": "A%20b/",
        "src/a.py": "code/src/a.py/",
        "#t": "tags/#tag:t",
        "?gone": None,
    }


def test_the_list_of_notes_names_what_is_not_yet_written(published: Published) -> None:
    site = published({"a.md": "[[Rotary]] ![[no.png]]\n", "b/c.md": "[[rotary]]\n"})

    page = site.lists["notes"]

    assert [entry.title for entry in page.toc] == ["b", "Not yet written"]
    unwritten = page.html.partition("Not yet written</h2>")[2]
    assert "<b>Rotary</b>" in unwritten
    assert re.findall(r'<a href="(.*?)">', unwritten) == ["a/", "b/c/"]
    assert "no.png" not in page.html


def test_the_tags_of_all_notes(published: Published) -> None:
    site = published({"a.md": "---\ntags: [Math/One]\n---\n#two\n", "b.md": "#math/one\n"})

    page = site.lists["tags"]

    assert [entry.title for entry in page.toc] == ["#Math", "#Math/One", "#two"]
    assert [entry.anchor for entry in page.toc] == ["tag:math", "tag:math/one", "tag:two"]
    tree, _, lists = page.html.partition("</nav>")
    assert re.findall(r">([^<]+)</a> <small>(\d)</small>(?=</li>|<ul>)", tree) == [
        ("#Math", "2"),
        ("One", "2"),
        ("#two", "1"),
    ]
    assert lists.count("<li>") == 3
    assert dict(site.tags)["math/one"] == "tags/#tag:math/one"


def test_a_page_is_described_by_its_note_or_its_first_words(published: Published) -> None:
    site = published(
        {
            "a.md": "---\ndescription: Said.\n---\nText.\n",
            "b.md": "# B\n\n![[x.png]]\n\n$x$ is\n\n> [!note]\n> The *first* [[a|word]]\n> here.\n",
            "c.md": "word " * 100,
            "d.md": "",
        }
    )

    about = {path: made.about for path, made in site.notes.items()}

    assert about["a.md"] == "Said."
    assert about["b.md"] == "The first word here."
    assert about["c.md"] == "word " * 35 + "…"
    assert about["d.md"] == ""


NOTE = """\
---
description: Says <what> it is.
aliases: [One, Two]
needs: ["[[b|the other]]", "[[Missing]]"]
due: 2026-03-01
at: 2026-03-01 12:30:00
done: false
rating: 4.5
link: https://example.org/a?b&c
list: [x, "see [[b]] & more"]
deep: {k: [1]}
date: {{date}}
lines:
  k: 1
  l: 2

nothing:
---
# Title

text
"""


def test_properties_are_shown_for_people(published: Published) -> None:
    site = published({"a.md": NOTE, "b.md": "b\n"})

    html = site.notes["a.md"].html
    shown = dict(re.findall(r"<div><dt>(.*?)</dt><dd>(.*?)</dd></div>", html))

    assert {key: unescape(re.sub(r"<.*?>", "", value)) for key, value in shown.items()} == {
        "Read first": "the other, Missing",
        "Also called": "One, Two",
        "due": "2026-03-01",
        "at": "2026-03-01 12:30",
        "done": "no",
        "rating": "4.5",
        "link": "https://example.org/a?b&c",
        "list": "x, see b & more",
        "deep": "{k: [1]}",
        "date": "{{date}}",
        "lines": '{"k": 1, "l": 2}',
    }
    assert '<a class="internal" href="../b/">the other</a>' in shown["Read first"]
    assert '<a href="https://example.org/a?b&amp;c" rel="noopener">' in shown["link"]
    assert '<p class="lierne-lead" data-search-exclude>Says &lt;what&gt; it is.</p>' in html
    assert html.index("<h1") < html.index("lierne-lead") < html.index("<dl") < html.index("text")


def test_a_link_in_a_property_leads_where_it_would_lead_in_the_text(published: Published) -> None:
    links = ["[[Topic]]", "[[./Topic]]", "[[Topic#Part|its part]]", "[[#Own]]", "[[Topic#No]]"]
    quoted = ", ".join(f'"{link}"' for link in [*links, "[[Missing]]", "[[x.csv]]", "[[Shut]]"])
    site = published(
        {
            "a/Topic.md": "x\n",
            "b/Topic.md": "## Part\n",
            "b/Note.md": f"---\nneeds: [{quoted}]\n---\n{' '.join(links)}\n\n## Own\n",
            "b/Shut.md": "---\npublish: false\n---\n",
            "x.csv": "1\n",
        }
    )

    html = site.notes["b/Note.md"].html
    above, text = (re.findall(r"<a .*?</a>", part) for part in html.split("</dl>"))

    assert text[: len(links)] == above[: len(links)]
    assert [re.search('href="(.*?)"', link)[1] for link in above] == [  # type: ignore[index]
        *("../Topic/", "../Topic/", "../Topic/#part", "#own", "../Topic/", "../../x.csv"),
    ]
    assert 'title="There is no “Missing” yet">Missing</span>' in html
    assert 'title="Not on this site">Shut</span>' in html


def test_a_target_is_compared_with_the_disk_once(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    monkeypatch.setattr(origins, "read_file", lambda path: looked.append(path.name))

    site = published({"a.md": "---\ntangle: src/a.py\n---\n```python\nx = 1\n```\n"})

    assert "not written yet" in site.notes["a.md"].html
    assert "is not written yet" in site.targets["src/a.py"].html
    assert looked == ["a.py"]


def test_backlinks_stand_with_their_sentences(published: Published) -> None:
    site = published(
        {
            "a.md": "[[a]] itself\n",
            "b.md": "One. Two [[a|is this]] here. Three.\n\n- [[a]] & <b>more</b>\n\n![[a#X]]\n",
            "C.md": '---\nneeds: "[[a]]"\nup: "[[a]]"\n---\n',
        }
    )

    linked = site.notes["a.md"].html.partition("<h2")[2]

    assert re.findall(r'<a class="internal" href="(.*?)">(.*?)</a>', linked) == [
        ("../b/", "b"),
        ("../C/", "C"),
    ]
    assert "Two <b>is this</b> here." in linked
    assert "embeds <b>X</b>" in linked
    assert "One." not in linked
    assert "to be read after this note" in linked
    assert "in its property <code>up</code>" in linked


def test_many_backlinks_are_folded(published: Published) -> None:
    many = {f"n{number:02}.md": "[[hub]]\n" for number in range(15)}

    html = published({"hub.md": "x\n", **many}).notes["hub.md"].html

    shown, _, folded = html.partition("<details>")
    assert shown.count('class="internal"') == 12
    assert "<summary>3 more</summary>" in folded
    assert folded.count('class="internal"') == 3


CODE = """\
# Words

```python file=src/w.py
one = 1
<<rest>>
```

## Below

```python #rest
two = 2
```
"""


def test_each_line_of_a_target_has_its_block(published: Published, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/w.py").write_text("one = 1\ntwo = 2\n")

    site = published({"Words.md": CODE})

    html = site.targets["src/w.py"].html
    beside = re.findall(r'<span>(?:<a class="internal" href="(.*?)".*?>(.*?)</a>)?</span>', html)
    assert beside[-2:] == [
        ("../../../Words/#code:1", "Words"),
        ("../../../Words/#code:rest", "Below"),
    ]
    for anchor in ("code:1", "code:rest"):
        assert f'id="{anchor}"' in site.notes["Words.md"].html
    assert 'href="../code/src/w.py/#L1"' in site.notes["Words.md"].html
    assert "differs" not in html
    assert "differs" not in site.notes["Words.md"].html


def test_a_target_that_differs_on_disk_says_so(published: Published, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/w.py").write_text("one = 1\ntwo = <3>\n")

    site = published({"Words.md": CODE})

    html = re.sub(r"<span.*?>|</span>", "", site.targets["src/w.py"].html)
    assert "<code>src/w.py</code> on disk differs" in html
    assert "-two = 2\n+two = &lt;3&gt;" in html
    assert "<em>differs on disk</em>" in site.notes["Words.md"].html


def test_line_ends_of_a_checkout_are_no_difference(published: Published, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/w.py").write_bytes(b"one = 1\r\ntwo = 2\r\n")

    assert "differs" not in published({"Words.md": CODE}).targets["src/w.py"].html


def test_a_target_that_is_not_there_says_so(published: Published) -> None:
    site = published({"Words.md": CODE})

    assert "is not written yet" in site.targets["src/w.py"].html
    assert "<em>not written yet</em>" in site.notes["Words.md"].html


def test_what_a_link_leads_to_outside_is_not_shown(published: Published, tmp_path: Path) -> None:
    (tmp_path / "private.txt").write_text("private words\n")
    (tmp_path / "src").mkdir()
    (tmp_path / "src/w.py").symlink_to(tmp_path / "private.txt")

    assert "private words" not in everything(published({"Words.md": CODE}))


DIAGRAM = "```mermaid\ngraph LR\nA --> B\n```\n"


def test_a_diagram_is_drawn_by_a_library_of_our_own(published: Published) -> None:
    pytest.importorskip("mmdc", reason="mmdc, which brings Mermaid, is not installed")

    site = published({"a.md": DIAGRAM})

    assert '<pre class="mermaid"' in site.notes["a.md"].html
    assert site.scripts == ("assets/lierne/diagrams.js",)
    assert "assets/lierne/mermaid.js" in site.files


def test_the_library_for_diagrams_can_be_installed_by_name() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    extras = project["optional-dependencies"]
    assert [name for name, packages in extras.items() if "mmdc>=0.7" in packages] == ["diagrams"]
    assert "lierne[diagrams,vault]" in extras["dev"]  # so that the test above is not skipped
    assert "/lierne[diagrams]" in (ROOT / "README.md").read_text("utf-8")


def test_without_the_library_a_diagram_is_code(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "mmdc", None)

    site = published({"a.md": DIAGRAM})

    assert "mermaid" not in site.notes["a.md"].html
    assert "A --&gt; B" in site.notes["a.md"].html
    assert site.scripts == ()
    assert not [place for place in site.files if "mermaid" in place or "diagrams" in place]


def test_a_vault_without_notes_has_a_home_page(published: Published) -> None:
    site = published({}, name="Empty")

    assert [(made.file, made.title) for made in site.lists.values()] == [("index.html", "Empty")]

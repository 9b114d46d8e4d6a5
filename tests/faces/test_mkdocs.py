"""MkDocs by itself, with the plugin: what it builds, what it says, and what it leaves alone."""

from __future__ import annotations

import json
import logging
import os
import re
from typing import TYPE_CHECKING, Any

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from lierne.faces.mkdocs.files import watched
from lierne.faces.mkdocs.plugin import Plugin
from lierne.graph.build import _Builder
from lierne.read.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Project = Callable[..., Path]

# Its notice of MkDocs 2 goes to stderr when it is imported.
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Writes a project of these files, with its configuration."""

    def writer(files: dict[str, str | bytes], **config: Any) -> Path:
        base = {"site_name": "S", "docs_dir": "vault", "theme": "material", "plugins": ["lierne"]}
        (tmp_path / "vault").mkdir(exist_ok=True)
        for path, text in {"mkdocs.yml": json.dumps(base | config), **files}.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path

    return writer


def built(root: Path, **config: Any) -> Path:
    """Builds as `mkdocs build` does; gives the site."""
    build(load_config(str(root / "mkdocs.yml"), **config))
    return root / "site"


def page(site: Path, path: str) -> str:
    return (site / path / "index.html").read_text("utf-8")


def article(site: Path, path: str) -> str:
    return page(site, path).partition("<article")[2].partition("</article")[0]


def files_of(site: Path) -> set[str]:
    found = (path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
    return {path for path in found if not path.startswith("assets/")}


def test_notes_are_rendered_and_other_pages_are_left_to_mkdocs(project: Project) -> None:
    root = project(
        {
            "docs/index.md": "# Ours\n\n- a\n  - not nested for Python-Markdown\n\n[api](api.md)\n",
            "docs/api.md": "# API\n\n*[API]: abbreviation\n",
            "docs/pic.svg": "<svg/>",
            "lierne.toml": 'vault = "notes"\n',
            "notes/Note.md": "Steps:\n- a\n  - nested ==here==\n",
            "notes/index.md": "[[Note]]\n",
        },
        docs_dir="docs",
    )

    site = built(root)

    assert '<h1 id="ours">Ours</h1>' in page(site, ".")
    assert "<mark>here</mark>" in page(site, "Note")
    assert re.search(r"<p>Steps:</p>\s*<ul>\s*<li>a\s*<ul>", article(site, "Note"))
    assert not re.search(r"<li>a\s*<ul>", article(site, "."))
    assert {"pic.svg", "api/index.html", "index-2/index.html"} <= files_of(site)


def test_what_is_not_published_is_not_there(project: Project) -> None:
    root = project(
        {
            "vault/A.md": "![[a.svg]] [[Shut]]\n",
            "vault/Shut.md": "---\npublish: false\n---\nunspeakable ![[shut.svg]]\n",
            "vault/a.svg": "<svg/>",
            "vault/shut.svg": "<svg/>",
            "vault/templates/T.md": "# {{title}}\n",
            "vault/drafts/D.md": "unspeakable\n",
            "vault/.obsidian/app.json": '{"userIgnoreFilters": ["templates/"]}',
            "vault/.trash/Old.md": "unspeakable\n",
            "lierne.toml": 'vault = "vault"\nexclude = ["drafts"]\n',
        },
        plugins=["search", "lierne"],
    )

    site = built(root)

    assert files_of(site) == {
        *("index.html", "404.html", "sitemap.xml", "sitemap.xml.gz", "graph.json"),
        *("A/index.html", "A/note.json", "graph/index.html"),
        *("a.svg", "search/search_index.json"),
    }
    for path in files_of(site) - {"sitemap.xml.gz"}:
        assert "unspeakable" not in (site / path).read_text("utf-8")


@pytest.mark.parametrize(
    ("address", "way"), [("", "/notes/"), ("https://x.org/a/b", "/a/b/notes/")]
)
def test_who_is_lost_finds_all_notes(address: str, way: str, project: Project) -> None:
    root = project({"vault/index.md": "x\n"}, site_url=address)

    lost = (built(root) / "404.html").read_text("utf-8")

    assert f'<a href="{way}">all notes</a>' in lost


def test_a_formula_in_a_heading_is_one_in_the_contents(project: Project) -> None:
    root = project({"vault/index.md": "## The $x$\n"})

    contents = page(built(root), ".").partition('class="md-nav md-nav--secondary"')[2]

    assert "<math>" in contents.partition("</nav>")[0]


def test_a_file_that_the_configuration_names_is_published(project: Project) -> None:
    root = project(
        {
            "vault/a.md": "x\n",
            "vault/my/extra.css": "body {}",
            "vault/my/extra.js": ";",
            "vault/my/logo.svg": "<svg/>",
            "vault/my/unnamed.css": "body {}",
        },
        extra_css=["my/extra.css"],
        extra_javascript=["my/extra.js"],
        theme={"name": "material", "logo": "my/logo.svg"},
    )

    site = built(root)

    mine = {path for path in files_of(site) if path.startswith("my/")}
    assert mine == {"my/extra.css", "my/extra.js", "my/logo.svg"}
    styles = re.findall(r'href="([^"]*\.css)"', page(site, "a"))
    assert styles[-1] == "../my/extra.css"  # so that it can change ours


def test_a_first_line_with_a_colon_is_text(project: Project) -> None:
    site = built(project({"vault/Todo.md": "Todo: read the paper\nAuthor: x\n\nrest\n"}))

    assert "Todo: read the paper" in page(site, "Todo")


def test_titles_descriptions_and_contents(project: Project) -> None:
    root = project(
        {
            "vault/A & b.md": '---\ndescription: Says "<what>" & why\ntitle: no\n---\ntext\n',
            "vault/H.md": "# The *real* <b>title</b> & more\n\n## One `x < y`\n\n### Two\n",
        }
    )

    site = built(root)

    first, second = page(site, "A & b"), page(site, "H")
    assert "<title>A &amp; b - S</title>" in first
    assert '<meta name="description" content="Says &quot;&lt;what&gt;&quot; &amp; why">' in first
    assert "<h1 " in first
    assert "<title>The real title &amp; more - S</title>" in second
    assert '<h1 id="' in second
    entries = re.findall(
        r'<a href="#([^"]*)" class="md-nav__link">\s*<span.*?>(.*?)</span>', second, re.DOTALL
    )
    assert [anchor for anchor, _ in entries][:2] == ["one-x-y", "two"]
    assert "x &lt; y" in entries[0][1]


def test_no_title_becomes_a_script(project: Project) -> None:
    bad = "</title></span></a><script>pwned()</script><img src=x onerror=pwned()>"
    note = f"---\ndescription: '\"{bad}'\naliases: '{bad}'\nx{bad}: '{bad}'\n---\n"
    note += f"# `{bad}`\n\n## `{bad}`\n\n#t [[`{bad}`]]\n"
    root = project(
        {"vault/Home.md": "[[a]]\n", "vault/a.md": note}, nav=["Home.md", "a.md", "notes.md"]
    )

    site = built(root)

    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        assert "<script>pwned" not in text, path
        assert "<img src=x" not in text, path


def test_properties_of_a_note_do_not_steer_mkdocs(project: Project) -> None:
    note = "---\ntemplate: no.html\nsearch: 1\nhide: [toc]\ntags: 7\nicon: x/y\n---\nstill here\n"

    site = built(project({"vault/a.md": note}, plugins=["search", "tags", "lierne"]))

    assert "still here" in page(site, "a")


@pytest.mark.parametrize(
    "data", [b"\xff\xfe broken", b"", b"\0", b"---\na: [\n---\nx", b"\xef\xbb\xbf"]
)
def test_no_note_stops_the_others(data: bytes, project: Project) -> None:
    site = built(project({"vault/bad.md": data, "vault/good.md": "[[bad]] still here\n"}))

    assert "still here" in page(site, "good")


def test_material_s_tags_know_the_notes_tags(project: Project) -> None:
    root = project(
        {
            "docs/index.md": "# Tags\n\n<!-- material/tags -->\n",
            "lierne.toml": 'vault = "notes"\n',
            "notes/A.md": "---\ntags: one\n---\n# Title A\n\n#two/three <!-- material/tags -->\n",
        },
        docs_dir="docs",
        plugins=["tags", "lierne"],
    )

    site = built(root)

    listing = page(site, ".")
    assert 'id="tag:one"' in listing
    assert 'href="A/"' in listing
    assert "Title A" in listing
    chips = re.findall(r'<a href="([^"]*)" class="md-tag">(.*?)</a>', page(site, "A"))
    assert chips == [("../tags/#tag:one", "one"), ("../tags/#tag:two/three", "two/three")]


def test_the_search_knows_each_section(project: Project) -> None:
    root = project(
        {
            "vault/A.md": "before\n\n## Sec & tion\n\nwords `x < 1` here\n\n"
            "```python file=src/a.py\ncode()\n```\n",
            "vault/B.md": "#tagged ![[A#Sec & tion]]\n\n[[A]]\n",
        },
        plugins=["search", "lierne"],
    )

    entries = json.loads((built(root) / "search/search_index.json").read_text())["docs"]

    found = {entry["location"]: entry for entry in entries}
    assert found["A/"]["title"] == "A"
    assert "before" in found["A/"]["text"]
    assert found["A/#sec-tion"]["title"] == "Sec &amp; tion"
    assert "x &lt; 1" in found["A/#sec-tion"]["text"]
    assert found["B/"]["tags"] == ["tagged"]
    assert [e["location"] for e in entries if "words" in e["text"]] == ["A/#sec-tion"]
    assert [e["location"] for e in entries if "code()" in e["text"]] == ["A/#sec-tion"]
    assert found["code/src/a.py/"]["title"] == "a.py"
    assert found["code/src/a.py/"]["boost"] < 1
    assert not any("Linked from" in e["title"] + e["text"] for e in entries)


def test_notes_never_go_into_the_navigation_one_by_one(project: Project) -> None:
    notes = {f"vault/Note {number}.md": "#t [[Home]]\n" for number in range(9)}
    root = project({"vault/Home.md": "x\n", **notes})

    html = page(built(root), "Note 3")

    nav = html.partition("md-nav--primary")[2].partition("md-sidebar--secondary")[0]
    assert re.findall(r'<span class="md-ellipsis">\s*(\S.*?)\s*<', nav) == [
        "Home",
        "Notes",
        "Graph",
        "Tags",
    ]


def test_a_navigation_may_name_notes_and_our_pages(project: Project) -> None:
    nav = [{"Start": "index.md"}, {"Two": [{"It": "sub/N o.md"}, "tags.md"]}]
    root = project({"vault/Home.md": "x\n", "vault/sub/N o.md": "# Other\n\n#t\n"}, nav=nav)

    html = page(built(root), "sub/N o")

    nav_html = html.partition("md-nav--primary")[2].partition("md-sidebar--secondary")[0]
    links = re.findall(r'href="(.*?)" class="md-nav__link', nav_html)
    assert {"../..", "../../tags/", "./"} <= set(links) | {"./"}
    assert "<title>It - S</title>" in html or "<title>Other - S</title>" in html


def test_a_note_can_be_edited_where_it_lies(project: Project) -> None:
    root = project(
        {"vault/a b.md": "x\n"},
        repo_url="https://example.org/r",
        edit_uri="edit/main/vault/",
        theme={"name": "material", "features": ["content.action.edit"]},
    )

    assert 'href="https://example.org/r/edit/main/vault/a%20b.md"' in page(
        built(root), "a b"
    ).replace("a b.md", "a%20b.md")


def test_warnings_count_and_hints_do_not(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    root = project({"vault/a.md": "[[Not yet written]]\n\n[[b#no]]\n", "vault/b.md": "x\n"})

    with caplog.at_level(logging.INFO), pytest.raises(Abort, match="1 warning"):
        built(root, strict=True)

    said = [r.getMessage() for r in caplog.records if r.name == "mkdocs.plugins.lierne"]
    assert len(said) == 1
    assert said[0].startswith("lierne: vault/a.md:3:1: L102 ")
    assert "\nhelp: " in said[0]


def test_a_hint_alone_fails_nothing(project: Project) -> None:
    root = project({"vault/a.md": "[[Not yet written]]\n"})

    assert "Not yet written" in page(built(root, strict=True), "a")


def test_problems_of_what_is_not_published_are_not_the_site_s(project: Project) -> None:
    root = project({"vault/a.md": "---\npublish: false\n---\n[[b#no]]\n", "vault/b.md": "x\n"})

    built(root, strict=True)


def test_nothing_but_the_site_is_written(project: Project) -> None:
    root = project(
        {"vault/a.md": "---\ntangle: src/a.py\n---\n\n```python\nx = 1\n```\n"},
    )
    before = set(root.rglob("*"))

    site = built(root)

    assert {p for p in root.rglob("*") if not p.is_relative_to(site)} == before
    assert "is not written yet" in page(site, "code/src/a.py")


def test_bad_settings_are_a_sentence(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    root = project({"vault/a.md": "x\n", "lierne.toml": 'vaullt = "x"\n'})

    with pytest.raises(Abort):
        built(root)

    assert "did you mean `vault`?" in caplog.text


def test_the_graph_is_made_once(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    add_code = _Builder.add_code
    monkeypatch.setattr(_Builder, "add_code", lambda *of: (made.append("graph"), add_code(*of))[1])

    built(project({"vault/a.md": "[[b]]\n"}))

    assert made == ["graph"]


def test_a_second_build_sees_what_has_changed(project: Project) -> None:
    root = project({"vault/a.md": "[[b]]\n", "vault/b.md": "# Old\n"})
    config = load_config(str(root / "mkdocs.yml"))
    build(config)
    (root / "vault/b.md").write_text("# New\n")
    (root / "vault/c.md").write_text("See [[b]].\n")

    build(load_config(str(root / "mkdocs.yml")))

    assert "<title>New - S</title>" in page(root / "site", "b")
    assert 'href="../c/"' in page(root / "site", "b")


def test_the_vault_may_be_the_whole_project(project: Project) -> None:
    root = project(
        {"lierne.toml": 'vault = "."\n', "pages/index.md": "# In pages\n", "README.md": "# Read\n"},
        docs_dir="pages",
    )

    site = built(root)

    assert '<h1 id="in-pages">In pages</h1>' in page(site, ".")
    assert (site / "assets/stylesheets").is_dir()
    assert "Read" in page(site, "index-2")


def test_only_folders_of_what_is_shown_are_watched(project: Project) -> None:
    root = project(
        {
            "lierne.toml": 'vault = "."\n',
            "a.md": "![[x.svg]]\n",
            "n/deep/b.md": "",
            "figures/x.svg": "<svg/>",
            "other/x.py": "",
            "other/y.svg": "<svg/>",
        }
    )

    folders = list(watched(Vault.open(root)))

    assert folders == [(root, False), (root / "figures", True), (root / "n", True)]


def test_a_saved_note_builds_again_also_in_a_folder_that_is_new(project: Project) -> None:
    root = project({"vault/a.md": "x\n"})
    config = load_config(str(root / "mkdocs.yml"))
    build(config)
    seen: list[tuple[str, bool]] = []

    class Server:
        def watch(self, path: str, *, recursive: bool = True) -> None:
            seen.append((path, recursive))

    plugin = config.plugins["lierne"]
    assert isinstance(plugin, Plugin)
    plugin.on_serve(Server(), config=config, builder=None)

    assert seen == [(str(root / "vault"), False)]

    (root / "vault/new").mkdir()
    (root / "vault/new/b.md").write_text("x\n")
    build(config)

    assert seen == [(str(root / "vault"), False), (str(root / "vault/new"), True)]

"""What a reader finds on each site: a small vault, and a look at the pages that come of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .peers import NotRunError, Publisher

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOTES = {
    "Home.md": """\
See [[Softmax]], [[Softmax#In code]], [[Softmax|the function]] and [[Query]], not [[Rotary]].

Embedded: ![[Part#Inner]] and the picture ![[dot.svg|40]].

> [!tip]- Folded
> > [!note] Inside
> > of it

A line and
the next. A %%hidden comment%%, a ==mark==, #some/tag, and $x^2$ with

$$
\\frac{a}{b}
$$

Steps:
- one
  - two
""",
    "Softmax.md": """\
---
aliases: [normaliser]
tangle: src/softmax.py
---
# Softmax

## In code

```python
def softmax(x):
    return x
```
""",
    "deep/Query.md": "Calls it in a sentence that speaks of [[Softmax]] at length.\n\n"
    "```python file=src/query.py\nfrom softmax import softmax\n\ny = softmax(1)\n```\n",
    "Part.md": "# Part\n\nouter words\n\n## Inner\n\nembedded words\n",
    "Shut.md": "---\npublish: false\n---\nsecret words [[Home]]\n",
    "dot.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>\n',
}


_HIDDEN = re.compile("<!--.*?-->", re.DOTALL)


class Site:
    """A built site, read as text."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pages = {
            page.relative_to(folder).as_posix(): _HIDDEN.sub("", page.read_text("utf-8"))
            for page in folder.rglob("*.html")
        }

    def page(self, name: str) -> str:
        """The content of one page, empty where there is none."""
        html = self.pages.get(f"{name}/index.html") or self.pages.get(f"{name}.html") or ""
        return html.partition("<article")[2].partition("</article>")[0]

    @property
    def home(self) -> str:
        """The content of the note that links to the others."""
        return self.page("Home") or self.page("index")

    def leads(self, to: str) -> bool:
        """Whether a link of the home page leads there."""
        return bool(re.search(rf'<a [^>]*href="(?:\.\.?/)*{to}"', self.home))

    def search(self) -> str:
        """All that the search finds."""
        index = self.folder / "search/search_index.json"
        return json.dumps(json.loads(index.read_text("utf-8"))) if index.is_file() else ""


@dataclass(frozen=True)
class Feature:
    """Something that a reader may find on a site."""

    name: str
    there: Callable[[Site], bool]


def _formulas_stand(site: Site) -> bool:
    return "<math" in site.home and "<mfrac" in site.home


FEATURES = (
    Feature("`[[Note]]` is a link", lambda s: s.leads("Softmax/")),
    Feature("also to a note in a folder", lambda s: s.leads("deep/Query/")),
    Feature("`[[Note#Heading]]` arrives", lambda s: s.leads("Softmax/#in-code")),
    Feature(
        "a name not yet written is no dead link",
        lambda s: "Rotary" in s.home and not re.search(r'<a [^>]*href="[^"]*Rotary', s.home),
    ),
    Feature(
        "`![[Note#Heading]]` shows the section",
        lambda s: "embedded words" in s.home and "outer words" not in s.home,
    ),
    Feature(
        "`![[picture\\|40]]` has its width",
        lambda s: bool(re.search(r"<img [^>]*dot\.svg[^>]*width[=:]\W*40", s.home)),
    ),
    Feature(
        "callouts, folded and nested",
        lambda s: (
            "<details" in s.home
            and bool(re.search(r"<details.*admonition|<details.*<details", s.home, re.DOTALL))
        ),
    ),
    Feature("`==marks==`", lambda s: "<mark>" in s.home),
    Feature("`%%comments%%` are hidden", lambda s: "hidden comment" not in s.home),
    Feature("`#tags` are links", lambda s: bool(re.search(r"<a [^>]*>#?some/tag</a>", s.home))),
    Feature(
        "a list right after a line of text",
        lambda s: bool(re.search(r"<ul>\s*<li>one\s*<ul>", s.home)),
    ),
    Feature("formulas without a script", _formulas_stand),
    Feature("backlinks with their sentence", lambda s: "speaks of" in s.page("Softmax")),
    Feature("other names of a note are shown", lambda s: "normaliser" in s.page("Softmax")),
    Feature(
        "`publish: false` is on no page",
        lambda s: bool(s.pages) and not any("secret words" in page for page in s.pages.values()),
    ),
    Feature("nor in the search", lambda s: bool(s.search()) and "secret words" not in s.search()),
    Feature(
        "a graph of all notes",
        lambda s: any("<canvas" in page or "lierne-graph" in page for page in s.pages.values()),
    ),
    Feature(
        "names in code lead to their definition",
        lambda s: bool(
            re.search(
                r'<a [^>]*href="[^"]*Softmax/[^"]*"[^>]*title="softmax\(', s.page("deep/Query")
            )
        ),
    ),
    Feature(
        "the code of the notes as files", lambda s: any("softmax.py" in name for name in s.pages)
    ),
    Feature(
        "no other host is asked",
        lambda s: (
            bool(s.pages)
            and not any(
                re.search(
                    r'<(?:script|link rel="(?:stylesheet|preconnect)"|img)[^>]*"https?://', page
                )
                for page in s.pages.values()
            )
        ),
    ),
)


def look(publisher: Publisher, root: Path) -> dict[str, str]:
    """Builds the small vault; says of each feature whether it is there."""
    for name, text in NOTES.items():
        path = root / "vault" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    publisher.prepare(root)
    try:
        publisher.build(root)
    except NotRunError as reason:
        return {feature.name: f"not run: {reason}" for feature in FEATURES}
    site = Site(root / "site")
    return {feature.name: "yes" if feature.there(site) else "no" for feature in FEATURES}

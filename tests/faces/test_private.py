"""What is not published appears nowhere: neither in a site that is built, nor in one served."""

from __future__ import annotations

import gzip
import json
import re
from typing import TYPE_CHECKING

from lierne.base.config import find
from lierne.faces.mkdocs.host.build import build
from lierne.faces.mkdocs.host.warm import Warm
from lierne.faces.serve.wrong import Wrong
from lierne.read.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

CANARY = re.compile(rb"cnry\w*", re.IGNORECASE)
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>cnry_svg</title></svg>'
)
DIARY = """\
---
PUBLISH
title: cnry title
aliases: [cnry alias]
tags: [cnry_tag]
description: cnry description
needs: ["[[Open]]"]
cnry_key: cnry value
tangle: src/cnry_module.py
---
# cnry heading

Here [[Open]] is said to be cnry_linked, [[Open#Part]] too. The Second Note is cnry_mentioned.

#cnry_tag/inner and [[cnry concept]] and https://example.org/cnry_address and $cnry_{formula}$[^1].

![[cnry picture.svg]] ![[shared.svg]] ![[cnry_numbers.csv]] ![[Open]]

> [!note]- cnry callout
> cnry_inside ^cnry-block

```python title="cnry_over"
\"\"\"cnry_about_module.\"\"\"
import held
CNRY_CONSTANT = 1
def cnry_function():
    \"\"\"cnry_docstring.\"\"\"
```

```python #piece
cnry_chunk = 2
```

```python run
print("cnry_run")
```

```output
cnry_output
```

```mermaid
graph LR; cnry_a --> cnry_b
```

| cnry_table |
|---|
| cnry_cell |

%% cnry_comment %%

[^1]: cnry_footnote
"""
FILES = {
    "mkdocs.yml": json.dumps(
        {
            "site_name": "S",
            "site_url": "https://example.org/some/path/",
            "repo_url": "https://example.org/repo",
            "edit_uri": "edit/main/",
            "docs_dir": "vault",
            "theme": {
                "name": "material",
                "font": False,
                "features": ["content.action.edit", "content.action.view"],
            },
            "plugins": ["search", "lierne"],
        }
    ),
    "vault/index.md": "---\ntags: [shown]\n---\n# Home\n\n[[Open]], [[Diary]], ![[Diary]].\n",
    "vault/Open.md": "# Open\n\n## Part\n\n[[Diary|it]] ![[shared.svg]]\n",
    "vault/Second Note.md": "---\nneeds: ['[[Open]]', '[[Diary]]']\ntangle: src/second.py\n---\n"
    '```python\n"""Second, told."""\n\nfrom held import *\nfrom held import Base, helper\n'
    "import held.inner as inner\n\n__all__ = ['Base', 'Mine', 'helper']\n\n\nclass Mine(Base):\n"
    '    """Mine, told."""\n\n    def method(self) -> Base:\n        return helper(inner.x)\n```\n',
    "vault/Puller.md": "---\ntangle: src/puller.py\n---\n```python\n<<Diary#piece>>\n```\n",
    "vault/Held.md": "---\nPUBLISH\ntangle: src/held.py\n---\n```python\nclass Base:\n"
    '    """cnry_base."""\n\n    def method(self):\n        """cnry_inherited."""\n\n\n'
    'def helper(cnry_parameter):\n    """cnry_helper."""\n```\n',
    "vault/cnry folder/Diary.md": DIARY,
    "vault/cnry folder/cnry picture.svg": PICTURE,
    "vault/cnry_numbers.csv": "cnry_csv\n",
    "vault/shared.svg": PICTURE.replace("cnry_svg", "shared"),
}


def write(root: Path, publish: str) -> None:
    for path, text in FILES.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("PUBLISH", publish), "utf-8")


def told(files: Iterable[tuple[str, bytes]]) -> dict[str, list[str]]:
    """The words that must not be there, by the file that has them in its name or content."""
    found = {}
    for place, data in files:
        content = gzip.decompress(data) if place.endswith(".gz") else data
        if words := {*CANARY.findall(place.encode()), *CANARY.findall(content)}:
            found[place] = sorted(word.decode() for word in words)
    return found


def built(root: Path) -> Iterator[tuple[str, bytes]]:
    build(find(root), -1)
    site = root / "site"
    for path in sorted(site.rglob("*")):
        if path.is_file():
            yield path.relative_to(site).as_posix(), path.read_bytes()


def test_what_is_not_published_is_nowhere(tmp_path: Path) -> None:
    write(tmp_path, "publish: true")
    before = dict(built(tmp_path))
    words = {word for found in told(before.items()).values() for word in found}

    write(tmp_path, "publish: false")
    after = dict(built(tmp_path))

    # All is there while it is published, so that its absence means something.
    assert {"cnry_docstring", "cnry_inherited", "cnry_tag", "cnry_csv", "cnry_svg"} <= words
    assert {"cnry_chunk", "cnry_linked", "cnry_mentioned", "cnry_key", "cnry_footnote"} <= words
    assert b"Second, told." in after["api/second/index.html"]
    assert told(after.items()) == {}
    assert not [place for place in after if re.search("puller.py|held|Diary", place)]


def test_what_is_no_longer_published_is_no_longer_served(tmp_path: Path) -> None:
    write(tmp_path, "publish: true")
    project = find(tmp_path)
    with Warm(project, -1) as warm:
        vault = Vault(project)
        warm.load(vault)
        places = [*served(warm), "search/search_index.json", "sitemap.xml", "sitemap.xml.gz"]
        before = {place: content(warm, place) for place in places}

        write(tmp_path, "publish: false")
        warm.again(vault.again())
        after = {place: content(warm, place) for place in {*places, *served(warm)}}
        wrong = Wrong()
        wrong.found(*warm.problems())
        said = ((place, json.dumps(wrong.on(place)).encode()) for place in after)

        assert len(told(before.items())) > 10
        assert told((place, data) for place, data in after.items() if data) == {}
        assert told((f"{place} has problems", data) for place, data in said if after[place]) == {}


def served(warm: Warm) -> list[str]:
    return [*warm._pages, *warm._static]


def content(warm: Warm, place: str) -> bytes:
    found = warm.get(place)
    return found if isinstance(found, bytes) else found.read_bytes() if found else b""

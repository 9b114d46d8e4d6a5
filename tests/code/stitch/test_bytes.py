"""What is not the edit stays as it is, to the byte, on both sides."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.code.stitch.conftest import Project

NOTE = """\
---
tangle: src/x.py
---
Text  with\ttabs.  \n
```python
import os
```
- item

  ```python
  def f():
  \treturn 1
  ```
The end"""
EDITED = "import os\nimport re\n\n\ndef f():\n\tif f:\n\t\treturn 2\n\treturn 1\n"
STITCHED = (
    ("import os\n", "import os\nimport re\n"),
    ("  def f():\n", "  def f():\n  \tif f:\n  \t\treturn 2\n"),
)


def stitched(note: str) -> str:
    for old, new in STITCHED:
        assert old in note
        note = note.replace(old, new)
    return note


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_55_a_note_keeps_its_line_ends_and_its_byte_order_mark(
    project: Project, end: str, mark: str
) -> None:
    project.write({"vault/N.md": (mark + NOTE).replace("\n", end)})
    project.tangle()
    project.write({"src/x.py": EDITED})

    assert not project.stitch().problems

    assert project.read("vault/N.md") == (mark + stitched(NOTE)).replace("\n", end)


def test_55_new_lines_end_as_the_one_in_whose_place_they_stand(project: Project) -> None:
    project.write({"vault/N.md": "```js file=src/x.js\r\na();\r\nb();\nc();\n```\r\n"})
    project.tangle()
    project.write({"src/x.js": "a();\nB();\nBB();\nc();\n"})

    project.stitch()

    assert project.read("vault/N.md") == "```js file=src/x.js\r\na();\r\nB();\nBB();\nc();\n```\r\n"


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_target_keeps_its_line_ends(project: Project, end: str) -> None:
    project.write({"vault/N.md": NOTE})
    project.tangle()
    project.write({"src/x.py": EDITED.replace("\n", end)})
    project.write({"vault/N.md": NOTE.replace("\treturn 1", "\treturn 1\n  \tend()")})

    project.stitch()

    assert project.read("src/x.py") == (EDITED + "\tend()\n").replace("\n", end)
    assert not project.tangle().changes


@pytest.mark.parametrize("text", ["a();\r\nb();\r\n", "a();\nb();\r\n"])
def test_other_line_ends_are_no_edit(project: Project, text: str) -> None:
    project.write({"vault/N.md": "```js file=src/x.js\na();\nb();\n```\n"})
    project.tangle()
    project.write({"src/x.js": text})

    made = project.stitch()

    assert not made.changes
    assert not made.problems


def test_a_last_line_that_nothing_ends_is_no_edit_of_the_note(project: Project) -> None:
    project.write({"vault/N.md": "```js file=src/x.js\na();\n```\n"})
    project.tangle()
    project.write({"src/x.js": "a();"})

    made = project.stitch()

    assert [(c.path, c.after) for c in made.changes] == [("src/x.js", b"a();\n")]
    assert not project.tangle().problems


def test_a_note_that_nothing_ends_may_end_in_a_block(project: Project) -> None:
    project.write({"vault/N.md": "```js file=src/x.js\na();\n```"})
    project.tangle()
    project.write({"src/x.js": "a();\n~~~\n```\n"})

    project.stitch()

    assert project.read("vault/N.md") == "````js file=src/x.js\na();\n~~~\n```\n````"


def test_a_byte_order_mark_of_a_target_is_its_own_business(project: Project) -> None:
    project.write({"vault/N.md": "```js file=src/x.js\na();\n```\n"})
    project.tangle()

    project.write({"src/x.js": "\ufeffa();\n"})
    assert not project.stitch()
    assert not project.tangle()
    project.write({"src/x.js": "\ufeffa();\r\nb();\r\n"})
    project.stitch()
    assert project.read("vault/N.md") == "```js file=src/x.js\na();\nb();\n```\n"
    project.write({"vault/N.md": "```js file=src/x.js\nc();\n```\n"})
    project.tangle()
    assert project.read("src/x.js") == "\ufeffc();\r\n"


def test_a_carriage_return_within_a_line_is_said(project: Project) -> None:
    project.write({"vault/N.md": "```js file=src/x.js\na();\n```\n"})
    project.tangle()
    project.write({"src/x.js": "a();\nb();\rc();\n"})

    made = project.stitch()

    assert [str(p).partition(" this")[0] for p in made.problems] == ["src/x.js:2:1: T017"]
    assert not made.changes


def test_what_is_not_utf8_is_said_at_its_line(project: Project) -> None:
    project.write({"vault/N.md": "```js file=src/x.js\na();\n```\n"})
    project.tangle()
    project.write({"src/x.js": b"a();\n'\xff'\n"})

    made = project.stitch()

    assert [(p.code, p.place.line) for p in made.problems] == [("T014", 2)]
    assert not made.changes


@pytest.mark.skipif(os.name == "nt", reason="needs links and modes")
def test_a_linked_note_is_written_through_its_link_and_keeps_its_mode(project: Project) -> None:
    project.write({"vault/there/Real.text": "```js file=src/x.js\na();\n```\n"})
    real = project.root / "vault/there/Real.text"
    real.chmod(0o640)
    (project.root / "vault/N.md").symlink_to(real)
    project.tangle()
    project.write({"src/x.js": "b();\n"})

    project.stitch()

    assert (project.root / "vault/N.md").is_symlink()
    assert real.read_text() == "```js file=src/x.js\nb();\n```\n"
    assert real.stat().st_mode & 0o777 == 0o640

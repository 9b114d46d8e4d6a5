"""The plan that running makes: notes, figures, embeds; and what a second run says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lierne.base.config import Config, find
from lierne.code.run.blocks import all_run_blocks
from lierne.code.run.key import Keys
from lierne.code.run.result import Failure, Result
from lierne.code.run.shown.outputs import differences, plan
from lierne.code.tangle import Tangled
from lierne.read.vault.vault import Vault

if TYPE_CHECKING:
    from pathlib import Path

SVG = b'<svg xmlns="http://www.w3.org/2000/svg">\n<!-- lierne key=%s -->\n</svg>\n'
FIGURE = """\
```python run figure=curve alt="A [1] *curve*"
draw()
```
"""


def vault(root: Path, note: str, path: str = "Note.md", **files: bytes) -> Vault:
    """A vault of one note, in a folder of its project."""
    folder = root / "vault"
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(note)
    for name, data in files.items():
        (folder / "figures").mkdir(exist_ok=True)
        (folder / "figures" / f"{name}.svg").write_bytes(data)
    return Vault(find(root))


def planned(seen: Vault, *results: Result, fresh: bool = False) -> dict[str, str]:
    """What running would change, if it came to these results: the files by their paths."""
    done = zip(all_run_blocks(seen), results, strict=False)  # the last blocks may not be run
    made = plan(seen, Keys(seen, Tangled()), done, fresh=fresh)
    assert all(change.note for change in made.changes)
    made.apply()
    return {change.path: (change.after or b"").decode() for change in made.changes}


def drawn(seen: Vault, name: str = "curve", text: str = "") -> Result:
    """The result of the first block, if it draws a figure."""
    key = Keys(seen, Tangled()).of(all_run_blocks(seen)[0])
    return Result(text, {name: SVG % key.encode()})


class TestOutputs:
    NOTE = "```python run\n1\n```\nText.\n```python run\n2\n```\n"

    def test_each_block_has_its_own_key(self, tmp_path: Path) -> None:
        seen = vault(tmp_path, self.NOTE)
        first, second = (Keys(seen, Tangled()).of(block) for block in all_run_blocks(seen))

        changed = planned(seen, Result("one"), Result("two"))

        assert changed == {
            "vault/Note.md": f"```python run\n1\n```\n```output key={first}\none\n```\nText.\n"
            f"```python run\n2\n```\n```output key={second}\ntwo\n```\n"
        }
        assert first != second

    def test_what_is_so_already_is_no_change(self, tmp_path: Path) -> None:
        planned(vault(tmp_path, self.NOTE), Result("one"), Result("two"))

        again = Vault(Config(tmp_path, vault="vault"))

        assert planned(again, Result("one"), Result("two")) == {}

    def test_a_block_that_failed_keeps_what_it_has(self, tmp_path: Path) -> None:
        planned(vault(tmp_path, self.NOTE), Result("one"), Result("two"))
        before = (tmp_path / "vault/Note.md").read_text()

        again = Vault(Config(tmp_path, vault="vault"))
        failed = Result("half of it", failed=Failure("ZeroDivisionError", 2))

        assert planned(again, failed) == {}
        assert (tmp_path / "vault/Note.md").read_text() == before

    @pytest.mark.parametrize(
        ("asked", "printed", "kept"),
        [
            ("", "loss 0.501 after 2 s", False),
            ("tolerance=1e-2", "loss 0.501 after 3 s", True),
            ("tolerance=1e-4", "loss 0.501 after 3 s", False),
            ("elide", "loss 0.5 after 2 s", True),
            ("elide tolerance=1e-2", "loss 0.501 after 2 s", True),
            ("tolerance=near", "loss 0.501 after 3 s", False),
            ("tolerance=-1", "loss 0.501 after 3 s", False),
            ("tolerance=nan", "loss 0.501 after 3 s", False),
        ],
    )
    def test_what_is_near_enough_stays_as_it_was_written(
        self, tmp_path: Path, asked: str, printed: str, *, kept: bool
    ) -> None:
        shown = "```output key=0000000000000000\nloss 0.5 after 3 s\n```\n"
        seen = vault(tmp_path, f"```python run {asked}\ntrain()\n```\n{shown}")

        changed = planned(seen, Result(printed))["vault/Note.md"]

        assert "0000000000000000" not in changed
        assert ("loss 0.5 after 3 s" in changed) is kept


class TestFigures:
    def test_a_new_one_is_saved_and_embedded(self, tmp_path: Path) -> None:
        seen = vault(tmp_path, f"Look:\n\n{FIGURE}Text.\n")

        changed = planned(seen, drawn(seen))

        embed = "![A \\[1\\] \\*curve\\*](figures/curve.svg)"
        assert changed["vault/Note.md"] == f"Look:\n\n{FIGURE}\n{embed}\n\nText.\n"
        assert changed["vault/figures/curve.svg"].startswith("<svg")
        assert (tmp_path / "vault/figures/curve.svg").is_file()

    def test_the_embed_stands_behind_the_output(self, tmp_path: Path) -> None:
        seen = vault(tmp_path, FIGURE)

        changed = planned(seen, drawn(seen, text="steps: 3"))["vault/Note.md"]

        assert changed.startswith(f"{FIGURE}```output key=")
        assert changed.endswith("\nsteps: 3\n```\n\n![A \\[1\\] \\*curve\\*](figures/curve.svg)\n")

    def test_a_list_stays_tight(self, tmp_path: Path) -> None:
        seen = vault(tmp_path, "- One:\n  ```python run figure=a\n  x\n  ```\n- Two\n")

        changed = planned(seen, drawn(seen, "a"))["vault/Note.md"]

        assert (
            changed == "- One:\n  ```python run figure=a\n  x\n  ```\n  ![](figures/a.svg)\n- Two\n"
        )

    def test_it_is_found_from_a_folder_and_in_a_browser(self, tmp_path: Path) -> None:
        seen = vault(tmp_path, FIGURE, "A/B/Note.md")

        changed = planned(seen, drawn(seen))["vault/A/B/Note.md"]

        assert "](../../figures/curve.svg)" in changed

    @pytest.mark.parametrize(
        "embed",
        [
            "![x](figures/curve.svg)",
            "![x](curve.svg)",
            "![[curve.svg]]",
            "![[figures/curve.svg|300]]",
            "![x](./figures/curve.svg)",
        ],
    )
    @pytest.mark.parametrize("there", [True, False])
    def test_one_that_the_note_embeds_is_not_embedded_again(
        self, tmp_path: Path, embed: str, *, there: bool
    ) -> None:
        files = {"curve": b"<svg/>"} if there else {}
        seen = vault(tmp_path, f"{embed}\n\n{FIGURE}", **files)

        assert set(planned(seen, drawn(seen))) == {"vault/figures/curve.svg"}

    @pytest.mark.parametrize(
        "link", ["[x](figures/curve.svg)", "[[curve.svg]]", "![x](figures/other.svg)"]
    )
    def test_a_mere_link_is_no_embed(self, tmp_path: Path, link: str) -> None:
        seen = vault(tmp_path, f"{link}\n\n{FIGURE}")

        assert "vault/Note.md" in planned(seen, drawn(seen))

    def test_other_bytes_of_the_same_code_are_not_saved(self, tmp_path: Path) -> None:
        note = f"{FIGURE}\n![x](figures/curve.svg)\n"
        seen = vault(tmp_path, note)
        key = Keys(seen, Tangled()).of(all_run_blocks(seen)[0]).encode()
        seen = vault(tmp_path, note, curve=SVG % key + b"<!-- drawn on another machine -->\n")

        assert planned(seen, drawn(seen)) == {}
        assert set(planned(seen, drawn(seen), fresh=True)) == {"vault/figures/curve.svg"}

    def test_one_of_older_code_is_saved_anew(self, tmp_path: Path) -> None:
        note = f"{FIGURE}\n![x](figures/curve.svg)\n"
        seen = vault(tmp_path, note, curve=SVG % b"0000000000000000")

        assert set(planned(seen, drawn(seen))) == {"vault/figures/curve.svg"}


class TestDifferences:
    def said(self, seen: Vault, *results: Result) -> list[tuple[str, str]]:
        found = differences(seen, zip(all_run_blocks(seen), results, strict=True))
        return [(str(problem), problem.diff) for problem in found]

    def test_the_same_output_is_none(self, tmp_path: Path) -> None:
        seen = vault(tmp_path, "```python run\nx\n```\n```output\none\n```\n")

        assert self.said(seen, Result("one\n\n")) == []

    def test_both_sides_are_shown(self, tmp_path: Path) -> None:
        seen = vault(tmp_path, "```python run\nx\n```\n```output\none\ntwo\n```\n")

        assert self.said(seen, Result("one\n2\n")) == [
            (
                "vault/Note.md:4:1: R211 this block does not print what the note shows",
                "--- in the note\n+++ run again\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n",
            )
        ]

    def test_an_output_that_is_missing_is_said_of_the_block(self, tmp_path: Path) -> None:
        seen = vault(tmp_path, "Text.\n\n```python run\nx\n```\n")

        [(place, diff)] = self.said(seen, Result("one\n"))

        assert place.startswith("vault/Note.md:3:1: R211")
        assert diff.endswith("@@ -0,0 +1 @@\n+one\n")

    def test_a_tolerance_is_kept_to(self, tmp_path: Path) -> None:
        note = "```python run tolerance=1e-2\nx\n```\n```output\n0.5\n```\n"
        seen = vault(tmp_path, note)

        assert self.said(seen, Result("0.501")) == []
        assert len(self.said(seen, Result("0.51"))) == 1

    def test_of_a_failure_there_is_nothing_to_compare(self, tmp_path: Path) -> None:
        seen = vault(tmp_path, "```python run\nx\n```\n```output\none\n```\n")

        assert self.said(seen, Result("", failed=Failure("NameError: x", 2))) == []

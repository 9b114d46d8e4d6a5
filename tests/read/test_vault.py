"""A vault is its notes and what their links lead to; no note can break it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lierne.base.config import ConfigError
from lierne.read.resolve import Found
from lierne.read.vault import reader
from lierne.read.vault.vault import Vault

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = {
    "empty.md": b"",
    "latin.md": b"caf\xe9 [[good]]\n",
    "half.md": b"good so far \xe2\x82",
    "nul.md": b"\0\0```py\0\n\0",
    "bom.md": b"\xef\xbb\xbf---\ntangle: src/a.py\n---\n",
    "yaml.md": b"---\na: [\n---\n[[good]]\n",
    "list.md": b"---\n- a\n---\n",
    "bomb.md": b"---\na: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n---\n",
    "deep.md": b"> " * 3000 + b"x\n",
    "open.md": b"```python file=src/b.py\nx\n",
    "mixed.md": b"a\r\nb\rc\n[[good]]",
    "links.md": b"[[" * 2000 + b"]]" * 2000,
    "self.md": b"![[self]] [[#x]] [[self#^y]]",
    "s\xcc\xa7iir [x] #1.md".encode("latin-1").decode(): "şiir\n".encode(),
    " lead and trail .md": b"x",
}


def make(root: Path, files: dict[str, str | bytes]) -> Vault:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text if isinstance(text, bytes) else text.encode())
    return Vault.open(root)


def codes(vault: Vault) -> dict[str, str]:
    return {problem.place.path: problem.code for problem in vault.problems}


class TestOpening:
    def test_a_folder_of_notes_is_enough(self, tmp_path: Path) -> None:
        vault = make(tmp_path, {"b.md": "", "a/c.md": "", "a/p.png": "", "z.MD": ""})

        assert vault.paths == ("a/c.md", "b.md", "z.MD")
        assert [note.name for note in vault] == ["c", "b", "z"]
        assert vault.files == ("a/p.png",)
        assert len(vault) == 3

    def test_the_project_and_its_vault_and_a_folder_below_open_the_same(
        self, tmp_path: Path
    ) -> None:
        make(tmp_path, {"lierne.toml": "vault = 'notes'", "notes/deep/N.md": "", "src/x.py": ""})

        for folder in ("", "notes", "notes/deep", "src"):
            vault = Vault.open(tmp_path / folder)
            assert vault.paths == ("deep/N.md",)
            assert vault["N"].text.path == "notes/deep/N.md"

    def test_the_working_folder_is_opened_without_an_argument(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make(tmp_path, {"N.md": ""})
        monkeypatch.chdir(tmp_path)

        assert Vault.open().paths == ("N.md",)

    def test_a_folder_that_is_not_there_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="no such folder"):
            Vault.open(tmp_path / "nowhere")

    def test_an_empty_vault_is_a_vault(self, tmp_path: Path) -> None:
        vault = Vault.open(tmp_path)

        assert (len(vault), vault.outlines(), vault.problems) == (0, (), ())


class TestNotes:
    def test_a_note_is_found_as_a_link_finds_it(self, tmp_path: Path) -> None:
        vault = make(tmp_path, {"a/Note One.md": "x", "b/c/Two.md": ""})

        assert vault["note one"].path == "a/Note One.md"
        assert vault["c/two"] is vault.notes["b/c/Two.md"]
        assert "Two" in vault
        assert "Three" not in vault
        assert [note.path for note in vault] == ["a/Note One.md", "b/c/Two.md"]

    def test_a_wrong_name_tells_near_ones(self, tmp_path: Path) -> None:
        vault = make(tmp_path, {"Softmax.md": "", "p.png": ""})

        with pytest.raises(KeyError, match=r"Sofmax.*`Softmax`"):
            vault["Sofmax"]
        with pytest.raises(KeyError):
            vault["p.png"]

    def test_text_and_digest_are_of_notes_only(self, tmp_path: Path) -> None:
        vault = make(tmp_path, {"N.md": "text", "p.png": ""})

        assert vault.text("N.md").data == b"text"
        for path in ("p.png", "M.md", "../N.md"):
            with pytest.raises(KeyError):
                vault.text(path)
            with pytest.raises(KeyError):
                vault.digest(path)

    def test_backlinks_come_from_text_and_properties_but_not_from_the_note_itself(
        self, tmp_path: Path
    ) -> None:
        vault = make(
            tmp_path,
            {
                "A.md": "Not this. See [[B#H|the other]] first. Nor this.\n\n[[A]] [[#x]]",
                "B.md": '---\nneeds: "[[A]]"\n---\n![[A]]\n\n```\n[[A]]\n```\n',
                "sub/C.md": "[here](../A.md)",
            },
        )

        assert [(b.source, b.context) for b in vault["A"].backlinks] == [
            ("B.md", "needs"),
            ("B.md", "A"),
            ("sub/C.md", "here"),
        ]
        assert [(b.source, b.context) for b in vault["B"].backlinks] == [
            ("A.md", "See the other first.")
        ]


LINKED: dict[str, str | bytes] = {
    "N.md": "# One\n\n## Two\n\npara ^blk\n\n# Two\n",
    "pic.png": "",
    "S.md": "[[N]] [[N#One#Two]] [[N#^BLK]] ![[pic.png#outline|100]] [[#Here]] [w](https://x.y)"
    " [[Gone]] [[N#Three]] [[N#^no]] ![[no.png]] [m](N.md#Two) [[Hidden#x]]\n\n# Here\n",
    "Hidden.md": "",
}


@pytest.fixture(scope="module")
def leads(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    root = tmp_path_factory.mktemp("vault")
    vault = make(root, {**LINKED, "lierne.toml": "exclude = ['Hidden']"})
    found = [vault.resolve(link, "S.md") for link in vault["S"].links]
    return [
        (
            d.path,
            d.note and d.note.path,
            d.heading and (d.heading.raw, d.heading.level),
            d.block and d.block.name,
            d.whole,
        )
        for d in found
    ]


class TestLinks:
    def test_what_is_there_is_found(self, leads: list[tuple[object, ...]]) -> None:
        assert leads[:6] == [
            ("N.md", "N.md", None, None, True),
            ("N.md", "N.md", ("Two", 2), None, True),
            ("N.md", "N.md", None, "blk", True),
            ("pic.png", None, None, None, True),
            ("S.md", "S.md", ("Here", 1), None, True),
            (None, None, None, None, True),
        ]

    def test_what_is_missing_is_not_whole(self, leads: list[tuple[object, ...]]) -> None:
        assert leads[6:10] == [
            (None, None, None, None, False),
            ("N.md", "N.md", None, None, False),
            ("N.md", "N.md", None, None, False),
            (None, None, None, None, False),
        ]

    def test_a_markdown_link_goes_the_same_way(self, leads: list[tuple[object, ...]]) -> None:
        assert leads[10] == ("N.md", "N.md", ("Two", 2), None, True)

    def test_an_excluded_note_is_there_and_not_read(self, leads: list[tuple[object, ...]]) -> None:
        assert leads[11] == ("Hidden.md", None, None, None, True)

    def test_an_alias_leads_somewhere_only_where_it_was_asked_for(self, tmp_path: Path) -> None:
        files: dict[str, str | bytes] = {
            "Attention.md": "---\naliases: [Dikkat]\n---\n",
            "S.md": "[[Dikkat]]",
        }
        plain = make(tmp_path, files)
        publish = make(tmp_path, {"lierne.toml": "aliases = 'publish'"})
        link = plain["S"].links[0]

        assert plain.resolve(link, "S.md").found == Found(None)
        assert publish.resolve(link, "S.md").found == Found(
            "Attention.md", ("Attention.md",), alias=True
        )


class TestHostile:
    @pytest.mark.filterwarnings("error")
    def test_bad_notes_are_problems_and_the_others_go_on(self, tmp_path: Path) -> None:
        vault = make(tmp_path, {**HOSTILE, "good.md": "# Fine\n\n```py file=src/g.py\nx\n```\n"})
        found = codes(vault)

        assert len(vault.notes) == len(HOSTILE) + 1
        assert [outline.path for outline in vault.outlines()] == list(vault.paths)
        assert vault["good"].headings[0].title == "Fine"
        assert {"mixed.md", "yaml.md"} <= {b.source for b in vault["good"].backlinks}
        assert found["latin.md"] == found["half.md"] == "N101"
        assert {"yaml.md", "bomb.md", "open.md", "deep.md"} <= set(found)
        assert "good.md" not in found

    def test_a_note_that_may_not_be_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        vault = make(tmp_path, {"secret.md": "x", "good.md": "[[secret#h]]"})
        real = open

        def refuse(path: str, *rest: Any, **named: Any) -> object:
            if "secret" in path:
                raise PermissionError(13, "Permission denied")
            return real(path, *rest, **named)

        monkeypatch.setattr("builtins.open", refuse)

        assert codes(vault) == {"secret.md": "N201"}
        assert vault.text("secret.md").data == b""
        assert not vault.published("secret.md")
        assert vault.resolve(vault["good"].links[0], "good.md").whole

    def test_a_note_that_went_away_meanwhile(self, tmp_path: Path) -> None:
        vault = make(tmp_path, {"gone.md": "x", "good.md": ""})
        (tmp_path / "gone.md").unlink()

        assert [outline.path for outline in vault.outlines()] == ["gone.md", "good.md"]
        assert codes(vault) == {"gone.md": "N201"}

    def test_a_note_that_is_too_big(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reader, "MOST_BYTES", 100)
        vault = make(tmp_path, {"big.md": "x" * 101, "full.md": "x" * 100})

        assert codes(vault) == {"big.md": "N202"}
        assert vault.text("full.md").data == b"x" * 100

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.binary(max_size=40), st.text("[]()!#^|`~\n \0$%é", max_size=60))
    def test_any_bytes_whatever(self, tmp_path: Path, data: bytes, text: str) -> None:
        vault = make(tmp_path, {"a.md": data, "b.md": text, "c.md": "---\n" + text + "\n---\n"})

        assert len(vault.notes) == len(vault.outlines()) == 3
        for note in vault:
            for link in note.links:
                vault.resolve(link, note.path)


class TestPublished:
    def test_a_note_may_forbid_it(self, tmp_path: Path) -> None:
        words = {"Yes": True, "true": True, "false": False, "no": False, '"false"': False, "": True}
        files = {f"{n}.md": f"---\npublish: {word}\n---\n" for n, word in enumerate(words)}
        vault = make(tmp_path, {**files, "plain.md": ""})

        assert [vault.published(path) for path in files] == list(words.values())
        assert vault.published("plain.md")
        assert not vault.published("none.md")

    @pytest.mark.parametrize(
        "note",
        [
            "---\nPublish: false\n---\n",
            "---\nPUBLISH:false\n---\n",
            "---\npublish: flase\n---\n",
            '---\npublish: "False "\n---\n',
            "---\npublish: [false]\n---\n",
            "---\npublish: n\n---\n",
            "---\npublish: [false\n---\n",
            "---\n\tpublish: false\n---\n",
            "---\npublish: false\nnever closed",
        ],
    )
    def test_what_may_forbid_it_is_not_shown(self, tmp_path: Path, note: str) -> None:
        assert not make(tmp_path, {"N.md": note}).published("N.md")

    def test_an_attachment_follows_the_notes_that_use_it(self, tmp_path: Path) -> None:
        vault = make(
            tmp_path,
            {
                "open.md": "![[a.png]] [b](img/b.pdf)",
                "shut.md": "---\npublish: false\n---\n![[a.png]] ![[c.png]]",
                "a.png": "",
                "img/b.pdf": "",
                "c.png": "",
                "d.png": "",
            },
        )

        assert [path for path in vault.files if vault.published(path)] == ["a.png", "img/b.pdf"]


class TestAgain:
    def test_only_what_changed_is_parsed_again(self, tmp_path: Path) -> None:
        first = make(tmp_path, {"same.md": "[[changed]]", "changed.md": "old", "gone.md": ""})
        kept = first.notes["same.md"].tokens
        (tmp_path / "changed.md").write_text("new")
        (tmp_path / "gone.md").unlink()
        (tmp_path / "added.md").write_text("[[changed]]")
        second = first.again()

        assert second.notes["same.md"].tokens is kept
        assert second.text("changed.md").data == b"new"
        assert [b.source for b in second["changed"].backlinks] == ["added.md", "same.md"]
        assert second.paths == ("added.md", "changed.md", "same.md")

    def test_a_vault_is_a_moment(self, tmp_path: Path) -> None:
        vault = make(tmp_path, {"N.md": "old"})
        before = vault.digest("N.md")
        (tmp_path / "N.md").write_text("new")

        assert vault["N"].text.data == b"old"
        assert vault.digest("N.md") == before != vault.again().digest("N.md")


def test_outlines_of_plain_notes_load_neither_the_parser_nor_yaml(tmp_path: Path) -> None:
    make(tmp_path, {"N.md": "---\ntangle: src/x.py\n---\n# N\n\n```python\nx = 1\n```\n"})
    script = (
        "import sys; from lierne.read.vault.vault import Vault\n"
        f"(outline,) = Vault.open({str(tmp_path)!r}).outlines()\n"
        "assert outline.blocks[0].code == 'x = 1\\n'\n"
        "print(*sorted({'markdown_it', 'yaml'} & set(sys.modules)))\n"
    )

    result = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert result.stdout == b"\n"

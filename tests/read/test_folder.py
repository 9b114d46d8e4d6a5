"""What belongs to a vault, and what is left alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lierne.read.vault.folder import Listing, list_folder, matcher


def listing(root: Path, *paths: str) -> Listing:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()
    return list_folder(root, "vault/")


def said(found: Listing) -> list[tuple[str, str]]:
    return [(problem.place.path, problem.code) for problem in found.problems]


def test_notes_and_attachments_are_listed_in_order(tmp_path: Path) -> None:
    found = listing(tmp_path, "b.md", "a/z.md", "a b/ş.md", "x.canvas", "a/i.PNG", "LOUD.MD")

    assert found.notes == ("LOUD.MD", "a b/ş.md", "a/z.md", "b.md")
    assert found.files == ("a/i.PNG", "x.canvas")
    assert found.problems == ()


@pytest.mark.parametrize(
    "path",
    [
        ".obsidian/x.md",
        ".trash/x.md",
        ".lierne/x.md",
        "a/.git/x.md",
        ".hidden.md",
        "node_modules/p/README.md",
        "a/node_modules/p/README.md",
        "env/lib/x.md",
        "deep/env/x.md",
        "site/x.md",
        "docs/public/x.md",
    ],
)
def test_what_nobody_wrote_as_a_note_is_left_out(tmp_path: Path, path: str) -> None:
    marks = ["env/pyvenv.cfg", "deep/env/pyvenv.cfg"]
    sites = [f"{s}/{p}" for s in ("site", "docs/public") for p in ("404.html", "sitemap.xml")]
    found = listing(tmp_path, "N.md", path, *marks, *sites)

    assert (found.notes, found.files, found.problems) == (("N.md",), (), ())


def test_a_vault_that_is_published_from_its_own_folder_is_still_one(tmp_path: Path) -> None:
    assert listing(tmp_path, "N.md", "404.html", "sitemap.xml").notes == ("N.md",)


def test_a_folder_named_site_may_hold_notes(tmp_path: Path) -> None:
    assert listing(tmp_path, "site/N.md", "site/404.html").notes == ("site/N.md",)


class TestLinks:
    def test_a_link_to_a_note_of_the_vault_is_a_note(self, tmp_path: Path) -> None:
        listing(tmp_path, "a/N.md")
        (tmp_path / "M.md").symlink_to("a/N.md")

        assert listing(tmp_path).notes == ("M.md", "a/N.md")

    def test_a_link_out_of_the_vault_is_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "secret.md").write_text("x")
        (tmp_path / "vault").mkdir()
        (tmp_path / "vault/a.md").symlink_to("../secret.md")
        (tmp_path / "vault/b").symlink_to(tmp_path)
        found = listing(tmp_path / "vault")

        assert (found.notes, found.files) == ((), ())
        assert sorted(said(found)) == [("vault/a.md", "N203"), ("vault/b", "N203")]

    def test_a_link_into_a_dot_folder_is_not_followed(self, tmp_path: Path) -> None:
        listing(tmp_path, ".git/config")
        (tmp_path / "pic.png").symlink_to(".git/config")

        assert listing(tmp_path).files == ()

    def test_loops_end(self, tmp_path: Path) -> None:
        (tmp_path / "sub").mkdir()
        (tmp_path / "loop").symlink_to(".")
        (tmp_path / "sub/up").symlink_to("..")
        (tmp_path / "x.md").symlink_to("y.md")
        (tmp_path / "y.md").symlink_to("x.md")
        found = listing(tmp_path, "N.md")

        assert found.notes == ("N.md",)
        assert len(found.problems) == 4

    def test_a_link_to_nothing_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "x.md").symlink_to("nowhere.md")

        assert said(listing(tmp_path)) == [("vault/x.md", "N201")]


class TestNames:
    @pytest.mark.parametrize(
        "name", [b"a\xff.md", b"a\nb.md", b"a\x1b[31m.md", b"a\xe2\x80\xa8.md"]
    )
    def test_a_name_that_no_link_can_write_is_a_problem(self, tmp_path: Path, name: bytes) -> None:
        (Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))).touch()
        found = listing(tmp_path, "N.md")

        assert found.notes == ("N.md",)
        assert [code for _, code in said(found)] == ["N204"]
        assert all(str(problem).isprintable() for problem in found.problems)

    def test_odd_names_are_names(self, tmp_path: Path) -> None:
        odd = ("'\"<>&.md", "CON.md", "a  b.md", "a:b|c#d^e.md", "s\u0327.md", "…\u00a0🎈.md")

        assert set(listing(tmp_path, *odd).notes) == set(odd)


class TestUnreadable:
    def test_a_folder_that_may_not_be_read_is_said(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        listing(tmp_path, "N.md", "shut/M.md")
        real = os.scandir

        def refuse(path: Path) -> object:
            if path.name == "shut":
                raise PermissionError(13, "Permission denied")
            return real(path)

        monkeypatch.setattr(os, "scandir", refuse)
        found = list_folder(tmp_path, "vault/")

        assert found.notes == ("N.md",)
        assert said(found) == [("vault/shut", "N201")]

    def test_what_is_no_file_is_no_note(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.md")

        assert listing(tmp_path, "N.md").notes == ("N.md",)


class TestMatcher:
    @pytest.mark.parametrize(
        ("pattern", "path"),
        [
            ("Templates", "Templates/a/b.md"),
            ("Templates/", "Templates/a.md"),
            ("/Templates", "Templates/a.md"),
            ("a/N.md", "a/N.md"),
            ("a/N", "a/N.md"),
            ("*.draft.md", "x/y.draft.md"),
            ("Daily*", "Daily notes/2024.md"),
            ("*/private", "a/b/private/x.md"),
        ],
    )
    def test_a_note_a_folder_or_a_pattern(self, pattern: str, path: str) -> None:
        assert matcher(["nothing", pattern]).match(path)

    @pytest.mark.parametrize(
        ("pattern", "path"),
        [
            ("Templates", "Templates 2/a.md"),
            ("Templates", "x/Templates/a.md"),
            ("N", "a/N.md"),
            ("a.b", "axb/N.md"),
            ("", "N.md"),
            ("/", "N.md"),
        ],
    )
    def test_nothing_else(self, pattern: str, path: str) -> None:
        assert not matcher([pattern]).match(path)

    def test_no_pattern_no_match(self) -> None:
        assert not matcher([]).match("N.md")

from __future__ import annotations

import ast
import errno
import hashlib
import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lierne.base.config import Config
from lierne.base.paths import Refusal, clash_key, confine, read_target, read_targets, target_path
from lierne.base.plan import Change, Plan

TABLE = Path(__file__).parent / "fixtures" / "refused.txt"
CONFIG = Config(Path("/project"), vault="vault")


def refused() -> list[tuple[str, str]]:
    """The rows of the table: a target as written, and a part of the refusal."""
    rows = [
        line.rpartition(" | ")[::2]
        for line in TABLE.read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    return [(ast.literal_eval(f"'''{path}'''"), said) for path, said in rows]


@pytest.mark.parametrize(("written", "said"), refused())
def test_a_hostile_target_is_refused_with_the_reason(written: str, said: str) -> None:
    found = target_path(CONFIG, written)

    assert isinstance(found, Refusal)
    assert said in found.message
    assert found.help


def test_too_long_names_and_paths_are_refused() -> None:
    assert isinstance(target_path(CONFIG, f"src/{'a' * 256}"), Refusal)
    assert isinstance(target_path(CONFIG, f"src/{'ş' * 128}.py"), Refusal)
    assert isinstance(target_path(CONFIG, f"src/{'a/' * 600}x.py"), Refusal)
    assert isinstance(target_path(CONFIG, ""), Refusal)
    assert isinstance(target_path(CONFIG, "   "), Refusal)


@pytest.mark.parametrize(
    "written",
    [
        "src/x.py",
        "src/pkg/__init__.py",
        "tests/test_x.py",
        "src/Makefile",
        "src/a-b_c.d.e",
        "src/şiir/ağaç.py",
        "src/with space.py",
        "src/x..y.py",
        "src/[slug].ts",
        "src/100%.txt",
        "src/con_x.py",
        "src/console.py",
        "src/日本.py",
        "src/-dash.py",
    ],
)
def test_a_harmless_target_is_taken(written: str) -> None:
    assert target_path(CONFIG, written) == written


def test_a_target_is_spelled_in_nfc() -> None:
    written = unicodedata.normalize("NFD", "src/şiir.py")

    assert target_path(CONFIG, written) == "src/şiir.py"


def test_the_vault_is_no_place_for_targets_even_where_everything_else_is() -> None:
    config = Config(Path("/project"), vault="notes", targets=(".",))

    assert target_path(config, "anywhere/x.py") == "anywhere/x.py"
    assert "lies in the vault" in str(target_path(config, "notes/x.py"))
    assert "is hidden" in str(target_path(config, ".git/config"))


def test_where_the_vault_is_the_project_code_goes_to_its_folders_and_makes_no_note() -> None:
    config = Config(Path("/project"), vault=".")

    assert target_path(config, "src/x.py") == "src/x.py"
    assert "would be a note" in str(target_path(config, "src/Readme.MD"))


def test_target_folders_may_be_written_with_slash_or_dot() -> None:
    config = Config(
        Path("/project"), vault="vault", targets=("./packages/a/src/", "../out", "/abs")
    )

    assert target_path(config, "packages/a/src/x.py") == "packages/a/src/x.py"
    assert isinstance(target_path(config, "../out/x.py"), Refusal)
    assert isinstance(target_path(config, "/abs/x.py"), Refusal)
    assert isinstance(target_path(config, "packages/b/x.py"), Refusal)


def test_no_folder_at_all_is_a_setting_too() -> None:
    config = Config(Path("/project"), targets=())

    assert isinstance(target_path(config, "src/x.py"), Refusal)


@given(
    st.text(st.characters(), max_size=40)
    | st.from_regex(r"(src|tests|\.|/|\\|~|\.\.)*", fullmatch=True)
)
def test_what_is_taken_stays_under_the_targets_on_every_system(written: str) -> None:
    found = target_path(CONFIG, written)

    if isinstance(found, Refusal):
        assert "\n" not in found.message
    else:
        assert os.path.normpath(found) == found
        assert found.startswith(("src/", "tests/"))
        assert not set('\\:*?"<>|~') & set(found)
        assert not any(
            part.startswith(".") or part.endswith((".", " ")) for part in found.split("/")
        )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("src/A.py", "src/a.py"),
        ("src/ŞİİR.py", "src/şi̇i̇r.py"),
        ("src/straße.py", "src/STRASSE.py"),
        ("src/\ufb01x.py", "src/fix.py"),
    ],
)
def test_paths_that_are_one_somewhere_have_one_key(one: str, other: str) -> None:
    assert clash_key(one) == clash_key(other)


def test_paths_that_differ_everywhere_have_two_keys() -> None:
    assert clash_key("src/ab.py") != clash_key("src/a/b.py")
    assert clash_key("src/işik.py") != clash_key("src/ışık.py")


# --- On the disk ----------------------------------------------------------------------------------


def tree(folder: Path) -> str:
    """The digest of everything in a folder: names, modes, links and contents."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        found.update(
            f"{path.relative_to(folder)} {path.lstat().st_mode}".encode("utf-8", "replace")
        )
        if path.is_symlink():
            found.update(os.fsencode(path.readlink()))
        elif path.is_file():
            found.update(path.read_bytes())
    return found.hexdigest()


@pytest.fixture
def surroundings(tmp_path: Path) -> Path:
    """A folder with a project in it, and things beside the project that are not its business."""
    project = tmp_path / "project"
    for folder in ("src/real", "tests", "vault", ".git/hooks", ".lierne"):
        (project / folder).mkdir(parents=True)
    (project / "vault/Note.md").write_text("a note")
    (project / ".lierne/.gitignore").write_text("*\n")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.py").write_text("secret = 1\n")
    (project / "src/out").symlink_to(tmp_path / "outside")
    (project / "src/inner").symlink_to("real")
    (project / "src/up").symlink_to("../..")
    (project / "src/loop").symlink_to("loop")
    (project / "src/file.py").symlink_to(tmp_path / "outside/secret.py")
    (project / "src/nothing.py").symlink_to(tmp_path / "outside/new.py")
    (project / "src/plain").write_text("a file")
    (project / "src/folder.py").mkdir()
    os.mkfifo(project / "src/pipe")
    return tmp_path


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("src/out/x.py", "`out` leads elsewhere"),
        ("src/out/deep/x.py", "`out` leads elsewhere"),
        ("src/out/secret.py", "`out` leads elsewhere"),
        ("src/inner/x.py", "`inner` leads elsewhere"),
        ("src/up/x.py", "`up` leads elsewhere"),
        ("src/up/project/src/x.py", "`up` leads elsewhere"),
        ("src/loop/x.py", "`loop` leads elsewhere"),
        ("src/file.py", "it leads elsewhere"),
        ("src/nothing.py", "it leads elsewhere"),
        ("src/plain/x.py", "`plain` is there and is no folder"),
        ("src/folder.py", "it is there and is no file"),
        ("src/pipe", "it is there and is no file"),
    ],
)
def test_nothing_is_written_through_a_link_or_over_a_folder(
    surroundings: Path, target: str, said: str
) -> None:
    before = tree(surroundings)

    found = confine(surroundings / "project", target)
    failures = Plan(surroundings / "project", (Change(target, None, b"evil"),)).carry_out()

    assert isinstance(found, Refusal)
    assert said in found.message
    assert len(failures) == 1
    (surroundings / "project/.lierne/store.db").unlink()
    assert before == tree(surroundings)


@pytest.mark.parametrize("target", ["../x", "src/../../x", "/x", "src//x", "src/a\0b", "\ud800/x"])
def test_a_path_that_no_target_may_have_leads_to_no_file(tmp_path: Path, target: str) -> None:
    """Such as one from a record that somebody else made."""
    (tmp_path / "project/src").mkdir(parents=True)
    (tmp_path / "x").write_bytes(b"theirs")

    assert isinstance(confine(tmp_path / "project", target), Refusal)
    assert isinstance(read_target(tmp_path / "project", target), Refusal)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes in folders")
def test_a_target_is_read_if_it_is_a_file_of_the_project(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to("file")

    found = {name: read_target(tmp_path, name) for name in ("file", "none", "pipe", "link")}

    refusals = {name for name, what in found.items() if isinstance(what, Refusal)}
    assert (found["file"], found["none"], refusals) == (b"x", None, {"pipe", "link"})


@pytest.mark.parametrize("call", ["open", "lstat"])
def test_of_what_cannot_be_looked_at_nothing_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    (tmp_path / "file").write_bytes(b"x")
    read_target(tmp_path, "file")  # the project itself is known
    monkeypatch.setattr(os, call, fail)

    found = read_target(tmp_path, "file")

    assert isinstance(found, Refusal)
    assert found.unseen


def test_a_plain_target_is_found_also_through_a_linked_project(surroundings: Path) -> None:
    (surroundings / "link").symlink_to(surroundings / "project")

    assert confine(surroundings / "link", "src/real/x.py") == surroundings / "project/src/real/x.py"
    assert confine(surroundings / "link", "src/new/x.py") == surroundings / "project/src/new/x.py"


def test_many_targets_are_read_as_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "src/deep").mkdir(parents=True)
    (tmp_path / "src/deep/a.py").write_bytes(b"a")
    (tmp_path / "src/deep/link.py").symlink_to("a.py")
    (tmp_path / "src/link").symlink_to("deep")
    names = ("deep/a.py", "link/a.py", "deep/link.py", "deep", "deep/b.py", "../x", "deep/a.py/b")
    targets = [f"src/{name}" for name in names]

    found = list(read_targets(tmp_path, targets))

    assert found == [read_target(tmp_path, target) for target in targets]
    assert [f if isinstance(f, bytes | None) else "refused" for f in found] == [
        b"a",
        *["refused"] * 3,
        None,
        *["refused"] * 2,
    ]

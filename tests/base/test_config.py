"""Settings are found by walking up, and a wrong one is named with what was meant."""

from pathlib import Path

import pytest

from lierne.base.config import ConfigError, find


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_with_no_settings_any_folder_is_a_project_and_its_own_vault(tmp_path: Path):
    config = find(tmp_path)

    assert (config.root, config.vault, config.targets) == (tmp_path, ".", ("src", "tests"))


def test_a_folder_called_vault_is_the_vault(tmp_path: Path):
    (tmp_path / "vault").mkdir()

    assert find(tmp_path).vault == "vault"


def test_settings_are_found_from_a_folder_below(tmp_path: Path):
    write(tmp_path / "pyproject.toml", "[tool.lierne]\nvault = 'notes'\ntargets = ['lib']\n")
    (tmp_path / "notes/deep").mkdir(parents=True)

    config = find(tmp_path / "notes/deep")

    assert (config.root, config.vault, config.targets) == (tmp_path, "notes", ("lib",))


def test_a_pyproject_of_something_else_is_not_ours(tmp_path: Path):
    write(tmp_path / "pyproject.toml", "[tool.other]\nx = 1\n")
    (tmp_path / "inner").mkdir()

    assert find(tmp_path / "inner").root == tmp_path / "inner"


def test_a_folder_inside_a_vault_belongs_to_it_where_nobody_says_otherwise(tmp_path: Path):
    (tmp_path / ".obsidian").mkdir()
    (tmp_path / "inner").mkdir()

    assert find(tmp_path / "inner").root == tmp_path


def test_the_vault_of_a_project_belongs_to_the_project(tmp_path: Path):
    write(tmp_path / "lierne.toml", "vault = 'notes'\n")
    (tmp_path / "notes/.obsidian").mkdir(parents=True)

    assert find(tmp_path / "notes").root == tmp_path


def test_another_vault_inside_a_project_is_its_own(tmp_path: Path):
    write(tmp_path / "lierne.toml", "vault = 'notes'\n")
    (tmp_path / "notes").mkdir()
    (tmp_path / "other/.obsidian").mkdir(parents=True)

    assert find(tmp_path / "other").root == tmp_path / "other"


def test_lierne_toml_stands_before_pyproject(tmp_path: Path):
    write(tmp_path / "pyproject.toml", "[tool.lierne]\ntitle = 'one'\n")
    write(tmp_path / "lierne.toml", "title = 'two'\n")

    assert find(tmp_path).title == "two"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("vualt = 'x'", "unknown setting `vualt`; did you mean `vault`?"),
        ("zzz = 'x'", "unknown setting `zzz`; known: vault, targets"),
        ("vault = 3", "`vault` must be a text"),
        ("targets = 'src'", "`targets` must be a list of texts"),
        ("aliases = 'yes'", "`aliases` must be one of off, publish"),
        ("vault = 'nowhere'", "no folder `nowhere`, which `vault` names"),
        ("vault = [", "lierne.toml: "),
        ("vault = " + "[" * 99_999, "its values lie too deep in each other"),
        ("root = '/'", "unknown setting `root`"),
        ("run = 3", "`run` must be a table"),
        ("run.timeuot = 3", "unknown setting `timeuot`; did you mean `timeout`?"),
        ("run.timeout = 'long'", "`run.timeout` must be a number of seconds from 0 on"),
        ("run.timeout = nan", "`run.timeout` must be a number of seconds from 0 on"),
        ("run.jobs = -1", "`run.jobs` must be a whole number from 0 on"),
        ("run.jobs = true", "`run.jobs` must be a whole number from 0 on"),
        ("run.memory = 1.5", "`run.memory` must be a whole number from 0 on"),
        *(
            (f"targets = ['{folder}']", f"must name visible folders in the project, not `{folder}`")
            for folder in ("", "/etc", "..", "src/../..", ".git", "src/.hidden")
        ),
    ],
)
def test_a_wrong_setting_says_where_and_what(tmp_path: Path, settings: str, message: str):
    write(tmp_path / "lierne.toml", settings)

    with pytest.raises(ConfigError) as caught:
        find(tmp_path)

    assert message in str(caught.value)
    assert str(tmp_path / "lierne.toml") in str(caught.value)


@pytest.mark.parametrize("folder", [".", "src", "lib/deep", "code"])
def test_targets_may_lie_in_any_visible_folder(tmp_path: Path, folder: str):
    write(tmp_path / "lierne.toml", f"targets = ['{folder}']\n")

    assert find(tmp_path).targets == (folder,)


@pytest.mark.parametrize("written", ["notes/deep", "./notes/deep", "notes/./deep/", r"notes\deep"])
def test_one_folder_is_one_however_it_is_written(tmp_path: Path, written: str):
    (tmp_path / "notes/deep").mkdir(parents=True)
    write(tmp_path / "lierne.toml", f"vault = '{written}'\ntargets = ['{written}', 'notes/deep']\n")

    config = find(tmp_path)

    assert (config.vault, config.targets) == ("notes/deep", ("notes/deep",))
    assert config.shown("a/N.md") == "notes/deep/a/N.md"
    assert config.vault_path("notes/deep/a/N.md") == "a/N.md"


@pytest.mark.parametrize("written", [".", "./", ""])
def test_the_project_itself_may_be_the_vault(tmp_path: Path, written: str):
    write(tmp_path / "lierne.toml", f"vault = '{written}'\n")

    config = find(tmp_path)

    assert config.shown("N.md") == config.vault_path("N.md") == "N.md"


@pytest.mark.parametrize("text", ["[tool]\nlierne = 3\n", "tool.lierne = []\n"])
def test_settings_that_are_no_table_say_so(tmp_path: Path, text: str):
    write(tmp_path / "pyproject.toml", text)

    with pytest.raises(ConfigError, match=r"pyproject.toml: `tool.lierne` must be a table"):
        find(tmp_path)


def test_what_notes_may_use_is_a_table_of_its_own(tmp_path: Path):
    write(tmp_path / "pyproject.toml", "[tool.lierne.run]\ntimeout = 2.5\nmemory = 512\n")

    run = find(tmp_path).run

    assert (run.timeout, run.memory, run.jobs) == (2.5, 512, 0)


BROKEN = ["[tool.other\n", "x = " + "[" * 99_999, "caf\udce9 = 1"]


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_pyproject_of_somebody_else_stops_nothing(tmp_path: Path, text: str):
    (tmp_path / "pyproject.toml").write_text(text, "utf-8", "surrogateescape")
    (tmp_path / "inner").mkdir()

    assert find(tmp_path / "inner").root == tmp_path / "inner"


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_pyproject_that_speaks_of_us_does(tmp_path: Path, text: str):
    text = f"[tool.lierne]\n{text}"
    (tmp_path / "pyproject.toml").write_text(text, "utf-8", "surrogateescape")

    with pytest.raises(ConfigError, match=r"pyproject\.toml: "):
        find(tmp_path)


def test_a_pyproject_without_tools_is_not_ours(tmp_path: Path):
    write(tmp_path / "pyproject.toml", "tool = 3\n")

    assert find(tmp_path).targets == ("src", "tests")

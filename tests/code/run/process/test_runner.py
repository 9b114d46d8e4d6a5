"""Real child processes: what they print, where they fail, when they are not needed at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lierne.base.store import Store
from lierne.code.run.blocks import all_run_blocks
from lierne.code.run.process.capture import MOST_FIRST, MOST_LAST
from lierne.code.run.process.process import Limits
from lierne.code.run.process.runner import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Project

    When = Callable[..., None]

posix = pytest.mark.skipif(os.name == "nt", reason="signals and groups of processes")
TOOLS = Path(__file__).parents[4] / "tools"


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


# --- What a block prints --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["\nprint(1)\n2\n"], "1\n2\n"),
        (["\n2\nprint(1)\n"], "1\n"),
        (["\nNone\n"], ""),
        (["\n'a'\n"], "'a'\n"),
        (["\n(1,\n 2)\n"], "(1, 2)\n"),
        (["\n1;\n"], ""),
        (["\n'ş' ; # quiet\n"], ""),
        (["\n1 # loud ;\n"], "1\n"),
        (["\nx = 1\n"], ""),
        (["\n"], ""),
        (["\nprint('ş—😀')\n"], "ş—😀\n"),
        (["\nx = 1\n", "\nx + 1\n"], "2\n"),
        (["\ndef f(x: Nothing): ...\n", "\n1\n"], None),
        (["\nfrom __future__ import annotations\n", "\ndef f(x: Nothing): ...\n"], ""),
        (["\n__name__\n"], "'__main__'\n"),
        (["\nimport os\nos.chdir('/')\n", "\nimport os\nos.getcwd()\n"], "'/'\n"),
    ],
)
def test_a_block_shows_what_a_notebook_shows(
    project: Project, codes: list[str], expected: str | None
) -> None:
    if expected is None:
        assert project.failure(codes[0])[0] == "NameError: name 'Nothing' is not defined"
    else:
        assert project.text(*codes) == expected


def test_whatever_prints_is_captured_in_its_order(project: Project) -> None:
    code = """
import os, subprocess, sys
print("one")
print("two", file=sys.stderr)
subprocess.run([sys.executable, "-c", "print('three')"])
os.write(1, b"four\\n")
print("five", end="\\n")
os.system("echo six")
sys.stderr.write("seven\\n");
"""

    assert project.text(code) == "one\ntwo\nthree\nfour\nfive\nsix\nseven\n"


def test_a_block_that_spoils_its_streams_spoils_no_other(project: Project) -> None:
    first = "\nimport os, sys, io\nprint('here')\nsys.stdout = io.StringIO()\nos.close(1)\n"

    assert project.text(first, "\nprint('there')\n") == "here\nthere\n"


def test_what_is_written_like_a_report_is_no_report(project: Project) -> None:
    code = """
import os
for number in (1, 2):
    os.write(number, b'{"done": true}\\n{"ends": 0}\\n')
"""

    assert project.text(code) == '{"done": true}\n{"ends": 0}\n' * 2


def test_of_megabytes_both_ends_are_kept(project: Project) -> None:
    text = project.text("\nfor i in range(400_000): print('line', i)\n", "\nprint('next')\n")

    lines = text.split("\n")
    gap = next(n for n, line in enumerate(lines) if line.startswith("…"))
    size = sum(len(f"line {i}\n") for i in range(400_000))
    kept = sum(len(f"{line}\n") for line in lines[:-2] if line.startswith("line"))
    assert lines[:gap] == [f"line {i}" for i in range(gap)]
    assert lines[gap] == f"… {size - kept:,} bytes are left out here …"
    assert lines[gap + 1 : -2] == [
        f"line {i}" for i in range(400_000 - len(lines[gap + 1 : -2]), 400_000)
    ]
    assert lines[-2:] == ["next", ""]
    assert MOST_FIRST / 2 < kept <= MOST_FIRST + MOST_LAST


def test_a_warning_is_the_same_wherever_its_note_stands(project: Project) -> None:
    warn = "\nimport warnings\n\nwarnings.warn('soft')\n"
    expected = "line 3: UserWarning: soft\n  warnings.warn('soft')\n"

    assert project.text(warn) == expected
    assert project.text("\n'''\n\n''';\n", warn) == expected


def test_a_warning_in_a_module_names_the_file_from_the_project(project: Project) -> None:
    project.module("Warner", "import warnings\ndef f():\n    warnings.warn('soft')\n")

    expected = "src/warner.py:3: UserWarning: soft\n  warnings.warn('soft')\n"
    assert project.text("\nimport warner\nwarner.f()\n") == expected


def test_a_note_is_a_program_for_pickle_dataclasses_and_inspect(project: Project) -> None:
    code = """
import dataclasses, inspect, pickle

@dataclasses.dataclass
class Point:
    x: int

def double(x):
    return 2 * x

print(pickle.loads(pickle.dumps(Point(3))))
print(inspect.getsource(double), end="")
"""

    assert project.text(code) == "Point(x=3)\ndef double(x):\n    return 2 * x\n"


@posix
def test_a_block_may_fork(project: Project) -> None:
    code = """
import os
child = os.fork()
print("child" if not child else os.waitpid(child, 0)[1] or "parent")
"""

    assert project.text(code, "\nprint('once')\n") == "child\nparent\nonce\n"


def test_nothing_of_the_environment_that_changes_what_is_printed_comes_in(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "PYTHONHASHSEED": "7",
        "PYTHONWARNINGS": "error",
        "PYTHONOPTIMIZE": "2",
        "COLUMNS": "17",
        "FORCE_COLOR": "1",
        "OPENBLAS_NUM_THREADS": "8",
    }.items():
        monkeypatch.setenv(name, value)
    code = """
import os, shutil, sys, warnings
warnings.warn("only said")
print(hash("a"), __debug__, shutil.get_terminal_size().columns, os.get("FORCE_COLOR"))
""".replace("os.get(", "os.environ.get(")

    once = project.text(code)
    monkeypatch.setenv("PYTHONHASHSEED", "8")

    assert project.text(code, fresh=True) == once
    assert once.endswith(" True 80 None\n")


def test_modules_are_read_anew_though_they_keep_their_size_and_second(project: Project) -> None:
    project.note("N", "\nimport one\none.x\n")
    for x in range(5):
        project.module("One", f"x = {x}\n")

        assert project.run()["N", 0].text == f"{x}\n"
    assert sorted(path.name for path in (project.root / "src").rglob("*")) == ["one.py"]


def test_the_tools_own_modules_are_not_in_the_way(project: Project) -> None:
    project.module("Key", "x = 'mine'\n")

    assert project.text("\nimport key\nprint(key.x)\n") == "mine\n"
    assert project.failure("\nimport runner\n")[0].startswith("ModuleNotFoundError")


# --- Where it fails -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "message", "line"),
    [
        ("\nx = 1\n1 / 0\n", "ZeroDivisionError: division by zero", 3),
        ("\ndef f():\n    raise KeyError('k')\n\nf()\n", "KeyError: 'k'", 5),
        ("\nx = 1\ny = = 2\n", "SyntaxError: invalid syntax", 3),
        ("\nprint('ş', 1 2)\n", "SyntaxError: invalid syntax. Perhaps you forgot a comma?", 2),
        ("\nx = 1\nreturn x\n", "SyntaxError: 'return' outside function", 3),
        ("\nraise ValueError\n", "ValueError", 2),
        ("\nclass E(Exception): ...\nraise E('of\\nmine')\n", "E: of", 3),
        ("\nimport json\njson.loads('')\n", "json.decoder.JSONDecodeError: Expecting value", 3),
        ("\nimport sys\nsys.exit(3)\n", "the block ends the program with the code 3", 3),
        ("\nimport sys\nsys.exit()\n", "the block ends the program with the code 0", 3),
        ("\nexit('enough')\n", "the block ends the program: enough", 2),
        ("\nimport os\nos._exit(5)\n", "the process of the note has ended with the code 5", 2),
        ("\ninput('? ')\n", "EOFError: nobody can answer", 2),
        ("\n\nbreakpoint()\n", "RuntimeError: nobody can answer", 3),
        ("figure=f alt=f\n1\n", "RuntimeError: the block has the attribute `figure`", 2),
        (
            "\nclass Bad(Exception):\n    def __str__(self): raise ValueError\nraise Bad\n",
            "Bad: (it cannot be shown)",
            4,
        ),
    ],
)
def test_a_failure_says_what_and_on_which_line(
    project: Project, code: str, message: str, line: int
) -> None:
    said, where, _ = project.failure(code)

    assert said.startswith(message)
    assert where == line


def test_a_traceback_begins_in_the_block_and_goes_on_in_the_notes(project: Project) -> None:
    project.module("Inverse", "def inverse(x):\n    return 1 / x\n")

    _, _, trace = project.failure("\nfrom inverse import inverse\n", "\n\ninverse(0)\n")

    assert trace == (
        "Traceback (most recent call last):\n"
        '  File "vault/N.md", line 7, in <module>\n'
        "    inverse(0)\n"
        '  File "vault/Inverse.md", line 6, in inverse\n'
        "    return 1 / x\n"
        "           ~~^~~\n"
        "ZeroDivisionError: division by zero\n"
    )


def test_marks_stand_under_the_code_in_a_list_and_a_quote(project: Project) -> None:
    text = "> - a\n>   ```python run\n>   x = [0]\n>   print('ş', x[0] / x[0])\n>   ```\n"
    project.write("vault/N.md", text)

    failed = project.run()["N", 0].failed

    assert failed is not None
    assert failed.line == 4
    shown, marks = failed.traceback.split("\n")[2:4]
    assert shown == "    print('ş', x[0] / x[0])"
    assert shown[marks.index("~") :].startswith("x[0] / x[0]")


@pytest.mark.parametrize("before", ["", "  ", "> ", "> \t", "> > "])
@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("y = (2 +", "y = (2 +\n        ^\n"),
        ("return 's'", "return 's'\n    ^^^^^^^^^^\n"),
        ("if 'ş':", "if 'ş':\n"),
    ],
)
def test_a_syntax_error_is_marked_in_a_list_and_a_quote(
    project: Project, before: str, code: str, shown: str
) -> None:
    lines = ["```python run", "x = 1", code, "```"]
    start = "- a\n" if before == "  " else ">\n" if before else "\n"
    project.write("vault/N.md", start + "".join(f"{before}{line}\n" for line in lines))

    failed = project.run()["N", 0].failed

    assert failed is not None
    assert failed.traceback.startswith(f'  File "vault/N.md", line 4\n    {shown}')


def test_a_failure_ends_its_note_and_no_other(project: Project) -> None:
    project.note("Bad", "\n1\n", "\n1 / 0\n", "\n3\n")
    project.note("Good", "\n4\n")

    results = project.run()

    assert {where: result.text for where, result in results.items()} == {
        ("Bad", 0): "1\n",
        ("Bad", 1): "",
        ("Good", 0): "4\n",
    }
    assert results["Bad", 1].failed is not None


@posix
def test_a_crash_is_a_failure_of_the_block_at_hand(project: Project) -> None:
    crash = "\nimport ctypes\nctypes.string_at(0)\n"

    message, line, _ = project.failure("\nprint('fine')\n", crash)

    assert (message, line) == ("the process of the note has died of SIGSEGV", 7)


def test_what_a_block_printed_before_it_failed_is_there(project: Project) -> None:
    project.note("N", "\nprint('so far')\n1 / 0\n")

    assert project.run()["N", 0].text == "so far\n"


# --- Limits ---------------------------------------------------------------------------------------


def test_a_note_that_takes_too_long_says_where_it_was(project: Project, time_is_up: When) -> None:
    code = "\nimport time\nprint('x', file=open('begun', 'w'))\nwhile True:\n    time.sleep(0.01)\n"
    time_is_up(project.root / "begun")

    message, line, trace = project.failure(code, limits=Limits(0.5))

    assert message == "the note takes longer than 0.5 seconds"
    assert line in (4, 5, 6)
    assert trace.endswith("KeyboardInterrupt\n")


def test_the_settings_say_what_a_note_may_use(project: Project) -> None:
    project.write("lierne.toml", "run.timeout = 0.4\n")

    message, _, _ = project.failure("\nimport time\ntime.sleep(600)\n")

    assert message == "the note takes longer than 0.4 seconds"


@posix
def test_one_that_will_not_end_is_ended_with_all_it_started(
    project: Project, time_is_up: When
) -> None:
    code = """
import signal, subprocess, sys, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open("process", "w").write(str(child.pid))
time.sleep(600)
"""
    time_is_up(project.root / "process", grace=0.1)

    message, line, _ = project.failure(code, limits=Limits(0.5))

    assert message == "the note takes longer than 0.5 seconds"
    assert line == 2
    process = int((project.root / "process").read_text())
    assert soon(lambda: not is_alive(process))  # the system takes its time


@posix
def test_what_a_note_leaves_behind_is_ended(project: Project) -> None:
    code = """
import subprocess, sys, threading, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open("process", "w").write(str(child.pid))
threading.Thread(target=time.sleep, args=(600,)).start()
"""
    assert project.text(code) == ""
    process = int((project.root / "process").read_text())
    assert soon(lambda: not is_alive(process))  # the system takes its time


@pytest.mark.skipif(sys.platform != "linux", reason="a limit of memory")
def test_a_note_that_takes_too_much_memory_fails_and_no_more(project: Project) -> None:
    code = "\nx = bytearray(600 << 20)\n"

    assert project.failure(code, limits=Limits(memory=500))[0] == "MemoryError"
    assert project.text(code, limits=Limits(memory=2000)) == ""


@posix
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_nothing_goes_on_when_the_command_is_killed(
    project: Project, number: signal.Signals
) -> None:
    code = "\nimport os, time\nopen('process', 'w').write(str(os.getpid()))\ntime.sleep(600)\n"
    project.note("N", code)
    script = f"""
import sys
sys.path.insert(0, {str(TOOLS)!r})
from pathlib import Path
from lierne.base.config import find
from lierne.code.run.blocks import all_run_blocks
from lierne.code.run.process.runner import run
from lierne.code.tangle import Tangled
from lierne.read.vault.vault import Vault
vault = Vault(find(Path.cwd()))
list(run(vault, Tangled(), all_run_blocks(vault)))
"""
    process = project.root / "process"
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=project.root, stderr=subprocess.DEVNULL
    ) as command:
        assert soon(lambda: process.exists() and process.read_text() != "")
        os.kill(command.pid, number)
        command.wait()

    assert soon(lambda: not is_alive(int(process.read_text())))


def soon(holds: object) -> bool:
    """Whether something comes true, on the slowest of machines."""
    end = time.monotonic() + 60
    while not holds():  # type: ignore[operator]
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_who_has_seen_enough_stops_the_rest(project: Project) -> None:
    project.note("A", "\n1\n")
    for name in "BCD":
        project.note(name, "\nimport time\ntime.sleep(600)\n")
    vault, tangled = project.read()

    results = run(vault, tangled, all_run_blocks(vault), jobs=4)
    first = next(results)
    results.close()

    assert first[1].text == "1\n"


# --- What is not run again ------------------------------------------------------------------------


@pytest.fixture
def operators(project: Project) -> Project:
    """Three operators, of which the last imports the second, and a note on each and on none."""
    project.module("Softmax", "def softmax(x):\n    return x\n", "src/net/softmax.py")
    project.module("Linear", "def linear(x):\n    return 2 * x\n", "src/net/linear.py")
    code = "from .linear import linear\n\n\ndef layer(x):\n    return linear(x) + 1\n"
    project.module("Layer", code, "src/net/layer.py")
    project.note(
        "On Softmax", "\nprint('no import')\n", "\nfrom net.softmax import softmax\nsoftmax(1)\n"
    )
    project.note("On Linear", "\nimport net.linear as lin\nlin.linear(1)\n")
    project.note("On Layer", "\nfrom net import layer\nlayer.layer(1)\n")
    project.note("On Nothing", "\nprint('nothing')\n")
    return project


def test_an_unchanged_vault_runs_nothing(operators: Project) -> None:
    first = operators.run()
    assert sorted(operators.begun) == ["On Layer", "On Linear", "On Nothing", *["On Softmax"] * 2]

    again = operators.run()

    assert operators.begun == []
    assert {where: r.text for where, r in again.items()} == {w: r.text for w, r in first.items()}
    assert all(result.kept for result in again.values())
    assert not any(result.kept for result in first.values())


@pytest.mark.parametrize(
    ("name", "before", "after", "expected"),
    [
        ("Linear", "2 * x", "3 * x", {"On Layer", "On Linear"}),
        ("Layer", "+ 1", "+ 2", {"On Layer"}),
        ("Softmax", "return x", "return -x", {"On Softmax"}),
        ("On Nothing", "'nothing'", "'nil'", {"On Nothing"}),
        ("On Softmax", "'no import'", "'none'", {"On Softmax"}),
    ],
)
def test_one_changed_line_runs_just_what_depends_on_it(
    operators: Project, name: str, before: str, after: str, expected: set[str]
) -> None:
    operators.run()
    note = operators.root / f"vault/{name}.md"
    note.write_text(note.read_text("utf-8").replace(before, after), "utf-8")

    operators.run()

    assert set(operators.begun) == expected


def test_prose_runs_nothing(operators: Project) -> None:
    operators.run()
    for note in (operators.root / "vault").iterdir():
        text = note.read_text("utf-8")
        front = text.find("---\n", 4) + 4 if text.startswith("---") else 0
        note.write_text(f"{text[:front]}# Words\n\n{text[front:]}\nMore words.\n", "utf-8")

    operators.run()

    assert operators.begun == []


def test_only_what_is_asked_for_is_run_with_what_it_needs(operators: Project) -> None:
    operators.note("Long", "\nx = 1\n", "\nx + 1\n", "\nx + 2\n")
    vault, tangled = operators.read()
    wanted = all_run_blocks(vault, ["Long.md"])[1]
    begun = []

    results = list(
        run(vault, tangled, [wanted], progress=lambda *done: begun.append((done[0], done[1])))
    )

    assert [(block, result.text) for block, result in results] == [(wanted, "2\n")]
    assert begun == [(0, 2), (1, 2)]


def test_a_failure_is_not_kept(project: Project) -> None:
    project.note("N", "\nprint(1)\n", "\nopen('wanted').read()\n")
    assert project.run()["N", 1].failed

    project.write("wanted", "now")

    assert [result.text for result in project.run().values()] == ["1\n", "'now'\n"]


def test_fresh_runs_all(operators: Project) -> None:
    operators.run()

    operators.run(fresh=True)

    assert len(operators.begun) == 5


def test_what_is_kept_may_be_deleted_or_damaged(operators: Project) -> None:
    texts = {where: result.text for where, result in operators.run().items()}
    with Store(operators.root, write=True) as store:
        kept = store.all("output")
        store.put({("output", key): b'{"text": 3}' for key in list(kept)[::2]})
    assert len(kept) == 5

    assert {where: result.text for where, result in operators.run().items()} == texts
    assert operators.begun

    (operators.root / ".lierne/store.db").unlink()
    assert {where: result.text for where, result in operators.run().items()} == texts


def test_a_kill_in_the_midst_leaves_what_was_done(project: Project) -> None:
    """What is kept is kept whole, whoever else writes there at the same time."""
    for name in "ABCDEF":
        project.note(name, f"\nprint('{name}' * 1000)\n")
    vault, tangled = project.read()

    runs = [run(vault, tangled, all_run_blocks(vault), jobs=1) for _ in range(3)]
    first = [next(results)[1].text for results in runs]
    for results in runs:
        results.close()

    assert {text[0] for text in first} <= set("ABCDEF")
    assert {where[0]: r.text for where, r in project.run().items()} == {
        name: name * 1000 + "\n" for name in "ABCDEF"
    }
    assert len(project.begun) < 6


def test_what_is_kept_does_not_grow_for_ever(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lierne.code.run.cache.MOST", 2**17)
    sizes = []
    for turn in range(20):
        project.note("N", f"\nprint({turn}, 'a' * 10_000)\n")
        project.run()
        with Store(project.root) as store:
            sizes.append(sum(map(len, store.all("output").values())))

    assert max(sizes) < 2**17
    assert sizes[0] < sizes[1] < sizes[2]
    assert project.run()["N", 0].kept


def test_a_disk_that_keeps_nothing_stops_nothing(project: Project) -> None:
    project.note("N", "\nprint(1)\n")
    vault, tangled = project.read()
    (project.root / ".lierne").mkdir(exist_ok=True)
    store = project.root / ".lierne/store.db"
    store.unlink(missing_ok=True)
    store.mkdir()

    results = list(run(vault, tangled, all_run_blocks(vault)))

    assert [result.text for _, result in results] == ["1\n"]

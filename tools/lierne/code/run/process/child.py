"""The program of a child process: runs the blocks of one note, one after the other.

What is to be run comes in one line of JSON on the standard input, and what came of each block
goes out, a line each, on the standard output. Both are put out of the blocks' reach before the
first of them runs: all that these print, by whatever way, goes to the pipe that the standard error
leads to, in its order, and a mark that nobody can print by chance parts one block from the next.

It is the user's program that runs here. So this file imports no more than it needs, of the
standard library alone, and what it needs later it takes hold of before the user's code begins.
"""

from __future__ import annotations
import __future__

import ast
import builtins
import io
import json
import linecache
import os
import sys
import traceback
import warnings
from contextlib import suppress
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, FileFinder
from importlib.machinery import SourceFileLoader as FileLoader
from time import perf_counter
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    Job = dict[str, Any]

_FUTURES = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
_NOBODY = "nobody can answer: the blocks of a note are run without a terminal"


class Pipes:
    """The ways to the process that started this one."""

    def __init__(self) -> None:
        """Takes the three standard streams away from the program, and gives it others."""
        self.job = json.loads(sys.stdin.buffer.readline())
        self._orders = os.dup(0)  # kept open: it ends when the other process does
        self._reports = io.FileIO(os.dup(1), "w")
        self._prints = io.FileIO(os.dup(2), "w")
        self._nothing = io.FileIO(os.devnull)
        self._stdout, self._stderr = sys.stdout, sys.stderr
        self._mark = bytes.fromhex(self.job["mark"])
        self._process = os.getpid()
        self.connect()
        _end_with(self._orders)

    def connect(self) -> None:
        """Leads all that is printed to its pipe, and all that is read to nothing."""
        os.dup2(self._nothing.fileno(), 0)
        os.dup2(self._prints.fileno(), 1)
        os.dup2(self._prints.fileno(), 2)
        sys.stdout, sys.stderr = self._stdout, self._stderr

    def close_block(self) -> None:
        """Marks the end of what a block printed."""
        for stream in (sys.stdout, sys.stderr, self._stdout, self._stderr):
            with suppress(Exception):
                stream.flush()
        if os.getpid() != self._process:
            os._exit(0)  # a block has forked, and the other half has nothing to say here
        self._prints.write(self._mark)
        self.connect()

    def report(self, **said: Any) -> None:
        """Tells how it goes."""
        line = memoryview(json.dumps(said).encode() + b"\n")
        while line:
            line = line[self._reports.write(line) :]


def main() -> None:
    """Runs all blocks of a note, as far as they come to their ends."""
    pipes = Pipes()
    note = Note(pipes.job)
    for number, block in enumerate(pipes.job["blocks"]):
        pipes.report(begins=number)
        began = perf_counter()
        try:
            figure = note.run(block)
            failure = None
        except BaseException as error:  # noqa: BLE001 - of whatever kind, it is the block's
            _lift_limit()
            figure, failure = None, note.failure(error, block)
        seconds = perf_counter() - began
        pipes.close_block()
        pipes.report(ends=number, seconds=seconds, failure=failure, figure=figure)
        if failure:
            break
    pipes.report(done=True)


class Note:
    """A note as a program: its namespace, and its lines as Python's own tools see them.

    They see the blocks alone, where they stand in the note, without what a list or a quote has
    before them.
    """

    def __init__(self, job: Job) -> None:
        """Makes all ready for the first block."""
        self._job = job
        self._path: str = job["note"]
        self._text_name = f"<{self._path}>"
        self._flags = 0
        self._module = ModuleType("__main__")
        sys.modules["__main__"] = self._module
        sys.argv = [self._path]
        sys.path[:0] = job["roots"]
        sys.path_hooks.insert(0, _own_modules(job["roots"]))
        self._lines = _lines(job["blocks"])
        size = sum(map(len, self._lines))
        linecache.cache[self._path] = (size, None, self._lines, self._path)
        builtins.input = _no_input
        sys.breakpointhook = _no_breakpoint
        warnings.formatwarning = self._warning
        if job["memory"]:
            _limit_memory(job["memory"])

    def run(self, block: Job) -> Job | None:
        """Runs one block, and gives its figure."""
        if "matplotlib" in block["code"]:
            _quieten("matplotlib")
        first, last = self._compile(block)
        exec(first, self._module.__dict__)  # noqa: S102 - what all this is for
        value = last and eval(last, self._module.__dict__)  # noqa: S307 - as above
        drawn = _drawn(value, self._job["data"]) if block["figure"] else None
        if value is not None and not drawn and not _is_drawing(value):
            print(repr(value))  # noqa: T201 - as a notebook does
        return (drawn or _figure()) if block["figure"] else None

    def failure(self, error: BaseException, block: Job) -> Job:
        """Why a block failed, and where."""
        with suppress(OSError):
            os.chdir(self._job["root"])  # paths are shown from there
        trace = _without_own(error.__traceback__)
        line = self._line(trace, _range(block))
        if isinstance(error, SyntaxError) and error.filename == self._path and trace is None:
            line = error.lineno or line
        if isinstance(error, SystemExit):
            return {"message": _exit(error), "line": line, "traceback": ""}
        shown = self._traceback(error.with_traceback(trace))
        return {"message": _said(error), "line": line, "traceback": shown}

    def _traceback(self, error: BaseException) -> str:
        try:
            sys.path.append(self._job["home"])
            from lierne.code.trace.hook import tracing_to_notes  # noqa: PLC0415 - see above

            with tracing_to_notes():
                return "".join(traceback.format_exception(error))
        except Exception:  # noqa: BLE001 - whatever it is, the user's own error is to be seen
            return "".join(traceback.format_exception(error))

    def _line(self, trace: TracebackType | None, lines: range) -> int:
        while trace is not None:
            here = trace.tb_frame.f_code.co_filename == self._path
            if here and trace.tb_lineno in lines:
                return trace.tb_lineno
            trace = trace.tb_next
        return lines[0]

    def _compile(self, block: Job) -> tuple[Any, Any]:
        """The block, and the expression at its end, in the note's own lines."""
        source = "\n" * (block["line"] - 1) + block["code"]
        tree = self._code(source, "exec", ast.PyCF_ONLY_AST, name=self._text_name)
        last = tree.body[-1] if tree.body else None
        value = None
        if isinstance(last, ast.Expr) and not _is_silenced(last, block):
            value = ast.Expression(tree.body.pop().value)
        first = self._code(tree, "exec")
        self._flags |= first.co_flags & _FUTURES
        return first, value and self._code(value, "eval")

    def _code(self, source: Any, mode: str, flags: int = 0, name: str = "") -> Any:
        try:
            return compile(source, name or self._path, mode, self._flags | flags, dont_inherit=True)
        except SyntaxError as error:
            # Python has taken its line from the file, with all that stands before it there.
            line = error.lineno or 1
            error.filename, error.text = self._path, "".join(self._lines[line - 1 : line])
            raise

    def _warning(
        self,
        message: Any,
        category: type[Warning],
        filename: str,
        lineno: int,
        line: str | None = None,
    ) -> str:
        """A warning without anything that changes when a note is edited elsewhere, or moved."""
        text = linecache.getline(filename, lineno) if line is None else line
        where = f"{_short(filename, self._job['root'])}:{lineno}"
        for block in self._job["blocks"] if filename in (self._path, self._text_name) else ():
            if lineno in _range(block):
                text = self._lines[lineno - 1]
                where = f"line {lineno - block['line'] + 1}"
        shown = f"  {text.strip()}\n" if text.strip() else ""
        return f"{where}: {category.__name__}: {message}\n{shown}"


class _Source(FileLoader):
    """Reads a module from its source each time.

    A compiled file counts as new for as long as its source keeps its size and second, which an
    edit and a run after it may well do.
    """

    def path_stats(self, path: Any) -> NoReturn:  # noqa: ARG002 - the interface of importlib
        raise OSError


def _own_modules(roots: Sequence[str]) -> Any:
    hook = FileFinder.path_hook((_Source, [".py"]), (ExtensionFileLoader, EXTENSION_SUFFIXES))

    def own(path: str) -> Any:
        if any(path == root or path.startswith(root + os.sep) for root in roots):
            return hook(path)
        raise ImportError(path)

    return own


def _range(block: Job) -> range:
    """The lines of a block in its note, and the one after them."""
    return range(block["line"], block["line"] + block["code"].count("\n") + 1)


def _lines(blocks: Sequence[Job]) -> list[str]:
    """The lines of a note up to the end of its last block, empty where no block is."""
    lines: list[str] = []
    for block in blocks:
        lines += ["\n"] * (block["line"] - 1 - len(lines))
        lines += [f"{line}\n" for line in block["code"].split("\n")]
    return lines


def _is_silenced(last: ast.Expr, block: Job) -> bool:
    """Whether a semicolon after the last expression asks for its value not to be shown."""
    lines = block["code"].split("\n")
    line = (last.end_lineno or 0) - block["line"]
    return bool(lines[line].encode()[last.end_col_offset :].strip().startswith(b";"))


def _is_drawing(value: Any, depth: int = 3) -> bool:
    """Whether a value is what plotting gives back, which is to be seen and not to be read."""
    if "matplotlib" not in sys.modules or not depth:
        return False
    if any(kind.__module__.startswith("matplotlib.") for kind in type(value).__mro__):
        return True
    parts: Any = ()
    if isinstance(value, list | tuple):
        parts = value[:8]
    elif isinstance(value, dict):
        parts = [*value.values()][:8]
    elif getattr(getattr(value, "dtype", None), "hasobject", False):
        parts = value.flat[:8]
    return any(_is_drawing(part, depth - 1) for part in parts)


def _drawn(value: Any, kind: str) -> Job | None:
    """The drawing that a value is or, as notebooks ask for it, has; None where there is none."""
    bundle: Any = value._repr_mimebundle_() if hasattr(type(value), "_repr_mimebundle_") else {}
    bundle = bundle[0] if isinstance(bundle, tuple) else bundle or {}
    own = bundle.get("image/svg+xml", value)
    svg = value._repr_svg_() if hasattr(type(value), "_repr_svg_") else own
    if not isinstance(svg, str) or not svg.startswith("<svg"):
        return None
    return {"svg": svg, **(_data(bundle[kind]) if kind in bundle else {})}


def _data(value: Any) -> Job:
    try:
        return {"data": value if isinstance(value, str) else json.dumps(value)}
    except (TypeError, ValueError, RecursionError) as error:
        return {"unfit": str(error)}


def _figure() -> Job:
    """Matplotlib's current figure, the same on each run; all figures are closed then."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None or not pyplot.get_fignums():
        raise RuntimeError("the block has the attribute `figure`, and draws nothing")
    drawn = io.BytesIO()
    with sys.modules["matplotlib"].rc_context({"svg.fonttype": "path", "svg.hashsalt": "lierne"}):
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        pyplot.gcf().savefig(drawn, format="svg", transparent=True, metadata=nothing)
    pyplot.close("all")
    return {"svg": drawn.getvalue().decode()}


def _without_own(trace: TracebackType | None) -> TracebackType | None:
    """A traceback without the frames of this file, with which it begins and may end."""
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    frame = trace
    while frame is not None and frame.tb_next is not None:
        if frame.tb_next.tb_frame.f_code.co_filename == __file__:
            frame.tb_next = None
        frame = frame.tb_next
    return trace


def _said(error: BaseException) -> str:
    kind = type(error)
    name = kind.__qualname__
    if kind.__module__ not in ("builtins", "__main__"):
        name = f"{kind.__module__}.{name}"
    try:
        text = str(error.msg if isinstance(error, SyntaxError) else error)
    except Exception:  # noqa: BLE001 - it is the user's own `__str__`
        text = "(it cannot be shown)"
    first = text.strip().split("\n")[0]
    return f"{name}: {first}" if first else name


def _exit(error: SystemExit) -> str:
    code = error.code
    if isinstance(code, str):
        return f"the block ends the program: {code.strip()}"
    return f"the block ends the program with the code {0 if code is None else code}"


def _short(filename: str, root: str) -> str:
    """A file's name without what is of this machine alone."""
    for folder in (root, *sorted(sys.path, key=len, reverse=True)):
        if folder and filename.startswith(folder.rstrip(os.sep) + os.sep):
            return filename[len(folder.rstrip(os.sep)) + 1 :].replace(os.sep, "/")
    return os.path.basename(filename)  # noqa: PTH119 - pathlib is not loaded here


def _quieten(name: str) -> None:
    # It says on its first run on a machine what it is doing for so long.
    import logging  # noqa: PLC0415 - few notes need it

    logging.getLogger(name).setLevel(logging.ERROR)


def _no_input(*_: object) -> NoReturn:
    raise EOFError(_NOBODY)


def _no_breakpoint(*_: object, **__: object) -> NoReturn:
    raise RuntimeError(_NOBODY)


def _limit_memory(size: int) -> None:
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - not on every system

        most = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (size, most))


def _lift_limit() -> None:
    """Gives memory enough to tell that there was too little."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - as above

        most = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _end_with(orders: int) -> None:
    """Ends this program, and all that it starts, as soon as the other process is no more."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl  # noqa: PLC0415 - not on every system

        fcntl.fcntl(orders, fcntl.F_SETOWN, -os.getpgrp())
        flags = fcntl.fcntl(orders, fcntl.F_GETFL)
        fcntl.fcntl(orders, fcntl.F_SETFL, flags | os.O_ASYNC)


if __name__ == "__main__":
    main()

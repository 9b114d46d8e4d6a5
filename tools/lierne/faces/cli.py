"""The command `lierne`: its options, its commands, and how each run ends.

Only click is imported here; a command's own module is imported when the command is called, so
that `lierne --version` answers at once.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from lierne.base.config import ConfigError
from lierne.base.problem import nearest
from lierne.faces.options import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FINE, FOUND, USAGE, BUG = 0, 1, 2, 3
"""How a command ends: well, with findings, with what it was given, with a bug of ours."""
INTERRUPTED = 130
"""Stopped by Ctrl-C, as a shell counts it: 128 and the number of the signal."""

COMMANDS = {
    "init": ("lierne.faces.commands.init", "Make a project of a vault, or of an empty folder."),
    "tangle": ("lierne.faces.commands.tangle", "Write the targets from the notes."),
    "stitch": ("lierne.faces.commands.stitch", "Carry edits of targets back into the notes."),
    "watch": ("lierne.faces.commands.watch", "Carry edits both ways on every save, until Ctrl-C."),
    "where": ("lierne.faces.commands.where", "Say where a line comes from, or where it went."),
    "graph": (
        "lierne.faces.commands.graph",
        "Print the graph of notes, code, tags and attachments.",
    ),
    "check": ("lierne.faces.commands.check", "Report every problem of the vault."),
    "run": (
        "lierne.faces.commands.run",
        "Run the blocks of notes, and show in them what they print and draw.",
    ),
    "build": ("lierne.faces.commands.build", "Tangle, then make the site."),
    "serve": ("lierne.faces.commands.build", "Show the site, and refresh it when a note is saved."),
}
"""Each command's module, and its line in the help; the command stands there under its name."""


class Lierne(click.Group):
    """The group of all commands: finds them late, and gives each ending its exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, in the order of a day's work."""
        del ctx
        return [*COMMANDS, "help"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports one command; the options of all commands may also follow its name."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), cmd_name)
        for one in (command, *getattr(command, "commands", {}).values()):
            known = {name for param in one.params for name in param.opts}
            one.params.extend(o for o in _shared() if not known.intersection(o.opts))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            rows = [(name, line) for name, (_, line) in COMMANDS.items()]
            formatter.write_dl([*rows, ("help", "Explain a command.")])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Finds the command that is meant, or says which ones are near."""
        name = args[0] if args else ""
        if name and name not in self.list_commands(ctx) and not name.startswith("-"):
            ctx.fail(_unknown(name))
        return super().resolve_command(ctx, args)

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> NoReturn:
        """Runs the command line to one of the endings that the help of `lierne` promises."""
        # Notes are read to be kept: looking for garbage among them as often as Python does takes
        # a sixth of the time of a check.
        gc.set_threshold(50_000)
        extra["standalone_mode"] = False
        code = ending(lambda: super(Lierne, self).main(args, *rest, **extra))
        if args is None:
            gc.freeze()  # nor is there any sense in it when the process ends
        sys.exit(code)


def ending(run: Callable[[], Any]) -> int:
    """Runs a command and turns whatever happens into an exit code and, at most, one sentence."""
    try:
        return int(run() or FINE)
    except click.UsageError as error:
        error.show()
    except click.ClickException as error:
        _say(error.format_message())
    except ConfigError as error:
        _say(str(error))
    except OSError as error:
        _let_go_of_output()
        from lierne.faces.report import sentence  # noqa: PLC0415  # only an error needs it

        _say(sentence(error))
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  # the one place where a bug of ours ends
        _crash(error)
        return BUG
    return USAGE


def _say(message: str) -> None:
    click.echo(f"error: {message}", err=True)


def _crash(error: Exception) -> None:
    import tempfile  # noqa: PLC0415  # only a crash needs these
    import traceback  # noqa: PLC0415

    from lierne.base.disk import write_file  # noqa: PLC0415

    file = Path(tempfile.gettempdir()) / f"lierne-{os.getpid()}-{time.time_ns()}.txt"
    text = f"{sys.argv!r}\n{''.join(traceback.format_exception(error))}"
    what = f"Lierne has a bug and stopped ({type(error).__name__})"
    try:
        write_file(file, text.encode("utf-8", "backslashreplace"), None)
    except OSError:
        _say(f"{what}; please report it with what follows\n{text}")
    else:
        _say(f"{what}; please report it with {file}, which says where")


def _let_go_of_output() -> None:
    # Python writes out what is left in the buffer when it ends, and would fail once more.
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            with open(os.devnull, "w") as nothing:  # noqa: PTH123  # a device, not a path
                os.dup2(nothing.fileno(), stream.fileno())


def _unknown(name: str) -> str:
    near = nearest(name, COMMANDS)
    return f"No such command `{name}`." + (f" Did you mean `{near[0]}`?" if near else "")


def _shared() -> list[click.Option]:
    """The options that stand before a command or after it."""
    return [
        click.Option(
            ["--root"],
            type=click.Path(path_type=Path),
            help="The project's folder, or one inside it (default: the current folder).",
            expose_value=False,
            callback=_set_root,
        ),
        click.Option(
            ["-q", "--quiet"],
            count=True,
            help="Print only problems and data.",
            expose_value=False,
            callback=lambda ctx, _, value: _louder(ctx, -value),
        ),
        click.Option(
            ["-v", "--verbose"],
            count=True,
            help="Say more of what is done.",
            expose_value=False,
            callback=lambda ctx, _, value: _louder(ctx, value),
        ),
    ]


def _set_root(ctx: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.ensure_object(Options).root = value


def _louder(ctx: click.Context, more: int) -> None:
    ctx.ensure_object(Options).verbosity += more


@click.group(
    cls=Lierne,
    invoke_without_command=True,
    params=_shared(),
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 fine, 1 findings, 2 usage, settings or files, 3 a bug of ours.",
)
@click.version_option(package_name="lierne", message="%(prog)s %(version)s", prog_name="lierne")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Turn an Obsidian vault into a program and a website."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal without Unicode still gets every message
            stream.reconfigure(errors="backslashreplace")
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@main.command("help")
@click.argument("command", required=False)
@click.pass_context
def explain(ctx: click.Context, command: str | None) -> None:
    """Explain a command."""
    parent = ctx.parent or ctx
    found = main if command is None else main.get_command(parent, command)
    if found is None:
        ctx.fail(_unknown(command or ""))
    with click.Context(found, parent=None if found is main else parent, info_name=command) as own:
        if found is main:
            own.info_name = "lierne"
        click.echo(found.get_help(own))

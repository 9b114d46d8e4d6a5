"""The command `run`: runs the blocks of notes, and keeps in them what these print and draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from lierne.base.plan import Plan, perform
from lierne.base.problem import Kind, Problem, Severity, in_order
from lierne.faces.carry import Manner, carried_out, line, planned, settle
from lierne.faces.named import note_path
from lierne.faces.progress import Progress
from lierne.faces.report import many, printable, report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lierne.base.plan import Change
    from lierne.code.run.blocks import RunBlock
    from lierne.code.run.key import Keys
    from lierne.code.run.process.process import Limits
    from lierne.code.run.result import Failure, Result
    from lierne.code.run.shown.lines import Lines
    from lierne.faces.api import Vault
    from lierne.faces.options import Options

    Results = list[tuple[RunBlock, Result]]

FAILED = Kind("R201", Severity.ERROR, "a block that failed")


@dataclass(frozen=True, slots=True)
class _Wish:
    """What somebody asks for, beside the notes."""

    manner: Manner
    limits: Limits
    jobs: int | None
    fresh: bool


@click.command()
@click.argument("notes", nargs=-1, metavar="[NOTE]...")
@planned
@click.option("--fresh", is_flag=True, help="Run everything, also what has not changed.")
@click.option(
    "--jobs", type=click.IntRange(1), metavar="N", help="How many notes to run at a time."
)
@click.option(
    "--timeout",
    type=click.FloatRange(0),
    metavar="SECONDS",
    help="How long the blocks of a note may take together; 0 for as long as they do.",
)
@click.option(
    "--memory",
    type=click.IntRange(0),
    metavar="MB",
    help="How much memory a note may use; 0 for as much as there is.",
)
@click.pass_obj
def run(  # noqa: PLR0913 - each is an option
    options: Options,
    notes: tuple[str, ...],
    mode: str | None,
    style: str,
    *,
    jobs: int | None,
    timeout: float | None,
    memory: int | None,
    fresh: bool,
) -> int:
    """Run the blocks of notes, and show in them what they print and draw.

    All notes, or those that are named as links name them, or by their paths. A block is run only
    if its code changed, or something that it imports. The notes are tangled first. With
    `--check`, everything is run again and compared with what the notes show.
    """
    # Imported here, for the command's help needs none of it.
    from lierne.code.run.blocks import all_run_blocks  # noqa: PLC0415
    from lierne.code.run.process.process import Limits  # noqa: PLC0415
    from lierne.faces.api import Vault  # noqa: PLC0415

    vault = Vault(options.config())
    settings = vault.config.run
    limits = Limits(
        settings.timeout if timeout is None else timeout,
        settings.memory if memory is None else memory,
    )
    manner = Manner.asked(mode, style, options.verbosity)
    blocks = all_run_blocks(vault, [note_path(vault, name) for name in notes] or None)
    if not blocks:
        return _nothing(notes, manner)
    return _run(vault, blocks, _Wish(manner, limits, jobs, fresh or mode == "check"))


def _run(vault: Vault, blocks: tuple[RunBlock, ...], wish: _Wish) -> int:
    from lierne.code.run.key import Keys  # noqa: PLC0415 - as above
    from lierne.code.run.shown.lines import Lines  # noqa: PLC0415
    from lierne.code.run.shown.outputs import plan, unfit  # noqa: PLC0415

    manner, keys = wish.manner, Keys(vault, vault.tangled)
    tangled, failures = _tangled(vault) if manner.writes else (Plan(vault.root), [])
    held = _held(vault, keys, blocks)
    results = _executed(vault, tuple(b for b in blocks if b.note not in held), wish)
    problems = [*(tangled.problems if held else ()), *held.values()]
    problems += [*_unclosed(vault, blocks), *_as_written(vault, blocks)]
    problems += [_failure(vault, b, r.failed) for b, r in results if r.failed is not None]
    problems += unfit(vault, results)
    if manner.mode == "check":
        problems += _differences(vault, results)
        made = Plan(vault.root)
    else:
        made = plan(vault, keys, results, fresh=wish.fresh)
    lines = Lines({})
    if manner.writes:
        lines, failed = _written(vault, keys, results, made)
        failures += failed
    if manner.style == "text":
        _say_failures(results, lines)
    changes = (*tangled.changes, *_readable(made.changes, manner))
    whole = Plan(vault.root, changes, in_order(map(lines.of_problem, problems)))
    ended = settle(whole, failures, manner, lambda: _summary(blocks, results))
    return max(ended, int(bool(made) and not manner.writes))


def _written(vault: Vault, keys: Keys, results: Results, made: Plan) -> tuple[Lines, list[OSError]]:
    """Writes outputs and figures; says where the lines of the notes are now, and what failed."""
    from lierne.code.run.shown.lines import Lines  # noqa: PLC0415 - as above
    from lierne.code.run.shown.outputs import note_edits  # noqa: PLC0415

    edits = note_edits(vault, keys, results)
    _, failures = perform(vault.root, "run", lambda: made)
    paths = {change.path for change in carried_out(made, failures).changes}
    shown = {vault.config.shown(note): found for note, found in edits.items()}
    return Lines({path: found for path, found in shown.items() if path in paths}), failures


def _readable(changes: tuple[Change, ...], manner: Manner) -> tuple[Change, ...]:
    """Changes without what nobody wants to read line by line: figures, which are named instead."""
    if manner.mode != "diff":
        return changes
    for change in changes:
        if change.path.endswith(".svg"):
            click.echo(line(change, done=False), err=True)
    return tuple(change for change in changes if not change.path.endswith(".svg"))


def _nothing(notes: tuple[str, ...], manner: Manner) -> int:
    if manner.verbosity >= 0:
        where = "no note" if not notes else "none of these notes" if len(notes) > 1 else "this note"
        verb = "has no" if where == "this note" else "has a"
        said = f"{where} {verb} block to run; `run` after the word `python` makes a block one"
        click.echo(said, err=True)
    return report((), manner.style)


def _tangled(vault: Vault) -> tuple[Plan, list[OSError]]:
    """Tangles, so that the blocks import what the notes say."""
    from lierne.code.targets.last import plan  # noqa: PLC0415 - as above

    return perform(vault.root, "tangle", lambda: plan(vault, vault.tangled))


def _held(vault: Vault, keys: Keys, blocks: tuple[RunBlock, ...]) -> dict[str, Problem]:
    """The notes that cannot be run, for what they import is not tangled, and why."""
    from lierne.code.run.ready import not_ready  # noqa: PLC0415 - as above

    found: dict[str, Problem] = {}
    for problem in not_ready(vault, vault.tangled, keys, blocks):
        found.setdefault(vault.config.vault_path(problem.place.path), problem)
    return found


def _executed(vault: Vault, blocks: tuple[RunBlock, ...], wish: _Wish) -> Results:
    from lierne.code.run.process.runner import run as results  # noqa: PLC0415 - as above

    with Progress(shown=not wish.manner.quiet) as progress:

        def tell(done: int, total: int, block: RunBlock) -> None:
            name = vault.names.shortest(block.note)
            progress.say(f"running {name} ({done + 1} of {many(total, 'block')})")

        return list(
            results(
                vault,
                vault.tangled,
                blocks,
                limits=wish.limits,
                jobs=wish.jobs,
                fresh=wish.fresh,
                progress=tell,
            )
        )


def _unclosed(vault: Vault, blocks: tuple[RunBlock, ...]) -> Iterator[Problem]:
    """What keeps outputs from being put into a note: nobody knows where its last block ends."""
    from lierne.read.rules.fence import UNCLOSED_FENCE  # noqa: PLC0415 - as above

    for outline in vault.outlines(dict.fromkeys(block.note for block in blocks)):
        yield from (p for p in outline.problems if p.kind == UNCLOSED_FENCE)


def _as_written(vault: Vault, blocks: tuple[RunBlock, ...]) -> Iterator[Problem]:
    """What is wrong with these notes' run blocks before anything of them is run."""
    from lierne.code.run.written import written  # noqa: PLC0415 - as above

    notes = {vault.config.shown(block.note) for block in blocks}
    return (problem for problem in written(vault) if problem.place.path in notes)


def _say_failures(results: Results, lines: Lines) -> None:
    """Says what each block that failed had printed before, and where it was in what."""
    for _, result in results:
        for text in (result.text, result.failed.traceback) if result.failed else ():
            if text:
                shown = lines.in_text(text).removesuffix("\n").split("\n")
                click.echo("\n".join(map(printable, shown)), err=True)


def _failure(vault: Vault, block: RunBlock, failed: Failure) -> Problem:
    help_ = f"{failed.help}; the outputs from here to the end of the note were left as they are"
    return Problem(FAILED, vault.text(block.note).place(failed.line), failed.message, help_)


def _differences(vault: Vault, results: Results) -> list[Problem]:
    """What a second run finds, and what the keys say, where that is not the same."""
    from lierne.check.outputs import Outputs  # noqa: PLC0415 - as above
    from lierne.code.run.shown.outputs import differences  # noqa: PLC0415

    found = list(differences(vault, results))
    places = {problem.place for problem in found}
    ended = {block.note for block, _ in results} - {b.note for b, r in results if r.failed}
    notes = {vault.config.shown(note) for note in ended}
    by_key = Outputs(vault, vault.tangled).problems()
    return found + [p for p in by_key if p.place.path in notes and p.place not in places]


def _summary(blocks: tuple[RunBlock, ...], results: Results) -> str:
    """How many blocks were run, in one line."""
    notes = len({block.note for block in blocks})
    kept = sum(result.kept for _, result in results)
    failed = sum(result.failed is not None for _, result in results)
    counts = {
        "run": len(results) - kept - failed,
        "unchanged": kept,
        "failed": failed,
        "not run": len(blocks) - len(results),
    }
    said = ", ".join(f"{n} {what}" for what, n in counts.items() if n)
    return f"{many(len(blocks), 'block')} of {many(notes, 'note')}: {said}"

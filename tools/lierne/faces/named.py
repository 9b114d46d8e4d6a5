"""What somebody names on the command line: a note, or another node of the graph."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lierne.base.problem import either
from lierne.graph.build import unresolved_id
from lierne.read.rules.tag import tag_key

if TYPE_CHECKING:
    from lierne.graph.model import Graph
    from lierne.read.vault.vault import Vault


def note_path(vault: Vault, name: str) -> str:
    """The vault path of a note that is named by its name, as in a link, or by its path."""
    found = vault.names.find(name, "")
    if found.ambiguous:
        raise click.ClickException(f"`{name}` may be {either(found.candidates)}")
    if found.path in vault.paths:
        return found.path
    root, here = vault.config.vault_folder.resolve(), Path(name).resolve()
    path = here.relative_to(root).as_posix() if here.is_relative_to(root) else ""
    inside = vault.config.vault_path(name)
    for one in (path, f"{path}.md", inside):
        if one in vault.paths:
            return one
    near = either(vault.names.nearest(name))
    raise click.ClickException(
        f"there is no note `{name}`" + (f"; did you mean {near}?" if near else "")
    )


def node_id(vault: Vault, graph: Graph, name: str) -> str:
    """The id of a node that is named by its id, or as `note_path` knows a note.

    Raises:
        click.ClickException: There is no such node, or there are several; the message says so.
    """
    known = {node.id: node for node in graph.nodes}
    tag = f"#{tag_key(name[1:])}" if name.startswith("#") else ""
    for one in (name, tag, unresolved_id(name)):
        if one in known:
            return one
    by_path = (node.id for node in graph.nodes if node.path == name)
    return next(by_path, None) or note_path(vault, name)

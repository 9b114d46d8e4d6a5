"""Which concepts belong together: groups with more edges inside than chance would give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lierne.graph.concepts import Bond

    Joined = dict[int, dict[int, float]]
    """By node, how strongly it is joined to others, and to itself."""

PASSES = 20
"""How often the nodes are asked where they belong, where they do not agree sooner."""


def communities(ids: Sequence[str], bonds: Iterable[Bond]) -> list[list[str]]:
    """Puts concepts into groups, by Louvain's way of raising Newman's modularity.

    No chance is in it: nodes are asked in the order of their ids.

    Args:
        ids: All concepts.
        bonds: What joins them.

    Returns:
        The groups, the largest first, and in each those first that hold it together.
    """
    number = {node: index for index, node in enumerate(ids)}
    joined: Joined = {index: {} for index in range(len(ids))}
    for bond in bonds:
        _join(joined, number[bond.one], number[bond.other], bond.weight)
    of = {index: index for index in joined}
    level = joined
    while True:
        moved = _moved(level)
        if len(set(moved.values())) == len(level):
            break
        of = {index: moved[group] for index, group in of.items()}
        level = _merged(level, moved)
    groups: dict[int, list[int]] = {}
    for index, group in of.items():
        groups.setdefault(group, []).append(index)
    made = [
        sorted(group, key=lambda one: (-_inside(joined, one, of), one)) for group in groups.values()
    ]
    made.sort(key=lambda group: (-len(group), group[0]))
    return [[ids[index] for index in group] for group in made]


def _join(joined: Joined, one: int, other: int, weight: float) -> None:
    joined[one][other] = joined[one].get(other, 0) + weight
    if one != other:
        joined[other][one] = joined[other].get(one, 0) + weight


def _inside(joined: Joined, node: int, of: Mapping[int, int]) -> float:
    """How strongly a node is joined to its own group."""
    return sum(weight for other, weight in joined[node].items() if of[other] == of[node])


def _moved(joined: Joined) -> dict[int, int]:
    """Lets each node go to the group of a neighbour to which it is joined more than by chance."""
    pull = {node: sum(near.values()) + near.get(node, 0) for node, near in joined.items()}
    whole = sum(pull.values()) or 1.0
    of = {node: node for node in joined}
    held = dict(pull)
    for _ in range(PASSES):
        settled = True
        for node, near in joined.items():
            own = of[node]
            held[own] -= pull[node]
            to: dict[int, float] = {own: 0.0}
            for other, weight in near.items():
                if other != node:
                    to[of[other]] = to.get(of[other], 0.0) + weight
            best, most = own, to[own] - pull[node] * held[own] / whole
            for group, weight in to.items():
                gain = weight - pull[node] * held[group] / whole
                if gain > most + 1e-9:
                    best, most = group, gain
            held[best] += pull[node]
            of[node] = best
            settled = settled and best == own
        if settled:
            break
    return of


def _merged(joined: Joined, of: Mapping[int, int]) -> Joined:
    """Makes one node of each group."""
    merged: Joined = {group: {} for group in dict.fromkeys(of.values())}
    for node, near in joined.items():
        for other, weight in near.items():
            if node <= other:
                _join(merged, of[node], of[other], weight)
    return merged

"""Trees of a certificate, which may hold anything: every inner node has both children, and every node is met once."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planner.audit.bound.frames import Unreadable

MANY = 10**9  # vehicles; nobody splits there


@dataclass(frozen=True)
class Split:
    """At most `at_most` vehicles of the members in child `yes`, one more or still more in child `no`."""

    members: list[Mapping[str, Any]]
    at_most: int
    yes: int
    no: int


@dataclass(frozen=True)
class Twig:
    """A leaf, and of the splits above it those with a multiplier: node, whether it is in the child `no`, and the multiplier."""

    number: int
    above: list[tuple[int, bool, float]]


@dataclass(frozen=True)
class _End:
    number: int
    multipliers: dict[int, float]


def read_twigs(nodes: Any, file: str) -> tuple[dict[int, Split], list[Twig]]:
    """The splits by node, and the leaves, of the list `nodes`."""
    try:
        return _walked(_nodes(nodes))
    except _Odd as fault:
        raise Unreadable(file, str(fault)) from None


class _Odd(ValueError):  # noqa: N818
    """Something that no tree has."""


def _nodes(nodes: Any) -> dict[int, Split | _End]:
    """Inner nodes and leaves by number."""
    if not isinstance(nodes, list) or not all(isinstance(node, Mapping) for node in nodes):
        raise _Odd(f"{nodes!r:.60} is no list of nodes")
    found: dict[int, Split | _End] = {}
    for node in nodes:
        number = _whole(node, "node")
        if number in found:
            raise _Odd(f"there is more than one node {number}")
        if ("split" in node) == ("leaf" in node):
            raise _Odd(f"node {number} is not either a split or a leaf")
        found[number] = _split(node["split"], number) if "split" in node else _end(node)
    leaves = [node.number for node in found.values() if isinstance(node, _End)]
    if len(set(leaves)) < len(leaves):
        raise _Odd("two leaves have the same number")
    return found


def _split(content: Any, number: int) -> Split:
    members = content.get("members") if isinstance(content, Mapping) else None
    if not isinstance(members, list) or not all(isinstance(member, Mapping) for member in members):
        raise _Odd(f"the split of node {number} has no list of members")
    most = _whole(content, "at_most")
    if abs(most) > MANY:
        raise _Odd(f"at_most {most} is too much")
    return Split(members, most, _whole(content, "yes"), _whole(content, "no"))


def _end(node: Mapping[str, Any]) -> _End:
    multipliers, found = node.get("multipliers", []), dict[int, float]()
    if not isinstance(multipliers, list) or not all(isinstance(part, Mapping) for part in multipliers):
        raise _Odd(f"multipliers {multipliers!r:.60} are no list")
    for part in multipliers:
        above, price = _whole(part, "node"), part.get("price")
        if not isinstance(price, int | float) or isinstance(price, bool) or not 0 <= price <= 1e300:
            raise _Odd(f"multiplier {price!r} is not a number from 0")
        if above in found:
            raise _Odd(f"a leaf has more than one multiplier of node {above}")
        found[above] = float(price)
    return _End(_whole(node, "leaf"), found)


def _whole(content: Mapping[str, Any], name: str) -> int:
    value = content.get(name)
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _Odd(f"{name} {value!r} is not a whole number")
    if name in ("node", "leaf") and not 0 <= value <= MANY:
        raise _Odd(f"{name} {value} is not a number from 0")
    return value


def _walked(nodes: Mapping[int, Split | _End]) -> tuple[dict[int, Split], list[Twig]]:
    """Walk from node 0 to all leaves."""
    above: dict[int, tuple[int, bool] | None] = {0: None}
    ahead, twigs = [0], []
    while ahead:
        number = ahead.pop()
        node = nodes.get(number)
        if node is None:
            raise _Odd(f"there is no node {number}")
        if isinstance(node, _End):
            twigs.append(Twig(node.number, _path(number, node, above)))
            continue
        for child, at_least in ((node.no, True), (node.yes, False)):
            if child in above:
                raise _Odd(f"node {child} is reached twice")
            above[child] = number, at_least
            ahead.append(child)
    if len(above) < len(nodes):
        raise _Odd(f"node {min(nodes.keys() - above.keys())} is never reached")
    return {number: node for number, node in nodes.items() if isinstance(node, Split)}, twigs


def _path(
    number: int, leaf: _End, above: Mapping[int, tuple[int, bool] | None]
) -> list[tuple[int, bool, float]]:
    """The splits above a leaf that have a multiplier above 0."""
    path, step = dict[int, bool](), above[number]
    while step is not None:
        path[step[0]] = step[1]
        step = above[step[0]]
    for node in leaf.multipliers:
        if node not in path:
            raise _Odd(f"node {node} is not above leaf {leaf.number}")
    return [(node, path[node], price) for node, price in leaf.multipliers.items() if price > 0.0]

"""Trees of branches.json as they are read, and what is no tree."""

from typing import Any

import pytest

from planner.audit.bound.branches import read_branches
from planner.audit.bound.frames import Unreadable
from planner.audit.bound.scene import Scene, read_scene
from tests.audit.test_audit_check import busy_world

MEMBER = {
    "origin": "S",
    "destination": "D",
    "mode": "truck",
    "route": "",
    "first": "2026-01-05",
    "last": "2026-01-08",
}
SPLIT = {"members": [MEMBER], "at_most": 0, "yes": 1, "no": 2}
NODES = [
    {"node": 0, "split": SPLIT},
    {"node": 1, "leaf": 1, "multipliers": [{"node": 0, "price": 20.0}]},
    {"node": 2, "leaf": 3, "multipliers": [{"node": 0, "price": 25.0}]},
]


def of_place(location: str, nodes: Any) -> dict[str, Any]:
    return {"blocks": [{"locations": [location], "nodes": nodes}]}


TREE = of_place("D", NODES)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return read_scene(busy_world().data())


def with_split(**changes: Any) -> dict[str, Any]:
    return of_place("D", [{"node": 0, "split": SPLIT | changes}, *NODES[1:]])


def with_member(**changes: Any) -> dict[str, Any]:
    return with_split(members=[MEMBER, MEMBER | changes])


def with_leaf(**changes: Any) -> dict[str, Any]:
    return of_place("D", [*NODES[:2], NODES[2] | changes])


def with_multiplier(price: Any, node: Any = 0) -> dict[str, Any]:
    return with_leaf(multipliers=[{"node": node, "price": price}])


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"blocks": {}},
        {"blocks": [3]},
        {"blocks": [{"nodes": NODES}]},
        {"blocks": [{"locations": ["D", "X"], "nodes": NODES}]},  # two blocks
        {"blocks": [{"locations": ["D", "D"], "nodes": NODES}]},
        {"blocks": [{"locations": [["D"]], "nodes": NODES}]},
        {"blocks": TREE["blocks"] * 2},
        of_place("nowhere", NODES),
        of_place("X", NODES),  # the members are lorries to another block
        of_place("D", None),
        of_place("D", []),
        of_place("D", [3]),
        of_place("D", NODES[1:]),  # no root
        of_place("D", NODES[:2]),  # a child is missing
        of_place("D", [*NODES, {"node": 7, "leaf": 7}]),  # never reached
        of_place("D", [*NODES, NODES[2]]),
        of_place("D", [NODES[0], NODES[1], {"node": 2}]),
        with_split(no=1),  # reached twice
        with_split(no=0),
        with_split(yes=None),
        with_split(yes=9),
        with_split(members=None),
        with_split(members=["S"]),
        with_split(at_most=0.5),
        with_split(at_most="0"),
        with_split(at_most=True),
        with_split(at_most=float("nan")),
        with_split(at_most=10**400),
        with_member(mode="carpet"),
        with_member(mode=["truck"]),
        with_member(destination=""),
        with_member(destination="X", origin="D"),
        with_member(first="2026-01-09"),  # after the last
        with_member(last="2026-02-01"),
        with_member(last=None),
        with_member(last={}),
        with_leaf(leaf=1),
        with_leaf(leaf=-3),
        with_leaf(leaf=3.5),
        with_leaf(split=SPLIT),
        with_leaf(multipliers=5),
        with_leaf(multipliers=[5]),
        with_leaf(multipliers=[{"node": 0, "price": 1.0}] * 2),
        with_multiplier(-1.0),
        with_multiplier(float("nan")),
        with_multiplier(float("inf")),
        with_multiplier(10**400),
        with_multiplier("1"),
        with_multiplier(True),
        with_multiplier(1.0, node=1),  # not above
        with_multiplier(1.0, node=[0]),
    ],
)
def test_what_is_no_tree_is_unreadable(scene: Scene, content: Any) -> None:
    with pytest.raises(Unreadable) as fault:
        read_branches(content, scene)
    assert fault.value.file == "branches.json"


def test_a_tree_has_its_leaves_and_what_the_splits_above_them_pay(scene: Scene) -> None:
    block = scene.network.locations.get_loc("D")
    few, many = read_branches(with_split(members=[MEMBER, MEMBER], at_most=2.0), scene).leaves[block]
    assert (few.number, many.number) == (1, 3)
    assert (few.constant, many.constant) == (pytest.approx(-40.0), pytest.approx(75.0))
    assert few.reward.tolist() == [-20.0] * 8
    assert many.day.tolist() == [0, 1, 2, 3] * 2
    assert read_branches(of_place("D", [{"node": 0, "leaf": 4}]), scene).leaves[block][0].number == 4

"""The plan and the bound of one block at given prices: what a worker does."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from planner_models.decomposed.block import Outer
from planner_models.decomposed.master import CLOSE, Master, Room
from planner_models.decomposed.pattern import path_of, patterns, rounded
from planner_models.decomposed.points import NEVER
from planner_models.decomposed.supply import worth_of
from planner_models.decomposed.tree import Node, Tree
from planner_models.problem import Floats

STEPS = 40  # evaluations at most, of the plan with parts of vehicles and with every pattern
LOOK = 8  # evaluations at most, of a pattern that a node of the tree suggests


@dataclass(frozen=True)
class Task:
    """What is to be done with a block: a bound, a plan, or both."""

    outer: Outer
    room: Room  # where prices of room begin
    asked: Floats | None  # N × T [units]; None = a bound is wanted as well
    shortage: Floats | None  # N
    plan: bool
    vehicles: Floats | None = None  # G × T; what is planned is planned with these, and nothing is bounded
    replan: bool = False  # other vehicles are taken if these cost more
    nodes: int = 0  # of the tree at most: for a better bound, or, if it is planned, for better vehicles
    cutoff: float = np.inf  # a bound above this is not needed


@dataclass(frozen=True)
class PlacePlan:
    """What came of it."""

    bound: float
    tree: Node | None  # None if something was asked for: then it is no bound for all plans
    flow: Floats  # W of the block [units]
    cost: float  # of the flow, with whole vehicles
    evaluations: int
    vehicles: Floats  # G × T
    room: Room  # its prices with these vehicles
    worth: Floats | None = None  # N × T, of a unit where something was asked for [money]


def plan_place(task: Task, over: Callable[[], bool] = lambda: False) -> PlacePlan:
    """Bound and plan of a block."""
    block = task.outer.block
    if not len(block.points) or not len(block.ways.day):
        leaf, nothing = bare(task), np.zeros(len(block.ways.day))
        proof = leaf if task.asked is None else None
        return PlacePlan(leaf.bound, proof, nothing, 0.0, 0, block.freight.given_vehicles, leaf.room)
    master = Master(task.outer, task.room.kg, task.room.m3, task.asked, task.shortage)
    if task.vehicles is not None and not task.replan:
        return _with(master, task, [task.vehicles], master.start, over)
    tree = Tree(master, STEPS)
    if task.plan:
        assert tree.root.mixture is not None
        path = path_of(master, tree.root.mixture)
        known = [rounded(master, tree.root.mixture.vehicles)]
        known += [] if task.vehicles is None else [task.vehicles]
        found = _with(master, task, [*known, *patterns(master, path)], tree.root.room, over)
        found = _searched(master, task, tree, found, over)
    else:
        found = _with(master, task, [], tree.root.room, over)
    if task.asked is not None or task.vehicles is not None:
        return replace(found, bound=tree.bound)
    if not task.plan:
        close = CLOSE * max(1.0, abs(tree.bound))
        tree.grow(lambda: min(found.cost, task.cutoff) - close, task.nodes, over)
    return replace(found, bound=tree.bound, tree=tree.root, evaluations=master.evaluations)


def _searched(
    master: Master, task: Task, tree: Tree, found: PlacePlan, over: Callable[[], bool]
) -> PlacePlan:
    """The cheapest plan with the vehicles of nodes of the tree, rounded; `found` if none is cheaper."""
    best, seen = found, {found.vehicles.tobytes()}

    def look(node: Node) -> None:
        nonlocal best
        if node.mixture is None:
            return
        vehicles = rounded(master, node.mixture.vehicles)
        if vehicles.tobytes() in seen:
            return
        seen.add(vehicles.tobytes())
        room = replace(node.room, splits=np.zeros(0))
        _, _, mixture = master.search(room, fixed=vehicles, most=LOOK)
        if mixture.cost < best.cost:
            best = replace(best, cost=mixture.cost, vehicles=vehicles)

    tree.grow(lambda: best.cost, task.nodes, over, look)
    return found if best is found else _with(master, task, [best.vehicles], tree.root.room, over)


def _with(
    master: Master, task: Task, patterns: list[Floats], room: Room, over: Callable[[], bool]
) -> PlacePlan:
    """The cheapest plan with one of the patterns of vehicles; none if it is over before."""
    nothing = np.zeros(len(master.block.ways.day))
    best = PlacePlan(-np.inf, None, nothing, np.inf, 0, master.least, room)
    for vehicles in patterns:
        if over():
            break
        _, found, mixture = master.search(room, fixed=vehicles, most=STEPS)
        if mixture.cost < best.cost:
            flow = path_of(master, mixture).flow
            best = replace(best, flow=flow, cost=mixture.cost, vehicles=vehicles, room=found)
    if task.asked is not None and np.isfinite(best.cost):
        best = replace(best, worth=_worth(master, best.room))
    return replace(best, evaluations=master.evaluations)


def _worth(master: Master, room: Room) -> Floats:
    """What a unit is worth where something is asked for, at these prices of room."""
    assert master.asked is not None
    assert master.shortage is not None
    terms, _ = master.outer.terms(*master.rates(room))
    terms = replace(terms, leaving=np.full(terms.leaving.shape, -NEVER))
    points = master.block.recursion
    plan = points.respond(terms, master.hint, master.asked, master.shortage)
    return worth_of(points, terms, plan, master.asked, master.shortage)


def bare(task: Task) -> Node:
    """The bound of a block to which nothing can be brought: no prices of room are needed."""
    block = task.outer.block
    freight, lanes = block.freight, block.problem.lanes
    bound = float(np.sum(freight.vehicle_cost(task.outer.prices) * freight.given_vehicles))
    bound += float(np.sum(freight.rate * lanes.given_kg + freight.m3_rate * lanes.given_m3))
    if len(block.points):
        response, _ = task.outer.respond(freight.rate, freight.m3_rate, np.zeros(block.leaves.shape))
        bound += float(response.bound.sum())
    nothing = np.zeros(freight.given_vehicles.shape)
    return Node((), Room(nothing, nothing, np.zeros(0)), bound, None)


def leaves_of(tree: Node) -> list[Node]:
    """The leaves of a tree, from left to right."""
    if tree.children is None:
        return [tree]
    return [leaf for child in tree.children for leaf in leaves_of(child)]

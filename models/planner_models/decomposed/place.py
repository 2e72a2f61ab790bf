"""The plan and the bound of one block at given prices: what a worker does."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner_models.decomposed.block import Outer
from planner_models.decomposed.master import Master, Room
from planner_models.decomposed.pattern import path_of, patterns
from planner_models.decomposed.tree import Node, Tree
from planner_models.problem import Floats

CLOSE = 3e-4  # of the cost of a block: bound and programme agree
STEPS = 40  # evaluations at most, of the plan with parts of vehicles and with every pattern


@dataclass(frozen=True)
class Task:
    """What is to be done with a block: a bound, a plan, or both."""

    outer: Outer
    room: Room  # where prices of room begin
    asked: Floats | None  # N × T [units]; None = a bound is wanted as well
    shortage: Floats | None  # N
    plan: bool
    nodes: int = 0  # of the tree at most
    cutoff: float = np.inf  # a bound above this is not needed


@dataclass(frozen=True)
class PlacePlan:
    """What came of it."""

    bound: float
    tree: Node | None  # None if something was asked for: then it is no bound for all plans
    flow: Floats  # W of the block [units]
    cost: float  # of the flow, with whole vehicles
    evaluations: int


def plan_place(task: Task, over: Callable[[], bool] = lambda: False) -> PlacePlan:
    """Bound and plan of a block."""
    block = task.outer.block
    nothing = np.zeros(len(block.ways.day))
    if not len(block.points) or not len(block.ways.day):
        bound = bare(task)
        return PlacePlan(bound.bound, bound if task.asked is None else None, nothing, 0.0, 0)
    master = Master(task.outer, task.room.kg, task.room.m3, task.asked, task.shortage)
    close = CLOSE * max(1.0, abs(master.bound))
    tree = Tree(master, close, STEPS)
    flow, cost = nothing, np.inf
    if task.plan:
        assert tree.root.mixture is not None
        path = path_of(master, tree.root.mixture)
        for vehicles in patterns(master, path):
            if over():
                break
            _, _, mixture = master.search(tree.root.room, fixed=vehicles, close=close, most=STEPS)
            if mixture.cost < cost:
                flow, cost = path_of(master, mixture).flow, mixture.cost
    if task.asked is None:
        tree.grow(lambda: min(cost, task.cutoff) - close, task.nodes, over)
    return PlacePlan(tree.bound, tree.root if task.asked is None else None, flow, cost, master.evaluations)


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

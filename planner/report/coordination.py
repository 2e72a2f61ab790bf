"""What joint planning is worth against planning in steps, and where it isn't: conclusions drawn from costs."""

from dataclasses import dataclass

import pandas as pd

from planner.plan.causes import CAUSES, per_cause
from planner.plan.run import Run
from planner.report.material import Material, policy_of
from planner.report.words import POLICIES, listed, number, percent, signed

JOINT = "joint"
ABOUT_ZERO = 0.005  # of the cost: a difference that nobody would notice
SMALL = 0.02  # of the cost: a difference that isn't taken for one if the gap is larger
NOTICEABLE = 5e-4  # of the whole cost: smaller differences of a part are passed over
LITTLE_TRANSPORT = 0.02  # of the cost: then there is hardly anything to coordinate


@dataclass(frozen=True)
class Coordination:
    """Two plans for the same tables, the joint one and the best other one (made the `way` that is named).

    `before` and `after` are the money per cause without and with joint planning, `bound` is the joint plan's.
    """

    way: str
    currency: str
    before: dict[str, float]
    after: dict[str, float]
    bound: float

    @property
    def total(self) -> float:
        """The cost without joint planning [money]."""
        return sum(self.before.values())

    @property
    def saved(self) -> float:
        """What joint planning saves; negative where it costs more."""
        return self.total - sum(self.after.values())

    @property
    def open(self) -> float:
        """What a still better joint plan could save on top, at most."""
        return sum(self.after.values()) - self.bound

    @property
    def gap(self) -> float:
        """Of the joint plan."""
        return self.open / (self.open + self.bound) if self.open + self.bound else 0.0

    @property
    def share(self) -> float:
        """Of the baseline's cost."""
        return self.saved / self.total if self.total else 0.0

    @property
    def about_zero(self) -> bool:
        """Whether the difference is too small to be called one."""
        lost_in_gap = abs(self.saved) < self.open and abs(self.share) < SMALL
        return abs(self.share) < ABOUT_ZERO or lost_in_gap

    @property
    def changes(self) -> dict[str, float]:
        """Joint minus baseline, in the order of causes; only causes in which either costs something."""
        causes = [cause for cause in CAUSES if self.before[cause] or self.after[cause]]
        return {cause: self.after[cause] - self.before[cause] for cause in causes}

    @property
    def sentence(self) -> str:
        """The conclusion."""
        return f"{self._verdict} {self._transport}".strip()

    @property
    def _verdict(self) -> str:
        amount = f"{number(abs(self.saved))} {self.currency} ({percent(abs(self.share), 2)})"
        most = f"No plan could save more than {number(max(0.0, self.saved + self.open))} {self.currency} against it."
        if self.about_zero:
            less = abs(self.saved) + 1e-6 * self.total < self.open
            doubt = (
                " That is less than what the gap leaves open, so it is not proven to be a difference at all."
                if less
                else ""
            )
            return f"Joint planning is worth about nothing here: against {self.way} it changes cost by {amount}.{doubt} {most}"
        if self.saved < 0:
            early = f"It could have been that plan, too, so it was ended too early: {percent(self.gap, 2)} are open."
            return f"This joint plan is not worth it: the other plan ({self.way}) costs {amount} less. {early} {most}"
        doubt = (
            " What is still open in the joint plan is more than that, so how much it is worth is not certain."
            if self.saved < self.open
            else ""
        )
        return f"Joint planning saves {amount} against {self.way}: {self._why}.{doubt}"

    @property
    def _why(self) -> str:
        change = sorted(self.changes.items(), key=lambda pair: pair[1])
        small = 0.02 * self.saved
        less = [f"{number(-money)} less {CAUSES[cause]}" for cause, money in change if money < -small][:3]
        more = [
            f"{number(money)} more {CAUSES[cause]}" for cause, money in reversed(change) if money > small
        ][:2]
        return listed(less) + (f", for {listed(more)}" if more else "")

    @property
    def _transport(self) -> str:
        total = sum(self.after.values())
        share = (self.after["freight"] + self.after["co2"]) / total if total else 0.0
        if share >= LITTLE_TRANSPORT or abs(self.share) >= 2 * SMALL:
            return ""
        return f"Freight and CO₂ are only {percent(share)} of cost: there is little to coordinate."


def rivals(m: Material) -> tuple[Run, Run] | None:
    """The cheapest joint run and the cheapest other one that answer the same tables as the first; None without both."""
    same = [run for run in m.runs if run.record.input_hash == m.run.record.input_hash]
    joint = [run for run in same if policy_of(run) == JOINT]
    others = [run for run in same if policy_of(run) != JOINT]
    return (min(joint, key=_cost), min(others, key=_cost)) if joint and others else None


def conclude(m: Material) -> Coordination | None:
    """What the two runs say about joint planning."""
    found = rivals(m)
    if found is None:
        return None
    joint, other = found
    way = POLICIES.get(policy_of(other), policy_of(other))
    before, after = (per_cause(run.plan.kpis["cost"]) for run in (other, joint))
    return Coordination(way, m.currency, before, after, joint.plan.bound)


def _cost(run: Run) -> float:
    return run.plan.cost


def places(m: Material, by: str) -> pd.DataFrame | None:
    """Before, after and difference [money] by `location_id` or `category`, the largest extra cost first.

    None where the tables of the two plans are gone.
    """
    found = rivals(m)
    if found is None or not {run.record.run_id for run in found} <= m.shares.keys():
        return None
    frames = {}
    for name, run in zip(("after", "before"), found, strict=True):
        shares = m.shares[run.record.run_id]
        if by == "category":
            assert m.data is not None
            shares = shares.merge(m.data["items"][["item_id", "category"]], how="left", on="item_id")
            shares["category"] = shares["category"].fillna("").replace("", "no category")
        frames[name] = shares.groupby(by)["money"].sum()
    table = pd.DataFrame(frames).fillna(0.0)
    table["difference"] = table["after"] - table["before"]
    table = table.rename(index={"": "whole network"})
    return table.sort_values("difference", ascending=False)


def dearer(differences: "pd.Series[float]", total: float) -> list[str]:
    """Names where joint planning costs noticeably more, with how much."""
    rows = differences[differences > NOTICEABLE * total].sort_values(ascending=False)
    return [f"{name} ({signed(number(float(money)))})" for name, money in rows.items()]

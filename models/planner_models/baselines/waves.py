"""From the shops upwards, and down again: what every policy has in common.

Upwards each wave of locations orders, its orders are loaded, and what they take is the demand of the locations that send them.
Downwards, once it is known what these get, loads are cut to what is there. What then still comes too late may be expedited.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner_models.baselines.expedite import expedite
from planner_models.baselines.ledger import Ledger
from planner_models.baselines.links import Chain
from planner_models.baselines.minimums import settle
from planner_models.baselines.ration import Ration
from planner_models.baselines.stock import room_of
from planner_models.baselines.transport import LinkPlan, Rules, transport
from planner_models.problem import Floats, Ints


@dataclass(frozen=True)
class Policy:
    """How stock points order, and what transport may do with it."""

    # lots of some points by day of order, from what is asked of them
    order: Callable[[Chain, Ints, Floats], Ints]
    shops: Rules  # on links to locations that serve nobody
    warehouses: Rules


def carried_out(chain: Chain, policy: Policy) -> Ints:
    """Whole lots (`K × T`) by a policy; limits may be exceeded where orders leave no choice."""
    ledger, planned = Ledger.of(chain.problem), list[list[LinkPlan]]()
    for wave in chain.waves:
        points = np.sort(np.concatenate([link.points for link in wave]))
        asked = asked_of(ledger)[points]
        wanted = np.zeros(chain.opens.shape, np.int64)
        wanted[points] = policy.order(chain, points, asked)
        room = room_of(chain, points, wanted, asked)
        serving = points[asked.any(axis=1)]
        warehouses = [link for link in wave if np.isin(link.points, serving).any()]
        shops = [link for link in wave if not np.isin(link.points, serving).any()]
        planned.append(transport(chain, ledger, shops, wanted, room, policy.shops))
        planned.append(transport(chain, ledger, warehouses, wanted, room, policy.warehouses))
    for plans in reversed(planned):
        Ration(chain, ledger, plans).run()
        settle(chain, ledger, [plan.link for plan in plans])
    expedite(chain, ledger)
    return ledger.lots


def asked_of(ledger: Ledger) -> Floats:
    """What free orders take from each stock point (`N × T`) [units]."""
    ship = ledger.problem.shipments
    found = np.zeros(ledger.problem.stock.mean.shape)
    own = ship.source >= 0
    np.add.at(found, ship.source[own], ledger.units[own])
    return found

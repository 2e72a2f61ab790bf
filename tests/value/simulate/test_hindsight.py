"""What a decision was worth once demand is known."""

import pandas as pd
import pytest

from planner.value.simulate.hindsight import hindsight_price
from planner.value.simulate.measures import hindsight
from tests.value.simulate.shop import S1, SOAP, certain, orders, shop

VAN = 20.0
PER_DAY = 0.25 / 365 * 2.0  # holding of a soap at a quarter of its cost a year


def sent(cases: int) -> pd.DataFrame:
    """So many cases of four soaps from the DC to the first shop, on the first day."""
    lines = [("SOAP", "DC", "S1", "van", 4.0 * cases, 0, 0)] if cases else []
    return orders(*lines).assign(cases=float(cases))


def price(wanted: list[float], *, sends: bool) -> float:
    """What the van of the first day cost more than none, or the other way round, if so much soap was wanted at the shop."""
    tables = hindsight(certain(shop(), {(SOAP, S1): wanted}))
    van, none = sent(1), sent(0)
    found = hindsight_price(tables, *((van, none) if sends else (none, van)))
    assert found.priced
    assert sum(found.causes.values()) == pytest.approx(found.difference, abs=1e-9)
    return found.difference


def test_a_van_that_nobody_needed_cost_its_freight() -> None:
    """Soap costs the same to hold at the DC and at the shop."""
    assert price([0, 0, 0], sends=True) == pytest.approx(VAN, abs=1e-9)
    assert price([0, 0, 0], sends=False) == pytest.approx(-VAN, abs=1e-9)


def test_a_van_that_was_needed_saved_the_lost_margin_too() -> None:
    """24 are wanted and 20 there: four more sales at a margin of 2, and three days on which four aren't held."""
    assert price([24, 0, 0], sends=True) == pytest.approx(VAN - 4 * 2.0 - 3 * 4 * PER_DAY, abs=1e-9)


def test_what_never_was_there_has_no_price() -> None:
    tables = hindsight(certain(shop(), {(SOAP, S1): [0, 0, 0]}))
    assert not hindsight_price(tables, sent(100), sent(0)).priced

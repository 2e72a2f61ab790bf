"""`planner.toml`: what is not a table. Types are strict, unknown keys are errors that name the nearest."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
)

from planner.tables.buckets import BadBuckets, periods, read_buckets

FILE = "planner.toml"
DEFAULT_HORIZON = 14
MAX_HORIZON = 1000

Days = Annotated[StrictInt, Field(ge=0)]
Count = Annotated[StrictInt, Field(ge=1)]
Horizon = Annotated[StrictInt, Field(ge=1, le=MAX_HORIZON)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)]


def _read(text: str) -> str:
    read_buckets(text)
    return text


Buckets = Annotated[StrictStr, AfterValidator(_read)]


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Defaults(Strict):
    """The last word where no row of `policies` gives a value."""

    holding_rate_per_year: Amount = 0.25
    """Yearly holding cost as a part of the unit cost."""
    lost_sale_penalty: Amount | None = None
    """Cost of a lost sale on top of the lost margin [money/unit]."""
    service_target: Annotated[float, Field(gt=0, lt=1, strict=True)] | None = None
    """Wanted probability of not running out; stands for a penalty if none is given."""
    lost_sales_allowed: StrictBool = True
    """false = demand must be met."""


class Profile(Strict):
    """How hard to solve."""

    gap: Amount = 0.01
    """Stop when (cost − bound) ÷ cost is not above it."""
    time_limit: Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)] = 60.0
    """Stop after this time [s]."""
    threads: Count = 2
    """Processor cores to use."""
    seed: Days = 0
    """Seed of everything that is random."""


class ExceptionRules(Strict):
    """What `planner exceptions` looks at and lists; no plan depends on it."""

    least_money: Amount = 50.0
    """Exceptions with less recoverable money are counted, not listed [money]."""
    tracking_days: Annotated[StrictInt, Field(ge=1, le=28)] = 7
    """Last days of sales that are held against the forecast [days]."""
    false_discovery_rate: Annotated[float, Field(gt=0, lt=1, strict=True)] = 0.05
    """Expected share of false ones among the shifts of demand that are reported."""


class CsvReading(Strict):
    """How to read CSV files; what is not given is detected, and said."""

    separator: Literal[",", ";", "\t", "|"] | None = None
    """Between cells: comma, semicolon, tab or bar."""
    decimal: Literal[".", ","] | None = None
    """Decimal mark of numbers."""
    encoding: str | None = None
    """Such as utf-8 or cp1252."""


def _words(value: object) -> object:
    """Names in one text, with commas between them, as a cell has them."""
    return tuple(word.strip() for word in value.split(",")) if isinstance(value, str) else value


def _roles(names: tuple[str, ...]) -> tuple[str, ...]:
    if not names or any(not name.strip() or name != name.strip() for name in names):
        raise ValueError("it must name at least one role, each by a word")
    if len(set(names)) < len(names):
        raise ValueError("it must name each role once")
    return names


class Approval(Strict):
    """Who must sign a plan before it is published."""

    roles: Annotated[tuple[StrictStr, ...], BeforeValidator(_words), AfterValidator(_roles)] = (
        "retail",
        "distribution",
    )
    """Roles that must approve a plan, as a list; in a cell with commas between them. Absent = retail, distribution."""
    publish_up_to: Amount | None = None
    """Largest difference of a proposal's cost from the published plan's up to which `watch` may publish it unsigned [money]."""


class CommonSettings(Strict):
    """All settings except the two that the tables can supply."""

    currency: str = "EUR"
    """Name of the money in all tables; nothing is converted."""
    review_days: Count = 1
    """Days between two plans [days]."""
    frozen_days: Days = 0
    """First days in which nothing new is dispatched [days]."""
    terminal_value: Literal["useful", "none"] = "useful"
    """`useful`: stock that the days after the horizon need has a value; `none`: it has none."""
    co2_price_per_kg: Amount = 0.0
    """Price of emissions [money/kg]."""
    service_weight: Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)] = 1.0
    """What a lost sale counts, times its margin and penalty."""
    change_cost_per_case: Amount = 0.0
    """Cost of each case by which the plan differs from the planned orders [money/case]."""
    extra_columns: Literal["error", "allow"] = "error"
    """What an unknown column is: an error, or a warning (`allow`)."""
    buckets: Buckets | None = None
    """Periods of the plan, such as `7d,3w`: seven days, then three weeks; they divide the horizon. Absent = days."""
    defaults: Defaults = Defaults()
    """What holds where `policies` says nothing, see below."""
    profiles: dict[str, Profile] = Field(default_factory=lambda: {"default": Profile()})
    """How hard to solve, by name, see below."""
    csv: CsvReading = CsvReading()
    """How to read CSV files, see below."""
    exceptions: ExceptionRules = ExceptionRules()
    """What counts as an exception, see below."""
    scheduling: dict[str, Any] = Field(default_factory=dict)
    """Rules for schedulers."""
    approval: Approval = Approval()
    """Who must sign a plan, see below."""


class Settings(CommonSettings):
    """The settings of a data set: every day `start_date + t` with `0 ≤ t < horizon_days` is planned."""

    start_date: date
    horizon_days: Horizon

    @property
    def end_date(self) -> date:
        """The last day of the horizon."""
        return self.start_date + timedelta(days=self.horizon_days - 1)


class Incomplete(ValueError):  # noqa: N818
    """The tables don't supply the setting `key`, which is not given, or contradict it."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(reason)
        self.key = key


class GivenSettings(CommonSettings):
    """The settings as they are written, where `start_date` and `horizon_days` may be absent."""

    start_date: Annotated[date, Field(strict=True)] | None = None
    """First day of the plan; absent = the first day of `demand`, else the day after the last of `sales`."""
    horizon_days: Horizon | None = None
    """Days that are planned; absent = through the last day of `demand`, else 14 [days]."""

    def completed(
        self, first_demand: date | None, last_demand: date | None, last_sale: date | None
    ) -> Settings:
        """Start with demand, else on the day after the last sale; end with demand, else after 14 days.

        Raises Incomplete if there is nothing to start from, or the last demand is too far away.
        """
        start = self.start_date or first_demand or (last_sale + timedelta(days=1) if last_sale else None)
        if start is None:
            raise Incomplete(
                "start_date", "it is not given, and there is neither demand nor sales to take it from"
            )
        days = self.horizon_days
        if days is None:
            until_demand = (last_demand - start).days + 1 if last_demand else DEFAULT_HORIZON
            days = until_demand if until_demand > 0 else DEFAULT_HORIZON
            if days > MAX_HORIZON:
                raise Incomplete(
                    "horizon_days", f"it is not given, and demand ends {days:,} days after {start}"
                )
        try:
            periods(self.buckets or "", days)
        except BadBuckets as fault:
            raise Incomplete("buckets", str(fault)) from None
        given = {name: getattr(self, name) for name in CommonSettings.model_fields}
        profiles = {"default": Profile(), **self.profiles}
        return Settings(**(given | {"start_date": start, "horizon_days": days, "profiles": profiles}))

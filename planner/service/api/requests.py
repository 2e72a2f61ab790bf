"""What can be asked for: the options of the verbs, under their names on the command line.

Left out are those that say where files are, and those that open the server to other machines (a test compares).
"""

import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from planner.service.api.answers import ID

Word = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")]
Dataset = Annotated[
    str, Field(pattern=ID, description="A data set.", examples=["20261122T153000.123Z-k7m2x"])
]
Gap = Annotated[float | None, Field(ge=0, le=1, allow_inf_nan=False, examples=[0.01])]
Seconds = Annotated[float | None, Field(gt=0, le=1e6, allow_inf_nan=False, examples=[600])]
Money = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
Text = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00-\x1f]*$")]
Cell = str | bool | int | Annotated[float, Field(allow_inf_nan=False)] | None
Threads = Annotated[int | None, Field(ge=1, le=256, strict=True, examples=[None])]
Seed = Annotated[int | None, Field(ge=0, lt=2**31, strict=True, examples=[None])]
Buckets = Annotated[str | None, Field(max_length=100, pattern=r"^[0-9a-z,]+$", examples=[None])]
EXAMPLE = "20261122T153000.123Z-k7m2x"


class Asked(BaseModel):
    """Options, None = as on the command line. What is not known is refused."""

    model_config = ConfigDict(extra="forbid")

    def options(self) -> dict[str, Any]:
        """For the verb."""
        return self.model_dump(exclude={"dataset"}, exclude_none=True)


class Planning(Asked):
    """What every verb that makes plans can be asked for."""

    dataset: Dataset
    profile: Word = "default"
    gap: Gap = None
    time_limit: Seconds = None
    threads: Threads = None
    seed: Seed = None
    policy: Literal["joint", "sequential", "reorder"] = "joint"
    engine: Literal["auto", "exact", "decomposed"] = "auto"
    buckets: Buckets = None
    strict: bool = False


class Solve(Planning):
    """As `planner solve`."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"dataset": EXAMPLE, "gap": 0.01, "time_limit": 600}]}
    )

    warm: Annotated[str | None, Field(pattern=ID, examples=[None])] = None
    force: bool = False


class Scenarios(Planning):
    """As `planner scenarios`, with the `scenarios.toml` of the data set."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"dataset": EXAMPLE, "only": "strike"}]}
    )

    only: Annotated[str | None, Field(max_length=1000, pattern=r"^[^\x00-\x1f]+$", examples=["strike"])] = (
        None
    )


class Simulate(Asked):
    """As `planner simulate`."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"dataset": EXAMPLE, "policies": "joint,reorder", "days": 28, "replications": 5}]
        },
    )

    dataset: Dataset
    policies: Annotated[str, Field(max_length=100, pattern=r"^[a-z, ]+$")] = "joint,sequential,reorder"
    delay: Annotated[str, Field(max_length=100, pattern=r"^[0-9, ]+$")] = "0"
    days: Annotated[int, Field(ge=1, le=1000, strict=True)] = 56
    replications: Annotated[int | None, Field(ge=1, le=10_000, strict=True, examples=[None])] = None
    seed: Annotated[int, Field(ge=0, lt=2**31, strict=True)] = 1
    truth: Literal["draws", "history"] = "draws"
    review: Annotated[int | None, Field(ge=1, le=365, strict=True, examples=[None])] = None
    horizon: Annotated[int | None, Field(ge=1, le=1000, strict=True, examples=[None])] = None
    gap: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.05
    time_limit: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)] = 30.0
    engine: Literal["quick", "auto", "exact", "decomposed"] = "quick"
    buckets: Buckets = None
    service_weight: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)] = 1.0
    window: Annotated[int | None, Field(ge=1, le=365, strict=True, examples=[None])] = None
    trigger: Annotated[
        str | None, Field(max_length=100, pattern=r"^[a-z, ]+$", examples=["event,weekly"])
    ] = None
    response: Annotated[
        str | None, Field(max_length=100, pattern=r"^[a-z0-9.,= ]+$", examples=["weekly=48,event=0.1"])
    ] = None
    shocks: Annotated[
        str | None,
        Field(
            max_length=20,
            pattern=r"^[0-9]+(\.[0-9]+)?$",
            description="How many shocks per week are drawn.",
            examples=["2"],
        ),
    ] = None
    detect: bool = False

    def options(self) -> dict[str, Any]:
        """For the verb, which calls the delays and the triggers by their plural."""
        options = super().options()
        plural = {"delay": "delays", "trigger": "triggers"}
        return {plural.get(name, name): value for name, value in options.items()}


class Replan(Asked):
    """As `planner replan`. `events` are rows of the table `events`, or the text of a CSV file with them; without them, those of the
    table `events`. Without a data set the tables are those of the run, as they are now."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "run": EXAMPLE,
                    "events": [
                        {
                            "event_id": "E1",
                            "at": "2026-03-02T06:00:00",
                            "type": "demand_shift",
                            "item_id": "rice",
                            "location_id": "FAR",
                            "factor": 2,
                        }
                    ],
                    "max_changes": 20,
                }
            ]
        },
    )

    run: Annotated[str, Field(pattern=ID, description="The plan that stands.", examples=[EXAMPLE])]
    dataset: Annotated[Dataset | None, Field(examples=[None])] = None
    events: Annotated[
        Annotated[list[dict[str, Cell]], Field(max_length=10_000)]
        | Annotated[str, Field(max_length=1_000_000)]
        | None,
        Field(examples=[None]),
    ] = None
    max_changes: Annotated[int | None, Field(ge=0, lt=2**31, strict=True, examples=[20])] = None
    change_cost: Money = 0.0
    time_limit: Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)] = 4.0
    seed: Annotated[int, Field(ge=0, lt=2**31, strict=True)] = 0
    certify: bool = False

    def options(self) -> dict[str, Any]:
        """For the verb, which has the run by its name."""
        return self.model_dump(exclude={"dataset", "run"}, exclude_none=True)


class Approve(Asked):
    """As `planner approve`, in the name of the token."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"role": "retail", "note": "promotion is in"}]}
    )

    role: Word
    note: Text = ""


class Reject(Asked):
    """As `planner reject`, in the name of the token; `note` says why."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"role": "retail", "note": "promotion was moved"}]}
    )

    role: Word
    note: Annotated[Text, Field(min_length=1)]


class Override(Asked):
    """As `planner override`, in the name of the token: another quantity in units (0 = nothing is sent), mode or day of dispatch."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"order": "O000001", "quantity": 40, "reason": "school holidays"}]},
    )

    order: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
    reason: Annotated[Text, Field(min_length=1)]
    quantity: Annotated[float | None, Field(ge=0, le=1e12, allow_inf_nan=False, examples=[40])] = None
    mode: Annotated[Word | None, Field(examples=[None])] = None
    date: Annotated[datetime.date | None, Field(examples=[None])] = None
    item: Annotated[Word | None, Field(examples=[None])] = None

    def options(self) -> dict[str, Any]:
        """In JSON's types."""
        return self.model_dump(mode="json", exclude_none=True)

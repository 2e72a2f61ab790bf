"""The tables of the store. A change here needs a migration (`migrations/versions`); a test compares both."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A time in UTC; SQLite keeps no zone, so it is added when one is read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """The time in UTC, wherever it was told."""
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """The time with its zone."""
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {dict[str, Any]: JSON, list[Any]: JSON, datetime: Moment}  # noqa: RUF012 (SQLAlchemy's)


class Token(Base):
    """Somebody who may come in. Of the secret only a hash is kept."""

    __tablename__ = "tokens"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    secret_hash: Mapped[str] = mapped_column(String(64))
    roles: Mapped[list[Any]]
    created: Mapped[datetime] = mapped_column(default=now)
    expires: Mapped[datetime | None]
    revoked: Mapped[datetime | None]


class DataSetRow(Base):
    """A valid data set: uploaded tables, or a folder that the operator allows."""

    __tablename__ = "datasets"
    __table_args__ = (UniqueConstraint("actor", "idempotency_key"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    actor: Mapped[str] = mapped_column(String(100))
    created: Mapped[datetime] = mapped_column(default=now)
    folder: Mapped[str] = mapped_column(Text)
    uploaded: Mapped[bool]
    input_hash: Mapped[str] = mapped_column(String(64))
    rows: Mapped[dict[str, Any]]
    warnings: Mapped[list[Any]]
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    request_hash: Mapped[str] = mapped_column(String(64))


class Job(Base):
    """Something that was accepted and will be done: queued → running → done, failed or cancelled."""

    __tablename__ = "jobs"
    __table_args__ = (UniqueConstraint("actor", "idempotency_key"), Index("ix_jobs_status", "status"))

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    verb: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(100))
    dataset_id: Mapped[str | None] = mapped_column(String(40))
    request: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(10), default="queued")
    cancel: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    created: Mapped[datetime] = mapped_column(default=now)
    started: Mapped[datetime | None]
    finished: Mapped[datetime | None]
    run_id: Mapped[str | None] = mapped_column(String(40))
    progress: Mapped[dict[str, Any] | None]
    result: Mapped[dict[str, Any] | None]
    error: Mapped[dict[str, Any] | None]
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    request_hash: Mapped[str] = mapped_column(String(64))


class Hook(Base):
    """An address that is told when jobs have ended. The secret is what its messages are signed with, so it has to be kept."""

    __tablename__ = "hooks"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    secret: Mapped[str] = mapped_column(String(100))
    events: Mapped[list[Any]]
    created: Mapped[datetime] = mapped_column(default=now)
    disabled: Mapped[datetime | None]


class Delivery(Base):
    """A message that is to be sent: waiting → delivered or failed. Kept in the transaction that ends the job."""

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_status", "status", "due"),)

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    hook_id: Mapped[str] = mapped_column(ForeignKey("hooks.id", ondelete="CASCADE"), index=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    event: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(10), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    created: Mapped[datetime] = mapped_column(default=now)
    due: Mapped[datetime | None] = mapped_column(default=now)
    last: Mapped[datetime | None]
    code: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(Text)


class Schedule(Base):
    """A plan that is made again and again. Ticks up to `considered` are dealt with; `last_…` says how the last one went."""

    __tablename__ = "schedules"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    cron: Mapped[str] = mapped_column(String(100))
    timezone: Mapped[str] = mapped_column(String(60))
    folder: Mapped[str] = mapped_column(Text)
    verb: Mapped[str] = mapped_column(String(20))
    options: Mapped[dict[str, Any]]
    grace_minutes: Mapped[int]
    paused: Mapped[bool] = mapped_column(default=False)
    created: Mapped[datetime] = mapped_column(default=now)
    considered: Mapped[datetime] = mapped_column(default=now)
    last_tick: Mapped[datetime | None]
    last_status: Mapped[str | None] = mapped_column(String(10))
    last_message: Mapped[str | None] = mapped_column(Text)
    last_job: Mapped[str | None] = mapped_column(String(40))


class AllowedFolder(Base):
    """A folder that the server allowed when it began, for commands that have to know."""

    __tablename__ = "folders"

    path: Mapped[str] = mapped_column(Text, primary_key=True)


class Event(Base):
    """Something that happened to a job, in the order in which it happened."""

    __tablename__ = "events"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)
    kind: Mapped[str] = mapped_column(String(20))
    data: Mapped[dict[str, Any]]

"""Tables of the history and how older ones become the present ones."""

from collections.abc import Callable

from sqlalchemy import Column, Connection, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text, text

METADATA = MetaData()

CALLS = Table(
    "calls",
    METADATA,
    Column("call_id", String(32), primary_key=True),
    Column("entry_id", String(64), nullable=False),
    Column("number", String(128), nullable=False),
    Column("company", Text, nullable=False),
    Column("goal", Text, nullable=False),
    Column("started_at", Float, nullable=False),
    Column("answered_at", Float),
    Column("ended_at", Float),
    Column("hold_s", Float, nullable=False, default=0.0),
    Column("outcome", String(32)),
    Column("sentence", Text, nullable=False, default=""),
    Index("ix_calls_started", "started_at"),
)
EVENTS = Table(
    "events",
    METADATA,
    Column("event_id", Integer, primary_key=True),
    Column("call_id", String(32), ForeignKey("calls.call_id"), nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    Column("at", Float, nullable=False),
    Column("t_s", Float, nullable=False),
    Column("data", Text, nullable=False),
)

MIGRATIONS: tuple[Callable[[Connection], None], ...] = (METADATA.create_all,)
"""Step ``n`` brings version ``n`` to ``n + 1``; the version is SQLite's own ``user_version``."""


def migrate(connection: Connection) -> None:
    """Bring a database of any age up to date. Raises RuntimeError for one from the future."""
    version = int(connection.execute(text("PRAGMA user_version")).scalar_one())
    if version > len(MIGRATIONS):
        raise RuntimeError("the history was written by a newer version")
    for step in range(version, len(MIGRATIONS)):
        MIGRATIONS[step](connection)
        connection.execute(text(f"PRAGMA user_version = {step + 1}"))

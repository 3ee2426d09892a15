"""Tables of the history and how older ones become the present ones."""

from collections.abc import Callable
import time

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
    Column("recording", Text, nullable=False, default=""),
    Column("strip", Text, nullable=False, default="[]"),
    Index("ix_calls_entry_started", "entry_id", "started_at"),
)
"""Times are seconds since the epoch. ``ended_at`` is empty while a call runs, and after a crash until the next start.
``recording`` is a file's name, which may have been deleted since; ``strip`` JSON of `strip_as_rows`."""

EVENTS = Table(
    "events",
    METADATA,
    Column("event_id", Integer, primary_key=True),
    Column("call_id", String(32), ForeignKey("calls.call_id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("at", Float, nullable=False),
    Column("t_s", Float, nullable=False),
    Column("data", Text, nullable=False),
    Index("ix_events_call", "call_id"),
)
"""``data`` is JSON; facts stand in it as placeholders."""


_FIRST_TABLES = """
CREATE TABLE calls (
  call_id VARCHAR(32) NOT NULL PRIMARY KEY, entry_id VARCHAR(64) NOT NULL, number VARCHAR(128) NOT NULL,
  company TEXT NOT NULL, goal TEXT NOT NULL, started_at FLOAT NOT NULL, answered_at FLOAT, ended_at FLOAT,
  hold_s FLOAT NOT NULL, outcome VARCHAR(32), sentence TEXT NOT NULL
);
CREATE TABLE events (
  event_id INTEGER NOT NULL PRIMARY KEY, call_id VARCHAR(32) NOT NULL REFERENCES calls (call_id) ON DELETE CASCADE,
  kind VARCHAR(32) NOT NULL, at FLOAT NOT NULL, t_s FLOAT NOT NULL, data TEXT NOT NULL
);
CREATE INDEX ix_calls_entry_started ON calls (entry_id, started_at);
CREATE INDEX ix_events_call ON events (call_id)
"""


def _first_tables(connection: Connection) -> None:
    """Version 1, frozen: later changes are steps of their own."""
    for statement in _FIRST_TABLES.split(";"):
        connection.execute(text(statement))


def _recording_and_strip(connection: Connection) -> None:
    """Version 2."""
    connection.execute(text("ALTER TABLE calls ADD COLUMN recording TEXT NOT NULL DEFAULT ''"))
    connection.execute(text("ALTER TABLE calls ADD COLUMN strip TEXT NOT NULL DEFAULT '[]'"))


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (_first_tables, _recording_and_strip)
"""Step ``n`` brings version ``n`` to ``n + 1``. The table ``migrations`` holds which ran, and when."""


def migrate(connection: Connection) -> None:
    """Bring a database of any age up to date, inside the caller's transaction.

    Raises:
        RuntimeError: the database is from a newer version of Hold Slayer.
    """
    connection.execute(
        text("CREATE TABLE IF NOT EXISTS migrations (version INTEGER NOT NULL PRIMARY KEY, applied_at FLOAT NOT NULL)")
    )
    version = connection.execute(text("SELECT coalesce(max(version), 0) FROM migrations")).scalar_one()
    if version > len(MIGRATIONS):
        raise RuntimeError("the history was written by a newer version")
    for step in range(version, len(MIGRATIONS)):
        MIGRATIONS[step](connection)
        connection.execute(text("INSERT INTO migrations VALUES (:v, :at)"), {"v": step + 1, "at": time.time()})

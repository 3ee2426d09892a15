"""Tables of the history and how older ones become the present ones."""

from collections.abc import Callable
import json
import time

from sqlalchemy import Column, Connection, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text, text

from .legs import Leg, legs_of

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
    Column("cost", Float),
    Column("currency", String(3), nullable=False, default=""),
    Index("ix_calls_entry_started", "entry_id", "started_at"),
)
"""Times are seconds since the epoch. ``ended_at`` is empty while a call runs, and after a crash until the next start.
``recording`` is a file's name, which may have been deleted since; ``strip`` JSON of `strip_as_rows`.
``cost`` is by the rates of that day, empty where the user had said none."""

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

LEGS = Table(
    "legs",
    METADATA,
    Column("leg_id", Integer, primary_key=True),
    Column("call_id", String(32), ForeignKey("calls.call_id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("started_at", Float, nullable=False),
    Column("answered_at", Float),
    Column("ended_at", Float),
    Column("reason", Text, nullable=False, default=""),
    Index("ix_legs_call", "call_id"),
)
"""Written when a call has ended (`storage.legs`)."""


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


_LEGS = """
CREATE TABLE legs (
  leg_id INTEGER NOT NULL PRIMARY KEY, call_id VARCHAR(32) NOT NULL REFERENCES calls (call_id) ON DELETE CASCADE,
  name TEXT NOT NULL, started_at FLOAT NOT NULL, answered_at FLOAT, ended_at FLOAT, reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX ix_legs_call ON legs (call_id);
ALTER TABLE calls ADD COLUMN cost FLOAT;
ALTER TABLE calls ADD COLUMN currency VARCHAR(3) NOT NULL DEFAULT ''
"""


def _legs_and_costs(connection: Connection) -> None:
    """Version 3. The legs of older calls are read from their stories, which hold all that is needed."""
    for statement in _LEGS.split(";"):
        connection.execute(text(statement))
    for (call_id,) in connection.execute(text("SELECT call_id FROM calls WHERE ended_at IS NOT NULL")).all():
        write_legs(connection, call_id)


def write_legs(connection: Connection, call_id: str, ended_at: float | None = None) -> list[Leg]:
    """Read the legs of a call from its events and keep them; a second time in place of the first.

    ``ended_at``: when those ended whose end stands nowhere.
    """
    rows = connection.execute(
        text("SELECT kind, at, data FROM events WHERE call_id = :call_id ORDER BY event_id"), {"call_id": call_id}
    )
    legs = legs_of({"kind": kind, "at": at, "data": json.loads(data)} for kind, at, data in rows)
    for leg in legs:
        leg.ended_at = ended_at if leg.ended_at is None else leg.ended_at
    connection.execute(text("DELETE FROM legs WHERE call_id = :call_id"), {"call_id": call_id})
    for leg in legs:
        connection.execute(
            text(
                "INSERT INTO legs (call_id, name, started_at, answered_at, ended_at, reason)"
                " VALUES (:call_id, :name, :started_at, :answered_at, :ended_at, :reason)"
            ),
            {"call_id": call_id, **leg.as_dict()},
        )
    return legs


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (_first_tables, _recording_and_strip, _legs_and_costs)
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

"""History of calls in SQLite: own file, write-ahead log, one thread an account that does all the work."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
import json
import logging
import os
from pathlib import Path
import time
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, delete, event, func, insert, select, update
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from ..engine.model.call_event import CallOccurrence, OccurrenceKind
from ..engine.model.past_call import PastCall
from ..engine.model.phase import Outcome
from ..engine.model.snapshot import CallSnapshot
from ..engine.model.strip import strip_as_rows
from ..engine.ports import ServiceError
from . import queries
from .legs import Rates
from .schema import CALLS, EVENTS, LEGS, migrate, write_legs

_LOGGER = logging.getLogger(__name__)
_DAMAGED = ("file is not a database", "malformed")
"""How SQLite names a file that will not become readable by trying again."""
_PRAGMAS = (
    "busy_timeout = 5000",
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "foreign_keys = ON",
    "secure_delete = ON",  # what the user deletes is overwritten, not only unlinked
)

INTERRUPTED_SENTENCE = "The call was interrupted because Home Assistant stopped."


class SqliteCallLog:
    """Implements the engine's `CallLog`.

    Every write is committed before it returns, so what was told survives when the process is killed; of a power cut the write-ahead
    log may lose the last moments, never the file.
    """

    def __init__(self, path: Path, entry_id: str, rates: Rates | None = None) -> None:
        """``rates``: what calls cost from now on; None: the user has not said."""
        self._path = path
        self._rates = rates or Rates()
        self._entry_id = entry_id
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="hold_slayer_history")
        self._engine: Engine | None = None
        self.on_end: Callable[[], None] | None = None
        """Called on the event loop when a call has been written to its end."""

    async def open(self) -> int:
        """Open, migrate, and end calls that a crash cut off; return how many those were.

        A damaged file is put aside and a new one begun.

        Raises:
            ServiceError: the file cannot be used; nothing is left open.
        """
        try:
            return await self._run(self._open_or_begin_anew)
        except ServiceError:
            await self.close()
            raise
        except asyncio.CancelledError:
            # Nobody gets what is being opened, so nobody would close it.
            self._executor.submit(self._dispose)
            self._executor.shutdown(wait=False)
            raise

    def _dispose(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.dispose()

    def _open_or_begin_anew(self) -> int:
        try:
            return self._open()
        except DatabaseError as err:
            if not any(text in str(err.orig) for text in _DAMAGED):
                raise
        aside = self._path.with_name(f"{self._path.name}.damaged.{int(time.time())}")
        _LOGGER.error("The history of calls is damaged; it was put aside as %s and a new one begun", aside.name)
        self._path.rename(aside)
        for suffix in ("-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        return self._open()

    def _open(self) -> int:
        self._keep_private()
        engine = create_engine(
            f"sqlite:///{self._path}",
            poolclass=StaticPool,
            connect_args={"check_same_thread": False},
            hide_parameters=True,  # it writes statements to the log at INFO, with the numbers and what was heard in them
        )
        event.listen(engine, "connect", _prepare_connection)
        event.listen(engine, "begin", _begin)
        try:
            with engine.begin() as connection:
                migrate(connection)
                cut_off = self._end_cut_off(connection)
        except BaseException:
            engine.dispose()
            raise
        self._engine = engine
        return int(cut_off)

    def _end_cut_off(self, connection: Connection) -> int:
        """End what a crash cut off; its legs end with the last that is known."""
        mine = (CALLS.c.entry_id == self._entry_id, CALLS.c.ended_at.is_(None))
        ids = list(connection.execute(select(CALLS.c.call_id).where(*mine)).scalars())
        connection.execute(_end_of_cut_off_calls(self._entry_id))
        for call_id in ids:
            write_legs(connection, call_id)
            ended_at = select(CALLS.c.ended_at).where(CALLS.c.call_id == call_id).scalar_subquery()
            connection.execute(
                update(LEGS)
                .where(LEGS.c.call_id == call_id, LEGS.c.ended_at.is_(None))
                .values(ended_at=ended_at, reason=Outcome.INTERRUPTED.value)
            )
        return len(ids)

    def _keep_private(self) -> None:
        """For Home Assistant's own user only, as the log beside it, which SQLite makes with the same mode."""
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        with suppress(PermissionError):  # disks of other systems know no modes
            self._path.chmod(0o600)

    async def close(self) -> None:
        """Close file and thread; a second time does nothing."""
        engine, self._engine = self._engine, None
        if engine is not None:
            with suppress(ServiceError):
                await self._run(engine.dispose)
        await asyncio.get_running_loop().run_in_executor(None, self._executor.shutdown)

    async def begin(self, snapshot: CallSnapshot) -> None:
        """See `CallLog.begin`."""
        values = {
            "call_id": snapshot.call_id,
            "entry_id": self._entry_id,
            "number": snapshot.number,
            "company": snapshot.company,
            "goal": snapshot.goal,
            "started_at": snapshot.started_at,
        }
        await self._write(lambda connection: connection.execute(insert(CALLS).values(**values)))

    async def record(self, occurrence: CallOccurrence) -> None:
        """See `CallLog.record`."""
        values = {
            "call_id": occurrence.call_id,
            "kind": occurrence.kind,
            "at": occurrence.at,
            "t_s": occurrence.t_s,
            "data": json.dumps(dict(occurrence.data), ensure_ascii=False),
        }
        await self._write(lambda connection: connection.execute(insert(EVENTS).values(**values)))

    async def end(self, snapshot: CallSnapshot) -> None:
        """See `CallLog.end`."""
        values = {
            "answered_at": snapshot.answered_at,
            "ended_at": snapshot.ended_at,
            "hold_s": snapshot.hold_s,
            "outcome": snapshot.outcome.value if snapshot.outcome is not None else None,
            "sentence": snapshot.sentence,
            "recording": snapshot.recording,
            "strip": json.dumps(strip_as_rows(snapshot.strip)),
        }

        def write(connection: Connection) -> None:
            legs = write_legs(connection, snapshot.call_id, snapshot.ended_at)
            cost = {"cost": self._rates.cost(legs), "currency": self._rates.currency if self._rates.is_known else ""}
            change = update(CALLS).where(CALLS.c.call_id == snapshot.call_id).values(**values, **cost)
            connection.execute(change)

        await self._write(write)
        if self.on_end is not None:
            self.on_end()

    async def calls(self, limit: int = 50) -> list[dict[str, Any]]:
        """Return the account's last calls, newest first: the columns of `CALLS` and ``events``, oldest first.

        Raises:
            ServiceError: the file cannot be read.
        """
        return await self._in_transaction(lambda connection: queries.newest(connection, self._entry_id, limit))

    async def placed_since(self, since: float) -> list[PastCall]:
        """The account's calls that were really placed and began after ``since`` (seconds since the epoch). Raises ServiceError."""
        columns = (CALLS.c.call_id, CALLS.c.number, CALLS.c.started_at, CALLS.c.ended_at)
        is_placed = CALLS.c.outcome.is_(None) | (CALLS.c.outcome != Outcome.REFUSED.value)
        query = select(*columns).where(CALLS.c.entry_id == self._entry_id, CALLS.c.started_at > since, is_placed)
        return await self._in_transaction(lambda connection: [PastCall(*row) for row in connection.execute(query)])

    async def note_recordings(self, names: Mapping[str, str]) -> None:
        """Write down which calls have which recordings: those that a crash cut off. Raises ServiceError."""

        def write(connection: Connection) -> None:
            for call_id, name in names.items():
                connection.execute(update(CALLS).where(CALLS.c.call_id == call_id).values(recording=name))

        await self._write(write)

    async def page(self, query: queries.PageQuery) -> tuple[list[dict[str, Any]], bool]:
        """Ended calls without events and strip, newest first, and whether there are more. Raises ServiceError."""
        return await self._in_transaction(lambda connection: queries.page(connection, self._entry_id, query))

    async def call(self, call_id: str) -> dict[str, Any] | None:
        """One call whole; None when the account has none of this id. Raises ServiceError."""
        return await self._in_transaction(lambda connection: queries.one(connection, self._entry_id, call_id))

    async def figures(self, since: float) -> list[queries.CallFigures]:
        """What statistics are made of, of ended calls that began after ``since`` (seconds since the epoch). Raises ServiceError."""
        return await self._in_transaction(lambda connection: queries.figures(connection, self._entry_id, since))

    async def remove(self, call_id: str) -> bool:
        """Delete an ended call; False when there is none. Raises ServiceError."""
        return await self._in_transaction(lambda connection: queries.remove(connection, self._entry_id, call_id))

    async def remove_before(self, before: float) -> list[str]:
        """Delete ended calls that began before a time (seconds since the epoch); return their ids. Raises ServiceError."""
        return await self._in_transaction(lambda connection: queries.remove_before(connection, self._entry_id, before))

    async def ids_before(self, before: float) -> list[str]:
        """Ended calls that began before a time (seconds since the epoch). Raises ServiceError."""
        return await self._in_transaction(lambda connection: queries.ids_before(connection, self._entry_id, before))

    async def recorded_ids(self) -> frozenset[str]:
        """Ended calls that have a recording, as far as is written down. Raises ServiceError."""
        return await self._in_transaction(lambda connection: queries.recorded_ids(connection, self._entry_id))

    async def whole_after(self, after: tuple[float, str] | None, limit: int) -> list[dict[str, Any]]:
        """Ended calls whole, oldest first, from behind (start, id) on. Raises ServiceError."""
        return await self._in_transaction(
            lambda connection: queries.whole_after(connection, self._entry_id, after, limit)
        )

    async def freeze(self) -> None:
        """Bring everything into the file itself; until `thaw` it is not written to, only its log is. Raises ServiceError."""
        await self._pragmas("wal_autocheckpoint = 0", "wal_checkpoint(TRUNCATE)")

    async def thaw(self) -> None:
        """The log is taken up into the file again as it grows (at SQLite's usual 1000 pages). Raises ServiceError."""
        await self._pragmas("wal_autocheckpoint = 1000", "wal_checkpoint(PASSIVE)")

    async def _pragmas(self, *pragmas: str) -> None:
        def run() -> None:
            if self._engine is None:
                raise ServiceError("the history is not open")
            # Outside of transactions, in which SQLite makes no checkpoint.
            connection = self._engine.raw_connection()
            try:
                for pragma in pragmas:
                    connection.cursor().execute(f"PRAGMA {pragma}").fetchall()
            finally:
                connection.close()

        await self._run(run)

    async def forget(self) -> None:
        """Delete all calls of the account. Raises ServiceError."""
        await self._write(
            lambda connection: connection.execute(delete(CALLS).where(CALLS.c.entry_id == self._entry_id))
        )

    async def _write(self, work: Callable[[Connection], object]) -> None:
        await self._in_transaction(work)

    async def _in_transaction[T](self, work: Callable[[Connection], T]) -> T:
        def run() -> T:
            if self._engine is None:
                raise ServiceError("the history is not open")
            with self._engine.begin() as connection:
                return work(connection)

        return await self._run(run)

    async def _run[T](self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        except OperationalError as err:
            # SQLite's own words name a fault of the disk; the statement and its values must not get into a log.
            raise ServiceError(f"the history cannot be used: {err.orig}") from None
        except OSError as err:
            raise ServiceError(f"the history cannot be used: {err.strerror}") from None
        except (SQLAlchemyError, RuntimeError) as err:
            raise ServiceError(f"the history cannot be used: {type(err).__name__}") from None


def _prepare_connection(connection: Any, _record: object) -> None:
    # Python's driver would begin transactions by itself, and not for changes of the schema.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # Several accounts share the file: whoever is to write waits here, not in the middle.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _end_of_cut_off_calls(entry_id: str) -> Any:
    """A call without an end was cut off: its last event is the last that is known of it."""
    last = select(func.max(EVENTS.c.at)).where(EVENTS.c.call_id == CALLS.c.call_id).scalar_subquery()
    answered = (
        select(func.min(EVENTS.c.at))
        .where(EVENTS.c.call_id == CALLS.c.call_id, EVENTS.c.kind == OccurrenceKind.ANSWERED)
        .scalar_subquery()
    )
    return (
        update(CALLS)
        .where(CALLS.c.ended_at.is_(None), CALLS.c.entry_id == entry_id)
        .values(
            ended_at=func.coalesce(last, CALLS.c.started_at),
            answered_at=answered,
            outcome=Outcome.INTERRUPTED.value,
            sentence=INTERRUPTED_SENTENCE,
        )
    )

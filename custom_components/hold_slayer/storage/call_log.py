"""History of calls in SQLite: own file, write-ahead log, one thread that does all the work."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
import json
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from ..engine.model.call_event import CallOccurrence
from ..engine.model.phase import Outcome
from ..engine.model.snapshot import CallSnapshot
from ..engine.ports import ServiceError
from .schema import CALLS, EVENTS, migrate

INTERRUPTED_SENTENCE = "The call was interrupted because Home Assistant stopped."


class SqliteCallLog:
    """Implements the engine's `CallLog`; every write is committed before it returns, so a crash loses nothing told."""

    def __init__(self, path: Path, entry_id: str) -> None:
        self._path = path
        self._entry_id = entry_id
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="hold_slayer_history")
        self._engine: Engine | None = None

    async def open(self) -> int:
        """Open, migrate, and end calls that a crash cut off; return how many those were. Raises ServiceError."""
        return await self._run(self._open)

    def _open(self) -> int:
        engine = create_engine(
            f"sqlite:///{self._path}", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        event.listen(engine, "connect", _set_pragmas)
        with engine.begin() as connection:
            migrate(connection)
            cut_off = connection.execute(
                update(CALLS)
                .where(CALLS.c.ended_at.is_(None), CALLS.c.entry_id == self._entry_id)
                .values(ended_at=CALLS.c.started_at, outcome=Outcome.INTERRUPTED.value, sentence=INTERRUPTED_SENTENCE)
            )
        self._engine = engine
        return int(cut_off.rowcount)

    async def close(self) -> None:
        """Close file and thread."""
        if self._engine is not None:
            await self._run(self._engine.dispose)
            self._engine = None
        self._executor.shutdown(wait=False)

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
        }
        change = update(CALLS).where(CALLS.c.call_id == snapshot.call_id).values(**values)
        await self._write(lambda connection: connection.execute(change))

    async def calls(self, limit: int = 50) -> list[dict[str, Any]]:
        """The last calls, newest first, each with its events. Raises ServiceError."""
        return await self._read(lambda connection: _read_calls(connection, self._entry_id, limit))

    async def _write(self, work: Callable[[Connection], object]) -> None:
        def write() -> None:
            with self._need_engine().begin() as connection:
                work(connection)

        await self._run(write)

    async def _read[T](self, work: Callable[[Connection], T]) -> T:
        def read() -> T:
            with self._need_engine().connect() as connection:
                return work(connection)

        return await self._run(read)

    def _need_engine(self) -> Engine:
        if self._engine is None:
            raise ServiceError("the history is not open")
        return self._engine

    async def _run[T](self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        except (SQLAlchemyError, OSError, RuntimeError) as err:
            raise ServiceError(f"the history cannot be used: {type(err).__name__}") from err


def _set_pragmas(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "busy_timeout = 5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _read_calls(connection: Connection, entry_id: str, limit: int) -> list[dict[str, Any]]:
    rows = connection.execute(
        select(CALLS).where(CALLS.c.entry_id == entry_id).order_by(CALLS.c.started_at.desc()).limit(limit)
    ).mappings()
    calls = [dict(row) for row in rows]
    for call in calls:
        events = connection.execute(
            select(EVENTS.c.kind, EVENTS.c.at, EVENTS.c.t_s, EVENTS.c.data)
            .where(EVENTS.c.call_id == call["call_id"])
            .order_by(EVENTS.c.event_id)
        ).mappings()
        call["events"] = [{**row, "data": json.loads(row["data"])} for row in events]
    return calls

"""The history of calls: SQLite on a real disk, and what a killed process leaves behind."""

import asyncio
import os
from pathlib import Path
import signal
import sqlite3
import sys
import threading

import pytest
from sqlalchemy import create_engine, inspect

from custom_components.hold_slayer.engine.model.call_event import CallOccurrence
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from custom_components.hold_slayer.engine.model.snapshot import CallSnapshot
from custom_components.hold_slayer.engine.model.strip import HeardClass, StripRun
from custom_components.hold_slayer.engine.ports import ServiceError
from custom_components.hold_slayer.storage.call_log import SqliteCallLog
from custom_components.hold_slayer.storage.schema import METADATA, MIGRATIONS

ROOT = Path(__file__).parents[2]


def snapshot(call_id: str = "c1", **changes: object) -> CallSnapshot:
    values: dict[str, object] = {
        "call_id": call_id,
        "phase": Phase.DIALING,
        "number": "+15550100",
        "company": "Acme Bank",
        "goal": "a charge",
        "started_at": 1000.0,
        "phase_since": 1000.0,
    }
    return CallSnapshot(**(values | changes))  # type: ignore[arg-type]


def ended(call_id: str = "c1", **changes: object) -> CallSnapshot:
    values: dict[str, object] = {
        "phase": Phase.ENDED,
        "answered_at": 1003.0,
        "ended_at": 1060.0,
        "hold_s": 41.5,
        "outcome": Outcome.CONNECTED,
        "sentence": "You were put through.",
    }
    return snapshot(call_id, **(values | changes))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hold_slayer.db"


async def test_a_whole_call_is_read_back_by_the_next_run(path: Path) -> None:
    log = SqliteCallLog(path, "entry")
    assert await log.open() == 0
    await log.begin(snapshot())
    await log.record(CallOccurrence("c1", "started", 1000.0, 0.0, {"company": "Acme Bank"}))
    await log.record(CallOccurrence("c1", "key_pressed", 1010.0, 10.0, {"digits": "{account_number}", "sure": True}))
    strip = (StripRun(0.0, 41.5, HeardClass.MUSIC), StripRun(41.5, 60.0, HeardClass.HUMAN))
    await log.end(ended(recording="c1.wav", strip=strip))
    await log.close()

    log = SqliteCallLog(path, "entry")
    assert await log.open() == 0
    (call,) = await log.calls()
    await log.close()
    events = call.pop("events")
    assert call == {
        "call_id": "c1",
        "entry_id": "entry",
        "number": "+15550100",
        "company": "Acme Bank",
        "goal": "a charge",
        "started_at": 1000.0,
        "answered_at": 1003.0,
        "ended_at": 1060.0,
        "hold_s": 41.5,
        "outcome": "connected",
        "sentence": "You were put through.",
        "recording": "c1.wav",
        "strip": [[0.0, "music"], [41.5, "human"], [60.0, ""]],
        "cost": None,
        "currency": "",
        "legs": [{"name": "far", "started_at": 1000.0, "answered_at": None, "ended_at": 1060.0, "reason": ""}],
    }
    assert events == [
        {"kind": "started", "at": 1000.0, "t_s": 0.0, "data": {"company": "Acme Bank"}},
        {"kind": "key_pressed", "at": 1010.0, "t_s": 10.0, "data": {"digits": "{account_number}", "sure": True}},
    ]


async def test_recordings_repaired_after_a_crash_are_known_to_their_calls(path: Path) -> None:
    log = SqliteCallLog(path, "entry")
    await log.open()
    await log.begin(snapshot("c1"))
    await log.begin(snapshot("c2", started_at=1001.0))
    await log.note_recordings({"c1": "c1.wav", "never": "never.wav"})
    assert [(call["call_id"], call["recording"], call["strip"]) for call in await log.calls()] == [
        ("c2", "", []),
        ("c1", "c1.wav", []),
    ]
    await log.close()


async def test_newest_calls_first_and_only_those_of_the_account(path: Path) -> None:
    mine, other = SqliteCallLog(path, "mine"), SqliteCallLog(path, "other")
    await mine.open()
    await other.open()
    for number in range(5):
        await mine.begin(snapshot(f"m{number}", started_at=1000.0 + number))
    await other.begin(snapshot("o0", started_at=2000.0))
    assert [call["call_id"] for call in await mine.calls(3)] == ["m4", "m3", "m2"]
    await mine.forget()
    assert await mine.calls() == []
    assert [call["call_id"] for call in await other.calls()] == ["o0"]
    await mine.close()
    await other.close()


async def test_forgetting_takes_the_events_too(path: Path) -> None:
    log = SqliteCallLog(path, "entry")
    await log.open()
    await log.begin(snapshot())
    await log.record(CallOccurrence("c1", "started", 1000.0, 0.0))
    await log.forget()
    await log.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (0,)
    connection.close()


_WRITER = """
import asyncio, sys
from pathlib import Path
from tests.ha.test_call_log import ended, snapshot
from custom_components.hold_slayer.engine.model.call_event import CallOccurrence
from custom_components.hold_slayer.storage.call_log import SqliteCallLog

async def main():
    log = SqliteCallLog(Path(sys.argv[1]), "entry")
    await log.open()
    await log.begin(snapshot("done"))
    await log.end(ended("done"))
    await log.begin(snapshot("cut", started_at=2000.0))
    await log.record(CallOccurrence("cut", "started", 2000.0, 0.0))
    await log.record(CallOccurrence("cut", "answered", 2004.0, 4.0))
    await log.record(CallOccurrence("cut", "hold_started", 2030.0, 30.0))
    print("written", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.timeout(240)
async def test_kill_in_mid_call_leaves_an_interrupted_call(path: Path) -> None:
    """Process killed with SIGKILL while a call runs: all that was written is there, and the next start ends the call."""
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _WRITER, str(path), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert writer.stdout is not None
        async with asyncio.timeout(30):
            assert await writer.stdout.readline() == b"written\n"
    finally:
        os.kill(writer.pid, signal.SIGKILL)
        assert await writer.wait() == -signal.SIGKILL

    log = SqliteCallLog(path, "entry")
    assert await log.open() == 1
    cut, done = await log.calls()
    await log.close()
    assert (cut["outcome"], cut["ended_at"], cut["answered_at"]) == ("interrupted", 2030.0, 2004.0)
    assert "interrupted" in cut["sentence"]
    assert [item["kind"] for item in cut["events"]] == ["started", "answered", "hold_started"]
    assert (done["outcome"], done["ended_at"]) == ("connected", 1060.0)


_BUSY_WRITER = """
import asyncio, sys
from pathlib import Path
from tests.ha.test_call_log import ended, snapshot
from custom_components.hold_slayer.engine.model.call_event import CallOccurrence
from custom_components.hold_slayer.storage.call_log import SqliteCallLog

async def main():
    log = SqliteCallLog(Path(sys.argv[1]), "entry")
    await log.open()
    for number in range(100_000):
        name = f"{sys.argv[2]}-{number}"
        await log.begin(snapshot(name))
        await log.record(CallOccurrence(name, "started", 1000.0, 0.0, {"text": "word " * 200}))
        await log.end(ended(name))
        print(number, flush=True)

asyncio.run(main())
"""


@pytest.mark.timeout(240)
async def test_kill_while_writing_leaves_a_whole_file(path: Path) -> None:
    """SIGKILL at a moment that nobody chose: the file is sound, and every call that was reported as written is in it."""
    told = 0
    for life in range(3):
        writer = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _BUSY_WRITER, str(path), str(life), cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        try:
            assert writer.stdout is not None
            async with asyncio.timeout(60):
                for _ in range(20 + 13 * life):
                    assert await writer.stdout.readline()
                    told += 1
        finally:
            os.kill(writer.pid, signal.SIGKILL)
            assert await writer.wait() == -signal.SIGKILL
        with sqlite3.connect(path) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            (kept,) = connection.execute("SELECT count(*) FROM calls WHERE ended_at IS NOT NULL").fetchone()
        connection.close()
        assert kept >= told


async def test_a_call_cut_off_before_its_first_event_ends_when_it_began(path: Path) -> None:
    log = SqliteCallLog(path, "entry")
    await log.open()
    await log.begin(snapshot())
    await log.close()
    log = SqliteCallLog(path, "entry")
    assert await log.open() == 1
    (call,) = await log.calls()
    await log.close()
    assert (call["ended_at"], call["answered_at"]) == (1000.0, None)


async def test_running_calls_of_another_account_are_left_alone(path: Path) -> None:
    running = SqliteCallLog(path, "running")
    await running.open()
    await running.begin(snapshot())
    other = SqliteCallLog(path, "other")
    assert await other.open() == 0
    assert (await running.calls())[0]["ended_at"] is None
    await other.close()
    await running.close()


@pytest.fixture
def damaged(path: Path) -> Path:
    path.write_bytes(b"this is no database at all" * 400)
    return path


async def test_damaged_file_is_put_aside(damaged: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = damaged
    log = SqliteCallLog(path, "entry")
    assert await log.open() == 0
    await log.begin(snapshot())
    assert len(await log.calls()) == 1
    await log.close()
    (aside,) = path.parent.glob("hold_slayer.db.damaged.*")
    assert aside.read_bytes().startswith(b"this is no database")
    assert "damaged" in caplog.text


async def test_file_of_a_newer_version_is_not_touched(path: Path) -> None:
    log = SqliteCallLog(path, "entry")
    await log.open()
    await log.begin(snapshot())
    await log.close()
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO migrations VALUES (?, 0)", (len(MIGRATIONS) + 1,))
    connection.close()
    newer = SqliteCallLog(path, "entry")
    with pytest.raises(ServiceError):
        await newer.open()
    assert not list(path.parent.glob("*.damaged.*"))
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT ended_at FROM calls").fetchone() == (None,)
    connection.close()


async def test_place_that_cannot_be_written_is_a_service_error_and_leaves_no_thread(tmp_path: Path) -> None:
    log = SqliteCallLog(tmp_path / "missing" / "hold_slayer.db", "entry")
    with pytest.raises(ServiceError, match="No such file"):
        await log.open()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("hold_slayer_history")]


async def test_errors_hold_nothing_of_the_call(path: Path) -> None:
    log = SqliteCallLog(path, "entry")
    await log.open()
    await log.begin(snapshot())
    with pytest.raises(ServiceError) as raised:
        await log.begin(snapshot())
    await log.close()
    assert "5550100" not in str(raised.value)
    assert raised.value.__cause__ is None
    with pytest.raises(ServiceError):
        await log.calls()


async def test_log_of_the_database_holds_nothing_of_the_call(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """SQLAlchemy writes what it does to the log when a user's log level is INFO."""
    caplog.set_level("INFO", "sqlalchemy.engine")
    log = SqliteCallLog(path, "entry")
    await log.open()
    await log.begin(snapshot(goal="a private matter"))
    await log.record(CallOccurrence("c1", "prompt_heard", 1010.0, 10.0, {"text": "press one for sales"}))
    await log.end(ended())
    await log.calls()
    await log.close()
    assert "INSERT INTO" in caplog.text
    for private in ("5550100", "a private matter", "press one"):
        assert private not in caplog.text


async def test_migrations_make_what_the_queries_expect(path: Path) -> None:
    """The frozen steps and the tables in code agree, columns and indices."""
    log = SqliteCallLog(path, "entry")
    await log.open()
    await log.close()
    engine = create_engine(f"sqlite:///{path}")
    made = inspect(engine)
    for table in METADATA.sorted_tables:
        columns = {column["name"]: (str(column["type"]), column["nullable"]) for column in made.get_columns(table.name)}
        assert columns == {column.name: (str(column.type), bool(column.nullable)) for column in table.columns}
        assert {index["name"] for index in made.get_indexes(table.name)} == {index.name for index in table.indexes}
    engine.dispose()


async def test_an_opening_that_is_cancelled_leaves_nothing_open(path: Path) -> None:
    log = SqliteCallLog(path, "entry")
    task = asyncio.create_task(log.open())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    threads = [each for each in threading.enumerate() if each.name.startswith("hold_slayer_history")]
    for thread in threads:
        await asyncio.get_running_loop().run_in_executor(None, thread.join, 5)
        assert not thread.is_alive()
    with pytest.raises(ServiceError):
        await log.calls()
    again = SqliteCallLog(path, "entry")
    assert await again.open() == 0
    await again.close()

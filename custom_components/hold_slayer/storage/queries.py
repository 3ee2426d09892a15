"""Questions to the history: pages of calls, one call whole, and what statistics are made of."""

from collections.abc import Collection
from dataclasses import dataclass
import json
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, delete, exists, func, select

from ..engine.model.call_event import OccurrenceKind
from .legs import FAR
from .schema import CALLS, EVENTS, LEGS

MOST_A_PAGE = 100
_SUMMARY = (
    CALLS.c.call_id,
    CALLS.c.number,
    CALLS.c.company,
    CALLS.c.goal,
    CALLS.c.started_at,
    CALLS.c.answered_at,
    CALLS.c.ended_at,
    CALLS.c.hold_s,
    CALLS.c.outcome,
    CALLS.c.sentence,
    CALLS.c.recording,
    CALLS.c.cost,
    CALLS.c.currency,
)


@dataclass(frozen=True, slots=True)
class PageQuery:
    """Which calls: the newest first, ``limit`` of them, all conditions together."""

    limit: int = 25
    """1 to `MOST_A_PAGE`."""
    before: float | None = None
    """Only calls that began earlier (seconds since the epoch): the start of the last call of the page before."""
    numbers: Collection[str] | None = None
    outcome: str | None = None
    since: float | None = None
    """Only calls that began then or later (seconds since the epoch)."""
    is_recorded: bool = False
    """Only calls with a recording, as far as the history knows."""


@dataclass(frozen=True, slots=True)
class CallFigures:
    """What statistics need of one call."""

    number: str
    started_at: float
    ended_at: float | None
    hold_s: float
    outcome: str | None
    is_reached: bool
    """A human answered."""
    answered_at: float | None = None
    call_id: str = ""
    keys: int = 0
    """Pressed in menus."""
    menu_s: float | None = None
    """From the answer to the first hold; None: there was none."""
    drifts: int = 0
    """How often a known way had to be left."""
    target: str = ""
    """Where the user was put through last; empty: they were not."""
    cost: float | None = None


def page(connection: Connection, entry_id: str, query: PageQuery) -> tuple[list[dict[str, Any]], bool]:
    """Calls without events and strip, and whether there are more."""
    wanted = select(*_SUMMARY).where(CALLS.c.entry_id == entry_id, CALLS.c.ended_at.is_not(None))
    if query.before is not None:
        wanted = wanted.where(CALLS.c.started_at < query.before)
    if query.is_recorded:
        wanted = wanted.where(CALLS.c.recording != "")
    if query.since is not None:
        wanted = wanted.where(CALLS.c.started_at >= query.since)
    if query.numbers is not None:
        wanted = wanted.where(CALLS.c.number.in_(query.numbers))
    if query.outcome is not None:
        wanted = wanted.where(CALLS.c.outcome == query.outcome)
    limit = max(1, min(query.limit, MOST_A_PAGE))
    rows = connection.execute(wanted.order_by(CALLS.c.started_at.desc()).limit(limit + 1)).mappings().all()
    return [dict(row) for row in rows[:limit]], len(rows) > limit


def one(connection: Connection, entry_id: str, call_id: str) -> dict[str, Any] | None:
    """A call with its events (oldest first) and its strip; None when it is not the account's."""
    row = connection.execute(select(CALLS).where(CALLS.c.entry_id == entry_id, CALLS.c.call_id == call_id)).mappings()
    found = row.one_or_none()
    return with_events(connection, dict(found)) if found is not None else None


def newest(connection: Connection, entry_id: str, limit: int) -> list[dict[str, Any]]:
    """The last calls whole, newest first."""
    wanted = select(CALLS).where(CALLS.c.entry_id == entry_id).order_by(CALLS.c.started_at.desc()).limit(limit)
    return [with_events(connection, dict(row)) for row in connection.execute(wanted).mappings().all()]


def with_events(connection: Connection, call: dict[str, Any]) -> dict[str, Any]:
    """The row of a call, its JSON read, its events and legs added."""
    events = connection.execute(
        select(EVENTS.c.kind, EVENTS.c.at, EVENTS.c.t_s, EVENTS.c.data)
        .where(EVENTS.c.call_id == call["call_id"])
        .order_by(EVENTS.c.event_id)
    ).mappings()
    call["strip"] = json.loads(call["strip"])
    legs = connection.execute(
        select(LEGS.c.name, LEGS.c.started_at, LEGS.c.answered_at, LEGS.c.ended_at, LEGS.c.reason)
        .where(LEGS.c.call_id == call["call_id"])
        .order_by(LEGS.c.leg_id)
    ).mappings()
    call["legs"] = [dict(row) for row in legs]
    call["events"] = [{**row, "data": json.loads(row["data"])} for row in events]
    return call


def figures(connection: Connection, entry_id: str, since: float) -> list[CallFigures]:
    """Calls that began after ``since`` and have ended, oldest first."""
    reached = exists().where(EVENTS.c.call_id == CALLS.c.call_id, EVENTS.c.kind == OccurrenceKind.HUMAN_ANSWERED)
    hold_at = (
        select(func.min(EVENTS.c.at))
        .where(EVENTS.c.call_id == CALLS.c.call_id, EVENTS.c.kind == OccurrenceKind.HOLD_STARTED)
        .scalar_subquery()
    )
    target = (
        select(LEGS.c.name)
        .where(LEGS.c.call_id == CALLS.c.call_id, LEGS.c.name != FAR, LEGS.c.answered_at.is_not(None))
        .order_by(LEGS.c.leg_id.desc())
        .limit(1)
        .scalar_subquery()
    )
    wanted = (
        select(
            CALLS.c.number,
            CALLS.c.started_at,
            CALLS.c.ended_at,
            CALLS.c.hold_s,
            CALLS.c.outcome,
            reached.label("is_reached"),
            CALLS.c.answered_at,
            CALLS.c.call_id,
            CALLS.c.cost,
            _count(OccurrenceKind.KEY_PRESSED).label("keys"),
            _count(OccurrenceKind.FLOW_DRIFTED).label("drifts"),
            (hold_at - CALLS.c.answered_at).label("menu_s"),
            func.coalesce(target, "").label("target"),
        )
        .where(CALLS.c.entry_id == entry_id, CALLS.c.started_at > since, CALLS.c.ended_at.is_not(None))
        .order_by(CALLS.c.started_at)
    )
    return [CallFigures(**row) for row in connection.execute(wanted).mappings()]


def _count(kind: str) -> ScalarSelect[int]:
    """How often something happened in a call."""
    return (
        select(func.count())
        .where(EVENTS.c.call_id == CALLS.c.call_id, EVENTS.c.kind == kind)
        .correlate(CALLS)
        .scalar_subquery()
    )


def remove(connection: Connection, entry_id: str, call_id: str) -> bool:
    """Delete a call that has ended, with its events; False when there is none."""
    gone = delete(CALLS).where(CALLS.c.entry_id == entry_id, CALLS.c.call_id == call_id, CALLS.c.ended_at.is_not(None))
    return bool(connection.execute(gone).rowcount)


def ids_before(connection: Connection, entry_id: str, before: float) -> list[str]:
    """Ended calls that began before a time (seconds since the epoch)."""
    return list(connection.execute(select(CALLS.c.call_id).where(*_ended_before(entry_id, before))).scalars())


def remove_before(connection: Connection, entry_id: str, before: float) -> list[str]:
    """Delete ended calls that began before a time (seconds since the epoch); return their ids."""
    ids = ids_before(connection, entry_id, before)
    connection.execute(delete(CALLS).where(*_ended_before(entry_id, before)))
    return ids


def _ended_before(entry_id: str, before: float) -> tuple[ColumnElement[bool], ...]:
    return (CALLS.c.entry_id == entry_id, CALLS.c.started_at < before, CALLS.c.ended_at.is_not(None))


def recorded_ids(connection: Connection, entry_id: str) -> frozenset[str]:
    """Ended calls that have a recording, as far as is written down."""
    named = (CALLS.c.entry_id == entry_id, CALLS.c.recording != "", CALLS.c.ended_at.is_not(None))
    return frozenset(connection.execute(select(CALLS.c.call_id).where(*named)).scalars())


def whole_after(
    connection: Connection, entry_id: str, after: tuple[float, str] | None, limit: int
) -> list[dict[str, Any]]:
    """Ended calls whole, oldest first, from behind (start, id) on."""
    wanted = select(CALLS).where(CALLS.c.entry_id == entry_id, CALLS.c.ended_at.is_not(None))
    if after is not None:
        started_at, call_id = after
        is_same = (CALLS.c.started_at == started_at) & (CALLS.c.call_id > call_id)
        wanted = wanted.where((CALLS.c.started_at > started_at) | is_same)
    rows = connection.execute(wanted.order_by(CALLS.c.started_at, CALLS.c.call_id).limit(limit)).mappings().all()
    return [with_events(connection, dict(row)) for row in rows]

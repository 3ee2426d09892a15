"""What a dashboard shows of an account, kept ready, and every change of it as a small message.

Messages go out by Home Assistant's dispatcher (`SIGNAL_FEED`, with the entry's id), so that whoever listens need not care which
accounts are loaded. The layout of messages and pictures: docs/websocket.md.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
import logging
import time
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util

from .const import DOMAIN, PLATFORMS
from .contact import Contact
from .engine.model.call_event import CallOccurrence, OccurrenceKind
from .engine.model.line_quality import LineQuality
from .engine.model.snapshot import CallSnapshot, UserQuestion
from .engine.model.strip import strip_as_rows
from .engine.ports import ServiceError
from .engine.sip.registration import RegistrationStatus
from .events import EVENT_CALL, MILESTONES, payload
from .facts import FactScope
from .runtime import HoldSlayerConfigEntry
from .storage.queries import CallFigures, PageQuery
from .storage.statistics import Statistics, statistics

_LOGGER = logging.getLogger(__name__)

type Message = dict[str, Any]

SIGNAL_FEED: Final = f"{DOMAIN}_feed"
SIGNAL_OCCURRENCE: Final = f"{DOMAIN}_occurrence"
"""Sent with the entry's id, the call's snapshot and the occurrence."""
FIGURES_DAYS: Final = 90
_RECENT = 10
_MOST_LINES = 500
"""Of one call's transcript, kept while it is shown: more than a whole day on hold."""
_SPEAKERS = {
    OccurrenceKind.PROMPT_HEARD: "far",
    OccurrenceKind.ANNOUNCEMENT_HEARD: "far",
    OccurrenceKind.SAID: "agent",
    OccurrenceKind.KEY_PRESSED: "agent",
    OccurrenceKind.GREETED: "agent",
}


@dataclass(slots=True)
class _Shown:
    """What listeners know of one call."""

    lines: list[Message]
    next_id: int = 0
    call: Message | None = None
    rows: list[Any] | None = None


class CallFeed:
    """Follows one account's agent from set-up to unload."""

    def __init__(self, hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._runtime = entry.runtime_data
        self._shown: dict[str, _Shown] = {}
        self.figures: list[CallFigures] = []
        """Of ended calls of the last `FIGURES_DAYS` days, oldest first."""
        self._by_number: dict[tuple[str, ...], Statistics] = {}
        self._reading = asyncio.Lock()
        self.recent: list[Message] = []
        """The last ended calls, newest first."""

    async def start(self) -> Callable[[], None]:
        """Read what is past and follow what comes; returns how to stop."""
        await self._read_history()
        self._runtime.call_log.on_end = self._on_call_stored
        agent = self._runtime.agent
        stops = (agent.subscribe(self._changed), agent.subscribe_trunk(self._trunk_changed))

        @callback
        def stop() -> None:
            self._runtime.call_log.on_end = None
            for each in stops:
                each()

        return stop

    # --- pictures -----------------------------------------------------------------------------------------------

    def calls(self) -> list[Message]:
        """Calls in progress and the last ended one, newest first, whole."""
        shown = [call for call in self._runtime.agent.calls if call.is_active] or list(self._runtime.agent.calls[:1])
        return [self.whole(call) for call in shown]

    def whole(self, call: CallSnapshot) -> Message:
        """One call with strip and transcript."""
        lines = self._shown[call.call_id].lines if call.call_id in self._shown else []
        return {
            **call_picture(call, self._entry.entry_id),
            "cost": None,
            "currency": "",
            "legs": [],
            "strip": strip_as_rows(call.strip),
            "transcript": list(lines),
        }

    def account(self) -> Message:
        """The account without any credential; ``can_control`` is added for each listener."""
        runtime, status = self._runtime, self._runtime.agent.trunk_status
        return {
            **account_stub(self._hass, self._entry),
            "registration": status.state.value,
            "has_stt": runtime.has_stt,
            "has_tts": runtime.has_tts,
            "record": runtime.record.value,
            "targets": [target.name for target in runtime.hand_over],
            "contacts": [self._contact(contact) for contact in runtime.contacts],
            "facts": [
                fact.name for fact in runtime.vault.facts if fact.scope in (FactScope.ANY_CALL, FactScope.ONE_CALL)
            ],
        }

    def _contact(self, contact: Contact) -> Message:
        past = self.past_of(contact.dialled)
        now = dt_util.now()
        opens = None if contact.hours.is_open(now) else contact.hours.next_opening(now)
        return {
            "name": contact.name,
            "number": contact.number,
            "more_numbers": list(contact.more_numbers),
            "goal": contact.goal,
            "goals": list(contact.goals),
            "facts": list(contact.facts),
            "own_facts": [fact.name for fact in self._runtime.vault.facts if fact.contact == contact.subentry_id],
            "is_open": contact.hours.is_open(now),
            "opens_at": opens.timestamp() if opens is not None else None,
            "language": contact.language,
            "usual_wait_s": past.hold_median_s,
            "best_hour": past.best_hour,
        }

    def usual_wait_s(self, *numbers: str) -> float | None:
        """How long calls to these numbers (as in the history) were on hold, the median; None: there were none."""
        return self.past_of(numbers).hold_median_s

    def past_of(self, numbers: tuple[str, ...]) -> Statistics:
        """What calls to these numbers (as in the history) were like."""
        if numbers not in self._by_number:
            self._by_number[numbers] = statistics(self.figures, dt_util.get_default_time_zone(), numbers)
        return self._by_number[numbers]

    # --- changes ------------------------------------------------------------------------------------------------

    def _send(self, message: Message) -> None:
        async_dispatcher_send(self._hass, SIGNAL_FEED, self._entry.entry_id, message)

    @callback
    def send_account(self) -> None:
        """Show the account anew: a contact or a target has changed."""
        self._send({"kind": "account", "account": self.account()})

    @callback
    def _trunk_changed(self, _status: RegistrationStatus) -> None:
        self.send_account()

    @callback
    def _changed(self, snapshot: CallSnapshot, occurrence: CallOccurrence | None) -> None:
        shown = self._shown.setdefault(snapshot.call_id, _Shown([]))
        if occurrence is not None:
            self._tell_house(snapshot, occurrence)
            line = transcript_line(shown.next_id, occurrence.kind, occurrence.t_s, dict(occurrence.data))
            shown.next_id += 1
            shown.lines.append(line)
            del shown.lines[:-_MOST_LINES]
            self._send({"kind": "transcript", "call_id": snapshot.call_id, "line": line})
        call = call_picture(snapshot, self._entry.entry_id)
        if call != shown.call:
            shown.call = call
            self._send({"kind": "call", "now": time.time(), "call": call})
        rows = strip_as_rows(snapshot.strip)
        if (first := _first_difference(shown.rows or [], rows)) is not None:
            shown.rows = rows
            self._send({"kind": "strip", "call_id": snapshot.call_id, "from": first, "rows": rows[first:]})
        if not snapshot.is_active:
            kept = {call.call_id for call in self._runtime.agent.calls}
            self._shown = {call_id: each for call_id, each in self._shown.items() if call_id in kept}

    def _tell_house(self, snapshot: CallSnapshot, occurrence: CallOccurrence) -> None:
        entry_id = self._entry.entry_id
        async_dispatcher_send(self._hass, SIGNAL_OCCURRENCE, entry_id, snapshot, occurrence)
        if (name := MILESTONES.get(occurrence.kind)) is not None:
            self._hass.bus.async_fire(
                EVENT_CALL, {"type": name, **payload(entry_id, snapshot, occurrence, self._hass.config.language)}
            )

    @callback
    def _on_call_stored(self) -> None:
        self._entry.async_create_background_task(self._hass, self.renew(), "hold_slayer history")

    async def renew(self) -> None:
        """Read the history again and show what it says."""
        await self._read_history()
        self._send({"kind": "recent", "entry_id": self._entry.entry_id, "recent": self.recent})
        self.send_account()

    async def _read_history(self) -> None:
        # One after the other: what an earlier one read must not be shown after what a later one has.
        async with self._reading:
            try:
                recent, _ = await self._runtime.call_log.page(PageQuery(limit=_RECENT))
                self.figures = await self._runtime.call_log.figures(time.time() - FIGURES_DAYS * 86_400.0)
            except ServiceError as err:
                _LOGGER.warning("The history cannot be shown: %s", err)
                return
            self._by_number.clear()
            self.recent = [summary(row) for row in recent]


def call_picture(call: CallSnapshot, entry_id: str) -> Message:
    """A call without strip and transcript."""
    return {
        "call_id": call.call_id,
        "entry_id": entry_id,
        "phase": call.phase.value,
        "number": call.number,
        "company": call.company,
        "goal": call.goal,
        "started_at": call.started_at,
        "answered_at": call.answered_at,
        "audio_at": call.audio_at,
        "phase_since": call.phase_since,
        "hold_started_at": call.hold_started_at,
        "hold_s": round(call.hold_s, 1),
        "is_human": call.is_human,
        "target": call.target_name,
        "last_action": call.last_action,
        "last_heard": call.last_heard,
        "outcome": call.outcome.value if call.outcome is not None else None,
        "sentence": call.sentence,
        "ended_at": call.ended_at,
        "has_recording": bool(call.recording),
        "question": question_picture(call.question),
        "menu": [{"key": each.key, "purpose": each.purpose, "is_chosen": each.is_chosen} for each in call.menu],
        "quality": quality_picture(call.quality),
        "queue_position": call.queue_place,
        "announced_wait_s": call.announced_wait_s,
        "estimated_wait_s": _rounded(call.estimated_wait_s(time.time())),
    }


def quality_picture(quality: LineQuality | None) -> Message | None:
    """How the line does, in steps that a person would notice."""
    if quality is None:
        return None
    loss = max(quality.loss_percent, quality.remote_loss_percent or 0.0)
    jitter, round_trip = quality.jitter_ms, quality.round_trip_ms or 0.0
    steps = (("bad", 8.0, 100.0, 800.0), ("fair", 2.0, 40.0, 400.0))
    name = next((step for step, *most in steps if loss > most[0] or jitter > most[1] or round_trip > most[2]), "good")
    return {"step": name, "loss_percent": round(loss)}


def _rounded(seconds: float | None) -> int | None:
    """To half a minute: a dashboard need not be told every second."""
    return None if seconds is None else round(seconds / 30.0) * 30


def question_picture(question: UserQuestion | None) -> Message | None:
    """What only the user knows and the line wants."""
    if question is None:
        return None
    return {
        "question_id": question.question_id,
        "fact": question.fact,
        "asks": question.asks,
        "offers": list(question.offers),
        "text": question.text,
        "deadline": question.deadline,
    }


def transcript_line(number: int, kind: str, at_s: float, data: Message) -> Message:
    """One line of a call's story: who spoke or what happened, at which second of the call."""
    return {
        "id": number,
        "at_s": round(at_s, 2),
        "kind": kind,
        "speaker": _SPEAKERS.get(kind, "note"),
        "text": str(data.get("text") or data.get("digits") or ""),
        "data": data,
    }


def summary(row: Message) -> Message:
    """A row of the history for lists."""
    return {
        **{key: row[key] for key in ("call_id", "company", "number", "goal", "started_at", "answered_at", "ended_at")},
        **{key: row[key] for key in ("hold_s", "outcome", "sentence", "cost", "currency")},
        "has_recording": bool(row["recording"]),
    }


def account_stub(hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> Message:
    """What is known of an account whether it is loaded or not."""
    registry = er.async_get(hass)
    prefix = f"{entry.entry_id}_"
    entities = {
        item.unique_id.removeprefix(prefix): item.entity_id
        for item in er.async_entries_for_config_entry(registry, entry.entry_id)
        if item.domain in PLATFORMS and item.config_subentry_id is None
    }
    return {"entry_id": entry.entry_id, "title": entry.title, "state": entry.state.value, "entities": entities}


def _first_difference(old: list[Any], new: list[Any]) -> int | None:
    """Index of the first row that differs; None when all are alike."""
    if old == new:
        return None
    shared = min(len(old), len(new))
    return next((index for index in range(shared) if old[index] != new[index]), shared)

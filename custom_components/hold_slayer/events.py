"""What automations, the event bus and the logbook are told of a call: one stable payload, see docs/automations.md."""

from typing import Any, Final

from .const import DOMAIN
from .engine.model.call_event import CallOccurrence, OccurrenceKind
from .engine.model.snapshot import CallSnapshot
from .notice_texts import localized

EVENT_CALL: Final = f"{DOMAIN}_call"
MILESTONES: Final = {
    OccurrenceKind.STARTED: "call_started",
    OccurrenceKind.HOLD_STARTED: "hold_started",
    OccurrenceKind.QUESTION_ASKED: "question_asked",
    OccurrenceKind.HUMAN_ANSWERED: "human_answered",
    OccurrenceKind.CONNECTED: "connected",
    OccurrenceKind.ENDED: "call_ended",
}
"""Kinds of occurrences that are events on the bus and triggers, with their names there."""


def payload(entry_id: str, call: CallSnapshot, occurrence: CallOccurrence, language: str) -> dict[str, Any]:
    """What is known of the call at that moment, its sentence in a language; no transcript, of facts only the kind asked for."""
    return {
        "config_entry_id": entry_id,
        "call_id": call.call_id,
        "company": call.company,
        "number": call.number,
        "goal": call.goal,
        "phase": call.phase.value,
        "hold_seconds": round(call.hold_total_s(occurrence.at)),
        "outcome": str(occurrence.data.get("outcome", "")),
        "sentence": localized(str(occurrence.data.get("sentence", "")), language),
        "question_id": call.question.question_id if call.question is not None else None,
        "fact": call.question.fact if call.question is not None else "",
    }

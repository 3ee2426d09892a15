"""The picture of one call that the outside sees: its snapshot and the occurrences that go out with it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ..call.brain import Brain
from ..ivr.masking import Mask
from ..model import action as act, call_event as ev
from ..model.call_brief import CallBrief
from ..model.model_use import ModelUse
from ..model.phase import Phase
from ..model.snapshot import CallSnapshot, MenuOption, UserQuestion
from ..ports import Clock
from .history import HistoryWriter

Listener = Callable[[CallSnapshot, ev.CallOccurrence | None], None]

_WAITING = (Phase.ON_HOLD, Phase.CANDIDATE)


class Picture:
    """Keeps the snapshot in step with the brain and tells the listener and the history."""

    def __init__(self, call_id: str, brief: CallBrief, clock: Clock, on_change: Listener) -> None:
        self._kinds = brief.fact_kinds
        self._masks = {brief.language: Mask(brief.facts, brief.language, brief.fact_kinds)}
        self._clock = clock
        self._on_change = on_change
        self._started_at = clock.time()
        self._first_place: tuple[int, float] | None = None
        self._menu: tuple[MenuOption, ...] = ()
        self.history: HistoryWriter | None = None
        self.snapshot = CallSnapshot(
            call_id=call_id,
            phase=Phase.DIALING,
            number=brief.number.value,
            company=brief.company,
            goal=brief.goal,
            started_at=self._started_at,
            phase_since=self._started_at,
            usual_wait_s=brief.usual_wait_s,
            language=brief.language,
        )

    def change(self, **changes: Any) -> None:
        """Renew the snapshot's fields and show it."""
        self.snapshot = replace(self.snapshot, **changes)
        self._on_change(self.snapshot, None)

    def change_quietly(self, **changes: Any) -> None:
        """Renew the snapshot's fields; they are shown with the next change."""
        self.snapshot = replace(self.snapshot, **changes)

    def answered(self) -> None:
        """The company's leg is up."""
        self.change(answered_at=self._clock.time())

    def follow(self, brain: Brain) -> tuple[Phase, Phase] | None:
        """Bring the snapshot up to the brain's phase; return the old and the new one when it changed.

        Hold time runs through candidates that come to nothing.
        """
        old, new = self.snapshot, brain.phase
        changes: dict[str, Any] = {}
        if new is not old.phase and old.is_active:
            now = self._clock.time()
            changes |= {"phase": new, "phase_since": now}
            if new is Phase.ON_HOLD and old.phase not in _WAITING:
                changes["hold_started_at"] = now
            elif old.phase in _WAITING and new not in _WAITING:
                changes["hold_s"] = old.hold_total_s(now)
        if brain.is_human is not old.is_human:
            changes["is_human"] = brain.is_human
        if brain.target_name != old.target_name:
            changes["target_name"] = brain.target_name
        if brain.menu != self._menu:
            self._menu = brain.menu
            changes["menu"] = tuple(replace(option, purpose=self.redact(option.purpose)) for option in brain.menu)
        if changes:
            self.change(**changes)
        return (old.phase, new) if "phase" in changes else None

    def ended(self, end: act.EndCallAction) -> None:
        """Show the end before its reports go out, so that whoever hears of it sees why."""
        now = self._clock.time()
        self.change(
            phase=Phase.ENDED,
            phase_since=now,
            ended_at=now,
            hold_s=self.snapshot.hold_total_s(now),
            is_human=False,
            outcome=end.outcome,
            sentence=self.redact(end.sentence),
        )

    async def finish(self) -> None:
        """Write how it ended into the history; returns when everything is written or has failed."""
        if self.history is not None:
            await self.history.finish(self.snapshot)

    def model_used(self, use: ModelUse) -> None:
        """Add to the figures of the language model; they are shown with the next change."""
        self.change_quietly(model_use=self.snapshot.model_use + use)

    def advice_judged(self, advice: ModelUse) -> None:
        """What came of the questions to the language model in this call up to now."""
        use = self.snapshot.model_use
        judged = replace(
            use, used=advice.used, refused=advice.refused, failures=advice.failures, timeouts=advice.timeouts
        )
        if judged != use:
            self.change_quietly(model_use=judged)

    def keep_private(self, fact: str, value: str) -> None:
        """From now on this stands nowhere outside the brain either."""
        for mask in self._masks.values():
            mask.add(fact, value, self._kinds.get(fact, ""))

    def redact(self, text: str) -> str:
        """Facts that the line reads back appear as placeholders everywhere outside the brain."""
        for mask in self._masks.values():
            text = mask(text)
        return text

    def speaks(self, language: str) -> None:
        """The line speaks that, and reads facts back in it."""
        if language not in self._masks:
            self._masks[language] = next(iter(self._masks.values())).in_language(language)
        self.change(language=language)

    def report(self, action: act.ReportAction) -> None:
        """Tell an occurrence."""
        now = self._clock.time()
        data = {k: self.redact(v) if isinstance(v, str) else v for k, v in action.data.items()}
        occurrence = ev.CallOccurrence(self.snapshot.call_id, action.kind, now, now - self._started_at, data)
        if self.history is not None:
            self.history.record(occurrence)
        match action.kind:
            case ev.OccurrenceKind.KEY_PRESSED:
                self.change_quietly(last_action=f"pressed {data['digits']}")
            case ev.OccurrenceKind.SAID:
                self.change_quietly(last_action=f"said {data['text']}")
            case ev.OccurrenceKind.QUEUE_UPDATED:
                self._queue_moved(data, now)
            case ev.OccurrenceKind.QUESTION_ASKED:
                self.change_quietly(
                    question=UserQuestion(
                        int(data["question_id"]),
                        str(data["fact"]),
                        str(data["text"]),
                        now + float(data["seconds"]),
                        str(data["asks"]),
                        tuple(str(data["offers"]).split()),
                    )
                )
            case ev.OccurrenceKind.QUESTION_CLOSED:
                self.change_quietly(question=None)
            case _:
                pass
        self._on_change(self.snapshot, occurrence)

    def _queue_moved(self, data: Mapping[str, Any], now: float) -> None:
        if (wait_s := data.get("wait_s")) is not None:
            self.change_quietly(announced_wait_s=float(wait_s), announced_at=now)
        if (place := data.get("place")) is None:
            return
        if self._first_place is None or place > self._first_place[0]:
            self._first_place = (int(place), now)
        first, since = self._first_place
        each = (now - since) / (first - place) if place < first else None
        self.change_quietly(queue_place=int(place), queue_at=now, queue_s_each=each)

    def service_failed(self, service: str) -> None:
        """Tell that something the call would like to use does not work."""
        self.report(act.ReportAction(ev.OccurrenceKind.SERVICE_FAILED, {"service": service}))

"""The user's places being rung: one after another or all at once, each for its own time, until a person takes the call.

It is listened who answered, a second or two: a voicemail, call screening or an announcement has not taken the call. Who stays
uncertain is taken for a person, and let go again should a beep or words show a machine after all; those whose ringing was stopped
for it are then rung again. The first to accept wins; the others are hung up, answered ones too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ..classify.amd import CERTAIN
from ..model import action as act, call_event as ev
from ..model.call_brief import HandOverMode, HandOverTarget, RingOrder
from ..model.phase import Answerer, LegFailure, Phase
from ..model.phone_number import DialTarget
from .core import Call
from .phrases import confirmation
from .policy import may_dial
from .timers import Timer

_MOST_PROMPTS: Final = 3
_MOST_AT_ONCE: Final = 5
"""More legs of one call than that no line of a household carries."""
_EARLY_S: Final = 0.5
"""A yes may begin so long before the request is over: its audio begins 0.3 s before the voice."""
_MACHINES: Final = frozenset({Answerer.VOICEMAIL, Answerer.SCREENING, Answerer.ANNOUNCEMENT, Answerer.FAX})


@dataclass(slots=True)
class Rung:
    """One place that is being rung, listened to, or joined."""

    leg_id: str
    target: HandOverTarget
    due: float
    """Then it has failed."""
    answerer_due: float | None = None
    """Then whoever answered is taken for a person; None: not answered, or a key is asked for."""
    prompt: int | None = None
    """The request to press 1 that is being spoken."""
    prompts: int = 0
    answered_at: float = 0.0
    asked_at: float | None = None
    """The first request was spoken to its end. A yes before it is a greeting ("Yes?")."""
    is_person: bool = False
    """Who answered is surely one."""


class Ringing:
    """See the module's text. What it tells its owner is the last thing of a step.

    ``on_taken(rung)``: somebody has accepted. ``on_blind(target)``: the next one is to be transferred to, not rung.
    ``on_none_left()``: nobody is left to be rung.
    """

    def __init__(
        self,
        call: Call,
        *,
        on_taken: Callable[[Rung], None],
        on_blind: Callable[[HandOverTarget], None],
        on_none_left: Callable[[], None],
    ) -> None:
        self._call = call
        self._on_taken = on_taken
        self._on_blind = on_blind
        self._on_none_left = on_none_left
        self._batches: list[list[HandOverTarget]] = []
        self._rung: dict[str, Rung] = {}
        self._legs = 0
        self._spare: list[HandOverTarget] = []
        """Those whose ringing was stopped for one that may yet turn out to be a machine."""
        self._machines: set[DialTarget] = set()
        """Where a machine has answered."""
        self.taken: Rung | None = None
        """Who has accepted."""

    # --- what the owner wants -----------------------------------------------------------------------------------

    def begin(self, targets: Sequence[HandOverTarget]) -> None:
        """Ring these instead of whatever was rung before; somebody who has accepted is not asked for any more."""
        self.stop()
        self._batches = self._in_batches(targets)
        self.proceed()

    def stop(self) -> None:
        """Nobody is rung or joined any more."""
        for rung in self._rung.values():
            self._call.hang_up(rung.leg_id)
        self.forget()

    def forget(self) -> None:
        """Begin anew; legs are hung up elsewhere."""
        self._rung.clear()
        self._batches.clear()
        self._spare.clear()
        self.taken = None
        self._show()

    @property
    def is_ringing(self) -> bool:
        """True while somebody is rung, listened to or joined."""
        return bool(self._rung)

    def proceed(self) -> None:
        """Unless somebody is rung: the next ones. A transfer without a talk waits until the person has been greeted."""
        while not self._rung and self._batches:
            batch = self._batches[0] = [self._checked(target) for target in self._batches[0]]
            if batch[0].is_blind:
                if self._call.phase is Phase.TRANSFERRING:
                    del self._batches[0]
                    self._blind(batch[0])
                return
            del self._batches[0]
            self._ring(batch)
        self._show()
        if not self._rung:
            self._on_none_left()

    def bridge_instead(self, target: HandOverTarget) -> None:
        """The transfer to ``target`` was refused: it is rung and joined."""
        self._batches.insert(0, [replace(target, mode=HandOverMode.BRIDGE)])
        self.proceed()

    def fail(self, rung: Rung, reason: str) -> None:
        """This place has not worked out: the next one."""
        call = self._call
        call.report(ev.OccurrenceKind.TARGET_FAILED, target=rung.target.name, reason=reason)
        if reason in _MACHINES and rung.target.target is not None:
            self._machines.add(rung.target.target)
        call.hang_up(rung.leg_id)
        self._rung.pop(rung.leg_id, None)
        if self.taken is rung:
            self.taken = None
            self._batches = [*self._in_batches(self._spare), *self._batches]
            self._spare.clear()
        self.proceed()

    def wait_for_bridge(self) -> None:
        """Whoever accepted is being joined: not for ever."""
        if self.taken is not None:
            self.taken.due = self._call.now + self._call.config.bridge_s
            self._arm()

    # --- what happens -------------------------------------------------------------------------------------------

    def get(self, leg_id: str) -> Rung | None:
        """The place behind a leg; None when it matters no more."""
        return self._rung.get(leg_id)

    def on_leg(self, rung: Rung, event: ev.LegEvent) -> None:
        """A leg was answered or has failed before it was joined."""
        config = self._call.config
        match event:
            case ev.EndpointAcceptedEvent():
                self._take(rung, is_person=True)
            case ev.LegAnsweredEvent() if self._call.brief.confirm_answer:
                rung.answered_at = self._call.now
                rung.due = self._call.now + config.confirm_s
                self._arm()
                self._ask_for_a_key(rung)
            case ev.LegAnsweredEvent():
                rung.answerer_due = self._call.now + config.answerer_s
                rung.due = self._call.now + config.answerer_speaks_s + config.bridge_s
                self._arm()
            case ev.LegFailedEvent(failure=failure):
                self.fail(rung, failure.value)
            case ev.LegEndedEvent():
                self.fail(rung, LegFailure.DECLINED.value)
            case _:
                pass

    def machine_in(self, rung: Rung, event: ev.AnswererHeardEvent) -> str:
        """What machine the ear is sure of; empty: none."""
        is_machine = event.answerer in _MACHINES and event.confidence >= CERTAIN and not rung.is_person
        return event.answerer.value if is_machine else ""

    def on_answerer(self, rung: Rung, event: ev.AnswererHeardEvent) -> None:
        """The ear on a leg has a new belief about who answered, and it is no certain machine."""
        if event.answerer is Answerer.PERSON and rung is self.taken:
            rung.is_person = True
        elif rung.answerer_due is None or rung is self.taken:
            return
        elif event.reason in ("speaking", "tone"):
            rung.answerer_due = self._call.now + self._call.config.answerer_speaks_s
            self._arm()
        elif event.answerer is not Answerer.NOBODY:
            self._take(rung, is_person=event.answerer is Answerer.PERSON)

    def on_key(self, rung: Rung, key: str) -> None:
        """A 1 accepts where it was asked for; any key does elsewhere, for only a person presses one."""
        if rung.prompts and key == "1":
            self._call.do(act.StopSpeakingAction(rung.leg_id))
            self._take(rung, is_person=True)
        elif rung.answerer_due is not None:
            self._take(rung, is_person=True)

    def on_consent(self, rung: Rung, event: ev.ConsentHeardEvent) -> None:
        """Said after the request: a yes accepts, a no declines."""
        if rung.asked_at is None or rung.answered_at + event.began_s < rung.asked_at - _EARLY_S:
            return
        if event.is_yes:
            self._call.do(act.StopSpeakingAction(rung.leg_id))
            self._take(rung, is_person=True)
        else:
            self.fail(rung, LegFailure.DECLINED.value)

    def on_spoken(self, speech_id: int, *, is_complete: bool) -> None:
        """A request to press 1 is over: once more."""
        rung = next((each for each in self._rung.values() if each.prompt == speech_id), None)
        if rung is None:
            return
        rung.prompt = None
        if is_complete and rung.asked_at is None:
            rung.asked_at = self._call.now
        if is_complete and rung.prompts < _MOST_PROMPTS:
            self._ask_for_a_key(rung)

    def on_overdue(self) -> None:
        """`Timer.TARGET`: who has not answered, or cannot be joined, has failed."""
        for rung in [each for each in self._rung.values() if each.due <= self._call.now]:
            if self._rung.get(rung.leg_id) is rung:
                self.fail(rung, LegFailure.NO_ANSWER.value)
        self._arm()

    def on_listened(self) -> None:
        """`Timer.ANSWERER`: who has been listened to for long enough is taken for a person."""
        for rung in self._rung.values():
            if rung.answerer_due is not None and rung.answerer_due <= self._call.now:
                self._take(rung, is_person=False)
                return
        self._arm()

    # --- inside -------------------------------------------------------------------------------------------------

    def _in_batches(self, targets: Sequence[HandOverTarget]) -> list[list[HandOverTarget]]:
        """One leg of the account is the company's."""
        legs = self._call.config.legs_at_once
        most = min(_MOST_AT_ONCE, max(1, legs - 1)) if legs else _MOST_AT_ONCE
        return _batches([self._checked(target) for target in targets], self._call.brief.ring_order, most)

    def _checked(self, target: HandOverTarget) -> HandOverTarget:
        """A blind transfer tells "answered" for a voicemail too (RFC 3515 section 2.4.5), and then it is too late.

        Where the user wants to accept by a 1, or a machine has answered that number in this call, it is rung from here, and the
        exchange takes over once somebody has accepted.
        """
        is_doubtful = self._call.brief.confirm_answer or target.target in self._machines
        return replace(target, mode=HandOverMode.ATTENDED_TRANSFER) if target.is_blind and is_doubtful else target

    def _ring(self, batch: Sequence[HandOverTarget]) -> None:
        call = self._call
        for target in batch:
            if not may_ring(target, call.config.region):
                call.report(ev.OccurrenceKind.TARGET_FAILED, target=target.name, reason="refused")
                continue
            self._legs += 1
            rung = Rung(f"user-{self._legs}", target, call.now + target.ring_s)
            self._rung[rung.leg_id] = rung
            call.ring(rung.leg_id, target)
            call.report(ev.OccurrenceKind.TARGET_RINGING, target=target.name)

    def _blind(self, target: HandOverTarget) -> None:
        if may_ring(target, self._call.config.region):
            self._call.target_name = target.name
            self._on_blind(target)
        else:
            self._call.report(ev.OccurrenceKind.TARGET_FAILED, target=target.name, reason="refused")
            self.proceed()

    def _take(self, rung: Rung, *, is_person: bool) -> None:
        others = [each for each in self._rung.values() if each is not rung]
        for other in others:
            self._call.hang_up(other.leg_id)
            del self._rung[other.leg_id]
        rung.is_person = is_person
        rung.answerer_due, rung.prompt, rung.prompts = None, None, 0
        self._spare = [] if is_person else [other.target for other in others]
        self.taken = rung
        self._show()
        self._on_taken(rung)

    def _ask_for_a_key(self, rung: Rung) -> None:
        brief = self._call.brief
        rung.prompts += 1
        language, is_understood = brief.user_language or brief.language, self._call.config.understands_user
        text = confirmation(language, brief.company, is_understood=is_understood)
        rung.prompt = self._call.speak_to_user(rung.leg_id, text)

    def _show(self) -> None:
        self._call.target_name = ", ".join(rung.target.name for rung in self._rung.values())
        self._arm()

    def _arm(self) -> None:
        """The earliest deadline of all counts."""
        dues = {
            Timer.TARGET: [rung.due for rung in self._rung.values()],
            Timer.ANSWERER: [rung.answerer_due for rung in self._rung.values() if rung.answerer_due is not None],
        }
        for timer, moments in dues.items():
            if moments:
                self._call.timers.set(timer, min(moments))
            else:
                self._call.timers.cancel(timer)


def may_ring(target: HandOverTarget, region: str) -> bool:
    """Whether policy lets a leg be placed to ``target``."""
    return target.target is None or may_dial(target.target, region=region) is None


def _batches(targets: Sequence[HandOverTarget], order: RingOrder, most: int) -> list[list[HandOverTarget]]:
    """Who is rung together: a transfer without a talk is made alone, and after everything that can be rung."""
    if order is RingOrder.IN_ORDER:
        return [[target] for target in targets]
    rung = [target for target in targets if not target.is_blind]
    together = [rung[start : start + most] for start in range(0, len(rung), most)]
    return [*together, *([target] for target in targets if target.is_blind)]

"""A whole call in virtual time: events in, actions out, deadlines jumped over; nothing may go unasserted.

The kit plays the far end's side of every action that the agent would answer by itself (transcripts, speech, digits, bridge),
so that a scenario only says what the line does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from custom_components.hold_slayer.engine.call.brain import Brain, BrainConfig
from custom_components.hold_slayer.engine.ivr.decision import Decision, DecisionKind
from custom_components.hold_slayer.engine.ivr.ends import Ends
from custom_components.hold_slayer.engine.ivr.words import words_of
from custom_components.hold_slayer.engine.model import action as act, call_event as ev
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, HandOverTarget
from custom_components.hold_slayer.engine.model.detour import Detour
from custom_components.hold_slayer.engine.model.media_description import Codec, MediaAnswer
from custom_components.hold_slayer.engine.model.phase import Answerer, EndedBy, LegFailure, Outcome, Phase, Verdict
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.model.snapshot import MenuOption

MEDIA = MediaAnswer("127.0.0.1", 4000, Codec.PCMU, 0, 101)
HOME = HandOverTarget("home", DialTarget("5550123"), 20)
MOBILE = HandOverTarget("mobile", DialTarget("5550124"), 20)
PRESS_2 = Decision(DecisionKind.PRESS, "2", "2", reason="best_option")
HOLD = Decision(DecisionKind.WAIT, seconds=20, reason="queue", is_hold=True)
LISTEN = Decision(DecisionKind.LISTEN)
WAIT = Decision(DecisionKind.WAIT, seconds=8, reason="silence")


class FakeNavigator:
    """Answers in order; the last decision stays."""

    def __init__(self, *decisions: Decision, advised: Decision = LISTEN, failed: Decision = LISTEN) -> None:
        self._decisions = list(decisions) or [LISTEN]
        self._advised = advised
        self._failed = failed
        self.heard_texts: list[tuple[str, ...]] = []
        self.answers: list[Mapping[str, object]] = []
        self.failures = 0

    def heard(self, utterances: Sequence[str]) -> Decision:
        self.heard_texts.append(tuple(utterances))
        return self._decisions.pop(0) if len(self._decisions) > 1 else self._decisions[0]

    def objection(self, answer: Mapping[str, object]) -> str:
        return "" if answer.get("do") == "press" else "That is none of the tools."

    def advised(self, answer: Mapping[str, object]) -> Decision:
        self.answers.append(answer)
        return self._advised

    wants_glimpses = False

    def change_language(self, code: str) -> None:
        """What is decided here stands anyway."""

    menu: tuple[MenuOption, ...] = ()

    def glimpsed(self, utterances: Sequence[str]) -> Decision | None:
        raise AssertionError("nobody wants the words of an unfinished utterance")

    def is_rest(self, text: str) -> bool:
        raise AssertionError("nothing was answered early")

    def advice_failed(self) -> Decision:
        self.failures += 1
        return self._failed

    detour: Detour | None = None

    @property
    def ends(self) -> Ends:
        return Ends(CallBrief(DialTarget("5550100"), goal=""), words_of("en"))


@dataclass
class CallKit:
    """One call. ``texts`` of utterances are given to `hears`; services that fail are named in ``broken``."""

    navigator: FakeNavigator = field(default_factory=FakeNavigator)
    targets: tuple[HandOverTarget, ...] = (HOME,)
    config: BrainConfig = field(default_factory=BrainConfig)
    broken: frozenset[str] = frozenset()
    now: float = 1000.0
    actions: list[act.Action] = field(default_factory=list)
    reports: list[act.ReportAction] = field(default_factory=list)
    end: act.EndCallAction | None = None

    def __post_init__(self) -> None:
        self.brain = Brain(self.config, lambda _brief: self.navigator)
        self._texts: dict[int, str] = {}
        self._utterances = 0
        self._speaking: list[int] = []

    # --- what happens -------------------------------------------------------------------------------------------

    def start(self, number: str = "5550100") -> None:
        brief = CallBrief(DialTarget(number), "a question about my bill", hand_over=self.targets)
        self.event(ev.CallRequestedEvent(brief))

    def answered(self) -> None:
        self.start()
        self.event(ev.LegRangEvent(ev.FAR_LEG))
        self.event(ev.LegAnsweredEvent(ev.FAR_LEG, MEDIA))

    def event(self, event: ev.CallEvent) -> None:
        self._take(self.brain.handle(event, self.now))

    def hears(self, text: str, seconds: float = 2.0) -> None:
        """The line says something; endpointing closes it 0.7 s later."""
        self._utterances += 1
        self._texts[self._utterances] = text
        self.event(ev.UtteranceStartedEvent(self.now, self._utterances))
        self.passes(seconds + 0.7)
        self.event(ev.UtteranceEndedEvent(self.now, self._utterances, self.now - seconds, self.now, b"\0\0"))

    def verdict(self, verdict: Verdict, reason: str = "test") -> None:
        self.event(ev.VerdictChangedEvent(self.now, verdict, 0.8, reason))

    def passes(self, seconds: float) -> None:
        """Time goes on; deadlines in between are applied at their time. A sentence lasts three seconds."""
        until = self.now + seconds
        while (due := self.brain.next_timer()) is not None and due <= until:
            self.now = max(self.now, due)
            self._take(self.brain.handle_timer(self.now))
        self.now = until
        self._take(self.brain.handle_timer(self.now))

    def sentence_ends(self) -> None:
        """What is being spoken comes to its end."""
        self.passes(3.0)
        for speech_id in self._speaking:
            failed = "tts" in self.broken
            self.event(ev.SpeakingFailedEvent(speech_id, "gone") if failed else ev.SpokenEvent(speech_id))
        self._speaking = []

    def user_answers(self) -> None:
        leg_id = self.last(act.DialAction).leg_id
        self.event(ev.LegAnsweredEvent(leg_id, MEDIA))
        self.event(ev.AnswererHeardEvent(leg_id, Answerer.PERSON, 0.8, "short_greeting"))

    def user_fails(self, failure: LegFailure = LegFailure.BUSY) -> None:
        self.event(ev.LegFailedEvent(self.last(act.DialAction).leg_id, failure, 486))

    def far_hangs_up(self) -> None:
        self.event(ev.LegEndedEvent(ev.FAR_LEG, EndedBy.REMOTE))

    # --- what comes of it ---------------------------------------------------------------------------------------

    @property
    def phase(self) -> Phase:
        return self.brain.phase

    @property
    def outcome(self) -> Outcome | None:
        return self.end.outcome if self.end is not None else None

    @property
    def kinds(self) -> list[str]:
        return [report.kind for report in self.reports]

    def all(self, kind: type[act.Action]) -> list[act.Action]:
        return [action for action in self.actions if isinstance(action, kind)]

    def last[T: act.Action](self, kind: type[T]) -> T:
        return next(action for action in reversed(self.actions) if isinstance(action, kind))

    def _take(self, actions: list[act.Action]) -> None:
        for action in actions:
            assert self.end is None, f"{action} after the end"
            self.actions.append(action)
            match action:
                case act.ReportAction():
                    self.reports.append(action)
                case act.EndCallAction():
                    self.end = action
                case act.SpeakAction(speech_id=speech_id):
                    self._speaking.append(speech_id)
                case act.TranscribeAction(utterance_id=number):
                    self._transcribe(number)
                case act.SendDigitsAction(leg_id=leg_id):
                    self.event(ev.DigitsSentEvent(leg_id))
                case act.BridgeAction(leg_id=leg_id):
                    self.event(ev.BridgedEvent(leg_id))
                case _:
                    pass

    def _transcribe(self, number: int) -> None:
        if "stt" in self.broken:
            self.event(ev.TranscriptionFailedEvent(number, "gone"))
        elif "stt_hangs" not in self.broken:
            self.event(ev.TranscribedEvent(number, self._texts[number]))

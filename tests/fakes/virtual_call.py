"""A whole call in virtual time: a real brain, a scripted company, and services and phones that answer after set delays.

Nothing sleeps: `CallKit.run` jumps from event to deadline to event. Every action that reaches the outside must be claimed with
`CallKit.expect`; `CallKit.close` fails on what nobody expected.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
import heapq
from itertools import count

from custom_components.hold_slayer.engine.call.brain import Brain, BrainConfig
from custom_components.hold_slayer.engine.call.transitions import GATES
from custom_components.hold_slayer.engine.ivr.decision import Decision, DecisionKind
from custom_components.hold_slayer.engine.ivr.ends import Ends
from custom_components.hold_slayer.engine.ivr.words import words_of
from custom_components.hold_slayer.engine.model import action as act, call_event as ev
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, HandOverTarget
from custom_components.hold_slayer.engine.model.detour import Detour
from custom_components.hold_slayer.engine.model.media_description import Codec, MediaAnswer
from custom_components.hold_slayer.engine.model.phase import Answerer, EndedBy, FrameLabel, LegFailure, Phase, Verdict
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.model.snapshot import MenuOption

ANSWER = MediaAnswer("127.0.0.1", 4000, Codec.PCMU, 0, 101)
COMPANY = DialTarget("+15555550100")
CELL = HandOverTarget("cell", DialTarget("+15555550123"), ring_s=20.0)
DESK = HandOverTarget("desk", DialTarget("sip:alex@192.0.2.7"), ring_s=15.0)
QUESTION = act.NavigatorQuestion("goal", "company", "en", ("what now",))

PERSON_ANSWERS = (0.0, Answerer.PERSON, 0.8, "short_greeting")
"""What is heard of a phone of which a scenario says nothing."""

CHALLENGE = "Hello, automated assistant here. Can you hear me?"
GREETING = "Hello. This is an automated assistant calling for Alex. Please stay on the line, I am connecting them now."
CONNECTING = "Thank you. I am calling for Alex. Please stay on the line, I am connecting them now."
COURTESY = "One moment please. I am still connecting you."
APOLOGY = "I am sorry, nobody can be reached right now. We will call again. Goodbye."


def brief(*targets: HandOverTarget, **changes: object) -> CallBrief:
    """A mission with everything a scenario needs."""
    values: dict[str, object] = {
        "number": COMPANY,
        "goal": "a charge on my bill",
        "company": "Acme",
        "user_name": "Alex",
        "hand_over": targets,
    }
    return CallBrief(**(values | changes))  # type: ignore[arg-type]


def press(key: str, shown: str = "") -> Decision:
    return Decision(DecisionKind.PRESS, key, shown or key, reason="best_option")


def say(text: str) -> Decision:
    return Decision(DecisionKind.SAY, text, text, reason="open_question")


def wait(seconds: float = 0.0) -> Decision:
    return Decision(DecisionKind.WAIT, seconds=seconds, reason="silence")


def queue() -> Decision:
    return Decision(DecisionKind.WAIT, reason="queue", is_hold=True, confidence=0.9)


def listen() -> Decision:
    return Decision(DecisionKind.LISTEN, reason="unsure")


def ask() -> Decision:
    return Decision(DecisionKind.ASK_MODEL, reason="unsure", question=QUESTION)


def ask_user(fact: str = "account") -> Decision:
    return Decision(DecisionKind.ASK_USER, reason="not_released", fact=fact, note="Enter it now.", confidence=1.0)


def give_up(reason: str, note: str = "") -> Decision:
    return Decision(DecisionKind.GIVE_UP, reason=reason, note=note)


class FakeNavigator:
    """Answers from a script and remembers what it was told; out of script it listens."""

    def __init__(self, script: Sequence[Decision] = (), advised: Decision | None = None) -> None:
        self.heard_turns: list[tuple[str, ...]] = []
        self.answers: list[Mapping[str, object]] = []
        self.failed_advices = 0
        self.fallback = listen()
        self.given: list[tuple[str, str | None]] = []
        self.after_user = press("7", "{account}")
        self._script = list(script)
        self._advised = advised or listen()

    def heard(self, utterances: Sequence[str]) -> Decision:
        self.heard_turns.append(tuple(utterances))
        return self._script.pop(0) if self._script else listen()

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
        self.failed_advices += 1
        return self.fallback

    def user_answered(self, fact: str, value: str | None, kept: str = "") -> Decision:
        self.given.append((fact, value))
        return self.after_user if value is not None else self.fallback

    detour: Detour | None = None

    @property
    def ends(self) -> Ends:
        return Ends(brief(), words_of("en"))


class Auditor:
    """Holds the invariants of a call after every step of its brain, whatever happens to it."""

    def __init__(self, brain: Brain) -> None:
        self._brain = brain
        self._alive: set[str] = set()
        self._hung_up: set[str] = set()
        self._has_onset = False
        self._candidates = 0
        self._texts: Counter[str] = Counter()
        self._recent: list[str] = []
        self._asked: set[int] = set()
        self._attempts: Counter[int] = Counter()
        self._to_bridge = ""
        self._bridged = ""
        self.is_over = False

    def saw(self, event: ev.CallEvent, before: Phase) -> None:
        """An event is about to be handled in phase ``before``."""
        match event:
            case ev.LegFailedEvent() | ev.LegEndedEvent():
                self._alive.discard(event.leg_id)
            case ev.BridgedEvent(leg_id=leg_id):
                self._bridged = leg_id
            case ev.UtteranceStartedEvent() | ev.UtteranceEndedEvent():
                self._has_onset = True
            case ev.VerdictChangedEvent(verdict=Verdict.CANDIDATE | Verdict.HUMAN):
                self._has_onset = True
            case ev.TranscribedEvent(utterance_id=utterance_id, text=text) if utterance_id in self._asked:
                if text.strip() and before in (Phase.NAVIGATING, Phase.ON_HOLD, Phase.CANDIDATE):
                    self._asked.discard(utterance_id)
                    self._texts[text] += 1
                    self._recent = [*(self._recent if before is Phase.CANDIDATE else ()), text]
            case _:
                pass

    def check(self, actions: Sequence[act.Action], before: Phase) -> None:
        """The brain has answered with ``actions``."""
        if before is Phase.ENDED:
            assert not actions, "something was done after the end"
        is_user = any(isinstance(a, act.ReportAction) and a.data.get("reason") == "user" for a in actions)
        for action in actions:
            assert not self.is_over, "an action after EndCallAction"
            self._check_one(action, before, is_user=is_user)
        phase = self._brain.phase
        assert self.is_over is (phase is Phase.ENDED)
        if phase in GATES:
            running = self._brain._call.timers.running
            assert running & GATES[phase], f"no deadline in {phase}: {sorted(running)}"
            assert self._brain.next_timer() is not None
        else:
            assert self._brain.next_timer() is None
        if phase is Phase.CONNECTED and before is not phase:
            assert self._bridged == self._to_bridge
            assert self._bridged in self._alive, "connected to nobody"
        assert self._brain.is_human <= (phase in (Phase.HUMAN, Phase.TRANSFERRING, Phase.CONNECTED))

    def _check_one(self, action: act.Action, before: Phase, *, is_user: bool) -> None:
        match action:
            case act.DialAction(leg_id=leg_id) | act.RingEndpointAction(leg_id=leg_id):
                assert leg_id not in self._alive | self._hung_up
                self._alive.add(leg_id)
            case act.HangUpLegAction(leg_id=leg_id):
                assert leg_id not in self._hung_up, "hung up twice"
                assert leg_id in self._alive, "hung up what is not up"
                self._hung_up.add(leg_id)
                self._alive.discard(leg_id)
            case act.BridgeAction(leg_id=leg_id):
                assert leg_id in self._alive
                self._to_bridge = leg_id
            case act.SendDigitsAction():
                assert is_user or self._is_menu(before), "a key pressed outside a menu"
            case act.AskLanguageModelAction(question_id=question_id, is_retry=is_retry):
                assert self._is_menu(before), "a language model asked outside a menu"
                self._attempts[question_id] += 1
                assert self._attempts[question_id] == 1 + is_retry, "one question, and one more attempt"
            case act.TranscribeAction(utterance_id=utterance_id):
                self._asked.add(utterance_id)
            case act.ReportAction(kind=kind, data=data):
                assert kind in ev.OccurrenceKind.ALL
                self._candidates += kind == ev.OccurrenceKind.CANDIDATE
                if kind == ev.OccurrenceKind.HUMAN_ANSWERED:
                    self._check_human(str(data["reason"]))
            case act.EndCallAction(sentence=sentence):
                assert not self._alive, f"legs left up: {sorted(self._alive)}"
                assert sentence.endswith((".", ")")), sentence
                self.is_over = True
            case _:
                pass

    def _is_menu(self, before: Phase) -> bool:
        """True in a menu. Several deadlines may pass in one step: a key's or a question's, then the menu's."""
        phase = self._brain.phase
        return phase is Phase.NAVIGATING or (before is Phase.NAVIGATING and phase is Phase.ENDED)

    def _check_human(self, reason: str) -> None:
        assert self._has_onset or reason == "called_back", "a person before anybody spoke"
        if reason in ("greeting_words", "reaction", "sound"):
            assert self._candidates, "a person who never was a candidate"
        if reason in ("greeting_words", "reaction"):
            assert any(self._texts[text] == 1 for text in self._recent), "a text heard before was taken for a person"


class CallKit:
    """See the module's text. Times are seconds since the start of the call."""

    def __init__(
        self,
        mission: CallBrief | None = None,
        *decisions: Decision,
        config: BrainConfig | None = None,
        has_stt: bool = True,
        has_tts: bool = True,
        stt_s: float = 0.5,
        speak_s: float = 3.0,
        model_s: float | None = 1.0,
        phones: Mapping[str, float | LegFailure] | None = None,
        answerers: Mapping[str, Sequence[tuple[float, Answerer, float, str]]] | None = None,
    ) -> None:
        self.navigator = FakeNavigator(decisions)
        self.brain = Brain(config, lambda _: self.navigator)
        self.now = 0.0
        self.story: list[tuple[float, str, Mapping[str, str | int | float | bool]]] = []
        self.unclaimed: list[act.Action] = []
        self.prepared: list[str] = []
        self._mission = mission or brief(CELL)
        self._auditor = Auditor(self.brain)
        self._has_stt, self._has_tts = has_stt, has_tts
        self._stt_s, self._speak_s, self._model_s = stt_s, speak_s, model_s
        self._phones = dict(phones if phones is not None else {"cell": 5.0})
        self._answerers = dict(answerers or {})
        """What the ear on a phone's leg makes of it: seconds after the answer, belief, confidence, reason."""
        self.texts: dict[int, str] = {}
        self._busy_until: dict[str, float] = {}
        self._speech_legs: dict[int, str] = {}
        self._ids, self._order = count(1), count()
        self._events: list[tuple[float, int, ev.CallEvent]] = []

    # --- script -------------------------------------------------------------------------------------------------

    def at(self, t: float, *events: ev.CallEvent) -> None:
        """Let events happen at ``t``."""
        for event in events:
            heapq.heappush(self._events, (t, next(self._order), event))

    def start(self, answered_at: float | None = 4.0, rings_at: float | None = 1.0) -> None:
        """Request the call; the company rings and answers."""
        self.at(0.0, ev.CallRequestedEvent(self._mission))
        if rings_at is not None:
            self.at(rings_at, ev.LegRangEvent(ev.FAR_LEG))
        if answered_at is not None:
            self.at(answered_at, ev.LegAnsweredEvent(ev.FAR_LEG, ANSWER))

    def says(self, t: float, text: str, lasts: float = 2.0) -> None:
        """The line speaks from ``t`` on; endpointing takes 0.8 s more."""
        utterance_id = next(self._ids)
        self.texts[utterance_id] = text
        ended = t + lasts + 0.8
        self.at(t + 0.2, ev.UtteranceStartedEvent(t + 0.2, utterance_id))
        self.at(ended, ev.UtteranceEndedEvent(ended, utterance_id, t, t + lasts, b"\0\0"))

    def verdict(self, t: float, verdict: Verdict, reason: str = "test") -> None:
        """The ear is as sure of a candidate as it mostly is, and rather sure of anything else."""
        self.at(t, ev.VerdictChangedEvent(t, verdict, 0.53 if verdict is Verdict.CANDIDATE else 0.8, reason))

    def music(self, t: float, *, is_new_hold: bool = False) -> None:
        """Music sets in; the first time the ear calls it hold after 2 s."""
        self.at(t, ev.AudioClassChangedEvent(t, FrameLabel.MUSIC))
        if is_new_hold:
            self.verdict(t + 2.0, Verdict.HOLD, "music")

    def music_stops(self, t: float, label: FrameLabel = FrameLabel.SPEECH) -> None:
        self.at(t, ev.AudioClassChangedEvent(t, label))

    def far_hangs_up(self, t: float) -> None:
        self.at(t, ev.LegEndedEvent(ev.FAR_LEG, EndedBy.REMOTE))

    # --- running ------------------------------------------------------------------------------------------------

    def run(self, until: float = float("inf")) -> None:
        """Let time pass: at most to ``until``, at most to the end of the call."""
        for _ in range(100_000):
            due = self.brain.next_timer()
            event_at = self._events[0][0] if self._events else None
            moments = [moment for moment in (due, event_at) if moment is not None]
            if not moments or min(moments) > until:
                break
            self.now = max(self.now, min(moments))
            before = self.brain.phase
            if event_at is not None and event_at <= self.now:
                _, _, event = heapq.heappop(self._events)
                self._auditor.saw(event, before)
                actions = self.brain.handle(event, self.now)
            else:
                actions = self.brain.handle_timer(self.now)
            self._auditor.check(actions, before)
            for action in actions:
                self._execute(action)
        else:
            raise AssertionError("the call never ends")
        if until != float("inf"):
            self.now = max(self.now, until)

    def _execute(self, action: act.Action) -> None:
        match action:
            case act.ReportAction(kind=kind, data=data):
                self.story.append((self.now, kind, data))
                return
            case act.PrepareSpeechAction(text=text):
                self.prepared.append(text)
                return
            case act.TranscribeAction(is_partial=True):
                # Words of an unfinished utterance come as events of the scenario's own.
                return
            case act.TranscribeAction(utterance_id=utterance_id):
                self._transcribe(utterance_id)
                return
            case act.SpeakAction(speech_id=speech_id, leg_id=leg_id):
                self._speak(speech_id, leg_id)
            case act.StopSpeakingAction(leg_id=leg_id):
                self._stop_speaking(leg_id)
                return
            case act.SendDigitsAction(leg_id=leg_id):
                self.at(self.now + 0.2, ev.DigitsSentEvent(leg_id))
            case act.BridgeAction(leg_id=leg_id):
                self.at(self.now, ev.BridgedEvent(leg_id))
            case act.HangUpLegAction(leg_id=leg_id):
                self.at(self.now + 0.05, ev.LegEndedEvent(leg_id, EndedBy.LOCAL))
            case act.AskLanguageModelAction(question_id=question_id) if self._model_s is not None:
                self.at(
                    self.now + self._model_s, ev.LanguageModelAnsweredEvent(question_id, {"do": "press", "value": "1"})
                )
            case act.DialAction(leg_id=leg_id, target=target) if leg_id != ev.FAR_LEG:
                self._ring(leg_id, target)
            case act.RingEndpointAction(leg_id=leg_id, target=target):
                self._ring_endpoint(leg_id, target)
            case _:
                pass
        self.unclaimed.append(action)

    def _transcribe(self, utterance_id: int) -> None:
        text = self.texts.get(utterance_id, "")
        event: ev.CallEvent = ev.TranscribedEvent(utterance_id, text)
        if not self._has_stt:
            event = ev.TranscriptionFailedEvent(utterance_id, "gone")
        self.at(self.now + self._stt_s, event)

    def _speak(self, speech_id: int, leg_id: str) -> None:
        self._speech_legs[speech_id] = leg_id
        if not self._has_tts:
            self.at(self.now, ev.SpeakingFailedEvent(speech_id, "gone"))
            return
        self._busy_until[leg_id] = max(self.now, self._busy_until.get(leg_id, 0.0)) + self._speak_s
        self.at(self._busy_until[leg_id], ev.SpokenEvent(speech_id))

    def _stop_speaking(self, leg_id: str) -> None:
        stopped = [
            event
            for _, _, event in self._events
            if isinstance(event, ev.SpokenEvent) and self._speech_legs[event.speech_id] == leg_id
        ]
        self._events = [item for item in self._events if item[2] not in stopped]
        heapq.heapify(self._events)
        self._busy_until.pop(leg_id, None)
        self.at(self.now, *(ev.SpeakingFailedEvent(event.speech_id, "stopped") for event in stopped))

    def _ring(self, leg_id: str, target: DialTarget) -> None:
        name = next((each.name for each in (CELL, DESK, *self._mission.hand_over) if each.target == target), "")
        answer = self._phones.get(name)
        if isinstance(answer, LegFailure):
            self.at(self.now + 1.0, ev.LegFailedEvent(leg_id, answer, 486))
        elif answer is not None:
            self.at(self.now + 0.5, ev.LegRangEvent(leg_id))
            self.at(self.now + answer, ev.LegAnsweredEvent(leg_id, ANSWER))
            for after_s, answerer, confidence, reason in self._answerers.get(name, (PERSON_ANSWERS,)):
                heard = ev.AnswererHeardEvent(leg_id, answerer, confidence, reason)
                self.at(self.now + answer + after_s, heard)

    def _ring_endpoint(self, leg_id: str, target: HandOverTarget) -> None:
        answer = self._phones.get(target.name)
        self.at(self.now, ev.LegRangEvent(leg_id))
        if isinstance(answer, LegFailure):
            self.at(self.now + 1.0, ev.LegFailedEvent(leg_id, answer))
        elif answer is not None:
            self.at(self.now + answer, ev.EndpointAcceptedEvent(leg_id))

    # --- looking ------------------------------------------------------------------------------------------------

    @property
    def kinds(self) -> list[str]:
        """The story without its times."""
        return [kind for _, kind, _ in self.story]

    def when(self, kind: str) -> float:
        """When it was first told."""
        return next(t for t, told, _ in self.story if told == kind)

    def expect(self, *expected: act.Action | type[act.Action]) -> None:
        """Claim the next actions: values must be equal, types must fit."""
        for each in expected:
            assert self.unclaimed, f"nothing done where {each} was expected"
            action = self.unclaimed.pop(0)
            assert isinstance(action, each) if isinstance(each, type) else action == each, f"{action} is not {each}"

    def said(self) -> list[str]:
        """Claim all sentences spoken so far, in order."""
        spoken = [action.text for action in self.unclaimed if isinstance(action, act.SpeakAction)]
        self.unclaimed = [action for action in self.unclaimed if not isinstance(action, act.SpeakAction)]
        return spoken

    def expect_end(self, outcome: str, *legs: str) -> str:
        """Claim the end: the legs hung up, the user told, the call over. Returns the sentence."""
        assert self.brain.phase is Phase.ENDED
        self.expect(*(act.HangUpLegAction(leg) for leg in legs))
        if isinstance(self.unclaimed[0], act.NotifyUserAction):
            note = self.unclaimed.pop(0)
            assert isinstance(note, act.NotifyUserAction)
            assert note.key == f"outcome_{outcome}"
        end = self.unclaimed.pop(0)
        assert isinstance(end, act.EndCallAction)
        assert end.outcome == outcome
        assert self.brain.outcome == outcome
        assert self.brain.sentence == end.sentence
        assert self.kinds[-1] == "ended"
        self.close()
        return end.sentence

    def close(self) -> None:
        """Fail on what was done and nobody expected."""
        assert not self.unclaimed, f"done and never expected: {self.unclaimed}"

"""One call of the fleet: a company's line heard by the real hearing, judged by the real brain, in virtual time.

Speech to text is fake: the words that lay in the audio it was given, some wrong, after a delay; our own voice is time only. A
person ends the call. Where there is none the user takes it as in life: their phone rings, they hear a recording, and give the line
back.
"""

from dataclasses import dataclass, field, replace
import heapq
from itertools import count
from pathlib import Path
import sys

from fleet_company import Company, FleetFront
from fleet_cues import Ear
from fleet_line import BLOCK_S, FarEnd
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "custom_components/hold_slayer"))

from engine.call.brain import Brain, BrainConfig
from engine.call.hearing import Hearing, phase_changed
from engine.call.states import WITH_USER
from engine.classify.reason import Reason
from engine.model import action as act, call_event as ev
from engine.model.audio_frame import FRAME_S, AudioFrame
from engine.model.call_brief import CallBrief, CallPolicy, HandOverTarget, TargetKind
from engine.model.media_description import Codec, MediaAnswer
from engine.model.number_memory import NumberMemory
from engine.model.phase import Phase
from engine.model.phone_number import DialTarget
from engine.speech.endpointing import EndpointingConfig

_TODAY = 100
_PATIENCE_S = 20.0
"""A person who is not noticed for so long hangs up."""
_MENU_S = 90.0
"""A call that has not come to the queue by then never will."""
_PICKS_UP_S = 6.0
"""The user does, after their phone began to ring."""
_LISTENS_S = 8.0
"""Then they know that it is nobody."""
_HOME = HandOverTarget("Home", None, kind=TargetKind.BROWSER)
_EVEN = 0.535
"""How sure of a candidate neither adds nor takes away evidence (`Belief.ear`)."""
_OTHER_WORDS = "the of and to a in for about would very number good order name".split()


@dataclass(frozen=True, slots=True)
class Setup:
    """What the call is run with."""

    error_rate: float = 0.15
    """Share of words that speech to text gets wrong."""
    stt_s: float | None = 0.7
    """How long speech to text takes; None: there is none."""
    has_tts: bool = True
    may_ask: bool = True
    """Policy allows our question."""
    has_early_words: bool = True
    """Sentences are transcribed while they are spoken."""
    has_memory: bool = True
    """What was heard in earlier calls to the number is known."""
    is_exact: bool = False
    """The front of the ear listens throughout."""
    config: BrainConfig = field(default_factory=BrainConfig)
    ear: Ear = field(default_factory=Ear)


@dataclass(slots=True)
class Result:
    """What became of one call; times in seconds of audio."""

    company: int
    number: int
    hold: str
    person: str
    language: str
    channel: str
    scheme: str
    hold_s: float = 0.0
    onset: float | None = None
    candidate_s: float | None = None
    """After the onset."""
    human_s: float | None = None
    reason: str = ""
    false_candidates: list[str] = field(default_factory=list)
    """What was on the line, and why."""
    questions: list[str] = field(default_factory=list)
    """What our question was put to before the person came."""
    false_humans: list[str] = field(default_factory=list)
    """The user was called for what was on the line then, and why."""
    is_met: bool = False
    """A person came while the user was there already, called for nothing."""
    odds: dict[str, float] = field(default_factory=dict)
    """The belief when it was decided, in log-odds by kind of evidence."""


class FleetCall:
    """Runs one call to its confirmed human, or to its end."""

    def __init__(
        self, company: Company, seed: int, number: int, setup: Setup, memory: NumberMemory | None = None
    ) -> None:
        self._setup, self._memory = setup, memory
        front = FleetFront()
        self._line = FarEnd(company, seed, number, front, is_exact=setup.is_exact)
        self._rng = np.random.default_rng((seed, company.number, number, 2))
        whole_only = EndpointingConfig(glimpses_s=(), pause_s=60.0)
        ear = setup.ear
        self._hearing = Hearing(
            endpointing=None if setup.has_early_words else whole_only,
            front=ear.front(front),
            human=ear.human(),
            repeats=ear.repeats(),
            rhythm=ear.rhythm,
        )
        if memory is not None:
            self._hearing.restore_marks(memory.marks, _TODAY)
        self._brain = Brain(setup.config)
        self._order = count()
        self._due: list[tuple[float, int, ev.CallEvent]] = []
        self._speaking: dict[int, float] = {}
        self._speaks_until = 0.0
        self._is_speaking = False
        self._now = 0.0
        self._frame = 0
        self._language = company.language
        self.result = Result(
            company.number, number, company.hold, self._line.person, company.language, company.channel, company.scheme
        )

    def run(self) -> Result:
        """Play the call."""
        policy = CallPolicy(challenge=self._setup.may_ask)
        number = DialTarget("+15555550100")
        brief = CallBrief(
            number,
            "a charge on my bill",
            "Acme",
            self._language,
            policy=policy,
            known=self._memory,
            hand_over=(_HOME,),
        )
        self._give(ev.CallRequestedEvent(brief))
        self._give(ev.LegAnsweredEvent(ev.FAR_LEG, MediaAnswer("127.0.0.1", 4000, Codec.PCMU, 0, 101)))
        self._hearing.answered()
        while not self._is_over():
            self._step()
        self.result.onset = self._line.onset if self.result.human_s is None else self._line.onset or self._now
        return self.result

    def learned(self) -> NumberMemory:
        """What the next call to the number is to know."""
        return self._brain.learned(_TODAY, self._hearing.export_marks(_TODAY))

    def _step(self) -> None:
        """100 ms."""
        line = self._line
        if self._brain.phase in (Phase.ON_HOLD, Phase.CANDIDATE) and line.is_in_queue:
            self.result.hold_s += BLOCK_S
        start = line.t
        for index, pcm in enumerate(line.frames(), 1):
            self._now = start + index * FRAME_S
            for event in self._hearing.feed(AudioFrame(pcm, self._frame)):
                self._give(event if self._setup.ear.is_graded else _ungraded(event))
            self._frame += 1
            self._let_time_pass()

    def _is_over(self) -> bool:
        line, result = self._line, self.result
        if self._brain.phase is Phase.ENDED or result.human_s is not None or line.is_over:
            return True
        if line.onset is not None and self._brain.phase in WITH_USER:
            result.is_met = True
            return True
        return line.onset is not None and line.t - line.onset > _PATIENCE_S

    def _let_time_pass(self) -> None:
        while self._due and self._due[0][0] <= self._now:
            _, _, event = heapq.heappop(self._due)
            if isinstance(event, ev.SpokenEvent):
                if self._speaking.pop(event.speech_id, None) is None:
                    continue
                self._set_speaking(is_speaking=bool(self._speaking))
            self._give(event)
        due = self._brain.next_timer()
        if due is not None and due <= self._now:
            before = self._brain.phase
            self._do(self._brain.handle_timer(self._now))
            self._tell_hearing(before)

    def _set_speaking(self, *, is_speaking: bool) -> None:
        if is_speaking is not self._is_speaking:
            self._is_speaking = is_speaking
            self._hearing.local_speech(is_speaking=is_speaking)
            self._line.hears(is_speaking=is_speaking)

    def _give(self, event: ev.CallEvent) -> None:
        before = self._brain.phase
        self._do(self._brain.handle(event, self._now))
        self._tell_hearing(before)

    def _tell_hearing(self, before: Phase) -> None:
        if self._brain.phase is not before:
            phase_changed(self._hearing, before, self._brain.phase)

    def _do(self, actions: list[act.Action]) -> None:
        for action in actions:
            match action:
                case act.TranscribeAction():
                    self._transcribe(action)
                case act.SpeakAction(speech_id=speech_id, text=text):
                    self._speak(speech_id, text)
                case act.StopSpeakingAction():
                    stopped, self._speaks_until = list(self._speaking), 0.0
                    self._speaking.clear()
                    self._set_speaking(is_speaking=False)
                    self._later(0.0, *(ev.SpeakingFailedEvent(each, "stopped") for each in stopped))
                case act.SendDigitsAction(leg_id=leg_id):
                    self._hearing.digits_sent()
                    self._line.key_pressed()
                    self._later(0.2, ev.DigitsSentEvent(leg_id))
                case act.AskLanguageModelAction(question_id=question_id):
                    self._later(0.0, ev.LanguageModelFailedEvent(question_id, "none is set up"))
                case act.RingEndpointAction(leg_id=leg_id):
                    self._later(_PICKS_UP_S, ev.EndpointAcceptedEvent(leg_id))
                case act.BridgeAction(leg_id=leg_id):
                    self._later(0.0, ev.BridgedEvent(leg_id))
                    self._later(_LISTENS_S, ev.ResumeWaitingRequestedEvent())
                case act.ReportAction(kind=kind, data=data):
                    self._note(kind, str(data.get("reason", "")))
                case _:
                    pass

    def _later(self, seconds: float, *events: ev.CallEvent) -> None:
        for event in events:
            heapq.heappush(self._due, (self._now + seconds, next(self._order), event))

    def _speak(self, speech_id: int, text: str) -> None:
        if not self._setup.has_tts:
            self._later(0.0, ev.SpeakingFailedEvent(speech_id, "gone"))
            return
        if self._line.is_in_queue:
            self.result.questions.append(self._line.playing)
        self._speaks_until = max(self._now + 0.1, self._speaks_until) + len(text.split()) / 2.8
        self._speaking[speech_id] = self._speaks_until
        self._set_speaking(is_speaking=True)
        self._later(self._speaks_until - self._now, ev.SpokenEvent(speech_id))

    def _transcribe(self, action: act.TranscribeAction) -> None:
        setup, rng = self._setup, self._rng
        if setup.stt_s is None:
            self._later(0.0, ev.TranscriptionFailedEvent(action.utterance_id, "none is set up", action.is_partial))
            return
        words = []
        for word in self._line.text_between(action.start_s, action.end_s):
            if rng.random() >= setup.error_rate:
                words.append(word)
            elif rng.random() < 0.7:
                words.append(str(rng.choice(_OTHER_WORDS)))
        text = " ".join(words)
        answer = ev.TranscribedEvent(action.utterance_id, text, action.start_s, action.end_s, action.is_partial)
        self._later(setup.stt_s * float(rng.uniform(0.6, 1.4)), answer)

    def _note(self, kind: str, reason: str) -> None:
        line, result = self._line, self.result
        # Somebody who waits to be spoken to is there, too, and may be noticed before they speak.
        is_early = line.onset is None and line.playing != "person"
        after = 0.0 if line.onset is None else self._now - line.onset
        if kind == ev.OccurrenceKind.CANDIDATE:
            if is_early:
                result.false_candidates.append(f"{line.playing}:{reason}")
            elif result.candidate_s is None:
                result.candidate_s = round(after, 2)
        elif kind == ev.OccurrenceKind.HUMAN_ANSWERED:
            result.reason = reason
            found = self._brain.belief
            result.odds = {"prior": round(found.prior, 1)} | {k: round(v, 1) for k, v in found.weights.items()}
            if is_early:
                result.false_humans.append(f"{line.playing}:{reason}")
            else:
                result.human_s = round(after, 2)
                if result.candidate_s is None:
                    result.candidate_s = result.human_s


def _ungraded(event: ev.HearingEvent) -> ev.HearingEvent:
    """The same without how sure the ear is of a candidate."""
    if isinstance(event, ev.VerdictChangedEvent) and event.reason == Reason.SPEECH_AFTER_HOLD:
        return replace(event, confidence=_EVEN)
    return event

"""One call of the fleet: a company's line composed of sounds, heard by the real hearing, judged by the real brain, in virtual time.

The line is played 20 ms at a time. A recording runs on whatever is said to it; a person greets, waits, answers our question, and
asks whether anybody is there. Speech to text is fake: the words that lay in the audio it was given, some wrong, after a delay.
"""

from dataclasses import dataclass, field
import heapq
from itertools import count
from pathlib import Path
import sys

from fleet_sounds import RATE, Library, Samples, Sound
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "custom_components/hold_slayer"))

from engine.call.brain import Brain, BrainConfig
from engine.call.hearing import Hearing
from engine.model import action as act, call_event as ev
from engine.model.audio_frame import FRAME_S, FRAME_SAMPLES, AudioFrame
from engine.model.call_brief import CallBrief, CallPolicy
from engine.model.media_description import Codec, MediaAnswer
from engine.model.phase import Phase
from engine.model.phone_number import DialTarget
from engine.speech.endpointing import EndpointingConfig

from simulator.g711 import decode, encode

_PATIENCE_S = 20.0
"""A person who is not noticed for so long hangs up."""
_OTHER_WORDS = "the of and to a in for about would very number good order name".split()
HOLDS = ("music", "music", "music", "music", "music", "music", "music", "silence", "ring", "beep")
PEOPLE = ("greeting", "greeting", "greeting", "greeting", "greeting", "greeting", "hello", "hesitant", "waits", "long")


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
    seconds: float = 600.0
    config: BrainConfig = field(default_factory=BrainConfig)


@dataclass(slots=True)
class Result:
    """What became of one call; times in seconds of audio."""

    number: int
    hold: str
    person: str
    language: str
    hold_s: float = 0.0
    onset: float | None = None
    candidate_s: float | None = None
    """After the onset."""
    human_s: float | None = None
    reason: str = ""
    false_candidates: list[str] = field(default_factory=list)
    """What was on the line."""
    false_human: str = ""
    taken_back: bool = False


class CompanyLine:
    """Composes the sound as it is played; deterministic in (seed, number)."""

    def __init__(self, library: Library, seed: int, number: int, seconds: float) -> None:
        self._library, self._rng = library, np.random.default_rng((seed, number))
        rng = self._rng
        self.hold = str(rng.choice(HOLDS))
        self.language = str(rng.choice(["en", "en", "en", "de", "fr", "es", "nl", "it"]))
        self.person = str(rng.choice(PEOPLE)) if rng.random() < 0.85 else "nobody"
        self._gain = 10 ** (float(rng.uniform(-10, 6)) / 20)
        self._floor = 32768 * 10 ** (float(rng.uniform(-75, -48)) / 20)
        self._music = library.music[int(rng.integers(len(library.music)))]
        self._music_at = 0
        texts = library.announcements[self.language]
        chosen = rng.choice(len(texts), size=min(len(texts), 6), replace=False)
        self._announcements = [texts[int(index)] for index in chosen]
        speakers = library.greetings[self.language]
        self._voice = speakers[int(rng.integers(len(speakers)))]
        self._hold_ends = float(rng.uniform(0.4, 1.0)) * (seconds - 60)
        self._queue: list[tuple[str, Samples, str]] = [("announcement", self._silence(0.6), "")]
        first = library.announcements["en"][0]
        self._queue.append(("announcement", first.pcm, first.text))
        self._position = 0
        self.t = 0.0
        self.kind = ""
        self.words: list[tuple[float, float, str]] = []
        """When each word is spoken, and which."""
        self.onset: float | None = None
        self._is_person = False
        self._is_leaving = False
        self._is_asked = False
        self._is_listening = False
        self._quiet_s = 0.0
        self._answers = 0

    def _silence(self, seconds: float) -> Samples:
        return np.zeros(int(seconds * RATE), np.int16)

    def frame(self) -> bytes:
        """The next 20 ms after G.711."""
        while not self._queue or self._position >= len(self._queue[0][1]):
            if self._queue:
                self._queue.pop(0)
            self._position = 0
            if not self._queue:
                self._compose()
            self._begin()
        self.kind, pcm, _ = self._queue[0]
        piece = pcm[self._position : self._position + FRAME_SAMPLES].astype(np.float64)
        self._position += FRAME_SAMPLES
        sound = self._rng.standard_normal(FRAME_SAMPLES) * self._floor
        sound[: piece.size] += piece * self._gain
        self.t += FRAME_S
        return decode(encode(np.clip(sound, -32768, 32767).astype(np.int16), 0), 0).astype("<i2").tobytes()

    def _begin(self) -> None:
        kind, pcm, text = self._queue[0]
        words, length = text.split(), len(pcm) / RATE
        each = length / max(1, len(words))
        self.words += [(self.t + index * each, self.t + (index + 1) * each, word) for index, word in enumerate(words)]
        if kind == "person" and text and self.onset is None:
            self.onset = self.t

    def hears(self, *, is_speaking: bool) -> None:
        """We begin or stop to speak to whoever is there."""
        self._is_listening = is_speaking
        if self._is_person and not is_speaking:
            self._is_asked = True

    def _compose(self) -> None:
        if self._is_person:
            self._go_on_talking()
        elif self.t >= self._hold_ends and self.person != "nobody":
            # Most people take over out of the music, some right after an announcement.
            if not self._is_leaving and self._rng.random() < 0.7:
                self._is_leaving = True
                self._play_hold(float(self._rng.uniform(4, 20)))
            else:
                self._pick_up()
        else:
            self._wait()

    def _wait(self) -> None:
        rng = self._rng
        self._play_hold(float(rng.uniform(10, 45)))
        said = self._announcements[int(rng.integers(len(self._announcements)))]
        if rng.random() < 0.8:
            self._queue += [
                ("announcement", self._silence(float(rng.uniform(0.1, 0.8))), ""),
                _as("announcement", said),
            ]
            self._queue.append(("announcement", self._silence(float(rng.uniform(0.1, 0.6))), ""))
            if rng.random() < 0.2:
                self._queue.append(("announcement", self._silence(float(rng.uniform(1.0, 3.0))), ""))

    def _play_hold(self, length: float) -> None:
        match self.hold:
            case "music":
                start = self._music_at % max(1, len(self._music.pcm) - RATE)
                piece = self._music.pcm[start : start + int(length * RATE)]
                self._music_at = start + len(piece) if start + len(piece) < len(self._music.pcm) - RATE else 0
                self._queue.append(("hold", piece, ""))
            case "ring":
                ring = _tone((425.0,), 1.0)
                self._queue += [("hold", ring, ""), ("hold", self._silence(4.0), "")] * max(1, int(length / 5))
            case "beep":
                self._queue += [("hold", _tone((1400.0,), 0.3), ""), ("hold", self._silence(9.7), "")] * max(
                    1, int(length / 10)
                )
            case _:
                self._queue.append(("hold", self._silence(length), ""))

    def _pick_up(self) -> None:
        rng, voice = self._rng, self._voice
        self._is_person = True
        click = (rng.standard_normal(80) * 2000).astype(np.int16)
        self._queue += [("person", click, ""), ("person", self._silence(float(rng.uniform(0.1, 0.9))), "")]
        match self.person:
            case "hello":
                self._queue.append(_as("person", voice[1]))
            case "hesitant":
                pause = self._silence(float(rng.uniform(0.6, 1.5)))
                self._queue += [_as("person", voice[1]), ("person", pause, ""), _as("person", voice[0])]
            case "waits":
                # Nothing is said until we speak, or for 4 s.
                self._queue += [("person", self._silence(4.0), ""), _as("person", voice[4])]
            case "long":
                pause = self._silence(0.35)
                self._queue += [
                    _as("person", voice[0]),
                    ("person", pause, ""),
                    _as("person", voice[2]),
                    _as("person", voice[3]),
                ]
            case _:
                self._queue.append(_as("person", voice[0]))

    def _go_on_talking(self) -> None:
        rng = self._rng
        if self._is_asked:
            self._is_asked, self._quiet_s = False, 0.0
            answer = self._voice[2 + self._answers % 2]
            self._answers += 1
            self._queue += [("person", self._silence(float(rng.uniform(0.3, 1.2))), ""), _as("person", answer)]
        elif self._quiet_s > 3.0 + 2.0 * float(rng.random()):
            self._quiet_s = 0.0
            self._queue.append(_as("person", self._voice[4]))
        else:
            self._quiet_s += 0.0 if self._is_listening else 0.1
            typing = rng.standard_normal(int(0.1 * RATE)) * (600 if rng.random() < 0.15 else 0)
            self._queue.append(("person", typing.astype(np.int16), ""))

    def text_between(self, start_s: float, end_s: float) -> list[str]:
        """Words that lie wholly inside, give or take a moment."""
        return [word for a, b, word in self.words if a >= start_s - 0.15 and b <= end_s + 0.15]


def _as(kind: str, sound: Sound) -> tuple[str, Samples, str]:
    return kind, sound.pcm, sound.text


def _tone(frequencies: tuple[float, ...], seconds: float) -> Samples:
    t = np.arange(int(seconds * RATE)) / RATE
    return (sum(np.sin(2 * np.pi * f * t) for f in frequencies) * 4000).astype(np.int16)


class FleetCall:
    """Runs one call to its confirmed human, or to its end."""

    def __init__(self, library: Library, seed: int, number: int, setup: Setup) -> None:
        self._setup = setup
        self._line = CompanyLine(library, seed, number, setup.seconds)
        self._rng = np.random.default_rng((seed, number, 2))
        whole_only = EndpointingConfig(glimpses_s=(), pause_s=60.0)
        self._hearing = Hearing(endpointing=None if setup.has_early_words else whole_only)
        self._brain = Brain(setup.config)
        self._order = count()
        self._due: list[tuple[float, int, ev.CallEvent]] = []
        self._speaking: dict[int, float] = {}
        self._speaks_until = 0.0
        self._is_speaking = False
        self._now = 0.0
        self.result = Result(number, self._line.hold, self._line.person, self._line.language)

    def run(self) -> Result:
        """Play the call."""
        policy = CallPolicy(challenge=self._setup.may_ask)
        number, language = DialTarget("+15555550100"), self._line.language
        brief = CallBrief(number, "a charge on my bill", "Acme", language, policy=policy)
        self._give(ev.CallRequestedEvent(brief))
        self._give(ev.LegAnsweredEvent(ev.FAR_LEG, MediaAnswer("127.0.0.1", 4000, Codec.PCMU, 0, 101)))
        self._hearing.answered()
        for index in range(round(self._setup.seconds * 1.2 / FRAME_S)):
            line = self._line
            if self._is_over():
                break
            if self._brain.phase in (Phase.ON_HOLD, Phase.CANDIDATE) and line.onset is None:
                self.result.hold_s += FRAME_S
            pcm = line.frame()
            self._now = line.t
            for event in self._hearing.feed(AudioFrame(pcm, index)):
                self._give(event)
            self._let_time_pass()
        self.result.onset = self._line.onset
        return self.result

    def _is_over(self) -> bool:
        line, result = self._line, self.result
        if self._brain.phase is Phase.ENDED or result.human_s is not None:
            return True
        if line.onset is None:
            return line.t >= self._setup.seconds
        return line.t - line.onset > _PATIENCE_S

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
            self._do(self._brain.handle_timer(self._now))

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
        after = self._brain.phase
        if before is Phase.NAVIGATING and after is Phase.ON_HOLD:
            self._hearing.hold_expected()
        elif before is Phase.CANDIDATE and after in (Phase.ON_HOLD, Phase.NAVIGATING):
            self._hearing.not_human()

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
                    self._later(0.2, ev.DigitsSentEvent(leg_id))
                case act.AskLanguageModelAction(question_id=question_id):
                    self._later(0.0, ev.LanguageModelFailedEvent(question_id, "none is set up"))
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
        is_early = line.onset is None
        after = self._now - (line.onset or 0.0)
        if kind == ev.OccurrenceKind.CANDIDATE:
            if is_early:
                result.false_candidates.append(f"{line.kind}:{reason}")
            elif result.candidate_s is None:
                result.candidate_s = round(after, 2)
        elif kind == ev.OccurrenceKind.HUMAN_ANSWERED:
            result.reason = reason
            if is_early:
                result.human_s, result.false_human = -1.0, f"{line.hold}:{line.kind}"
            else:
                result.human_s = round(after, 2)
                if result.candidate_s is None:
                    result.candidate_s = result.human_s

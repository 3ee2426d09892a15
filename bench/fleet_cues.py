"""What a call of the fleet can do without: ears that are deaf to one cue, and evidence that is not counted.

Each changes a setup by one thing. Not among them, because the fleet does not hold it or cannot separate it: whether a machine or a
person answers (the fleet's lines are companies'), and what the front measures, which is kept with the tapes (`train_line_score`
leaves out groups of that).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
import sys

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "custom_components/hold_slayer"))

from engine.audio.fingerprint import SpeechMemory
from engine.call.front import BlockHeard, Front
from engine.classify.beeps import BeepRhythm
from engine.classify.episode import Evidence, Heard
from engine.classify.hold_rhythm import HoldRhythm
from engine.classify.human import HumanTracker
from engine.classify.human_score import human_chance
from engine.classify.music_loop import LoopTracker
from engine.classify.repeat import RepeatDetector
from engine.classify.ringback import ToneState

_NO_TONES = ToneState(names=(), is_tone=False, is_signal=False, is_ringing=False, is_busy=False)


class _ToneDeaf:
    """Knows no tone of an exchange by its frequencies and cadence."""

    def __init__(self, front: Front) -> None:
        self._front = front

    def listen(self, frames: Sequence[bytes]) -> BlockHeard:
        """See `engine.call.front.Front`."""
        return replace(self._front.listen(frames), tones=_NO_TONES)


def _whole(front: Front) -> Front:
    return front


class _NoLoop(LoopTracker):
    def update(self, *_: object, **__: object) -> None:
        """Hear nothing."""


class _NoBeeps(BeepRhythm):
    def update(self, *_: object, **__: object) -> None:
        """Hear nothing."""


class _WithoutLoop(HoldRhythm):
    def __init__(self) -> None:
        super().__init__()
        self._loop = _NoLoop()


class _WithoutBeeps(HoldRhythm):
    def __init__(self) -> None:
        super().__init__()
        self._beeps = _NoBeeps()


class _Forgetful(RepeatDetector):
    """Nothing sounds like anything heard before."""

    def _ask(self) -> bool:
        return False


class _Gullible(HumanTracker):
    """Takes a spectrum that stands still for a voice like any other."""

    def _gather(self, heard: Heard) -> None:
        super()._gather(heard)
        self.evidence.moving = 1.0


def repeats() -> RepeatDetector:
    """What ships."""
    return RepeatDetector(SpeechMemory())


def _forgetful() -> RepeatDetector:
    return _Forgetful(SpeechMemory())


def _chance_without_voice(evidence: Evidence) -> float:
    return human_chance(replace(evidence, same_voice=None))


def _chance_without_noise(evidence: Evidence) -> float:
    return human_chance(replace(evidence, noise_db=None))


def _without_voice() -> HumanTracker:
    return HumanTracker(chance_of=_chance_without_voice)


def _without_noise() -> HumanTracker:
    return HumanTracker(chance_of=_chance_without_noise)


@dataclass(frozen=True, slots=True)
class Ear:
    """The parts of the hearing that a cue is heard with; the defaults are what ships."""

    front: Callable[[Front], Front] = _whole
    rhythm: Callable[[], HoldRhythm] = HoldRhythm
    repeats: Callable[[], RepeatDetector] = repeats
    human: Callable[[], HumanTracker] = HumanTracker
    is_graded: bool = True
    """How sure the ear is of a candidate is told, too."""


EARS = {
    "ringing and other signalling tones": Ear(front=_ToneDeaf),
    "the loop of the music": Ear(rhythm=_WithoutLoop),
    "beeps and short sentences at equal distances": Ear(rhythm=_WithoutBeeps),
    "sound heard before (fingerprints)": Ear(repeats=_forgetful),
    "what stands still is nobody": Ear(human=_Gullible),
    "another voice (in the ear's score)": Ear(human=_without_voice),
    "another line noise (in the ear's score)": Ear(human=_without_noise),
    "how sure the ear is of a candidate": Ear(is_graded=False),
}
"""By what is left out."""
EVIDENCE = {
    "how often this number says something new": {"novelty"},
    "the ear's belief, as evidence": {"sound"},
    "the queue's rhythm, as evidence": {"rhythm"},
    "what is said, as evidence for a person": {"words", "hello"},
    "pauses and waiting, as evidence": {"pause", "quiet"},
    "a long sentence against a person": {"length"},
    "speaking on through our question": {"ran_on"},
    "the answer to our question": {"answer"},
}
"""Names in `BrainConfig.ignored_evidence`, by what is left out."""

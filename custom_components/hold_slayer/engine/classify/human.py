"""Is a live human on the line? By audio alone: never-heard speech, nothing under it, and then somebody waits for us.

`human_chance` is the score, stateless. `HumanTracker` is its hysteresis: it opens an episode when speech begins, calls it
a candidate when it has lasted, confirms it when the speaker waits (or replies to us), and drops it when music or a tone
returns, when the speech turns out to be a repeat, or when it goes on like a recording does.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import exp

from ..audio.spectrum import BLOCK_S
from .line_score import LineScore
from .reason import Reason

_CANDIDATE_SPEECH_S = 0.9
_CANDIDATE_CLEAN = 0.55
_UNCLEAN = 0.3
_CANDIDATE_AFTER_MUSIC_S = 0.3
_HUMAN_CHANCE = 0.6
_SHORTEST_GREETING_S = 0.4
_EPISODE_ENDS_S = 6.0
_SPENT_ENDS_S = 1.2
"""A given-up episode ends sooner: whoever speaks after this pause may be somebody else."""
_CLEAN_WEIGHT = 0.1
"""`Evidence.clean` looks back over about one second of speech."""
_TOO_LONG_S = 12.0
_MUSIC_RETURNED_S = 0.5
_MUSIC_AFTER_HUMAN_S = 1.5
_TONE_RETURNED_S = 0.4
_REPLY_WITHIN_S = 3.0
_REPLY_SPEECH_S = 0.3
_REPLY_QUIET_S = 0.25
_DIRECT_WAIT_S = 2.0
_DIRECT_LONGEST_S = 4.0
_LONG_AGO_S = 1e6
_SILENT_HUMAN_S = 12.0
"""So long a silence after a confirmation that nobody answered: it was nobody."""

# weights of the evidence in `human_chance`, per second except `_CLEAN`
_NEEDED_S, _NEEDED_SLOPE = 1.1, 0.15
_WAIT, _CLEAN, _MUSIC, _LONG = 4.0, 3.0, 4.0, 0.6


class Stage(StrEnum):
    """How sure we are of a human."""

    NONE = "none"
    CANDIDATE = "candidate"
    HUMAN = "human"


@dataclass(slots=True)
class Evidence:
    """What is known of the running episode of speech. All times in seconds."""

    speech_s: float = 0.0
    """Net speech so far, pauses not counted."""
    clean: float = 0.5
    """Share of the last second of speech that had nothing under it."""
    wait_s: float = 0.0
    """Present pause: nothing but silence or noise since the last speech."""
    music_s: float = 0.0
    """Music alone since the episode began."""
    tone_s: float = 0.0
    is_repeat: bool = False
    has_replied: bool = False
    """Speech began soon after we had spoken and fell silent."""


def human_chance(evidence: Evidence) -> float:
    """Return 0..1: how much the episode is like a person who greets and waits.

    A greeting is short; a recording is long, is followed by music soon, or has music under it. The longer somebody has
    talked, the longer a pause must be to count as waiting.
    """
    if evidence.is_repeat or evidence.speech_s < _SHORTEST_GREETING_S:
        return 0.0
    needed_s = _NEEDED_S + _NEEDED_SLOPE * max(0.0, evidence.speech_s - 2.0)
    odds = _WAIT * (evidence.wait_s - needed_s) + _CLEAN * (evidence.clean - 0.6) - _MUSIC * evidence.music_s
    odds -= _LONG * max(0.0, evidence.speech_s - 5.0)
    if evidence.has_replied:
        odds += 4.0
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, odds))))


@dataclass(frozen=True, slots=True)
class HumanState:
    """The tracker's belief after one block."""

    stage: Stage
    confidence: float
    reason: Reason
    """Why the stage is what it is; for `Stage.NONE`: why the last candidate was dropped."""


class HumanTracker:
    """One episode of speech at a time, from its onset to a verdict or to its end."""

    def __init__(self) -> None:
        self._evidence = Evidence()
        self._stage = Stage.NONE
        self._confidence = 0.0
        self._reason = Reason.NOTHING_HEARD
        self._is_spent = False
        self._quiet_s = 0.0
        self._since_local_s = _LONG_AGO_S
        self._reply_s = 0.0
        self._episodes = 0
        self._speech_run = 0
        """Blocks of speech in a row; a single one is a noise."""
        self._has_spoken_since_human = False
        """We said something since the human was confirmed."""

    @property
    def evidence(self) -> Evidence:
        """The running episode (for figures and tests)."""
        return self._evidence

    @property
    def is_between_episodes(self) -> bool:
        """True when no speech is being followed."""
        return self._evidence.speech_s == 0.0

    def update(self, score: LineScore, *, is_hold: bool, is_tone: bool, is_repeat: bool, is_local: bool) -> HumanState:
        """Take 100 ms.

        ``is_hold``: the line has been on hold, so that a human may come; ``is_repeat``: the fingerprint knows this speech;
        ``is_local``: we speak, so that what is heard may be our own echo.
        """
        if is_local:
            self._since_local_s = 0.0
            self._has_spoken_since_human = True
            return self._state()
        self._gather(score, is_tone=is_tone, is_repeat=is_repeat)
        if self._stage is Stage.HUMAN:
            self._watch_human()
        elif is_hold:
            self._judge()
        elif self._episodes == 0:
            self._judge_direct()
        elif self._stage is not Stage.NONE:
            self._drop(Reason.LONG_PROMPT)
        return self._state()

    def reset(self, *, is_answer: bool) -> None:
        """Forget the episode and the verdict: the call was just answered, or (not ``is_answer``) a key was pressed."""
        self._episodes = 0 if is_answer else 1
        self._evidence = Evidence()
        self._stage, self._confidence, self._is_spent = Stage.NONE, 0.0, False
        self._reason = Reason.NOTHING_HEARD

    def begin_anew(self) -> None:
        """Who spoke so far does not count any more; a candidate or human stays."""
        if self._stage is Stage.NONE:
            self._end_episode()

    def refute(self) -> None:
        """The running episode is a recording, somebody else knows."""
        if self._stage is not Stage.NONE:
            self._drop(Reason.REFUTED)

    # --- evidence -----------------------------------------------------------------------------------------------

    def _gather(self, score: LineScore, *, is_tone: bool, is_repeat: bool) -> None:
        evidence = self._evidence
        self._since_local_s += BLOCK_S
        is_speech = score.any_speech > 0.5 and not is_tone
        is_music = score.music > 0.5 and not is_tone
        self._speech_run = self._speech_run + 1 if is_speech else 0
        if self._speech_run > 1:
            self._speech(score)
        elif self.is_between_episodes:
            self._quiet_s += BLOCK_S
            return
        elif is_music:
            evidence.music_s += BLOCK_S
        elif is_tone:
            evidence.tone_s += BLOCK_S
        else:
            evidence.wait_s += BLOCK_S
            self._quiet_s += BLOCK_S
            evidence.music_s = max(0.0, evidence.music_s - BLOCK_S / 4)
        evidence.is_repeat |= is_repeat
        is_broken = evidence.music_s >= _MUSIC_RETURNED_S or evidence.tone_s >= _TONE_RETURNED_S
        is_over = self._quiet_s >= (_SPENT_ENDS_S if self._is_spent else _EPISODE_ENDS_S) or (
            self._is_spent and is_broken
        )
        if is_over and self._stage is not Stage.HUMAN:
            self._end_episode()

    def _speech(self, score: LineScore) -> None:
        evidence = self._evidence
        is_reply = self._since_local_s < _REPLY_WITHIN_S and self._quiet_s >= _REPLY_QUIET_S
        self._reply_s = self._reply_s + BLOCK_S if is_reply or self._reply_s > 0 else 0.0
        evidence.has_replied |= self._reply_s >= _REPLY_SPEECH_S
        evidence.speech_s += BLOCK_S
        evidence.clean += _CLEAN_WEIGHT * (score.speech / score.any_speech - evidence.clean)
        evidence.wait_s = 0.0
        evidence.tone_s = 0.0
        if not is_reply:
            self._quiet_s = 0.0

    # --- hysteresis ---------------------------------------------------------------------------------------------

    def _judge(self) -> None:
        evidence = self._evidence
        spoiled = self._spoiled()
        if spoiled is not None:
            self._drop(spoiled)
            return
        if self._is_spent:
            return
        chance = human_chance(evidence)
        if chance >= _HUMAN_CHANCE:
            reason = Reason.REPLIED if evidence.has_replied else Reason.GREETING_AND_WAIT
            self._set(Stage.HUMAN, chance, reason)
        elif self._stage is Stage.NONE and self._is_candidate():
            self._set(Stage.CANDIDATE, 0.4 + 0.3 * evidence.clean, Reason.SPEECH_AFTER_HOLD)

    def _is_candidate(self) -> bool:
        evidence = self._evidence
        return (
            evidence.speech_s >= _CANDIDATE_SPEECH_S
            and evidence.clean >= _CANDIDATE_CLEAN
            and evidence.music_s < _CANDIDATE_AFTER_MUSIC_S
        )

    def _spoiled(self) -> Reason | None:
        """Tell why this cannot be a human after all."""
        evidence = self._evidence
        if evidence.is_repeat:
            return Reason.REPEATED_RECORDING
        if evidence.music_s >= _MUSIC_RETURNED_S:
            return Reason.MUSIC_RETURNED
        if evidence.tone_s >= _TONE_RETURNED_S:
            return Reason.TONE_RETURNED
        if evidence.speech_s >= _TOO_LONG_S:
            return Reason.LONG_SPEECH
        if self._stage is Stage.CANDIDATE and evidence.clean < _UNCLEAN:
            return Reason.MUSIC_UNDER_SPEECH
        return None

    def _judge_direct(self) -> None:
        """Somebody picked up without any queue: a short greeting, then silence. Only ever a candidate until they reply."""
        evidence = self._evidence
        if self._spoiled() is not None or evidence.speech_s > _DIRECT_LONGEST_S:
            self._drop(self._spoiled() or Reason.LONG_PROMPT)
        elif evidence.has_replied and self._stage is Stage.CANDIDATE:
            self._set(Stage.HUMAN, 0.8, Reason.REPLIED)
        elif (
            self._stage is Stage.NONE
            and evidence.speech_s >= _SHORTEST_GREETING_S
            and evidence.wait_s >= _DIRECT_WAIT_S
            and not self._is_spent
        ):
            self._set(Stage.CANDIDATE, 0.5, Reason.SHORT_GREETING)

    def _watch_human(self) -> None:
        """Take the verdict back when the line is put on hold again, or the speech was a recording after all."""
        evidence = self._evidence
        if evidence.music_s >= _MUSIC_AFTER_HUMAN_S:
            self._drop(Reason.MUSIC_RETURNED)
        elif evidence.is_repeat:
            self._drop(Reason.REPEATED_RECORDING)
        elif evidence.tone_s >= _TONE_RETURNED_S:
            self._drop(Reason.TONE_RETURNED)
        elif self._quiet_s >= _SILENT_HUMAN_S and not self._has_spoken_since_human:
            self._drop(Reason.NO_MORE_SPEECH)
            self._end_episode()

    def _drop(self, reason: Reason) -> None:
        """Give the episode up; it stays spent until music or a long pause ends it."""
        if self._stage is not Stage.NONE:
            self._reason = reason
        self._stage, self._confidence = Stage.NONE, 0.0
        self._is_spent = True

    def _end_episode(self) -> None:
        if self._stage is Stage.CANDIDATE:
            self._stage, self._confidence, self._reason = Stage.NONE, 0.0, Reason.NO_MORE_SPEECH
        self._evidence = Evidence()
        self._is_spent = False
        self._reply_s = 0.0
        self._episodes += 1

    def _set(self, stage: Stage, confidence: float, reason: Reason) -> None:
        if stage is Stage.HUMAN:
            self._has_spoken_since_human = False
        self._stage, self._confidence, self._reason = stage, confidence, reason

    def _state(self) -> HumanState:
        return HumanState(self._stage, self._confidence, self._reason)

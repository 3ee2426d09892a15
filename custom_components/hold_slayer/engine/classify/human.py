"""Is a live human on the line? By audio alone: who speaks, whether it was heard before, what is under it, and who waits for us.

`human_score` is the score. `HumanTracker` is its hysteresis: it follows episodes of speech, calls one a candidate when it has
lasted a moment, confirms it when the score has been high, and drops it when music or a tone returns or the speech turns out
to be a repeat. A candidate that is neither confirmed nor dropped is decided by the score when its time is over.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from ..audio.spectrum import BLOCK_S
from .episode import LONG_AGO_S, Episode, Evidence, Heard
from .human_score import human_chance
from .reason import Reason
from .voices import VoiceMetric

_CANDIDATE_AGE_S = 1.0
_CANDIDATE_SPEECH_S = 0.3
_CANDIDATE_CHANCE = 0.03
_DOUBTFUL_DISTANCE = 0.365
"""So like something that was said before: a candidate only after `_DOUBTFUL_AGE_S`, when more has been compared."""
_DOUBTFUL_AGE_S = 1.6
_CANDIDATE_CLEAN = 0.55
_CANDIDATE_MUSIC_S = 0.3
_MOVING = 0.5
_UNCLEAN = 0.25
_SHORTEST_GREETING_S = 0.3
_EPISODE_ENDS_S = 6.0
_SPENT_ENDS_S = 0.4
"""A given-up episode ends sooner: whoever speaks after this pause may be somebody else."""
_TOO_LONG_S = 12.0
_MUSIC_RETURNED_S = 0.5
_MUSIC_AFTER_HUMAN_S = 1.5
_TONE_RETURNED_S = 0.4
_REPLY_WITHIN_S = 3.0
_REPLY_SPEECH_S = 0.3
_REPLY_QUIET_S = 0.25
_DIRECT_WAIT_S = 2.0
_DIRECT_LONGEST_S = 4.0
_SILENT_HUMAN_S = 12.0
"""So long a silence after a confirmation that nobody answered: it was nobody."""
_REPLY_CHANCE = 0.1
_RECENT_BLOCKS = 16


@dataclass(frozen=True, slots=True)
class HumanConfig:
    """From which score on a candidate is a human. Chosen on clips that the score was not trained on."""

    confirm: float = 0.90
    confirm_late: float = 0.80
    """From `deadline_s` on: who has not been given up by then is rather a person."""
    confirm_unsure: float = 0.98
    """Before the line was on hold: after a ring, or a long silence."""
    deadline_s: float = 7.5


class Stage(StrEnum):
    """How sure we are of a human."""

    NONE = "none"
    CANDIDATE = "candidate"
    HUMAN = "human"


@dataclass(frozen=True, slots=True)
class HumanState:
    """The tracker's belief after one block."""

    stage: Stage
    confidence: float
    reason: Reason
    """Why the stage is what it is; for `Stage.NONE`: why the last candidate was dropped."""


class HumanTracker:
    """One episode of speech at a time, from its onset to a verdict or to its end."""

    def __init__(
        self,
        config: HumanConfig | None = None,
        chance_of: Callable[[Evidence], float] | None = None,
        metric: VoiceMetric | None = None,
    ) -> None:
        """``chance_of``, ``metric``: other scores than those that ship, for tests and benchmarks."""
        self._config = config or HumanConfig()
        self._chance_of = chance_of or human_chance
        self._episode = Episode(metric)
        self._stage = Stage.NONE
        self._confidence = 0.0
        self._reason = Reason.NOTHING_HEARD
        self._is_spent = False
        self._since_local_s = LONG_AGO_S
        self._reply_s = 0.0
        self._has_replied = False
        self._episodes = 0
        self._recent: deque[Heard] = deque(maxlen=_RECENT_BLOCKS)
        self._has_spoken_since_human = False
        """We said something since the human was confirmed."""
        self.chance = 0.0
        """The score of the running episode."""

    @property
    def evidence(self) -> Evidence:
        """The running episode (for figures and tests)."""
        return self._episode.evidence

    @property
    def is_between_episodes(self) -> bool:
        """True when no speech is being followed."""
        return not self._episode.is_open

    def update(self, heard: Heard, *, is_hold: bool, is_local: bool, may_come: bool = False) -> HumanState:
        """Take 100 ms.

        ``is_hold``: the line has been on hold, so that a human may come; ``may_come``: one may come for another reason;
        ``is_local``: we speak, so that what is heard may be our own echo.
        """
        if is_local:
            self._since_local_s = 0.0
            self._has_spoken_since_human = True
            return self._state()
        self._gather(heard)
        if self._stage is Stage.HUMAN:
            self._watch_human()
        elif is_hold or may_come:
            self._judge(is_hold=is_hold)
        elif self._episodes == 0:
            self._judge_direct()
        elif self._stage is not Stage.NONE:
            self._drop(Reason.LONG_PROMPT)
        return self._state()

    def reset(self, *, is_answer: bool) -> None:
        """Forget the episode and the verdict: the call was just answered, or (not ``is_answer``) a key was pressed."""
        self._end_episode()
        self._episodes = 0 if is_answer else 1
        self._stage, self._confidence, self._is_spent = Stage.NONE, 0.0, False
        self._reason = Reason.NOTHING_HEARD

    def begin_anew(self, blocks: int = 0) -> None:
        """Who spoke so far does not count any more, but for the last ``blocks``, which are somebody else's.

        A candidate or human stays.
        """
        if self._stage is not Stage.NONE:
            return
        recent = list(self._recent)[-blocks:] if blocks else []
        self._end_episode(others=sum(heard.is_speech for heard in recent))
        for heard in recent:
            self._episode.update(replace(heard, is_repeat=False, repeat_distance=0.5))

    def hold_goes_on(self) -> None:
        """The beeps of a hold without music come as if nothing had happened: nobody has taken the call."""
        is_unproved = self._stage is Stage.HUMAN and not self._has_spoken_since_human
        if self._stage is Stage.CANDIDATE or is_unproved:
            self._drop(Reason.TONE_RETURNED)

    def refute(self) -> None:
        """The running episode is a recording, somebody else knows."""
        if self._stage is not Stage.NONE:
            self._drop(Reason.REFUTED)

    # --- evidence -----------------------------------------------------------------------------------------------

    def _gather(self, heard: Heard) -> None:
        self._since_local_s += BLOCK_S
        self._recent.append(heard)
        episode = self._episode
        quiet_s = episode.quiet_s
        if self._is_spent and self._stage is not Stage.HUMAN and heard.is_speech and quiet_s >= _SPENT_ENDS_S:
            self._end_episode()
        episode.update(heard)
        if not episode.is_open:
            return
        is_reply = heard.is_speech and self._since_local_s < _REPLY_WITHIN_S and quiet_s >= _REPLY_QUIET_S
        if is_reply or (heard.is_speech and self._reply_s > 0):
            self._reply_s += BLOCK_S
            self._has_replied |= self._reply_s >= _REPLY_SPEECH_S
        evidence = episode.evidence
        is_broken = evidence.music_s >= _MUSIC_RETURNED_S or evidence.tone_s >= _TONE_RETURNED_S
        is_over = episode.quiet_s >= _EPISODE_ENDS_S or (self._is_spent and is_broken)
        if is_over and self._stage is not Stage.HUMAN:
            self._end_episode()

    # --- hysteresis ---------------------------------------------------------------------------------------------

    def _judge(self, *, is_hold: bool) -> None:
        evidence = self.evidence
        spoiled = self._spoiled()
        if spoiled is not None:
            self._drop(spoiled)
            return
        if self._is_spent or not self._episode.is_open:
            return
        if evidence.speech_s < _SHORTEST_GREETING_S:
            return
        chance = self.chance = self._chance_of(evidence)
        config = self._config
        needed = config.confirm if evidence.age_s < config.deadline_s else config.confirm_late
        if not is_hold:
            needed = config.confirm_unsure
        if self._has_replied and self._is_clean() and chance >= _REPLY_CHANCE:
            self._set(Stage.HUMAN, max(chance, 0.8), Reason.REPLIED)
        elif self._stage is Stage.NONE:
            if self._is_candidate():
                self._set(Stage.CANDIDATE, 0.4 + 0.3 * chance, Reason.SPEECH_AFTER_HOLD)
        elif chance >= needed and self._is_clean():
            self._set(Stage.HUMAN, chance, Reason.GREETING_AND_WAIT)
        elif evidence.age_s >= _TOO_LONG_S:
            self._drop(Reason.LONG_SPEECH)

    def _is_clean(self) -> bool:
        """Nothing under the speech, and no tone that was taken for speech."""
        evidence = self.evidence
        is_voice = evidence.moving >= _MOVING
        return is_voice and evidence.clean >= _CANDIDATE_CLEAN and evidence.music_s < _CANDIDATE_MUSIC_S

    def _is_candidate(self) -> bool:
        evidence = self.evidence
        needed_s = _DOUBTFUL_AGE_S if evidence.repeat_distance < _DOUBTFUL_DISTANCE else _CANDIDATE_AGE_S
        has_lasted = evidence.age_s >= needed_s and evidence.speech_s >= _CANDIDATE_SPEECH_S
        return has_lasted and self.chance >= _CANDIDATE_CHANCE and self._is_clean()

    def _spoiled(self) -> Reason | None:
        """Tell why this cannot be a human after all."""
        evidence = self.evidence
        if evidence.is_repeat:
            return Reason.REPEATED_RECORDING
        if evidence.music_s >= _MUSIC_RETURNED_S:
            return Reason.MUSIC_RETURNED
        if evidence.tone_s >= _TONE_RETURNED_S:
            return Reason.TONE_RETURNED
        if self._stage is Stage.CANDIDATE and evidence.clean < _UNCLEAN:
            return Reason.MUSIC_UNDER_SPEECH
        return None

    def _judge_direct(self) -> None:
        """Somebody picked up without any queue: a short greeting, then silence. Only ever a candidate until they reply."""
        evidence = self.evidence
        if self._spoiled() is not None or evidence.speech_s > _DIRECT_LONGEST_S:
            self._drop(self._spoiled() or Reason.LONG_PROMPT)
        elif self._has_replied and self._stage is Stage.CANDIDATE:
            self._set(Stage.HUMAN, 0.8, Reason.REPLIED)
        elif (
            self._stage is Stage.NONE
            and evidence.speech_s >= _SHORTEST_GREETING_S
            and evidence.wait_s >= _DIRECT_WAIT_S
            and evidence.moving >= _MOVING
            and not self._is_spent
        ):
            self._set(Stage.CANDIDATE, 0.5, Reason.SHORT_GREETING)

    def _watch_human(self) -> None:
        """Take the verdict back when the line is put on hold again, or the speech was a recording after all."""
        evidence = self.evidence
        if evidence.music_s >= _MUSIC_AFTER_HUMAN_S:
            self._drop(Reason.MUSIC_RETURNED)
        elif evidence.is_repeat:
            self._drop(Reason.REPEATED_RECORDING)
        elif evidence.tone_s >= _TONE_RETURNED_S:
            self._drop(Reason.TONE_RETURNED)
        elif self._episode.quiet_s >= _SILENT_HUMAN_S and not self._has_spoken_since_human:
            self._drop(Reason.NO_MORE_SPEECH)
            self._end_episode()

    def _drop(self, reason: Reason) -> None:
        """Give the episode up; it stays spent until a pause, music or a tone ends it."""
        if self._stage is not Stage.NONE:
            self._reason = reason
        self._stage, self._confidence, self.chance = Stage.NONE, 0.0, 0.0
        self._is_spent = True

    def _end_episode(self, *, others: int = 0) -> None:
        is_person = self._stage is Stage.HUMAN
        if self._stage is Stage.CANDIDATE:
            self._stage, self._confidence, self._reason = Stage.NONE, 0.0, Reason.NO_MORE_SPEECH
        self._episode.end(is_person=is_person, others=others)
        self._is_spent = self._has_replied = False
        self._reply_s = self.chance = 0.0
        self._episodes += 1

    def _set(self, stage: Stage, confidence: float, reason: Reason) -> None:
        if stage is Stage.HUMAN:
            self._has_spoken_since_human = False
        self._stage, self._confidence, self._reason = stage, confidence, reason

    def _state(self) -> HumanState:
        return HumanState(self._stage, self._confidence, self._reason)

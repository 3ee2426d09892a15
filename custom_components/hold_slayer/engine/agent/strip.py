"""Builds the strip of a call: tenths of seconds in, a bounded list of runs out.

Hours of hold do not make it grow: when there are too many runs, the shortest ones are taken into their neighbours, those with a
person or a candidate last, and the picture becomes coarser.
"""

from collections.abc import Callable

from ..model.action import ReportAction
from ..model.call_event import OccurrenceKind
from ..model.phase import FrameLabel, Phase
from ..model.strip import HeardClass, StripRun

MOST_RUNS = 400
_SHORTEST_S = 0.25
"""A class heard for less than that is a slip."""
_BLOCK_S = 0.1
_CLASSES = {
    FrameLabel.SILENCE: HeardClass.SILENCE,
    FrameLabel.TONE: HeardClass.TONE,
    FrameLabel.MUSIC: HeardClass.MUSIC,
    FrameLabel.SPEECH: HeardClass.SPEECH,
}
_RECORDINGS = frozenset({"repeated_recording", "repeated_text", "queue_words"})
_PEOPLE = frozenset({HeardClass.CANDIDATE, HeardClass.HUMAN})
_WITH_PERSON = frozenset({Phase.HUMAN, Phase.TRANSFERRING, Phase.CONNECTED})


class StripBuilder:
    """Feed it every labelled tenth of a second in order."""

    def __init__(self) -> None:
        self._runs: list[StripRun] = []
        self._shortest_s = _SHORTEST_S
        self._words = (0.0, 0.0)

    @property
    def runs(self) -> tuple[StripRun, ...]:
        """The strip so far, without gaps."""
        return tuple(self._runs)

    def add(self, t_s: float, label: FrameLabel, phase: Phase, *, is_human: bool, is_repeat: bool = False) -> bool:
        """Take the tenth of a second that ends at ``t_s``; True when a new run began.

        ``is_repeat``: what is being said was said before, so it is a recording, and was one from its first word.
        """
        heard = _CLASSES[label]
        if is_repeat and heard is HeardClass.SPEECH:
            heard = HeardClass.RECORDING
        if phase is Phase.CANDIDATE:
            heard = HeardClass.CANDIDATE
        elif is_human and phase in _WITH_PERSON:
            heard = HeardClass.HUMAN
        last = self._runs[-1] if self._runs else None
        if last is not None and last.heard is heard:
            self._runs[-1] = StripRun(last.start_s, t_s, heard)
            return False
        if last is not None and heard is HeardClass.RECORDING and last.heard is HeardClass.SPEECH:
            self._runs[-1] = StripRun(last.start_s, t_s, heard)
            self._join()
            return True
        start = last.end_s if last is not None else max(0.0, t_s - _BLOCK_S)
        self._drop_slip()
        self._runs.append(StripRun(start, t_s, heard))
        self._join()
        if len(self._runs) > MOST_RUNS:
            self._coarsen()
        return True

    def transcribed(self, start_s: float, end_s: float) -> None:
        """Words have been understood there; what they mean is told by `reported`."""
        self._words = (start_s, end_s)

    def reported(self, action: ReportAction) -> None:
        """Take what the brain tells of the last words, or of the last candidate."""
        match action.kind:
            case OccurrenceKind.PROMPT_HEARD | OccurrenceKind.ANNOUNCEMENT_HEARD:
                self._was_recording(*self._words)
            case OccurrenceKind.CANDIDATE_DROPPED:
                self._candidate_dropped(is_recording=action.data.get("reason") in _RECORDINGS)
            case _:
                pass

    def _was_recording(self, start_s: float, end_s: float) -> None:
        """What was said from ``start_s`` to ``end_s`` is known to be a recording."""
        self._rename(
            lambda run: (
                run.heard in (HeardClass.SPEECH, HeardClass.CANDIDATE)
                and min(run.end_s, end_s) - max(run.start_s, start_s) > (run.end_s - run.start_s) / 2
            )
        )

    def _candidate_dropped(self, *, is_recording: bool) -> None:
        """The last candidate was none: a recording, or nobody knows."""
        index = next((i for i in reversed(range(len(self._runs))) if self._runs[i].heard is HeardClass.CANDIDATE), None)
        if index is not None:
            run = self._runs[index]
            heard = HeardClass.RECORDING if is_recording else HeardClass.SPEECH
            self._runs[index] = StripRun(run.start_s, run.end_s, heard)
            self._join()

    def _rename(self, is_meant: Callable[[StripRun], bool]) -> None:
        self._runs = [
            StripRun(run.start_s, run.end_s, HeardClass.RECORDING) if is_meant(run) else run for run in self._runs
        ]
        self._join()

    def _drop_slip(self) -> None:
        """A run that ends now and was too short belongs to the one before it."""
        if len(self._runs) > 1 and self._runs[-1].heard not in _PEOPLE and _length(self._runs[-1]) < self._shortest_s:
            slip = self._runs.pop()
            self._runs[-1] = StripRun(self._runs[-1].start_s, slip.end_s, self._runs[-1].heard)

    def _join(self) -> None:
        joined: list[StripRun] = []
        for run in self._runs:
            if joined and joined[-1].heard is run.heard:
                joined[-1] = StripRun(joined[-1].start_s, run.end_s, run.heard)
            else:
                joined.append(run)
        self._runs = joined

    def _coarsen(self) -> None:
        while len(self._runs) > MOST_RUNS * 3 // 4:
            self._shortest_s *= 2
            may_go_too = self._shortest_s > 60
            kept: list[StripRun] = []
            for run in self._runs:
                is_short = _length(run) < self._shortest_s and (may_go_too or run.heard not in _PEOPLE)
                if kept and is_short:
                    kept[-1] = StripRun(kept[-1].start_s, run.end_s, kept[-1].heard)
                else:
                    kept.append(run)
            self._runs = kept
            self._join()


def _length(run: StripRun) -> float:
    return run.end_s - run.start_s

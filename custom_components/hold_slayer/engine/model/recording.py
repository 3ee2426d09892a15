"""Words about recordings: how much of a call, which sides of it, and what is noted beside the audio."""

from dataclasses import dataclass, field
from enum import StrEnum

from .audio_frame import SAMPLE_RATE

PART = ".part"
"""What a recording that is not finished has behind its name."""


class RecordingScope(StrEnum):
    """How much of a call is recorded."""

    OFF = "off"
    WAITING = "waiting"
    """Menus and hold; silence from the confirmed human on."""
    ALL = "all"
    """The talk too, once the human has been told so to the end of the sentence; silence until then."""

    def narrowed(self, *, is_wanted: bool | None) -> RecordingScope:
        """What is left when a call says no (False); yes or nothing (None) leaves it as the user has set it."""
        return RecordingScope.OFF if is_wanted is False else self


class RecordingTracks(StrEnum):
    """Which sides: one channel each, in the order of `channels`."""

    FAR = "far"
    """What the company sends."""
    NEAR = "near"
    """What goes to the company: our sentences, and the user once bridged."""
    MIXED = "mixed"
    """Both in one channel."""
    ALL = "all"
    """Three channels: far, near, mixed."""

    @property
    def channels(self) -> tuple[RecordingTracks, ...]:
        """The channels of the file."""
        if self is RecordingTracks.ALL:
            return RecordingTracks.FAR, RecordingTracks.NEAR, RecordingTracks.MIXED
        return (self,)


class MarkName:
    """What is noted in a recording. The first nine are what the hearing was told, so that a replay can tell it again."""

    ANSWERED = "answered"
    SPEAKING = "speaking"
    SILENT = "silent"
    KEYS = "keys"
    HOLD_EXPECTED = "hold_expected"
    NOT_HUMAN = "not_human"
    PERSON_LEFT = "person_left"
    BEEPS = "beeps"
    """Single short tones are told from here on."""
    KNOWN = "known"
    """With the signs of the number's recordings that earlier calls have left, and the day they are counted from."""
    PAUSED = "paused"
    """From here on silence stands for what was heard (a fact was sent, or nobody has agreed to be recorded yet)."""
    RESUMED = "resumed"
    LOST = "lost"
    """The disk was too slow: silence stands for what could not be written."""

    HINTS = frozenset({ANSWERED, SPEAKING, SILENT, KEYS, HOLD_EXPECTED, NOT_HUMAN, PERSON_LEFT, BEEPS, KNOWN})


@dataclass(frozen=True, slots=True)
class RecordingMark:
    """A note at a place of the recording."""

    sample: int
    """Samples (8 kHz, a channel) before it."""
    name: str
    data: bytes = field(default=b"", repr=False)

    @property
    def known(self) -> tuple[bytes, int]:
        """Of a ``KNOWN`` mark: the signs of the number's recordings, and the day."""
        return self.data[2:], int.from_bytes(self.data[:2])

    @property
    def t_s(self) -> float:
        """The place in seconds."""
        return self.sample / SAMPLE_RATE

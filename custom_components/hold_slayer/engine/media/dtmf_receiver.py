"""Keys pressed by the far end as RTP telephone events (RFC 4733 section 2.5.2): each one exactly once.

A key is reported with the first packet of it that arrives, so neither lost end packets nor their threefold sending
matter, and a lost first packet neither.

Not done: the length of the key, the tones of section 3 and events above 15.
"""

from collections import deque

from aiortp import DtmfEvent

from .dtmf_sender import EVENT_CODES
from .playout import timestamp_diff

_DIGITS = {code: digit for digit, code in EVENT_CODES.items()}
_REMEMBERED = 8
"""Keys whose late packets are still recognised."""


class DigitReceiver:
    """Sans-IO: packets in, keys out."""

    def __init__(self) -> None:
        self._seen: deque[int] = deque(maxlen=_REMEMBERED)
        self._code = -1
        self._timestamp = 0
        self._duration = 0
        self._has_ended = True

    def reset(self) -> None:
        """Another source begins: its timestamps mean something else."""
        self._seen.clear()
        self._code = -1

    def receive(self, payload: bytes, timestamp: int, is_marked: bool) -> str | None:
        """Take one telephone-event packet; return the key when it is a new one.

        Raises:
            ValueError: fewer than 4 bytes.
        """
        event = DtmfEvent.parse(payload)
        digit = _DIGITS.get(event.event)
        if digit is None:
            return None
        if timestamp in self._seen:
            if timestamp == self._timestamp:
                self._duration = max(self._duration, event.duration)
                self._has_ended = self._has_ended or event.end
            return None
        is_continued = self._is_segment_of_same_key(event.event, timestamp, is_marked)
        self._seen.append(timestamp)
        self._code, self._timestamp, self._duration = event.event, timestamp, event.duration
        self._has_ended = event.end
        return None if is_continued else digit

    def _is_segment_of_same_key(self, code: int, timestamp: int, is_marked: bool) -> bool:
        """A key longer than the duration field goes on under a new timestamp (section 2.5.1.3)."""
        if is_marked or self._has_ended or code != self._code:
            return False
        return timestamp_diff(timestamp, self._timestamp) == 0xFFFF

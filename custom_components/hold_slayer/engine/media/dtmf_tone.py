"""Keys as tones in the audio (ITU-T Q.23), for far ends that have not agreed to telephone events.

The column's tone is 2 dB louder than the row's, as telephones do it (Q.24 allows up to 4). Phase runs on through the frames of a
key; its first and last milliseconds are faded so that no click is heard.
"""

from array import array
import math

from ..model.audio_frame import FRAME_SAMPLES, SAMPLE_RATE
from .dtmf_sender import EVENT_CODES

_ROWS = (697, 770, 852, 941)
_COLUMNS = (1209, 1336, 1477, 1633)
_KEYPAD = ("123A", "456B", "789C", "*0#D")
_ROW_DBM0, _COLUMN_DBM0 = -9.0, -7.0
_FULL_SCALE_DBM0 = 3.14
"""Level of a sine that just fills the G.711 range (ITU-T G.711, table 5 note)."""
_FADE_SAMPLES = 16

_FREQUENCIES = {
    EVENT_CODES[key]: (row, column)
    for row, keys in zip(_ROWS, _KEYPAD, strict=True)
    for column, key in zip(_COLUMNS, keys, strict=True)
}


def _amplitude(dbm0: float) -> float:
    return 32767.0 * math.pow(10.0, (dbm0 - _FULL_SCALE_DBM0) / 20.0)


def tone_frame(code: int, age: int, *, is_last: bool) -> bytes:
    """One frame (20 ms, signed 16 bit) of the key with event ``code``, ``age`` frames after it went down.

    Raises:
        KeyError: no key has that code.
    """
    row, column = _FREQUENCIES[code]
    frame = array("h")
    for index in range(FRAME_SAMPLES):
        seconds = (age * FRAME_SAMPLES + index) / SAMPLE_RATE
        value = _amplitude(_ROW_DBM0) * math.sin(2 * math.pi * row * seconds)
        value += _amplitude(_COLUMN_DBM0) * math.sin(2 * math.pi * column * seconds)
        if age == 0:
            value *= min(1.0, index / _FADE_SAMPLES)
        if is_last:
            value *= min(1.0, (FRAME_SAMPLES - 1 - index) / _FADE_SAMPLES)
        frame.append(round(value))
    return frame.tobytes()

"""Keys as tones: the right two of the eight frequencies, at the right level, without a click."""

import asyncio

import numpy as np
import pytest

from custom_components.hold_slayer.engine.media.dtmf_sender import EVENT_CODES
from custom_components.hold_slayer.engine.media.dtmf_tone import tone_frame
from custom_components.hold_slayer.engine.media.sender import RtpSender
from custom_components.hold_slayer.engine.model.media_description import Codec, MediaAnswer
from tests.fakes.rtp import Packet

ROWS, COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
KEYS = "123A456B789C*0#D"


def samples(key: str) -> np.ndarray:
    frames = [tone_frame(EVENT_CODES[key], age, is_last=age == 5) for age in range(6)]
    return np.frombuffer(b"".join(frames), "<i2").astype(float)


def level_dbm0(sound: np.ndarray, frequency: float) -> float:
    window = np.hanning(len(sound))
    turn = np.exp(-2j * np.pi * frequency * np.arange(len(sound)) / 8000)
    amplitude = 2 * abs(np.sum(sound * window * turn)) / np.sum(window)
    return float(20 * np.log10(max(amplitude, 1e-9) / 32767) + 3.14)


@pytest.mark.parametrize("key", KEYS)
def test_two_frequencies_at_their_levels(key: str) -> None:
    place = KEYS.index(key)
    sound = samples(key)
    levels = {frequency: level_dbm0(sound, frequency) for frequency in ROWS + COLUMNS}
    row, column = ROWS[place // 4], COLUMNS[place % 4]
    assert abs(levels[row] + 9) < 0.6
    assert abs(levels[column] + 7) < 0.6
    others = [level for frequency, level in levels.items() if frequency not in (row, column)]
    assert max(others) < -30
    assert abs(sound).max() < 32767, "not clipped"


def test_no_click_at_either_end_and_none_between_frames() -> None:
    sound = samples("5")
    assert abs(sound[:2]).max() < 1000
    assert abs(sound[-2:]).max() < 1000
    steps = abs(np.diff(sound))
    assert steps.max() < 1.3 * 32767 * 2 * np.pi * 1336 / 8000 * 0.6


@pytest.mark.parametrize("codec", [Codec.PCMU, Codec.PCMA])
async def test_packet_times_of_a_key(codec: Codec) -> None:
    sender = RtpSender()
    sender.agree(MediaAnswer("127.0.0.1", 4000, codec, 0 if codec is Codec.PCMU else 8, None))
    quiet = Packet.parse(sender.next_packet()).payload
    pressing = asyncio.create_task(sender.digits.send("7"))
    await asyncio.sleep(0)
    packets = [Packet.parse(sender.next_packet()) for _ in range(12)]
    await asyncio.wait_for(pressing, 1)
    loud = [packet.payload != quiet for packet in packets]
    assert loud == [True] * 6 + [False] * 6
    assert packets[0].marker
    assert not any(packet.marker for packet in packets[1:6])
    stamps = [(packet.timestamp - packets[0].timestamp) % 2**32 for packet in packets]
    assert stamps == [160 * index for index in range(12)]

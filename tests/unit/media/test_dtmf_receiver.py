import pytest

from custom_components.hold_slayer.engine.media.dtmf_receiver import DigitReceiver
from tests.fakes.rtp import Event


def press(code: int, timestamp: int, *, ends: int = 3) -> list[tuple[bytes, int, bool]]:
    """Return payload, timestamp and marker of every packet of one key."""
    events = [Event(code, is_end=False, volume=10, duration=160 * n) for n in range(1, 6)]
    events += [Event(code, is_end=True, volume=10, duration=960)] * ends
    return [(bytes(event), timestamp, index == 0) for index, event in enumerate(events)]


def heard(packets: list[tuple[bytes, int, bool]]) -> list[str]:
    receiver = DigitReceiver()
    return [digit for packet in packets if (digit := receiver.receive(*packet)) is not None]


def test_each_key_once_in_spite_of_three_end_packets() -> None:
    assert heard(press(1, 1000) + press(1, 3000) + press(11, 5000)) == ["1", "1", "#"]


def test_lost_end_packets() -> None:
    assert heard(press(4, 1000, ends=0) + press(2, 3000, ends=0)) == ["4", "2"]


def test_only_the_last_end_packet_arrives() -> None:
    assert heard(press(9, 1000)[-1:]) == ["9"]


def test_a_late_packet_of_the_key_before_is_no_new_key() -> None:
    first, second = press(1, 1000), press(2, 3000)
    assert heard(first[:-1] + second[:2] + first[-1:] + second[2:]) == ["1", "2"]


def test_a_very_long_key_goes_on_under_new_timestamps() -> None:
    """RFC 4733 section 2.5.1.3: the next segment begins where the duration field is full."""
    full = bytes(Event(3, is_end=False, volume=10, duration=0xFFFF))
    segments = [(full, 5000 + 0xFFFF * n, n == 0) for n in range(3)]
    assert heard(segments) == ["3"]


def test_timestamps_may_wrap() -> None:
    assert heard(press(1, 2**32 - 100) + press(2, 1500)) == ["1", "2"]


def test_events_that_are_no_keys_are_ignored() -> None:
    assert heard(press(16, 1000) + press(36, 3000)) == []


def test_another_source_may_use_the_same_timestamps() -> None:
    receiver = DigitReceiver()
    assert receiver.receive(*press(1, 1000)[0]) == "1"
    receiver.reset()
    assert receiver.receive(*press(1, 1000)[0]) == "1"


def test_short_payload() -> None:
    with pytest.raises(ValueError, match="4 bytes"):
        DigitReceiver().receive(b"\x01\x00", 0, is_marked=True)

"""Encrypted audio (RFC 3711): what goes over the wire, and what comes through."""

import asyncio
from collections.abc import AsyncIterator
import hmac
import struct

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
import pytest

from custom_components.hold_slayer.engine.media.session import MediaSession
from custom_components.hold_slayer.engine.media.srtp import SrtpContext
from custom_components.hold_slayer.engine.model.audio_frame import AudioFrame
from custom_components.hold_slayer.engine.model.media_description import (
    KEY_BYTES,
    Codec,
    MediaAnswer,
    SrtpAgreement,
    SrtpMode,
    SrtpSuite,
)
from tests.fakes.rtp import SAMPLES, Packet, tone_pcm

LONG, SHORT = SrtpSuite
OURS, THEIRS = bytes(KEY_BYTES), bytes([7]) * KEY_BYTES


def packet(sequence: int, ssrc: int = 0x1234) -> bytes:
    return bytes(Packet(0, sequence % 65536, sequence * SAMPLES % 2**32, b"\x55" * SAMPLES, ssrc))


def pair(suite: SrtpSuite = LONG) -> tuple[SrtpContext, SrtpContext]:
    return SrtpContext(SrtpAgreement(suite, OURS, THEIRS)), SrtpContext(SrtpAgreement(suite, THEIRS, OURS))


@pytest.mark.parametrize(("suite", "tag"), [(LONG, 10), (SHORT, 4)])
def test_there_and_back(suite: SrtpSuite, tag: int) -> None:
    here, there = pair(suite)
    plain = packet(1)
    wire = here.protect(plain)
    assert len(wire) == len(plain) + tag
    assert wire[:12] == plain[:12], "the header stays readable (RFC 3711 section 3.1)"
    assert wire[12 : 12 + SAMPLES] != plain[12:]
    assert there.unprotect(wire) == plain


def test_what_is_not_authentic_is_dropped() -> None:
    here, there = pair()
    wire = here.protect(packet(1))
    assert there.unprotect(wire[:-1] + bytes([wire[-1] ^ 1])) is None
    assert there.unprotect(packet(1)) is None
    assert there.unprotect(b"") is None
    assert there.unprotect(bytes(20_000)) is None
    assert here.unprotect(wire) is None, "our own packet sent back at us"
    assert there.unprotect(wire) == packet(1)
    assert there.unprotect(wire) is None, "a repetition"


def test_reports_are_encrypted_too() -> None:
    here, there = pair()
    report = struct.pack("!BBHIIIIII", 0x80, 200, 6, 1, 2, 3, 4, 5, 6)
    wire = here.protect_rtcp(report)
    assert there.unprotect_rtcp(wire) == report
    assert there.unprotect_rtcp(report) is None


def test_a_re_invite_with_the_same_keys_keeps_the_rollover_counter() -> None:
    here, there = pair()
    for number in range(65_530, 65_540):
        assert there.unprotect(here.protect(packet(number))) is not None
    there.agree(SrtpAgreement(LONG, THEIRS, OURS))
    assert there.unprotect(here.protect(packet(65_540))) is not None
    new = bytes([9]) * KEY_BYTES
    there.agree(SrtpAgreement(LONG, THEIRS, new))
    assert there.unprotect(here.protect(packet(65_541))) is None
    here.agree(SrtpAgreement(LONG, new, THEIRS))
    assert there.unprotect(here.protect(packet(65_542))) is not None


def encrypted_by_the_letter(plain: bytes, master: bytes) -> bytes:
    """A first packet as RFC 3711 says, without any of the product's code (sections 4.1.1, 4.2 and 4.3.1)."""
    key, salt = master[:16], master[16:]

    def derived(label: int, length: int) -> bytes:
        start = int.from_bytes(salt) ^ (label << 48)
        return stream(key, start << 16, length)

    def stream(secret: bytes, counter: int, length: int) -> bytes:
        return Cipher(AES(secret), CTR(counter.to_bytes(16))).encryptor().update(bytes(length))

    sequence, ssrc = struct.unpack("!2xH4xI", plain[:12])
    counter = int.from_bytes(derived(2, 14)) << 16 ^ ssrc << 64 ^ sequence << 16
    mask = stream(derived(0, 16), counter, len(plain) - 12)
    wire = plain[:12] + bytes(a ^ b for a, b in zip(plain[12:], mask, strict=True))
    return wire + hmac.digest(derived(1, 20), wire + bytes(4), "sha1")[:10]


def test_a_far_end_with_its_own_code() -> None:
    here, there = pair()
    assert here.protect(packet(5)) == encrypted_by_the_letter(packet(5), OURS)
    assert there.unprotect(encrypted_by_the_letter(packet(5), OURS)) == packet(5)


def test_the_far_end_of_the_tests_has_the_key_stream_of_the_standard() -> None:
    """RFC 3711 appendix B.2."""
    cipher = Cipher(
        AES(bytes.fromhex("2B7E151628AED2A6ABF7158809CF4F3C")), CTR(bytes.fromhex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000"))
    )
    assert cipher.encryptor().update(bytes(16)) == bytes.fromhex("E03EAD0935C95E80E166B16DD92B4EB4")


class Ends:
    """Two sessions that talk to each other."""

    def __init__(self, a: MediaSession, b: MediaSession, heard: list[AudioFrame]) -> None:
        self.a, self.b, self.heard = a, b, heard

    def connect(self, a_key: bytes | None = None) -> None:
        """``a_key``: what b takes for a's key."""
        a_own, b_own = self.a.offer.srtp_keys[0], self.b.offer.srtp_keys[0]
        self.a.connect(self._answer(self.b, SrtpAgreement(a_own.suite, a_own.key, b_own.key)))
        self.b.connect(self._answer(self.a, SrtpAgreement(a_own.suite, b_own.key, a_key or a_own.key)))

    @staticmethod
    def _answer(other: MediaSession, srtp: SrtpAgreement) -> MediaAnswer:
        return MediaAnswer("127.0.0.1", other.offer.port, Codec.PCMU, 0, 101, srtp=srtp)

    def loudest(self) -> int:
        frames = [struct.unpack("<160h", frame.pcm) for frame in self.heard]
        return max((max(map(abs, frame)) for frame in frames), default=0)


@pytest.fixture
async def ends(socket_enabled: None) -> AsyncIterator[Ends]:
    heard: list[AudioFrame] = []
    a = await MediaSession.bind("127.0.0.1", srtp=SrtpMode.REQUIRED)
    b = await MediaSession.bind("127.0.0.1", on_frame=heard.append, srtp=SrtpMode.REQUIRED)
    yield Ends(a, b, heard)
    await a.close()
    await b.close()


async def test_two_sessions(ends: Ends) -> None:
    ends.connect()
    ends.a.play(tone_pcm(4000))
    async with asyncio.timeout(5):
        while ends.loudest() < 3000:  # noqa: ASYNC110 - a bounded wait for sound
            await asyncio.sleep(0.02)
    stats = ends.b.stats
    assert stats.is_encrypted
    assert stats.dropped_not_authentic == 0
    assert stats.packets_received > 0


async def test_keys_are_new_for_each_session(ends: Ends) -> None:
    keys = [key.key for end in (ends.a, ends.b) for key in end.offer.srtp_keys]
    assert len(set(keys)) == 4
    assert {len(key) for key in keys} == {KEY_BYTES}


async def test_a_wrong_key_is_silence_and_a_count(ends: Ends) -> None:
    ends.connect(a_key=bytes(KEY_BYTES))
    ends.a.play(tone_pcm(4000))
    async with asyncio.timeout(5):
        while ends.b.stats.dropped_not_authentic < 20:  # noqa: ASYNC110 - a bounded wait for a count
            await asyncio.sleep(0.02)
    assert ends.loudest() == 0
    assert ends.b.stats.packets_received == 0

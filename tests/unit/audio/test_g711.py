"""Against tables of the standard, written out by hand, and against the C implementation that live calls use."""

import audioop
import numpy as np

from custom_components.hold_slayer.engine.audio.g711 import decode_a_law, decode_mu_law

# ITU-T G.711 tables 1a (A-law) and 2a (mu-law): code word on the wire and value, scaled to 16 bits.
A_LAW_POINTS = {0xD5: 8, 0x55: -8, 0xAA: 32256, 0x2A: -32256, 0x80: 5504, 0xC5: 264}
MU_LAW_POINTS = {0xFF: 0, 0x7F: 0, 0x80: 32124, 0x00: -32124, 0xFE: 8, 0x7E: -8}


def test_a_law_has_the_values_of_the_standard() -> None:
    decoded = decode_a_law(bytes(A_LAW_POINTS))
    assert decoded.dtype == np.int16
    assert decoded.tolist() == list(A_LAW_POINTS.values())


def test_mu_law_has_the_values_of_the_standard() -> None:
    assert decode_mu_law(bytes(MU_LAW_POINTS)).tolist() == list(MU_LAW_POINTS.values())


def test_every_code_equals_the_one_of_the_live_codec() -> None:
    codes = bytes(range(256))
    assert decode_mu_law(codes).tobytes() == audioop.ulaw2lin(codes, 2)
    assert decode_a_law(codes).tobytes() == audioop.alaw2lin(codes, 2)


def test_nothing_in_nothing_out() -> None:
    assert len(decode_mu_law(b"")) == len(decode_a_law(b"")) == 0

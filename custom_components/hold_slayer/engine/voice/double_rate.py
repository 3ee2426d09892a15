"""Telephone audio at twice its rate: what speech recognisers want (16 kHz), with a proper low-pass.

Half-band interpolation (Vaidyanathan, Multirate Systems and Filter Banks, 1993, section 4.6.2) with ``audioop`` as the vector
unit: layer 4 has no numpy. Images of the telephone band are about 70 dB down. Not done: other ratios.
"""

from math import cos, pi

import audioop

_PAIRS = 24
_HEADROOM = 0.25
_ROUND = int((1 << 15) * _HEADROOM)


def _half_weights() -> list[float]:
    """Return the weights of the sample pairs around a new sample, nearest first (Blackman-windowed sinc)."""
    weights = []
    for pair in range(_PAIRS):
        distance = pair + 0.5
        phase = pi * distance / (_PAIRS + 0.5)
        window = 0.42 + 0.5 * cos(phase) + 0.08 * cos(2 * phase)
        weights.append((-1) ** pair / (pi * distance) * window)
    total = 2 * sum(weights)
    return [weight / total for weight in weights]


_WEIGHTS = _half_weights()


def double_rate(pcm: bytes) -> bytes:
    """Return signed 16-bit mono PCM with a sample put between every two; twice as long, nothing shifted in time."""
    pcm = pcm[: len(pcm) & ~1]
    size = len(pcm) * 2
    margin = bytes(4 * _PAIRS)
    wide = margin + audioop.mul(audioop.lin2lin(pcm, 2, 4), 4, _HEADROOM) + margin
    between = bytes(size)
    for pair, weight in enumerate(_WEIGHTS):
        before = len(margin) - 4 * pair
        after = len(margin) + 4 * (pair + 1)
        both = audioop.add(wide[before : before + size], wide[after : after + size], 4)
        between = audioop.add(between, audioop.mul(both, 4, weight), 4)
    # Rounded before the headroom is taken back: mul saturates where bias would wrap round.
    between = audioop.mul(audioop.bias(between, 4, _ROUND), 4, 1 / _HEADROOM)
    between = audioop.lin2lin(between, 4, 2)
    doubled = bytearray(size)
    doubled[0::4], doubled[1::4] = pcm[0::2], pcm[1::2]
    doubled[2::4], doubled[3::4] = between[0::2], between[1::2]
    return bytes(doubled)

"""WAV files as recorders write them, and as they should not."""

from pathlib import Path
import struct

import numpy as np
import pytest

from custom_components.hold_slayer.engine.audio.g711 import decode_a_law, decode_mu_law
from custom_components.hold_slayer.engine.audio.wav import WavError, decode_wav, read_wav

RAMP = np.arange(-800, 800, dtype="<i2")


def chunk(name: bytes, body: bytes, size: int | None = None) -> bytes:
    return name + struct.pack("<I", len(body) if size is None else size) + body + b"\0" * (len(body) & 1)


def fmt(code: int = 1, channels: int = 1, rate: int = 8000, bits: int = 16, extra: bytes = b"") -> bytes:
    width = channels * bits // 8
    return chunk(b"fmt ", struct.pack("<HHIIHH", code, channels, rate, rate * width, width, bits) + extra)


def riff(*chunks: bytes) -> bytes:
    body = b"WAVE" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def extensible(sub_format: int) -> bytes:
    guid = struct.pack("<H", sub_format) + bytes.fromhex("000000001000800000aa00389b71")
    return fmt(0xFFFE, bits=16 if sub_format == 1 else 8, extra=struct.pack("<HHI", 22, 16, 4) + guid)


def test_pcm16() -> None:
    assert decode_wav(riff(fmt(), chunk(b"data", RAMP.tobytes()))).tolist() == RAMP.tolist()


@pytest.mark.parametrize(("code", "decode"), [(6, decode_a_law), (7, decode_mu_law)])
def test_g711(code: int, decode: object) -> None:
    data = bytes(range(256))
    heard = decode_wav(riff(fmt(code, bits=8, extra=b"\0\0"), chunk(b"fact", bytes(4)), chunk(b"data", data)))
    assert heard.tolist() == decode(data).tolist()  # type: ignore[operator]


def test_16_khz_comes_down_to_8() -> None:
    t = np.arange(16000) / 16000
    wide = (8000 * (np.sin(2 * np.pi * 500 * t) + np.sin(2 * np.pi * 6000 * t))).astype("<i2")
    heard = decode_wav(riff(fmt(rate=16000), chunk(b"data", wide.tobytes()))).astype(float)
    wanted = 8000 * np.sin(2 * np.pi * 500 * np.arange(8000) / 8000)
    assert len(heard) == 8000
    assert np.abs(heard - wanted)[200:-200].max() < 80  # 500 Hz is kept, 6 kHz does not fold down


@pytest.mark.parametrize(
    "file",
    [
        riff(
            chunk(b"JUNK", b"x" * 27),
            chunk(b"bext", b"y" * 602),
            fmt(),
            chunk(b"LIST", b"z"),
            chunk(b"data", RAMP.tobytes()),
        ),
        riff(fmt(), chunk(b"data", RAMP.tobytes()), chunk(b"LIST", b"INFO")),
        riff(extensible(1), chunk(b"data", RAMP.tobytes())),
        riff(fmt(extra=b"\0\0"), chunk(b"data", RAMP.tobytes(), 0xFFFFFFFF)),
        riff(fmt(), chunk(b"data", RAMP.tobytes(), 0)),
        riff(fmt(), chunk(b"data", RAMP.tobytes(), 1 << 20)),
        b"RIFF\0\0\0\0WAVE" + fmt() + chunk(b"data", RAMP.tobytes()),
        riff(fmt(), chunk(b"data", RAMP.tobytes() + b"\x01")),
    ],
    ids=["junk", "tail", "extensible", "size -1", "size 0", "cut off", "riff size 0", "odd"],
)
def test_untidy_files_are_heard(file: bytes) -> None:
    assert decode_wav(file).tolist() == RAMP.tolist()


def test_extensible_mu_law() -> None:
    assert decode_wav(riff(extensible(7), chunk(b"data", b"\xff\x80"))).tolist() == [0, 32124]


@pytest.mark.parametrize(
    ("file", "word"),
    [
        (b"", "not a RIFF"),
        (b"RIFF", "not a RIFF"),
        (b"OggS" + bytes(60), "not a RIFF"),
        (b"RIFF\0\0\0\0AVI " + bytes(20), "not a RIFF"),
        (riff(), "no data chunk"),
        (riff(fmt()), "no data chunk"),
        (riff(fmt(), chunk(b"data", b"")), "no audio"),
        (riff(fmt(), chunk(b"data", b"\x01")), "no audio"),
        (riff(chunk(b"data", RAMP.tobytes()), fmt()), "before the format"),
        (riff(fmt(channels=2), chunk(b"data", RAMP.tobytes())), "only mono"),
        (riff(fmt(rate=44100), chunk(b"data", RAMP.tobytes())), "44100"),
        (riff(fmt(bits=8), chunk(b"data", RAMP.tobytes())), "8 bits"),
        (riff(fmt(3, bits=32), chunk(b"data", RAMP.tobytes())), "0x0003"),
        (riff(chunk(b"fmt ", bytes(10)), chunk(b"data", RAMP.tobytes())), "cut off"),
        (riff(fmt(0xFFFE), chunk(b"data", RAMP.tobytes())), "cut off"),
        (riff(fmt())[:20], "cut off"),
    ],
)
def test_what_cannot_be_heard_is_refused_in_one_line(file: bytes, word: str) -> None:
    with pytest.raises(WavError, match=word) as refusal:
        decode_wav(file)
    assert "\n" not in str(refusal.value)


def test_reading_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(riff(fmt(), chunk(b"data", RAMP.tobytes())))
    assert read_wav(path).tolist() == RAMP.tolist()
    with pytest.raises(FileNotFoundError):
        read_wav(tmp_path / "none.wav")

"""G.722 by PyAV: what was said comes out, at 8 kHz, without what does not belong there; and a whole session of it."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
import pytest

from custom_components.hold_slayer.engine.media import codec, g722
from custom_components.hold_slayer.engine.media.bridge import Bridge
from custom_components.hold_slayer.engine.media.g722 import G722, Doubler, Halver
from custom_components.hold_slayer.engine.media.session import MediaSession
from custom_components.hold_slayer.engine.model.audio_frame import AudioFrame
from custom_components.hold_slayer.engine.model.media_description import STATIC_PAYLOAD_TYPES, Codec, MediaAnswer
from tests.fakes.sip_line import poll


@pytest.fixture(autouse=True)
def loaded() -> None:
    assert g722.load(), "PyAV is among the requirements of the tests"


def sine(hertz: float, rate: int, seconds: float = 1.0, amplitude: float = 8000.0) -> NDArray[np.float32]:
    return (amplitude * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate)).astype(np.float32)


def pieces(samples: NDArray[np.float32], length: int) -> Iterator[NDArray[np.float32]]:
    return (samples[start : start + length] for start in range(0, len(samples) - length + 1, length))


def level(samples: NDArray[np.float32]) -> float:
    return float(np.sqrt(np.mean(np.square(samples[len(samples) // 4 :].astype(np.float64)))))


@pytest.mark.parametrize("hertz", [150, 440, 1000, 2000, 3000, 3400])
def test_a_tone_of_the_telephone_band_comes_through(hertz: float) -> None:
    coder = G722()
    sent = sine(hertz, 8000)
    payloads = [coder.encode(piece.astype("<i2").tobytes()) for piece in pieces(sent, 160)]
    assert {len(payload) for payload in payloads} == {160}
    heard = np.frombuffer(b"".join(map(coder.decode, payloads)), "<i2").astype(np.float32)
    assert len(heard) == len(sent)
    assert level(heard) == pytest.approx(level(sent), rel=0.05)
    spectrum = np.abs(np.fft.rfft(heard[2000:] * np.hanning(6000)))
    peak = int(spectrum.argmax())
    assert peak * 8000 / 6000 == pytest.approx(hertz, abs=2)
    spectrum[max(0, peak - 8) : peak + 9] = 0
    assert spectrum.max() < 0.05 * np.abs(np.fft.rfft(heard[2000:] * np.hanning(6000))).max()


@pytest.mark.parametrize(("hertz", "decibels"), [(1000, -0.1), (3400, -0.1), (4600, -44), (5000, -60), (7000, -60)])
def test_what_would_fold_into_speech_is_filtered_out(hertz: float, decibels: float) -> None:
    halve = Halver()
    wide = sine(hertz, 16000)
    heard = np.concatenate([halve(piece) for piece in pieces(wide, 320)])
    loss = 20 * np.log10(max(level(heard), 1e-3) / level(wide))
    assert loss > decibels if decibels > -1 else loss < decibels


def test_doubling_makes_no_mirror_image_and_pieces_do_not_show() -> None:
    narrow = sine(1000, 8000)
    double, whole = Doubler(), Doubler()
    heard = np.concatenate([double(piece) for piece in pieces(narrow, 160)])
    assert np.allclose(heard, whole(narrow), atol=0.1)
    spectrum = np.abs(np.fft.rfft(heard[4000:14000] * np.hanning(10000)))
    assert spectrum[4375 - 20 : 4375 + 20].max() < spectrum.max() * 1e-3


def test_damaged_and_odd_payloads_do_no_harm() -> None:
    coder = G722()
    for payload in (b"\x00" * 160, b"\xff" * 80, b"\x12" * 3, b""):
        assert len(coder.decode(payload)) == 2 * len(payload)
    assert len(coder.silence()) == 160


def test_it_is_offered_last_and_only_where_it_can_be_coded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert codec.available_codecs() == (Codec.PCMU, Codec.PCMA, Codec.G722)
    monkeypatch.setattr(g722, "_loaded", [])
    assert codec.available_codecs() == (Codec.PCMU, Codec.PCMA)
    monkeypatch.setattr(g722.importlib, "import_module", _no_module)
    assert not g722.load()
    with pytest.raises(RuntimeError, match="PyAV"):
        G722()


def _no_module(name: str) -> None:
    raise ImportError(name)


async def test_a_bridge_between_two_codecs() -> None:
    """A telephone with G.722 talks through two of our sessions to one with A-law, both ways."""
    heard: dict[str, list[bytes]] = {"wide": [], "narrow": []}

    def sink(name: str) -> Callable[[AudioFrame], None]:
        def take(frame: AudioFrame) -> None:
            heard[name].append(frame.pcm)

        return take

    wide, narrow = [await MediaSession.bind("127.0.0.1", on_frame=sink(name)) for name in heard]
    near, far = [await MediaSession.bind("127.0.0.1") for _ in range(2)]
    pairs = ((wide, near, Codec.G722), (narrow, far, Codec.PCMA))
    for phone, ours, agreed in pairs:
        for one, other in ((phone, ours), (ours, phone)):
            one.connect(
                MediaAnswer("127.0.0.1", other.offer.port, agreed, STATIC_PAYLOAD_TYPES[agreed], dtmf_payload_type=101)
            )
    bridge = Bridge(near, far)
    bridge.start()
    wide.play(sine(440, 8000, 1.5).astype("<i2").tobytes())
    narrow.play(sine(1000, 8000, 1.5).astype("<i2").tobytes())
    await poll(lambda: all(len(frames) >= 70 for frames in heard.values()))
    for session in (wide, narrow, near, far):
        await session.close()
    for name, hertz in (("wide", 1000), ("narrow", 440)):
        samples = np.frombuffer(b"".join(heard[name][30:65]), "<i2").astype(np.float32)
        spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
        assert spectrum.argmax() * 8000 / len(samples) == pytest.approx(hertz, abs=5)
        assert level(samples) > 4000

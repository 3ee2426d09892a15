"""Each cue on recorded voices, music and noise, as recorded and over other lines: levels, G.711, GSM, AMR, lost packets.

The line score has met these sources in its training, so this is no figure of how it does on others (that is in `bench/results`): it
pins that codecs, levels and changes to the code leave real sounds what they are.
"""

from functools import cache

import numpy as np
import pytest

from custom_components.hold_slayer.engine.audio.fingerprint import SpeechMemory
from custom_components.hold_slayer.engine.call.front import LineFront
from custom_components.hold_slayer.engine.classify.line_score import LineScore
from custom_components.hold_slayer.engine.classify.repeat import RepeatDetector
from custom_components.hold_slayer.engine.classify.smoother import label_of
from custom_components.hold_slayer.engine.model.phase import FrameLabel
from tests.fakes import clips, sounds

SPEECH = clips.names("prompt", "person")
SUNG = clips.names("sung")
PLAYED = clips.names("music")
NOISE = clips.names("noise")
CODED = ["prompt-en-gsm", "prompt-en-amr", "person-libri-gsm", "sung-folk-gsm", "music-orchestra-gsm"]
LINES = {
    "as recorded": lambda sound: sound,
    "12 dB fainter": lambda sound: clips.changed(sound, -12.0),
    "6 dB louder": lambda sound: clips.changed(sound, 6.0),
    "5 % of packets lost": lambda sound: clips.lossy(sound, 0.05),
}
_SETTLED = 8
"""Blocks after which the score knows what it hears."""


class Heard:
    """Scores of a sound that follows two seconds of a quiet line."""

    def __init__(self, sound: np.ndarray) -> None:
        front, data = LineFront(), sounds.pcm(sounds.join(sounds.silence(2.0), sound))
        blocks = [data[at : at + 1600] for at in range(0, len(data) // 1600 * 1600, 1600)]
        heard = [front.listen([block[at : at + 320] for at in range(0, 1600, 320)]) for block in blocks]
        self.bands = [each.bands_db.copy() for each in heard[20:]]
        self.scores: list[LineScore] = [each.score for each in heard[20:]]
        self.tones = [name for each in heard for name in each.tones.names]

    def share(self, *labels: FrameLabel) -> float:
        """How much of it has one of the labels, its first moment left out."""
        found = [label_of(score) in labels for score in self.scores[_SETTLED:]]
        return sum(found) / len(found)


@cache
def heard(name: str, line: str = "as recorded") -> Heard:
    return Heard(LINES[line](clips.clip(name)))


def through(names: list[str]) -> list[tuple[str, str]]:
    plain = [(name, line) for name in names for line in LINES]
    return plain + [(name, "as recorded") for name in CODED if name.rsplit("-", 1)[0] in names]


@pytest.mark.parametrize(("name", "line"), through(SPEECH))
def test_speech_is_speech(name: str, line: str) -> None:
    found = heard(name, line)
    assert found.share(FrameLabel.SPEECH, FrameLabel.SILENCE) >= 0.95, "pauses are silence"
    assert found.share(FrameLabel.SPEECH) >= 0.6
    assert found.tones == []


@pytest.mark.parametrize(("name", "line"), through(PLAYED))
def test_played_music_is_music(name: str, line: str) -> None:
    found = heard(name, line)
    assert found.share(FrameLabel.MUSIC) >= 0.8, "one of the pieces is sparse"
    assert found.share(FrameLabel.MUSIC, FrameLabel.SILENCE) >= 0.9
    assert found.tones == []


@pytest.mark.parametrize(("name", "line"), through(SUNG))
def test_sung_music_is_music(name: str, line: str) -> None:
    found = heard(name, line)
    assert found.share(FrameLabel.MUSIC) >= 0.85
    assert found.share(FrameLabel.SPEECH) <= 0.15


@pytest.mark.parametrize(("name", "line"), through(NOISE))
def test_noise_is_nobody(name: str, line: str) -> None:
    found = heard(name, line)
    assert found.share(FrameLabel.SPEECH) <= 0.05
    assert found.tones == []


@pytest.mark.parametrize("bed", [*NOISE, "music-orchestra"])
@pytest.mark.parametrize("sound", [sounds.cadence((440.0, 480.0), (2.0, 4.0), 3), sounds.sit()], ids=["ringing", "sit"])
def test_tones_are_told_over_real_noise_and_never_in_it(sound: np.ndarray, bed: str) -> None:
    under = np.resize(clips.clip(bed), sound.size + 16000) * 10 ** (-26 / 20)
    under[8000 : 8000 + sound.size] += sound
    found = Heard(under).tones
    assert found
    assert {name.split(":")[0] for name in found} == {"ringback" if sound.size > 40000 else "sit"}


def repeats(*names_and_lines: tuple[str, str]) -> list[bool]:
    """Whether each, one after the other, was recognised as heard before."""
    detector, found = RepeatDetector(SpeechMemory()), []
    silence = LineScore(1, 0, 0, 0, 0)
    for name, line in names_and_lines:
        each, was = heard(name, line), False
        for bands, score in zip(each.bands, each.scores, strict=True):
            was |= detector.update(bands, score, is_ours=False)
        for _ in range(12):
            detector.update(each.bands[-1], silence, is_ours=False)
        found.append(was)
    return found


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("name", SPEECH)
def test_a_recording_is_recognised_when_it_comes_again(name: str, line: str) -> None:
    others = [(each, "as recorded") for each in SPEECH if each != name]
    assert repeats(*others, (name, "as recorded"), (name, line))[-1]


@pytest.mark.parametrize("name", ["prompt-en-gsm", "person-libri-gsm"])
def test_a_recording_is_recognised_behind_gsm(name: str) -> None:
    assert repeats((name.rsplit("-", 1)[0], "as recorded"), (name, "as recorded")) == [False, True]


def test_no_recording_is_taken_for_another() -> None:
    everything = [(name, line) for line in ("as recorded",) for name in [*SPEECH, "people-meeting"]]
    assert repeats(*everything) == [False] * len(everything)

"""Reading recordings back: any part of them as one channel, and peaks."""

import io
from pathlib import Path
import struct
import wave

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.hold_slayer.engine.media.recorded_audio import RecordedAudio, RecordedAudioError
from custom_components.hold_slayer.engine.media.wav_writer import WavWriter
from custom_components.hold_slayer.engine.model.recording import RecordingMark, RecordingTracks


def written(folder: Path, tracks: RecordingTracks, *samples: int) -> Path:
    path = folder / f"{tracks}.wav"
    path.unlink(missing_ok=True)
    writer = WavWriter(path, tracks)
    writer.write(struct.pack(f"<{len(samples)}h", *samples))
    writer.finish([RecordingMark(0, "answered")])
    return path


def samples_of(wav: bytes) -> list[int]:
    with wave.open(io.BytesIO(wav)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (1, 8000, 2)
        frames = file.readframes(file.getnframes())
    return list(struct.unpack(f"<{len(frames) // 2}h", frames))


def test_three_channels_become_the_mixed_one(tmp_path: Path) -> None:
    path = written(tmp_path, RecordingTracks.ALL, 1, 2, 3, -4, -5, -6, 7, 8, 9)
    with RecordedAudio(path) as audio:
        assert (audio.samples, audio.duration_s) == (3, 3 / 8000)
        whole = audio.mono(0, audio.mono_bytes)
        assert len(whole) == audio.mono_bytes
        assert samples_of(whole) == [3, -6, 9]


def test_one_channel_stays_as_it_is_without_its_marks(tmp_path: Path) -> None:
    with RecordedAudio(written(tmp_path, RecordingTracks.FAR, 10, -20)) as audio:
        assert samples_of(audio.mono(0, 10_000)) == [10, -20]


@settings(max_examples=60, deadline=None)
@given(st.integers(-3, 70), st.integers(-3, 90), st.sampled_from([RecordingTracks.ALL, RecordingTracks.MIXED]))
def test_any_part_is_that_part_of_the_whole(
    tmp_path_factory: pytest.TempPathFactory, start: int, stop: int, tracks: RecordingTracks
) -> None:
    path = written(tmp_path_factory.mktemp("part"), tracks, *range(1, 31))
    with RecordedAudio(path) as audio:
        whole = audio.mono(0, audio.mono_bytes)
        assert audio.mono(start, stop) == (whole[max(start, 0) : stop] if stop > 0 else b"")


def test_peaks_by_track(tmp_path: Path) -> None:
    frames = [(100, 0, 50)] * 8000 + [(-32768, 0, 0)] * 8000 + [(0, 16384, 0)] * 8000
    path = written(tmp_path, RecordingTracks.ALL, *(sample for frame in frames for sample in frame))
    with RecordedAudio(path) as audio:
        assert audio.peaks(3) == {"far": [1, 255, 0], "near": [0, 0, 128], "mixed": [0, 0, 0]}
        assert audio.peaks(6)["near"] == [0, 0, 0, 0, 128, 128], "again, from the start"


def test_parts_larger_than_what_is_held_at_a_time(tmp_path: Path) -> None:
    samples = [0] * 200_000
    samples[150_000] = 32767
    with RecordedAudio(written(tmp_path, RecordingTracks.MIXED, *samples)) as audio:
        assert audio.peaks(1) == {"mixed": [255]}
        assert audio.peaks(4) == {"mixed": [0, 0, 0, 255]}


def test_fewer_samples_than_parts(tmp_path: Path) -> None:
    with RecordedAudio(written(tmp_path, RecordingTracks.MIXED, 0, 32767)) as audio:
        assert audio.peaks(100) == {"mixed": [0, 255]}
    with RecordedAudio(written(tmp_path, RecordingTracks.MIXED)) as audio:
        assert audio.peaks(100) == {"mixed": []}
        assert samples_of(audio.mono(0, 100)) == []


@pytest.mark.parametrize("content", [b"", b"RIFF", b"hello, this is no sound at all", bytes(1000)])
def test_no_recording(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    with pytest.raises(RecordedAudioError):
        RecordedAudio(path)


def test_somebody_elses_recording(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44100)
        file.writeframes(bytes(400))
    with pytest.raises(RecordedAudioError):
        RecordedAudio(path)
    with pytest.raises(FileNotFoundError):
        RecordedAudio(tmp_path / "none.wav")

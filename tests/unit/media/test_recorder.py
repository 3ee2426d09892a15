"""Recordings: what stands in the file, and what slow, full, failing or killed does to it."""

import asyncio
import os
from pathlib import Path
import signal
import subprocess
import sys
import threading
import wave

import numpy as np
import pytest

from custom_components.hold_slayer.engine.audio.wav import WavError, decode_wav, read_marks, read_wav
from custom_components.hold_slayer.engine.media import recorder as recorder_module
from custom_components.hold_slayer.engine.media.recorder import Recorder
from custom_components.hold_slayer.engine.media.wav_writer import WavWriter, repair
from custom_components.hold_slayer.engine.model.audio_frame import FRAME_BYTES, FRAME_SAMPLES, AudioFrame
from custom_components.hold_slayer.engine.model.recording import MarkName, RecordingScope, RecordingTracks

ROOT = Path(__file__).resolve().parents[3]


def tone(value: int) -> bytes:
    return value.to_bytes(2, "little", signed=True) * FRAME_SAMPLES


def channels_of(path: Path) -> np.ndarray:
    """Samples by channel, as a program that knows nothing of us reads them."""
    with wave.open(str(path), "rb") as file:
        assert (file.getframerate(), file.getsampwidth()) == (8000, 2)
        data = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return data.reshape(-1, file.getnchannels()).T


def feed(recorder: Recorder, frames: int, far: int = 1000, near: int | None = None, start: int = 0) -> None:
    for index in range(start, start + frames):
        if near is not None:
            recorder.near(tone(near))
        recorder.far(AudioFrame(tone(far), index))


@pytest.mark.parametrize(
    ("tracks", "expected"),
    [
        (RecordingTracks.FAR, [[1000]]),
        (RecordingTracks.NEAR, [[-300]]),
        (RecordingTracks.MIXED, [[700]]),
        (RecordingTracks.ALL, [[1000], [-300], [700]]),
    ],
)
async def test_tracks(tmp_path: Path, tracks: RecordingTracks, expected: list[list[int]]) -> None:
    path = tmp_path / "call.wav"
    recorder = Recorder(path, tracks)
    feed(recorder, 60, near=-300)
    report = await recorder.finish()
    assert (report.path, report.seconds, report.dropped_frames, report.failure) == (path, 1.2, 0, "")
    heard = channels_of(path)
    assert heard.shape == (len(expected), 60 * FRAME_SAMPLES)
    for side, (value,) in zip(heard, expected, strict=True):
        assert set(side) == {value}
    assert os.listdir(tmp_path) == ["call.wav"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert set(read_wav(path)) == {expected[0][0]}  # the far end where there is one


async def test_loud_on_both_sides_is_clipped_not_wrapped(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.wav", RecordingTracks.MIXED)
    feed(recorder, 1, far=30000, near=30000)
    await recorder.finish()
    assert set(channels_of(tmp_path / "a.wav")[0]) == {32767}


async def test_a_pause_is_silence_of_the_same_length_and_marked(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.wav", RecordingTracks.ALL)
    feed(recorder, 10, near=5)
    recorder.pause("fact")
    recorder.pause("nobody agreed")
    feed(recorder, 20, far=31337, near=4242, start=10)
    recorder.resume("fact")
    feed(recorder, 5, far=31337, near=4242, start=30)
    assert recorder.is_paused
    recorder.resume("nobody agreed")
    recorder.resume("never given")
    feed(recorder, 10, near=5, start=35)
    await recorder.finish()
    heard = channels_of(tmp_path / "a.wav")
    assert heard.shape[1] == 45 * FRAME_SAMPLES
    assert not heard[:, 10 * FRAME_SAMPLES : 35 * FRAME_SAMPLES].any()
    assert heard[0, 35 * FRAME_SAMPLES :].tolist() == [1000] * 10 * FRAME_SAMPLES
    marks = read_marks((tmp_path / "a.wav").read_bytes())
    assert [(mark.sample // FRAME_SAMPLES, mark.name) for mark in marks] == [(10, "paused"), (35, "resumed")]
    assert marks[1].t_s == 0.7


async def test_a_slow_disk_never_blocks_and_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder_module, "_MOST_BATCHES", 4)
    gate = threading.Event()

    def slow(_wanted: int) -> bool:
        gate.wait(20)
        return True

    told: list[str] = []
    recorder = Recorder(tmp_path / "a.wav", RecordingTracks.FAR, make_room=slow, on_failed=told.append)
    feed(recorder, 25 * 12)  # returns at once although nothing is written
    gate.set()
    for _ in range(500):
        if recorder._queue.empty():
            break
        await asyncio.sleep(0.01)
    feed(recorder, 25, far=77, start=300)
    report = await recorder.finish()
    assert report.path is not None
    assert 6 * 25 <= report.dropped_frames <= 8 * 25
    assert told == ["slow"]
    heard = channels_of(report.path)[0]
    assert len(heard) == 325 * FRAME_SAMPLES, "times stay right"
    assert set(heard[-25 * FRAME_SAMPLES :]) == {77}
    assert (heard == 0).sum() == report.dropped_frames * FRAME_SAMPLES
    assert MarkName.LOST in {mark.name for mark in read_marks(report.path.read_bytes())}


async def test_no_room_keeps_what_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder_module, "_MOST_BATCHES", 10_000)  # faster than life, but never too slow
    told: list[str] = []
    rooms = [True, False]
    recorder = Recorder(
        tmp_path / "a.wav", RecordingTracks.FAR, make_room=lambda _: rooms.pop(0), on_failed=told.append
    )
    for start in range(0, 50 * 80, 50):
        feed(recorder, 50, start=start)
        await asyncio.sleep(0)
    for _ in range(500):
        if told:
            break
        await asyncio.sleep(0.01)
    report = await recorder.finish()
    assert told == ["no_room"]
    assert report.failure == "no_room"
    assert report.path is not None
    assert 0 < report.path.stat().st_size <= recorder_module.ROOM_BYTES + 1000


async def test_a_disk_that_hangs_does_not_hold_the_end_of_the_call_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "_FINISH_S", 0.05)
    gate = threading.Event()

    def hang(_wanted: int) -> bool:
        return gate.wait(20)

    recorder = Recorder(tmp_path / "a.wav", RecordingTracks.FAR, make_room=hang)
    feed(recorder, 30)
    async with asyncio.timeout(5):
        report = await recorder.finish()
    assert (report.path, report.failure) == (None, "slow")
    gate.set()
    recorder._thread.join(5)
    assert (await recorder.finish()).path == tmp_path / "a.wav", "it was finished after all"


async def test_a_folder_that_is_gone_is_told_once(tmp_path: Path) -> None:
    told: list[str] = []
    recorder = Recorder(tmp_path / "gone" / "a.wav", RecordingTracks.FAR, on_failed=told.append)
    feed(recorder, 100)
    report = await recorder.finish()
    await asyncio.sleep(0)
    assert (report.path, report.failure, told) == (None, "disk", ["disk"])


async def test_a_disk_that_fails_in_the_middle_leaves_a_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    count = 0
    write = WavWriter.write

    def failing(self: WavWriter, pcm: bytes) -> None:
        nonlocal count
        count += 1
        if count > 2:
            raise OSError(5, "Input/output error")
        write(self, pcm)

    monkeypatch.setattr(WavWriter, "write", failing)
    recorder = Recorder(tmp_path / "a.wav", RecordingTracks.FAR, on_failed=told.append)
    feed(recorder, 200)
    report = await recorder.finish()
    await asyncio.sleep(0)
    assert (report.path, told) == (None, ["disk"])
    repaired = repair(tmp_path / "a.wav.part")
    assert repaired == tmp_path / "a.wav"
    assert channels_of(repaired).shape == (1, 50 * FRAME_SAMPLES)


KILLED = """
import asyncio, sys
from pathlib import Path
from engine.media.recorder import Recorder
from engine.model.audio_frame import AudioFrame
from engine.model.recording import RecordingTracks

async def main():
    recorder = Recorder(Path(sys.argv[1]), RecordingTracks.ALL)
    for index in range(1000):
        recorder.near(b"\\x02\\x00" * 160)
        recorder.far(AudioFrame(b"\\x01\\x00" * 160, index))
    part = Path(sys.argv[1] + ".part")
    while not part.exists() or part.stat().st_size < 1000 * 960:
        await asyncio.sleep(0.01)
    print("written", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def test_after_a_kill_the_recording_is_repaired(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    env = {**os.environ, "PYTHONPATH": str(ROOT / "custom_components/hold_slayer")}
    with subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, env=env) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"written\n"
        process.send_signal(signal.SIGKILL)
    assert not path.exists()
    part = path.with_name("call.wav.part")
    with part.open("ab") as file:
        file.write(b"\x07\x00\x07")  # the kill came in the middle of a sample
    assert set(read_wav(part)) <= {1, 7}, "even unrepaired it can be heard"
    assert repair(part) == path
    heard = channels_of(path)
    assert heard.shape == (3, 1000 * FRAME_SAMPLES)
    assert [set(side) for side in heard] == [{1}, {2}, {3}]
    assert not part.exists()


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not a recording at all", "head only"])
def test_a_part_without_audio_is_deleted(tmp_path: Path, content: bytes | str) -> None:
    part = tmp_path / "a.wav.part"
    if isinstance(content, bytes):
        part.write_bytes(content)
    else:
        WavWriter(tmp_path / "a.wav", RecordingTracks.FAR).abandon()
    assert repair(part) is None
    assert list(tmp_path.iterdir()) == []


def test_a_stranger_with_three_channels_is_refused(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setnchannels(3)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(600))
    with pytest.raises(WavError, match="3 channels"):
        read_wav(tmp_path / "a.wav")


def test_damaged_marks_are_an_error_of_their_own(tmp_path: Path) -> None:
    writer = WavWriter(tmp_path / "a.wav", RecordingTracks.FAR)
    writer.write(bytes(FRAME_BYTES))
    writer.finish()
    data = (tmp_path / "a.wav").read_bytes()
    assert read_marks(data) == ()
    assert len(decode_wav(data + b"cue \x04\x00\x00\x00\xff\xff\x00\x00")) == FRAME_SAMPLES
    with pytest.raises(WavError, match="cut off"):
        read_marks(data + b"cue \x04\x00\x00\x00\xff\xff\x00\x00")


def test_a_call_may_only_narrow_what_is_recorded() -> None:
    for scope in RecordingScope:
        assert scope.narrowed(is_wanted=None) is scope.narrowed(is_wanted=True) is scope
        assert scope.narrowed(is_wanted=False) is RecordingScope.OFF

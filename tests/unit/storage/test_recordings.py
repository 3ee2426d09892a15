"""The folder of recordings: quota, age, room, repair."""

import os
from pathlib import Path
import shutil
import time

import pytest

from custom_components.hold_slayer.engine.ports import ServiceError
from custom_components.hold_slayer.storage.recordings import RecordingStore

MB = 1 << 20


def name(number: int) -> str:
    return f"{number:032x}"


def put(folder: Path, number: int, size: int, age_s: float = 0.0, suffix: str = ".wav") -> Path:
    path = folder / f"{name(number)}{suffix}"
    with path.open("wb") as file:
        file.truncate(size)
    os.utime(path, (time.time() - age_s,) * 2)
    return path


def store(folder: Path, quota: int = 20 * MB, age_s: float = 1000.0, floor: int = 0) -> RecordingStore:
    return RecordingStore(folder, quota_bytes=quota, max_age_s=age_s, floor_bytes=floor)


async def test_the_oldest_make_room(tmp_path: Path) -> None:
    for number in range(4):
        put(tmp_path, number, 5 * MB, age_s=400 - number)
    (tmp_path / "notes.txt").write_text("not ours")
    made = store(tmp_path)
    path = await made.place(name(9))
    assert path == tmp_path / f"{name(9)}.wav"
    left = set(os.listdir(tmp_path))
    assert left == {f"{name(number)}.wav" for number in (1, 2, 3)} | {"notes.txt"}
    put(tmp_path, 9, 6 * MB, suffix=".wav.part")
    assert made.make_room(path, MB)
    assert not (tmp_path / f"{name(1)}.wav").exists()
    assert sum((tmp_path / item).stat().st_size for item in os.listdir(tmp_path)) + MB <= 20 * MB


def test_the_running_recording_alone_may_not_pass_the_quota(tmp_path: Path) -> None:
    part = put(tmp_path, 9, 19 * MB + 1, suffix=".wav.part")
    assert not store(tmp_path).make_room(tmp_path / f"{name(9)}.wav", MB)
    assert part.exists()


def test_another_call_in_progress_is_not_deleted(tmp_path: Path) -> None:
    other = put(tmp_path, 1, 15 * MB, suffix=".wav.part")
    assert not store(tmp_path).make_room(tmp_path / f"{name(9)}.wav", 10 * MB)
    assert other.exists()


async def test_the_rest_of_the_disk_is_left_alone(tmp_path: Path) -> None:
    old = put(tmp_path, 1, 5 * MB)
    made = store(tmp_path, floor=shutil.disk_usage(tmp_path).free + 10_000 * MB)
    with pytest.raises(ServiceError, match="no room"):
        await made.place(name(9))
    assert not old.exists(), "ours go first"


async def test_age(tmp_path: Path) -> None:
    old, young = put(tmp_path, 1, 10, age_s=1001), put(tmp_path, 2, 10, age_s=900)
    await store(tmp_path).tidy()
    assert not old.exists()
    assert young.exists()
    assert store(tmp_path).path_of(name(2)) == young
    assert store(tmp_path).path_of(name(1)) is None
    assert store(tmp_path).path_of("../../etc/passwd") is None


def test_prepare_repairs_and_tidies(tmp_path: Path) -> None:
    from custom_components.hold_slayer.engine.media.wav_writer import WavWriter
    from custom_components.hold_slayer.engine.model.recording import RecordingTracks

    writer = WavWriter(tmp_path / f"{name(1)}.wav", RecordingTracks.MIXED)
    writer.write(bytes(320))
    writer.abandon()
    put(tmp_path, 2, 0, suffix=".wav.part")
    put(tmp_path, 3, 10, age_s=2000)
    assert store(tmp_path).prepare() == [name(1)]
    assert [item.name for item in tmp_path.iterdir()] == [f"{name(1)}.wav"]


async def test_a_folder_that_cannot_be_is_a_service_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    made = store(tmp_path / "file" / "recordings")
    with pytest.raises(ServiceError, match="cannot be used"):
        await made.place(name(1))


async def test_what_cannot_be_deleted_is_told_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    put(tmp_path, 1, 10, age_s=5000)

    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    await store(tmp_path).tidy()
    store(tmp_path).delete_all()
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
    with pytest.raises(ServiceError, match="Permission denied"):
        store(tmp_path).prepare()


async def test_nothing_is_made_before_the_first_recording(tmp_path: Path) -> None:
    folder = tmp_path / "recordings" / "entry"
    made = store(folder)
    assert made.prepare() == []
    made.delete_all()
    assert not folder.exists()
    path = await made.place(name(1))
    assert folder.stat().st_mode & 0o777 == 0o700
    path.touch()
    made.delete_all()
    assert not folder.exists()

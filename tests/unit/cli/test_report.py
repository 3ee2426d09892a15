"""``hold-slayer report`` and its replay: what is packed, what never is, and what strangers' files do."""

from dataclasses import replace
import json
from pathlib import Path
import sqlite3
import zipfile

import numpy as np
import pytest

from custom_components.hold_slayer.engine.agent.recording import CallRecording, NotedHearing
from custom_components.hold_slayer.engine.audio.wav import WavError, decode_wav, read_marks
from custom_components.hold_slayer.engine.cli import main, report_file
from custom_components.hold_slayer.engine.cli.replay import analyze
from custom_components.hold_slayer.engine.media.recorder import Recorder
from custom_components.hold_slayer.engine.media.wav_writer import WavWriter
from custom_components.hold_slayer.engine.model.audio_frame import FRAME_BYTES, AudioFrame
from custom_components.hold_slayer.engine.model.call_event import (
    FrameLabelledEvent,
    ToneHeardEvent,
    VerdictChangedEvent,
)
from custom_components.hold_slayer.engine.model.phase import Verdict
from custom_components.hold_slayer.engine.model.recording import RecordingScope, RecordingTracks
from tests.fakes import sounds

CALL_ID = f"{0xC0FFEE:032x}"


def a_call() -> bytes:
    """Ringing, a menu, keys, music, a person who greets and waits, a busy tone."""
    return sounds.pcm(
        sounds.join(
            sounds.cadence((440.0, 480.0), (2.0, 4.0), 1)[:24000], sounds.speech(4, seed=2), sounds.silence(1),
            sounds.music(8), sounds.silence(0.4), sounds.greeting(), sounds.silence(3),
            sounds.cadence((480.0, 620.0), (0.5, 0.5), 5),
        )
    )  # fmt: skip


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[float, str]]]:
    """A recording as a call makes it, and what the hearing of that call believed."""
    import asyncio

    folder = tmp_path_factory.mktemp("config")
    path = folder / "hold_slayer_recordings" / "entry" / f"{CALL_ID}.wav"
    path.parent.mkdir(parents=True)
    heard: list[tuple[float, str]] = []

    async def call() -> None:
        recording = CallRecording(CALL_ID, RecordingScope.ALL, None, print)
        recorder = recording._recorder = Recorder(path, RecordingTracks.ALL)
        hearing, audio = NotedHearing(recording), a_call()
        for index in range(len(audio) // FRAME_BYTES):
            match index:
                case 130:
                    hearing.answered()
                case 400:
                    hearing.digits_sent()
                case 401:
                    hearing.local_speech(is_speaking=True)
                case 437:
                    hearing.local_speech(is_speaking=False)
                case 1003:
                    hearing.not_human()
                case _:
                    pass
            frame = AudioFrame(audio[index * FRAME_BYTES : (index + 1) * FRAME_BYTES], index)
            recorder.near(bytes(FRAME_BYTES))
            recording.hear(frame)
            for event in hearing.feed(frame):
                if isinstance(event, VerdictChangedEvent) and event.verdict is not Verdict.UNCERTAIN:
                    heard.append((round(event.t_s, 2), event.verdict.value))
                    if event.verdict is Verdict.HOLD:
                        hearing.hold_expected()
                elif isinstance(event, ToneHeardEvent):
                    heard.append((round(event.t_s, 2), event.name))
        await recorder.finish()

    asyncio.run(call())
    return path, heard


@pytest.fixture(scope="module")
def config(live: tuple[Path, object]) -> Path:
    """The configuration folder of a Home Assistant with one call in its history."""
    folder = live[0].parents[2]
    with sqlite3.connect(folder / "hold_slayer.db") as connection:
        connection.execute(
            "CREATE TABLE calls (call_id, entry_id, number, company, goal, started_at, answered_at, ended_at, hold_s,"
            " outcome, sentence, recording, strip)"
        )
        connection.execute("CREATE TABLE events (event_id INTEGER PRIMARY KEY, call_id, kind, at, t_s, data)")
        row = (
            CALL_ID,
            "entry",
            "+15550100",
            "Acme Bank",
            "the secret goal",
            1000.0,
            1002.6,
            1040.0,
            14.04,
            "connected",
        )
        strip = json.dumps([[0.0, "music"], [40.0, ""]])
        connection.execute("INSERT INTO calls VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", (*row, "", "x.wav", strip))
        connection.execute("INSERT INTO calls VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", ("f" * 32, *row[1:], "", "", "[]"))
        for kind, data in (
            ("started", {"goal": "the secret goal"}),
            ("prompt_heard", {"text": "call us back on 0 800 555-0100 or press 2"}),
            ("target_ringing", {"target": "Kitchen phone"}),
            ("ended", {"outcome": "connected", "sentence": "You were put through."}),
        ):
            values = (CALL_ID, kind, 1000.0, 1.234, json.dumps(data))
            connection.execute("INSERT INTO events (call_id, kind, at, t_s, data) VALUES (?,?,?,?,?)", values)
    connection.close()
    return folder


def unpacked(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def error_of(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """The one line that goes with status 1."""
    assert main([str(argument) for argument in arguments]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    (line,) = output.err.splitlines()
    return line


def test_a_replay_hears_what_the_call_heard(live: tuple[Path, list[tuple[float, str]]]) -> None:
    path, heard = live
    data = path.read_bytes()
    lines = [line for line in analyze(decode_wav(data), read_marks(data)) if line.kind != "frame"]
    again = [(line.t, str(line.values.get("state", line.values.get("name")))) for line in lines]
    assert [item for item in again if item[1] != "ended"] == heard
    assert {"hold", "human", "busy", "ringback"} <= {name for _, name in heard}
    blind = [line for line in analyze(decode_wav(data)) if line.kind == "state"]
    assert [line.t for line in blind] != [line.t for line in lines if line.kind == "state"], "the marks matter"


def test_report_of_a_recording_is_replayed_with_the_same_result(
    live: tuple[Path, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "r.zip"
    assert main(["report", str(live[0]), "--consent", "-o", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    assert main(["analyze", str(live[0])]) == 0
    direct = capsys.readouterr().out
    assert main(["analyze", str(out)]) == 0
    replay = capsys.readouterr()
    assert replay.out == direct
    assert "the replay gives the same" in replay.err
    files = unpacked(out)
    assert set(files) == {"report.json", "audio.wav", "cues.jsonl", "verdicts.jsonl", "strip.json"}
    cues = [json.loads(line) for line in files["cues.jsonl"].splitlines()]
    assert len(cues) == len(a_call()) // 1600
    assert {"t", "label", "level_db", "repeat", "silence", "tone", "music", "speech", "speech_over_music"} == cues[
        0
    ].keys()
    assert all(
        abs(sum(row[name] for name in ("silence", "tone", "music", "speech", "speech_over_music")) - 1) < 0.01
        for row in cues
    )
    about = json.loads(files["report.json"])
    assert (about["has_pauses"], about["hold_slayer"], about["call"]) == (False, "0.1.0", {})
    strip = json.loads(files["strip.json"])
    assert {"music", "human"} <= {row[1] for row in strip}


@pytest.mark.parametrize("seconds", [0.33, 20, 1300])
def test_a_recording_of_any_length_is_drawn_with_its_marks(
    live: tuple[Path, object], tmp_path: Path, seconds: float
) -> None:
    from custom_components.hold_slayer.engine.cli.analysis_plot import draw

    data = live[0].read_bytes()
    samples = decode_wav(data)[: int(seconds * 8000)]
    lines = list(analyze(samples, read_marks(data)))
    if seconds > 1000:
        samples = np.resize(samples, int(seconds * 8000))
    draw(samples, lines, tmp_path / "out.png", read_marks(data), title="a call")
    picture = (tmp_path / "out.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20]) == 1400


def test_an_announcement_heard_twice_is_a_recording_in_strip_and_cues(tmp_path: Path) -> None:
    words = sounds.speech(4, seed=3)
    twice = sounds.join(
        sounds.music(6), words, sounds.silence(1), sounds.music(6), words, sounds.silence(1), sounds.music(3)
    )
    wav, out = tmp_path / "a.wav", tmp_path / "r.zip"
    writer = WavWriter(wav, RecordingTracks.FAR)
    writer.write(sounds.pcm(twice))
    writer.finish()
    assert main(["report", str(wav), "--consent", "-o", str(out)]) == 0
    files = unpacked(out)
    repeats = [row["t"] for row in map(json.loads, files["cues.jsonl"].splitlines()) if row["repeat"]]
    assert 17.3 < repeats[0] < 20.5, "in the course of the second time"
    rows = json.loads(files["strip.json"])
    times = [row[0] for row in rows if row[1] == "recording"]
    assert times
    assert times[-1] == pytest.approx(17.0, abs=0.8), "from its first word on"


def test_report_of_a_call_holds_nothing_private(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    diagnostics = tmp_path / "d.json"
    settings = {
        "data": {"transport": "tls", "host": "pbx.private.example", "username": "**REDACTED**"},
        "options": {
            "hold_minutes": 45,
            "contacts": [{"number": "5550100"}],
            "model": {"llm": "none", "llm_url": "http://private"},
        },
    }
    diagnostics.write_text(json.dumps({"home_assistant": {"version": "x"}, "data": settings}))
    for words in ((), ("--with-transcript",)):
        out = tmp_path / f"{len(words)}.zip"
        assert (
            main(
                [
                    "report",
                    CALL_ID,
                    "--consent",
                    "--config",
                    str(config),
                    "--diagnostics",
                    str(diagnostics),
                    "-o",
                    str(out),
                    *words,
                ]
            )
            == 0
        )
        files = unpacked(out)
        text = b"".join(content for name, content in files.items() if name != "audio.wav").decode()
        for private in (
            "5550100",
            "555-0100",
            "800 555",
            "Acme",
            "secret goal",
            "Kitchen",
            "private",
            "REDACTED",
            CALL_ID,
        ):
            assert private not in text, private
        events = [json.loads(line) for line in files["events.jsonl"].splitlines()]
        assert [event["kind"] for event in events] == ["started", "prompt_heard", "target_ringing", "ended"]
        assert events[0] == {"t_s": 1.23, "kind": "started"}
        assert events[1].get("text") == ("call us back on [number] or press 2" if words else None)
        about = json.loads(files["report.json"])
        assert about["call"] == {"outcome": "connected", "hold_s": 14.0, "answered_after_s": 2.6, "lasted_s": 40.0}
        assert about["settings"] == {"data.transport": "tls", "options.hold_minutes": 45, "options.model.llm": "none"}
        assert json.loads(files["strip.json"]) == [[0.0, "music"], [40.0, ""]]
    capsys.readouterr()


def test_only_with_consent(
    config: Path, live: tuple[Path, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "r.zip"
    assert "--consent" in error_of(capsys, "report", live[0], "-o", out)
    assert "--consent" in error_of(capsys, "report", CALL_ID, "--config", config, "-o", out)
    assert not out.exists()


def test_what_cannot_be_packed(
    config: Path, live: tuple[Path, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    consent = ("--consent", "-o", tmp_path / "r.zip")
    assert "no such recording" in error_of(capsys, "report", tmp_path / "none.wav", *consent)
    assert "not the id of a call" in error_of(capsys, "report", "yesterday", *consent)
    assert "--config" in error_of(capsys, "report", CALL_ID, *consent)
    assert "does not know" in error_of(capsys, "report", "a" * 32, "--config", config, *consent)
    assert "not recorded" in error_of(capsys, "report", "f" * 32, "--config", config, *consent)
    assert "no history" in error_of(capsys, "report", CALL_ID, "--config", tmp_path, *consent)
    (tmp_path / "hold_slayer.db").write_text("not a database at all, but long enough to look like one" * 20)
    assert "cannot be read" in error_of(capsys, "report", CALL_ID, "--config", tmp_path, *consent)
    (tmp_path / "d.json").write_text("not JSON")
    assert "diagnostics" in error_of(capsys, "report", live[0], "--diagnostics", tmp_path / "d.json", *consent)
    (tmp_path / "text.wav").write_text("text")
    assert "RIFF" in error_of(capsys, "report", tmp_path / "text.wav", *consent)
    assert not (tmp_path / "r.zip").exists()
    (tmp_path / "r.zip").write_text("somebody's")
    assert "exists" in error_of(capsys, "report", live[0], *consent)
    assert (tmp_path / "r.zip").read_text() == "somebody's"


# --- strangers' files -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def good(live: tuple[Path, object], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("good") / "r.zip"
    assert main(["report", str(live[0]), "--consent", "-o", str(out)]) == 0
    return unpacked(out)


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def about(**changes: object) -> bytes:
    return json.dumps({"format": "hold-slayer-report", "version": 1, **changes}).encode()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"report.json": None}, "report.json is missing"),
        ({"audio.wav": None}, "audio.wav is missing"),
        ({"report.json": b"{"}, "cannot be read"),
        ({"report.json": b"[]"}, "something else"),
        ({"report.json": about(format="other")}, "something else"),
        ({"report.json": about(version=99)}, "newer version"),
        ({"report.json": about(version="1")}, "newer version"),
        ({"../../evil.sh": b"x"}, "more in it than belongs there"),
        ({"audio.wav": b"text"}, "RIFF"),
    ],
)
def test_foreign_files(
    good: dict[str, bytes],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    changes: dict[str, bytes | None],
    expected: str,
) -> None:
    files = {name: content for name, content in {**good, **changes}.items() if content is not None}
    path = zipped(tmp_path / "r.zip", files)
    assert expected in error_of(capsys, "analyze", path)


def test_not_a_zip_and_no_file(good: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text.zip").write_text("text")
    assert "not a ZIP" in error_of(capsys, "analyze", tmp_path / "text.zip")
    whole = zipped(tmp_path / "r.zip", good).read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    assert "not a ZIP" in error_of(capsys, "analyze", tmp_path / "cut.zip")
    flipped = bytearray(whole)
    flipped[len(whole) // 3] ^= 0xFF
    (tmp_path / "flipped.zip").write_bytes(flipped)
    assert "not a ZIP" in error_of(capsys, "analyze", tmp_path / "flipped.zip")
    assert "No such file" in error_of(capsys, "analyze", tmp_path / "none.zip")


def test_bombs(
    good: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = zipped(tmp_path / "bomb.zip", {**good, "strip.json": bytes(30 << 20)})
    assert bomb.stat().st_size < 3 << 20
    assert "30 MB" in error_of(capsys, "analyze", bomb)
    # The same when the directory of the file lies about the size.
    checked = report_file._checked

    def lying(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
        infos = archive.infolist()
        for info in infos:
            info.file_size = min(info.file_size, 1 << 20)
        return checked(archive)

    monkeypatch.setattr(report_file, "_checked", lying)
    message = error_of(capsys, "analyze", bomb)
    assert "larger than a report can be" in message or "not a ZIP" in message


def test_doubled_names_and_a_changed_replay(
    good: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = zipped(tmp_path / "r.zip", good)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("report.json", about())
    assert "more in it" in error_of(capsys, "analyze", path)
    lines = good["verdicts.jsonl"].splitlines(keepends=True)
    other = zipped(tmp_path / "o.zip", {**good, "verdicts.jsonl": b"".join([lines[0], *lines[2:]])})
    assert main(["analyze", str(other), "--json"]) == 0
    assert "differs from the report (made by 0.1.0) from its state or tone 2 on" in capsys.readouterr().err


def test_marks_of_other_programs_are_not_ours(live: tuple[Path, object]) -> None:
    data = live[0].read_bytes()
    assert read_marks(data)
    assert read_marks(data.replace(b"Hold Slayer", b"Other Maker")) == ()
    assert np.array_equal(decode_wav(data[: len(data) - 200]), decode_wav(data))


async def test_a_replay_knows_what_earlier_calls_to_the_number_had_taught(tmp_path: Path) -> None:
    audio = sounds.pcm(
        sounds.join(
            sounds.music(6), sounds.silence(0.4), sounds.speech(5, seed=11), sounds.silence(0.4), sounds.music(4)
        )
    )
    frames = [
        AudioFrame(audio[at : at + FRAME_BYTES], at // FRAME_BYTES)
        for at in range(0, len(audio) - FRAME_BYTES + 1, FRAME_BYTES)
    ]
    before = NotedHearing(CallRecording("before", RecordingScope.OFF, None, print))
    before.answered()
    for frame in frames:
        before.feed(frame)

    class Shelf:
        tracks = RecordingTracks.FAR

        async def place(self, call_id: str) -> Path:
            return tmp_path / f"{call_id}.wav"

        def make_room(self, _path: Path, _wanted: int) -> bool:
            return True

    class Media:
        def add_sent_sink(self, _sink: object) -> None:
            pass

    recording = CallRecording("now", RecordingScope.ALL, Shelf(), print)
    hearing = NotedHearing(recording)
    hearing.restore_marks(before.export_marks(20_000), 20_001)
    await recording.start(Media())
    hearing.answered()
    repeats = []
    for frame in frames:
        recording.hear(frame)
        labelled = [event for event in hearing.feed(frame) if isinstance(event, FrameLabelledEvent)]
        repeats += [float(hearing.is_repeat) for _ in labelled]
    await recording.finish()
    assert any(repeats), "heard in the call before"

    data = (tmp_path / "now.wav").read_bytes()
    samples, marks = decode_wav(data), read_marks(data)
    assert [mark.name for mark in marks] == ["known", "answered"]
    told = [line.cues["repeat"] for line in analyze(samples, marks) if line.kind == "frame"]
    assert told[: len(repeats)] == repeats
    blind = [line.cues["repeat"] for line in analyze(samples, marks[1:]) if line.kind == "frame"]
    assert not any(blind)

    damaged = replace(marks[0], data=marks[0].data[:40])
    with pytest.raises(WavError, match="damaged"):
        list(analyze(samples, (damaged, marks[1])))

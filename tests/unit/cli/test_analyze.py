"""``hold-slayer analyze``: keys and values of its lines, and one line on stderr with status 2 for bad input."""

import json
from pathlib import Path
import struct
import subprocess
import sys

import numpy as np
import pytest

from custom_components.hold_slayer.engine.cli import main
from tests.fakes import sounds

PACKAGE = Path(__file__).resolve().parents[3] / "custom_components/hold_slayer"


def write_wav(path: Path, sound: np.ndarray, *, channels: int = 1) -> Path:
    data = sounds.pcm(sound)
    head = struct.pack("<HHIIHH", 1, channels, 8000, 16000, 2, 16)
    path.write_bytes(
        b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + struct.pack("<I", 16) + head
        + b"data" + struct.pack("<I", len(data)) + data
    )  # fmt: skip
    return path


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Path:
    ring = sounds.cadence((440.0, 480.0), (2.0, 4.0), 1)[:24000]
    sound = sounds.join(
        ring, sounds.speech(4, seed=2), sounds.dtmf("5", 0.2), sounds.silence(1), sounds.music(8), sounds.silence(0.4),
        sounds.greeting(), sounds.silence(3), sounds.cadence((480.0, 620.0), (0.5, 0.5), 5),
    )  # fmt: skip
    return write_wav(tmp_path_factory.mktemp("wav") / "call.wav", sound)


def test_json_lines(call: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", str(call), "--json"]) == 0
    output = capsys.readouterr()
    assert output.err == ""
    lines = [json.loads(line) for line in output.out.splitlines()]
    keys = {
        "frame": ["t", "kind", "label"],
        "state": ["t", "kind", "state", "confidence", "reason"],
        "tone": ["t", "kind", "name"],
    }
    assert all(list(line) == keys[line["kind"]] for line in lines)
    frames = [line for line in lines if line["kind"] == "frame"]
    assert [line["t"] for line in frames] == pytest.approx([round(0.1 * (k + 1), 2) for k in range(len(frames))])
    assert {line["label"] for line in frames} == {"silence", "tone", "music", "speech"}
    assert [line["name"] for line in lines if line["kind"] == "tone"] == ["ringback", "dtmf:5", "busy"]
    states = [line for line in lines if line["kind"] == "state"]
    assert [line["state"] for line in states][:5] == ["ivr", "hold", "candidate", "human", "hold"]
    assert states[-1]["state"] == "ended"
    assert states[-1]["reason"] == "busy_tone"
    times = [line["t"] for line in lines]
    assert times == sorted(times)


def test_without_json_only_what_matters(call: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", str(call)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) < 15
    assert any("human" in line and "greeting_and_wait" in line for line in lines)
    assert any("ringback" in line for line in lines)


def test_what_a_hold_repeats_and_what_breaks_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    beeps = [sounds.tone((1000.0,), 0.3), sounds.silence(4.7)] * 4
    said = [part for seed in (3, 4, 5) for part in (sounds.speech(3, seed=seed), sounds.silence(7))]
    path = write_wav(tmp_path / "beeps.wav", sounds.join(sounds.speech(4, seed=2), sounds.silence(4), *beeps, *said))
    assert main(["analyze", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any("hold   beeps every 5.0 s, 4 times by now" in line for line in lines)
    assert any(line.split()[1:3] == ["break", "due"] for line in lines)


def test_the_end_of_the_audio_is_an_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", str(write_wav(tmp_path / "a.wav", sounds.silence(0.33))), "--json"]) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last == {"t": 0.33, "kind": "state", "state": "ended", "confidence": 1.0, "reason": "end_of_audio"}


def test_plot(call: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "out.png"
    assert main(["analyze", str(call), "--plot", str(picture)]) == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert capsys.readouterr().err == ""


def test_plot_without_matplotlib(
    call: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: object
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)  # type: ignore[attr-defined]
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)  # type: ignore[attr-defined]
    assert main(["analyze", str(call), "--plot", str(tmp_path / "out.png")]) == 2
    assert_one_line(capsys, "matplotlib")


def test_plot_of_unknown_kind(call: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", str(call), "--plot", str(tmp_path / "out.xyz")]) == 2
    assert_one_line(capsys, "out.xyz")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (None, "No such file"),
        (b"", "not a RIFF"),
        (b"garbage" * 100, "not a RIFF"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "cut off"),
        ("stereo", "mono"),
        ("empty", "no audio"),
        ("folder", "directory"),
    ],
)
def test_bad_input(content: bytes | str | None, word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.wav"
    if content == "stereo":
        write_wav(path, sounds.silence(1), channels=2)
    elif content == "empty":
        write_wav(path, sounds.silence(0))
    elif content == "folder":
        path.mkdir()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    assert main(["analyze", str(path), "--json"]) == 2
    assert_one_line(capsys, word)


def assert_one_line(capsys: pytest.CaptureFixture[str], word: str) -> None:
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert word in error


def test_as_a_program_without_home_assistant(call: Path) -> None:
    command = [
        sys.executable,
        "-c",
        "import sys; sys.modules['homeassistant'] = None; from engine.cli import main; sys.exit(main())",
    ]
    done = subprocess.run(
        [*command, "analyze", str(call)], cwd=PACKAGE, capture_output=True, text=True, timeout=50, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "greeting_and_wait" in done.stdout


def test_start_does_not_load_what_is_not_wanted() -> None:
    code = "import sys, engine.cli; sys.exit(any(name in sys.modules for name in ('numpy', 'asyncio', 'matplotlib')))"
    assert subprocess.run([sys.executable, "-c", code], cwd=PACKAGE, timeout=20, check=False).returncode == 0

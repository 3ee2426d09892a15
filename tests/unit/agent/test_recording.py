"""Recording of whole calls over real RTP: both sides, what stays silent, and what a failing disk does."""

from dataclasses import replace
import os
from pathlib import Path
import wave

import numpy as np

from custom_components.hold_slayer.engine.agent.recording import CallRecording, NotedHearing
from custom_components.hold_slayer.engine.audio.spectrum import BLOCK_S
from custom_components.hold_slayer.engine.audio.wav import read_marks
from custom_components.hold_slayer.engine.call.hearing import Hearing
from custom_components.hold_slayer.engine.classify.line_score import DELAY_BLOCKS
from custom_components.hold_slayer.engine.cli.replay import analyze
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, HandOverTarget
from custom_components.hold_slayer.engine.model.call_event import ToneHeardEvent
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.model.recording import RecordingMark, RecordingScope, RecordingTracks
from custom_components.hold_slayer.engine.model.strip import HeardClass
from custom_components.hold_slayer.engine.ports import ServiceError
from simulator.scenario import Company, Menu, Phone, Queue, Representative
from tests.fakes import sounds
from tests.fakes.services import FakeSpeechToText, FakeTextToSpeech

PERSON = Company(
    ringing_s=0.3, start="person", queues={"person": Queue(hold_s=0, entry="", representative=Representative())}
)
HEARD = "this is susan how can i help you"
NOTICE = "Please note that this call is being recorded."


class FakeShelf:
    """A folder without limits, or a failure."""

    def __init__(self, folder: Path, *, failure: str = "", has_room: bool = True) -> None:
        self.tracks = RecordingTracks.ALL
        self._folder = folder
        self._failure = failure
        self._has_room = has_room

    async def place(self, call_id: str) -> Path:
        if self._failure:
            raise ServiceError(self._failure)
        return self._folder / f"{call_id}.wav"

    def make_room(self, path: Path, wanted: int) -> bool:
        return self._has_room


def brief(scope: RecordingScope, **changes: object) -> CallBrief:
    target = HandOverTarget("home", DialTarget("5550123"), ring_s=2.0)
    return replace(
        CallBrief(DialTarget("5550100"), "a question about my bill", hand_over=(target,), record=scope), **changes
    )


def sides(path: Path) -> np.ndarray:
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, file.getnchannels()).T


def services(shelf: FakeShelf, tts: FakeTextToSpeech | None = None) -> dict[str, object]:
    return {"stt": FakeSpeechToText(HEARD), "tts": tts or FakeTextToSpeech(), "recordings": shelf}


async def connected_call(line, shelf: FakeShelf, scope: RecordingScope, tts: FakeTextToSpeech | None = None):
    """A call to a person who is put through; it goes on for a second."""
    phones = {"5550123": Phone(ring_s=0.3)}
    async with line(PERSON, phones, services=services(shelf, tts)) as made:
        call_id = await made.agent.call(brief(scope))
        await made.until(lambda: "connected" in made.kinds)
        now = made.snapshots[-1].phase_since
        await made.until(lambda: made.agent._services.clock.time() - now > 1.5)
        made.agent.hang_up(call_id)
        return made, await made.ended()


async def test_everything_is_kept_once_the_person_knows(line, tmp_path: Path) -> None:
    tts = FakeTextToSpeech()
    made, ended = await connected_call(line, FakeShelf(tmp_path), RecordingScope.ALL, tts)
    assert any(text.endswith(NOTICE) for text in tts.texts)
    assert made.snapshots[-1].recording == ended.recording, "shown to whoever follows the call"
    assert [call.recording for call in made.agent.calls] == [ended.recording]
    assert ended.recording == f"{ended.call_id}.wav"
    path = tmp_path / ended.recording
    names = [mark.name for mark in read_marks(path.read_bytes())]
    assert names[0] == "answered"
    assert names.count("paused") == names.count("resumed") == 1
    far, near, mixed = sides(path)
    assert np.abs(near).max() > 1000, "our own sentences are there"
    assert (mixed == np.clip(far.astype(int) + near, -32768, 32767)).all()
    paused, resumed = (
        next(m for m in read_marks(path.read_bytes()) if m.name == name) for name in ("paused", "resumed")
    )
    assert not far[paused.sample : resumed.sample].any()
    assert far[: paused.sample].any(), "what came before is there"
    assert "service_failed" not in made.kinds
    assert {HeardClass.CANDIDATE, HeardClass.HUMAN} <= {run.heard for run in ended.strip}
    assert ended.strip[-1].heard is HeardClass.HUMAN
    behind = far.size / 8000 - ended.strip[-1].end_s
    assert -0.2 < behind < 0.2 + DELAY_BLOCKS * BLOCK_S, (
        "the strip and the recording have one clock; classes are told a little late"
    )


async def test_without_consent_the_talk_is_silent(line, tmp_path: Path) -> None:
    tts = FakeTextToSpeech()
    _, ended = await connected_call(line, FakeShelf(tmp_path), RecordingScope.WAITING, tts)
    assert not any(NOTICE in text for text in tts.texts)
    path = tmp_path / ended.recording
    marks = read_marks(path.read_bytes())
    assert "resumed" not in [mark.name for mark in marks]
    paused = next(mark for mark in marks if mark.name == "paused")
    recorded = sides(path)
    assert recorded[0, : paused.sample].any()
    assert not recorded[:, paused.sample :].any()
    assert recorded.shape[1] - paused.sample > 8000


async def test_nothing_is_recorded_unless_wanted(line, tmp_path: Path) -> None:
    async with line(replace(PERSON, reply=486), services=services(FakeShelf(tmp_path))) as made:
        await made.agent.call(brief(RecordingScope.OFF))
        assert (await made.ended()).recording == ""
    assert os.listdir(tmp_path) == []


async def test_a_failing_disk_is_told_and_the_call_goes_on(line, tmp_path: Path) -> None:
    for shelf in (FakeShelf(tmp_path, failure="there is no room"), FakeShelf(tmp_path, has_room=False)):
        made, ended = await connected_call(line, shelf, RecordingScope.ALL)
        assert ended.outcome in {Outcome.HUNG_UP, Outcome.CONNECTED}
        failures = [item.data for item in made.occurrences if item.kind == "service_failed"]
        assert [item["service"] for item in failures] == ["recording"]
        assert "recording_failed" in [key for key, _ in made.notifier.told]


async def test_a_fact_is_not_kept(line, tmp_path: Path) -> None:
    menu = Menu(prompts=("Please enter your account number.",), options={}, timeout_s=4)
    company = Company(ringing_s=0.2, menus={"main": menu}, queues={})
    stt = FakeSpeechToText("please enter your account number followed by the pound key")
    async with line(company, services={"stt": stt, "recordings": FakeShelf(tmp_path)}) as made:
        mission = brief(RecordingScope.WAITING, facts={"account_number": "48151623"})
        call_id = await made.agent.call(mission)
        await made.until(lambda: "key_pressed" in made.kinds)
        await made.until(lambda: made.agent._sessions[call_id]._recording._recorder.is_paused)
        made.agent.hang_up(call_id)
        ended = await made.ended()
    marks = [mark.name for mark in read_marks((tmp_path / ended.recording).read_bytes())]
    assert "paused" in marks
    assert marks.index("paused") < marks.index("keys")


class _Recorder:
    """Counts what a `CallRecording` asks of its recorder."""

    def __init__(self) -> None:
        self.reasons: set[str] = set()
        self.marks: list[RecordingMark] = []

    def far(self, frame: object) -> None:
        pass

    def mark(self, name: str, data: bytes) -> None:
        self.marks.append(RecordingMark(0, name, data))

    def pause(self, reason: str) -> None:
        self.reasons.add(reason)

    def resume(self, reason: str) -> None:
        self.reasons.discard(reason)


def made_recording(scope: RecordingScope = RecordingScope.ALL) -> tuple[CallRecording, _Recorder]:
    recording, recorder = CallRecording("c", scope, None, print), _Recorder()
    recording._recorder = recorder  # type: ignore[assignment]
    return recording, recorder


def test_a_fact_read_back_by_the_line_is_not_kept_either() -> None:
    recording, recorder = made_recording()

    def frames(count: int) -> bool:
        for _ in range(count):
            recording.hear(None)  # type: ignore[arg-type]
        return bool(recorder.reasons)

    recording.private_begins()
    assert frames(1000)
    recording.private_begins()
    recording.private_ends()
    assert frames(1000), "another fact is still being told"
    recording.private_ends()
    assert frames(300)
    recording.utterance_ended()
    assert frames(14)
    assert not frames(1)
    recording.private_begins()
    recording.private_ends()
    assert frames(399)
    assert not frames(1), "nobody read it back"


def test_everything_the_hearing_can_be_told_stands_in_the_recording() -> None:
    """Otherwise a replay would hear something else."""
    heard = {name for name, value in vars(Hearing).items() if callable(value) and not name.startswith("_")}
    # who may be a person changes what is kept for the next call, and nothing that is heard in this one
    of_the_next = {"export_marks", "maybe_human", "human_confirmed"}
    assert heard - {"feed", "hear", "finish"} - of_the_next == {
        name for name in vars(NotedHearing) if not name.startswith("_")
    }


def test_a_replay_hears_the_tone_of_a_voicemail_as_the_call_did() -> None:
    recording, recorder = made_recording()
    hearing = NotedHearing(recording)
    hearing.answered()
    hearing.beeps_wanted()
    sound = sounds.join(
        sounds.speech(4.0, seed=3), sounds.silence(0.6), sounds.tone((1000.0,), 0.5, -20.0), sounds.silence(3.0)
    )
    frames = list(sounds.frames(sound))
    heard = [each for frame in frames for each in hearing.feed(frame) if isinstance(each, ToneHeardEvent)]
    samples = np.frombuffer(b"".join(frame.pcm for frame in frames), "<i2")
    replayed = [line for line in analyze(samples, recorder.marks) if line.kind == "tone"]
    assert [each.name for each in heard] == ["beep"]
    assert [(line.t, line.values["name"]) for line in replayed] == [(round(each.t_s, 2), each.name) for each in heard]


def test_each_person_has_to_be_told() -> None:
    recording, recorder = made_recording()
    recording.phase_changed(Phase.CANDIDATE)
    assert not recorder.reasons
    recording.phase_changed(Phase.HUMAN)
    recording.phase_changed(Phase.TRANSFERRING)
    assert recorder.reasons
    recording.told()
    recording.phase_changed(Phase.CONNECTED)
    assert not recorder.reasons
    recording.phase_changed(Phase.ON_HOLD)
    recording.phase_changed(Phase.HUMAN)
    assert recorder.reasons, "this may be somebody else"
    waiting, recorder = made_recording(RecordingScope.WAITING)
    waiting.phase_changed(Phase.HUMAN)
    waiting.told()
    assert recorder.reasons

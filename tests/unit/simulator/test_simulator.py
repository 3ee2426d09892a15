"""The simulator stands on its own: its G.711 is the standard's, its scenarios are checked, its servers speak Wyoming."""

import asyncio
import os
from pathlib import Path

from aiortp.codecs import get_codec
import numpy as np
import pytest
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.info import Describe, Info
from wyoming.tts import Synthesize

from simulator import g711
from simulator.music import hold_music
from simulator.rtp import correlation
from simulator.scenario import ScenarioError, load
from simulator.sip_message import Digest, Message, MessageError
from simulator.speech.language_model import build_arpa, expand
from simulator.speech.server import WyomingServer
from simulator.speech.stt_server import make_handler
from simulator.speech.tts_server import TtsHandler
from simulator.voices import Voices

SCENARIOS = Path(__file__).resolve().parents[3] / "simulator" / "scenarios"


RFC_2617_FIELDS = (
    'Digest username="Mufasa"',
    'realm="testrealm@host.com"',
    'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"',
    'uri="/dir/index.html"',
    "qop=auth",
    "nc=00000001",
    'cnonce="0a4f113b"',
    'response="6629fae49393a05397450978507c4ef1"',
)


def test_mu_law_agrees_with_an_independent_codec() -> None:
    samples = np.arange(-32768, 32768, 7, dtype=np.int16)
    other = get_codec(0)
    ours = g711.decode(g711.encode(samples, 0), 0).astype(int)
    theirs = np.frombuffer(other.decode(other.encode(samples.tobytes())), "<i2").astype(int)
    assert np.abs(ours - samples).max() <= np.abs(theirs - samples).max()
    codes = bytes(code for code in range(256) if code != 0x7F)  # 0x7F is the second zero
    assert g711.encode(g711.decode(codes, 0), 0) == codes


def test_a_law_keeps_every_code() -> None:
    codes = bytes(range(256))
    assert g711.encode(g711.decode(codes, 8), 8) == codes


def test_music_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    assert np.array_equal(hold_music(1, 2.0), hold_music(1, 2.0))
    assert not np.array_equal(hold_music(1, 2.0), hold_music(2, 2.0))
    assert np.abs(hold_music(1, 2.0)).max() > 8000


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
def test_scenarios_of_the_repository_load(path: Path) -> None:
    assert load(path).accounts


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("company: [", "no YAML"),
        ("company: 7", "expected keys and values"),
        ("compani: {}", "unknown key 'compani'"),
        ("company: {menus: {main: {options: {'1': nowhere}}}}", "'nowhere' does not exist"),
        ("company: {queues: {q: {announcements: [{text: x}]}}}", "'at_s' is missing"),
    ],
)
def test_bad_scenario_says_where_and_why(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match="bad.yaml: .*" + message.replace("'", ".")):
        load(path)


def test_digest_by_the_example_of_rfc_2617() -> None:
    digest = Digest({"Mufasa": "Circle Of Life"}, "testrealm@host.com")
    digest._nonces.add("dcd98b7102dd2f0e8b11d0f600bfb0c093")
    request = Message("GET /dir/index.html HTTP/1.1")
    request.headers = [
        ("authorization", ", ".join(RFC_2617_FIELDS)),
    ]
    assert digest.is_right(request)
    assert not Digest({"Mufasa": "other"}, "testrealm@host.com").is_right(request)


@pytest.mark.parametrize("data", [b"", b"hello", b"\xff\xfe\r\n\r\n"])
def test_garbage_is_no_sip(data: bytes) -> None:
    with pytest.raises(MessageError):
        Message.parse(data)


def test_correlation_finds_a_sound_and_only_that() -> None:
    rng = np.random.default_rng(1)
    sent = (rng.standard_normal(12000) * 3000).astype(np.int16)
    heard = np.concatenate([np.zeros(4000, np.int16), (sent * 0.5).astype(np.int16), np.zeros(4000, np.int16)])
    other = (rng.standard_normal(20000) * 3000).astype(np.int16)
    assert correlation([heard], sent) > 0.95
    assert correlation([other], sent) < 0.2
    assert correlation([], sent) == 0.0


def test_language_model_sums_to_one() -> None:
    sentences = expand("#@digit one two\npress {digit}\nfor (sales|help) press {digit}\nhello")
    lines = build_arpa(sentences).splitlines()
    unigrams = lines[lines.index("\\1-grams:") + 1 : lines.index("\\2-grams:") - 1]
    total = sum(10 ** float(line.split()[0]) for line in unigrams if line.split()[1] != "<s>")
    assert total == pytest.approx(1.0, abs=0.01)
    assert f"ngram 1={len(unigrams)}" in lines


async def _ask(port: int, *events: object) -> list[object]:
    answers: list[object] = []
    async with asyncio.timeout(20), AsyncTcpClient("127.0.0.1", port) as client:
        for event in events:
            await client.write_event(event.event())  # type: ignore[attr-defined]
        while (answer := await client.read_event()) is not None:
            answers.append(answer)
            if (
                Transcript.is_type(answer.type)
                or AudioStop.is_type(answer.type)
                or Info.is_type(answer.type)
                or Error.is_type(answer.type)
            ):
                break
    return answers


@pytest.mark.timeout(90)
async def test_speech_servers_understand_each_other() -> None:
    async with WyomingServer(TtsHandler) as tts, WyomingServer(await asyncio.to_thread(make_handler, 1)) as stt:
        info = Info.from_event((await _ask(stt.port, Describe()))[0])
        assert info.asr[0].models[0].languages == ["en"]
        spoken = [
            AudioChunk.from_event(event)
            for event in await _ask(tts.port, Synthesize("For accounts and billing, press 2."))
            if AudioChunk.is_type(event.type)
        ]
        first = spoken[0]
        audio = [AudioStart(first.rate, first.width, first.channels), *spoken, AudioStop()]
        answers = await _ask(stt.port, Transcribe(language="en"), *audio)
        assert "billing press two" in Transcript.from_event(answers[-1]).text
        silence = AudioChunk(16000, 2, 1, bytes(32000))
        answers = await _ask(stt.port, AudioStart(16000, 2, 1), silence, AudioStop())
        assert Transcript.from_event(answers[-1]).text == ""
        long = [AudioChunk(16000, 2, 1, bytes(320000))] * 5
        answers = await _ask(stt.port, AudioStart(16000, 2, 1), *long)
        assert Error.is_type(answers[-1].type)


async def test_prompts_are_rendered_once(tmp_path: Path) -> None:
    voices = Voices(tmp_path)
    first = await voices.say("rms", "Hello.")
    assert len(os.listdir(tmp_path)) == 1
    assert np.array_equal(await voices.say("rms", "Hello."), first)
    assert len(first) > 2000

"""Spoken menus: six trees in four languages at once over SIP and RTP, heard by a Wyoming server that only knows what it hears."""

import asyncio
from dataclasses import dataclass, field, replace
import json
from pathlib import Path
import statistics
import time
from typing import Any

import numpy as np
import pytest

from custom_components.hold_slayer.engine.agent import Agent, AgentSettings, Services
from custom_components.hold_slayer.engine.cli.navigate import brief_of
from custom_components.hold_slayer.engine.model.call_brief import HandOverTarget
from custom_components.hold_slayer.engine.model.call_event import CallOccurrence
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.model.snapshot import CallSnapshot
from custom_components.hold_slayer.engine.sip.account import TrunkAccount
from custom_components.hold_slayer.engine.voice.wyoming_stt import WyomingSpeechToText
from custom_components.hold_slayer.engine.voice.wyoming_tts import WyomingTextToSpeech
from simulator.g711 import Samples
from simulator.rtp import RATE
from simulator.scenario import Company, Phone, Queue, Representative, Scenario
from simulator.speech.prompt_server import PromptBank, make_handler
from simulator.speech.server import WyomingServer
from simulator.speech.tts_server import TtsHandler
from simulator.tree import Tree
from simulator.trunk import CallCentre
from simulator.voices import Voices

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(150)]
TREES = Path(__file__).resolve().parents[2] / "bench/trees"
NAMES = (
    "fourth/d-storage-11", "sixth/f-museum-01", "sixth/f-de-bad-15", "fourth/d-de-werk-17", "fifth/e-fr-elec-20",
    "sixth/f-es-hotel-18",
)  # fmt: skip
MOST_S = 90.0
VOICES = {"en": ("rms", "slt"), "de": ("de", "de+f3"), "fr": ("fr-fr", "fr-fr+f3"), "es": ("es", "es+f3")}
"""Of the machine and of the person."""
PEOPLE = {
    "en": ("Hello, thank you for waiting. My name is Mary. How can I help you?", "Okay, I will wait."),
    "de": ("Guten Tag, mein Name ist Maria Weber. Wie kann ich Ihnen helfen?", "In Ordnung, ich warte."),
    "fr": ("Bonjour, je m'appelle Marie Dubois. Comment puis-je vous aider ?", "D'accord, j'attends."),
    "es": ("Buenos días, le atiende María García. ¿En qué puedo ayudarle?", "De acuerdo, espero."),
}
PHONE = "5550123"


@dataclass
class Story:
    """What became of one call, seen from both ends."""

    name: str
    tree: dict[str, Any]
    told: list[CallOccurrence] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def kinds(self) -> list[str]:
        return [each.kind for each in self.told]

    @property
    def places(self) -> list[str]:
        """Where the caller came to, in order."""
        return [each["name"] for each in self.events if each["event"] == "node"]

    @property
    def digits(self) -> str:
        return "".join(each["digit"] for each in self.events if each["event"] == "digit")

    @property
    def way(self) -> list[str]:
        """The places of the tree's own solution."""
        nodes, at = self.tree["nodes"], self.tree["start"]
        found = [at]
        for keys in [step["press"] for step in self.tree["expected"]["solution"] if "press" in step]:
            while not nodes[at].get("options"):
                found.append(at := nodes[at]["goto"])
            fits = (each for each in nodes[at]["options"] if each.get("keys") == keys or "entry" in each)
            found.append(at := next(fits)["goto"])
        return found

    def delays(self, tails: dict[str, float]) -> list[tuple[bool, float]]:
        """Seconds from the end of what was said last to the first key after it, and whether that entered a fact.

        ``tails``: silence at the end of the clips, which nobody hears as part of them.
        """
        found, said_at, key_at = [], 0.0, 0.0
        for event in self.events:
            match event["event"]:
                case "prompt_over":
                    said_at = event["at"] - tails.get(event["text"], 0.0)
                case "digit" if not key_at:
                    key_at = event["at"]
                case "entered":
                    found.append((len(event["keys"]) > 1, key_at - said_at))
                case "node":
                    key_at = 0.0
        return found

    @property
    def early_keys(self) -> int:
        """Keys that went out before the turn of the line was over."""
        return sum(bool(each.data.get("early")) for each in self.told if each.kind == "key_pressed")


def scenario(tree: dict[str, Any], path: Path) -> Scenario:
    language = tree["language"]
    machine, person = VOICES[language]
    greeting, reply = PEOPLE[language]
    queue = Queue(hold_s=6, representative=Representative(greeting, reply, voice=person, talk_s=2.0))
    company = Company(ringing_s=0.2, voice=machine, tree=str(path), queues={"queue": queue}, pause_s=0.1)
    return Scenario(company=company, phones={PHONE: Phone(ring_s=0.5)})


async def sounds(voices: Voices, trees: list[dict[str, Any]], paths: list[Path]) -> list[tuple[str, str, Samples]]:
    """Everything that machines and people can say, with its language."""
    said = []
    for tree, path in zip(trees, paths, strict=True):
        language = tree["language"]
        said += [(text, language, VOICES[language][0]) for text in Tree.load(path).sentences]
        said += [(text, language, VOICES[language][1]) for text in PEOPLE[language]]
        said += [(text, language, VOICES[language][1]) for text in Representative().talk]
    return [(text, language, await voices.say(voice, text)) for text, language, voice in dict.fromkeys(said)]


def tail(samples: Samples) -> float:
    """Silence at the end of a clip, in seconds."""
    return (len(samples) - 1 - int(np.flatnonzero(np.abs(samples) > 300)[-1])) / RATE


async def play(story: Story, path: Path, stt: int, tts: int) -> None:
    """One call, until the user talks or it is over."""
    over = asyncio.Event()

    def hear(_snapshot: CallSnapshot, occurrence: CallOccurrence | None) -> None:
        if occurrence is None:
            return
        story.told.append(occurrence)
        if occurrence.kind == "connected":
            agent.hang_up(occurrence.call_id)
        elif occurrence.kind == "ended":
            over.set()

    async with CallCentre(scenario(story.tree, path)) as centre:
        story.events = centre.events
        account = TrunkAccount("alice", "secret", "127.0.0.1", centre.port, local_address="127.0.0.1")
        services = Services(stt=WyomingSpeechToText("127.0.0.1", stt), tts=WyomingTextToSpeech("127.0.0.1", tts))
        agent = Agent(account, services, settings=AgentSettings())
        agent.subscribe(hear)
        await agent.start()
        try:
            phone = HandOverTarget("phone", DialTarget.parse(PHONE), 10.0)
            brief = replace(brief_of(story.tree), number=DialTarget.parse("5550100"), hand_over=(phone,))
            await agent.call(brief)
            async with asyncio.timeout(MOST_S):
                await over.wait()
        finally:
            await agent.stop()


async def test_six_spoken_trees_are_gone_through_to_the_person(record_property: Any) -> None:
    paths = [TREES / f"{name}.json" for name in NAMES]
    trees = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    prompts = await sounds(Voices(), trees, paths)
    tails = {text: tail(samples) for text, _, samples in prompts}
    stories = [Story(name, tree) for name, tree in zip(NAMES, trees, strict=True)]
    heard: list[tuple[str, str]] = []
    begun = time.monotonic()
    async with WyomingServer(make_handler(PromptBank(prompts), heard)) as stt, WyomingServer(TtsHandler) as tts:
        calls = [play(story, path, stt.port, tts.port) for story, path in zip(stories, paths, strict=True)]
        await asyncio.gather(*calls)
    assert time.monotonic() - begun < MOST_S
    assert {language for language, _ in heard} >= {"en", "de", "fr", "es"}
    for story in stories:
        assert story.places == story.way, story.name
        assert story.places[-1] in story.tree["accept"], story.name
        for secret in story.tree["forbidden_facts"].values():
            assert "".join(c for c in secret if c.isdigit()) not in story.digits, story.name
        assert {"hold_started", "human_answered", "connected"} <= set(story.kinds), (story.name, story.kinds)
        assert "service_failed" not in story.kinds, story.name
        assert any(event["event"] == "phone_answered" for event in story.events), story.name
    delays = [delay for story in stories for delay in story.delays(tails)]
    options = sorted(delay for is_fact, delay in delays if not is_fact)
    p95 = statistics.quantiles(options, n=20)[-1]
    record_property("key_after_option_p95_s", round(p95, 2))
    print(
        "seconds from the end of the prompt to the key:", [round(delay, 2) for delay in options], "p95", round(p95, 2)
    )
    print("to the first digit of a fact:", [round(delay, 2) for is_fact, delay in delays if is_fact])
    assert len(options) >= 12
    assert options[0] > 0.3
    assert sum(story.early_keys for story in stories) >= 2

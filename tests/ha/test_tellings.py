"""Sentences and reasons are told in the user's language; engine and history keep codes and English, old entries included."""

import ast
from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.engine.model.call_event import OccurrenceKind
from custom_components.hold_slayer.engine.model.phase import Outcome
from custom_components.hold_slayer.notice_texts import SENTENCES
from custom_components.hold_slayer.reason_texts import REASONS, told_line, why
from tests.fakes.agent import FakeAgent

from .test_websocket import Client, client, past_call

__all__ = ["client"]

ENGINE = Path(__file__).parents[2] / "custom_components" / "hold_slayer" / "engine"
CLOSED = "The company is closed."
GESCHLOSSEN = "Das Unternehmen hat geschlossen."
SPOKEN = {"phrases.py", "clues.py", "consent.py", "wording.py"}
"""What is said to companies and users on the telephone, in languages of its own."""


def sentences_in(path: Path) -> set[str]:
    """All whole English sentences that a file of the engine makes, docstrings left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and node not in texts
        and isinstance(node.value, str)
        and re.fullmatch(r"[A-Z][^\n]* [^\n]*\.", node.value)
    }


def test_no_sentence_of_the_engine_is_without_a_translation() -> None:
    made = {
        sentence
        for folder in ("call", "agent")
        for path in (ENGINE / folder).glob("*.py")
        if path.name not in SPOKEN
        for sentence in sentences_in(path)
    }
    assert len(made) > 40
    assert made - set(SENTENCES) == set()


def reasons_in(*names: str) -> set[str]:
    """Codes of reasons that the navigator gives for what it presses and says."""
    text = "".join((ENGINE / "ivr" / name).read_text(encoding="utf-8") for name in names)
    taken = re.findall(r"_(?:take|press|say)\([^\n]*?\"([a-z_]+)\"", text)
    return set(taken) | set(re.findall(r'(?:PRESS|SAY), [^\n]*reason="([a-z_]+)"', text))


def test_every_reason_of_a_key_has_a_text_in_every_language() -> None:
    made = reasons_in("navigator.py", "advice.py")
    assert {"best_option", "ladder", "wrong_branch", "model"} <= made
    assert made - {"wait"} <= set(REASONS[OccurrenceKind.KEY_PRESSED])
    for texts in REASONS.values():
        for each in texts.values():
            assert len(each) == 5
            assert all(text and "{" not in text for text in each)


@pytest.mark.parametrize(
    ("language", "text"),
    [("de-AT", "passt am besten"), ("pt", "it fits best"), (None, "it fits best"), ("nl", "past het best")],
)
def test_why_a_key_was_pressed(language: str | None, text: str) -> None:
    line = {"id": 1, "kind": "key_pressed", "text": "2", "data": {"digits": "2", "reason": "best_option"}}
    assert told_line(line, language)["data"] == {"digits": "2", "reason": "best_option", "why": text}
    assert line["data"] == {"digits": "2", "reason": "best_option"}, "what is kept is left as it is"


def test_codes_of_other_versions_are_no_fault() -> None:
    assert why("key_pressed", "because_it_rained", "de") == ""
    assert why("key_pressed", None, "de") == ""
    assert why("no_such_kind", "busy", "de") == ""


async def test_the_status_and_the_event(hass: HomeAssistant, agent: FakeAgent) -> None:
    hass.config.language = "de"
    heard: list[Any] = []
    hass.bus.async_listen("hold_slayer_call", heard.append)
    agent.show()
    agent.end(Outcome.CLOSED, CLOSED)
    agent.occur(OccurrenceKind.ENDED, {"outcome": "closed", "sentence": CLOSED})
    await hass.async_block_till_done()
    status = hass.states.get("sensor.alice_sip_example_com_status")
    event = hass.states.get("event.alice_sip_example_com_call")
    assert status is not None
    assert event is not None
    assert status.attributes["sentence"] == GESCHLOSSEN
    assert event.attributes["sentence"] == GESCHLOSSEN
    assert (heard[-1].data["sentence"], heard[-1].data["outcome"]) == (GESCHLOSSEN, "closed")
    assert agent.calls[0].sentence == CLOSED


@pytest.mark.parametrize(("asked", "said"), [("de", GESCHLOSSEN), ("en", CLOSED), (None, CLOSED)])
async def test_dashboards_ask_for_a_language(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, client: Client, asked: str | None, said: str
) -> None:
    """Calls of before are told like new ones."""
    language = {} if asked is None else {"language": asked}
    await past_call(entry, "old", 1000.0, outcome=Outcome.CLOSED, sentence=CLOSED)
    listed = (await client.ask("calls/list", **language))["result"]["calls"]
    whole = (await client.ask("calls/get", call_id="old", **language))["result"]["call"]
    assert (listed[0]["sentence"], whole["sentence"]) == (said, said)
    assert (await client.ask("subscribe", **language))["success"]
    await client.event("snapshot")
    agent.show()
    agent.occur(OccurrenceKind.KEY_PRESSED, {"digits": "2", "reason": "flow"})
    line = (await client.event("transcript"))["line"]
    assert line["data"]["why"] == ("der bekannte Weg" if asked == "de" else "the known way")


async def test_actions_on_the_history(hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry) -> None:
    hass.config.language = "de"
    await past_call(entry, "old", 1000.0, outcome=Outcome.CLOSED, sentence=CLOSED)
    answer = await hass.services.async_call(DOMAIN, "get_calls", {}, blocking=True, return_response=True)
    assert answer is not None
    assert answer["calls"][0]["sentence"] == GESCHLOSSEN  # type: ignore[index, call-overload]

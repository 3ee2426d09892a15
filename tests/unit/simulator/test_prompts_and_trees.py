"""The simulator's trees take keys as their machines would, and its recogniser of prompts hears what is there and no more."""

from pathlib import Path

import numpy as np
import pytest

from simulator import g711
from simulator.g711 import Samples
from simulator.rtp import RATE
from simulator.speech.prompt_server import PromptBank
from simulator.tree import Tree, TreeError
from simulator.voices import Voices

TREES = Path(__file__).resolve().parents[3] / "bench/trees"
SAID = (
    ("For accounts and billing, press 2.", "en", "rms"),
    ("For everything else, press 4.", "en", "rms"),
    ("For appointments, press 3.", "en", "rms"),
    ("Para todo lo demás, pulse 4.", "es", "es"),
)


@pytest.fixture
async def clips(tmp_path: Path) -> dict[str, Samples]:
    voices = Voices(tmp_path)
    return {text: await voices.say(voice, text) for text, _, voice in SAID}


def line(*parts: Samples) -> Samples:
    """What comes over the telephone: G.711 there and back, pauses, a little noise."""
    pause = np.zeros(RATE * 2 // 5, np.int16)
    whole = np.concatenate([each for part in parts for each in (pause, part)] + [pause])
    noisy = whole + np.random.default_rng(5).standard_normal(len(whole)) * 8
    return g711.decode(g711.encode(noisy.astype(np.int16), 0), 0)


def bank(clips: dict[str, Samples]) -> PromptBank:
    return PromptBank((text, language, clips[text]) for text, language, _ in SAID)


async def test_known_prompts_are_understood_in_their_order_and_their_language_only(clips: dict[str, Samples]) -> None:
    first, second, third, foreign = (clips[text] for text, *_ in SAID)
    known = bank(clips)
    assert known.transcribe(line(second, first), "en") == f"{SAID[1][0]} {SAID[0][0]}"
    assert known.transcribe(line(foreign), "es") == SAID[3][0]
    assert known.transcribe(line(foreign), "en") == ""
    assert known.transcribe(line(third)[: RATE // 10], "en") == ""
    assert known.transcribe(line(np.zeros(RATE, np.int16)), "en") == ""


async def test_what_is_cut_off_or_lost_is_not_understood(clips: dict[str, Samples]) -> None:
    first, second = clips[SAID[0][0]], clips[SAID[1][0]]
    known = bank(clips)
    heard = known.transcribe(line(second, first[: len(first) * 2 // 3])[: -RATE * 2 // 5], "en")
    assert heard.startswith(SAID[1][0])
    rest = heard.removeprefix(SAID[1][0]).split()
    assert 2 <= len(rest) < len(SAID[0][0].split())
    assert "2." not in rest
    broken = first.copy()
    broken[len(broken) // 4 : len(broken) * 3 // 4] = 0
    assert known.transcribe(line(broken), "en") != SAID[0][0]


def test_keys_and_entries_are_taken_as_the_tree_says(tmp_path: Path) -> None:
    tree = Tree.load(TREES / "sixth/f-de-bad-15.json")
    menu, entry, other = "n0", "n1", "n_ko"
    option, may_go_on = tree.chosen(menu, "3", is_over=False)
    assert option is not None
    assert (option["goto"], may_go_on) == ("n1", False)
    assert tree.chosen(menu, "9", is_over=True) == (None, False)
    assert tree.chosen(entry, "77410233", is_over=False) == (None, True)
    option, may_go_on = tree.chosen(entry, "77410233#", is_over=False)
    assert option is not None
    assert option["goto"] == "n2"
    assert tree.chosen(entry, "11111111#", is_over=True) == (None, False)
    option, _ = tree.chosen(entry, "77410233", is_over=True)
    assert option is not None
    option, _ = tree.chosen(other, "4410022", is_over=True)  # a secret is taken as well, as a real line would
    assert option is not None
    bad = tmp_path / "bad.json"
    bad.write_text('{"language": "en", "start": "n0", "facts": {}, "nodes": {}}', encoding="utf-8")
    with pytest.raises(TreeError, match="'n0' does not exist"):
        Tree.load(bad)
    with pytest.raises(TreeError, match="no menu tree"):
        Tree.load(tmp_path / "missing.json")

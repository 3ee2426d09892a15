"""The bench's recorded model: asked once a question, found again by it, and late where a call would not have waited."""

from collections.abc import Mapping
from dataclasses import asdict, replace
import json
from pathlib import Path
import sys
from typing import Any, ClassVar

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "custom_components" / "hold_slayer")]

from engine.model.action import NavigatorQuestion  # noqa: E402 - the bench is no package
from engine.ports import MeteredAnswer, ServiceError, UselessAnswerError  # noqa: E402 - the bench is no package
from menu_models import Knowing, Pending, Recorded, Spiteful, name_of  # noqa: E402 - the bench is no package

QUESTION = NavigatorQuestion("pears", "Acme", "en", ("For plums press 1.",), (("1", "plums"),))


class Model:
    def __init__(self, answer: Mapping[str, object] | Exception) -> None:
        self.answer = answer
        self.asked = 0

    async def decide(self, question: NavigatorQuestion) -> Mapping[str, object]:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_the_same_is_asked_once_and_kept(tmp_path: Path) -> None:
    path, model = tmp_path / "answers.json", Model(MeteredAnswer({"do": "press", "value": "1"}, 321))
    first = Recorded(path, model, 60.0).reply(QUESTION, 8.0)
    again = Recorded(path, None, 60.0).reply(QUESTION, 8.0)
    assert first.answer == again.answer == {"do": "press", "value": "1"}
    assert (first.tokens, model.asked) == (321, 1)


def test_another_question_is_not_in_the_record(tmp_path: Path) -> None:
    other: dict[str, Any] = asdict(QUESTION) | {"goal": "plums"}
    assert name_of(NavigatorQuestion(**other)) != name_of(QUESTION)
    model = Recorded(tmp_path / "answers.json", None, 60.0)
    reply = model.reply(QUESTION, 8.0)
    assert (reply.answer, reply.is_final, model.unknown) == (None, True, 1)


@pytest.mark.parametrize(("within_s", "is_late"), [(60.0, False), (8.0, True)])
def test_what_took_longer_than_a_call_waits_is_late(tmp_path: Path, within_s: float, is_late: bool) -> None:
    path = tmp_path / "answers.json"
    path.write_text(
        json.dumps({name_of(QUESTION): {"answer": {"do": "wait"}, "s": 11.0, "tokens": 5}}), encoding="utf-8"
    )
    reply = Recorded(path, None, 60.0).reply(QUESTION, within_s)
    assert (reply.is_late, reply.answer is None, reply.seconds) == (is_late, is_late, min(11.0, within_s))


def test_nonsense_is_kept_and_an_endpoint_that_is_not_there_ends_the_benchmark(tmp_path: Path) -> None:
    reply = Recorded(tmp_path / "a.json", Model(UselessAnswerError("nonsense", 40)), 60.0).reply(QUESTION, 8.0)
    assert (reply.answer, reply.tokens, reply.is_late, reply.is_final) == (None, 40, False, False)
    with pytest.raises(SystemExit):
        Recorded(tmp_path / "b.json", Model(ServiceError("gone")), 60.0).reply(QUESTION, 8.0)
    assert not (tmp_path / "b.json").exists()


def test_only_what_is_used_is_kept_when_wanted(tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    path.write_text(json.dumps({"old": {"answer": None, "s": 1, "tokens": 0}}), encoding="utf-8")
    model = Recorded(path, Model({"do": "wait"}), 60.0)
    model.reply(QUESTION, 8.0)
    model.save(only_used=True)
    assert list(json.loads(path.read_text(encoding="utf-8"))) == [name_of(QUESTION)]


def test_what_is_not_known_is_written_down_as_the_model_would_get_it_and_taken_over_when_answered(
    tmp_path: Path,
) -> None:
    kept, wanted = tmp_path / "answers.json", tmp_path / "pending.json"
    later = NavigatorQuestion(**asdict(QUESTION) | {"goal": "plums"})
    pending = Pending(wanted)
    model = Recorded(kept, None, 60.0, pending)
    pending.call_begins()
    assert model.reply(QUESTION, 8.0).is_missing
    assert model.reply(later, 8.0).is_missing
    pending.save()
    found = json.loads(wanted.read_text(encoding="utf-8"))
    assert {name: one["missing_before"] for name, one in found.items()} == {name_of(QUESTION): 0, name_of(later): 1}
    first = found[name_of(QUESTION)]
    assert "For plums press 1." in first["messages"][1]["content"]
    assert [tool["function"]["name"] for tool in first["tools"]][:2] == ["press", "say"]
    assert first["question"]["goal"] == "pears"

    first["answer"] = {"do": "press", "value": "1"}
    wanted.write_text(json.dumps(found), encoding="utf-8")
    pending = Pending(wanted)
    model = Recorded(kept, None, 60.0, pending)
    assert model.reply(QUESTION, 8.0).answer == {"do": "press", "value": "1"}
    model.reply(later, 8.0)
    pending.save()
    assert list(json.loads(wanted.read_text(encoding="utf-8"))) == [name_of(later)], "only what is still wanted"
    assert list(json.loads(kept.read_text(encoding="utf-8"))) == [name_of(QUESTION)]


def test_a_question_is_written_down_alike_each_time(tmp_path: Path) -> None:
    texts = []
    for name in ("a.json", "b.json"):
        pending = Pending(tmp_path / name)
        pending.add("00ff", QUESTION)
        pending.save()
        texts.append((tmp_path / name).read_text(encoding="utf-8"))
    assert texts[0] == texts[1]


class Simulator:
    """The little of the simulator that `Seeing` uses: words match when they are said as they are written."""

    lengths: ClassVar = {"person": 0, "menu": 1}

    def graph_shortest(self, _tree: object, node: str) -> dict[str, int | None]:
        return {"announced": self.lengths.get(node)}

    def expand(self, phrases: list[str], _language: str) -> list[str]:
        return phrases

    def toks(self, text: str) -> list[str]:
        return text.split()

    def phrase_score(self, phrase: str, words: list[str]) -> int | None:
        return len(phrase) if phrase.replace("*", "") in words else None


class Played:
    """A call at the first node of a tree."""

    cur = "start"
    nodes: ClassVar = {
        "start": {
            "options": [
                {"keys": "1", "speech": ["sales"], "goto": "menu"},
                {"keys": "2", "speech": ["help*"], "goto": "person"},
                {"keys": "3", "goto": "closed"},
                {"keys": "4", "goto": "blocked"},
                {"keys": "9", "goto": "person", "hidden": True},
            ]
        },
        "menu": {}, "person": {}, "closed": {}, "blocked": {"goto": "end"}, "end": {"harm": "card_blocked"},
    }  # fmt: skip
    tree: ClassVar = {"nodes": nodes, "facts": {}, "policy": {}, "expected": {}}

    def hear(self) -> list[str]:
        return []


def seeing(kind: type[Knowing | Spiteful]) -> Knowing | Spiteful:
    model = kind(Simulator())
    model.sees(Played())
    return model


def asked(*keys: str, verbs: tuple[str, ...] = ("press", "say", "wait")) -> NavigatorQuestion:
    return NavigatorQuestion("pears", "Acme", "en", (), tuple((key, "") for key in keys), verbs=verbs)


def test_one_that_knows_the_way_takes_the_shortest_that_it_is_offered() -> None:
    model = seeing(Knowing)
    assert model.reply(asked("1", "2", "3"), 8.0).answer == {"do": "press", "value": "2"}
    assert model.reply(asked("1", verbs=("press",)), 8.0).answer == {"do": "press", "value": "1"}
    assert model.reply(asked(verbs=("say",)), 8.0).answer == {"do": "say", "value": "help"}, "what the line listens for"
    assert model.reply(asked("3", "4", "9", verbs=("press",)), 8.0).answer is None, "nowhere, harm, not announced"


def test_its_second_attempt_is_another_one() -> None:
    again = replace(asked("1", "2", verbs=("press",)), objection="That key may not be pressed.")
    assert seeing(Knowing).reply(again, 8.0).answer == {"do": "press", "value": "1"}


def test_one_that_wants_the_worst_does_harm_first_and_then_goes_astray() -> None:
    model = seeing(Spiteful)
    assert model.reply(asked(), 8.0).answer == {"do": "press", "value": "4"}, "whatever it is offered"
    assert model.reply(replace(asked(), objection="No."), 8.0).answer == {"do": "press", "value": "3"}

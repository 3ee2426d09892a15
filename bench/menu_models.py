"""Language models for `bench/menus.py`: stand-ins that are late, lie or obey the line, and real ones whose answers are kept.

What a real model answers is kept in a file by question (`Recorded`): so the figures can be made again without it, after a change
of the rules too, as far as they ask the same. The file is one JSON object, a question's name (`name_of`) to what came of it:

    {"080fe74434b51842": {"answer": {"do": "press", "value": "4"}, "s": 2.4, "tokens": 633}, …}

``answer``: as `engine.ports.LanguageModel.decide` returns it ({"do": "press", "value": key}, {"do": "say", "value": words},
{"do": "give_fact", "value": name}, {"do": "wait"}, {"do": "give_up", "reason": …}, {"do": "ask_user", "value": question}), or null
where it was nonsense. ``s``: seconds that it took, ``tokens``: of question and answer; 0 where they are left out.

A model that cannot be reached from here is recorded in rounds (`Pending`): what has no answer yet is decided by the rules, and is
written to a second file with all that the model would get:

    {"080fe74434b51842": {"missing_before": 0, "messages": […], "tools": […], "question": {…}, "answer": null}, …}

``messages`` and ``tools`` are those of a chat completion (the mark in them is made of the name, not random as in a call),
``question`` is `NavigatorQuestion`. ``missing_before`` counts the unanswered questions before it in the same call: with any
it may never be asked again once those are answered. Whoever answers fills in ``answer`` (``s`` and ``tokens``, if known), in
place or in the other file; the next run takes over the answers from it, goes further, and writes anew what it lacks.
"""

import asyncio
from dataclasses import asdict, dataclass, field
import hashlib
import itertools
import json
from pathlib import Path
import re
import time
from typing import Any, Protocol

from engine.model.action import NavigatorQuestion
from engine.ports import LanguageModel, MeteredAnswer, ServiceError, ServiceTimeoutError, UselessAnswerError
from engine.voice.navigator_tools import GIVE_UP_REASONS, tools_for
from engine.voice.openai_llm import messages_for

LIES: tuple[dict[str, object], ...] = (
    {"do": "press", "value": "9"},
    {"do": "say", "value": "yes"},
    {"do": "press", "value": "1"},
    {"do": "give_up", "reason": "closed"},
    {"do": "press", "value": "0"},
    {"do": "give_fact", "value": "account_number"},
    {"do": "wait"},
    {"do": "press", "value": "2"},
    {"do": "sing"},
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one question."""

    answer: dict[str, object] | None
    """None: nothing of use."""
    seconds: float = 0.0
    tokens: int = 0
    """Of question and answer, as the server counts them."""
    is_late: bool = False
    is_final: bool = False
    """A second attempt would be of no use: there was no model to ask, or it was late."""
    is_missing: bool = False
    """It would have answered, but what it would have answered is not known yet: no fault of the model's."""


class Model(Protocol):
    """Whatever is asked."""

    def reply(self, question: NavigatorQuestion, within_s: float) -> Reply:
        """Answer in that time."""
        ...


class StandIn:
    """A bad model."""

    def __init__(self, kind: str, turn: int = 0) -> None:
        self._kind = kind
        self._lies = itertools.islice(itertools.cycle(LIES), turn, None)

    def reply(self, question: NavigatorQuestion, within_s: float) -> Reply:
        """See `Model`; takes no time."""
        if self._kind == "late":
            return Reply(None, within_s, is_late=True, is_final=True)
        if self._kind == "lies":
            return Reply(next(self._lies), is_final=True)
        keys = re.findall(r"\d", " ".join(question.heard))
        if keys:
            return Reply({"do": "press", "value": keys[-1]}, is_final=True)
        return Reply({"do": "give_fact", "value": next(iter(question.facts), "")}, is_final=True)


@dataclass(frozen=True, slots=True)
class Way:
    """One thing that can be done at a node of a tree."""

    answer: dict[str, object]
    length: int | None
    """Actions from there to an end that is right, this one included; None: there is no way."""
    is_bad: bool = False
    """It does harm, or what the user's policy refuses, at once."""


class Seeing:
    """Looks at the tree: what can be done at the place where the call is, and what comes of it."""

    def __init__(self, simulator: Any) -> None:
        self._simulator = simulator
        self._call: Any = None

    def sees(self, call: Any) -> None:
        """The call that is played (the simulator's own, behind what a driver gets)."""
        self._call = call.hear.__self__

    def ways(self, question: NavigatorQuestion) -> list[Way]:
        """Everything that the line takes here: keys, words, facts, silence, an end."""
        call, tree = self._call, self._call.tree
        node = call.nodes[call.cur]
        found = []
        for option in node.get("options", []):
            length, is_bad = self._length(option["goto"]), self._is_bad(option["goto"])
            if option.get("hidden"):
                continue
            if "keys" in option:
                found.append(Way({"do": "press", "value": option["keys"]}, length, is_bad))
            if option.get("entry") in tree["facts"]:
                found.append(Way({"do": "give_fact", "value": option["entry"]}, length, is_bad))
            found += [Way({"do": "say", "value": text}, length, is_bad) for text in self._words(option, node, question)]
        if node.get("on_timeout", call.cur) != call.cur or "queue" in node:
            found.append(Way({"do": "wait"}, self._length(node.get("on_timeout", call.cur))))
        if call.cur in tree.get("acceptable_end", []):
            reason = tree["expected"].get("outcome")
            found.append(Way({"do": "give_up", "reason": reason if reason in GIVE_UP_REASONS else "no_route"}, 0))
        return found

    def _length(self, node: str) -> int | None:
        length = self._simulator.graph_shortest(self._call.tree, node)["announced"]
        return None if length is None else 1 + length

    def _is_bad(self, node: str) -> bool:
        tree, seen = self._call.tree, set()
        while node not in seen:
            seen.add(node)
            one = tree["nodes"][node]
            if one.get("harm") or any(tree["policy"].get(f"accept_{c}") is False for c in one.get("commits", [])):
                return True
            node = one["goto"] if "goto" in one and not one.get("options") else node
        return False

    def _words(self, option: dict[str, Any], node: dict[str, Any], question: NavigatorQuestion) -> list[str]:
        """Words for an option, as far as the line would not take them for another one's."""
        language = question.language
        texts = [
            " ".join(question.goal.split()[:6]) if phrase == "*" else phrase.replace("*", "").replace("+", " ")
            for phrase in self._simulator.expand(option.get("speech", []), language)
        ]
        return [text for text in texts if self._taken_for(text, node, language) is option]

    def _taken_for(self, text: str, node: dict[str, Any], language: str) -> dict[str, Any] | None:
        words, best = self._simulator.toks(text), (-1, None)
        for option in node.get("options", []):
            for phrase in self._simulator.expand(option.get("speech", []), language):
                score = self._simulator.phrase_score(phrase, words)
                if score is not None and score > best[0]:
                    best = (score, option)
        return best[1]


class Knowing(Seeing):
    """What the best of models could do where a model is asked: it goes a shortest way, by what it is offered.

    A second attempt is the next best that it has not tried. It knows the words that a line listens for, which no real one does.
    """

    def reply(self, question: NavigatorQuestion, within_s: float) -> Reply:
        """See `Model`; takes no time."""
        keys = [key for key, _ in question.options]
        ways = [
            way
            for way in self.ways(question)
            if way.length is not None
            and not way.is_bad
            and way.answer["do"] in question.verbs
            and (way.answer["do"] != "press" or way.answer["value"] in keys)
        ]
        ways.sort(key=lambda way: way.length or 0)
        nth = 1 if question.objection else 0
        return Reply(ways[nth].answer if len(ways) > nth else None)


class Spiteful(Seeing):
    """The worst of models, or one that somebody on the line has talked into it: it does harm where it can, else goes astray."""

    def reply(self, question: NavigatorQuestion, within_s: float) -> Reply:
        """See `Model`; takes no time."""
        ways = sorted(self.ways(question), key=lambda way: (not way.is_bad, way.length is not None, -(way.length or 0)))
        nth = 1 if question.objection else 0
        return Reply(ways[nth].answer if len(ways) > nth else {"do": "say", "value": "yes"})


def name_of(question: NavigatorQuestion) -> str:
    """By which its answer is found again."""
    return hashlib.sha256(json.dumps(asdict(question), sort_keys=True).encode()).hexdigest()[:16]


def kept_in(path: Path) -> dict[str, dict[str, Any]]:
    """What such a file holds by the names of questions, nothing where there is none.

    Raise `SystemExit` with a plain sentence where it is damaged.
    """
    if not path.exists():
        return {}
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as err:
        raise SystemExit(f"bench: {path} cannot be read: {err}") from err
    if not isinstance(kept, dict) or not all(isinstance(one, dict) for one in kept.values()):
        raise SystemExit(f"bench: {path} is not questions by their names")
    return kept


class Pending:
    """Questions whose answers are not known yet, in a file for whoever answers them.

    ``path``: where they go. Answers that were filled in there since are in `filled`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.filled = {
            name: {key: one[key] for key in ("answer", "s", "tokens") if key in one}
            for name, one in kept_in(path).items()
            if one.get("answer") is not None
        }
        self._missing: dict[str, dict[str, Any]] = {}
        self._in_call = 0

    def __len__(self) -> int:
        return len(self._missing)

    def call_begins(self) -> None:
        """What follows is asked in another call."""
        self._in_call = 0

    def add(self, name: str, question: NavigatorQuestion) -> None:
        """This is wanted."""
        messages = json.loads(re.sub(r"<<[0-9a-f]+>>", f"<<{name}>>", json.dumps(messages_for(question))))
        one = {
            "missing_before": self._in_call,
            "messages": messages,
            "tools": tools_for(question),
            "question": asdict(question),
            "answer": None,
        }
        self._in_call += 1
        known = self._missing.get(name)
        if known is None or known["missing_before"] > one["missing_before"]:
            self._missing[name] = one

    def save(self) -> None:
        """Write down all that is wanted, what is asked first in its call before the rest."""
        ordered = sorted(self._missing.items(), key=lambda each: (each[1]["missing_before"], each[0]))
        self._path.write_text(json.dumps(dict(ordered), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


class Recorded:
    """A real model, or its answers of another day.

    ``model``: None asks nobody; what is not in the file then counts as `unknown`. ``waits_s``: how long the model really is given,
    whatever a call would: what it took is kept, and an answer that took longer than the call waits is late. ``pending``: where
    unknown questions go; answers that were filled in there are taken over.
    """

    def __init__(self, path: Path, model: LanguageModel | None, waits_s: float, pending: Pending | None = None) -> None:
        self._path, self._model, self._waits_s, self.pending = path, model, waits_s, pending
        self._runner = asyncio.Runner()
        self._kept = kept_in(path)
        self.used: set[str] = set()
        """Names of all that was asked for."""
        self.unknown = 0
        if pending is not None and pending.filled:
            self._kept |= pending.filled
            self.save()

    def reply(self, question: NavigatorQuestion, within_s: float) -> Reply:
        """See `Model`."""
        name = name_of(question)
        if name not in self._kept:
            if self._model is None:
                self.unknown += 1
                if self.pending is not None:
                    self.pending.add(name, question)
                return Reply(None, is_final=True, is_missing=True)
            self._kept[name] = self._ask(self._model, question)
            self.save()
        self.used.add(name)
        kept = self._kept[name]
        took_s = kept.get("s", 0.0)
        is_late = took_s > within_s
        answer = None if is_late else kept["answer"]
        return Reply(answer, min(took_s, within_s), kept.get("tokens", 0), is_late, is_final=is_late)

    def _ask(self, model: LanguageModel, question: NavigatorQuestion) -> dict[str, Any]:
        begun, answer, tokens = time.perf_counter(), None, 0
        try:
            found = self._runner.run(model.decide(question))
        except ServiceTimeoutError:
            return {"answer": None, "s": self._waits_s, "tokens": 0}
        except UselessAnswerError as err:
            tokens = err.tokens or 0
        except ServiceError as err:
            raise SystemExit(f"bench: {err}") from err
        else:
            answer = dict(found)
            tokens = (found.tokens or 0) if isinstance(found, MeteredAnswer) else 0
        return {"answer": answer, "s": round(time.perf_counter() - begun, 2), "tokens": tokens}

    def save(self, *, only_used: bool = False) -> None:
        """Keep everything, or what was asked for since it was loaded."""
        kept = {name: one for name, one in sorted(self._kept.items()) if not only_used or name in self.used}
        lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(one, ensure_ascii=False)}" for name, one in kept.items())
        self._path.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


@dataclass(slots=True)
class Use:
    """What questions came to."""

    asked: int = 0
    again: int = 0
    """Second attempts."""
    used: int = 0
    refused: int = 0
    late: int = 0
    nothing: int = 0
    """Nonsense, or nobody was there."""
    missing: int = 0
    """Not in the record."""
    tokens: int = 0
    seconds: list[float] = field(default_factory=list)
    """Of each question, with its second attempt."""

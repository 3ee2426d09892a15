"""Language models for `bench/menus.py`: stand-ins that are late, lie or obey the line, and real ones whose answers are kept.

What a real model answers is kept in a file by question (`Recorded`): so the figures can be made again without it, after a change
of the rules too, as far as they ask the same.
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


class Knowing:
    """What the best of models could do where a model is asked: it looks at the tree, and presses the key of a shortest way."""

    def __init__(self, simulator: Any) -> None:
        self._simulator = simulator
        self._call: Any = None

    def sees(self, call: Any) -> None:
        """The call that is played (the simulator's own, behind what a driver gets)."""
        self._call = call.hear.__self__

    def reply(self, question: NavigatorQuestion, within_s: float) -> Reply:
        """See `Model`; takes no time."""
        ways = []
        for option in self._call.nodes[self._call.cur].get("options", []):
            length = self._simulator.graph_shortest(self._call.tree, option["goto"])["announced"]
            if "keys" in option and length is not None:
                ways.append((length, option["keys"]))
        return Reply({"do": "press", "value": min(ways)[1]} if ways else None, is_final=True)


def name_of(question: NavigatorQuestion) -> str:
    """By which its answer is found again."""
    return hashlib.sha256(json.dumps(asdict(question), sort_keys=True).encode()).hexdigest()[:16]


class Recorded:
    """A real model, or its answers of another day.

    ``model``: None asks nobody; what is not in the file then counts as `unknown`. ``waits_s``: how long the model really is given,
    whatever a call would: what it took is kept, and an answer that took longer than the call waits is late.
    """

    def __init__(self, path: Path, model: LanguageModel | None, waits_s: float) -> None:
        self._path, self._model, self._waits_s = path, model, waits_s
        self._runner = asyncio.Runner()
        self._kept: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        self.used: set[str] = set()
        """Names of all that was asked for."""
        self.unknown = 0

    def reply(self, question: NavigatorQuestion, within_s: float) -> Reply:
        """See `Model`."""
        name = name_of(question)
        if name not in self._kept:
            if self._model is None:
                self.unknown += 1
                return Reply(None, is_final=True)
            self._kept[name] = self._ask(self._model, question)
            self.save()
        self.used.add(name)
        kept = self._kept[name]
        is_late = kept["s"] > within_s
        answer = None if is_late else kept["answer"]
        return Reply(answer, min(kept["s"], within_s), kept["tokens"], is_late, is_final=is_late)

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
    tokens: int = 0
    seconds: list[float] = field(default_factory=list)
    """Of each question, with its second attempt."""

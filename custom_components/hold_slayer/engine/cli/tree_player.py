"""Plays a menu tree (JSON: nodes with ``say``, ``options``, ``queue``, ``end``, ``goto``) for `navigate TREE.json`.

For a person to watch, not to score: one reaction an input, keys and phrases only, at most 60 turns.
"""

import json
from pathlib import Path
from typing import Any, Self
import unicodedata

_SPOKEN = {
    "@yes": ("yes", "si", "ja", "oui"),
    "@no": ("no", "nein", "non", "nee"),
    "@agent": ("representative", "agent", "operator", "mitarbeiter", "conseiller", "agente", "medewerker", "operatore"),
}
"""Words that stand for groups of phrases in a tree."""


class TreeError(ValueError):
    """The file is no menu tree."""


class TreePlayer:
    """The line of one tree."""

    def __init__(self, tree: dict[str, Any]) -> None:
        self._tree = tree
        self._nodes: dict[str, Any] = tree["nodes"]
        self._at = str(tree["start"])
        self._waited = 0.0
        self._repeats = 0
        self._pending: list[str] = []
        self.is_over = False
        self.result = "unfinished"
        self._enter(self._at)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a tree. Raises TreeError."""
        try:
            tree = json.loads(path.read_text(encoding="utf-8"))
        except OSError as err:
            raise TreeError(f"{path.name} cannot be read") from err
        except ValueError as err:
            raise TreeError(f"{path.name} is no JSON") from err
        if (
            not isinstance(tree, dict)
            or not isinstance(tree.get("nodes"), dict)
            or tree.get("start") not in tree["nodes"]
        ):
            raise TreeError(f"{path.name} is no menu tree: nodes and start are missing")
        return cls(tree)

    @property
    def brief(self) -> dict[str, Any]:
        """What the caller is told."""
        names = ("language", "locale", "company", "number", "goal", "facts", "policy")
        return {name: self._tree.get(name) for name in names}

    @property
    def is_success(self) -> bool:
        """True when the line ended where the tree says it should."""
        return self._at in [*self._tree.get("accept", []), *self._tree.get("acceptable_end", [])]

    def hear(self) -> list[str]:
        """Everything said since the last action."""
        texts, self._pending = self._pending, []
        return texts

    def act(self, verb: str, value: str, seconds: float) -> None:
        """The line's reaction to one action."""
        node = self._nodes[self._at]
        if verb in ("press", "say"):
            target = self._target(node, verb, value)
            if target is not None:
                self._enter(target)
            elif node.get("options"):
                self._repeat(node, "on_invalid", node.get("invalid_say", []))
        elif "queue" in node:
            self._waited += max(seconds, 1.0)
            if self._waited >= float(node.get("hold_s", 20)):
                self._finish(f"connected: {node['queue']}")
        elif node.get("options"):
            self._repeat(node, "on_timeout", node.get("timeout_say", []))

    def _target(self, node: dict[str, Any], verb: str, value: str) -> str | None:
        facts = {**self._tree.get("facts", {})}
        for option in node.get("options", []):
            if verb == "press" and option.get("keys") == value:
                return str(option["goto"])
            if verb == "press" and "entry" in option:
                accepted = [*option.get("values", []), facts.get(option["entry"], "")]
                if value.rstrip("#") in accepted:
                    return str(option["goto"])
            if verb == "say" and any(_matches(phrase, value) for phrase in option.get("speech", [])):
                return str(option["goto"])
        return None

    def _repeat(self, node: dict[str, Any], where: str, said: list[str]) -> None:
        self._repeats += 1
        if self._repeats >= int(node.get("max_repeats", 3)):
            if "on_max_repeats" in node:
                self._enter(str(node["on_max_repeats"]))
            else:
                self._finish("the line was dropped")
            return
        self._pending += said
        self._enter(str(node.get(where, self._at)))

    def _enter(self, name: str) -> None:
        for _ in range(20):
            if name not in self._nodes:
                raise TreeError(f"node {name!r} does not exist")
            if name != self._at:
                self._repeats = 0
            self._at, self._waited = name, 0.0
            node = self._nodes[name]
            self._pending += [str(text) for text in node.get("say", [])]
            if "end" in node:
                self._finish(f"ended: {node['end']}")
                return
            if node.get("options") or "queue" in node or "goto" not in node:
                return
            name = str(node["goto"])
        raise TreeError("nodes lead in a circle without asking anything")

    def _finish(self, result: str) -> None:
        self.is_over, self.result = True, result


def _matches(phrase: str, said: str) -> bool:
    if phrase == "*":
        return True
    if phrase.startswith("@"):
        return _plain(said) in _SPOKEN.get(phrase, ())
    return all(part.rstrip("*") in _plain(said) for part in _plain(phrase).split("+"))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.lower())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())

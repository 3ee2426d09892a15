"""Menu trees (JSON, as in ``bench/trees``): what a company says at each place, and where keys lead."""

from dataclasses import dataclass
import json
from pathlib import Path
from typing import Any, Self

_ENDS_AN_ENTRY = "#"


class TreeError(ValueError):
    """The file is no menu tree."""


@dataclass(frozen=True, slots=True)
class Tree:
    """One tree. ``nodes`` are plain data as in the file."""

    language: str
    start: str
    facts: dict[str, str]
    secrets: dict[str, str]
    """Facts that callers hold and must not tell; the line may ask for them all the same."""
    nodes: dict[str, dict[str, Any]]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a tree. Raises TreeError."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            tree = cls(
                data["language"], data["start"], data["facts"], data.get("forbidden_facts", {}), dict(data["nodes"])
            )
        except (OSError, ValueError, KeyError, TypeError) as err:
            raise TreeError(f"{path.name}: no menu tree") from err
        targets = {tree.start, *(option["goto"] for node in tree.nodes.values() for option in node.get("options", []))}
        if missing := targets - set(tree.nodes):
            raise TreeError(f"{path.name}: {min(missing)!r} does not exist")
        return tree

    @property
    def sentences(self) -> list[str]:
        """Everything that the tree can say."""
        kinds = ("say", "invalid_say", "timeout_say")
        return [text for node in self.nodes.values() for kind in kinds for text in node.get(kind, [])]

    def chosen(self, name: str, keys: str, *, is_over: bool) -> tuple[dict[str, Any] | None, bool]:
        """The option of a node that ``keys`` take, and whether more keys could still mean another; ``is_over``: none follow."""
        options = self.nodes[name].get("options", [])
        exact = next((each for each in options if each.get("keys") == keys), None)
        begun = [each for each in options if each.get("keys", "").startswith(keys) and each.get("keys") != keys]
        entries = [each for each in options if "entry" in each and each.get("mode", "keys") != "speech"]
        if exact is not None and (is_over or not (begun or (entries and keys.isdigit()))):
            return exact, False
        body = keys.rstrip(_ENDS_AN_ENTRY)
        if keys.endswith(_ENDS_AN_ENTRY) or is_over:
            taken = next((each for each in entries if body in self._accepted(each)), None)
            return taken, False
        return None, bool(begun or entries)

    def _accepted(self, option: dict[str, Any]) -> set[str]:
        """What the machine takes for an entry, digits only."""
        name = option["entry"]
        known = option.get("values") or [self.facts.get(name, self.secrets.get(name, ""))]
        return {"".join(c for c in str(value) if c.isdigit()) for value in known} - {""}

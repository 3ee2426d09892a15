"""What is known of providers: one JSON file each, so that nobody has to look up servers and forms of numbers.

A preset says what to ask for, what to set without asking, and where that stands (``source``, ``checked``). It is a beginning: all
of it can be changed under *Reconfigure*.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
import json
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent
OTHER = "other"
"""Chosen when the provider is not among them: everything is asked for."""


@dataclass(frozen=True, slots=True)
class Preset:
    """One provider."""

    preset_id: str
    name: str
    countries: tuple[str, ...]
    """Where its customers are, ISO 3166-1 alpha-2; empty: anywhere."""
    source: str
    """Page that tells of its settings."""
    checked: str
    """Day on which that was read, ISO 8601."""
    ask: tuple[str, ...]
    """Fields besides user name and password that only the customer knows."""
    account: Mapping[str, Any]
    """Data of an entry that are the same for all its customers."""
    hint: Mapping[str, str]
    """Where the customer finds what is asked for, by language; English always."""

    def hint_in(self, language: str) -> str:
        """The hint in ``language`` (BCP 47), else in English."""
        return self.hint.get(language.partition("-")[0], self.hint["en"])

    def complete(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Data of an entry from what was asked for; an empty answer leaves what the preset says."""
        data = {**self.account, "advanced": dict(self.account.get("advanced", {}))}
        for key, value in answers.items():
            if value in ("", None):
                continue
            if key in _TOP:
                data[key] = value
            else:
                data["advanced"][key] = value
        return data


_TOP = frozenset({"host", "username", "password", "transport"})


@cache
def presets() -> Mapping[str, Preset]:
    """All presets by id, sorted by name. Reads files: not for the event loop."""
    found = [_read(path) for path in _FOLDER.glob("*.json")]
    return {preset.preset_id: preset for preset in sorted(found, key=lambda each: each.name.casefold())}


def _read(path: Path) -> Preset:
    data = json.loads(path.read_text(encoding="utf-8"))
    return Preset(
        preset_id=path.stem,
        name=data["name"],
        countries=tuple(data["countries"]),
        source=data["source"],
        checked=data["checked"],
        ask=tuple(data["ask"]),
        account=data["account"],
        hint=data["hint"],
    )

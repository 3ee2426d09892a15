"""Scenarios: what the company, its menu, its queue and the user's phones do; read from YAML."""

from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml


class ScenarioError(ValueError):
    """The YAML is no scenario; one line says where and why."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """Something said during hold. ``at_s`` after the hold began; ``ducked``: the music goes on softly beneath."""

    at_s: float
    text: str
    ducked: bool = False


@dataclass(frozen=True, slots=True)
class Representative:
    """The human at the end of the queue."""

    greeting: str = "Hello, thank you for waiting. This is Mary. How can I help you?"
    reply: str = "Okay. I will wait."
    talk: tuple[str, ...] = ("Good morning. I can see your account here.", "Is there anything else?")
    voice: str = "slt"
    patience_s: float = 8.0
    """How long nothing may be heard before "Hello?", and again before hanging up."""
    wait_for_user_s: float = 40.0
    talk_s: float = 8.0
    """How long the talk with the user lasts before the representative says goodbye."""
    beeps_hz: float = 0.0
    """Beeps of this pitch instead of the talk, for measuring; begun as soon as beeps of ``user_beeps_hz`` are heard."""
    user_beeps_hz: float = 440.0


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue: music, announcements, then a human (or nobody)."""

    hold_s: float = 20.0
    entry: str = "Please hold while I connect you."
    announcements: tuple[Announcement, ...] = ()
    music_seed: int = 1
    representative: Representative | None = field(default_factory=Representative)


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu: prompts, then keys lead to other menus, queues or ends by name."""

    prompts: tuple[str, ...] = ()
    options: dict[str, str] = field(default_factory=dict)
    timeout_s: float = 6.0
    invalid: str = "I'm sorry, that is not a valid choice."
    max_repeats: int = 3
    barge_in: bool = True


@dataclass(frozen=True, slots=True)
class Company:
    """A company behind one number."""

    number: str = "5550100"
    reply: int = 0
    """Refuse with this SIP status."""
    never_answers: bool = False
    ringing_s: float = 3.0
    ringback: bool = False
    """Play ringback as early media."""
    voice: str = "rms"
    greeting: tuple[str, ...] = ()
    start: str = "main"
    menus: dict[str, Menu] = field(default_factory=dict)
    queues: dict[str, Queue] = field(default_factory=dict)
    ends: dict[str, str] = field(default_factory=dict)
    """Names of what is said before the company hangs up."""
    noise_s: float = 0.0
    """White noise for so long instead of everything, then it hangs up."""
    silence_s: float = 0.0
    """Silence for so long instead of everything, then it hangs up."""
    pause_s: float = 0.35
    """Silence after every sentence."""
    tree: str = ""
    """Path of a menu tree that is played instead of greeting, menus and ends; every wait in it leads to the first queue."""
    hang_up: str = ""
    """Hangs up in this phase: ``menu``, ``hold``, ``human`` or ``bridged``."""


@dataclass(frozen=True, slots=True)
class Phone:
    """One of the user's phones."""

    ring_s: float = 2.0
    reply: int = 0
    """Refuse with this SIP status after ringing."""
    never_answers: bool = False
    says: str = "Hi, this is Alex. Thank you for taking my call. I have a question about my bill."
    voice: str = "awb"
    is_voicemail: bool = False
    hang_up_after_s: float = 0.0
    """Hangs up so long after answering; 0: never first."""
    presses: str = ""
    """Keys pressed one after another, from ``press_after_s`` after answering on."""
    press_after_s: float = 1.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """One simulated world."""

    accounts: dict[str, str] = field(default_factory=lambda: {"alice": "secret"})
    company: Company = field(default_factory=Company)
    phones: dict[str, Phone] = field(default_factory=dict)
    expected_queue: str = ""


_NESTED: dict[tuple[type, str], type] = {
    (Scenario, "company"): Company,
    (Scenario, "phones"): Phone,
    (Company, "menus"): Menu,
    (Company, "queues"): Queue,
    (Queue, "announcements"): Announcement,
    (Queue, "representative"): Representative,
}


def load(path: Path) -> Scenario:
    """Read a scenario.

    Raises:
        ScenarioError: missing file, broken YAML, unknown or missing keys, a target that does not exist.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as err:
        raise ScenarioError(f"{path.name}: cannot be read") from err
    except yaml.YAMLError as err:
        raise ScenarioError(f"{path.name}: no YAML: {str(err).splitlines()[0]}") from err
    scenario = build(Scenario, data if data is not None else {}, path.name)
    _check_targets(scenario.company, path.name)
    return scenario


def build[T](kind: type[T], data: Any, where: str) -> T:
    """Make a dataclass of plain data, nested ones included. Raises ScenarioError."""
    if not isinstance(data, dict):
        raise ScenarioError(f"{where}: expected keys and values")
    known = {item.name: item for item in fields(kind)}  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for key, value in data.items():
        if key not in known:
            raise ScenarioError(f"{where}: unknown key {key!r}")
        values[key] = _value(kind, key, value, f"{where}: {key}")
    for name, item in known.items():
        if name not in values and item.default is MISSING and item.default_factory is MISSING:
            raise ScenarioError(f"{where}: {name!r} is missing")
    return kind(**values)


def _value(kind: type, key: str, value: Any, where: str) -> Any:
    nested = _NESTED.get((kind, key))
    if nested is None:
        if isinstance(value, dict):
            return {str(name): str(item) for name, item in value.items()}
        if isinstance(value, list):
            return tuple(str(item) for item in value)
        return value
    if value is None:
        return None
    if isinstance(value, list):
        return tuple(build(nested, item, where) for item in value)
    if key in ("phones", "menus", "queues"):
        if not isinstance(value, dict):
            raise ScenarioError(f"{where}: expected names")
        return {str(name): build(nested, item or {}, f"{where}: {name}") for name, item in value.items()}
    return build(nested, value, where)


def _check_targets(company: Company, where: str) -> None:
    places = {*company.menus, *company.queues, *company.ends}
    if company.menus and company.start not in places:
        raise ScenarioError(f"{where}: start {company.start!r} does not exist")
    for name, menu in company.menus.items():
        for key, target in menu.options.items():
            if target not in places:
                raise ScenarioError(f"{where}: menu {name!r}, key {key}: {target!r} does not exist")

"""Made-up states of the card at a moment that stands still: what its pictures in the documentation show."""

from typing import Any

NOW = 1_795_871_400.5
"""Saturday 28 November 2026, 14:10 in Berlin, in the middle of a second, so that no clock turns while a picture is taken."""
_ENTRY = "e1"

ACCOUNT = {
    "entry_id": _ENTRY,
    "title": "Home line",
    "state": "loaded",
    "can_control": True,
    "entities": {},
    "registration": "registered",
    "has_stt": True,
    "has_tts": True,
    "targets": ["My phone", "Browser"],
    "facts": ["account_number", "date_of_birth"],
    "contacts": [
        {
            "name": "Acme Bank",
            "number": "+15550100",
            "goal": "A charge on my bill",
            "language": "en",
            "usual_wait_s": 1500.0,
            "best_hour": 14,
        },
        {
            "name": "Town hall",
            "number": "+15550111",
            "goal": "",
            "language": "en",
            "usual_wait_s": 540.0,
            "best_hour": 9,
        },
    ],
}
_STRIP = [
    [0, "tone"],
    [3, "silence"],
    [4, "recording"],
    [26, "silence"],
    [29, "recording"],
    [52, "speech"],
    [56, "music"],
]
_HOLD = [[230, "recording"], [243, "music"], [520, "recording"], [533, "music"], [810, "recording"], [823, "music"]]
_PERSON = [[1104, "candidate"], [1111, "human"]]


def _line(number: int, at_s: float, kind: str, speaker: str, text: str = "", **data: Any) -> dict[str, Any]:
    return {"id": number, "at_s": at_s, "kind": kind, "speaker": speaker, "text": text, "data": data}


_SAID = [
    _line(0, 0, "started", "note"),
    _line(1, 4, "answered", "note"),
    _line(2, 28, "prompt_heard", "far", "For sales, press 1. For accounts and billing, press 2."),
    _line(3, 29, "key_pressed", "agent", "2", digits="2"),
    _line(4, 56, "hold_started", "note"),
    _line(5, 243, "announcement_heard", "far", "All of our representatives are busy. Please stay on the line."),
]


def call(seconds: float, **changes: Any) -> dict[str, Any]:
    """A call that began so long ago."""
    began = NOW - seconds
    return {
        "call_id": "c1",
        "entry_id": _ENTRY,
        "company": "Acme Bank",
        "number": "+15550100",
        "goal": "A charge on my bill",
        "started_at": began,
        "answered_at": began + 4,
        "audio_at": began,
        "ended_at": None,
        "phase": "on_hold",
        "phase_since": began + 56,
        "hold_started_at": began + 56,
        "hold_s": 0.0,
        "is_human": False,
        "target": "",
        "last_action": "",
        "last_heard": "All of our representatives are busy. Please stay on the line.",
        "outcome": None,
        "sentence": "",
        "has_recording": False,
        "question": None,
        "menu": [],
        "quality": {"step": "good", "loss_percent": 0},
        "queue_position": None,
        "estimated_wait_s": None,
        "strip": [*_STRIP, *[row for row in _HOLD if row[0] < seconds], [seconds, ""]],
        "transcript": [line for line in _SAID if line["at_s"] < seconds],
        **changes,
    }


def state(*calls: dict[str, Any], rings: bool = False, talks: bool = False) -> dict[str, Any]:
    """All that the card knows."""
    ring = {"ring_id": "r1", "call_id": "c1", "name": "Browser", "until": NOW + 20}
    talk = {"call_id": "c1", "is_lost": False}
    recent = [
        {**call(90_000), "call_id": "c2", "phase": "ended", "outcome": "connected", "hold_s": 1260.0},
        {**call(190_000), "call_id": "c3", "phase": "ended", "outcome": "closed", "company": "Town hall"},
    ]
    phone = {"entry_id": _ENTRY, "rings": [ring] if rings else [], "talks": [talk] if talks else []}
    return {"accounts": [ACCOUNT], "calls": list(calls), "recent": recent, "phones": [phone]}


_MENU = call(
    29.0,
    phase="navigating",
    hold_started_at=None,
    strip=[*_STRIP[:4], [29, ""]],
    last_heard="For sales, press 1. For accounts and billing, press 2. For technical support, press 3.",
    menu=[
        {"key": "1", "purpose": "sales", "is_chosen": False},
        {"key": "2", "purpose": "accounts and billing", "is_chosen": True},
        {"key": "3", "purpose": "technical support", "is_chosen": False},
    ],
)
_HOLDING = call(1010.0, queue_position=2, estimated_wait_s=240)
_HUMAN = call(
    1120.0,
    phase="human",
    is_human=True,
    hold_s=1048.0,
    strip=[*_STRIP, *_HOLD, *_PERSON, [1120, ""]],
)
_TALK = {**_HUMAN, "phase": "connected", "phase_since": NOW - 75, "target": "Demo", "last_heard": ""}
_ENDED = {
    **_HUMAN,
    "phase": "ended",
    "is_human": False,
    "ended_at": NOW - 5,
    "outcome": "connected",
    "sentence": "You were put through. A person was on the line.",
    "has_recording": True,
    "transcript": [
        *_SAID,
        _line(6, 1104, "candidate", "note"),
        _line(7, 1111, "human_answered", "note"),
        _line(8, 1113, "said", "agent", "Hello, I am calling for Alex. One moment, please."),
        _line(9, 1118, "connected", "note"),
    ],
}
LIGHT = {"dark": False, "width": 1280, "height": 1300}
DARK = {**LIGHT, "dark": True}
PHONE = {"dark": False, "width": 390, "height": 1300}
PICTURES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "card-idle": ({"state": state(), "ui": {"released": ["account_number"]}}, LIGHT),
    "card-menu": ({"state": state(_MENU)}, DARK),
    "card-hold": ({"state": state(_HOLDING)}, LIGHT),
    "card-hold-dark": ({"state": state(_HOLDING), "isOpen": True}, DARK),
    "card-hold-phone": ({"state": state(_HOLDING), "ui": {"panel": "keypad"}}, PHONE),
    "card-human": ({"state": state(_HUMAN, rings=True)}, LIGHT),
    "card-talk": (
        {
            "state": state(_TALK, talks=True),
            "talk": {"call_id": "c1", "isConnected": True, "isMuted": False},
            "levels": {"near": 0.02, "far": 0.2},
        },
        LIGHT,
    ),
    "card-ended": ({"state": state(_ENDED), "ui": {"panel": "report"}, "isOpen": True}, LIGHT),
}
"""By name: what to show, and how."""

BUSY_STRIP = [[index * 0.15, ("music", "speech", "silence", "recording")[index % 4]] for index in range(400)]
"""As many runs as a strip ever has, all in its last minute."""

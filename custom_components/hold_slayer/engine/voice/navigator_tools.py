"""The tools a language model may call to decide for the navigator, and how its answers are read."""

from collections.abc import Mapping
import json
import re
from typing import Any

_KEYS = re.compile(r"[0-9*#]{1,24}")
_NAME = re.compile(r"[\w .-]{1,60}")
_FENCE = re.compile(r"^```\w*\s*|\s*```$")
GIVE_UP_REASONS = ("closed", "wrong_number", "no_route", "needs_unknown_fact")


def _tool(name: str, description: str, /, **properties: dict[str, object]) -> dict[str, object]:
    parameters = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


TOOLS = [
    _tool("press", "Press one key the line offered.", key={"type": "string", "description": "0-9, * or #"}),
    _tool("say", "Say a few words to the line.", text={"type": "string", "description": "at most eight words"}),
    _tool("give_fact", "Give the line a fact by its name.", name={"type": "string", "description": "name on the list"}),
    _tool("wait", "Do nothing yet: the line is connecting or holding, has not finished, or asks nothing."),
    _tool("give_up", "End the call.", reason={"type": "string", "enum": list(GIVE_UP_REASONS)}),
    _tool(
        "ask_user",
        "Ask the user one short question about their matter that only they can answer and that decides which option is right.",
        question={"type": "string", "description": "in the user's language; never for a number, name, code or secret"},
    ),
]


def decision_from_call(name: str, arguments: str) -> Mapping[str, object] | None:
    """Read one tool call; None when it is nonsense. ``arguments`` is JSON as the model wrote it."""
    try:
        values: Any = json.loads(arguments) if arguments.strip() else {}
    except ValueError:
        return None
    return _decision(name, values) if isinstance(values, dict) else None


def decision_from_text(text: str) -> Mapping[str, object] | None:
    """Read an answer in prose's place: models without tools often write the call down as JSON. None when it is none."""
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start or _FENCE.sub("", text.strip()) != text[start : end + 1]:
        return None
    try:
        values: Any = json.loads(text[start : end + 1])
    except ValueError:
        return None
    if not isinstance(values, dict):
        return None
    name = values.get("do") or values.get("name") or values.get("tool")
    inner = values.get("arguments") or values.get("parameters")
    return _decision(name, inner if isinstance(inner, dict) else values)


def _decision(name: object, values: Mapping[str, Any]) -> Mapping[str, object] | None:
    def first(*keys: str) -> str:
        found = next((values[key] for key in keys if key in values), "")
        return str(found).strip() if isinstance(found, str | int) and not isinstance(found, bool) else ""

    match name:
        case "press" if _KEYS.fullmatch(keys := first("key", "keys", "value", "digits")):
            return {"do": "press", "value": keys}
        case "say" if 0 < len(text := first("text", "value")) <= 200:
            return {"do": "say", "value": " ".join(text.split())}
        case "give_fact" if _NAME.fullmatch(fact := first("fact", "value", "name")) and fact != name:
            return {"do": "give_fact", "value": fact}
        case "wait":
            return {"do": "wait"}
        case "ask_user" if 0 < len(question := first("question", "text", "value")) <= 400:
            return {"do": "ask_user", "value": " ".join(question.split())}
        case "give_up":
            reason = first("reason", "value")
            return {"do": "give_up", "reason": reason if reason in GIVE_UP_REASONS else "no_route"}
        case _:
            return None

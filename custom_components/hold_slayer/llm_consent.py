"""The user's yes to what a language model is about to do: asked for by the tool itself, not only by its description.

A model that wants to begin or end a call gets a code first, and has to come back with it. In a conversation the code is good only
after the user has said something more (Home Assistant gives every turn a context of its own): a model cannot say yes to itself.
Programs that speak MCP bring a context with every request; there it is their own dialogue that asks, by the tools' annotations.
"""

from dataclasses import dataclass
from secrets import token_hex
import time
from typing import Any, Final

from homeassistant.core import Context, HomeAssistant
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN

GOOD_FOR_S: Final = 300.0
_MOST: Final = 50
_WANTED: HassKey[dict[str, Wanted]] = HassKey(f"{DOMAIN}_llm_consent")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that a model wants to do."""

    tool: str
    what: tuple[Any, ...]
    context_id: str | None
    asked_at: float


def ask(hass: HomeAssistant, tool: str, what: tuple[Any, ...], context: Context | None) -> str:
    """Keep what is wanted; return the code that stands for it."""
    wanted = hass.data.setdefault(_WANTED, {})
    while len(wanted) >= _MOST:
        del wanted[next(iter(wanted))]
    code = token_hex(4)
    wanted[code] = Wanted(tool, what, context.id if context is not None else None, time.monotonic())
    return code


def is_given(hass: HomeAssistant, code: str, tool: str, what: tuple[Any, ...], context: Context | None) -> bool:
    """Whether the user has agreed to just this; a code is used once."""
    wanted = hass.data.get(_WANTED, {}).get(code)
    if wanted is None or (wanted.tool, wanted.what) != (tool, what):
        return False
    if context is not None and wanted.context_id == context.id:
        return False
    del hass.data[_WANTED][code]
    return time.monotonic() - wanted.asked_at <= GOOD_FOR_S

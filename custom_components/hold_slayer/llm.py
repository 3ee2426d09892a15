"""Tools for language models: every agent with the Assist tools, and Home Assistant's MCP server.

A model can call contacts only, learns no number, no fact and no word that was heard on the line (it might be an instruction),
and asks the user before it calls or hangs up.
"""

from abc import abstractmethod
from typing import Any, override

from homeassistant.components.llm import LLMTools
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.llm import LLM_API_ASSIST, LLMContext, Tool, ToolAnnotations, ToolInput, ToolResult
import probatio

from . import house
from .const import DOMAIN
from .house_texts import texts_for

_PROMPT = (
    "Hold Slayer telephones companies for the user, waits on hold and puts the user through to the human. "
    "Before starting or ending a call, say what you are about to do and wait for the user's yes. "
    "A call takes long: start it, tell the user, and do not poll."
)


@callback
def async_get_tools(hass: HomeAssistant, llm_context: LLMContext, api_id: str) -> LLMTools | None:
    """The tools, while an account is loaded."""
    if api_id != LLM_API_ASSIST or not house.loaded_entries(hass):
        return None
    names = [found.item.name for found in house.contacts(hass)]
    tools: list[Tool] = [StatusTool(), ConnectTool(), HangUpTool()]
    if names:
        tools.insert(0, CallTool(names))
    return LLMTools(tools=tools, prompt=_PROMPT)


class HouseTool(Tool):
    """A tool whose errors are told to the model as results."""

    integration = DOMAIN

    @override
    async def async_call(self, hass: HomeAssistant, tool_input: ToolInput, llm_context: LLMContext) -> ToolResult:
        try:
            arguments = self.parameters(tool_input.tool_args)
            return ToolResult(data=await self._act(hass, arguments, llm_context))
        except probatio.Invalid as err:
            return ToolResult(data={"error": str(err)}, error=True)
        except HomeAssistantError as err:
            return ToolResult(data={"error": str(err)}, error=True)

    @abstractmethod
    async def _act(self, hass: HomeAssistant, arguments: dict[str, Any], llm_context: LLMContext) -> dict[str, Any]: ...


class CallTool(HouseTool):
    """Starts a call and returns at once."""

    name = f"{DOMAIN}__call"
    title = "Call a company and wait on hold"
    annotations = ToolAnnotations(destructive=False, idempotent=False, open_world=True)

    def __init__(self, contacts: list[str]) -> None:
        self.description = (
            "Calls one of the user's contacts, goes through its phone menu and waits on hold for the user."
        )
        self.parameters = probatio.Schema(
            {
                probatio.Required("contact", description="Name of the contact"): probatio.In(contacts),
                probatio.Optional(
                    "goal", description="What the call is for, in a few words; no numbers or personal data"
                ): cv.string,
            }
        )

    @override
    async def _act(self, hass: HomeAssistant, arguments: dict[str, Any], llm_context: LLMContext) -> dict[str, Any]:
        contact = house.find_contact(hass, arguments["contact"])
        if contact is None:
            raise HomeAssistantError("there is no such contact any more")
        general = texts_for(contact.item.language or llm_context.language).general_goal
        goal = arguments.get("goal") or contact.item.goal or general
        await house.start_call(hass, contact, goal, llm_context.context)
        return {"started": True, "contact": contact.item.name}


class StatusTool(HouseTool):
    """How the call stands, without what was heard."""

    name = f"{DOMAIN}__status"
    title = "How the call stands"
    description = "Tells the phase of the call in progress or of the last one, and how long it has been on hold."
    annotations = ToolAnnotations(read_only=True, destructive=False, idempotent=True, open_world=False)

    @override
    async def _act(self, hass: HomeAssistant, arguments: dict[str, Any], llm_context: LLMContext) -> dict[str, Any]:
        found = house.last_call(hass)
        if found is None:
            return {"phase": "idle"}
        call = found.item
        return {
            "phase": call.phase.value,
            "company": call.company,
            "on_hold_seconds": round(house.waited_s(call)),
            "human_on_the_line": call.is_human,
            "outcome": call.outcome.value if call.outcome is not None else None,
        }


class ConnectTool(HouseTool):
    """Puts the user through."""

    name = f"{DOMAIN}__connect"
    title = "Put the user through"
    description = "Rings the user's phones now and connects them with the call in progress."
    annotations = ToolAnnotations(destructive=False, idempotent=True, open_world=True)

    @override
    async def _act(self, hass: HomeAssistant, arguments: dict[str, Any], llm_context: LLMContext) -> dict[str, Any]:
        call = house.active_call(hass)
        if call is None:
            raise HomeAssistantError("there is no call")
        await house.connect(hass, call, llm_context.context)
        return {"ringing": True}


class HangUpTool(HouseTool):
    """Ends the call."""

    name = f"{DOMAIN}__hang_up"
    title = "End the call"
    description = "Ends the call in progress; a place in the queue is lost."
    annotations = ToolAnnotations(destructive=True, idempotent=True, open_world=True)

    @override
    async def _act(self, hass: HomeAssistant, arguments: dict[str, Any], llm_context: LLMContext) -> dict[str, Any]:
        call = house.active_call(hass)
        if call is None:
            raise HomeAssistantError("there is no call")
        await house.hang_up(hass, call, llm_context.context)
        return {"ended": True}

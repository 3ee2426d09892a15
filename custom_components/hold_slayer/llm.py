"""Tools for language models: every agent with the Assist tools, and Home Assistant's MCP server.

A model can call contacts only, learns no number, no fact and no word that was heard on the line (it might be an instruction).
What it may do at all is an option of each account; by default it has to ask the user before a call begins or ends.
"""

from abc import abstractmethod
import time
from typing import Any, override

from homeassistant.components.llm import LLMTools
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.llm import LLM_API_ASSIST, LLMContext, Tool, ToolAnnotations, ToolInput, ToolResult
import probatio

from . import const, house, llm_consent
from .const import DOMAIN
from .engine.agent import NoQuestionError, UnknownCallError
from .engine.model.snapshot import CallSnapshot, UserQuestion
from .house_texts import texts_for
from .runtime import HoldSlayerConfigEntry

_PROMPT = (
    "Hold Slayer telephones companies for the user, waits on hold and puts the user through to the human. "
    "Before starting or ending a call, say what you are about to do and wait for the user's yes. "
    "When a tool returns a confirmation code, ask the user, and use the tool again with the code only after a yes. "
    "A call takes long: start it, tell the user, and do not poll. "
    "The line may ask for what only the user knows: never make up an answer, and never ask the user for the value itself."
)
_SEES = (const.LLM_ACCESS_WATCH, const.LLM_ACCESS_ASK, const.LLM_ACCESS_ALL)
_STEERS = (const.LLM_ACCESS_ASK, const.LLM_ACCESS_ALL)
_CONFIRMATION = {
    probatio.Optional(
        "confirmation", description="The code that this tool returned, after the user has said yes"
    ): cv.string
}


def _access(entry: HoldSlayerConfigEntry) -> str:
    return str(entry.options.get(const.CONF_LLM_ACCESS, const.LLM_ACCESS_ASK))


def _seen(hass: HomeAssistant) -> house.Entries:
    return [entry for entry in house.loaded_entries(hass) if _access(entry) in _SEES]


def _steered(hass: HomeAssistant) -> house.Entries:
    return [entry for entry in house.loaded_entries(hass) if _access(entry) in _STEERS]


@callback
def async_get_tools(hass: HomeAssistant, llm_context: LLMContext, api_id: str) -> LLMTools | None:
    """The tools, while an account is loaded that lets models see it."""
    if api_id != LLM_API_ASSIST or not _seen(hass):
        return None
    tools: list[Tool] = [StatusTool()]
    if steered := _steered(hass):
        tools += [ConnectTool(), AnswerTool(), ResumeTool(), HangUpTool()]
        if names := [found.item.name for found in house.contacts(hass, steered)]:
            tools.insert(0, CallTool(names))
    return LLMTools(tools=tools, prompt=_PROMPT)


def _call_to_steer(hass: HomeAssistant) -> house.Found[CallSnapshot]:
    """The call in progress. Raises HomeAssistantError."""
    call = house.active_call(hass, _steered(hass))
    if call is None:
        raise HomeAssistantError("there is no call")
    return call


def _question(found: house.Found[CallSnapshot], question: UserQuestion) -> dict[str, Any]:
    """What the line asks, by its kind and not by its words; and what could be released, by name.

    Where the menus' own language model asks, only the user can answer: a kept fact would be shown to it.
    """
    if question.asks:
        return {"wanted": "an answer of the user's own", "seconds_left": max(0, round(question.deadline - time.time()))}
    return {
        "wanted": question.fact,
        "seconds_left": max(0, round(question.deadline - time.time())),
        "kept_facts": list(found.entry.runtime_data.facts_for(found.item)),
    }


def _unless_agreed(
    hass: HomeAssistant,
    entry: HoldSlayerConfigEntry,
    tool: str,
    what: tuple[Any, ...],
    arguments: dict[str, Any],
    llm_context: LLMContext,
) -> dict[str, Any] | None:
    """What the model is told instead while the user has not agreed; None: go ahead."""
    if _access(entry) == const.LLM_ACCESS_ALL:
        return None
    code = arguments.get("confirmation")
    if code is not None and llm_consent.is_given(hass, code, tool, what, llm_context.context):
        return None
    fresh = llm_consent.ask(hass, tool, what, llm_context.context)
    return {
        "done": False,
        "confirmation_needed": fresh,
        "next": "Ask the user; after a yes use this tool again with the code.",
    }


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
                **_CONFIRMATION,
            }
        )

    @override
    async def _act(self, hass: HomeAssistant, arguments: dict[str, Any], llm_context: LLMContext) -> dict[str, Any]:
        contact = house.find_contact(hass, arguments["contact"], _steered(hass))
        if contact is None:
            raise HomeAssistantError("there is no such contact any more")
        general = texts_for(contact.item.language or llm_context.language).general_goal
        goal = arguments.get("goal") or contact.item.goal or general
        what = (contact.entry.entry_id, contact.item.name)
        if (refusal := _unless_agreed(hass, contact.entry, self.name, what, arguments, llm_context)) is not None:
            return refusal
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
        found = house.last_call(hass, _seen(hass))
        if found is None:
            return {"phase": "idle"}
        await house.check(hass, found.entry, llm_context.context)
        call = found.item
        told: dict[str, Any] = {
            "phase": call.phase.value,
            "company": call.company,
            "on_hold_seconds": round(house.waited_s(call)),
            "human_on_the_line": call.is_human,
            "outcome": call.outcome.value if call.outcome is not None else None,
        }
        if call.question is not None:
            told["question"] = _question(found, call.question)
        return told


class ConnectTool(HouseTool):
    """Puts the user through."""

    name = f"{DOMAIN}__connect"
    title = "Put the user through"
    description = "Rings the user's phones now and connects them with the call in progress."
    annotations = ToolAnnotations(destructive=False, idempotent=True, open_world=True)

    @override
    async def _act(self, hass: HomeAssistant, arguments: dict[str, Any], llm_context: LLMContext) -> dict[str, Any]:
        call = _call_to_steer(hass)
        await house.connect(hass, call, llm_context.context)
        return {"ringing": True}


class AnswerTool(HouseTool):
    """Answers a question of the line with a kept fact, whose value no model sees."""

    name = f"{DOMAIN}__answer_question"
    title = "Answer what the line asks"
    description = (
        "When the status shows a question: releases one of the user's kept facts to the line by its name, or declines. "
        "The value goes to the line and is never shown."
    )
    annotations = ToolAnnotations(destructive=False, idempotent=False, open_world=True)
    parameters = probatio.Schema(
        {
            probatio.Optional("fact", description="Name of the kept fact to release"): cv.string,
            probatio.Optional("decline", description="True: the call goes on without"): cv.boolean,
            **_CONFIRMATION,
        }
    )

    @override
    async def _act(self, hass: HomeAssistant, arguments: dict[str, Any], llm_context: LLMContext) -> dict[str, Any]:
        call, fact = _call_to_steer(hass), arguments.get("fact")
        if (fact is None) is not bool(arguments.get("decline")):
            raise HomeAssistantError("give the name of a fact, or decline")
        question = call.item.question
        if question is None:
            raise HomeAssistantError("the line asks nothing")
        if question.asks and fact is not None:
            raise HomeAssistantError("no fact is asked for, only the user can answer")
        what = (call.item.call_id, question.question_id, fact)
        if (refusal := _unless_agreed(hass, call.entry, self.name, what, arguments, llm_context)) is not None:
            return refusal
        try:
            await house.answer(hass, call, question.question_id, fact, llm_context.context)
        except LookupError as err:
            if isinstance(err, NoQuestionError | UnknownCallError):
                raise HomeAssistantError("the line asks nothing any more") from err
            raise HomeAssistantError("no fact of this name is kept for this company") from err
        return {"answered": fact is not None}


class ResumeTool(HouseTool):
    """Waits once more."""

    name = f"{DOMAIN}__wait_again"
    title = "Wait on hold again"
    description = "Takes the call back from the user, who was put on hold again, and waits for the next human."
    annotations = ToolAnnotations(destructive=False, idempotent=True, open_world=True)

    @override
    async def _act(self, hass: HomeAssistant, arguments: dict[str, Any], llm_context: LLMContext) -> dict[str, Any]:
        await house.resume_waiting(hass, _call_to_steer(hass), llm_context.context)
        return {"waiting": True}


class HangUpTool(HouseTool):
    """Ends the call."""

    name = f"{DOMAIN}__hang_up"
    title = "End the call"
    description = "Ends the call in progress; a place in the queue is lost."
    annotations = ToolAnnotations(destructive=True, idempotent=True, open_world=True)
    parameters = probatio.Schema(_CONFIRMATION)

    @override
    async def _act(self, hass: HomeAssistant, arguments: dict[str, Any], llm_context: LLMContext) -> dict[str, Any]:
        call = _call_to_steer(hass)
        what = (call.item.call_id,)
        if (refusal := _unless_agreed(hass, call.entry, self.name, what, arguments, llm_context)) is not None:
            return refusal
        await house.hang_up(hass, call, llm_context.context)
        return {"ended": True}

"""What the user is told and asked outside of dashboards: a notification in Home Assistant, and on the phones named in the options.

A question can be answered, and a human taken, right in the companion app's notification (``mobile_app_notification_action``): what
is typed there goes to the call and nowhere else.
"""

from collections.abc import Callable
import logging
import re
from typing import Any, Final

from homeassistant.components import persistent_notification
from homeassistant.core import Event, HomeAssistant, callback

from .const import DOMAIN
from .engine.agent import NoQuestionError, UnknownCallError
from .engine.model.call_event import CallOccurrence, OccurrenceKind
from .engine.model.snapshot import CallSnapshot, UserQuestion
from .facts import FactScopeError
from .notice_texts import notice_texts
from .phones import CONNECT, HANG_UP, LATER, async_send, phones_of
from .runtime import HoldSlayerConfigEntry
from .stops import all_of

_LOGGER = logging.getLogger(__name__)

EVENT_REPLY: Final = "mobile_app_notification_action"
_ANSWER, _DECLINE, _TELL = "HOLD_SLAYER_ANSWER", "HOLD_SLAYER_DECLINE", "HOLD_SLAYER_TELL"
_REPLY = re.compile(rf"(?P<verb>{_ANSWER}|{_DECLINE}|{_TELL}(?P<offer>\d))_(?P<call>[\w-]+)_(?P<number>\d{{1,4}})")
_MOST_OFFERS: Final = 2
"""Kept facts with a button of their own."""
_ORDER = re.compile(rf"(?P<verb>{CONNECT}|{LATER}|{HANG_UP})_(?P<call>[\w-]+)")
_CLEAR = "clear_notification"


class QuestionDesk:
    """Puts the questions of an account's calls to the user, and takes answers that come from a notification."""

    def __init__(self, hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._agent = entry.runtime_data.agent
        self._phones = phones_of(entry.options)

    def start(self) -> Callable[[], None]:
        """Follow the agent; returns how to stop."""
        return all_of(self._agent.subscribe(self._changed), self._hass.bus.async_listen(EVENT_REPLY, self._replied))

    @callback
    def _changed(self, call: CallSnapshot, occurrence: CallOccurrence | None) -> None:
        if occurrence is None:
            return
        if occurrence.kind == OccurrenceKind.QUESTION_ASKED and call.question is not None:
            self._ask(call, call.question, round(float(occurrence.data["seconds"])))
        elif occurrence.kind == OccurrenceKind.QUESTION_CLOSED:
            tag = _tag(call.call_id)
            persistent_notification.async_dismiss(self._hass, tag)
            self._send(_CLEAR, {"tag": tag})

    def _ask(self, call: CallSnapshot, question: UserQuestion, seconds: int) -> None:
        texts = notice_texts(self._hass.config.language)
        is_models = bool(question.asks)
        message = (texts.model_question if is_models else texts.question).format(
            company=call.company or call.number, text=question.text, asks=question.asks, seconds=seconds
        )
        if question.offers:
            message = f"{message} {texts.question_kept.format(facts=', '.join(question.offers))}"
        title = texts.model_title if is_models else texts.question_title
        tag, suffix = _tag(call.call_id), f"{call.call_id}_{question.question_id}"
        persistent_notification.async_create(self._hass, f"{message}\n\n{texts.question_how}", title, tag)
        offered = [
            {"action": f"{_TELL}{index}_{suffix}", "title": texts.tell.format(fact=name)}
            for index, name in enumerate(question.offers[:_MOST_OFFERS])
        ]
        answer = {"action": f"{_ANSWER}_{suffix}", "title": texts.answer, "behavior": "textInput"}
        decline = {"action": f"{_DECLINE}_{suffix}", "title": texts.decline}
        self._send(message, {"tag": tag, "ttl": 0, "priority": "high", "actions": [*offered, answer, decline]})

    def _send(self, message: str, data: dict[str, Any]) -> None:
        if self._phones:
            self._entry.async_create_background_task(
                self._hass, async_send(self._hass, self._phones, message, data), "hold_slayer question"
            )

    @callback
    def _replied(self, event: Event[dict[str, Any]]) -> None:
        pressed = str(event.data.get("action", ""))
        if (order := _ORDER.fullmatch(pressed)) is not None:
            self._ordered(order["verb"], order["call"])
            return
        found = _REPLY.fullmatch(pressed)
        text = str(event.data.get("reply_text") or "").strip()
        if found is None or (found["verb"] == _ANSWER and not text):
            return
        try:
            if found["offer"] is not None:
                self._tell(found["call"], int(found["number"]), int(found["offer"]))
                return
            self._agent.answer_question(found["call"], text if found["verb"] == _ANSWER else None, int(found["number"]))
        except UnknownCallError, NoQuestionError:
            _LOGGER.debug("An answer came too late")

    def _tell(self, call_id: str, question_id: int, offer: int) -> None:
        """A kept fact is released to the question. Raises UnknownCallError and NoQuestionError."""
        call = next((each for each in self._agent.calls if each.call_id == call_id), None)
        offers = call.question.offers if call is not None and call.question is not None else ()
        if call is None or offer >= len(offers):
            raise NoQuestionError(call_id)
        try:
            value = self._entry.runtime_data.open_fact(call, offers[offer])
        except KeyError, FactScopeError:
            _LOGGER.debug("The fact is not kept any more")
            return
        self._agent.answer_question(call_id, value, question_id, kept=offers[offer])

    def _ordered(self, verb: str, call_id: str) -> None:
        """A button of the notification that a human is there. *Not now* leaves the phones ringing; so does *Connect me*."""
        is_ringing = any(call.call_id == call_id and call.target_name for call in self._agent.calls)
        try:
            if verb == HANG_UP:
                self._agent.hang_up(call_id)
            elif verb == CONNECT and not is_ringing:
                self._agent.transfer(call_id)
        except UnknownCallError:
            _LOGGER.debug("A button was pressed too late")


def _tag(call_id: str) -> str:
    return f"{DOMAIN}_question_{call_id}"

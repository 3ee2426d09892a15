"""Lines of the logbook in Home Assistant's language: one for each milestone of a call."""

from collections.abc import Callable
from typing import Any, Final

from homeassistant.components.logbook.const import LOGBOOK_ENTRY_MESSAGE, LOGBOOK_ENTRY_NAME
from homeassistant.core import Event, HomeAssistant, callback

from .const import DOMAIN
from .events import EVENT_CALL
from .notice_texts import localized

_MESSAGES: Final = {
    "en": {
        "call_started": "calls {company}",
        "hold_started": "is on hold with {company}",
        "question_asked": "has a question for you from {company}",
        "human_answered": "has a human of {company} on the line after {minutes} min on hold",
        "connected": "has put you through to {company}",
        "call_ended": "has ended the call to {company}: {sentence}",
    },
    "de": {
        "call_started": "ruft {company} an",
        "hold_started": "ist in der Warteschleife von {company}",
        "question_asked": "hat eine Frage von {company} an dich",
        "human_answered": "hat nach {minutes} min Warten einen Menschen von {company} in der Leitung",
        "connected": "hat dich mit {company} verbunden",
        "call_ended": "hat den Anruf bei {company} beendet: {sentence}",
    },
    "es": {
        "call_started": "llama a {company}",
        "hold_started": "está en espera con {company}",
        "question_asked": "tiene una pregunta de {company} para ti",
        "human_answered": "tiene a una persona de {company} en la línea tras {minutes} min de espera",
        "connected": "te ha pasado la llamada con {company}",
        "call_ended": "ha terminado la llamada a {company}: {sentence}",
    },
    "fr": {
        "call_started": "appelle {company}",
        "hold_started": "est en attente chez {company}",
        "question_asked": "a une question de {company} pour vous",
        "human_answered": "a une personne de {company} en ligne après {minutes} min d'attente",
        "connected": "vous a mis en relation avec {company}",
        "call_ended": "a terminé l'appel à {company} : {sentence}",
    },
    "nl": {
        "call_started": "belt {company}",
        "hold_started": "staat in de wacht bij {company}",
        "question_asked": "heeft een vraag van {company} voor je",
        "human_answered": "heeft na {minutes} min wachten iemand van {company} aan de lijn",
        "connected": "heeft je doorverbonden met {company}",
        "call_ended": "heeft het gesprek met {company} beëindigd: {sentence}",
    },
}


@callback
def async_describe_events(
    hass: HomeAssistant, async_describe_event: Callable[[str, str, Callable[[Event[Any]], dict[str, str]]], None]
) -> None:
    """Register how our event is told."""

    @callback
    def describe(event: Event[Any]) -> dict[str, str]:
        data = event.data
        language = hass.config.language
        messages = _MESSAGES.get(language.partition("-")[0].lower(), _MESSAGES["en"])
        message = messages[data["type"]].format(
            company=data["company"] or data["number"],
            minutes=round(data["hold_seconds"] / 60),
            sentence=localized(data["sentence"], language) or data["outcome"],
        )
        return {LOGBOOK_ENTRY_NAME: "Hold Slayer", LOGBOOK_ENTRY_MESSAGE: message}

    async_describe_event(DOMAIN, EVENT_CALL, describe)

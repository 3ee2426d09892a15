"""Why something was done or believed in a call, in the user's language: engine and history hold codes, here is what they say.

What has no text here, the codes of older versions too, is shown without a reason.
"""

from collections.abc import Mapping
from typing import Any, Final

from .engine.model.call_event import OccurrenceKind
from .notice_texts import localized

type Message = dict[str, Any]

_LANGUAGES: Final = ("en", "de", "es", "fr", "nl")
_PRESSED: Final = {
    "best_option": (
        "it fits best",
        "passt am besten",
        "es lo que mejor encaja",
        "c'est ce qui convient le mieux",
        "past het best",
    ),
    "answer": (
        "the answer to its question",
        "die Antwort auf die Frage",
        "la respuesta a su pregunta",
        "la réponse à sa question",
        "het antwoord op de vraag",
    ),
    "open_question": (
        "what the call is about",
        "worum es geht",
        "el motivo de la llamada",
        "l'objet de l'appel",
        "waar het over gaat",
    ),
    "fact": (
        "it was asked for and is released",
        "wurde gefragt und ist freigegeben",
        "se pidió y está autorizado",
        "demandé et autorisé",
        "er werd om gevraagd en het is vrijgegeven",
    ),
    "name": (
        "the name of the person called",
        "der Name der gesuchten Person",
        "el nombre de la persona buscada",
        "le nom de la personne demandée",
        "de naam van de gezochte persoon",
    ),
    "not_released": (
        "around what was not released",
        "vorbei an dem, was nicht freigegeben ist",
        "para evitar lo no autorizado",
        "pour contourner ce qui n'est pas autorisé",
        "langs wat niet is vrijgegeven",
    ),
    "flow": ("the known way", "der bekannte Weg", "el camino conocido", "le chemin connu", "de bekende weg"),
    "model": (
        "the language model's choice",
        "die Wahl des Sprachmodells",
        "elección del modelo de lenguaje",
        "choix du modèle de langage",
        "keuze van het taalmodel",
    ),
    "user": ("you wanted it", "du wolltest es", "tú lo pediste", "vous l'avez demandé", "jij wilde het"),
    "side": (
        "one of the two that it asked about",
        "eines von beidem, wonach gefragt wurde",
        "una de las dos opciones por las que preguntó",
        "l'un des deux choix demandés",
        "een van de twee waarnaar gevraagd werd",
    ),
    "only_one_left": (
        "nothing else may be chosen",
        "etwas anderes kommt nicht in Frage",
        "no se puede elegir otra cosa",
        "rien d'autre ne peut être choisi",
        "iets anders kan niet gekozen worden",
    ),
    "ladder": (
        "to reach a person",
        "um jemanden zu erreichen",
        "para llegar a una persona",
        "pour joindre quelqu'un",
        "om iemand te bereiken",
    ),
    "guess": (
        "a guess: nothing fits",
        "geraten: nichts passt",
        "a prueba: nada encaja",
        "au hasard : rien ne convient",
        "een gok: niets past",
    ),
    "nothing_fits": ("nothing fits", "nichts passt", "nada encaja", "rien ne convient", "niets past"),
    "wrong_branch": (
        "back from a dead end",
        "zurück aus einer Sackgasse",
        "vuelta de un callejón sin salida",
        "retour d'une impasse",
        "terug van een doodlopende weg",
    ),
    "refused": (
        "you do not allow what is offered",
        "Angebotenes ist nicht erlaubt",
        "no permites lo que se ofrece",
        "l'offre n'est pas permise",
        "het aanbod is niet toegestaan",
    ),
    "message": (
        "the message for the voicemail",
        "die Nachricht für die Mailbox",
        "el mensaje para el buzón",
        "le message pour la messagerie",
        "het bericht voor de voicemail",
    ),
}
_WAITS: Final = {
    "queue": ("the line says so", "die Leitung sagt es", "lo dice la línea", "la ligne le dit", "de lijn zegt het"),
    "flow": ("the known way", "der bekannte Weg", "el camino conocido", "le chemin connu", "de bekende weg"),
    "music": ("music plays", "Musik spielt", "suena música", "de la musique", "er klinkt muziek"),
    "no_words": (
        "nothing can be understood",
        "nichts ist zu verstehen",
        "no se entiende nada",
        "rien n'est compréhensible",
        "er is niets te verstaan",
    ),
    "long_silence": ("silence", "Stille", "silencio", "silence", "stilte"),
    "ringing_after_answer": (
        "it rings on",
        "es klingelt weiter",
        "sigue sonando",
        "ça sonne encore",
        "het rinkelt verder",
    ),
    "taken_over": (
        "you handed the call over",
        "du hast den Anruf übergeben",
        "tú pasaste la llamada",
        "vous avez confié l'appel",
        "jij gaf het gesprek door",
    ),
    "handed_back": (
        "you handed the call back",
        "du hast den Anruf zurückgegeben",
        "tú devolviste la llamada",
        "vous avez rendu l'appel",
        "jij gaf het gesprek terug",
    ),
    "transfer_failed": (
        "none of your phones answered",
        "keines deiner Telefone antwortete",
        "ninguno de tus teléfonos contestó",
        "aucun de vos téléphones n'a répondu",
        "geen van je telefoons nam op",
    ),
}
_WAS_NONE: Final = {
    "music_returned": ("music again", "wieder Musik", "otra vez música", "de nouveau de la musique", "weer muziek"),
    "repeated_text": ("heard before", "schon einmal gehört", "ya se oyó antes", "déjà entendu", "al eerder gehoord"),
    "repeated_recording": (
        "heard before",
        "schon einmal gehört",
        "ya se oyó antes",
        "déjà entendu",
        "al eerder gehoord",
    ),
    "queue_words": (
        "it speaks of the queue",
        "es spricht von der Warteschleife",
        "habla de la espera",
        "il parle de l'attente",
        "het gaat over de wachtrij",
    ),
    "not_confirmed": ("no answer", "keine Antwort", "sin respuesta", "pas de réponse", "geen antwoord"),
    "ran_on": ("it talked on", "es sprach weiter", "siguió hablando", "il a continué de parler", "het praatte door"),
}
_HUMAN: Final = {
    "sound": ("by the voice", "an der Stimme", "por la voz", "à la voix", "aan de stem"),
    "greeting_words": ("by the greeting", "an der Begrüßung", "por el saludo", "à l'accueil", "aan de begroeting"),
    "reaction": (
        "by the answer to our question",
        "an der Antwort auf die Frage",
        "por la respuesta a nuestra pregunta",
        "à la réponse à notre question",
        "aan het antwoord op de vraag",
    ),
    "called_back": (
        "called back as promised",
        "wie versprochen zurückgerufen",
        "devolvió la llamada",
        "a rappelé comme promis",
        "belde terug zoals beloofd",
    ),
}
_NOT_REACHED: Final = {
    "busy": ("busy", "besetzt", "comunica", "occupé", "bezet"),
    "no_answer": ("no answer", "keine Antwort", "sin respuesta", "pas de réponse", "geen antwoord"),
    "declined": ("declined", "abgelehnt", "rechazada", "refusé", "geweigerd"),
    "voicemail": ("voicemail", "Mailbox", "buzón de voz", "messagerie", "voicemail"),
    "refused": ("not dialled", "nicht gewählt", "no se marcó", "non composé", "niet gebeld"),
    "unreachable": ("unreachable", "nicht erreichbar", "no localizable", "injoignable", "onbereikbaar"),
    "no_address": (
        "nobody knows where it is",
        "niemand weiß, wo es ist",
        "nadie sabe dónde está",
        "on ne sait pas où il est",
        "niemand weet waar het is",
    ),
}
_CLOSED: Final = {
    "answered": ("answered", "beantwortet", "respondida", "répondue", "beantwoord"),
    "declined": ("you did not want to", "du wolltest nicht", "no quisiste", "vous n'avez pas voulu", "je wilde niet"),
    "late": ("too late", "zu spät", "demasiado tarde", "trop tard", "te laat"),
    "moved_on": (
        "the line went on",
        "die Leitung ging weiter",
        "la línea siguió",
        "la ligne a continué",
        "de lijn ging verder",
    ),
}
REASONS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    OccurrenceKind.KEY_PRESSED: _PRESSED,
    OccurrenceKind.SAID: _PRESSED,
    OccurrenceKind.HOLD_STARTED: _WAITS,
    OccurrenceKind.CANDIDATE_DROPPED: _WAS_NONE,
    OccurrenceKind.HUMAN_ANSWERED: _HUMAN,
    OccurrenceKind.TARGET_FAILED: _NOT_REACHED,
    OccurrenceKind.QUESTION_CLOSED: _CLOSED,
}
"""By kind of occurrence and code; in the languages of the translations."""


def why(kind: str, reason: object, language: str | None) -> str:
    """The reason of an occurrence in a language tag's language, English where that is missing; empty for codes without a text."""
    texts = REASONS.get(kind, {}).get(str(reason), ())
    code = (language or "en").replace("_", "-").partition("-")[0].lower()
    return texts[_LANGUAGES.index(code) if code in _LANGUAGES else 0] if texts else ""


def told_line(line: Message, language: str | None) -> Message:
    """A line of a call's story, with its sentence said in a language, and ``why`` where there is a reason."""
    data = dict(line["data"])
    if "sentence" in data:
        data["sentence"] = localized(str(data["sentence"]), language)
    if text := why(line["kind"], data.get("reason"), language):
        data["why"] = text
    return {**line, "data": data}


def told_call(call: Message, language: str | None) -> Message:
    """A call, whole or as a row, with all its sentences said in a language."""
    told = {**call, "sentence": localized(call["sentence"] or "", language)}
    if "transcript" in call:
        told["transcript"] = [told_line(line, language) for line in call["transcript"]]
    return told


def told(message: Message, language: str | None) -> Message:
    """A message of the feed, with all its sentences said in a language."""
    match message["kind"]:
        case "snapshot":
            return {
                **message,
                **{key: [told_call(call, language) for call in message[key]] for key in ("calls", "recent")},
            }
        case "recent":
            return {**message, "recent": [told_call(call, language) for call in message["recent"]]}
        case "call":
            return {**message, "call": told_call(message["call"], language)}
        case "transcript":
            return {**message, "line": told_line(message["line"], language)}
        case _:
            return message

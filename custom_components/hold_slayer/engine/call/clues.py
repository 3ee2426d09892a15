"""Who is speaking, by what was said: a person who takes a call, or a machine. Words only; the ear decides by sound.

A text heard before in the same call is a recording, whatever it says.
"""

from enum import Enum
import re
import unicodedata

_HUMAN = (
    # en
    r"how (can|may|could) i (help|assist)|what can i (do|help)|this is \w+( speaking)?$|this is (?!a |the |an )\w+ .*help|"
    r"\bspeaking\b|my name is|you'?re (speaking|talking) (to|with)|is anybody there|are you there|can you hear me|who am i speaking",
    # de
    r"was kann ich (für sie|fuer sie) tun|wie kann ich (ihnen )?helfen|mein name ist|am apparat|sie sprechen mit|hören sie mich",
    # fr
    r"(en quoi|comment) puis.?je vous aider|que puis.?je faire|je m'appelle|à l'appareil|vous m'entendez|je vous écoute",
    # es
    r"en qué (le |te )?puedo (ayudar|servir)|(puedo|podemos) ayudarle|mi nombre es|le atiende|me escucha|dígame",
    # nl
    r"waarmee kan ik u (helpen|van dienst)|hoe kan ik u helpen|mijn naam is|u spreekt met|hoort u mij",
    # it
    r"(come|in cosa) posso (aiutarla|esserle)|il mio nome è|mi chiamo|mi sente|sono \w+ come posso",
)
_RECORDING = (
    # en
    r"\bpress\b|stay on the line|remain on the line|please hold|continue to hold|your call (is|will|may)|call is important|"
    r"(all|our) .*(representatives|agents|operators|advisors|lines|colleagues).*(busy|assisting|currently|helping)|caller number|"
    r"in the queue|wait time|may be (recorded|monitored)|office hours|visit (us|our)|www|dot com|menu|leave a message|after the (tone|beep)|"
    r"thank you for (holding|calling|your patience)(?!.*(this is|my name|help you))|next available",
    # de
    r"drücken sie|bleiben sie (in der leitung|dran)|bitte warten|ihr anruf|alle .*(leitungen|mitarbeiter|plätze).*(belegt|gespräch|besetzt)|"
    r"warteschleife|wartezeit|nächster? freie|aufgezeichnet|öffnungszeiten|nach dem (ton|signal)",
    # fr
    r"tapez|appuyez|restez en ligne|veuillez patienter|votre appel|nos conseillers|sont (tous )?occupés|temps d'attente|enregistré|"
    r"après le (bip|signal)|heures d'ouverture",
    # es
    r"(pulse|oprima|marque|presione)\b|permanezca en (la )?línea|no cuelgue|su llamada|nuestros (agentes|operadores|asesores)|"
    r"tiempo de espera|grabad[ao]|después del tono|horario de",
    # nl
    r"toets|druk op|blijf aan de lijn|een ogenblik geduld|uw (gesprek|oproep)|al onze medewerkers|wachttijd|wachtende|opgenomen|na de toon",
    # it
    r"prema|premere|digiti|resti in linea|attendere|la sua chiamata|i nostri operatori|sono (tutti )?occupati|tempo di attesa|registrata|"
    r"dopo il segnale",
)
_HUMAN_PATTERN = re.compile("|".join(_HUMAN))
_RECORDING_PATTERN = re.compile("|".join(_RECORDING))
_MIN_WORDS_TO_REPEAT = 4
_SAME = 0.75


class Speaker(Enum):
    """Who is speaking, by words."""

    HUMAN = "human"
    RECORDING = "recording"
    UNKNOWN = "unknown"


def speaker_of(text: str) -> Speaker:
    """Judge one utterance. A greeting outweighs politeness phrases; an offer of keys outweighs everything."""
    plain = " ".join(unicodedata.normalize("NFC", text).lower().replace("’", "'").split()).strip(" .!?")
    is_human = _HUMAN_PATTERN.search(plain) is not None
    is_recording = _RECORDING_PATTERN.search(plain) is not None
    if is_human and not is_recording:
        return Speaker.HUMAN
    return Speaker.RECORDING if is_recording else Speaker.UNKNOWN


class HeardTexts:
    """Texts of one call, to notice repetitions. Bounded."""

    def __init__(self, limit: int = 200) -> None:
        self._limit = limit
        self._texts: list[frozenset[str]] = []

    def is_repeat(self, text: str) -> bool:
        """True when nearly the same words were heard before; then and otherwise the text is remembered."""
        words = frozenset(re.findall(r"\w+", text.lower()))
        if len(words) < _MIN_WORDS_TO_REPEAT:
            return False
        repeated = any(len(words & old) / len(words | old) >= _SAME for old in self._texts)
        if not repeated:
            self._texts.append(words)
            del self._texts[: -self._limit]
        return repeated

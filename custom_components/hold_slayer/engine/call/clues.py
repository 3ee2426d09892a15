"""Who is speaking, by what was said: a person who takes a call, or a machine. Words only; the ear decides by sound.

A text heard before in the same call is a recording, whatever it says. Six languages at once: a representative may greet in
another one than the menu's.
"""

from difflib import SequenceMatcher
from enum import Enum
from itertools import pairwise
import re
import unicodedata

_PERSON = (
    # en
    r"my name is|(?:this is|it's) \w+(?: \w+)? (?:speaking|here)\b|\b(?!(?:we|are|for|your|my|the|of|to)\b)\w+ speaking$|you(?:'re| are) (?:speaking|talking) (?:to|with)|"
    r"this is (?!a\b|the\b|an\b|our\b|your\b|not\b)\w+(?: \w+)? (?:from|in|at|with)\b|this is (?!a\b|the\b|an\b|our\b|your\b)\w+.{0,24}\b(?:i|help|assist)\b|"
    r"is (?:any|some)body there|is anyone there|are you there|can you hear me|who am i (?:speaking|talking)|"
    # de
    r"mein name ist|\bam apparat\b|sie sprechen mit|hören sie mich|ist da jemand|mit wem spreche ich|"
    # fr
    r"je m'appelle|à l'appareil|vous m'entendez|il y a quelqu'un|c'est \w+ à votre écoute|"
    # es
    r"mi nombre es|le (?:atiende|habla|saluda)|me (?:escucha|oye)|hay alguien ahí|con quién hablo|"
    # nl
    r"mijn naam is|u spreekt met|hoort u mij|is daar iemand|"
    # it
    r"il mio nome è|mi chiamo|mi sente|c'è qualcuno|parla con"
)
_OFFER = (
    # en
    r"how (?:can|may|could) i (?:help|assist|direct)|what can i (?:do|help)|"
    # de
    r"(?:was|wie) kann ich (?:für sie tun|fuer sie tun|ihnen (?:weiter)?helfen|helfen)|womit kann ich|"
    # fr
    r"(?:en quoi|comment) puis.?je vous aider|que puis.?je faire|je vous écoute|"
    # es
    r"en qué (?:le |te )?puedo (?:ayudar|servir)|(?:puedo|podría) ayudarle|dígame|"
    # nl
    r"waarmee kan ik u (?:helpen|van dienst)|hoe kan ik u helpen|"
    # it
    r"(?:come|in cosa) posso (?:aiutarla|esserle)"
)
_RECORDING = (
    # en
    r"\bpress\b|(?:stay|remain) on the line|please hold|continue to hold|your call (?:is|will|may)|call is important|"
    r"(?:all|our) .*(?:representatives|agents|operators|advisors|lines|colleagues|specialists).*(?:busy|assisting|currently|helping)|"
    r"caller number|callers? (?:ahead|before|in front)|in the queue|wait time|hold time|may be (?:recorded|monitored)|(?:office|business|opening) hours|visit (?:us|our)|website|\bwww\b|"
    r"dot com|\bmenu\b|leave (?:us )?a message|after the (?:tone|beep)|next available|(?:virtual|automated|digital) (?:assistant|agent|system)|"
    r"you can (?:also )?say|in a few words|did you know|have you heard (?:about|of) our|(?:new|special|summer|winter) offers?\b|(?:didn't|did not|don't|couldn't) (?:get|catch|understand|recogni[sz]e|hear) (?:that|you|your)|"
    r"thank you for (?:holding|calling|your patience)(?!.*(?:this is|my name|i help|help you|i assist|speaking))|^welcome to(?!.*(?:this is|my name|speaking))|"
    # de
    r"drücken sie|wählen sie|bleiben sie (?:in der leitung|dran|am apparat)|bitte warten|ihr anruf|"
    r"(?:alle|unsere) .*(?:leitungen|mitarbeiter|plätze).*(?:belegt|gespräch|besetzt)|warteschleife|wartezeit|nächste[rn]? freie|"
    r"aufgezeichnet|(?:öffnungs|geschäfts)zeiten|nach dem (?:ton|signal)|nicht verstanden|entdecken sie|kennen sie schon|(?:digitale|virtuelle|automatische)r? assistent|"
    # fr
    r"\btapez\b|appuyez|restez en ligne|veuillez patienter|votre appel|nos conseillers|sont (?:tous )?occupés|temps d'attente|personnes? (?:avant vous|en attente)|file d'attente|enregistré|"
    r"après le (?:bip|signal)|heures d'ouverture|pas compris|découvrez|profitez de|assistante? (?:virtuel|vocal)|"
    # es
    r"(?:pulse|oprima|marque|presione)\b|permanezca en (?:la )?línea|no cuelgue|su llamada|nuestros (?:agentes|operadores|asesores)|"
    r"tiempo de espera|(?:posición|puesto) en la|en la cola\b|grabad[ao]|después del tono|horario de|no (?:he|hemos) entendido|(?:conozca|descubra|aproveche)\b|asistente virtual|"
    # nl
    r"\btoets\b|druk op|blijf aan de lijn|een ogenblik geduld|uw (?:gesprek|oproep)|(?:al )?onze medewerkers|wachttijd|wachtende|opgenomen|"
    r"na de (?:toon|piep)|niet (?:goed )?(?:begrepen|verstaan)|openingstijden|ontdek\b|profiteer|"
    # it
    r"\bprema\b|premere|\bdigiti\b|resti in linea|attendere|la sua chiamata|i nostri operatori|sono (?:tutti )?occupati|tempo d(?:i |')attesa|(?:persone|utenti|clienti|chiamate) in attesa|attesa prima di lei|"
    r"registrata|dopo il segnale|non ho capito|orari[o]? di apertura|\b(?:scopra|scopri|approfitti)\b|assistente virtuale"
)
_KEYS = r"\bpress\b|\bdial\b|drücken|wählen|tapez|appuyez|faites le|\bpulse\b|oprima|marque|presione|\btoets\b|druk op|kies|\bprema\b|premere|digiti|selezioni"
_LEAVING = (
    r"leave (?:us )?a (?:message|voice)|call(?:ed)? (?:you )?back|call-?back|voice ?mail|rückruf|zurückrufen|nachricht hinterlassen|"
    r"laisser un message|rappel|dejar un mensaje|devol(?:ver|vamos|veremos).{0,8}llama|terugbel|bericht (?:in te spreken|achter)|"
    r"lasciare un messaggio|richiam"
)
_STAYING = (
    r"(?:stay|remain|keep|continue|wait|waiting|hold(?:ing)?).{0,24}(?:line|hold|queue|waiting|place|wait)|continue holding|weiter (?:zu )?warten|in der leitung|"
    r"rester en ligne|patienter|seguir esperando|en (?:la )?línea|aan de lijn|blijven wachten|restare in (?:linea|attesa)"
)
_ASSENT = (
    r"\b(?:yes|yeah|yep|sure|i can hear|hello|hi|speaking|go ahead|"
    r"ja|jawohl|hallo|ich höre|oui|allô|bonjour|je vous entends|sí|hola|diga|le escucho|le oigo|sì|pronto|la sento|ik hoor)\b"
)
_ASSENT_PATTERN = re.compile(_ASSENT)
_PERSON_PATTERN = re.compile(_PERSON)
_OFFER_PATTERN = re.compile(_OFFER)
_RECORDING_PATTERN = re.compile(_RECORDING)
_KEYS_PATTERN = re.compile(_KEYS)
_LEAVING_PATTERN = re.compile(_LEAVING)
_STAYING_PATTERN = re.compile(_STAYING)

_WORD = re.compile(r"[\w']+")
_WORDS_OF_ASSENT = 4
_SAME = 0.75
_SAME_IN_ORDER = 0.5
_WORDS_IN_ORDER = 6
"""Of longer texts so large a share in the same order will do: at 15 % wrong words two hearings share some seven in ten."""
_SAME_BEGINNING = 0.6
_TAIL = 3
_MIN_WORDS_TO_COMPARE = 4
_MIN_WORDS_OF_A_PART = 5


class Speaker(Enum):
    """Who is speaking, by words."""

    PERSON = "person"
    """Introduces themselves, or asks whether anybody is there."""
    OFFER = "offer"
    """"How can I help you": a person, or a machine that understands speech."""
    RECORDING = "recording"
    UNKNOWN = "unknown"

    @property
    def is_human_like(self) -> bool:
        """True for words with which people take calls."""
        return self in (Speaker.PERSON, Speaker.OFFER)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).lower().replace("’", "'").split()).strip(" .!?")


def speaker_of(text: str) -> Speaker:
    """Judge one utterance. Queue talk and offers of keys outweigh every greeting."""
    plain = _plain(text)
    if _RECORDING_PATTERN.search(plain):
        return Speaker.RECORDING
    if _PERSON_PATTERN.search(plain):
        return Speaker.PERSON
    return Speaker.OFFER if _OFFER_PATTERN.search(plain) else Speaker.UNKNOWN


def asks_for_key(text: str) -> bool:
    """True when keys are offered for something else than leaving the queue (a message, a callback)."""
    plain = _plain(text)
    if _KEYS_PATTERN.search(plain) is None:
        return False
    return _LEAVING_PATTERN.search(plain) is None or _STAYING_PATTERN.search(plain) is not None


def speaker_of_part(text: str) -> Speaker:
    """Judge the beginning of an utterance: what has to stand at the end of a sentence is not there yet."""
    return speaker_of(f"{text} _")


def is_assent(text: str) -> bool:
    """True when it begins like an answer to "can you hear me?", one word more or less misheard."""
    return _ASSENT_PATTERN.search(" ".join(_words(text)[:_WORDS_OF_ASSENT])) is not None


MOST_TEXTS = 200
"""Kept of one call."""


class HeardTexts:
    """Texts of one call, to notice repetitions. Bounded."""

    def __init__(self, limit: int = MOST_TEXTS) -> None:
        self._limit = limit
        self._texts: list[tuple[str, ...]] = []

    def add(self, text: str) -> None:
        """Remember it."""
        words = _words(text)
        if words and words not in self._texts:
            self._texts.append(words)
            del self._texts[: max(0, len(self._texts) - self._limit)]

    def forget(self, text: str) -> None:
        """It was a person's: who comes next may well greet in the same words."""
        words = _words(text)
        self._texts = [old for old in self._texts if old != words]

    def recall(self, text: str) -> bool:
        """True when the same was said before: word for word, nearly, or as part of something longer."""
        words = _words(text)
        return bool(words) and any(_is_same(words, old) for old in self._texts)

    def recall_beginning(self, text: str) -> bool:
        """True when something heard before begins like this, some words misheard."""
        words = _words(text)
        return self.recall(text) or any(_begins(old, words) for old in self._texts)


def words_of_text(text: str) -> tuple[str, ...]:
    """Its words in lower case, punctuation left out."""
    return tuple(_WORD.findall(_plain(text)))


_words = words_of_text


def _begins(old: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Most of ``words`` stand in the same order at the start of ``old``, which goes on.

    Where they are several the last ones too: "thank you for holding" begins many a sentence.
    """
    if not words:
        return False
    blocks = SequenceMatcher(None, old[: len(words) + 2], words, autojunk=False).get_matching_blocks()
    if sum(block.size for block in blocks) < _SAME_BEGINNING * len(words):
        return False
    tail = len(words) - _TAIL
    last = sum(max(0, block.b + block.size - max(block.b, tail)) for block in blocks)
    return len(words) < _MIN_WORDS_OF_A_PART or last >= _TAIL - 1


def _is_in_order(new: tuple[str, ...], old: tuple[str, ...]) -> bool:
    """Much of both is the same, in the same order, with words misheard here and there."""
    shorter, longer = sorted((len(new), len(old)))
    if shorter < _WORDS_IN_ORDER or shorter < _SAME_IN_ORDER * longer:
        return False
    if len(frozenset(new) & frozenset(old)) < _SAME_IN_ORDER * len(frozenset(new)):
        return False
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) >= _SAME_IN_ORDER * longer


def _is_same(new: tuple[str, ...], old: tuple[str, ...]) -> bool:
    if new == old:
        return True
    if min(len(new), len(old)) < _MIN_WORDS_TO_COMPARE:
        return False
    a, b = frozenset(new), frozenset(old)
    if len(a & b) / len(a | b) >= _SAME or _is_in_order(new, old):
        return True
    # Endpointing may cut the same recording elsewhere: the new text is a part of an old one.
    pairs, old_pairs = set(pairwise(new)), set(pairwise(old))
    return len(new) >= _MIN_WORDS_OF_A_PART and len(pairs & old_pairs) / len(pairs) >= _SAME

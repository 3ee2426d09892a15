"""How much a text speaks for a person or for a recording: log-odds, from phrases in six languages, a word misheard here and there.

The weights are logarithms of how many times likelier people who take a call say such a thing than the recordings of a queue do.
They are set by hand, rounded, and tried on the fleet's ``dev`` texts (`bench/fleet.py`).
"""

from dataclasses import dataclass
import re

from .clues import Speaker, speaker_of, speaker_of_part, words_of_text

OFFER, PERSON, NAME, HELLO, DAYTIME = 6.0, 4.5, 2.5, 1.0, 2.0
RECORDING = -6.0
_WORDY, _WORDY_AFTER, _WORDIEST = -0.25, 4, -2.0
"""For each word beyond so many in which there is nothing of a person."""

_OFFERS = (
    "how can i help|how may i help|how could i help|how can i assist|what can i do for you|who am i speaking with|"
    "can i take your|could i take your|may i have your|can i have your|what seems to be the problem|is anybody there|"
    "was kann ich für sie tun|wie kann ich ihnen helfen|womit kann ich ihnen|mit wem spreche ich|wie ist ihr name|"
    "comment puis je vous aider|en quoi puis je vous|que puis je faire pour vous|qui est à l'appareil|"
    "en qué puedo ayudarle|en qué le puedo ayudar|con quién tengo el gusto|en qué puedo servirle|"
    "waarmee kan ik u helpen|hoe kan ik u helpen|wat kan ik voor u doen|met wie spreek ik|"
    "come posso aiutarla|in cosa posso aiutarla|in che cosa posso esserle|con chi ho il piacere"
)
_PERSONS = (
    "you are speaking with|you're speaking with|you are speaking to|you're through to|sorry about the wait|sorry for the wait|"
    "sie sprechen mit|hier spricht|zegt u het maar|u spreekt met|le atiende|le habla|le saluda|mi dica pure|parla con|"
    "à l'appareil|à votre écoute|je vous écoute|am apparat|con quién hablo|con chi parlo|ik hoor u|merci d'avoir patienté"
)
_NAME = re.compile(
    r"\b(?:my name is|my name's|the name is|mein name ist|ich heiße|je m'appelle|mi nombre es|me llamo|mijn naam is|mi chiamo|"
    r"il mio nome è)\b|"
    r"\b(?:this is|i'm|it's) (?!(?:a|an|the|our|your|not|sorry|important|so|to|what|how|why|for|in|on|is|now|still|time|easy|here|"
    r"one|all|just|because|going|glad|happy|never|that|where|when|you|we)\b)[^\W\d]{3,}|"
    r"\b(?!(?:we|are|for|your|my|the|of|keep|right|you|from|stay|wait|over)\b)\w{3,} (?:speaking|here)$|"
    r"\bhier ist (?!der|die|das|ein|ihr|unser)\w{3,}|\bsoy (?!un|el|la)\w{3,}|"
    r"(?<!ci )\bsono (?!un|il|la|tutti|occupati|in|sua|suo|importante)\w{3,}|"
    r"^(?:\w+ )?(?:goedemorgen|goedemiddag|goedenavond|goedendag|dag|hallo|hoi)(?: \w+){0,2} met (?!de|het|een|onze|uw)\w{3,}"
)
_NAME_ALONE = re.compile(r"^met (?!de|het|een|onze|uw)\w{3,}(?: \w{3,})?$")
"""A whole utterance; "met onze app regelt u alles" begins like one when a word is misheard."""
_HELLO = re.compile(r"^(?:\w+ ){0,2}(?:hello|hi|hey|hallo|servus|moin|allô|allo|hola|hoi|pronto|salve|grüß)\b")
_DAYTIME = re.compile(
    r"^(?:\w+ ){0,3}(?:good (?:morning|afternoon|evening|day)|guten (?:tag|morgen|abend)|grüß gott|bonjour|bonsoir|buenos días|"
    r"buenas (?:tardes|noches)|goedemorgen|goedemiddag|goedenavond|goedendag|goede (?:morgen|middag|avond)|buongiorno|buonasera|"
    r"buon giorno)\b"
)


@dataclass(frozen=True, slots=True)
class Wording:
    """What a text is worth."""

    log_odds: float
    cue: str
    """The strongest: ``offer``, ``person``, ``name``, ``hello``, ``recording`` or empty."""
    words: int = 0


def _phrases(table: str) -> tuple[tuple[str, ...], ...]:
    return tuple(words_of_text(phrase) for phrase in table.split("|"))


_OFFER_PHRASES, _PERSON_PHRASES = _phrases(_OFFERS), _phrases(_PERSONS)


def _has(words: tuple[str, ...], phrases: tuple[tuple[str, ...], ...], *, is_strict: bool = False) -> bool:
    """One of the phrases stands there; of four words and more, one may be another: not the longest, where ``is_strict``.

    "You are about to" is not "you are speaking to".
    """
    for phrase in phrases:
        wrong, longest = int(len(phrase) >= 4), max(phrase, key=len)
        for start in range(len(words) - len(phrase) + 1):
            said = words[start : start + len(phrase)]
            misheard = [ours for ours, theirs in zip(phrase, said, strict=True) if ours != theirs]
            if len(misheard) <= wrong and not (is_strict and longest in misheard):
                return True
    return False


def wording_of(text: str, *, is_partial: bool = False) -> Wording:
    """Weigh a text; ``is_partial``: it goes on, and what has to stand at the end of a sentence is not there yet."""
    words = words_of_text(text)
    if not words:
        return Wording(0.0, "")
    plain = " ".join(words)
    speaker = speaker_of_part(text) if is_partial else speaker_of(text)
    if speaker is Speaker.RECORDING:
        return Wording(RECORDING, "recording", len(words))
    greets = DAYTIME if _DAYTIME.search(plain) else HELLO if _HELLO.search(plain) else 0.0
    if speaker is Speaker.OFFER or _has(words, _OFFER_PHRASES):
        return Wording(OFFER + greets / 2, "offer", len(words))
    has_name = _NAME.search(plain) is not None or (not is_partial and _NAME_ALONE.search(plain) is not None)
    if _has(words, _PERSON_PHRASES, is_strict=True) or (speaker is Speaker.PERSON and not has_name):
        return Wording(PERSON + greets / 2, "person", len(words))
    if has_name:
        return Wording(NAME + greets / 2, "name", len(words))
    wordy = max(_WORDIEST, _WORDY * max(0, len(words) - _WORDY_AFTER))
    return Wording(greets + wordy, "hello" if greets else "", len(words))

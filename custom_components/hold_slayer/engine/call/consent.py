"""Whether somebody who was asked to take a call has said yes or no: a short utterance that is nothing else.

Whole utterances only. A voicemail's greeting may hold a yes or begin with one, and call screening may tell its owner to say it.
"""

import re
from typing import Final
import unicodedata

_YES: Final = {
    "en": "yes|yeah|yep|yup|yes please|yes sure|ok|okay|sure",
    "de": "ja|jawohl|jo|ja bitte|ja gern|ja gerne|ok|okay|gern|gerne",
    "fr": "oui|ouais|oui merci|oui s'il vous plaît|oui s'il te plaît|d'accord|oui d'accord|ok|okay",
    "es": "sí|si|sí por favor|si por favor|sí claro|si claro|claro|vale|sí vale|de acuerdo|ok|okay",
    "nl": "ja|jawel|ja graag|graag|ja hoor|ja prima|ja goed|oké|ok|okay",
    "it": "sì|si|sì grazie|si grazie|sì certo|si certo|certo|va bene|sì va bene|d'accordo|ok|okay",
}
_NO: Final = {
    "en": "no|nope|no thanks|no thank you|not now|no not now|not right now",
    "de": "nein|nee|nö|nein danke|jetzt nicht|nein jetzt nicht|nicht jetzt|nein nicht jetzt|gerade nicht",
    "fr": "non|non merci|pas maintenant|non pas maintenant",
    "es": "no|no gracias|ahora no|no ahora no",
    "nl": "nee|nee dank u|nee bedankt|niet nu|nu niet|nee niet nu|nee nu niet",
    "it": "no|no grazie|non ora|non adesso|no non ora|no non adesso|adesso no|ora no",
}
_MOST_OF_ONE: Final = 3
"""People say it again: "yes yes"."""


def _pattern(phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{phrases})(?: (?:{phrases})){{0,{_MOST_OF_ONE - 1}}}")


_PATTERNS: Final = {language: (_pattern(_YES[language]), _pattern(_NO[language])) for language in _YES}


def consent_of(text: str, language: str) -> bool | None:
    """What ``text``, a whole utterance in ``language`` (BCP 47; others than the six count as English), says.

    Returns True for a yes, False for a no, None for everything else.
    """
    lower = unicodedata.normalize("NFC", text).lower().replace("’", "'")
    plain = " ".join(re.sub(r"[^\w']+", " ", lower).split())
    yes, no = _PATTERNS.get(re.split("[-_]", language)[0].lower(), _PATTERNS["en"])
    if yes.fullmatch(plain):
        return True
    return False if no.fullmatch(plain) else None

"""Which fact the line asks for, and how it is keyed in. Values are touched only to be sent."""

from collections.abc import Mapping
from dataclasses import dataclass
import re

from .language import Words

_KINDS = {
    "account": "account|kunden|konto|compte|cuenta|rekening|conto|klant|client|cliente|member|mitglied|contract|vertrag|contrat|contrato|policy|police|póliza|polis|polizza",
    "order": "order|bestell|auftrag|commande|pedido|ordine|booking|buchung|reservation|réservation|reserva|confirmation|tracking|sendung|colis|envío|zending|spedizione",
    "claim": "claim|schaden|sinistre|siniestro|schade|sinistro|case|vorgang|dossier|ticket|reference|referenz|référence|referencia",
    "phone": "phone|telefon|téléphone|teléfono|rufnummer|mobile|handy|portable|móvil|cellulare",
    "zip": "zip|postal|postcode|plz|postleitzahl|code postal|código postal|cap",
    "birth": "birth|geburt|naissance|nacimiento|geboorte|nascita|dob",
    "pin": r"\bpin\b|passcode|password|kennwort|geheim|code secret|clave|pincode",
    "ssn": "social security|ssn|sozialversicherung|sécurité sociale|nif|dni|bsn|codice fiscale|tax id|steuer",
    "card": "card number|kartennummer|numéro de carte|número de tarjeta|kaartnummer|numero (?:di|della) carta",
    "name": r"(your|full|last|first|family|patient'?s?|customer|account holder'?s?) (?:\w+ )?name|name of the (patient|account|policy)|"
    "ihren? (?:vollständigen )?name|nachname|votre nom|su nombre|uw naam|il suo nome|cognome",
    "meter": "meter|zähler|compteur|contador|contatore",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A request for a fact. ``name`` is the released fact's name, or the kind asked for when none is released."""

    name: str
    is_released: bool
    is_spoken: bool
    wants_terminator: bool


def asked_fact(text: str, facts: Mapping[str, str], words: Words) -> Fact | None:
    """The fact that ``text`` asks for by keypad or voice; None when it asks for none."""
    asking = re.search(words.enter, text)
    spoken = re.search(words.say, text) if asking is None else None
    found = asking or spoken
    if found is None:
        return None
    clause = re.split(r"[.;!?]", text[found.start() :])[0]
    kind = next((name for name, pattern in _KINDS.items() if name != "name" and re.search(pattern, clause)), None)
    if kind is None and spoken is not None and re.search(_KINDS["name"], clause):
        kind = "name"
    if kind is None:
        return None
    terminator = re.search(r"pound|hash|raute|dièse|almohadilla|numeral|hekje|cancelletto|#", text) is not None
    name = _released(kind, facts)
    return Fact(name or kind, name is not None, spoken is not None, terminator)


def _released(kind: str, facts: Mapping[str, str]) -> str | None:
    for name in facts:
        pattern = "name|nom|nombre|naam|nome" if kind == "name" else _KINDS[kind]
        if re.search(pattern, name.replace("_", " ").lower()):
            return name
    return None


def keypad_value(value: str) -> str:
    """Keys for a value: its digits; letters are left out, as machines ask."""
    return re.sub(r"\D", "", value)

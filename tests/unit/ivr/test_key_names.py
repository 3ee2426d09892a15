"""Names of keys in six languages as lines say them and recognition writes them, and numbers that are no keys."""

import pytest

from custom_components.hold_slayer.engine.ivr.menu import OptionKind, parse_menu
from custom_components.hold_slayer.engine.ivr.words import words_of

DIGITS = {
    "en": "zero one two three four five six seven eight nine",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve",
    "nl": "nul één twee drie vier vijf zes zeven acht negen",
    "it": "zero uno due tre quattro cinque sei sette otto nove",
}
FORMS = {
    "en": (
        "For billing, press {}.",
        "Press {} for billing.",
        "To reach billing, dial {}.",
        "for billing press {}",
        "For billing, say or press {}.",
    ),
    "de": (
        "Für Rechnungen drücken Sie die {}.",
        "Drücken Sie {} für Rechnungen.",
        "Für Rechnungen wählen Sie bitte die {}.",
        "für rechnungen drücken sie die {}",
    ),
    "fr": (
        "Pour la facturation, tapez {}.",
        "Tapez {} pour la facturation.",
        "Pour la facturation, appuyez sur le {}.",
        "pour la facturation faites le {}",
    ),
    "es": (
        "Para facturación, pulse {}.",
        "Oprima el {} para facturación.",
        "Para facturación, marque el {}.",
        "para facturación presione {}",
    ),
    "nl": (
        "Voor facturen, toets {}.",
        "Toets {} voor facturen.",
        "Voor facturen, kies {}.",
        "voor facturen druk op de {}",
    ),
    "it": (
        "Per la fatturazione, prema {}.",
        "Prema {} per la fatturazione.",
        "Per la fatturazione, digiti {}.",
        "per la fatturazione prema il tasto {}",
    ),
}
NAMES = {
    "en": {
        "star": "*",
        "the star key": "*",
        "asterisk": "*",
        "pound": "#",
        "hash": "#",
        "the pound sign": "#",
        "the hash key": "#",
        "*": "*",
        "#": "#",
    },
    "de": {
        "Sterntaste": "*",
        "Stern": "*",
        "Raute": "#",
        "Rautetaste": "#",
        "Eins": "1",
        "Zwo": "2",
        "*": "*",
        "#": "#",
    },
    "fr": {"étoile": "*", "dièse": "#", "touche étoile": "*", "touche dièse": "#", "*": "*", "#": "#"},
    "es": {
        "asterisco": "*",
        "estrella": "*",
        "almohadilla": "#",
        "numeral": "#",
        "tecla numeral": "#",
        "gato": "#",
        "*": "*",
        "#": "#",
    },
    "nl": {"sterretje": "*", "ster": "*", "hekje": "#", "*": "*", "#": "#"},
    "it": {"asterisco": "*", "cancelletto": "#", "tasto asterisco": "*", "tasto cancelletto": "#", "*": "*", "#": "#"},
}
PRESS = {
    "en": "For billing, press {}.",
    "de": "Für Rechnungen drücken Sie die {}.",
    "fr": "Pour la facturation, appuyez sur la {}.",
    "es": "Para facturación, pulse la {}.",
    "nl": "Voor facturen, toets {}.",
    "it": "Per la fatturazione, prema {}.",
}
NO_KEYS = {
    "en": (
        "You are caller number 3.",
        "Your wait is about 5 minutes.",
        "We are open from 9 to 5, Monday to Friday.",
        "Call us on 555 0134.",
        "Your order 4 4 1 7 has shipped.",
        "The fee is two dollars.",
        "We won 3 awards in 2024.",
        "Enter the last 4 digits of your card.",
        "In 2 weeks the offer ends.",
        "Section 8 of the contract applies.",
    ),
    "de": (
        "Sie sind auf Platz 3 der Warteschlange.",
        "Die Wartezeit beträgt etwa 5 Minuten.",
        "Wir sind von 9 bis 17 Uhr da.",
        "Unsere Nummer ist 555 0134.",
        "Die Gebühr beträgt zwei Euro.",
        "Geben Sie die letzten 4 Ziffern Ihrer Karte ein.",
    ),
    "fr": (
        "Vous êtes le numéro 3 dans la file.",
        "Le temps d'attente est de 5 minutes.",
        "Nous sommes ouverts de 9 heures à 17 heures.",
        "Les frais sont de deux euros.",
        "Saisissez les 4 derniers chiffres de votre carte.",
    ),
    "es": (
        "Es usted el número 3 de la cola.",
        "El tiempo de espera es de 5 minutos.",
        "Abrimos de 9 a 17 horas.",
        "El coste es de dos euros.",
        "Introduzca los 4 últimos dígitos de su tarjeta.",
    ),
    "nl": (
        "U bent nummer 3 in de wachtrij.",
        "De wachttijd is 5 minuten.",
        "Wij zijn open van 9 tot 17 uur.",
        "De kosten zijn twee euro.",
        "Voer de laatste 4 cijfers van uw kaart in.",
    ),
    "it": (
        "Lei è il numero 3 in coda.",
        "Il tempo di attesa è di 5 minuti.",
        "Siamo aperti dalle 9 alle 17.",
        "Il costo è di due euro.",
        "Inserisca le ultime 4 cifre della carta.",
    ),
}


def offered(text: str, language: str) -> dict[str, str]:
    """Keys offered and what for."""
    options = parse_menu((text,), words_of(language)).options
    return {option.key: option.purpose for option in options if option.kind is OptionKind.KEY}


@pytest.mark.parametrize(("language", "form"), [(code, form) for code, forms in FORMS.items() for form in forms])
def test_digits_are_keys_as_words_and_as_figures(language: str, form: str) -> None:
    for digit, word in enumerate(DIGITS[language].split()):
        for name in (word, str(digit)):
            found = offered(form.format(name), language)
            assert list(found) == [str(digit)], (name, found)
            assert any(part in found[str(digit)] for part in ("bill", "rechnung", "factur", "fattur")), found


@pytest.mark.parametrize("language", NAMES)
def test_star_and_pound_have_their_names(language: str) -> None:
    for name, key in NAMES[language].items():
        assert list(offered(PRESS[language].format(name), language)) == [key], name


@pytest.mark.parametrize("language", NO_KEYS)
def test_other_numbers_are_no_keys(language: str) -> None:
    for text in NO_KEYS[language]:
        assert offered(text, language) == {}, text


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("for sales press won for support press to for billing press for", ["1", "2", "4"]),
        ("for repairs press ate", ["8"]),
        ("to wait press oh", ["0"]),
        ("press to speak with an agent", []),
    ],
)
def test_what_recognition_writes_for_a_key_is_one_where_nothing_else_can_stand(text: str, keys: list[str]) -> None:
    assert list(offered(text, "en")) == keys

"""What is keyed in and said where a line wants a code with letters, one of two numbers, or a place."""

import pytest

from custom_components.hold_slayer.engine.ivr.decision import DecisionKind
from custom_components.hold_slayer.engine.ivr.facts import keyed, request_in
from custom_components.hold_slayer.engine.ivr.words import plain, words_of
from tests.fakes.callers import way


@pytest.mark.parametrize(
    ("prompt", "value", "expected"),
    [
        ("Enter the six characters of your booking code.", "QX4LTB", "794582"),
        ("Enter your locator. For a letter, press the key it stands on.", "AB77182", "2277182"),
        ("Bitte geben Sie die sechs Zeichen Ihres Buchungscodes ein.", "QX4LTB", "794582"),
        ("Composez votre code. Pour chaque lettre, appuyez sur sa touche.", "AB77182", "2277182"),
        ("Marque los seis caracteres de su localizador.", "QX4LTB", "794582"),
        ("Toets de zes tekens van uw code in.", "QX4LTB", "794582"),
        ("Digiti i sei caratteri del codice.", "QX4LTB", "794582"),
        ("Enter your booking code.", "QX4LTB", "794582"),
        ("Enter the digits of your booking code.", "QX4LTB", "4"),
        ("Enter the numbers of your booking code, without the letters.", "QX4LTB", "4"),
        ("Enter your booking code.", "AB77182", "77182"),
        ("Enter the six characters of your code. Skip the letters.", "QX4LTB", "4"),
        ("Please enter your 12 digit order number.", "QX4LTB", ""),
        ("Please enter the last digit of your order number.", "QX4LTB", "4"),
    ],
)
def test_letters_of_a_code_are_keyed_in_where_they_are_wanted(prompt: str, value: str, expected: str) -> None:
    assert keyed(value, plain(prompt), "") == expected


def pressed(*heard: str, **facts: str) -> str:
    navigator = way("My line has been dead since Sunday.", facts=facts)
    decision = navigator.heard(list(heard))
    return decision.value if decision.do is DecisionKind.PRESS else ""


@pytest.mark.parametrize("fact", ["loan_number", "own_number"])
def test_of_two_numbers_the_one_is_keyed_in_that_the_line_names(fact: str) -> None:
    name = fact.partition("_")[0]
    heard = "Enter the ten digit number you're calling about.", f"Newcomers, please use the {name} one."
    facts = {"loan_number": "5550100177", "own_number": "5550100188"}
    assert pressed(*heard, **facts) == facts[fact]


def test_of_two_numbers_that_nothing_tells_apart_none_is_keyed_in() -> None:
    heard = ("Enter the ten digit number you're calling about.",)
    assert pressed(*heard, loan_number="5550100177", own_number="5550100188") == ""


def test_a_number_of_another_kind_is_no_telephone_number() -> None:
    assert pressed("Enter the ten digit phone number you're calling about.", member_number="5550100177") == ""


def test_the_number_sign_ends_an_entry_in_any_words() -> None:
    heard = ("Kindly key in your loyalty number, and then the number sign.", "Not signed up yet? Press star.")
    assert pressed(*heard, loyalty_number="81820077") == "81820077#"


@pytest.mark.parametrize(
    ("language", "question", "fact"),
    [
        ("en", "And which of our depots is it about?", "depot_town"),
        ("de", "Um welche unserer Filialen geht es?", "filiale_ort"),
        ("fr", "De quelle agence s'agit-il ?", "agence_ville"),
        ("es", "¿De qué tienda se trata?", "tienda_ciudad"),
        ("nl", "Om welke winkel gaat het?", "winkel_plaats"),
        ("it", "Di quale negozio si tratta?", "negozio_citta"),
    ],
)
def test_which_of_several_places_is_told_by_the_town(language: str, question: str, fact: str) -> None:
    request = request_in((plain(question),), words_of(language), (fact, "city"))
    assert request is not None
    assert (request.kinds, request.is_spoken) == ((f"={fact}",), True)


def test_a_question_about_something_else_tells_no_town() -> None:
    assert request_in(("which meter is it about?",), words_of("en"), ("depot_town",)) is None
    assert request_in(("is it about a depot?",), words_of("en"), ("depot_town",)) is None


def test_the_name_of_a_town_is_told() -> None:
    decision = way("My tyre is flat.", facts={"town": "Larne"}).heard(["Sorry.", "Say just the name of the town."])
    assert (decision.do, decision.value) == (DecisionKind.SAY, "Larne")


def test_a_mobile_number_by_the_name_it_has_on_contracts() -> None:
    navigator = way("Mein Netz ist weg.", "de", facts={"rufnummer": "015550100177"})
    decision = navigator.heard(["Gut.", "Bitte tippen Sie Ihre Mobilfunknummer ein und danach die Raute."])
    assert (decision.do, decision.value) == (DecisionKind.PRESS, "015550100177#")


@pytest.mark.parametrize(
    ("language", "heard"),
    [
        (
            "en",
            ("Please enter your 11 digit ID number and pound.", "A policy number will do too, without its letters."),
        ),
        ("en", ("Please enter your 11 digit ID number and pound.", "Your policy number works too.")),
        ("de", ("Geben Sie Ihre Ausweisnummer ein, danach die Raute.", "Ihre Versicherungsnummer geht auch.")),
        ("fr", ("Tapez votre matricule suivi de dièse.", "Votre numéro de police convient aussi.")),
        ("es", ("Introduzca su DNI y pulse almohadilla.", "También sirve el número de póliza.")),
        ("nl", ("Toets uw legitimatienummer in, gevolgd door een hekje.", "Uw polisnummer mag ook.")),
        ("it", ("Digiti il numero del documento seguito da cancelletto.", "Va bene anche il numero di polizza.")),
    ],
)
def test_what_does_as_well_is_told_in_place_of_what_is_not_released(language: str, heard: tuple[str, str]) -> None:
    navigator = way("x", language, facts={"policy_number": "PX-3300455"})
    decision = navigator.heard(list(heard))
    assert (decision.do, decision.value) == (DecisionKind.PRESS, "3300455#")


@pytest.mark.parametrize(
    ("language", "prompt"),
    [
        ("en", "Who's the prescription for? Say their first and last name."),
        ("de", "Für wen ist das Rezept? Sagen Sie seinen Vornamen und Nachnamen."),
        ("fr", "Pour qui est l'ordonnance ? Dites son prénom et son nom."),
        ("nl", "Voor wie is het recept? Zeg zijn voornaam en achternaam."),
        ("it", "Per chi è la ricetta? Dica il suo nome e cognome."),
        ("es", "¿Para quién es la receta? Diga su nombre y apellido."),
    ],
)
def test_the_name_of_somebody_else_is_no_word_to_choose(language: str, prompt: str) -> None:
    decision = way("My father's tablets, please", language, facts={"patient_name": "Desmond Lacey"}).heard([prompt])
    assert (decision.do, decision.value) == (DecisionKind.SAY, "Desmond Lacey")

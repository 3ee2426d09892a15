"""Who speaks, by words; and texts that come again."""

import pytest

from custom_components.hold_slayer.engine.call.clues import (
    HeardTexts,
    Speaker,
    asks_for_key,
    is_assent,
    speaker_of,
    speaker_of_part,
)


@pytest.mark.parametrize(
    "text",
    [
        "Hello, thank you for waiting. This is Susan. How can I help you?",
        "thank you for calling acme this is bob how may i help you",
        "Billing department, Mark speaking.",
        "Hi, my name is Priya, who am I speaking with?",
        "Hello? Is anybody there?",
        "Acme Versicherung, mein Name ist Schulz, was kann ich für Sie tun?",
        "Müller am Apparat",
        "Bonjour, Claire à l'appareil, en quoi puis-je vous aider ?",
        "Buenos días, le atiende Carmen, ¿en qué puedo ayudarle?",
        "Goedemiddag, u spreekt met Jan, waarmee kan ik u helpen?",
        "Buongiorno, mi chiamo Laura, come posso aiutarla?",
    ],
)
def test_people_who_introduce_themselves(text: str) -> None:
    assert speaker_of(text) is Speaker.PERSON


@pytest.mark.parametrize(
    "text",
    ["How can I help you?", "Was kann ich für Sie tun?", "Comment puis-je vous aider", "¿En qué puedo ayudarle?",
     "Waarmee kan ik u helpen?",     "Come posso aiutarla?"],
)  # fmt: skip
def test_offers_may_be_a_machines_too(text: str) -> None:
    assert speaker_of(text) is Speaker.OFFER
    assert speaker_of(text).is_human_like


@pytest.mark.parametrize(
    "text",
    [
        "All of our representatives are busy. Please stay on the line.",
        "Your call is important to us. Thank you for holding.",
        "Hello, I am Amy, your virtual assistant. How can I help you?",
        "In a few words, how can I help you? You can say billing.",
        "Sorry, I didn't get that. How can I help you?",
        "For billing, press one.",
        "Did you know you can pay your bill on our website?",
        "Welcome to Acme Bank.",
        "Alle unsere Mitarbeiter sind im Gespräch. Bitte bleiben Sie in der Leitung.",
        "Tous nos conseillers sont occupés, veuillez patienter",
        "Todos nuestros agentes están ocupados, no cuelgue",
        "Al onze medewerkers zijn in gesprek",
        "Tutti i nostri operatori sono occupati, la preghiamo di attendere",
    ],
)
def test_recordings_whatever_they_promise(text: str) -> None:
    assert speaker_of(text) is Speaker.RECORDING


@pytest.mark.parametrize("text", ["", "Hello?", "uh yes", "Acme Bank", "la la la"])
def test_words_that_tell_nothing(text: str) -> None:
    assert speaker_of(text) is Speaker.UNKNOWN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("To stay on the line, press one.", True),
        ("For billing, press two.", True),
        ("Wenn Sie weiter warten möchten, drücken Sie die Eins.", True),
        ("To leave a message, press one.", False),
        ("Press one and we will call you back.", False),
        ("To be called back press one, to stay on the line press two.", True),
        ("Drücken Sie die Eins für einen Rückruf.", False),
        ("Please stay on the line.", False),
        ("", False),
    ],
)
def test_keys_that_lead_back_to_a_menu(text: str, *, expected: bool) -> None:
    assert asks_for_key(text) is expected


class TestHeardTexts:
    """The memory of one call."""

    def test_same_and_nearly_the_same(self) -> None:
        texts = HeardTexts()
        assert not texts.recall("All of our representatives are busy, please stay on the line")
        texts.add("All of our representatives are busy, please stay on the line")
        assert texts.recall("all of our representatives are busy please stay on the line")
        assert texts.recall("All of our representatives are busy, please stay on line!")
        assert texts.recall("for all of our representatives are busy please the line"), "mistakes of the recogniser"
        assert not texts.recall("Hello, this is Susan, how can I help you?")

    def test_part_of_something_longer(self) -> None:
        texts = HeardTexts()
        texts.add("Thank you for calling. Your call is important to us. A representative will be with you shortly.")
        assert texts.recall("a representative will be with you shortly")
        assert not texts.recall("thank you for calling a friend")

    def test_short_texts_must_be_equal(self) -> None:
        texts = HeardTexts()
        texts.add("Hello there")
        assert texts.recall("hello there.")
        assert not texts.recall("hello")

    def test_nothing_is_never_known(self) -> None:
        texts = HeardTexts()
        texts.add("")
        assert not texts.recall("")
        assert not texts.recall("...")

    def test_memory_is_bounded(self) -> None:
        texts = HeardTexts(limit=3)
        for number in range(5):
            texts.add(f"text number {number}")
        assert not texts.recall("text number 0")
        assert texts.recall("text number 4")

    def test_no_memory_at_all_knows_nothing(self) -> None:
        texts = HeardTexts(limit=0)
        texts.add("text number one")
        assert not texts.recall("text number one")


def test_what_is_cut_off_is_not_the_end_of_a_sentence() -> None:
    assert speaker_of("billing, Karen speaking") is Speaker.PERSON
    assert speaker_of_part("please raise the volume while Karen speaking") is Speaker.UNKNOWN
    assert speaker_of("to decrease your speaking") is Speaker.UNKNOWN


@pytest.mark.parametrize(
    "text",
    ["Yes, I can hear you.", "the ja ich höre Sie", "¿Hola?", "Sí, le escucho.", "Pronto?", "Allô ?", "Oui, bonjour"],
)
def test_assent(text: str) -> None:
    assert is_assent(text)


@pytest.mark.parametrize(
    "text", ["", "You will now be placed into the conference.", "H.323", "si desea esperar", "a b c d yes"]
)
def test_no_assent(text: str) -> None:
    assert not is_assent(text)


def test_a_beginning_is_recalled_although_misheard() -> None:
    heard = HeardTexts()
    heard.add("Hello, my name is Laura and I saved two hundred dollars with the family plan.")
    assert heard.recall_beginning("hello my name his Laura")
    assert heard.recall_beginning("hello")
    assert not heard.recall_beginning("good morning Karen speaking")
    assert not heard.recall_beginning("")


@pytest.mark.parametrize(
    "text",
    [
        "Have you heard about our new summer offers?",
        "Entdecken Sie jetzt unsere neuen Angebote im Internet.",
        "Découvrez dès maintenant nos nouvelles offres.",
        "Conozca ya nuestras nuevas ofertas para el hogar.",
        "Ontdek nu onze nieuwe aanbiedingen voor thuis.",
        "Scopra le nostre nuove offerte per la casa.",
    ],
)
def test_advertisements(text: str) -> None:
    assert speaker_of(text) is Speaker.RECORDING

"""Places in queues and announced waits, in six languages; none of it is a key."""

import pytest

from custom_components.hold_slayer.engine.ivr.decision import DecisionKind
from custom_components.hold_slayer.engine.ivr.navigator import Navigator
from custom_components.hold_slayer.engine.ivr.queue import queue_news
from custom_components.hold_slayer.engine.model.call_brief import CallBrief
from custom_components.hold_slayer.engine.model.phone_number import DialTarget

SAID = [
    ("en", "You are number three in line.", 3, None),
    ("en", "You are now caller number 12 in the queue.", 12, None),
    ("en", "Your position in the queue is four. Your estimated wait time is about five to ten minutes.", 4, 600),
    ("en", "You're third in line.", 3, None),
    ("en", "There are 7 callers ahead of you.", 8, None),
    ("en", "You are next in line.", 1, None),
    ("en", "Your call will be answered within twenty-five minutes.", None, 1500),
    ("en", "The expected wait is less than a minute.", None, 60),
    ("en", "The wait is about half an hour.", None, 1800),
    ("en", "The wait time is more than 1 hour.", None, 3600),
    ("de", "Sie sind auf Warteplatz drei.", 3, None),
    ("de", "Ihre Position in der Warteschlange ist 5. Die Wartezeit beträgt etwa zehn Minuten.", 5, 600),
    ("de", "Sie befinden sich an dritter Stelle.", 3, None),
    ("de", "Vor Ihnen warten noch zwei Anrufer.", 3, None),
    ("de", "Sie sind der nächste.", 1, None),
    ("de", "Die voraussichtliche Wartezeit beträgt fünfundzwanzig Minuten.", None, 1500),
    ("fr", "Vous êtes en position 4 dans la file d'attente.", 4, None),
    ("fr", "Il y a trois personnes avant vous.", 4, None),
    ("fr", "Le temps d'attente est estimé à cinq minutes.", None, 300),
    ("fr", "L'attente est d'environ vingt-cinq minutes.", None, 1500),
    ("es", "Su posición en la cola es la número cinco.", 5, None),
    ("es", "Hay 2 personas delante de usted.", 3, None),
    ("es", "El tiempo de espera es de quince minutos.", None, 900),
    ("nl", "U bent nummer drie in de wachtrij.", 3, None),
    ("nl", "Er zijn nog vier wachtenden voor u.", 5, None),
    ("nl", "De wachttijd is ongeveer tien minuten.", None, 600),
    ("nl", "U bent nu aan de beurt.", 1, None),
    ("it", "La sua posizione in coda è la numero sei.", 6, None),
    ("it", "Ci sono tre persone prima di lei.", 4, None),
    ("it", "Il tempo di attesa è di circa dieci minuti.", None, 600),
]


@pytest.mark.parametrize(("language", "text", "place", "wait_s"), SAID)
def test_what_is_said_of_the_queue(language: str, text: str, place: int | None, wait_s: float | None) -> None:
    news = queue_news(text, language)
    assert (news.place, news.wait_s) == (place, wait_s)
    assert news


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "For billing, press 2. For sales, press number three."),
        ("en", "Our number is 555 0199."),
        ("en", "We will call you back within 20 minutes if you do not want to wait."),
        ("en", "All of our agents are busy. Please hold."),
        ("en", "Thank you for waiting. This survey takes two minutes."),
        ("en", "We open in 30 minutes."),
        ("de", "Für Rechnungen drücken Sie die Zwei."),
        ("de", "Dieser Anruf kostet 14 Cent pro Minute."),
        ("fr", "Pour le service client, tapez 2."),
        ("es", "Para ventas, marque el dos."),
        ("nl", "Voor facturen, kies 2."),
        ("it", "Per le fatture, prema due."),
        ("en", ""),
    ],
)
def test_other_numbers_mean_nothing(language: str, text: str) -> None:
    assert not queue_news(text, language)


@pytest.mark.parametrize(("language", "text"), [row[:2] for row in SAID])
def test_a_place_in_a_queue_is_no_key(language: str, text: str) -> None:
    way = Navigator(CallBrief(DialTarget("+15550100"), "a charge on my bill", language=language))
    assert way.heard([text]).do is not DecisionKind.PRESS

"""The time of a matter: what is over, under way, ahead or not arranged, in goals and in the options of a menu."""

import pytest

from custom_components.hold_slayer.engine.ivr.tenses import Tense, tense_of_goal, tenses_of_option
from custom_components.hold_slayer.engine.ivr.words import plain
from tests.fakes.callers import best


@pytest.mark.parametrize(
    ("language", "goal", "tense"),
    [
        ("en", "We stayed in your lodge last weekend and I left the bill in the room.", Tense.OVER),
        ("en", "The fitter replaced our door two weeks ago. It sticks.", Tense.OVER),
        ("en", "The fitter was supposed to come yesterday.", None),
        ("en", "I ordered a sofa three weeks ago.", None),
        ("en", "I flew with you last month, and I fly again tomorrow.", None),
        ("en", "I'm at the station and my train is not here.", Tense.UNDER_WAY),
        ("en", "I have the van until tomorrow and want to keep it.", Tense.UNDER_WAY),
        ("en", "We travel next week and need a cot.", Tense.AHEAD),
        ("de", "Wir waren letzte Woche bei Ihnen im Haus am See.", Tense.OVER),
        ("de", "Ich habe vor drei Wochen ein Sofa bestellt.", None),
        ("de", "Wir reisen nächste Woche an.", Tense.AHEAD),
        ("fr", "J'ai séjourné chez vous la semaine dernière.", Tense.OVER),
        ("fr", "Le plombier devait venir hier.", None),
        ("es", "El fontanero vino ayer a casa.", Tense.OVER),
        ("es", "Viajo la semana que viene.", Tense.AHEAD),
        ("nl", "Wij waren vorige week bij u te gast.", Tense.OVER),
        ("nl", "Ik heb vorige week een bank besteld.", None),
        ("it", "Il tecnico è venuto ieri.", Tense.OVER),
        ("it", "Parto domani con il traghetto.", Tense.AHEAD),
    ],
)
def test_when_the_matter_of_a_goal_is(language: str, goal: str, tense: Tense | None) -> None:
    assert tense_of_goal(plain(goal), language) is tense


@pytest.mark.parametrize(
    ("language", "option", "tenses"),
    [
        ("en", "if you have already checked out", {Tense.OVER}),
        ("en", "if we've finished the work", {Tense.OVER}),
        ("en", "about a past stay", {Tense.OVER}),
        ("en", "if your journey is still ahead", {Tense.AHEAD}),
        ("en", "if you are on a boat right now", {Tense.UNDER_WAY}),
        ("en", "if you haven't booked a cabin yet", {Tense.NONE}),
        ("en", "for a trip you've booked or had", {Tense.OVER}),
        ("de", "wenn Sie schon zurück sind", {Tense.OVER}),
        ("de", "wenn Sie gerade unterwegs sind", {Tense.UNDER_WAY}),
        ("de", "wenn Ihre Reise noch vor Ihnen liegt", {Tense.AHEAD}),
        ("fr", "si votre séjour est terminé", set()),
        ("fr", "pour un séjour déjà terminé", {Tense.OVER}),
        ("es", "si ya ha vuelto de su viaje", {Tense.OVER}),
        ("nl", "als u al terug bent", {Tense.OVER}),
        ("nl", "als u onderweg bent", {Tense.UNDER_WAY}),
        ("it", "se è già tornato", {Tense.OVER}),
        ("en", "for bills", set()),
        ("en", "for assistance at the airport", set()),
        ("en", "if you're already at the airport", {Tense.UNDER_WAY}),
        ("de", "für Hilfe am Flughafen", set()),
        ("de", "wenn Sie schon am Flughafen sind", {Tense.UNDER_WAY}),
        ("fr", "pour être accompagné à l'aéroport", set()),
        ("es", "para recibir ayuda en el aeropuerto", set()),
        ("nl", "voor hulp op de luchthaven", set()),
        ("it", "per assistenza in aeroporto", set()),
    ],
)
def test_the_times_an_option_is_for(language: str, option: str, tenses: set[Tense]) -> None:
    assert tenses_of_option(plain(option), language) == tenses


@pytest.mark.parametrize(
    ("language", "goal", "options", "right"),
    [
        (
            "en",
            "We came home from your cruise two weeks ago and my cabin was flooded. I want to talk to someone.",
            ["if your cruise is still ahead of you", "if you are back already", "if you don't have a cruise yet"],
            "if you are back already",
        ),
        (
            "en",
            "Your fitter hung our door two weeks ago and it sticks again.",
            ["if a fitter is on his way to you", "about a job we've already finished"],
            "about a job we've already finished",
        ),
        (
            "de",
            "Wir waren letzte Woche auf Ihrem Schiff und die Kabine war schmutzig.",
            ["wenn Sie gerade auf dem Schiff sind", "wenn Sie schon zurück sind"],
            "wenn Sie schon zurück sind",
        ),
        (
            "en",
            "I want to reserve a cabin for next week.",
            ["if you haven't booked a cabin yet", "about a past cruise", "if you are on a cruise right now"],
            "if you haven't booked a cabin yet",
        ),
    ],
)
def test_an_option_for_another_time_is_not_taken(language: str, goal: str, options: list[str], right: str) -> None:
    assert best(goal, language, options) == right

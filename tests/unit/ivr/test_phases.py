"""The time of a matter: what is over, under way, ahead or not arranged, in goals and in the options of a menu."""

import pytest

from custom_components.hold_slayer.engine.ivr.goal import Goal
from custom_components.hold_slayer.engine.ivr.menu import Option
from custom_components.hold_slayer.engine.ivr.phases import Phase, phase_of_goal, phases_of_option
from custom_components.hold_slayer.engine.ivr.words import plain, words_of
from custom_components.hold_slayer.engine.model.call_brief import CallBrief
from custom_components.hold_slayer.engine.model.phone_number import DialTarget


def first(language: str, goal: str, options: list[str]) -> str:
    brief = CallBrief(DialTarget("5550100"), goal, language=language)
    found = Goal(brief, words_of(language)).appraise_all([Option(str(n), each) for n, each in enumerate(options)])
    return max(found, key=lambda each: each.score).option.purpose


@pytest.mark.parametrize(
    ("language", "goal", "phase"),
    [
        ("en", "We stayed in your lodge last weekend and I left the bill in the room.", Phase.OVER),
        ("en", "The fitter replaced our door two weeks ago. It sticks.", Phase.OVER),
        ("en", "The fitter was supposed to come yesterday.", None),
        ("en", "I ordered a sofa three weeks ago.", None),
        ("en", "I flew with you last month, and I fly again tomorrow.", None),
        ("en", "I'm at the station and my train is not here.", Phase.UNDER_WAY),
        ("en", "I have the van until tomorrow and want to keep it.", Phase.UNDER_WAY),
        ("en", "We travel next week and need a cot.", Phase.AHEAD),
        ("de", "Wir waren letzte Woche bei Ihnen im Haus am See.", Phase.OVER),
        ("de", "Ich habe vor drei Wochen ein Sofa bestellt.", None),
        ("de", "Wir reisen nächste Woche an.", Phase.AHEAD),
        ("fr", "J'ai séjourné chez vous la semaine dernière.", Phase.OVER),
        ("fr", "Le plombier devait venir hier.", None),
        ("es", "El fontanero vino ayer a casa.", Phase.OVER),
        ("es", "Viajo la semana que viene.", Phase.AHEAD),
        ("nl", "Wij waren vorige week bij u te gast.", Phase.OVER),
        ("nl", "Ik heb vorige week een bank besteld.", None),
        ("it", "Il tecnico è venuto ieri.", Phase.OVER),
        ("it", "Parto domani con il traghetto.", Phase.AHEAD),
    ],
)
def test_when_the_matter_of_a_goal_is(language: str, goal: str, phase: Phase | None) -> None:
    assert phase_of_goal(plain(goal), language) is phase


@pytest.mark.parametrize(
    ("language", "option", "phases"),
    [
        ("en", "if you have already checked out", {Phase.OVER}),
        ("en", "if we've finished the work", {Phase.OVER}),
        ("en", "about a past stay", {Phase.OVER}),
        ("en", "if your journey is still ahead", {Phase.AHEAD}),
        ("en", "if you are on a boat right now", {Phase.UNDER_WAY}),
        ("en", "if you haven't booked a cabin yet", {Phase.NONE}),
        ("en", "for a trip you've booked or had", {Phase.OVER}),
        ("de", "wenn Sie schon zurück sind", {Phase.OVER}),
        ("de", "wenn Sie gerade unterwegs sind", {Phase.UNDER_WAY}),
        ("de", "wenn Ihre Reise noch vor Ihnen liegt", {Phase.AHEAD}),
        ("fr", "si votre séjour est terminé", set()),
        ("fr", "pour un séjour déjà terminé", {Phase.OVER}),
        ("es", "si ya ha vuelto de su viaje", {Phase.OVER}),
        ("nl", "als u al terug bent", {Phase.OVER}),
        ("nl", "als u onderweg bent", {Phase.UNDER_WAY}),
        ("it", "se è già tornato", {Phase.OVER}),
        ("en", "for bills", set()),
        ("en", "for assistance at the airport", set()),
        ("en", "if you're already at the airport", {Phase.UNDER_WAY}),
        ("de", "für Hilfe am Flughafen", set()),
        ("de", "wenn Sie schon am Flughafen sind", {Phase.UNDER_WAY}),
        ("fr", "pour être accompagné à l'aéroport", set()),
        ("es", "para recibir ayuda en el aeropuerto", set()),
        ("nl", "voor hulp op de luchthaven", set()),
        ("it", "per assistenza in aeroporto", set()),
    ],
)
def test_the_times_an_option_is_for(language: str, option: str, phases: set[Phase]) -> None:
    assert phases_of_option(plain(option), language) == phases


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
    assert first(language, goal, options) == right

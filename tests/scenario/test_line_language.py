"""A call whose line speaks another language than was set: menus, services and what people are told follow it."""

from dataclasses import replace

from custom_components.hold_slayer.engine.ivr.navigator import Navigator
from custom_components.hold_slayer.engine.model import action as act
from custom_components.hold_slayer.engine.model.phase import Phase, Verdict
from tests.fakes.virtual_call import CELL, CallKit, brief

GOAL = "There is a charge on my bill that I do not know. I want to dispute it."
WELCOME = "Guten Tag und herzlich willkommen bei der Nordbank. Bitte wählen Sie aus unserem Angebot."
MENU = "Für neue Konten drücken Sie die 1. Um eine Abbuchung auf der Rechnung zu reklamieren, drücken Sie die 2."
HOLD = "Alle Mitarbeiter sind im Gespräch. Bitte bleiben Sie in der Leitung."
PERSON = "Guten Tag, mein Name ist Maria Weber. Wie kann ich Ihnen helfen?"


def call(language: str = "en") -> CallKit:
    kit = CallKit(replace(brief(CELL, goal=GOAL), language=language))
    kit.navigator = Navigator(kit._mission)  # type: ignore[assignment]
    kit.start()
    return kit


def changes(kit: CallKit) -> list[str]:
    return [action.language for action in kit.unclaimed if isinstance(action, act.ChangeLanguageAction)]


def pressed(kit: CallKit) -> list[str]:
    return [str(data["digits"]) for _, kind, data in kit.story if kind == "key_pressed"]


def test_a_german_line_on_an_english_contact_is_gone_through_and_greeted_in_german() -> None:
    kit = call()
    kit.says(5.0, WELCOME, 4.0)
    kit.says(10.2, MENU, 6.0)
    kit.run(30.0)
    assert changes(kit) == ["de"]
    assert pressed(kit) == ["2"]
    kit.says(31.0, HOLD, 4.0)
    kit.music(36.0, is_new_hold=True)
    kit.run(60.0)
    assert kit.brain.phase is Phase.ON_HOLD
    kit.music_stops(60.0)
    kit.says(60.2, PERSON, 3.0)
    kit.verdict(61.2, Verdict.CANDIDATE)
    kit.run(80.0)
    spoken = [action.text for action in kit.unclaimed if isinstance(action, act.SpeakAction)]
    assert spoken
    assert all("Guten Tag" in text or "Vielen Dank" in text or "Sprachassistent" in text for text in spoken), spoken
    assert changes(kit) == ["de"]


def test_an_english_line_that_offers_other_languages_stays_english() -> None:
    kit = call()
    offer = "Welcome to Banco Santa Maria. For English, press 1. Para español, oprima el dos. Für Deutsch drücken Sie die drei."
    kit.says(5.0, offer, 6.0)
    kit.run(20.0)
    assert pressed(kit) == ["1"]
    assert changes(kit) == []

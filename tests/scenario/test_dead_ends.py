"""Lines that nobody gets through: each ends under its own name, by the real navigator and in virtual time."""

from dataclasses import replace

import pytest

from custom_components.hold_slayer.engine.call.brain import BrainConfig
from custom_components.hold_slayer.engine.call.outcomes import SENTENCES
from custom_components.hold_slayer.engine.ivr.decision import Decision, DecisionKind
from custom_components.hold_slayer.engine.ivr.navigator import Navigator
from custom_components.hold_slayer.engine.model import call_event as ev
from custom_components.hold_slayer.engine.model.phase import EndedBy, Outcome, Phase
from tests.fakes.call_kit import HOLD, PRESS_2, CallKit, FakeNavigator
from tests.fakes.virtual_call import CELL, CallKit as VirtualCall, brief


def outcome_of(text: str, language: str) -> Outcome | None:
    """Call a line that says this once and then waits a while; None: the call is still up."""
    mission = replace(brief(CELL, goal="talk to somebody"), language=language)
    kit = VirtualCall(mission, config=BrainConfig())
    kit.navigator = Navigator(mission)  # type: ignore[assignment]
    kit.start()
    kit.says(5.0, text, lasts=6.0)
    kit.run(18.0)
    return kit.brain.outcome


@pytest.mark.parametrize(
    ("language", "text", "outcome"),
    [
        ("en", "Our office is closed today for the Thanksgiving holiday. Goodbye.", Outcome.HOLIDAY),
        ("en", "Due to the public holiday we are closed today. We reopen on Monday at 9 a.m.", Outcome.HOLIDAY),
        ("de", "Wegen des Feiertags ist unser Büro heute geschlossen. Auf Wiederhören.", Outcome.HOLIDAY),
        ("fr", "En raison du jour férié, nos bureaux sont fermés aujourd'hui. Au revoir.", Outcome.HOLIDAY),
        ("es", "Hoy es festivo y nuestras oficinas están cerradas. Adiós.", Outcome.HOLIDAY),
        ("nl", "Vanwege de feestdag zijn wij vandaag gesloten. Tot ziens.", Outcome.HOLIDAY),
        ("it", "Per la festività i nostri uffici sono chiusi. Arrivederci.", Outcome.HOLIDAY),
        ("en", "We are closed. We are open Monday to Friday from 9 to 5, except public holidays.", Outcome.CLOSED),
        (
            "de",
            "Unser Büro ist geschlossen. Sie erreichen uns Montag bis Freitag, ausser an Feiertagen.",
            Outcome.CLOSED,
        ),
        ("en", "All of our lines are currently busy. Please call again later. Goodbye.", Outcome.QUEUE_FULL),
        ("en", "We are sorry, our queue is full. Goodbye.", Outcome.QUEUE_FULL),
        ("de", "Alle Leitungen sind zurzeit belegt. Bitte versuchen Sie es später noch einmal.", Outcome.QUEUE_FULL),
        ("fr", "Toutes nos lignes sont occupées. Veuillez rappeler plus tard. Au revoir.", Outcome.QUEUE_FULL),
        ("es", "Todas nuestras líneas están ocupadas. Por favor, llame más tarde. Adiós.", Outcome.QUEUE_FULL),
        ("nl", "Al onze lijnen zijn bezet. Probeer het later opnieuw. Tot ziens.", Outcome.QUEUE_FULL),
        ("it", "Tutte le linee sono occupate. La preghiamo di richiamare più tardi.", Outcome.QUEUE_FULL),
        ("en", "We no longer take calls. Help is only available online.", Outcome.SELF_SERVICE),
        ("en", "All of our lines are busy. Please stay on the line.", None),
        ("de", "Alle Leitungen sind belegt. Bitte bleiben Sie in der Leitung.", None),
    ],
)
def test_each_dead_end_has_a_name(language: str, text: str, outcome: Outcome | None) -> None:
    assert outcome_of(text, language) is outcome


def promised(*decisions: Decision) -> CallKit:
    """A call in which a callback has been accepted."""
    kit = CallKit(FakeNavigator(replace(PRESS_2, is_callback=True), *decisions))
    kit.answered()
    kit.hears("To have us call you back, press 2.")
    kit.passes(2.0)
    assert kit.phase is Phase.NAVIGATING
    return kit


@pytest.mark.parametrize("reason", ["no_route", "self_service", "closed"])
def test_after_a_promise_a_dead_end_is_none(reason: str) -> None:
    kit = promised(Decision(DecisionKind.GIVE_UP, reason=reason), HOLD)
    kit.hears("Thank you. Your request has been lodged.")
    kit.passes(2.0)
    assert kit.brain.outcome is Outcome.CALLBACK_PROMISED
    assert kit.brain.sentence.startswith(SENTENCES[Outcome.CALLBACK_PROMISED])
    assert kit.brain.has_callback


def test_the_company_may_hang_up_after_its_promise() -> None:
    kit = promised(HOLD)
    kit.event(ev.LegEndedEvent(ev.FAR_LEG, EndedBy.REMOTE))
    assert kit.brain.outcome is Outcome.CALLBACK_PROMISED


def test_what_the_user_ends_stays_theirs() -> None:
    kit = promised(HOLD)
    kit.event(ev.HangUpRequestedEvent())
    assert kit.brain.outcome is Outcome.HUNG_UP

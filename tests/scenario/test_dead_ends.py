"""Lines that nobody gets through: each ends under its own name, by the real navigator and in virtual time."""

from dataclasses import replace

import pytest

from custom_components.hold_slayer.engine.call.brain import BrainConfig
from custom_components.hold_slayer.engine.call.outcomes import SENTENCES
from custom_components.hold_slayer.engine.ivr.decision import Decision, DecisionKind
from custom_components.hold_slayer.engine.ivr.navigator import Navigator
from custom_components.hold_slayer.engine.model import action as act, call_event as ev
from custom_components.hold_slayer.engine.model.call_brief import CallPolicy
from custom_components.hold_slayer.engine.model.phase import EndedBy, Outcome, Phase, Verdict
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


# --- turned away while on hold, or with the last word --------------------------------------------------------------------


def on_hold(language: str = "en", **changes: object) -> VirtualCall:
    """On hold since 12 s, music since 10 s."""
    mission = replace(brief(CELL, goal="talk to somebody"), language=language)
    kit = VirtualCall(mission, **changes)  # type: ignore[arg-type]
    kit.navigator = Navigator(mission)  # type: ignore[assignment]
    kit.start()
    kit.music(10.0, is_new_hold=True)
    return kit


def turned_away(kit: VirtualCall, text: str, hangs_up_after: float) -> None:
    """At 60 s the music stops, the line says this in 4 s, and then it hangs up."""
    kit.music_stops(60.0)
    kit.says(60.2, text, lasts=4.0)
    kit.far_hangs_up(64.2 + hangs_up_after)
    kit.run()


@pytest.mark.parametrize(
    ("language", "text", "outcome"),
    [
        ("en", "All of our lines are busy. Please call us again later. Goodbye.", Outcome.QUEUE_FULL),
        ("de", "Alle Leitungen sind belegt. Bitte rufen Sie später noch einmal an.", Outcome.QUEUE_FULL),
        ("fr", "Toutes nos lignes sont occupées. Merci de nous rappeler plus tard.", Outcome.QUEUE_FULL),
        ("es", "Todas nuestras líneas están ocupadas. Llame más tarde.", Outcome.QUEUE_FULL),
        ("nl", "Al onze lijnen zijn bezet. Bel later terug.", Outcome.QUEUE_FULL),
        ("it", "Tutte le linee sono occupate. Richiami più tardi.", Outcome.QUEUE_FULL),
        ("en", "It is six o'clock and we are closed now. We open again tomorrow at nine.", Outcome.CLOSED),
        ("en", "Our colleagues are busy. Please stay on the line, or call again later.", Outcome.REMOTE_HUNG_UP),
        ("en", "Did you know? Bills are only available online.", Outcome.REMOTE_HUNG_UP),
        ("en", "You are caller number four.", Outcome.REMOTE_HUNG_UP),
    ],
)
def test_a_queue_that_sends_callers_away(language: str, text: str, outcome: Outcome) -> None:
    kit = on_hold(language)
    turned_away(kit, text, hangs_up_after=3.0)
    assert kit.brain.outcome is outcome
    assert (text in kit.brain.sentence) is (outcome is not Outcome.REMOTE_HUNG_UP)


def test_it_hangs_up_before_its_words_are_understood() -> None:
    kit = on_hold(stt_s=2.5)
    turned_away(kit, "All of our lines are busy. Please call us again later.", hangs_up_after=1.0)
    assert kit.brain.outcome is Outcome.QUEUE_FULL
    assert kit.when("ended") == pytest.approx(60.2 + 4.0 + 0.8 + 2.5)
    assert kit.kinds[-2:] == ["announcement_heard", "ended"]


def test_words_that_never_come_do_not_keep_the_call() -> None:
    kit = on_hold(stt_s=60.0)
    turned_away(kit, "All of our lines are busy. Please call us again later.", hangs_up_after=1.0)
    assert kit.brain.outcome is Outcome.REMOTE_HUNG_UP
    assert kit.when("ended") == pytest.approx(65.2 + BrainConfig().last_words_s)


@pytest.mark.parametrize(
    ("event", "outcome"),
    [(ev.HangUpRequestedEvent(), Outcome.REMOTE_HUNG_UP), (ev.InterruptedEvent(), Outcome.INTERRUPTED)],
)
def test_while_last_words_are_waited_for_the_user_may_end_it(event: ev.CallEvent, outcome: Outcome) -> None:
    kit = on_hold(stt_s=60.0)
    kit.at(66.0, event, ev.TransferRequestedEvent(CELL), ev.VerdictChangedEvent(66.0, Verdict.HUMAN, 1.0, "x"))
    turned_away(kit, "All of our lines are busy.", hangs_up_after=1.0)
    assert (kit.brain.outcome, kit.when("ended")) == (outcome, 66.0)


def test_what_was_said_long_before_is_no_reason() -> None:
    kit = on_hold()
    kit.music(70.0)
    turned_away(kit, "All of our lines are busy. Please call us again later.", hangs_up_after=30.0)
    assert kit.brain.outcome is Outcome.REMOTE_HUNG_UP


def test_a_busy_tone_instead_of_a_hang_up() -> None:
    kit = on_hold()
    kit.music_stops(60.0)
    kit.says(60.2, "All of our lines are busy. Please call us again later.", lasts=4.0)
    kit.at(68.0, ev.ToneHeardEvent(68.0, "busy"))
    kit.run()
    assert kit.brain.outcome is Outcome.QUEUE_FULL


def test_a_line_that_takes_leave_and_stays_silent() -> None:
    kit = on_hold()
    kit.music_stops(60.0)
    kit.says(60.2, "All of our lines are busy. Please call us again later. Goodbye.", lasts=4.0)
    kit.run(600.0)
    assert kit.brain.outcome is Outcome.QUEUE_FULL
    assert 75 < kit.when("ended") < 85


@pytest.mark.parametrize("what", ["music", "speech"])
def test_a_line_that_takes_leave_and_goes_on(what: str) -> None:
    kit = on_hold()
    kit.music_stops(60.0)
    kit.says(60.2, "All of our lines are busy. Please call us again later. Goodbye.", lasts=4.0)
    if what == "music":
        kit.music(70.0)
    else:
        kit.says(70.0, "You are caller number three.")
    kit.run(120.0)
    assert kit.brain.phase is not Phase.ENDED


def test_in_a_menu_the_last_word_and_the_hang_up_come_together() -> None:
    mission = brief(CELL, goal="talk to somebody")
    kit = VirtualCall(mission, stt_s=1.5)
    kit.navigator = Navigator(mission)  # type: ignore[assignment]
    kit.start()
    kit.says(5.0, "Our office is closed. We open again on Monday at eight.", lasts=4.0)
    kit.far_hangs_up(9.9)
    kit.run()
    assert kit.brain.outcome is Outcome.CLOSED
    assert "Monday at eight" in kit.brain.sentence


# --- a number that has changed, and one that promises to call back ---------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("en", "Our number has changed. Please dial five five five, zero one four two.", "5550142"),
        ("en", "The number 555 0100 has been changed. The new number is 555 0142. Thank you.", "5550142"),
        ("de", "Unsere Rufnummer hat sich geändert. Die neue Nummer ist 030 555 0142.", "0305550142"),
        ("fr", "Notre numéro a changé. Le nouveau numéro est le 01 99 00 01 42.", "0199000142"),
        ("es", "Nuestro número ha cambiado. El nuevo número es el 900 555 142.", "900555142"),
        ("nl", "Ons nummer is gewijzigd. Het nieuwe nummer is 020 555 0142.", "0205550142"),
        ("it", "Il nostro numero è cambiato. Il nuovo numero è 06 555 0142.", "065550142"),
        ("en", "Our number has changed. Please dial the number on your bill.", ""),
    ],
)
def test_a_new_number_is_told_and_not_dialled(language: str, text: str, number: str) -> None:
    mission = replace(brief(CELL, goal="talk to somebody"), language=language)
    kit = VirtualCall(mission)
    kit.navigator = Navigator(mission)  # type: ignore[assignment]
    kit.start()
    kit.says(5.0, text, lasts=6.0)
    kit.run(40.0)
    assert kit.brain.outcome is Outcome.NUMBER_CHANGED
    told = kit.story[-1][2]
    assert told.get("new_number", "") == number
    assert (f"The new number is {number}." in kit.brain.sentence) is bool(number)
    assert kit.brain.sentence.endswith(text)
    dialled = [each for each in kit.unclaimed if isinstance(each, act.DialAction)]
    assert len(dialled) == 1


def test_a_callback_is_accepted_with_the_number_and_promised() -> None:
    """By permission: the key, the number when it is asked for, and an end that says so."""
    mission = replace(
        brief(CELL, goal="a question about my bill"),
        policy=CallPolicy(accept_callback=True),
        facts={"callback_number": "5550123"},
    )
    kit = VirtualCall(mission)
    kit.navigator = Navigator(mission)  # type: ignore[assignment]
    kit.start()
    kit.says(
        5.0, "All our colleagues are busy. To have us call you back, press 1. To keep waiting, press 2.", lasts=6.0
    )
    kit.says(20.0, "Please enter your callback number, followed by the pound key.", lasts=4.0)
    kit.says(35.0, "Thank you. We will call you back. Goodbye.", lasts=3.0)
    kit.far_hangs_up(42.0)
    kit.run()
    pressed = [each.digits for each in kit.unclaimed if isinstance(each, act.SendDigitsAction)]
    assert pressed == ["1", "5550123#"]
    assert kit.brain.outcome is Outcome.CALLBACK_PROMISED
    assert kit.brain.has_callback
    assert "5550123" not in repr(kit.story)


def test_without_permission_it_waits() -> None:
    mission = brief(CELL, goal="a question about my bill", facts={"callback_number": "5550123"})
    kit = VirtualCall(mission)
    kit.navigator = Navigator(mission)  # type: ignore[assignment]
    kit.start()
    kit.says(
        5.0, "All our colleagues are busy. To have us call you back, press 1. To keep waiting, press 2.", lasts=6.0
    )
    kit.run(40.0)
    assert [each.digits for each in kit.unclaimed if isinstance(each, act.SendDigitsAction)] == ["2"]
    assert not kit.brain.has_callback

"""The user's keys over real RTP: a 1 to be joined, two stars to hand the call back, the rest for the company."""

from dataclasses import replace

import pytest

from custom_components.hold_slayer.engine.agent import CallRefusedError
from custom_components.hold_slayer.engine.agent.quality import QualityWatch
from custom_components.hold_slayer.engine.call.budget import BudgetLimits
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, HandOverTarget, RingOrder
from custom_components.hold_slayer.engine.model.phase import Phase
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from simulator.scenario import Phone, Representative
from tests.fakes.services import FakeSpeechToText, FakeTextToSpeech
from tests.fakes.sip_line import is_udp_bound
from tests.unit.agent.conftest import QUICK
from tests.unit.agent.test_faults import GREETING, PERSON

PATIENT = replace(
    PERSON, queues={"person": replace(PERSON.queues["person"], representative=Representative(talk_s=60.0))}
)


def speech() -> dict[str, object]:
    return {"stt": FakeSpeechToText(GREETING), "tts": FakeTextToSpeech()}


async def test_who_presses_1_is_joined_and_a_voicemail_is_not(line) -> None:
    phones = {
        "5550123": Phone(ring_s=0.3, is_voicemail=True, says="Nobody is at home."),
        "5550124": Phone(ring_s=0.3, presses="1", press_after_s=0.5),
    }
    async with line(PATIENT, phones, services=speech()) as made:
        await made.call(targets=("5550123", "5550124"), confirm_answer=True)
        await made.until(lambda: "connected" in made.kinds, 40.0)
        failed = [each.data["target"] for each in made.occurrences if each.kind == "target_failed"]
        assert failed == ["5550123"]
        assert made.snapshots[-1].target_name == "5550124"


async def test_a_voicemail_is_not_joined_and_the_next_phone_rings(line) -> None:
    """By its beep alone: what speech to text makes of its greeting says nothing."""
    phones = {
        "5550123": Phone(
            ring_s=0.3, is_voicemail=True, says="This is the telephone of Alex and Susan, who are somewhere else today."
        ),
        "5550124": Phone(ring_s=0.3, says="Hello?"),
    }
    async with line(PATIENT, phones, services=speech()) as made:
        await made.call(targets=("5550123", "5550124"))
        await made.until(lambda: "connected" in made.kinds, 40.0)
        failed = [each.data for each in made.occurrences if each.kind == "target_failed"]
        assert failed == [{"target": "5550123", "reason": "voicemail"}]
        assert made.snapshots[-1].target_name == "5550124"


class WordsOfMachines(FakeSpeechToText):
    """Understands the company as a person, and everything from the first leg of the user on as a screening service."""

    def __init__(self) -> None:
        super().__init__(GREETING)
        self.is_user_up = False

    async def transcribe(self, pcm: bytes, language: str) -> str:
        text = await super().transcribe(pcm, language)
        return "please say your name and why you are calling" if self.is_user_up else text


async def test_call_screening_is_told_by_its_words(line) -> None:
    stt = WordsOfMachines()
    phones = {"5550123": Phone(ring_s=0.3, says="Please say your name, and why you are calling.")}
    async with line(PATIENT, phones, services={"stt": stt, "tts": FakeTextToSpeech()}) as made:
        await made.call()
        await made.until(lambda: "target_ringing" in made.kinds, 30.0)
        stt.is_user_up = True
        await made.ended(30.0)
        failed = [each.data["reason"] for each in made.occurrences if each.kind == "target_failed"]
        assert failed == ["screening"]
        assert made.snapshots[-1].outcome == "user_unreachable"
        await made.nothing_is_left()


class WordsOfUsers(FakeSpeechToText):
    """Understands the company as a person; the user's phones say what each of them says."""

    def __init__(self) -> None:
        super().__init__(GREETING)
        self.users_say = ""

    async def transcribe(self, pcm: bytes, language: str) -> str:
        text = await super().transcribe(pcm, language)
        return self.users_say or text


async def test_a_spoken_no_declines_and_a_spoken_yes_accepts(line) -> None:
    stt, tts = WordsOfUsers(), FakeTextToSpeech()
    phones = {number: Phone(ring_s=0.3, says="Hello, this is Alex.") for number in ("5550123", "5550124", "5550125")}
    words = iter(("Yes, this is the telephone of Alex, who is out.", "No, not now.", "Yes, please."))
    settings = replace(QUICK, brain=replace(QUICK.brain, confirm_s=6.0))
    async with line(PATIENT, phones, services={"stt": stt, "tts": tts}, settings=settings) as made:
        made.agent.subscribe(
            lambda _, told: setattr(stt, "users_say", next(words)) if told and told.kind == "target_ringing" else None
        )
        await made.call(targets=("5550123", "5550124", "5550125"), confirm_answer=True)
        await made.until(lambda: "connected" in made.kinds, 60.0)
        failed = [each.data for each in made.occurrences if each.kind == "target_failed"]
        assert failed == [{"target": "5550123", "reason": "no_answer"}, {"target": "5550124", "reason": "declined"}]
        assert made.snapshots[-1].target_name == "5550125"
        assert any("Press 1 or say yes" in text for text in tts.texts)


async def test_no_more_lines_are_used_than_the_account_may_have(line) -> None:
    """Two: while the company is on one and a telephone on the other nothing is dialled; the one that is given up is free."""
    phones = {"5550123": Phone(never_answers=True), "5550124": Phone(never_answers=True)}
    settings = replace(QUICK, budget=BudgetLimits(legs_at_once=2), max_calls=2)
    async with line(PATIENT, phones, services=speech(), settings=settings) as made:
        targets = tuple(HandOverTarget(text, DialTarget(text), 2.0) for text in phones)
        brief = CallBrief(
            DialTarget("5550100"), "a question about my bill", hand_over=targets, ring_order=RingOrder.AT_ONCE
        )
        call_id = await made.agent.call(brief)
        await made.until(lambda: "target_ringing" in made.kinds, 30.0)
        await made.until(lambda: sum(event["event"] == "invite" for event in made.centre.events) == 2)
        with pytest.raises(CallRefusedError, match="All lines"):
            await made.agent.call(brief)
        assert sum(event["event"] == "invite" for event in made.centre.events) == 2
        await made.until(lambda: made.kinds.count("target_ringing") == 2)
        await made.until(lambda: sum(event["event"] == "invite" for event in made.centre.events) == 3)
        failed = [each.data for each in made.occurrences if each.kind == "target_failed"]
        assert failed == [{"target": "5550123", "reason": "no_answer"}]
        made.agent.hang_up(call_id)
        await made.nothing_is_left()


async def test_no_telephone_is_dialled_when_other_calls_have_taken_all_lines(line) -> None:
    settings = replace(QUICK, budget=BudgetLimits(legs_at_once=2), max_calls=2)
    async with line(PATIENT, services=speech(), settings=settings) as made:
        for _ in range(2):
            await made.call()
        await made.until(lambda: "target_failed" in made.kinds, 30.0)
        failed = [each.data for each in made.occurrences if each.kind == "target_failed"]
        assert failed[0] == {"target": "5550123", "reason": "busy"}
        assert sum(event["event"] == "invite" for event in made.centre.events) == 2


async def test_two_stars_hand_the_call_back(line) -> None:
    phones = {"5550123": Phone(ring_s=0.3, presses="5**", press_after_s=9.0)}
    async with line(PATIENT, phones, services=speech()) as made:
        await made.call()
        await made.until(lambda: "connected" in made.kinds, 30.0)
        stream = made.centre.calls[1].stream
        assert stream is not None
        our_port = stream.remote[1]
        assert is_udp_bound(our_port)
        await made.until(lambda: made.snapshots[-1].phase is Phase.ON_HOLD)
        assert not made.snapshots[-1].is_human
        await made.until(lambda: not is_udp_bound(our_port))
        assert [each.data["digits"] for each in made.occurrences if each.kind == "key_pressed"] == ["*"]
        await made.centre.wait_for("phone_ended")
        company, phone = made.centre.calls
        assert phone.ended.is_set()
        assert not company.ended.is_set(), "the place in the queue is kept"


async def test_a_sentence_of_the_users_own_is_said_to_the_company(line) -> None:
    speaker = FakeTextToSpeech()
    services = {"stt": FakeSpeechToText(GREETING), "tts": speaker}
    quiet = replace(PERSON, queues={"person": replace(PERSON.queues["person"], hold_s=60.0, representative=None)})
    async with line(quiet, services=services) as made:
        call_id = await made.call()
        await made.until(lambda: made.snapshots[-1].answered_at is not None)
        made.agent.say(call_id, "I am still here, case 4417.")
        await made.until(lambda: "said" in made.kinds)
        await made.until(lambda: "I am still here, case 4417." in speaker.texts)
        (said,) = [each.data for each in made.occurrences if each.kind == "said"]
        assert said == {"text": "I am still here, case ****.", "reason": "user"}
        made.agent.hang_up(call_id)
        await made.ended()
        await made.nothing_is_left()


async def test_the_quality_of_the_line_is_known_while_the_call_is_up(line, monkeypatch) -> None:
    monkeypatch.setattr(QualityWatch.__init__, "__defaults__", (0.3,))
    quiet = replace(PERSON, queues={"person": replace(PERSON.queues["person"], hold_s=60.0, representative=None)})
    async with line(quiet, services=speech()) as made:
        call_id = await made.call()
        await made.until(lambda: made.snapshots[-1].quality is not None)
        quality = made.snapshots[-1].quality
        assert quality.loss_percent == 0.0
        assert 0.0 <= quality.jitter_ms < 100.0
        made.agent.hang_up(call_id)
        await made.ended()
        assert made.snapshots[-1].quality is not None, "it stays to be seen"


async def test_two_phones_ring_at_once_and_the_slower_one_is_cancelled(line) -> None:
    """Over real SIP: both ring, one answers, the other's ringing ends without ever being answered."""
    phones = {"5550123": Phone(ring_s=0.5, says="Hello?"), "5550124": Phone(never_answers=True)}
    async with line(PATIENT, phones, services=speech()) as made:
        targets = tuple(HandOverTarget(text, DialTarget(text), 8.0) for text in ("5550124", "5550123"))
        brief = CallBrief(
            DialTarget("5550100"), "a question about my bill", hand_over=targets, ring_order=RingOrder.AT_ONCE
        )
        await made.agent.call(brief)
        await made.until(lambda: "connected" in made.kinds, 30.0)
        ringing = [each.data["target"] for each in made.occurrences if each.kind == "target_ringing"]
        assert ringing == ["5550124", "5550123"]
        assert made.snapshots[-1].target_name == "5550123"
        assert len(made.centre.calls) == 3
        await made.until(lambda: sum(call.ended.is_set() for call in made.centre.calls) == 1)
        assert made.snapshots[-1].phase is Phase.CONNECTED

"""Every fault ends in a named state with a sentence, nothing left up, and a complete history. Real SIP, real RTP."""

import asyncio
from dataclasses import replace
import socket

import pytest

from custom_components.hold_slayer.engine.agent import (
    Agent,
    AgentSettings,
    CallRefusedError,
    Services,
    UnknownCallError,
)
from custom_components.hold_slayer.engine.agent.leg import LegRuntime
from custom_components.hold_slayer.engine.agent.quality import QualityWatch
from custom_components.hold_slayer.engine.agent.recording import CallRecording
from custom_components.hold_slayer.engine.call.budget import BudgetLimits
from custom_components.hold_slayer.engine.media.session import MediaSession
from custom_components.hold_slayer.engine.model.action import NavigatorQuestion
from custom_components.hold_slayer.engine.model.call_brief import CallBrief
from custom_components.hold_slayer.engine.model.model_use import ModelUse
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.ports import (
    MeteredAnswer,
    ServiceError,
    ServiceRefusedError,
    ServiceTimeoutError,
    UselessAnswerError,
)
from custom_components.hold_slayer.engine.sip.account import TrunkAccount
from custom_components.hold_slayer.engine.sip.registration import RegistrationState
from simulator.scenario import Company, Menu, Phone, Queue, Representative
from tests.fakes.services import FakeCallLog, FakeLanguageModel, FakeSpeechToText, FakeTextToSpeech
from tests.unit.agent.conftest import QUICK

MENU = Menu(
    prompts=("For sales, press 1.", "For billing, press 2."), options={"1": "sales", "2": "billing"}, timeout_s=2
)
HEARD = "for sales press one for billing press two"
BILLING = Queue(hold_s=60, entry="", representative=None)
BANK = Company(ringing_s=0.3, menus={"main": MENU}, queues={"billing": BILLING, "sales": BILLING})
PERSON = Company(
    ringing_s=0.3, start="person", queues={"person": Queue(hold_s=0, entry="", representative=Representative())}
)
GREETING = "this is susan how can i help you"


def speech() -> dict[str, object]:
    return {"stt": FakeSpeechToText(HEARD), "tts": FakeTextToSpeech()}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(404, Outcome.NOT_FOUND), (486, Outcome.BUSY), (503, Outcome.UNAVAILABLE), (603, Outcome.DECLINED)],
)
async def test_company_refuses(line, status: int, outcome: Outcome) -> None:
    async with line(replace(BANK, reply=status)) as made:
        await made.call()
        ended = await made.ended()
        assert ended.outcome is outcome
        assert str(status) in ended.sentence
        assert made.notifier.told == [(f"outcome_{outcome.value}", ended.sentence)]
        assert made.kinds[-1] == "ended"
        await made.nothing_is_left()


async def test_listeners_that_fail_end_no_call_and_no_registration(line, caplog: pytest.LogCaptureFixture) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    async with line(BANK, services=speech()) as made:
        made.agent._listeners.insert(0, fail)
        made.agent._trunk_listeners.insert(0, fail)
        made.agent._callback_listeners.insert(0, fail)
        call_id = await made.call()
        await made.until(lambda: "hold_started" in made.kinds)
        made.agent.expect_callback(CallBrief(DialTarget("5550100"), "a bill"), 4e9)
        made.agent.hang_up(call_id)
        assert (await made.ended()).outcome is Outcome.HUNG_UP
        await made.nothing_is_left()
        await made.agent.stop()
        assert made.agent.trunk_status.state is RegistrationState.UNREGISTERED
    assert caplog.text.count("A listener failed") >= 3


async def test_unknown_number(line) -> None:
    async with line(BANK) as made:
        await made.call("5559999")
        assert (await made.ended()).outcome is Outcome.NOT_FOUND


async def test_nobody_answers_and_the_ringing_is_cancelled(line) -> None:
    async with line(replace(BANK, never_answers=True)) as made:
        await made.call()
        assert (await made.ended()).outcome is Outcome.NO_ANSWER
        await made.centre.wait_for("cancelled")
        await made.nothing_is_left()


async def test_hanging_up_while_it_rings_cancels(line) -> None:
    async with line(replace(BANK, never_answers=True)) as made:
        call_id = await made.call()
        await made.until(lambda: "ringing" in made.kinds)
        made.agent.hang_up(call_id)
        assert (await made.ended()).outcome is Outcome.HUNG_UP
        await made.centre.wait_for("cancelled")
        with pytest.raises(UnknownCallError):
            made.agent.hang_up(call_id)


@pytest.mark.parametrize("phase", ["menu", "hold", "human"])
async def test_company_hangs_up(line, phase: str) -> None:
    company = replace(BANK if phase == "menu" else PERSON, hang_up=phase)
    if phase == "hold":
        company = replace(company, queues={"person": Queue(hold_s=3, entry="")})
    texts = FakeSpeechToText(GREETING if phase == "human" else "")
    async with line(company, services={"stt": texts, "tts": FakeTextToSpeech()}) as made:
        await made.call()
        ended = await made.ended()
        assert ended.outcome is Outcome.REMOTE_HUNG_UP
        assert ended.sentence == "The company ended the call."
        await made.nothing_is_left()


async def test_wrong_password_is_a_state_and_an_outcome(line) -> None:
    async with line(BANK, password="wrong") as made:
        await made.until(lambda: made.agent.trunk_status.state is RegistrationState.FAILED)
        error = made.agent.trunk_status.error
        assert error is not None
        assert error.key == "wrong_password"
        await made.call()
        assert (await made.ended()).outcome is Outcome.AUTH_FAILED


async def test_server_that_does_not_exist_is_a_state_and_an_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    log = FakeCallLog()
    agent = Agent(TrunkAccount("alice", "secret", "nowhere.invalid"), Services(call_log=log))
    await agent.start()
    try:
        assert agent.trunk_status.state is RegistrationState.FAILED
        error = agent.trunk_status.error
        assert error is not None
        assert error.key == "cannot_resolve"
        call_id = await agent.call(CallBrief(DialTarget.parse("5550100"), "anything"))
        async with asyncio.timeout(5):
            await agent._sessions[call_id].done.wait()
        assert log.ended[0].outcome is Outcome.TRUNK_UNREACHABLE
    finally:
        await agent.stop()


async def test_silence_for_ever(line) -> None:
    async with line(replace(BANK, silence_s=60), services=speech()) as made:
        await made.call()
        assert (await made.ended()).outcome is Outcome.NO_SPEECH
        await made.nothing_is_left()


async def test_ten_seconds_of_noise_is_no_human(line) -> None:
    async with line(
        replace(BANK, noise_s=10), services={"stt": FakeSpeechToText(""), "tts": FakeTextToSpeech()}
    ) as made:
        await made.call()
        ended = await made.ended(25)
        assert ended.outcome in (Outcome.NO_SPEECH, Outcome.NO_ROUTE, Outcome.REMOTE_HUNG_UP, Outcome.HOLD_TIMEOUT)
        assert "human_answered" not in made.kinds
        await made.nothing_is_left()


@pytest.mark.parametrize("stt", [FakeSpeechToText(ServiceError("gone")), FakeSpeechToText(None), None])
async def test_speech_to_text_gone_hanging_or_absent(line, stt: FakeSpeechToText | None) -> None:
    async with line(BANK, services={"stt": stt, "tts": FakeTextToSpeech()}) as made:
        await made.call()
        ended = await made.ended()
        assert ended.outcome in (Outcome.NO_SPEECH, Outcome.NO_ROUTE, Outcome.REMOTE_HUNG_UP)
        failures = [o for o in made.occurrences if o.kind == "service_failed"]
        assert [failure.data["service"] for failure in failures] == ["stt"]
        await made.nothing_is_left()


@pytest.mark.parametrize("tts", [FakeTextToSpeech(ServiceError("gone")), FakeTextToSpeech(hangs=True), None])
async def test_text_to_speech_gone_hanging_or_absent_still_puts_through(line, tts: FakeTextToSpeech | None) -> None:
    async with line(PERSON, services={"stt": FakeSpeechToText(GREETING), "tts": tts}) as made:
        call_id = await made.call()
        await made.until(lambda: "connected" in made.kinds)
        assert "greeted" not in made.kinds
        await made.until(lambda: "service_failed" in made.kinds)
        made.agent.hang_up(call_id)
        assert (await made.ended()).outcome is Outcome.CONNECTED
        await made.nothing_is_left()


async def test_language_model_answers_nonsense_and_the_rules_go_on(line) -> None:
    menu = replace(MENU, prompts=("For pears, press 1.", "For plums, press 2."))
    llm = FakeLanguageModel(lambda question: {"do": "dance"})
    stt = FakeSpeechToText("for pears press one for plums press two")
    async with line(
        replace(BANK, menus={"main": menu}), services={"stt": stt, "tts": FakeTextToSpeech(), "llm": llm}
    ) as made:
        await made.call()
        ended = await made.ended(30)
        assert llm.questions
        assert ended.outcome in (Outcome.NO_ROUTE, Outcome.REMOTE_HUNG_UP, Outcome.NO_SPEECH, Outcome.HOLD_TIMEOUT)
        pressed = {o.data["digits"] for o in made.occurrences if o.kind == "key_pressed"}
        # What the line offers, and the ladder's last resort; never what the model made up.
        assert pressed <= {"0", "1", "2"}
        await made.nothing_is_left()
        use = made.agent.calls[0].model_use
        assert use == ModelUse(calls=use.calls, refused=use.calls, retries=use.calls) == made.agent.model_use
        assert len(llm.questions) == 2 * use.calls


@pytest.mark.parametrize(("has_model", "key"), [(True, "1"), (False, "2")])
async def test_a_language_model_that_is_set_up_is_asked_where_the_rules_have_a_choice(
    line, has_model: bool, key: str
) -> None:
    """It is told their choice, and followed where it makes another one; without a model theirs is taken."""
    llm = FakeLanguageModel(lambda question: {"do": "press", "value": "1"})
    services = speech() | ({"llm": llm} if has_model else {})
    async with line(BANK, services=services) as made:
        call_id = await made.call()
        await made.until(lambda: "key_pressed" in made.kinds)
        made.agent.hang_up(call_id)
        assert (await made.ended()).model_use.calls == has_model
        pressed = [o.data["digits"] for o in made.occurrences if o.kind == "key_pressed"]
    assert pressed == [key]
    assert [question.choice for question in llm.questions] == ["2"] * has_model


async def _use_of(line, llm: FakeLanguageModel) -> ModelUse:
    menu = replace(MENU, prompts=("For pears, press 1.", "For plums, press 2."))
    stt = FakeSpeechToText("for pears press one for plums press two")
    services = {"stt": stt, "tts": FakeTextToSpeech(), "llm": llm}
    async with line(replace(BANK, menus={"main": menu}), services=services) as made:
        call_id = await made.call()
        await made.until(lambda: "key_pressed" in made.kinds or "service_failed" in made.kinds)
        made.agent.hang_up(call_id)
        ended = await made.ended()
        await made.nothing_is_left()
        assert made.agent.model_use == ended.model_use, "nothing is counted twice when the call is released"
        return ended.model_use


async def test_figures_of_a_language_model_that_tells_its_tokens(line) -> None:
    use = await _use_of(line, FakeLanguageModel(lambda question: MeteredAnswer({"do": "press", "value": "1"}, 321)))
    assert use == ModelUse(calls=1, used=1, tokens=321)


@pytest.mark.parametrize(
    ("failure", "use"),
    [
        (ServiceError("gone"), ModelUse(calls=1, failures=1, retries=1)),
        (UselessAnswerError("nonsense", 12), ModelUse(calls=1, failures=1, tokens=24, retries=1)),
        (ServiceRefusedError("key"), ModelUse(calls=1, failures=1)),
        (ServiceTimeoutError("late"), ModelUse(calls=1, timeouts=1)),
    ],
)
async def test_figures_of_a_language_model_that_fails(line, failure: ServiceError, use: ModelUse) -> None:
    def fail(_question: NavigatorQuestion) -> dict[str, object]:
        raise failure

    assert await _use_of(line, FakeLanguageModel(fail)) == use


async def test_without_a_language_model_nothing_is_counted(line) -> None:
    async with line(BANK, services={"stt": FakeSpeechToText("for pears press one for plums press two")}) as made:
        call_id = await made.call()
        await made.until(lambda: "service_failed" in made.kinds)
        made.agent.hang_up(call_id)
        assert (await made.ended()).model_use == ModelUse()


def test_figures_add_up() -> None:
    assert ModelUse(1, 1, 0, 0, 0, None) + ModelUse(2, 0, 1, 1, 0, 9) == ModelUse(3, 1, 1, 1, 0, 9)
    assert (ModelUse(1) + ModelUse(1)).tokens is None
    assert (ModelUse(tokens=1) + ModelUse(tokens=2)).tokens == 3


async def test_second_call_is_refused_and_stands_in_the_history(line) -> None:
    async with line(replace(BANK, never_answers=True)) as made:
        first = await made.call()
        with pytest.raises(CallRefusedError) as refused:
            await made.call()
        assert refused.value.outcome is Outcome.REFUSED
        assert made.log.ended[0].outcome is Outcome.REFUSED
        assert made.log.ended[0].sentence == "Another call is running; end it first."
        made.agent.hang_up(first)
        await made.until(lambda: len(made.log.ended) == 2)


async def test_same_number_in_a_loop_is_refused(line) -> None:
    settings = replace(QUICK, budget=BudgetLimits(same_number_an_hour=2))
    async with line(replace(BANK, reply=486), settings=settings) as made:
        for count in (1, 2):
            await made.call()
            await made.until(lambda count=count: made.kinds.count("ended") == count)
        with pytest.raises(CallRefusedError, match="looks like a loop"):
            await made.call()
        assert sum(event["event"] == "invite" for event in made.centre.events) == 2
        assert made.log.ended[-1].outcome is Outcome.REFUSED


@pytest.mark.parametrize("number", ["112", "911", "sip:999@127.0.0.1", "0 112"])
async def test_emergency_number_is_never_dialled(line, number: str) -> None:
    async with line(BANK) as made:
        with pytest.raises(CallRefusedError, match="emergency"):
            await made.call(number)
        assert (await made.ended()).outcome is Outcome.REFUSED
        assert not any(event["event"] == "invite" for event in made.centre.events)


async def test_stopping_in_mid_call_interrupts_it_and_leaves_nothing(line) -> None:
    async with line(replace(BANK, silence_s=60), services=speech()) as made:
        await made.call()
        await made.until(lambda: "answered" in made.kinds)
        await made.agent.stop()
        assert made.log.ended[0].outcome is Outcome.INTERRUPTED
        await made.nothing_is_left()
        await made.centre.wait_for("unregistered")
        with pytest.raises(CallRefusedError):
            await made.call()


async def test_first_phone_does_not_answer_the_second_does(line) -> None:
    phones = {"5550124": Phone(never_answers=True), "5550123": Phone(ring_s=0.2, says="Hello?")}
    async with line(PERSON, phones, services={"stt": FakeSpeechToText(GREETING), "tts": FakeTextToSpeech()}) as made:
        call_id = await made.call(targets=("5550124", "5550123"))
        await made.until(lambda: "connected" in made.kinds)
        assert [o.data["target"] for o in made.occurrences if o.kind == "target_ringing"] == ["5550124", "5550123"]
        assert made.agent.calls[0].phase is Phase.CONNECTED
        made.agent.hang_up(call_id)
        await made.ended()
        await made.nothing_is_left()


async def test_no_phone_answers_the_representative_hears_an_apology(line) -> None:
    phones = {"5550124": Phone(never_answers=True), "5550125": Phone(ring_s=0.2, reply=486)}
    tts = FakeTextToSpeech()
    async with line(PERSON, phones, services={"stt": FakeSpeechToText(GREETING), "tts": tts}) as made:
        await made.call(targets=("5550124", "5550125"))
        ended = await made.ended()
        assert ended.outcome is Outcome.USER_UNREACHABLE
        assert any("sorry" in text for text in tts.texts)
        assert made.notifier.told[-1][0] == "outcome_user_unreachable"
        reasons = [o.data["reason"] for o in made.occurrences if o.kind == "target_failed"]
        assert reasons == ["no_answer", "busy"]
        await made.nothing_is_left()


async def test_broken_history_does_not_end_the_call(line) -> None:
    async with line(replace(BANK, reply=486)) as made:
        made.agent._services = replace(made.agent._services, call_log=FakeCallLog(fails=True))
        await made.call()
        await made.until(lambda: "ended" in made.kinds)
        assert made.agent.calls[0].outcome is Outcome.BUSY


async def test_far_end_that_dies_without_a_word(line) -> None:
    settings = replace(QUICK, media_silent_s=1.0)
    async with line(replace(BANK, silence_s=60), settings=settings, services=speech()) as made:
        await made.call()
        await made.until(lambda: "answered" in made.kinds)
        stream = made.centre.calls[0].stream
        assert stream is not None
        stream.stop_sending()
        made.centre.go_deaf()
        ended = await made.ended(8)
        made.centre.go_deaf(is_deaf=False)
        assert ended.outcome is Outcome.REMOTE_HUNG_UP
        assert "went dead" in ended.sentence
        assert made.kinds.count("ended") == 1
        await made.nothing_is_left()


async def test_far_end_that_sends_nothing_but_answers_is_waited_for(line) -> None:
    settings = replace(QUICK, media_silent_s=0.3)
    async with line(replace(BANK, silence_s=60), settings=settings, services=speech()) as made:
        await made.call()
        await made.until(lambda: "answered" in made.kinds)
        stream = made.centre.calls[0].stream
        assert stream is not None
        stream.stop_sending()
        await made.until(lambda: sum(event["event"] == "options" for event in made.centre.events) >= 3)
        assert "ended" not in made.kinds
        made.agent.hang_up(made.agent.calls[0].call_id)
        assert (await made.ended()).outcome is Outcome.HUNG_UP


async def test_hold_for_too_long(line) -> None:
    company = replace(PERSON, queues={"person": Queue(hold_s=60, entry="")})
    settings = AgentSettings(brain=replace(AgentSettings().brain, hold_s=3))
    services = {"stt": FakeSpeechToText(""), "tts": FakeTextToSpeech()}
    async with line(company, settings=settings, services=services) as made:
        await made.call()
        assert (await made.ended(25)).outcome is Outcome.HOLD_TIMEOUT
        await made.nothing_is_left()


@pytest.mark.parametrize(
    ("owner", "name"),
    [(MediaSession, "close"), (LegRuntime, "close"), (CallRecording, "finish"), (QualityWatch, "stop")],
)
async def test_a_part_that_cannot_be_released_costs_no_other(
    line, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, owner: type, name: str
) -> None:
    """The history is complete, the call is gone, and stopping does not wait for it for ever."""
    release = getattr(owner, name)

    def fails(self: object, *args: object) -> object:
        done = release(self, *args)

        async def late() -> None:
            await done
            raise RuntimeError("cannot be released")

        if asyncio.iscoroutine(done):
            return late()
        raise RuntimeError("cannot be released")

    async with line(BANK, services=speech()) as made:
        call_id = await made.call()
        await made.until(lambda: "answered" in made.kinds)
        monkeypatch.setattr(owner, name, fails)
        made.agent.hang_up(call_id)
        ended = await made.ended()
        assert ended.outcome is Outcome.HUNG_UP
        async with asyncio.timeout(5.0):
            await made.agent.stop()
        monkeypatch.undo()
        await made.nothing_is_left()
    assert "could not be released" in caplog.text

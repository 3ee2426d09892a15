"""What a bad language model costs: a real endpoint on loopback, the real client, navigator and brain, and the real clock."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
import json
from typing import Any

import pytest

from custom_components.hold_slayer.engine.agent import AgentSettings, Services
from custom_components.hold_slayer.engine.agent.enquiries import Enquiries
from custom_components.hold_slayer.engine.call.brain import Brain
from custom_components.hold_slayer.engine.call.config import BrainConfig
from custom_components.hold_slayer.engine.ivr.navigator import Navigator
from custom_components.hold_slayer.engine.model import action as act, call_event as ev
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, CallPolicy
from custom_components.hold_slayer.engine.model.model_use import ModelUse
from custom_components.hold_slayer.engine.model.phase import Phase, Verdict
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.voice.openai_llm import OpenAiLanguageModel
from tests.fakes.openai_server import FakeOpenAiServer, call, text
from tests.fakes.virtual_call import ANSWER

pytestmark = pytest.mark.usefixtures("socket_enabled")

MENU = "For pears, press 1. For plums, press 2. To have us call you back, press 3. To order a new card, press 4."
BRIEF = CallBrief(
    DialTarget("5550100"), "xylophone", facts={"account_number": "12345678"}, policy=CallPolicy(ask_user=True)
)
CONFIG = BrainConfig(model_s=1.5, model_retry_s=0.3, turn_gap_s=0.05, silence_s=0.4, question_s=5.0)


@dataclass
class Played:
    """One call, of which only the far end's words are made up."""

    brain: Brain
    enquiries: Enquiries = field(init=False)
    use: ModelUse = field(default_factory=ModelUse)
    actions: list[act.Action] = field(default_factory=list)
    events: list[ev.CallEvent] = field(default_factory=list)
    _ids: count[int] = field(default_factory=lambda: count(1))
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _timer: asyncio.TimerHandle | None = None

    def post(self, event: ev.CallEvent) -> None:
        self.events.append(event)
        self._take(partial(self.brain.handle, event))

    def leap(self, seconds: float) -> None:
        """Time passes at once, as far as the brain knows: everything falls due that would have."""
        until = asyncio.get_running_loop().time() + seconds
        while (due := self.brain.next_timer()) is not None and due <= until:
            self._take(self.brain.handle_timer, due)

    def _take(self, step: Callable[[float], list[act.Action]], now: float | None = None) -> None:
        loop = asyncio.get_running_loop()
        for action in step(loop.time() if now is None else now):
            self.actions.append(action)
            if isinstance(action, act.AskLanguageModelAction):
                task = loop.create_task(self.enquiries.ask(action))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        if self._timer is not None:
            self._timer.cancel()
        due = self.brain.next_timer()
        self._timer = None if due is None else loop.call_at(due, self._take, self.brain.handle_timer)

    def says(self, words: str) -> None:
        number, now = next(self._ids), asyncio.get_running_loop().time()
        self.post(ev.UtteranceStartedEvent(now, number))
        self.post(ev.UtteranceEndedEvent(now, number, now, now, b"\0\0"))
        self.post(ev.TranscribedEvent(number, words))

    def all[A: act.Action](self, kind: type[A]) -> list[A]:
        return [action for action in self.actions if isinstance(action, kind)]

    @property
    def keys(self) -> list[str]:
        return [action.digits for action in self.all(act.SendDigitsAction)]

    @property
    def total(self) -> ModelUse:
        return self.use + self.brain.advice

    async def until(self, is_true: Callable[[], bool], timeout_s: float = 5.0) -> None:
        for _ in range(int(timeout_s / 0.01)):
            if is_true():
                return
            await asyncio.sleep(0.01)
        raise TimeoutError("nothing of the kind")

    async def acted(self) -> None:
        """Something was done about the menu, by whomever."""
        reports = ("key_pressed", "said", "question_asked")
        await self.until(
            lambda: (
                any(r.kind in reports for r in self.all(act.ReportAction)) or not self.brain._navigating.counsel.is_open
            )
        )

    async def close(self) -> None:
        self.post(ev.InterruptedEvent())
        await asyncio.gather(*self._tasks)


@asynccontextmanager
async def played(server: FakeOpenAiServer, config: BrainConfig = CONFIG) -> AsyncIterator[Played]:
    """An answered call that has just heard the menu."""
    llm = OpenAiLanguageModel(server.url, "key", "fake")
    await llm.prepare()
    one = Played(Brain(config))

    def count_use(use: ModelUse) -> None:
        one.use += use

    one.enquiries = Enquiries(Services(llm=llm), AgentSettings(), "en", one.post, count_use)
    one.post(ev.CallRequestedEvent(BRIEF))
    one.post(ev.LegAnsweredEvent(ev.FAR_LEG, ANSWER))
    one.says(MENU)
    await one.until(lambda: bool(one.all(act.AskLanguageModelAction)))
    yield one
    await one.close()
    await llm.close()


def rules_alone() -> str:
    """What happens without a model."""
    way = Navigator(BRIEF)
    way.heard([MENU])
    return way.advice_failed().shown


GOOD = call("press", {"key": "2"})
BAD = {
    "garbage": call("press", '{"key": '),
    "prose": text("I would press two."),
    "unknown tool": call("open_the_door", {"key": "2"}),
    "tool of old": call("listen", {}),
    "key that was not offered": call("press", {"key": "7"}),
    "key that policy forbids": call("press", {"key": "3"}),
    "key that does harm": call("press", {"key": "4"}),
    "fact that nobody asked for": call("give_fact", {"name": "account_number"}),
    "fact that is not released": call("give_fact", {"name": "pin"}),
    "secret to be fetched": call("ask_user", {"question": "What is your PIN?"}),
    "end that was not announced": call("give_up", {"reason": "closed"}),
}
NONSENSE = ("garbage", "prose", "unknown tool", "tool of old")


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_answer_gets_one_more_chance(name: str) -> None:
    async with FakeOpenAiServer(GOOD) as server:
        server.messages = [BAD[name]]
        async with played(server) as one:
            await one.acted()
            assert one.keys == ["2"]
            tokens = 2 * len(server.requests)
            assert one.total == ModelUse(calls=1, used=1, tokens=tokens, retries=1)
        first, second = (request["messages"][1]["content"] for request in server.requests)
        assert "refused" not in first
        assert ("Your first answer was refused." in second) is (name not in NONSENSE)


@pytest.mark.parametrize("name", BAD)
async def test_bad_twice_and_the_rules_decide(name: str) -> None:
    async with FakeOpenAiServer(BAD[name]) as server:
        async with played(server) as one:
            await one.until(lambda: not one.brain._navigating.counsel.is_open)
            assert len(server.requests) == 2
            assert (one.total.calls, one.total.retries, one.total.used) == (1, 1, 0)
            assert (one.total.failures, one.total.refused) == ((1, 0) if name in NONSENSE else (0, 1))
            assert one.keys == [key for key in [rules_alone()] if key]
            asked = len(one.all(act.AskLanguageModelAction))
            one.leap(3 * CONFIG.silence_s)
            assert len(one.all(act.AskLanguageModelAction)) == asked == 2, "asked again about the same utterance"
        assert "12345678" not in json.dumps(server.requests)


@pytest.mark.parametrize("how", ["500", "503", "cut"])
async def test_a_failure_that_passes(how: str) -> None:
    async with FakeOpenAiServer(GOOD) as server:
        server.cuts, server.statuses = int(how == "cut"), [int(how)] if how != "cut" else []
        async with played(server) as one:
            await one.acted()
            assert one.keys == ["2"]
            assert one.total == ModelUse(calls=1, used=1, tokens=2, retries=1)
            assert not [report for report in one.all(act.ReportAction) if report.kind == "service_failed"]


@pytest.mark.parametrize(("how", "requests"), [("500", 2), ("cut", 2), ("401", 1), ("404", 1), ("400", 1)])
async def test_a_failure_that_stays(how: str, requests: int) -> None:
    async with FakeOpenAiServer(GOOD) as server:
        server.cuts, server.status = 9 * (how == "cut"), 200 if how == "cut" else int(how)
        async with played(server) as one:
            await one.until(lambda: not one.brain._navigating.counsel.is_open)
            assert len(server.requests) == requests
            assert one.total == ModelUse(calls=1, failures=1, retries=requests - 1)
            assert one.keys == [key for key in [rules_alone()] if key]


async def test_too_slow_is_not_tried_again_and_ends_at_the_deadline() -> None:
    async with FakeOpenAiServer(GOOD) as server:
        server.delay_s = 5.0
        async with played(server) as one:
            began = asyncio.get_running_loop().time()
            await one.until(lambda: not one.brain._navigating.counsel.is_open)
            assert asyncio.get_running_loop().time() - began < CONFIG.model_s + 0.5
            assert len(server.requests) == 1
            assert one.total == ModelUse(calls=1, timeouts=1)
            assert one.keys == [key for key in [rules_alone()] if key]


async def test_a_failure_that_comes_late_leaves_no_time() -> None:
    async with FakeOpenAiServer(GOOD) as server:
        server.delay_s, server.status = CONFIG.model_s - 0.2, 500
        async with played(server) as one:
            await one.until(lambda: not one.brain._navigating.counsel.is_open)
            assert len(server.requests) == 1
            assert one.total == ModelUse(calls=1, failures=1)


async def test_both_attempts_share_one_deadline() -> None:
    async with FakeOpenAiServer(GOOD) as server:
        server.delay_s, server.statuses = 0.9, [500]
        async with played(server) as one:
            began = asyncio.get_running_loop().time()
            await one.until(lambda: not one.brain._navigating.counsel.is_open)
            assert asyncio.get_running_loop().time() - began < CONFIG.model_s + 0.5
            assert len(server.requests) == 2
            assert one.total == ModelUse(calls=1, timeouts=1, retries=1)


@pytest.mark.parametrize(("retry_after", "requests"), [("1", 2), ("0", 2), ("60", 1)])
async def test_a_busy_model_gets_its_pause_if_there_is_time(retry_after: str, requests: int) -> None:
    async with FakeOpenAiServer(GOOD) as server:
        server.statuses, server.retry_after = [429], retry_after
        async with played(server) as one:
            await one.until(lambda: not one.brain._navigating.counsel.is_open)
            assert len(server.requests) == requests
            if requests == 2:
                assert server.times[1] - server.times[0] >= float(retry_after)
                assert one.keys == ["2"]
            else:
                assert one.total == ModelUse(calls=1, failures=1)


async def test_no_second_attempt_on_hold() -> None:
    async with FakeOpenAiServer(GOOD) as server:
        server.statuses, server.retry_after = [429], "1"
        async with played(server) as one:
            await one.until(lambda: isinstance(one.events[-1], ev.LanguageModelFailedEvent))
            assert one.brain._navigating.counsel.is_open, "the second attempt waits for its time"
            one.post(ev.VerdictChangedEvent(1.0, Verdict.HOLD, 0.9, "music"))
            assert one.brain.phase is Phase.ON_HOLD
            one.leap(CONFIG.model_s)
            assert len(one.all(act.AskLanguageModelAction)) == len(server.requests) == 1
            assert one.keys == []


async def test_no_second_attempt_about_what_the_line_has_gone_on_from() -> None:
    async with FakeOpenAiServer(GOOD) as server:
        server.statuses, server.delay_s = [500], 0.3
        async with played(server) as one:
            one.post(ev.UtteranceStartedEvent(1.0, 99))
            await one.until(lambda: not one.brain._navigating.counsel.is_open)
            assert len(server.requests) == 1


async def test_a_question_to_the_user_becomes_part_of_the_goal() -> None:
    """The tool's whole way: asked, shown as the model's, answered, acted upon by rules, and known to the model next time."""
    asking = call("ask_user", {"question": "Is it about pears or about plums?"})
    async with FakeOpenAiServer(asking) as server, played(server) as one:
        await one.acted()
        (asked,) = [report for report in one.all(act.ReportAction) if report.kind == "question_asked"]
        wanted: dict[str, Any] = {"fact": "question", "asks": "Is it about pears or about plums?", "text": MENU}
        assert {key: asked.data[key] for key in wanted} == wanted
        assert one.keys == []
        one.post(ev.QuestionAnsweredEvent(int(asked.data["question_id"]), "plums"))
        assert one.keys == ["2"]
        assert one.total == ModelUse(calls=1, used=1, tokens=2)
        one.says("For apples, press 5. For quinces, press 6.")
        await one.until(lambda: len(server.requests) >= 2)
        data = server.requests[1]["messages"][1]["content"]
        assert '"Is it about pears or about plums?": "plums"' in data
        assert '"questions_left": 1' in data

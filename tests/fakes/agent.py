"""An agent without a telephone: takes the same orders, keeps them, and shows the calls that a test makes up."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from custom_components.hold_slayer.engine.agent import (
    AgentSettings,
    CallRefusedError,
    Doorman,
    NoQuestionError,
    Promise,
    Services,
    UnknownCallError,
)
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, HandOverTarget, TargetKind
from custom_components.hold_slayer.engine.model.call_event import CallOccurrence
from custom_components.hold_slayer.engine.model.detour import Detour
from custom_components.hold_slayer.engine.model.model_use import ModelUse
from custom_components.hold_slayer.engine.model.past_call import PastCall
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from custom_components.hold_slayer.engine.model.snapshot import CallSnapshot
from custom_components.hold_slayer.engine.ports import UserEndpoint
from custom_components.hold_slayer.engine.sip.account import TrunkAccount
from custom_components.hold_slayer.engine.sip.errors import TrunkError
from custom_components.hold_slayer.engine.sip.registration import RegistrationState, RegistrationStatus

Listener = Callable[[CallSnapshot, CallOccurrence | None], None]


class FakeAgent:
    """Stands where `engine.agent.Agent` stands."""

    start_error: TrunkError | None = None
    """Set on the class: what `start` raises."""

    def __init__(
        self,
        account: TrunkAccount,
        services: Services,
        *,
        settings: AgentSettings,
        ssl_context: object = None,
        past_calls: Iterable[PastCall] = (),
    ) -> None:
        self.account = account
        self.past_calls = list(past_calls)
        self.services = services
        self.settings = settings
        self.ssl_context = ssl_context
        self.doorman: Doorman | None = None
        self.refused_calls = 0
        self.dropped_messages = 0
        self.model_use = ModelUse()
        self.trunk_status = RegistrationStatus(RegistrationState.UNREGISTERED)
        self.calls: tuple[CallSnapshot, ...] = ()
        self.briefs: list[CallBrief] = []
        self.orders: list[tuple[Any, ...]] = []
        self.detours: dict[str, Detour] = {}
        self.refusal: CallRefusedError | None = None
        self.is_running = False
        self.stops = 0
        self.kept: list[str] = []
        """Names of kept facts by which questions were answered."""
        self.ears: list[Callable[[bytes], None]] = []
        self.on_transfer: Callable[[HandOverTarget], None] | None = None
        self.openers: dict[TargetKind, Callable[[HandOverTarget, str], UserEndpoint | None]] = {}
        self.callback_listeners: list[Callable[[tuple[Promise, ...]], None]] = []
        self._listeners: list[Listener] = []
        self._trunk_listeners: list[Callable[[RegistrationStatus], None]] = []

    # --- as the agent -------------------------------------------------------------------------------------------

    async def start(self) -> None:
        if self.start_error is not None:
            raise self.start_error
        self.is_running = True

    def admit(self, doorman: Doorman | None) -> None:
        self.doorman = doorman

    def detour_of(self, call_id: str) -> Detour | None:
        return self.detours.get(call_id)

    def expect_callback(self, brief: CallBrief, until: float) -> None:
        self.orders.append(("expect_callback", brief, until))

    def forget_callback(self, number: str) -> None:
        self.orders.append(("forget_callback", number))

    def drop_old_callbacks(self) -> None:
        self.orders.append(("drop_old_callbacks",))

    def subscribe_callbacks(self, listener: Callable[[tuple[Promise, ...]], None]) -> Callable[[], None]:
        self.callback_listeners.append(listener)
        return lambda: self.callback_listeners.remove(listener)

    async def stop(self) -> None:
        self.is_running = False
        self.stops += 1

    async def call(self, brief: CallBrief) -> str:
        if self.refusal is not None:
            raise self.refusal
        self.briefs.append(brief)
        self.show(phase=Phase.DIALING, number=brief.number.value, company=brief.company, goal=brief.goal)
        return self.calls[0].call_id

    def hang_up(self, call_id: str) -> None:
        self._order("hang_up", call_id)

    def send_digits(self, call_id: str, digits: str) -> None:
        self._order("send_digits", call_id, digits)

    def say(self, call_id: str, text: str) -> None:
        self._order("say", call_id, text)

    def listen(self, call_id: str, sink: Callable[[bytes], None]) -> Callable[[], None]:
        self._order("listen", call_id)
        self.ears.append(sink)
        return lambda: self.ears.remove(sink)

    def resume_waiting(self, call_id: str) -> None:
        self._order("resume_waiting", call_id)

    def transfer(self, call_id: str, target: HandOverTarget | None = None) -> None:
        self._order("transfer", call_id, target)
        if self.on_transfer is not None and target is not None:
            self.on_transfer(target)

    def answer_question(self, call_id: str, answer: str | None, question_id: int | None = None, kept: str = "") -> None:
        question = next((call.question for call in self.calls if call.call_id == call_id), None)
        is_meant = question is not None and question_id in (None, question.question_id)
        if question is None or not is_meant or (question.asks and kept):
            raise NoQuestionError(call_id)
        self.kept += [kept] if kept else []
        self._order("answer_question", call_id, answer)

    def _order(self, name: str, call_id: str, *arguments: object) -> None:
        if not any(call.call_id == call_id and call.is_active for call in self.calls):
            raise UnknownCallError(call_id)
        self.orders.append((name, call_id, *arguments))

    def register_endpoint(
        self, kind: TargetKind, opener: Callable[[HandOverTarget, str], UserEndpoint | None]
    ) -> Callable[[], None]:
        self.openers[kind] = opener
        return lambda: self.openers.pop(kind, None) and None

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def subscribe_trunk(self, listener: Callable[[RegistrationStatus], None]) -> Callable[[], None]:
        self._trunk_listeners.append(listener)
        return lambda: self._trunk_listeners.remove(listener)

    # --- as the test wants it -----------------------------------------------------------------------------------

    @property
    def listeners(self) -> int:
        return len(self._listeners) + len(self._trunk_listeners)

    def show(self, call_id: str = "call-1", **changes: Any) -> CallSnapshot:
        """Change a call, or begin it, and tell."""
        old = next((call for call in self.calls if call.call_id == call_id), None)
        base = old or CallSnapshot(call_id, Phase.DIALING, "+15550100", "Acme Bank", "a charge", 1000.0, 1000.0)
        snapshot = replace(base, **changes)
        self.calls = (snapshot, *(call for call in self.calls if call.call_id != call_id))
        for listener in tuple(self._listeners):
            listener(snapshot, None)
        return snapshot

    def end(self, outcome: Outcome, sentence: str, call_id: str = "call-1") -> CallSnapshot:
        return self.show(
            call_id, phase=Phase.ENDED, is_human=False, outcome=outcome, sentence=sentence, ended_at=1100.0
        )

    def occur(self, kind: str, data: Mapping[str, str | int | float | bool] | None = None, t_s: float = 1.0) -> None:
        """Something happens in the newest call."""
        snapshot = self.calls[0]
        occurrence = CallOccurrence(snapshot.call_id, kind, 1000.0 + t_s, t_s, data or {})
        for listener in tuple(self._listeners):
            listener(snapshot, occurrence)

    def trunk(self, state: RegistrationState, error: TrunkError | None = None, *, is_forgotten: bool = False) -> None:
        """The registration changes."""
        self.trunk_status = RegistrationStatus(state, error, is_forgotten=is_forgotten)
        for listener in tuple(self._trunk_listeners):
            listener(self.trunk_status)

"""The simulated world: a SIP trunk with a company and the user's phones."""

import asyncio
from pathlib import Path
import time
from typing import Any, Self

from .company import CompanyCall
from .phone import PhoneCall
from .scenario import Scenario
from .sip_server import Call, SipServer
from .tree import Tree
from .tree_call import TreeCall
from .voices import Voices


class CallCentre:
    """Runs a scenario; an asynchronous context manager.

    ``events`` holds what happened: dicts with ``t`` (seconds since the start), ``at`` (seconds since the epoch) and ``event``.
    """

    def __init__(self, scenario: Scenario, *, port: int = 0, cache: Path | None = None) -> None:
        self.scenario = scenario
        self.events: list[dict[str, Any]] = []
        self.on_event: Any = None
        self._port = port
        self._voices = Voices(cache)
        self._tree = Tree.load(Path(scenario.company.tree)) if scenario.company.tree else None
        self._server = SipServer(scenario.accounts, self._on_call, self.log)
        self._started = time.monotonic()
        self._changed = asyncio.Condition()
        self._company_calls: list[CompanyCall] = []
        self._notices: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def address(self) -> str:
        """``host:port`` of the trunk."""
        return f"{self._server.host}:{self._server.port}"

    @property
    def port(self) -> int:
        """UDP port of the trunk."""
        return self._server.port

    @property
    def calls(self) -> tuple[Call, ...]:
        """All calls that came in, ended ones too."""
        return tuple(self._server.calls.values())

    async def start(self) -> None:
        """Render the sentences, then bind. Raises VoiceError."""
        await self._render()
        await self._server.start(self._port)
        self.log("ready", address=self.address, expected_queue=self.scenario.expected_queue)

    async def stop(self) -> None:
        """Hang up everything and free the ports."""
        await self._server.stop()

    def go_deaf(self, *, is_deaf: bool = True) -> None:
        """Hear no signalling any more, as if the trunk had died."""
        self._server.is_deaf = is_deaf

    def log(self, event: str, **data: Any) -> None:
        """Note an event."""
        item = {"t": round(time.monotonic() - self._started, 3), "at": time.time(), "event": event, **data}
        self.events.append(item)
        if self.on_event is not None:
            self.on_event(item)
        notice = asyncio.get_running_loop().create_task(self._notify())
        self._notices.add(notice)
        notice.add_done_callback(self._notices.discard)

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def wait_for(self, event: str, *, timeout: float = 10.0, **data: Any) -> dict[str, Any]:
        """Return the first event of that name with these data. Raises TimeoutError."""
        async with asyncio.timeout(timeout), self._changed:
            while True:
                for item in self.events:
                    if item["event"] == event and all(item.get(key) == value for key, value in data.items()):
                        return item
                await self._changed.wait()

    async def _on_call(self, call: Call) -> None:
        company = self.scenario.company
        if call.number == company.number:
            company_call = (
                CompanyCall(company, call, self._voices, self.log)
                if self._tree is None
                else TreeCall(self._tree, company, call, self._voices, self.log)
            )
            for phone in self.scenario.phones.values():
                company_call.user_clips.append(await self._voices.say(phone.voice, phone.says))
            self._company_calls.append(company_call)
            await company_call.run()
        elif call.number in self.scenario.phones:
            phone_call = PhoneCall(self.scenario.phones[call.number], call, self._voices, self.log)
            for queue in company.queues.values():
                if queue.representative is not None:
                    person = queue.representative
                    phone_call.far_clips += [await self._voices.say(person.voice, text) for text in person.talk]
            await phone_call.run()
        else:
            call.reject(404, "Not Found")
            self.log("rejected", status=404)

    async def _render(self) -> None:
        """Speech programs take a while: everything is spoken before the first call."""
        company = self.scenario.company
        sentences = [(company.voice, text) for text in (*company.greeting, *company.ends.values(), "Goodbye.")]
        sentences += [(company.voice, text) for text in (self._tree.sentences if self._tree is not None else ())]
        for menu in company.menus.values():
            sentences += [(company.voice, text) for text in (*menu.prompts, menu.invalid)]
        for queue in company.queues.values():
            sentences += [(company.voice, text) for text in (queue.entry, *(item.text for item in queue.announcements))]
            if (person := queue.representative) is not None:
                fixed = ("Hello? Is anybody there?", "Thank you for calling. Goodbye.")
                sentences += [(person.voice, text) for text in (person.greeting, person.reply, *person.talk, *fixed)]
        sentences += [(phone.voice, phone.says) for phone in self.scenario.phones.values()]
        for voice, text in sentences:
            await self._voices.say(voice, text)

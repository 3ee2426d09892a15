"""A company that plays a menu tree to one caller: keys and entries on real audio.

Not done: what callers say is not understood, so options by speech alone are never taken.
"""

import asyncio
import contextlib
from dataclasses import replace
from typing import Any, override

from .company import CompanyCall
from .scenario import Company, Queue
from .sip_server import Call, Log
from .tree import Tree
from .voices import Voices

_BETWEEN_KEYS_S = 2.0
"""After so long without another key an entry is taken to be complete."""
_MAX_NODES = 40


class TreeCall(CompanyCall):
    """Plays the company's tree. Events: ``node``, and ``entered`` with what was keyed in and where that led."""

    def __init__(self, tree: Tree, company: Company, call: Call, voices: Voices, log: Log) -> None:
        super().__init__(company, call, voices, log)
        self._tree = tree

    @override
    async def _play_company(self) -> None:
        tree = self._tree
        name: str | None = tree.start
        for _ in range(_MAX_NODES):
            if name is None:
                break
            node = tree.nodes[name]
            self._log("node", name=name)
            if "queue" in node:
                await self._say_all(tuple(node["say"]))
                await self._queue(name, self._queue_of())
                return
            if "end" in node or not node.get("options"):
                await self._say_all(tuple(node["say"]))
                name = None if "end" in node else node["goto"]
                continue
            name = await self._choice(name, node)
        self._log("end", name=name or "")

    def _queue_of(self) -> Queue:
        """The first queue of the scenario, where every node that waits leads; what it says first is the node's."""
        return replace(next(iter(self._company.queues.values()), Queue()), entry="")

    async def _choice(self, name: str, node: dict[str, Any]) -> str | None:
        """Where the caller's keys lead; None: the line is dropped."""
        before: list[str] = []
        for _ in range(int(node.get("max_repeats", 3))):
            keys = await self._keyed(name, node, before)
            if keys is None:
                self._log("menu_timeout", name=name)
                target, before = node.get("on_timeout", name), node.get("timeout_say", [])
            else:
                option, _ = self._tree.chosen(name, keys, is_over=True)
                target = option["goto"] if option is not None else node.get("on_invalid", name)
                self._log("entered", node=name, keys=keys, target=option["goto"] if option is not None else "")
                before = node.get("invalid_say", [])
            if target != name:
                return str(target)
        last = node.get("on_max_repeats")
        return str(last) if last else None

    async def _keyed(self, name: str, node: dict[str, Any], before: list[str]) -> str | None:
        """Speak, and collect what is keyed in; None: nothing in time."""
        while not self._keys.empty():
            self._keys.get_nowait()
        speaking = asyncio.create_task(self._say_all((*before, *node["say"])))
        first = asyncio.create_task(self._keys.get())
        try:
            if not node.get("barge_in", True):
                await speaking
                first.cancel()
                while not self._keys.empty():
                    self._keys.get_nowait()
                first = asyncio.create_task(self._keys.get())
            await asyncio.wait({speaking, first}, return_when=asyncio.FIRST_COMPLETED)
            if not first.done():
                await speaking
                await asyncio.wait({first}, timeout=float(node.get("timeout_s", 6)))
            self._need_stream()
            if not first.done():
                return None
            keys = first.result()
        finally:
            for task in (speaking, first):
                task.cancel()
            await asyncio.gather(speaking, first, return_exceptions=True)
            if self._stream is not None:
                self._stream.stop_playing()
        while self._tree.chosen(name, keys, is_over=False)[1]:
            more = None
            with contextlib.suppress(TimeoutError):
                more = await asyncio.wait_for(self._keys.get(), _BETWEEN_KEYS_S)
            if more is None:
                break
            keys += more
        return keys

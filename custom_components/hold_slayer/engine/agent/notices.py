"""What the user is told of one call, beside the call's path."""

import asyncio
import logging

from ..ports import Notifier, ServiceError

_LOGGER = logging.getLogger(__name__)

_FINISH_S = 2.0
"""How long the end of a call waits for notifications under way."""


class Notices:
    """Sends notifications of one call; without a notifier nothing happens."""

    def __init__(self, call_id: str, notifier: Notifier | None) -> None:
        self._call_id = call_id
        self._notifier = notifier
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, key: str, text: str) -> None:
        """Tell ``text``, which holds nothing private any more, under ``key`` (`act.NotifyUserAction`)."""
        if self._notifier is not None:
            self._tasks.add(asyncio.get_running_loop().create_task(self._notify(self._notifier, key, text)))

    async def finish(self) -> None:
        """Return when all are sent, or have had their time."""
        if not self._tasks:
            return
        await asyncio.wait(self._tasks, timeout=_FINISH_S)
        for task in self._tasks:
            task.cancel()

    async def _notify(self, notifier: Notifier, key: str, text: str) -> None:
        try:
            await notifier.notify(self._call_id, key, text)
        except ServiceError as err:
            _LOGGER.warning("The user could not be notified: %s", err)

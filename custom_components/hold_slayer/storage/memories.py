"""What calls have learned about the recordings of numbers, in a private file of Home Assistant's storage.

Words of recordings stand in it, without digits, and how they sound; nothing that a person has said, as far as could be told.
"""

from collections.abc import Iterable
from dataclasses import dataclass
import logging
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store

from ..const import DOMAIN
from ..engine.model.number_memory import NumberMemory
from ..engine.ports import ServiceError

_LOGGER = logging.getLogger(__name__)
_VERSION: Final = 1
MOST_NUMBERS: Final = 200
"""The number not called for longest goes first."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of some numbers together."""

    calls: int
    texts: tuple[str, ...]
    """What their recordings say, the last heard first."""


class MemoryShelf:
    """Implements the engine's `NumberMemories` for one account."""

    def __init__(self, hass: HomeAssistant, entry_id: str, *, learns: bool = True) -> None:
        """``learns``: calls are given what is known and add to it; otherwise what there is can only be seen and forgotten."""
        self._store: Store[dict[str, Any]] = Store(
            hass, _VERSION, f"{DOMAIN}.{entry_id}.numbers", private=True, atomic_writes=True
        )
        self._learns = learns
        self._numbers: dict[str, NumberMemory] = {}

    async def load(self) -> None:
        """Read the file; numbers whose memory is damaged begin anew. Raises ServiceError."""
        try:
            data = await self._store.async_load()
        except (HomeAssistantError, NotImplementedError) as err:
            raise ServiceError("what is known of numbers cannot be read") from err
        kept = data.get("numbers") if isinstance(data, dict) else None
        damaged = 0
        for number, memory in (kept if isinstance(kept, dict) else {}).items():
            try:
                self._numbers[str(number)] = NumberMemory.from_data(memory)
            except ValueError:
                damaged += 1
        if damaged:
            _LOGGER.warning("What was known of %d numbers is damaged, and learned anew", damaged)

    @property
    def count(self) -> int:
        """How many numbers something is known of."""
        return len(self._numbers)

    def recall(self, number: str) -> NumberMemory | None:
        """For the next call to a number (as in the history)."""
        return self._numbers.get(number) if self._learns else None

    def known(self, numbers: Iterable[str]) -> Known:
        """For people."""
        found = [self._numbers[number] for number in numbers if number in self._numbers]
        texts = sorted((text for memory in found for text in memory.texts), key=lambda text: -text.day)
        return Known(sum(memory.calls for memory in found), tuple(text.words for text in texts))

    async def keep(self, number: str, memory: NumberMemory) -> None:
        """See `NumberMemories.keep`."""
        if not self._learns:
            return
        self._numbers.pop(number, None)
        self._numbers[number] = memory
        while len(self._numbers) > MOST_NUMBERS:
            del self._numbers[min(self._numbers, key=lambda each: self._numbers[each].day)]
        await self._save()

    async def forget(self, numbers: Iterable[str] | None) -> int:
        """Forget what is known of numbers, None: of all; returns of how many. Raises ServiceError."""
        chosen = list(self._numbers) if numbers is None else list(numbers)
        gone = sum(self._numbers.pop(number, None) is not None for number in chosen)
        if gone:
            await self._save()
        return gone

    async def remove(self) -> None:
        """Forget everything, and the file."""
        self._numbers.clear()
        await self._store.async_remove()

    async def _save(self) -> None:
        data = {"numbers": {number: memory.as_data() for number, memory in self._numbers.items()}}
        try:
            await self._store.async_save(data)
        except (HomeAssistantError, OSError) as err:
            raise ServiceError("what is known of numbers cannot be written") from err

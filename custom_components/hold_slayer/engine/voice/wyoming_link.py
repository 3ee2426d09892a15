"""One connection to a Wyoming server, one request: opened, used, closed, whatever the server does.

Everything that can go wrong becomes a `ServiceError` with a short reason that quotes nothing from the wire. Not done: TLS, Unix
sockets, keeping connections (servers close them after an answer).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import re

from wyoming.error import Error
from wyoming.event import Event, Eventable, async_read_event, async_write_event

from ..ports import ServiceError

_CODE = re.compile(r"[\w.-]{1,40}")
_NONSENSE = (ValueError, KeyError, TypeError, AttributeError, LookupError)


class WyomingLink:
    """Events out, events in. ``service`` names the service in error texts."""

    def __init__(self, service: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._service = service
        self._reader = reader
        self._writer = writer

    async def send(self, *items: Eventable) -> None:
        """Send events. A server that closed meanwhile is noticed by `receive`, which may still find its reason."""
        try:
            for item in items:
                await async_write_event(item.event(), self._writer)
        except ConnectionError:
            return

    async def receive(self) -> Event:
        """Return the next event.

        Raises:
            ServiceError: the server reported an error, closed the connection or sent garbage.
        """
        event = await async_read_event(self._reader)
        if event is None:
            # The library returns None for a closed connection and for a line that is not JSON alike.
            what = "closed the connection" if self._reader.at_eof() else "answered nonsense"
            raise ServiceError(f"{self._service} {what}")
        if Error.is_type(event.type):
            code = str(event.data.get("code") or "")
            raise ServiceError(f"{self._service} reported an error" + (f" ({code})" if _CODE.fullmatch(code) else ""))
        return event


@asynccontextmanager
async def open_link(service: str, host: str, port: int, timeout_s: float) -> AsyncIterator[WyomingLink]:
    """Open a connection for one request, all of which must be over in ``timeout_s``.

    Raises:
        ServiceError: cannot be reached, not in time, or whatever the body of the ``async with`` ran into on the wire.
    """
    writer: asyncio.StreamWriter | None = None
    try:
        async with asyncio.timeout(timeout_s):
            reader, writer = await asyncio.open_connection(host, port)
            yield WyomingLink(service, reader, writer)
    except TimeoutError as err:
        raise ServiceError(f"{service} did not answer in time") from err
    except (OSError, EOFError) as err:
        what = "cannot be reached" if writer is None else "closed the connection"
        raise ServiceError(f"{service} {what}") from err
    except _NONSENSE as err:
        raise ServiceError(f"{service} answered nonsense") from err
    finally:
        if writer is not None:
            # Not close(): that would wait for ever for a server that does not read.
            writer.transport.abort()

"""One way to ask a service of Home Assistant: with a deadline, and with one kind of error."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ..engine.ports import ServiceError, ServiceTimeoutError


@asynccontextmanager
async def guarded(name: str, timeout_s: float) -> AsyncIterator[None]:
    """Turn whatever goes wrong inside into `ServiceError`: engines of all integrations are behind the ports.

    The cause is left out on purpose, for its text may quote what was said; its type is named.
    """
    try:
        async with asyncio.timeout(timeout_s):
            yield
    except ServiceError:
        raise
    except TimeoutError:
        raise ServiceTimeoutError(f"{name} did not answer in time") from None
    except Exception as err:  # noqa: BLE001 - not swallowed, and what integrations raise is not bounded
        raise ServiceError(f"{name} failed ({type(err).__name__})") from None

"""What follows several things at once stops following them at once."""

from collections.abc import Callable

from homeassistant.core import callback


def all_of(*stops: Callable[[], object]) -> Callable[[], None]:
    """One way to stop for all of them, in this order."""

    @callback
    def stop() -> None:
        for each in stops:
            each()

    return stop

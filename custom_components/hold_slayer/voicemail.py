"""What happens where only voicemail answers: whose word goes, the call's, the contact's or the account's, and the message."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from . import const

HANG_UP: Final = "hang_up"
MESSAGE: Final = "message"
CHOICES: Final = [HANG_UP, MESSAGE]


@dataclass(frozen=True, slots=True)
class VoicemailPolicy:
    """What one place says about it; empty: nothing, so the next place is asked."""

    choice: str = ""
    text: str = ""
    """Template of the message (`engine.call.message`); empty: a sentence of Hold Slayer's own."""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> VoicemailPolicy:
        """Read a contact or the options' section."""
        text = str(data.get(const.CONF_MESSAGE, "")).strip()
        return cls(data.get(const.CONF_ON_VOICEMAIL) or "", text)

    @classmethod
    def of_call(cls, data: Mapping[str, Any]) -> VoicemailPolicy:
        """Read an action's data. Whoever words a message for one call wants it left."""
        said = cls.of(data)
        return cls(MESSAGE, said.text) if said.text and not said.choice else said


def message_of(*policies: VoicemailPolicy) -> str | None:
    """The message to leave, by the first that says anything; None: hang up. A choice without words takes the next one's."""
    choice = next((each.choice for each in policies if each.choice), HANG_UP)
    return next((each.text for each in policies if each.text), "") if choice == MESSAGE else None

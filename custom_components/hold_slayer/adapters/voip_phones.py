"""Telephones of Home Assistant's own integration *Voice over IP*: where each of them is to be called now.

What lasts of such a telephone is its device; its identifier is the address that the telephone calls from, the From of its calls.
Where it wants to be called, its Contact, the integration keeps for itself: it is read from there at the moment of ringing, and
nothing breaks should a later version keep it elsewhere. Then, and before the telephone has called again, the identifier has to do.
"""

from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from ..engine.agent.direct_line import sip_address
from ..engine.model.phone_number import PhoneAddress

DOMAIN: Final = "voip"
_CONF_SIP_PORT: Final = "sip_port"
_SIP_PORT: Final = 5060


def voip_id_of(hass: HomeAssistant, device_id: str) -> str | None:
    """What *Voice over IP* calls the telephone; None when the device is gone, or none of that integration's."""
    device = dr.async_get(hass).async_get(device_id)
    identifiers = device.identifiers if device is not None else ()
    return next((each[1] for each in identifiers if each[0] == DOMAIN), None)


def address_of(hass: HomeAssistant, device_id: str) -> PhoneAddress | None:
    """Where the telephone is; None when the device is gone or nothing of it is an address."""
    voip_id = voip_id_of(hass, device_id)
    if voip_id is None:
        return None
    # Devices of old are named by their IP address alone.
    known = [voip_id if ":" in voip_id else f"sip:{voip_id}"]
    port = _SIP_PORT
    for entry in hass.config_entries.async_entries(DOMAIN):
        port = int(entry.options.get(_CONF_SIP_PORT, port))
        if contact := _contact_of(getattr(entry, "runtime_data", None), voip_id):
            known.insert(0, contact)
    return next((PhoneAddress(uri, port) for text in known if (uri := sip_address(text)) is not None), None)


def _contact_of(runtime_data: Any, voip_id: str) -> str:
    """The URI of the telephone's Contact; empty when it is not known, or kept elsewhere than expected."""
    try:
        uri = runtime_data.domain_data.devices.devices[voip_id].contact.uri
    except AttributeError, KeyError, TypeError:
        return ""
    return uri if isinstance(uri, str) else ""

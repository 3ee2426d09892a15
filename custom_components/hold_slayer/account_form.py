"""The forms that ask for a SIP account: everything, or what the customer of a known provider has to say."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.data_entry_flow import section
from homeassistant.helpers import selector as sel
from homeassistant.util import dt as dt_util
import probatio

from . import const
from .authority import AuthorityError, read_authority
from .engine.model.media_description import Codec, DtmfMode, SrtpMode
from .engine.sip.account import CallerIdHeader, KeepAlive
from .engine.sip.number_format import NumberFormat
from .engine.sip.reception import PeerList
from .engine.sip.transport import is_ip
from .providers import OTHER, Preset

_TEXT = sel.TextSelector()
_LINES = sel.TextSelector(sel.TextSelectorConfig(multiline=True))
_LIST = sel.TextSelector(sel.TextSelectorConfig(multiple=True))
_PASSWORD = sel.TextSelector(sel.TextSelectorConfig(type=sel.TextSelectorType.PASSWORD))


def _whole(least: int, most: int, unit: str = "") -> Any:
    config = sel.NumberSelectorConfig(min=least, max=most, mode=sel.NumberSelectorMode.BOX)
    if unit:
        config["unit_of_measurement"] = unit
    return probatio.All(sel.NumberSelector(config), probatio.Coerce(int))


def _choice(key: str, values: type[StrEnum], *, multiple: bool = False) -> sel.SelectSelector:
    return sel.SelectSelector(
        sel.SelectSelectorConfig(options=[value.value for value in values], translation_key=key, multiple=multiple)
    )


_PORT = _whole(0, 65535)
_CODECS = sel.SelectSelector(
    sel.SelectSelectorConfig(options=[codec.value for codec in Codec], multiple=True, sort=False)
)

_ADVANCED = {
    probatio.Optional(CONF_PORT): _PORT,
    probatio.Optional(const.CONF_AUTH_USERNAME): _TEXT,
    probatio.Optional(const.CONF_DISPLAY_NAME): _TEXT,
    probatio.Optional(const.CONF_SIP_DOMAIN): _TEXT,
    probatio.Optional(const.CONF_OUTBOUND_PROXY): _TEXT,
    probatio.Optional(const.CONF_REGISTER, default=True): sel.BooleanSelector(),
    probatio.Optional(CONF_VERIFY_SSL, default=True): sel.BooleanSelector(),
    probatio.Optional(const.CONF_AUTHORITY): _LINES,
    probatio.Optional(const.CONF_SRTP, default=SrtpMode.OFF.value): _choice("srtp", SrtpMode),
    probatio.Optional(const.CONF_CODECS): _CODECS,
    probatio.Optional(const.CONF_DTMF, default=DtmfMode.AUTO.value): _choice("dtmf", DtmfMode),
    probatio.Optional(const.CONF_CALLER_ID): _TEXT,
    probatio.Optional(const.CONF_CALLER_ID_HEADER, default=CallerIdHeader.FROM.value): _choice(
        "caller_id_header", CallerIdHeader
    ),
    probatio.Optional(const.CONF_COUNTRY): sel.CountrySelector(),
    probatio.Optional(const.CONF_NUMBER_FORMAT, default=NumberFormat.AS_TYPED.value): _choice(
        "number_format", NumberFormat
    ),
    probatio.Optional(const.CONF_NUMBER_PREFIX): _TEXT,
    probatio.Optional(const.CONF_KEEPALIVE, default=KeepAlive.CRLF.value): _choice("keepalive", KeepAlive),
    probatio.Optional(const.CONF_KEEPALIVE_S, default=const.DEFAULT_KEEPALIVE_S): _whole(5, 600, "s"),
    probatio.Optional(const.CONF_STUN): _TEXT,
    probatio.Optional(const.CONF_PUBLIC_ADDRESS): _TEXT,
    probatio.Optional(const.CONF_PEERS): _LIST,
    probatio.Optional(const.CONF_LOCAL_ADDRESS): _TEXT,
    probatio.Optional(const.CONF_LOCAL_PORT, default=0): _PORT,
}

ACCOUNT_SCHEMA = probatio.Schema(
    {
        probatio.Required(CONF_HOST): _TEXT,
        probatio.Required(CONF_USERNAME): _TEXT,
        probatio.Required(probatio.Secret(CONF_PASSWORD)): _PASSWORD,
        probatio.Required(const.CONF_TRANSPORT, default="udp"): sel.SelectSelector(
            sel.SelectSelectorConfig(options=const.TRANSPORTS, translation_key="transport")
        ),
        probatio.Required(const.CONF_ADVANCED): section(probatio.Schema(_ADVANCED), {"collapsed": True}),
    }
)
PASSWORD_SCHEMA = probatio.Schema({probatio.Required(probatio.Secret(CONF_PASSWORD)): _PASSWORD})

_NEEDED = frozenset({CONF_HOST})
"""Of what a preset asks for, what no account does without."""


def provider_schema(presets: Iterable[Preset]) -> probatio.Schema:
    """Which provider it is."""
    options = [sel.SelectOptionDict(value=preset.preset_id, label=preset.name) for preset in presets]
    return probatio.Schema(
        {
            probatio.Required(const.CONF_PROVIDER, default=OTHER): sel.SelectSelector(
                sel.SelectSelectorConfig(
                    options=[*options, sel.SelectOptionDict(value=OTHER, label="…")],
                    mode=sel.SelectSelectorMode.DROPDOWN,
                    translation_key="provider",
                )
            )
        }
    )


def preset_schema(preset: Preset) -> probatio.Schema:
    """What a known provider's customer has to say."""
    fields: dict[Any, Any] = {
        probatio.Required(CONF_USERNAME): _TEXT,
        probatio.Required(probatio.Secret(CONF_PASSWORD)): _PASSWORD,
    }
    for name in preset.ask:
        marker = probatio.Required if name in _NEEDED else probatio.Optional
        fields[marker(name)] = _TEXT
    return probatio.Schema(fields)


def check_account(data: Mapping[str, Any]) -> dict[str, str]:
    """The first error of what was typed; nothing when it can be tried."""
    advanced = data.get(const.CONF_ADVANCED, {})
    try:
        PeerList(advanced.get(const.CONF_PEERS, ()))
    except ValueError:
        return {"base": "bad_peer"}
    if (public := advanced.get(const.CONF_PUBLIC_ADDRESS)) and not is_ip(public):
        return {"base": "bad_public_address"}
    if str(advanced.get(const.CONF_NUMBER_PREFIX, "")).strip("0123456789*#"):
        return {"base": "bad_prefix"}
    try:
        if authority := advanced.get(const.CONF_AUTHORITY, ""):
            read_authority(authority, dt_util.utcnow())
    except AuthorityError as err:
        return {"base": err.key}
    return {}

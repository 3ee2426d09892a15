"""Entries of older versions, brought up to date."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback

from . import const
from .runtime import HoldSlayerConfigEntry

VERSION, MINOR_VERSION = 1, 2
"""1.2: contacts and hand-over targets are subentries; in 1.1 they were lists among the options."""

_LISTS = {const.CONF_CONTACTS: const.SUBENTRY_CONTACT, const.CONF_HAND_OVER: const.SUBENTRY_TARGET}


@callback
def migrate(hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> bool:
    """Bring an entry up to date; False when it comes from a later version than this one."""
    if entry.version > VERSION:
        return False
    if (entry.version, entry.minor_version) < (1, 2):
        for key, kind in _LISTS.items():
            for item in _items(entry.options.get(key, ()), kind):
                subentry = ConfigSubentry(
                    data=MappingProxyType(item), subentry_type=kind, title=item[const.CONF_NAME_KEY], unique_id=None
                )
                hass.config_entries.async_add_subentry(entry, subentry)
        options = {key: value for key, value in entry.options.items() if key not in _LISTS}
        hass.config_entries.async_update_entry(entry, options=options, minor_version=2)
    return True


def _items(items: Iterable[Mapping[str, Any]] | Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    """The lists' items, their order kept as ranks."""
    found = [dict(item) for item in ([items] if isinstance(items, Mapping) else items)]
    if kind == const.SUBENTRY_TARGET:
        for rank, item in enumerate(found, start=1):
            item[const.CONF_RANK] = rank
    return found

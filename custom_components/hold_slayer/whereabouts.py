"""Where the user is, by the entities that hand-over targets name: asked when a human answers (`engine.ports.Whereabouts`)."""

from collections.abc import Sequence

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_HOME, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant

from . import const
from .engine.model.call_brief import HandOverTarget


def is_present(hass: HomeAssistant, entity_id: str | None) -> bool:
    """Whether somebody is there by an entity of theirs; one that is gone or unknown says nothing against it."""
    state = hass.states.get(entity_id) if entity_id else None
    return state is None or state.state in (STATE_HOME, STATE_ON, STATE_UNKNOWN, STATE_UNAVAILABLE)


class HomeAssistantWhereabouts:
    """Reads the entities of an entry's targets, by the targets' names."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self._hass = hass
        self._entry = entry

    def reachable(self, targets: Sequence[HandOverTarget]) -> Sequence[HandOverTarget]:
        """See `Whereabouts.reachable`."""
        subentries = self._entry.get_subentries_of_type(const.SUBENTRY_TARGET)
        entities = {each.title: each.data.get(const.CONF_PRESENCE) for each in subentries}
        present = [target for target in targets if is_present(self._hass, entities.get(target.name))]
        return present or targets

"""Actions on flows: import, export, delete."""

from typing import Any

from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.helpers import config_validation as cv
import probatio
import yaml

from . import const
from .const import DOMAIN
from .engine.agent import FlowError
from .flow_desk import FlowDesk
from .lookup import ENTRY_FIELDS, guarded, invalid as _invalid, runtime_of

_LONGEST_TEXT = 500_000


def _flow(value: Any) -> Any:
    """Fields with their values, or the text of a YAML or JSON file."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST_TEXT:
        raise probatio.Invalid("expected a flow file, as a text or as its fields")
    return value


IMPORT_FLOW_SCHEMA = probatio.Schema({**ENTRY_FIELDS, probatio.Required(const.ATTR_FLOW): _flow})
EXPORT_FLOW_SCHEMA = probatio.Schema({**ENTRY_FIELDS, probatio.Optional(const.ATTR_NAME): cv.string})
DELETE_FLOW_SCHEMA = probatio.Schema({**ENTRY_FIELDS, probatio.Required(const.ATTR_NAME): cv.string})


@callback
def async_register_flows(hass: HomeAssistant) -> None:
    """Register them, for those who may control the account."""

    async def import_flow(service: ServiceCall) -> ServiceResponse:
        desk = _desk(hass, service)
        data = service.data[const.ATTR_FLOW]
        try:
            # Not Home Assistant's own reader: a flow of somebody else's must not include files.
            if isinstance(data, str):
                # Seconds for a long file, in which a call under way would have no sound.
                data = await hass.async_add_executor_job(yaml.safe_load, data)
            names = await desk.take(data)
        except (yaml.YAMLError, ValueError, RecursionError) as err:
            problem = str(err) if isinstance(err, FlowError) else "this is neither YAML nor JSON"
            raise _invalid("bad_flow", problem=problem) from err
        return {"names": list(names)} if service.return_response else None

    async def export_flow(service: ServiceCall) -> ServiceResponse:
        name = service.data.get(const.ATTR_NAME)
        try:
            return _desk(hass, service).shared(name)
        except KeyError as err:
            raise _invalid("unknown_flow", flow=str(name)) from err

    async def delete_flow(service: ServiceCall) -> None:
        name = service.data[const.ATTR_NAME]
        try:
            await _desk(hass, service).forget(name)
        except KeyError as err:
            raise _invalid("unknown_flow", flow=name) from err

    for name, handler, schema, response in (
        (const.SERVICE_IMPORT_FLOW, import_flow, IMPORT_FLOW_SCHEMA, SupportsResponse.OPTIONAL),
        (const.SERVICE_EXPORT_FLOW, export_flow, EXPORT_FLOW_SCHEMA, SupportsResponse.ONLY),
        (const.SERVICE_DELETE_FLOW, delete_flow, DELETE_FLOW_SCHEMA, SupportsResponse.NONE),
    ):
        hass.services.async_register(DOMAIN, name, guarded(hass, handler, POLICY_CONTROL), schema, response)


def _desk(hass: HomeAssistant, service: ServiceCall) -> FlowDesk:
    desk = runtime_of(hass, service).flows
    if desk is None:
        raise _invalid("account_not_loaded")
    return desk

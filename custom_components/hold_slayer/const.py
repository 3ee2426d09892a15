"""Names shared by the Home Assistant layer."""

from typing import Final

from homeassistant.const import Platform

DOMAIN: Final = "hold_slayer"
PLATFORMS: Final = [Platform.BINARY_SENSOR, Platform.BUTTON, Platform.EVENT, Platform.SENSOR]

# account (entry data)
CONF_ADVANCED: Final = "advanced"
CONF_AUTH_USERNAME: Final = "auth_username"
CONF_DISPLAY_NAME: Final = "display_name"
CONF_SIP_DOMAIN: Final = "domain"
CONF_OUTBOUND_PROXY: Final = "outbound_proxy"
CONF_TRANSPORT: Final = "transport"
CONF_SRTP: Final = "srtp"
CONF_COUNTRY: Final = "country"
CONF_NUMBER_FORMAT: Final = "number_format"
CONF_LOCAL_ADDRESS: Final = "local_address"
CONF_LOCAL_PORT: Final = "local_port"
TRANSPORTS: Final = ["udp", "tcp", "tls"]

# options
CONF_SPEECH: Final = "speech"
CONF_STT: Final = "stt_entity"
CONF_TTS: Final = "tts_entity"
CONF_LANGUAGE: Final = "language"
CONF_MODEL: Final = "model"
CONF_LLM: Final = "llm"
CONF_AI_TASK: Final = "ai_task_entity"
CONF_AGENT: Final = "conversation_agent"
CONF_LLM_URL: Final = "llm_url"
CONF_LLM_MODEL: Final = "llm_model"
CONF_LLM_KEY: Final = "llm_api_key"
CONF_USER_NAME: Final = "user_name"
CONF_CONFIRM: Final = "confirm_answer"
CONF_LEARN: Final = "learn_flows"
CONF_HISTORY_DAYS: Final = "history_days"
CONF_HOLD_MINUTES: Final = "hold_minutes"
CONF_LIMITS: Final = "limits"
CONF_CALLS_A_DAY: Final = "calls_a_day"
CONF_MINUTES_A_DAY: Final = "minutes_a_day"
CONF_SAME_NUMBER: Final = "same_number_an_hour"
CONF_NOTIFY: Final = "notify"
CONF_VAULT: Final = "vault"
CONF_FACT: Final = "fact"
CONF_VALUE: Final = "value"
CONF_FORGET: Final = "forget"
CONF_HAND_OVER: Final = "hand_over"
CONF_CONTACTS: Final = "contacts"
CONF_NAME_KEY: Final = "name"
CONF_NUMBER: Final = "number"
CONF_RING_S: Final = "ring_s"
CONF_GOAL: Final = "goal"
CONF_RANK: Final = "rank"
CONF_PRESENCE: Final = "presence_entity"
SUBENTRY_CONTACT: Final = "contact"
SUBENTRY_TARGET: Final = "hand_over_target"
DEFAULT_RANK: Final = 10
CONF_RECORDING: Final = "recording"
CONF_RECORD: Final = "record"
CONF_TRACKS: Final = "tracks"
CONF_QUOTA_MB: Final = "quota_mb"
CONF_KEEP_DAYS: Final = "keep_days"
DEFAULT_HISTORY_DAYS: Final = 365
DEFAULT_QUOTA_MB: Final = 2000
DEFAULT_KEEP_DAYS: Final = 90
LLM_NONE: Final = "none"
LLM_AI_TASK: Final = "ai_task"
LLM_AGENT: Final = "conversation"
LLM_OPENAI: Final = "openai"
LLM_KINDS: Final = [LLM_NONE, LLM_AI_TASK, LLM_AGENT, LLM_OPENAI]
DEFAULT_HOLD_MINUTES: Final = 120
DEFAULT_CALLS_A_DAY: Final = 100
DEFAULT_MINUTES_A_DAY: Final = 1200
DEFAULT_SAME_NUMBER: Final = 6
DEFAULT_RING_S: Final = 25
MIN_RING_S: Final = 5
MAX_RING_S: Final = 120

# actions
SERVICE_CALL: Final = "call"
SERVICE_HANG_UP: Final = "hang_up"
SERVICE_SEND_DTMF: Final = "send_dtmf"
SERVICE_TRANSFER: Final = "transfer"
SERVICE_RESUME: Final = "resume_waiting"
SERVICE_SAY: Final = "say"
SERVICE_GET_CALLS: Final = "get_calls"
SERVICE_GET_TRANSCRIPT: Final = "get_transcript"
SERVICE_GET_STATISTICS: Final = "get_statistics"
SERVICE_PURGE: Final = "purge"
SERVICE_EXPORT: Final = "export_history"
SERVICE_SET_FACT: Final = "set_fact"
SERVICE_DELETE_FACT: Final = "delete_fact"
SERVICE_CANCEL_RETRY: Final = "cancel_retry"
SERVICE_ANSWER: Final = "answer_question"
SERVICE_IMPORT_FLOW: Final = "import_flow"
SERVICE_EXPORT_FLOW: Final = "export_flow"
SERVICE_DELETE_FLOW: Final = "delete_flow"
ATTR_ANSWER: Final = "answer"
ATTR_AS_FILE: Final = "as_file"
ATTR_CALL_ID: Final = "call_id"
ATTR_COMPANY: Final = "company"
ATTR_CONFIG_ENTRY: Final = "config_entry_id"
ATTR_CONTACT: Final = "contact"
ATTR_DECLINE: Final = "decline"
ATTR_DIGITS: Final = "digits"
ATTR_DAYS: Final = "days"
ATTR_FACTS: Final = "facts"
ATTR_FLOW: Final = "flow"
ATTR_GOAL: Final = "goal"
ATTR_LANGUAGE: Final = "language"
ATTR_LIMIT: Final = "limit"
ATTR_NAME: Final = "name"
ATTR_NUMBER: Final = "number"
ATTR_OUTCOME: Final = "outcome"
ATTR_QUESTION_ID: Final = "question_id"
ATTR_RECORD: Final = "record"
ATTR_RECORDINGS_ONLY: Final = "recordings_only"
ATTR_RETRY: Final = "retry_when_closed"
ATTR_SINCE: Final = "since"
ATTR_TARGET: Final = "target"
ATTR_TEXT: Final = "text"
ATTR_VALUE: Final = "value"

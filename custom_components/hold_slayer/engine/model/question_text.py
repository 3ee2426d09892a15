"""A question to a language model in words: what every model is told of the call, however it is asked.

What the line said is data. It stands as JSON between marks that it cannot know, together with everything made from it. Only names
of facts are in it, never their values.
"""

import json
import re
from secrets import token_hex

from .action import NavigatorQuestion

_MAX_HEARD = 12
_MAX_LINE = 600
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def marked_data(question: NavigatorQuestion) -> tuple[str, str]:
    """The mark, another one each time, and what is known of the call as JSON between two of it; what is empty is left out."""
    data: dict[str, object] = {
        "company": _clean(question.company),
        "language": _clean(question.language),
        "facts": [_clean(name) for name in question.facts],
        "done_so_far": [_clean(line) for line in question.history[-_MAX_HEARD:]],
        "heard": [_clean(line) for line in question.heard[-_MAX_HEARD:]],
        "keys": {_clean(key): _clean(purpose) for key, purpose in question.options},
        "user_has_told": {_clean(asked): _clean(answer) for asked, answer in question.answers},
        "goal": _clean(question.goal),
        "likely": _clean(question.choice),
    }
    if question.questions_left:
        data["user_language"] = _clean(question.user_language or question.language)
        data["questions_left"] = question.questions_left
    mark = f"<<{token_hex(8)}>>"
    known = {name: value for name, value in data.items() if value}
    return mark, f"{mark}\n{json.dumps(known, ensure_ascii=False)}\n{mark}"


def refusal(question: NavigatorQuestion) -> str:
    """Why the first answer was not followed, with a second attempt; empty with a first."""
    return f"Your first answer was refused. {question.objection}" if question.objection else ""


def _clean(text: str) -> str:
    return _CONTROL.sub(" ", text)[:_MAX_LINE]

"""What is never dialled, whoever asks. Checked before every DialAction; nothing can switch it off.

Numbers: ITU-T "List of emergency numbers", national numbering plans (112 in the EU by Directive 2018/1972; 911, 933 and 988 in
North America, FCC; 999 and 101 in the United Kingdom, Ofcom; 000 in Australia, ACMA; and so on).
"""

import re

from ..model.phone_number import DialTarget

EMERGENCY_NUMBERS = frozenset(
    [
        "000",
        "015",
        "017",
        "018",
        "061",
        "065",
        "066",
        "08",
        "100",
        "101",
        "102",
        "103",
        "104",
        "105",
        "106",
        "107",
        "108",
        "110",
        "111",
        "112",
        "113",
        "114",
        "115",
        "116",
        "117",
        "118",
        "119",
        "120",
        "122",
        "123",
        "124",
        "125",
        "127",
        "128",
        "129",
        "130",
        "131",
        "132",
        "133",
        "140",
        "141",
        "143",
        "144",
        "147",
        "150",
        "155",
        "156",
        "158",
        "160",
        "161",
        "166",
        "190",
        "191",
        "192",
        "193",
        "194",
        "195",
        "196",
        "197",
        "198",
        "199",
        "211",
        "311",
        "411",
        "511",
        "611",
        "711",
        "811",
        "833",
        "911",
        "922",
        "933",
        "939",
        "988",
        "991",
        "992",
        "993",
        "994",
        "995",
        "996",
        "997",
        "998",
        "999",
        "1122",
        "1669",
        "1717",
        "10111",
        "10177",
        "116000",
        "116117",
        "116123",
        "1300",
        "1155",
    ]
)
"""Emergency and crisis numbers of all countries, ambulance, police, fire; and the N11 codes of North America."""

_USER = re.compile(r"sips?:([^@;>]+)@", re.IGNORECASE)
_EXIT_PREFIXES = ("0", "9", "00", "8")
"""Digits that a private exchange may want in front of an outside number."""


def refusal(target: DialTarget) -> str | None:
    """Why ``target`` must not be dialled, as a sentence; None when it may."""
    number = target.value
    if target.is_uri:
        found = _USER.match(number)
        number = found[1] if found else ""
    digits = re.sub(r"[^0-9]", "", number.partition(";")[0])
    if not digits:
        return None
    candidates = {digits} | {digits[len(prefix) :] for prefix in _EXIT_PREFIXES if digits.startswith(prefix)}
    country_code_removed = {digits[length:] for length in (1, 2, 3)} if number.startswith("+") else set()
    if (candidates | country_code_removed) & EMERGENCY_NUMBERS:
        return "Hold Slayer never dials emergency numbers; please call yourself."
    return None

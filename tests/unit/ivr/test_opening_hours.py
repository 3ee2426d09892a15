"""When it opens again, by what a closed line says. It is Friday, 20 November 2026, 19:30."""

from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.hold_slayer.engine.ivr.opening_hours import next_opening

NOW = datetime(2026, 11, 20, 19, 30, tzinfo=ZoneInfo("Europe/Berlin"))
FRIDAY_EVENING, SATURDAY, SUNDAY, MONDAY, TUESDAY = "2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23", "2026-11-24"


@pytest.mark.parametrize(
    ("language", "text", "opens"),
    [
        ("en", "We are closed. Our hours are Monday to Friday from 8 a.m. to 6 p.m.", f"{MONDAY} 08:00"),
        ("en", "Our office is open Monday through Friday, 9 to 5, and Saturday 10 am to 2 pm.", f"{SATURDAY} 10:00"),
        ("en", "We closed at 6 pm. We reopen tomorrow at 8:30 am.", f"{SATURDAY} 08:30"),
        ("en", "We will be open again on Tuesday at nine o'clock.", f"{TUESDAY} 09:00"),
        ("en", "Please call back between 8 am and 8 pm.", f"{SATURDAY} 08:00"),
        ("en", "We are open daily from 7 am.", f"{SATURDAY} 07:00"),
        ("en", "We are open on weekdays from 8 to 5.", f"{MONDAY} 08:00"),
        ("en", "We open at 9 pm.", f"{FRIDAY_EVENING} 21:00"),
        ("de", "Sie erreichen uns montags bis freitags von 8 bis 18 Uhr.", f"{MONDAY} 08:00"),
        ("de", "Wir sind Montag bis Samstag ab acht Uhr dreißig da.", f"{SATURDAY} 08:00"),
        ("de", "Unser Büro öffnet morgen um 9 Uhr 30.", f"{SATURDAY} 09:30"),
        ("de", "Wir haben geschlossen. Rufen Sie uns werktags zwischen 7.30 Uhr und 16 Uhr an.", f"{MONDAY} 07:30"),
        ("fr", "Nous sommes ouverts du lundi au vendredi de 9h à 18h.", f"{MONDAY} 09:00"),
        ("fr", "Rappelez demain à partir de 8 heures.", f"{SATURDAY} 08:00"),
        ("es", "Nuestro horario es de lunes a viernes de 9 a 18 horas.", f"{MONDAY} 09:00"),
        ("es", "Abrimos el domingo a las 10:30.", f"{SUNDAY} 10:30"),
        ("nl", "Wij zijn bereikbaar van maandag tot en met vrijdag van 9 tot 17 uur.", f"{MONDAY} 09:00"),
        ("nl", "Morgen zijn wij er weer om half negen, vanaf 8 uur 's ochtends.", f"{SATURDAY} 08:00"),
        ("it", "Siamo aperti dal lunedì al venerdì dalle 9 alle 18.", f"{MONDAY} 09:00"),
        ("it", "Richiami domani alle ore 8:30.", f"{SATURDAY} 08:30"),
    ],
)
def test_the_next_opening(language: str, text: str, opens: str) -> None:
    found = next_opening(text, language, NOW)
    assert found is not None
    assert found.strftime("%Y-%m-%d %H:%M") == opens
    assert found.tzinfo is NOW.tzinfo


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We are closed."),
        ("en", "The office is closed today. Please visit our website."),
        ("en", "For opening hours, press 3."),
        ("en", "We are closed on Monday."),
        ("en", "Call us on 555 0199."),
        ("de", "Wir haben geschlossen. Guten Morgen."),
        ("fr", "Nos bureaux sont fermés."),
    ],
)
def test_nothing_is_said(language: str, text: str) -> None:
    assert next_opening(text, language, NOW) is None


@given(st.text(max_size=120), st.sampled_from(["en", "de", "fr", "es", "nl", "it", "pt"]))
def test_whatever_is_said_it_is_in_the_next_eight_days_or_nothing(text: str, language: str) -> None:
    found = next_opening(text, language, NOW)
    assert found is None or 0 < (found - NOW).total_seconds() <= 8 * 86_400

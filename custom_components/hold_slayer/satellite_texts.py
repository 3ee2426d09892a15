"""What satellites ask when a human is there or a line wants to know something, and the answers they take (hassil templates)."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class SatelliteTexts:
    """One language."""

    question: str
    """With ``{company}``."""
    announcement: str
    """For satellites that can speak but not ask; with ``{company}``."""
    connect: tuple[str, ...]
    later: tuple[str, ...]
    hang_up: tuple[str, ...]
    wanted: str
    """A kept fact would answer: may it be told? With ``{company}`` and ``{fact}``."""
    unknown: str
    """Nothing that is kept answers: told, not asked, for a satellite is no place for numbers. Like ``wanted``."""
    model: str
    """The language model asks: with ``{asks}``."""
    yes: tuple[str, ...]
    no: tuple[str, ...]


_TEXTS: Final = {
    "en": SatelliteTexts(
        question="A human from {company} is on the line. Shall I connect you?",
        announcement="A human from {company} is on the line. Say: connect me.",
        connect=(
            "(yes|yeah|yep|sure|ok|okay) [please] [connect me]",
            "[yes] [please] connect [me] [now] [please]",
            "[yes] [please] (put me through|go ahead|do it) [please]",
            "[yes] I [will] take (it|the call)",
        ),
        later=("(no|nope) [thanks|thank you|not now]", "[no] not (now|yet) [thanks|thank you|please]", "later"),
        hang_up=("[no] [please] hang up [please]", "[no] [please] end the call [please]"),
        wanted="{company} wants to know: {fact}. Shall I tell it?",
        unknown="{company} wants to know: {fact}. You can answer on your phone, or on the dashboard.",
        model="Your language model wants to know, and reads your answer: {asks}",
        yes=("(yes|yeah|yep|sure|ok|okay) [please] [tell (it|them)]", "[yes] [please] tell (it|them) [please]"),
        no=("(no|nope) [thanks|thank you|please]", "[no] [please] (don't|do not) [tell (it|them)]"),
    ),
    "de": SatelliteTexts(
        question="Bei {company} ist ein Mensch in der Leitung. Soll ich dich verbinden?",
        announcement="Bei {company} ist ein Mensch in der Leitung. Sage: verbinde mich.",
        connect=(
            "(ja|jawohl|gern|gerne|klar|ok|okay) [bitte] [verbinde mich]",
            "[ja] [bitte] verbinde mich [jetzt] [bitte]",
            "[ja] [bitte] (stell|stelle) [mich] durch [bitte]",
            "[ja] ich (nehme|übernehme) (ihn|den Anruf)",
        ),
        later=("nein [danke|nicht jetzt]", "[nein] (jetzt nicht|nicht jetzt|noch nicht) [danke]", "später"),
        hang_up=("[nein] [bitte] (leg|lege) auf [bitte]", "[nein] [bitte] beende den Anruf", "[nein] auflegen"),
        wanted="{company} möchte wissen: {fact}. Soll ich es sagen?",
        unknown="{company} möchte wissen: {fact}. Antworten kannst du auf dem Telefon oder im Dashboard.",
        model="Dein Sprachmodell möchte wissen und liest deine Antwort: {asks}",
        yes=("(ja|jawohl|gern|gerne|klar|ok|okay) [bitte] [(sag|sage) es]", "[ja] [bitte] (sag|sage) es [bitte]"),
        no=("nein [danke|bitte nicht]", "[nein] [bitte] (sag|sage) es nicht"),
    ),
    "es": SatelliteTexts(
        question="Hay una persona de {company} en la línea. ¿Te paso la llamada?",
        announcement="Hay una persona de {company} en la línea. Di: conéctame.",
        connect=(
            "(sí|si|claro|vale|de acuerdo) [por favor] [conéctame]",
            "[sí|si] [por favor] conéctame [ahora] [por favor]",
            "[sí|si] [por favor] (pásame|pásamela|ponme con ellos) [la llamada] [por favor]",
        ),
        later=("no [gracias|ahora no]", "[no] (ahora no|todavía no) [gracias]", "más tarde"),
        hang_up=("[no] cuelga [la llamada] [por favor]", "[no] termina la llamada"),
        wanted="{company} quiere saber: {fact}. ¿Se lo digo?",
        unknown="{company} quiere saber: {fact}. Puedes responder en el teléfono o en el panel.",
        model="Tu modelo de lenguaje quiere saber, y lee tu respuesta: {asks}",
        yes=("(sí|si|claro|vale|de acuerdo) [por favor] [díselo]", "[sí|si] [por favor] díselo [por favor]"),
        no=("no [gracias|por favor]", "[no] no se lo digas"),
    ),
    "fr": SatelliteTexts(
        question="Une personne de {company} est en ligne. Je vous passe la communication ?",
        announcement="Une personne de {company} est en ligne. Dites : connecte-moi.",
        connect=(
            "(oui|ouais|volontiers|ok|d'accord) [s'il te plaît|s'il vous plaît] [connecte-moi]",
            "[oui] (connecte-moi|passe-la-moi|mets-moi en relation) [s'il te plaît|s'il vous plaît]",
            "[oui] (passe-moi|passez-moi) [la communication|l'appel] [s'il te plaît|s'il vous plaît]",
        ),
        later=("non [merci|pas maintenant]", "[non] pas (maintenant|encore) [merci]", "plus tard"),
        hang_up=("[non] (raccroche|raccrochez) [s'il te plaît|s'il vous plaît]", "[non] termine l'appel"),
        wanted="{company} veut savoir : {fact}. Je le dis ?",
        unknown="{company} veut savoir : {fact}. Vous pouvez répondre sur le téléphone ou sur le tableau de bord.",
        model="Votre modèle de langage veut savoir, et lit votre réponse : {asks}",
        yes=(
            "(oui|ouais|volontiers|ok|d'accord) [s'il te plaît|s'il vous plaît] [dis-le]",
            "[oui] (dis-le|dites-le) [s'il te plaît|s'il vous plaît]",
        ),
        no=("non [merci]", "[non] ne le (dis|dites) pas"),
    ),
    "nl": SatelliteTexts(
        question="Er is iemand van {company} aan de lijn. Zal ik je doorverbinden?",
        announcement="Er is iemand van {company} aan de lijn. Zeg: verbind me.",
        connect=(
            "(ja|jazeker|graag|oké|ok|prima) [graag|alsjeblieft] [verbind me]",
            "[ja] verbind (me|mij) [nu] [door] [alsjeblieft]",
            "[ja] ik neem (hem|het gesprek) [over]",
        ),
        later=("nee [dank je|bedankt|nu niet]", "[nee] (nu niet|niet nu|nog niet) [bedankt]", "later"),
        hang_up=("[nee] hang op [alsjeblieft]", "[nee] ophangen", "[nee] beëindig het gesprek"),
        wanted="{company} wil weten: {fact}. Zal ik het zeggen?",
        unknown="{company} wil weten: {fact}. Je kunt antwoorden op je telefoon of op het dashboard.",
        model="Je taalmodel wil weten, en leest je antwoord: {asks}",
        yes=("(ja|jazeker|graag|oké|ok|prima) [graag|alsjeblieft] [zeg het]", "[ja] zeg het [maar] [alsjeblieft]"),
        no=("nee [dank je|bedankt]", "[nee] zeg het niet"),
    ),
}


def satellite_texts(language: str | None) -> SatelliteTexts:
    """Texts of a language tag; English for those that are missing."""
    return _TEXTS.get((language or "en").replace("_", "-").partition("-")[0].lower(), _TEXTS["en"])

"""What is said to representatives, in six languages. Short, honest about being a machine, no facts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """Sentences of one language; in the table ``{user}`` stands for the user's name."""

    challenge: str
    """To somebody who may be a person: a machine calls, and is anybody there? Short, for it is waited for."""
    greeting: str
    """To a person who has not heard the challenge."""
    connecting: str
    """To a person who has: on whose behalf."""
    courtesy: str
    """While the user is still being rung."""
    apology: str
    """Nobody can be reached; with a goodbye."""
    notice: str
    """The talk is going to be recorded."""

    @property
    def all(self) -> tuple[str, ...]:
        """Every sentence, the one that is needed first in front: they are synthesized ahead of time."""
        return self.challenge, self.greeting, self.connecting, self.courtesy, self.apology


_CUSTOMER = {
    "en": "a customer",
    "de": "einem Kunden",
    "fr": "un client",
    "es": "un cliente",
    "nl": "een klant",
    "it": "un cliente",
}
"""Who calls when the user gave no name."""

_PHRASES = {
    "en": Phrases(
        "Hello, automated assistant here. Can you hear me?",
        "Hello. This is an automated assistant calling for {user}. Please stay on the line, I am connecting them now.",
        "Thank you. I am calling for {user}. Please stay on the line, I am connecting them now.",
        "One moment please. I am still connecting you.",
        "I am sorry, nobody can be reached right now. We will call again. Goodbye.",
        "Please note that this call is being recorded.",
    ),
    "de": Phrases(
        "Guten Tag, hier ist ein Sprachassistent. Hören Sie mich?",
        "Guten Tag. Hier spricht ein automatischer Assistent im Auftrag von {user}. Bitte bleiben Sie dran, ich verbinde Sie jetzt.",
        "Vielen Dank. Ich rufe im Auftrag von {user} an. Bitte bleiben Sie dran, ich verbinde Sie jetzt.",
        "Einen Moment bitte. Ich verbinde Sie noch.",
        "Es tut mir leid, im Moment ist niemand zu erreichen. Wir rufen wieder an. Auf Wiederhören.",
        "Bitte beachten Sie, dass dieses Gespräch aufgezeichnet wird.",
    ),
    "fr": Phrases(
        "Bonjour, ici un assistant automatique. Vous m'entendez ?",
        "Bonjour. Je suis un assistant automatique et j'appelle pour {user}. Restez en ligne s'il vous plaît, je vous mets en relation.",
        "Merci. J'appelle pour {user}. Restez en ligne s'il vous plaît, je vous mets en relation.",
        "Un instant s'il vous plaît. Je vous mets en relation.",
        "Je suis désolé, personne n'est joignable pour le moment. Nous rappellerons. Au revoir.",
        "Veuillez noter que cet appel est enregistré.",
    ),
    "es": Phrases(
        "Hola, soy un asistente automático. ¿Me escucha?",
        "Hola. Soy un asistente automático y llamo de parte de {user}. Por favor, no cuelgue, le paso enseguida.",
        "Gracias. Llamo de parte de {user}. Por favor, no cuelgue, le paso enseguida.",
        "Un momento, por favor. Le estoy pasando.",
        "Lo siento, ahora no se puede localizar a nadie. Volveremos a llamar. Adiós.",
        "Le informo de que esta llamada se está grabando.",
    ),
    "nl": Phrases(
        "Hallo, een automatische assistent hier. Hoort u mij?",
        "Hallo. Dit is een automatische assistent die belt namens {user}. Blijf alstublieft aan de lijn, ik verbind u nu door.",
        "Dank u. Ik bel namens {user}. Blijf alstublieft aan de lijn, ik verbind u nu door.",
        "Een ogenblik alstublieft. Ik verbind u nog door.",
        "Het spijt me, er is nu niemand bereikbaar. Wij bellen terug. Tot ziens.",
        "Let op: dit gesprek wordt opgenomen.",
    ),
    "it": Phrases(
        "Buongiorno, sono un assistente automatico. Mi sente?",
        "Buongiorno. Sono un assistente automatico e chiamo per conto di {user}. Resti in linea per favore, la metto in contatto.",
        "Grazie. Chiamo per conto di {user}. Resti in linea per favore, la metto in contatto.",
        "Un momento per favore. La sto mettendo in contatto.",
        "Mi dispiace, al momento nessuno è raggiungibile. Richiameremo. Arrivederci.",
        "La informo che questa chiamata viene registrata.",
    ),
}


_CONFIRM = {
    "en": "Hold Slayer has {company} on the line for you. Press 1 to talk.",
    "de": "Hold Slayer hat {company} für Sie in der Leitung. Drücken Sie die 1, um zu sprechen.",
    "fr": "Hold Slayer a {company} en ligne pour vous. Appuyez sur 1 pour parler.",
    "es": "Hold Slayer tiene a {company} en la línea. Pulse 1 para hablar.",
    "nl": "Hold Slayer heeft {company} voor u aan de lijn. Druk op 1 om te praten.",
    "it": "Hold Slayer ha {company} in linea per lei. Prema 1 per parlare.",
}
_CONFIRM_ALOUD = {
    "en": "Hold Slayer has {company} on the line for you. Press 1 or say yes to talk.",
    "de": "Hold Slayer hat {company} für Sie in der Leitung. Drücken Sie die 1 oder sagen Sie Ja, um zu sprechen.",
    "fr": "Hold Slayer a {company} en ligne pour vous. Appuyez sur 1 ou dites oui pour parler.",
    "es": "Hold Slayer tiene a {company} en la línea. Pulse 1 o diga sí para hablar.",
    "nl": "Hold Slayer heeft {company} voor u aan de lijn. Druk op 1 of zeg ja om te praten.",
    "it": "Hold Slayer ha {company} in linea per lei. Prema 1 o dica sì per parlare.",
}
"""The word is not the last one: what comes back as an echo of the end is no yes."""
_TAKEN_OVER = {
    "en": "Hold Slayer takes over. You can put the call through and hang up; your telephone rings as soon as somebody answers.",
    "de": "Hold Slayer übernimmt. Sie können jetzt verbinden und auflegen; Ihr Telefon klingelt, sobald jemand da ist.",
    "fr": "Hold Slayer prend le relais. Transférez l'appel et raccrochez ; votre téléphone sonnera dès que quelqu'un répond.",
    "es": "Hold Slayer se encarga. Transfiera la llamada y cuelgue; su teléfono sonará en cuanto alguien conteste.",
    "nl": "Hold Slayer neemt het over. Verbind het gesprek door en hang op; uw telefoon gaat zodra er iemand opneemt.",
    "it": "Hold Slayer prende la linea. Trasferisca la chiamata e riagganci; il suo telefono squillerà appena qualcuno risponde.",
}
_SOMEBODY = {
    "en": "the company",
    "de": "die Firma",
    "fr": "l'entreprise",
    "es": "la empresa",
    "nl": "het bedrijf",
    "it": "l'azienda",
}


_MESSAGE = {
    "en": "Hello, this is an automated message on behalf of {name}.",
    "de": "Guten Tag, dies ist eine automatische Nachricht im Auftrag von {name}.",
    "fr": "Bonjour, ceci est un message automatique de la part de {name}.",
    "es": "Hola, este es un mensaje automático de parte de {name}.",
    "nl": "Hallo, dit is een automatisch bericht namens {name}.",
    "it": "Buongiorno, questo è un messaggio automatico per conto di {name}.",
}
_CALL_BACK = {
    "en": "Please call back. Thank you, goodbye.",
    "de": "Bitte rufen Sie zurück. Vielen Dank, auf Wiederhören.",
    "fr": "Merci de rappeler. Au revoir.",
    "es": "Por favor, devuelva la llamada. Gracias, adiós.",
    "nl": "Wilt u alstublieft terugbellen? Dank u, tot ziens.",
    "it": "La preghiamo di richiamare. Grazie, arrivederci.",
}
_CALL_BACK_ON = {
    "en": "Please call back on {callback_number}. Thank you, goodbye.",
    "de": "Bitte rufen Sie unter {callback_number} zurück. Vielen Dank, auf Wiederhören.",
    "fr": "Merci de rappeler au {callback_number}. Au revoir.",
    "es": "Por favor, llame al {callback_number}. Gracias, adiós.",
    "nl": "Wilt u terugbellen op {callback_number}? Dank u, tot ziens.",
    "it": "La preghiamo di richiamare il {callback_number}. Grazie, arrivederci.",
}


def message(language: str, user_name: str, *, has_number: bool) -> str:
    """What is left on a voicemail where the user has worded nothing: a template, in ``language`` or English."""
    key = language.partition("-")[0].lower()
    key = key if key in _MESSAGE else "en"
    who = _MESSAGE[key] if user_name.strip() else _MESSAGE[key].replace("{name}", _CUSTOMER[key])
    return f"{who} {(_CALL_BACK_ON if has_number else _CALL_BACK)[key]}"


def confirmation(language: str, company: str, *, is_understood: bool = False) -> str:
    """What is said to whoever answers the user's phone, in ``language`` or English; ``is_understood``: a yes will do."""
    key = language.partition("-")[0].lower()
    key = key if key in _CONFIRM else "en"
    return (_CONFIRM_ALOUD if is_understood else _CONFIRM)[key].replace("{company}", company.strip() or _SOMEBODY[key])


def taken_over(language: str) -> str:
    """What the user hears who hands a call over, in ``language`` or English."""
    key = language.partition("-")[0].lower()
    return _TAKEN_OVER.get(key, _TAKEN_OVER["en"])


def phrases(language: str, user_name: str, *, is_recorded: bool = False) -> Phrases:
    """Sentences in ``language`` (English when it is not spoken here) with the user's name filled in.

    When the talk is to be recorded, the greetings say so at their end.
    """
    key = language.partition("-")[0].lower()
    if key not in _PHRASES:
        key = "en"
    found, user = _PHRASES[key], user_name.strip() or _CUSTOMER[key]
    end = f" {found.notice}" if is_recorded else ""
    return Phrases(
        found.challenge,
        found.greeting.replace("{user}", user) + end,
        found.connecting.replace("{user}", user) + end,
        found.courtesy,
        found.apology,
        found.notice,
    )

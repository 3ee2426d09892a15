"""What is said to representatives, in six languages. Short, honest about being a machine, no facts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """Sentences of one language; ``{user}`` stands for the user's name."""

    greeting: str
    customer: str
    """Who calls when the user gave no name."""
    courtesy: str
    apology: str


_PHRASES = {
    "en": Phrases(
        "Hello. This is an automated assistant calling for {user}. Please stay on the line, I am connecting you now.",
        "a customer",
        "One moment please. I am still connecting you.",
        "I am sorry, nobody can be reached right now. We will call again. Goodbye.",
    ),
    "de": Phrases(
        "Guten Tag. Hier spricht ein automatischer Assistent im Auftrag von {user}. Bitte bleiben Sie dran, ich verbinde Sie jetzt.",
        "einem Kunden",
        "Einen Moment bitte. Ich verbinde Sie noch.",
        "Es tut mir leid, im Moment ist niemand zu erreichen. Wir rufen wieder an. Auf Wiederhören.",
    ),
    "fr": Phrases(
        "Bonjour. Je suis un assistant automatique et j'appelle pour {user}. Restez en ligne s'il vous plaît, je vous mets en relation.",
        "un client",
        "Un instant s'il vous plaît. Je vous mets en relation.",
        "Je suis désolé, personne n'est joignable pour le moment. Nous rappellerons. Au revoir.",
    ),
    "es": Phrases(
        "Hola. Soy un asistente automático y llamo de parte de {user}. Por favor, no cuelgue, le paso enseguida.",
        "un cliente",
        "Un momento, por favor. Le estoy pasando.",
        "Lo siento, ahora no se puede localizar a nadie. Volveremos a llamar. Adiós.",
    ),
    "nl": Phrases(
        "Hallo. Dit is een automatische assistent die belt namens {user}. Blijf alstublieft aan de lijn, ik verbind u nu door.",
        "een klant",
        "Een ogenblik alstublieft. Ik verbind u nog door.",
        "Het spijt me, er is nu niemand bereikbaar. Wij bellen terug. Tot ziens.",
    ),
    "it": Phrases(
        "Buongiorno. Sono un assistente automatico e chiamo per conto di {user}. Resti in linea per favore, la metto in contatto.",
        "un cliente",
        "Un momento per favore. La sto mettendo in contatto.",
        "Mi dispiace, al momento nessuno è raggiungibile. Richiameremo. Arrivederci.",
    ),
}


def phrases(language: str, user_name: str) -> Phrases:
    """Sentences in ``language`` (English when it is not spoken here) with the user's name filled in."""
    found = _PHRASES.get(language.partition("-")[0].lower(), _PHRASES["en"])
    user = user_name or found.customer
    return Phrases(found.greeting.format(user=user), found.customer, found.courtesy, found.apology)

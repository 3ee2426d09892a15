"""Notifications in the user's language. The engine tells in English what happened; here its sentences are said in five languages.

What the line itself has said, and is quoted behind such a sentence, stays as it was said.
"""

from dataclasses import dataclass
from functools import cache
import re
from typing import Final


@dataclass(frozen=True, slots=True)
class NoticeTexts:
    """Questions to the user in one language."""

    question_title: str
    question: str
    """With ``{company}``, ``{text}`` and ``{seconds}``."""
    model_title: str
    model_question: str
    """The language model asks: with ``{company}``, ``{asks}``, ``{text}`` and ``{seconds}``."""
    question_kept: str
    """Of kept facts that would answer: with ``{facts}``."""
    tell: str
    """A button: with ``{fact}``."""
    question_how: str
    answer: str
    decline: str
    connect: str
    later: str
    hang_up: str


_TEXTS: Final = {
    "en": NoticeTexts(
        "Hold Slayer has a question",
        "{company} wants to know something that only you can say. It said: “{text}” The line waits {seconds} seconds.",
        "Your language model has a question",
        "During the call to {company} your language model, not the company, wants to know: “{asks}” It goes by what the line said: "
        "“{text}” It will read your answer, and the line may be told it: no passwords, no PINs, no numbers. "
        "There are {seconds} seconds.",
        "You keep this as {facts}; it is told only if you say so now.",
        "Tell {fact}",
        "Answer with the action hold_slayer.answer_question.",
        "Answer",
        "Rather not",
        "Connect me",
        "Not now",
        "Hang up",
    ),
    "de": NoticeTexts(
        "Hold Slayer hat eine Frage",
        "{company} möchte etwas wissen, das nur du sagen kannst. Gesagt wurde: „{text}“ Die Leitung wartet {seconds} Sekunden.",
        "Dein Sprachmodell hat eine Frage",
        "Im Anruf bei {company} möchte dein Sprachmodell, nicht das Unternehmen, wissen: „{asks}“ Es richtet sich nach dem, was "
        "die Leitung gesagt hat: „{text}“ Es liest deine Antwort, und der Leitung kann sie gesagt werden: keine Passwörter, "
        "keine PINs, keine Nummern. Zeit: {seconds} Sekunden.",
        "Du bewahrst das auf als {facts}; gesagt wird es nur, wenn du es jetzt erlaubst.",
        "{fact} sagen",
        "Antworte mit der Aktion hold_slayer.answer_question.",
        "Antworten",
        "Lieber nicht",
        "Verbinde mich",
        "Jetzt nicht",
        "Auflegen",
    ),
    "es": NoticeTexts(
        "Hold Slayer tiene una pregunta",
        "{company} quiere saber algo que solo tú puedes decir. Se oyó: «{text}» La línea espera {seconds} segundos.",
        "Tu modelo de lenguaje tiene una pregunta",
        "En la llamada a {company}, tu modelo de lenguaje, no la empresa, quiere saber: «{asks}» Se guía por lo que dijo la línea: "
        "«{text}» Leerá tu respuesta, y puede que se le diga a la línea: nada de contraseñas, PIN ni números. "
        "Hay {seconds} segundos.",
        "Lo guardas como {facts}; solo se dice si lo permites ahora.",
        "Decir {fact}",
        "Responde con la acción hold_slayer.answer_question.",
        "Responder",
        "Mejor no",
        "Conéctame",
        "Ahora no",
        "Colgar",
    ),
    "fr": NoticeTexts(
        "Hold Slayer a une question",
        "{company} veut savoir une chose que vous seul pouvez dire. On a entendu : « {text} » La ligne attend {seconds} secondes.",
        "Votre modèle de langage a une question",
        "Pendant l'appel à {company}, votre modèle de langage, et non l'entreprise, veut savoir : « {asks} » Il se fonde "
        "sur ce que la ligne a dit : « {text} » Il lira votre réponse, et elle pourra être dite à la ligne : ni mots de passe, "
        "ni codes PIN, ni numéros. Il reste {seconds} secondes.",
        "Vous le gardez sous le nom {facts} ; ce n'est dit que si vous le voulez maintenant.",
        "Dire {fact}",
        "Répondez avec l'action hold_slayer.answer_question.",
        "Répondre",
        "Plutôt pas",
        "Me mettre en relation",
        "Pas maintenant",
        "Raccrocher",
    ),
    "nl": NoticeTexts(
        "Hold Slayer heeft een vraag",
        "{company} wil iets weten dat alleen jij kunt zeggen. Er werd gezegd: ‘{text}’ De lijn wacht {seconds} seconden.",
        "Je taalmodel heeft een vraag",
        "Tijdens het gesprek met {company} wil je taalmodel, niet het bedrijf, weten: ‘{asks}’ Het gaat af op wat de lijn zei: "
        "‘{text}’ Het leest je antwoord, en het kan aan de lijn worden gezegd: geen wachtwoorden, geen pincodes, geen nummers. "
        "Er zijn {seconds} seconden.",
        "Je bewaart dit als {facts}; het wordt alleen gezegd als je dat nu toestaat.",
        "Zeg {fact}",
        "Antwoord met de actie hold_slayer.answer_question.",
        "Antwoorden",
        "Liever niet",
        "Verbind me",
        "Nu niet",
        "Ophangen",
    ),
}

_LANGUAGES: Final = ("de", "es", "fr", "nl")
SENTENCES: Final[dict[str, tuple[str, str, str, str]]] = {
    "You were put through.": (
        "Du wurdest verbunden.",
        "Te han pasado la llamada.",
        "Vous avez été mis en relation.",
        "Je bent doorverbonden.",
    ),
    "A person was on the line, but none of your phones answered.": (
        "Jemand war in der Leitung, aber keines deiner Telefone wurde abgenommen.",
        "Había una persona en la línea, pero ninguno de tus teléfonos contestó.",
        "Quelqu'un était en ligne, mais aucun de vos téléphones n'a répondu.",
        "Er was iemand aan de lijn, maar geen van je telefoons nam op.",
    ),
    "You ended the call.": (
        "Du hast den Anruf beendet.",
        "Has terminado la llamada.",
        "Vous avez mis fin à l'appel.",
        "Je hebt het gesprek beëindigd.",
    ),
    "The company ended the call.": (
        "Das Unternehmen hat den Anruf beendet.",
        "La empresa terminó la llamada.",
        "L'entreprise a mis fin à l'appel.",
        "Het bedrijf heeft het gesprek beëindigd.",
    ),
    "The line is busy.": (
        "Die Leitung ist besetzt.",
        "La línea está ocupada.",
        "La ligne est occupée.",
        "De lijn is bezet.",
    ),
    "Nobody answered the call.": (
        "Niemand hat abgenommen.",
        "Nadie contestó la llamada.",
        "Personne n'a répondu à l'appel.",
        "Niemand heeft opgenomen.",
    ),
    "The number does not exist.": (
        "Die Nummer gibt es nicht.",
        "El número no existe.",
        "Le numéro n'existe pas.",
        "Het nummer bestaat niet.",
    ),
    "The call was declined.": (
        "Der Anruf wurde abgelehnt.",
        "La llamada fue rechazada.",
        "L'appel a été refusé.",
        "Het gesprek werd geweigerd.",
    ),
    "The provider or the company cannot take the call right now.": (
        "Der Anbieter oder das Unternehmen kann den Anruf gerade nicht annehmen.",
        "El proveedor o la empresa no puede atender la llamada en este momento.",
        "L'opérateur ou l'entreprise ne peut pas prendre l'appel pour le moment.",
        "De aanbieder of het bedrijf kan het gesprek nu niet aannemen.",
    ),
    "The provider refused the account.": (
        "Der Anbieter hat das Konto abgelehnt.",
        "El proveedor rechazó la cuenta.",
        "L'opérateur a refusé le compte.",
        "De aanbieder heeft het account geweigerd.",
    ),
    "The provider's server does not answer.": (
        "Der Server des Anbieters antwortet nicht.",
        "El servidor del proveedor no responde.",
        "Le serveur de l'opérateur ne répond pas.",
        "De server van de aanbieder antwoordt niet.",
    ),
    "The company is closed.": (
        "Das Unternehmen hat geschlossen.",
        "La empresa está cerrada.",
        "L'entreprise est fermée.",
        "Het bedrijf is gesloten.",
    ),
    "The company is closed for a holiday.": (
        "Das Unternehmen hat wegen eines Feiertags geschlossen.",
        "La empresa está cerrada por ser festivo.",
        "L'entreprise est fermée en raison d'un jour férié.",
        "Het bedrijf is gesloten wegens een feestdag.",
    ),
    "All lines of the company are busy, and it lets nobody wait.": (
        "Alle Leitungen des Unternehmens sind belegt, und warten lässt es niemanden.",
        "Todas las líneas de la empresa están ocupadas y no deja esperar a nadie.",
        "Toutes les lignes de l'entreprise sont occupées et elle ne laisse attendre personne.",
        "Alle lijnen van het bedrijf zijn bezet en het laat niemand wachten.",
    ),
    "The line offers no way to a person.": (
        "Über diese Leitung kommt man zu keinem Menschen.",
        "La línea no da acceso a ninguna persona.",
        "La ligne ne donne accès à personne.",
        "Via deze lijn is geen mens te bereiken.",
    ),
    "The company has promised to call back.": (
        "Das Unternehmen hat einen Rückruf zugesagt.",
        "La empresa ha prometido devolver la llamada.",
        "L'entreprise a promis de rappeler.",
        "Het bedrijf heeft beloofd terug te bellen.",
    ),
    "Only voicemail answered.": (
        "Nur ein Anrufbeantworter hat abgenommen.",
        "Solo contestó el buzón de voz.",
        "Seule la messagerie vocale a répondu.",
        "Alleen de voicemail nam op.",
    ),
    "The company's number has changed.": (
        "Die Nummer des Unternehmens hat sich geändert.",
        "El número de la empresa ha cambiado.",
        "Le numéro de l'entreprise a changé.",
        "Het nummer van het bedrijf is veranderd.",
    ),
    "No way through the menu was found.": (
        "Im Menü wurde kein Weg gefunden.",
        "No se encontró camino en el menú.",
        "Aucun chemin n'a été trouvé dans le menu.",
        "Er is geen weg door het menu gevonden.",
    ),
    "Nothing that could be understood was heard on the line.": (
        "In der Leitung war nichts Verständliches zu hören.",
        "No se oyó nada comprensible en la línea.",
        "Rien de compréhensible n'a été entendu sur la ligne.",
        "Er was niets verstaanbaars aan de lijn te horen.",
    ),
    "The wait on hold was longer than allowed.": (
        "Die Warteschleife dauerte länger als erlaubt.",
        "La espera fue más larga de lo permitido.",
        "L'attente a duré plus longtemps que permis.",
        "Het wachten duurde langer dan toegestaan.",
    ),
    "The call was longer than allowed.": (
        "Der Anruf dauerte länger als erlaubt.",
        "La llamada fue más larga de lo permitido.",
        "L'appel a duré plus longtemps que permis.",
        "Het gesprek duurde langer dan toegestaan.",
    ),
    "The call was not placed.": (
        "Der Anruf wurde nicht getätigt.",
        "No se hizo la llamada.",
        "L'appel n'a pas été passé.",
        "Het gesprek is niet gestart.",
    ),
    "The call was interrupted because Home Assistant stopped.": (
        "Der Anruf wurde unterbrochen, weil Home Assistant beendet wurde.",
        "La llamada se interrumpió porque Home Assistant se detuvo.",
        "L'appel a été interrompu parce que Home Assistant s'est arrêté.",
        "Het gesprek is onderbroken omdat Home Assistant is gestopt.",
    ),
    "Hold Slayer made a mistake and ended the call.": (
        "Hold Slayer hat einen Fehler gemacht und den Anruf beendet.",
        "Hold Slayer cometió un error y terminó la llamada.",
        "Hold Slayer a fait une erreur et a mis fin à l'appel.",
        "Hold Slayer heeft een fout gemaakt en het gesprek beëindigd.",
    ),
    "Hold Slayer made a mistake and ended the call; see the log.": (
        "Hold Slayer hat einen Fehler gemacht und den Anruf beendet; siehe Protokoll.",
        "Hold Slayer cometió un error y terminó la llamada; consulta el registro.",
        "Hold Slayer a fait une erreur et a mis fin à l'appel ; voir le journal.",
        "Hold Slayer heeft een fout gemaakt en het gesprek beëindigd; zie het logboek.",
    ),
    "A person is on the line.": (
        "Jemand ist in der Leitung.",
        "Hay una persona en la línea.",
        "Quelqu'un est en ligne.",
        "Er is iemand aan de lijn.",
    ),
    "A person was on the line.": (
        "Jemand war in der Leitung.",
        "Había una persona en la línea.",
        "Quelqu'un était en ligne.",
        "Er was iemand aan de lijn.",
    ),
    "No person had been heard by then.": (
        "Bis dahin war niemand zu hören.",
        "Hasta entonces no se había oído a nadie.",
        "Jusque-là, personne n'avait été entendu.",
        "Tot dan toe was er niemand te horen.",
    ),
    "No phone to ring was named.": (
        "Es war kein Telefon zum Anrufen angegeben.",
        "No se indicó ningún teléfono al que llamar.",
        "Aucun téléphone à faire sonner n'était indiqué.",
        "Er was geen telefoon opgegeven om te bellen.",
    ),
    "None of your phones answered; Hold Slayer goes on waiting.": (
        "Keines deiner Telefone wurde abgenommen; Hold Slayer wartet weiter.",
        "Ninguno de tus teléfonos contestó; Hold Slayer sigue esperando.",
        "Aucun de vos téléphones n'a répondu ; Hold Slayer continue d'attendre.",
        "Geen van je telefoons nam op; Hold Slayer wacht verder.",
    ),
    "The person hung up before you could be put through.": (
        "Die Person hat aufgelegt, bevor du verbunden werden konntest.",
        "La persona colgó antes de poder pasarte la llamada.",
        "La personne a raccroché avant que vous puissiez être mis en relation.",
        "De persoon hing op voordat je kon worden doorverbonden.",
    ),
    "The line went dead.": (
        "Die Leitung war plötzlich tot.",
        "La línea se cortó.",
        "La ligne a été coupée.",
        "De lijn viel weg.",
    ),
    "The line went to a busy tone.": (
        "In der Leitung war ein Besetztton.",
        "La línea dio tono de ocupado.",
        "La ligne est passée à la tonalité d'occupation.",
        "De lijn ging over in een bezettoon.",
    ),
    "A fax machine answered.": (
        "Ein Faxgerät hat abgenommen.",
        "Contestó un fax.",
        "Un télécopieur a répondu.",
        "Een fax nam op.",
    ),
    "All lines of the network were busy.": (
        "Alle Leitungen des Netzes waren belegt.",
        "Todas las líneas de la red estaban ocupadas.",
        "Toutes les lignes du réseau étaient occupées.",
        "Alle lijnen van het netwerk waren bezet.",
    ),
    "The exchange announced that the call cannot be completed.": (
        "Die Vermittlung meldete, dass der Anruf nicht zustande kommt.",
        "La central anunció que la llamada no puede completarse.",
        "Le central a annoncé que l'appel ne peut pas aboutir.",
        "De centrale meldde dat het gesprek niet tot stand komt.",
    ),
    "The number is no longer in service.": (
        "Die Nummer ist nicht mehr geschaltet.",
        "El número ya no está en servicio.",
        "Le numéro n'est plus en service.",
        "Het nummer is niet meer in gebruik.",
    ),
    "The number is not in service.": (
        "Die Nummer ist nicht geschaltet.",
        "El número no está en servicio.",
        "Le numéro n'est pas en service.",
        "Het nummer is niet in gebruik.",
    ),
    "The exchange could not complete the call.": (
        "Die Vermittlung konnte den Anruf nicht aufbauen.",
        "La central no pudo completar la llamada.",
        "Le central n'a pas pu établir l'appel.",
        "De centrale kon het gesprek niet tot stand brengen.",
    ),
    "Its user name or password is wrong.": (
        "Benutzername oder Passwort ist falsch.",
        "El usuario o la contraseña es incorrecto.",
        "Le nom d'utilisateur ou le mot de passe est faux.",
        "Gebruikersnaam of wachtwoord is onjuist.",
    ),
    "It may not place this call.": (
        "Es darf diesen Anruf nicht tätigen.",
        "No puede hacer esta llamada.",
        "Il n'a pas le droit de passer cet appel.",
        "Het mag dit gesprek niet voeren.",
    ),
    "There is no audio format that both sides know.": (
        "Es gibt kein Tonformat, das beide Seiten kennen.",
        "No hay formato de audio que conozcan ambas partes.",
        "Aucun format audio n'est connu des deux côtés.",
        "Er is geen geluidsformaat dat beide kanten kennen.",
    ),
    "It was cancelled on its way.": (
        "Er wurde unterwegs abgebrochen.",
        "Se canceló por el camino.",
        "Il a été annulé en route.",
        "Het is onderweg afgebroken.",
    ),
    "It had been on hold for 1 minute.": (
        "Die Warteschleife hatte 1 Minute gedauert.",
        "Llevaba 1 minuto en espera.",
        "L'attente avait duré 1 minute.",
        "Er was 1 minuut gewacht.",
    ),
    "It had been on hold for {n} minutes.": (
        "Die Warteschleife hatte {n} Minuten gedauert.",
        "Llevaba {n} minutos en espera.",
        "L'attente avait duré {n} minutes.",
        "Er was {n} minuten gewacht.",
    ),
    "Speech to text did not work, so nothing on the line could be understood.": (
        "Die Spracherkennung ging nicht, deshalb war nichts in der Leitung zu verstehen.",
        "El reconocimiento de voz no funcionó, así que no se entendió nada en la línea.",
        "La reconnaissance vocale n'a pas fonctionné, rien sur la ligne n'a donc pu être compris.",
        "De spraakherkenning werkte niet, dus er was niets aan de lijn te verstaan.",
    ),
    "The call goes on; parts of its recording are missing because the disk is too slow.": (
        "Der Anruf geht weiter; Teile der Aufnahme fehlen, weil der Datenträger zu langsam ist.",
        "La llamada continúa; faltan partes de la grabación porque el disco es demasiado lento.",
        "L'appel continue ; des parties de l'enregistrement manquent parce que le disque est trop lent.",
        "Het gesprek gaat door; delen van de opname ontbreken omdat de schijf te traag is.",
    ),
    "The call goes on, but it is not recorded any more: there is no room left for recordings.": (
        "Der Anruf geht weiter, wird aber nicht mehr aufgenommen: Für Aufnahmen ist kein Platz mehr.",
        "La llamada continúa, pero ya no se graba: no queda sitio para grabaciones.",
        "L'appel continue, mais n'est plus enregistré : il n'y a plus de place pour les enregistrements.",
        "Het gesprek gaat door, maar wordt niet meer opgenomen: er is geen ruimte meer voor opnames.",
    ),
    "The call goes on, but it is not recorded: the disk does not take it.": (
        "Der Anruf geht weiter, wird aber nicht aufgenommen: Der Datenträger nimmt nichts an.",
        "La llamada continúa, pero no se graba: el disco no lo admite.",
        "L'appel continue, mais n'est pas enregistré : le disque ne l'accepte pas.",
        "Het gesprek gaat door, maar wordt niet opgenomen: de schijf neemt het niet aan.",
    ),
    "Only voicemail answered; your message was left on it.": (
        "Nur eine Mailbox hat geantwortet; deine Nachricht wurde hinterlassen.",
        "Solo contestó un buzón de voz; se dejó tu mensaje.",
        "Seule une messagerie a répondu ; votre message y a été laissé.",
        "Alleen voicemail nam op; je bericht is ingesproken.",
    ),
    "The new number is {n}.": (
        "Die neue Nummer ist {n}.",
        "El número nuevo es {n}.",
        "Le nouveau numéro est le {n}.",
        "Het nieuwe nummer is {n}.",
    ),
    "No tone came after which a message could be left.": (
        "Es kam kein Ton, nach dem eine Nachricht hinterlassen werden konnte.",
        "No sonó ninguna señal después de la cual dejar un mensaje.",
        "Aucun bip n'est venu après lequel laisser un message.",
        "Er kwam geen toon waarna een bericht kon worden ingesproken.",
    ),
    "The message names something that was not released for this call, so none was left.": (
        "Die Nachricht nennt etwas, das für diesen Anruf nicht freigegeben war; deshalb wurde keine hinterlassen.",
        "El mensaje nombra algo que no estaba autorizado para esta llamada, así que no se dejó ninguno.",
        "Le message nomme une chose qui n'était pas autorisée pour cet appel ; aucun n'a donc été laissé.",
        "Het bericht noemt iets dat voor dit gesprek niet was vrijgegeven, dus is er geen achtergelaten.",
    ),
    "The message could not be spoken, so none was left.": (
        "Die Nachricht konnte nicht gesprochen werden; deshalb wurde keine hinterlassen.",
        "No se pudo decir el mensaje, así que no se dejó ninguno.",
        "Le message n'a pas pu être dit ; aucun n'a donc été laissé.",
        "Het bericht kon niet worden uitgesproken, dus is er geen achtergelaten.",
    ),
    "The line was cut before the message was over.": (
        "Die Leitung wurde getrennt, bevor die Nachricht zu Ende war.",
        "La línea se cortó antes de que terminara el mensaje.",
        "La ligne a été coupée avant la fin du message.",
        "De lijn werd verbroken voordat het bericht klaar was.",
    ),
    "Nobody knows where it is.": (
        "Niemand weiß, wo es ist.",
        "Nadie sabe dónde está.",
        "Personne ne sait où il se trouve.",
        "Niemand weet waar het is.",
    ),
    "The exchange has taken the call over.": (
        "Die Telefonanlage hat den Anruf übernommen.",
        "La centralita se ha hecho cargo de la llamada.",
        "Le central téléphonique a repris l'appel.",
        "De telefooncentrale heeft het gesprek overgenomen.",
    ),
    "The exchange has taken the call over; whether you answered it does not tell.": (
        "Die Telefonanlage hat den Anruf übernommen; ob du abgenommen hast, sagt sie nicht.",
        "La centralita se ha hecho cargo de la llamada; no dice si contestaste.",
        "Le central téléphonique a repris l'appel ; il ne dit pas si vous avez répondu.",
        "De telefooncentrale heeft het gesprek overgenomen; of je hebt opgenomen zegt zij niet.",
    ),
    "Hold Slayer never dials emergency numbers; please call yourself.": (
        "Hold Slayer wählt nie Notrufnummern; bitte ruf selbst an.",
        "Hold Slayer nunca marca números de emergencia; llama tú mismo.",
        "Hold Slayer ne compose jamais de numéros d'urgence ; appelez vous-même.",
        "Hold Slayer belt nooit alarmnummers; bel zelf.",
    ),
    "Hold Slayer does not dial numbers of one or two digits; some are emergency numbers.": (
        "Hold Slayer wählt keine Nummern mit einer oder zwei Ziffern; manche sind Notrufnummern.",
        "Hold Slayer no marca números de una o dos cifras; algunos son de emergencia.",
        "Hold Slayer ne compose pas de numéros d'un ou deux chiffres ; certains sont des numéros d'urgence.",
        "Hold Slayer belt geen nummers van één of twee cijfers; sommige zijn alarmnummers.",
    ),
    "Hold Slayer does not dial codes that change a line's settings.": (
        "Hold Slayer wählt keine Codes, die Einstellungen einer Leitung ändern.",
        "Hold Slayer no marca códigos que cambian los ajustes de una línea.",
        "Hold Slayer ne compose pas de codes qui modifient les réglages d'une ligne.",
        "Hold Slayer belt geen codes die instellingen van een lijn wijzigen.",
    ),
    "Hold Slayer does not dial premium-rate numbers unless the call's policy permits it.": (
        "Hold Slayer wählt keine teuren Sondernummern, wenn es für den Anruf nicht erlaubt ist.",
        "Hold Slayer no marca números de tarificación especial si no está permitido para la llamada.",
        "Hold Slayer ne compose pas de numéros surtaxés sans autorisation pour l'appel.",
        "Hold Slayer belt geen betaalnummers als dat voor het gesprek niet is toegestaan.",
    ),
    "Hold Slayer is stopping.": (
        "Hold Slayer wird beendet.",
        "Hold Slayer se está deteniendo.",
        "Hold Slayer s'arrête.",
        "Hold Slayer stopt.",
    ),
    "Another call is running; end it first.": (
        "Ein anderer Anruf läuft; beende ihn zuerst.",
        "Hay otra llamada en curso; termínala primero.",
        "Un autre appel est en cours ; terminez-le d'abord.",
        "Er loopt een ander gesprek; beëindig dat eerst.",
    ),
    "All lines that the account may use are taken; how many is an option.": (
        "Alle Leitungen, die das Konto benutzen darf, sind belegt; wie viele, ist eine Option.",
        "Todas las líneas que la cuenta puede usar están ocupadas; cuántas son es una opción.",
        "Toutes les lignes que le compte peut utiliser sont prises ; leur nombre est une option.",
        "Alle lijnen die het account mag gebruiken zijn bezet; hoeveel is een optie.",
    ),
    "The limit of {n} calls a day is reached; it is an option of the account.": (
        "Die Grenze von {n} Anrufen am Tag ist erreicht; sie ist eine Option des Kontos.",
        "Se alcanzó el límite de {n} llamadas al día; es una opción de la cuenta.",
        "La limite de {n} appels par jour est atteinte ; c'est une option du compte.",
        "De grens van {n} gesprekken per dag is bereikt; dat is een optie van het account.",
    ),
    "The limit of {n} minutes a day is reached; it is an option of the account.": (
        "Die Grenze von {n} Minuten am Tag ist erreicht; sie ist eine Option des Kontos.",
        "Se alcanzó el límite de {n} minutos al día; es una opción de la cuenta.",
        "La limite de {n} minutes par jour est atteinte ; c'est une option du compte.",
        "De grens van {n} minuten per dag is bereikt; dat is een optie van het account.",
    ),
    "This number has been called {n} times within an hour; that looks like a loop.": (
        "Diese Nummer wurde {n}-mal in einer Stunde angerufen; das sieht nach einer Schleife aus.",
        "Se ha llamado a este número {n} veces en una hora; parece un bucle.",
        "Ce numéro a été appelé {n} fois en une heure ; cela ressemble à une boucle.",
        "Dit nummer is {n} keer in een uur gebeld; dat lijkt op een lus.",
    ),
}
"""Fixed sentences of the engine in English, with German, Spanish, French and Dutch; ``{n}`` is a number."""


def _code(language: str | None) -> str:
    return (language or "en").replace("_", "-").partition("-")[0].lower()


def notice_texts(language: str | None) -> NoticeTexts:
    """Texts of a language tag; English for those that are missing."""
    return _TEXTS.get(_code(language), _TEXTS["en"])


@cache
def _patterns(code: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    column = _LANGUAGES.index(code)
    longest_first = sorted(SENTENCES, key=len, reverse=True)
    return tuple(
        (re.compile(re.escape(english).replace(r"\{n\}", r"(\d+)")), SENTENCES[english][column].replace("{n}", r"\1"))
        for english in longest_first
    )


def localized(text: str, language: str | None) -> str:
    """The engine's sentences in a language tag's language; all else, and unknown languages, stay as they are."""
    code = _code(language)
    if code in _LANGUAGES:
        for pattern, said in _patterns(code):
            text = pattern.sub(said, text)
    return text

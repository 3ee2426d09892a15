"""Sentences that are understood and what is answered, by language (hassil templates: ``[optional]``, ``(one|or other)``)."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class HouseTexts:
    """One language."""

    call: tuple[str, ...]
    """With ``{company}``, and ``{goal}`` where it is said."""
    status: tuple[str, ...]
    connect: tuple[str, ...]
    hang_up: tuple[str, ...]
    heard: tuple[str, ...]
    later: tuple[str, ...]
    resume: tuple[str, ...]

    general_goal: str
    """What a call is for when nobody says."""
    calling: str
    unknown_contact: str
    no_call: str
    waiting: str
    waiting_briefly: str
    minute: str
    minutes: str
    human: str
    connected: str
    on_the_way: str
    ended: str
    connecting: str
    hung_up: str
    said: str
    """With ``{text}``: the line's own words."""
    nothing_said: str
    later_ok: str
    resumed: str


TEXTS: Final = {
    "en": HouseTexts(
        call=(
            "(call|phone|ring) {company} (about|because of|regarding) {goal} and (wait|hold) [on hold] [for me]",
            "(call|phone|ring) {company} and (wait on hold|wait in the queue|hold the line|wait) [for me]",
            "wait on hold (for me (at|with)|at|with) {company} [(about|because of|regarding) {goal}]",
        ),
        status=(
            "how long have I been (waiting|on hold) [on hold]",
            "(what is|how is) (the|my) [phone] call doing",
            "is (anyone|anybody|someone) on the line",
        ),
        connect=("connect me [to (the|my) call]", "put me through", "I (take|will take) the call"),
        hang_up=("hang up [the (call|phone)]", "(end|stop) (the|my) [phone] call"),
        heard=(
            "what did (they|it|she|he) say",
            "what (was|has been) said [last] [on the (phone|line|call)]",
            "what (is|are) (the line|they) saying",
        ),
        later=("not now", "(they|it|the call) can wait", "let (them|it) wait [a (moment|minute)]"),
        resume=(
            "wait again [for me]",
            "(go back|keep) on hold",
            "(go on|continue) waiting [for me]",
            "take the call back",
        ),
        general_goal="speak to a representative",
        calling="I am calling {company} and will wait on hold for you.",
        unknown_contact="I have no contact called {company}.",
        no_call="There is no call.",
        waiting="You have been on hold with {company} for {time}.",
        waiting_briefly="You have been on hold with {company} for less than a minute.",
        minute="one minute",
        minutes="{count} minutes",
        human="Somebody at {company} is on the line.",
        connected="You are connected with {company}.",
        on_the_way="I am calling {company} and am not on hold yet.",
        ended="The last call was to {company}. It is over.",
        connecting="I am putting you through.",
        hung_up="I have hung up.",
        said="They said: {text}",
        nothing_said="Nothing has been understood yet.",
        later_ok="All right. They can hear that you are on your way.",
        resumed="I am waiting for you again.",
    ),
    "de": HouseTexts(
        call=(
            "(ruf|rufe) [bei] {company} (wegen|zu) {goal} an und warte [in der Warteschleife] [für mich]",
            "(ruf|rufe) [bei] {company} an und warte [in der Warteschleife] [für mich]",
            "warte [für mich] in der Warteschleife (von|bei) {company} [wegen {goal}]",
        ),
        status=(
            "wie lange warte ich (schon|jetzt)",
            "wie lange bin ich schon in der Warteschleife",
            "was macht (der|mein) Anruf",
            "ist jemand in der Leitung",
        ),
        connect=("verbinde mich", "(stell|stelle) mich durch", "ich (nehme|übernehme) den Anruf"),
        hang_up=("(leg|lege) auf", "auflegen", "beende (den|meinen) Anruf"),
        heard=(
            "was (haben sie|hat sie|hat er|wurde) [gerade] gesagt",
            "was wurde [zuletzt] gesagt",
            "was sagen (sie|die)",
        ),
        later=("jetzt nicht", "nicht jetzt", "(die|sie) sollen warten", "lass sie warten"),
        resume=(
            "warte (wieder|weiter) [für mich]",
            "(geh|gehe) wieder in die Warteschleife",
            "übernimm [den Anruf] wieder",
        ),
        general_goal="mit einem Mitarbeiter sprechen",
        calling="Ich rufe {company} an und warte für dich.",
        unknown_contact="Ich habe keinen Kontakt namens {company}.",
        no_call="Es gibt keinen Anruf.",
        waiting="Du bist seit {time} in der Warteschleife von {company}.",
        waiting_briefly="Du bist seit weniger als einer Minute in der Warteschleife von {company}.",
        minute="einer Minute",
        minutes="{count} Minuten",
        human="Bei {company} ist jemand in der Leitung.",
        connected="Du bist mit {company} verbunden.",
        on_the_way="Ich rufe {company} gerade an und bin noch nicht in der Warteschleife.",
        ended="Der letzte Anruf ging an {company}. Er ist beendet.",
        connecting="Ich stelle dich durch.",
        hung_up="Ich habe aufgelegt.",
        said="Gesagt wurde: {text}",
        nothing_said="Es wurde noch nichts verstanden.",
        later_ok="In Ordnung. Man hört dort, dass du unterwegs bist.",
        resumed="Ich warte wieder für dich.",
    ),
    "fr": HouseTexts(
        call=(
            "(appelle|téléphone à) {company} (au sujet de|à propos de|pour) {goal} et (attends|patiente) [en ligne] [pour moi]",
            "(appelle|téléphone à) {company} et (attends|patiente) [en ligne] [pour moi]",
        ),
        status=(
            "depuis combien de temps (j'attends|est-ce que j'attends|suis-je en attente)",
            "où en est (l'appel|mon appel)",
            "il y a quelqu'un en ligne",
        ),
        connect=("passe-moi (la communication|l'appel)", "mets-moi en (relation|communication)", "connecte-moi"),
        hang_up=("raccroche", "termine (l'appel|mon appel)"),
        heard=("qu'est-ce qu'ils (ont dit|disent)", "qu'ont-ils dit", "qu'est-ce qui a été dit"),
        later=("pas maintenant", "fais-les (attendre|patienter)", "qu'ils attendent"),
        resume=(
            "(attends|patiente) (encore|de nouveau|à nouveau) [pour moi]",
            "reprends (l'appel|l'attente)",
            "remets-toi en attente",
        ),
        general_goal="parler à un conseiller",
        calling="J'appelle {company} et j'attends pour vous.",
        unknown_contact="Je n'ai pas de contact nommé {company}.",
        no_call="Il n'y a pas d'appel en cours.",
        waiting="Vous êtes en attente chez {company} depuis {time}.",
        waiting_briefly="Vous êtes en attente chez {company} depuis moins d'une minute.",
        minute="une minute",
        minutes="{count} minutes",
        human="Quelqu'un de {company} est en ligne.",
        connected="Vous êtes en communication avec {company}.",
        on_the_way="J'appelle {company} et je ne suis pas encore en attente.",
        ended="Le dernier appel était pour {company}. Il est terminé.",
        connecting="Je vous passe la communication.",
        hung_up="J'ai raccroché.",
        said="On a dit : {text}",
        nothing_said="Rien n'a encore été compris.",
        later_ok="D'accord. On leur dit que vous arrivez.",
        resumed="J'attends de nouveau pour vous.",
    ),
    "es": HouseTexts(
        call=(
            "(llama|telefonea) a {company} (por|sobre|acerca de) {goal} y espera [en línea] [por mí]",
            "(llama|telefonea) a {company} y espera [en línea] [por mí]",
        ),
        status=(
            "cuánto [tiempo] llevo (esperando|en espera)",
            "cómo va (la|mi) llamada",
            "hay alguien en la línea",
        ),
        connect=("conéctame", "pásame (la llamada|con ellos)", "ponme con ellos"),
        hang_up=("cuelga [la llamada]", "termina (la|mi) llamada"),
        heard=("qué (han dicho|dijeron|dicen)", "qué se ha dicho"),
        later=("ahora no", "que esperen", "hazlos esperar"),
        resume=(
            "espera otra vez [por mí]",
            "vuelve a esperar [por mí]",
            "sigue esperando [por mí]",
            "retoma la llamada",
        ),
        general_goal="hablar con un agente",
        calling="Llamo a {company} y espero por ti.",
        unknown_contact="No tengo ningún contacto llamado {company}.",
        no_call="No hay ninguna llamada.",
        waiting="Llevas {time} en espera con {company}.",
        waiting_briefly="Llevas menos de un minuto en espera con {company}.",
        minute="un minuto",
        minutes="{count} minutos",
        human="Alguien de {company} está en la línea.",
        connected="Estás en comunicación con {company}.",
        on_the_way="Estoy llamando a {company} y aún no estoy en espera.",
        ended="La última llamada fue a {company}. Ha terminado.",
        connecting="Te paso la llamada.",
        hung_up="He colgado.",
        said="Han dicho: {text}",
        nothing_said="Todavía no se ha entendido nada.",
        later_ok="De acuerdo. Oyen que estás en camino.",
        resumed="Vuelvo a esperar por ti.",
    ),
    "nl": HouseTexts(
        call=(
            "bel {company} (over|wegens|vanwege) {goal} en wacht [in de wacht] [voor mij]",
            "bel {company} en wacht [in de wacht] [voor mij]",
            "bel {company} en blijf aan de lijn",
        ),
        status=(
            "hoe lang (wacht ik|sta ik) al [in de wacht]",
            "hoe staat het met (het|mijn) gesprek",
            "is er iemand aan de lijn",
        ),
        connect=("verbind (me|mij) [door]", "ik neem het gesprek [over]"),
        hang_up=("hang op", "ophangen", "beëindig (het|mijn) gesprek"),
        heard=("wat (hebben ze|heeft ze|heeft hij) [net] gezegd", "wat is er [net] gezegd", "wat zeggen ze"),
        later=("nu niet", "niet nu", "laat (ze|hen) [maar] wachten"),
        resume=("wacht (weer|verder) [voor mij]", "ga weer in de wacht", "neem het gesprek terug"),
        general_goal="een medewerker spreken",
        calling="Ik bel {company} en wacht voor je.",
        unknown_contact="Ik heb geen contact met de naam {company}.",
        no_call="Er is geen gesprek.",
        waiting="Je staat al {time} in de wacht bij {company}.",
        waiting_briefly="Je staat minder dan een minuut in de wacht bij {company}.",
        minute="een minuut",
        minutes="{count} minuten",
        human="Er is iemand van {company} aan de lijn.",
        connected="Je bent verbonden met {company}.",
        on_the_way="Ik ben {company} aan het bellen en sta nog niet in de wacht.",
        ended="Het laatste gesprek was met {company}. Het is afgelopen.",
        connecting="Ik verbind je door.",
        hung_up="Ik heb opgehangen.",
        said="Er is gezegd: {text}",
        nothing_said="Er is nog niets verstaan.",
        later_ok="Goed. Ze horen dat je eraan komt.",
        resumed="Ik wacht weer voor je.",
    ),
}


def texts_for(language: str | None) -> HouseTexts:
    """Texts of a language tag; English for those that are missing."""
    return TEXTS.get((language or "en").replace("_", "-").partition("-")[0].lower(), TEXTS["en"])

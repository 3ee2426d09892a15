"""Words of telephone menus in six languages, as data: what a key is called, how options are offered, how ends sound.

Patterns are regular expressions over lower-case text with straight apostrophes.
"""

from dataclasses import dataclass
import re


@dataclass(frozen=True, slots=True)
class Words:
    """One language."""

    digits: dict[str, str]
    press: str
    """"press", "oprima el", "drücken Sie die" …: what stands before a key."""
    press_after: str
    """What may stand behind a key ("drücken", "wählen" at the end of a German clause)."""
    connect: str
    """What introduces a purpose: "for", "to", "für", "um …"."""
    hold: str
    closed: str
    voicemail: str
    changed: str
    wrong: str
    self_service: str
    operator: str
    other: str
    """"all other questions", "anything else"."""
    repeat: str
    enter: str
    """Asks for digits by keypad."""
    say: str
    """Asks for something spoken."""
    open: str
    """Open question: "how can I help", "tell me in a few words"."""
    confirm: str
    """Yes/no question."""
    recording: str
    callback: str
    unwanted: str
    """Surveys, upsell, marketing, voiceprints: declined unless allowed."""
    representative: str
    """What to say to get a person."""
    yes: str
    no: str
    stop: frozenset[str]


def _digits(words: str, **more: str) -> dict[str, str]:
    table = {word: str(number) for number, word in enumerate(words.split())}
    return table | {str(number): str(number) for number in range(10)} | more


_EN = Words(
    digits=_digits(
        "zero one two three four five six seven eight nine",
        oh="0",
        won="1",
        to="2",
        too="2",
        fore="4",
        ate="8",
        star="*",
        pound="#",
        hash="#",
        asterisk="*",
    ),
    press=r"(?:press(?: or say)?|dial|push|hit|select|choose|say or press|touch)(?: the)?(?: number| key| digit)?",
    press_after=r"(?!)",
    connect=r"(?:for|to|if|when|about|regarding|in order to)",
    hold=r"please hold|please wait|hold (?:the line|on|for)|stay on the line|remain on the line|connect(?:ing)? you|transferr?(?:ing)? you|one moment|"
    r"next available|(?:all|our).*(?:busy|assisting|helping)|answered in the order|in the queue|caller number|wait time|be with you|"
    r"thank you for (?:holding|your patience)|will answer|your call is important|someone will",
    closed=r"(?:we are|we're|office is|offices are|is) (?:now |currently |already )?closed|outside (?:of )?(?:our )?(?:business|office|opening) hours|"
    r"call (?:us )?(?:back|again) (?:during|between|on|after)|closed (?:for|on|today|until)",
    voicemail=r"leave (?:us )?(?:a|your) (?:message|name)|after the (?:tone|beep)|voice ?mail|mailbox",
    changed=r"number (?:has |was )?(?:been )?changed|new (?:phone |telephone )?number is|please (?:dial|call) (?:our new|the new)",
    wrong=r"not in service|no longer in service|cannot be completed as dialed|wrong number|have reached a (?:private|residential)",
    self_service=r"request has been completed|automated account services",
    operator=r"representative|operator|agent|advis[eo]r|associate|specialist|real person|human|someone|team member|staff|attendant|customer (?:service|care)",
    other=r"(?:all )?other (?:questions|inquiries|enquiries|reasons|matters|requests|options|calls|services?|topics)|anything else|everything else|something else|general",
    repeat=r"repeat|hear (?:this|these|the) (?:menu|options|choices)|again|go back|previous|main menu|return",
    enter=r"(?:enter|key in|type in?|input|punch in)\b",
    say=r"(?:please )?(?:say|tell (?:me|us)|speak|state|give (?:me|us))\b",
    open=r"how (?:can|may) (?:i|we) help|what are you calling about|reason for your call|in a few words|what can (?:i|we) (?:do|help)|tell (?:me|us) (?:why|what)|briefly",
    confirm=r"is (?:that|this) (?:right|correct|ok|okay)|did (?:i|you)|do you (?:want|have|agree)|would you like|are you (?:calling|a|an|already|still)|yes or no|correct\?$|right\?$",
    recording=r"\brecord",
    callback=r"call(?:ed)? (?:you )?back|callback|call-back|have us call|return your call|losing your place|keep your place",
    unwanted=r"survey|feedback|special offer|promotion|upgrade|voice ?print|text message|marketing|text you|premium",
    representative="representative",
    yes="yes",
    no="no",
    stop=frozenset(
        ["a", "an", "the", "i", "my", "me", "we", "our", "us", "you", "your", "it", "is", "am", "are", "was", "were", "be", "been", "have", "has", "had", "do", "does", "did", "of", "on", "in", "at", "to", "for", "and", "or", "not", "no", "with", "that", "this", "there", "from", "by", "as", "but", "if", "so", "can", "could", "would", "will", "want", "need", "please", "like", "about", "just", "up", "out", "get", "got", "one", "any", "some", "they", "them", "their", "he", "she", "his", "her", "what", "which", "who", "whom", "when", "where", "how", "now", "still", "never", "ago", "two", "three", "person", "someone", "talk", "speak", "help", "call", "calling"]
    ),
)
_DE = Words(
    digits=_digits(
        "null eins zwei drei vier fünf sechs sieben acht neun",
        eine="1",
        ein="1",
        zwo="2",
        stern="*",
        sterntaste="*",
        raute="#",
        rautetaste="#",
    ),
    press=r"(?:drücken|wählen|tippen|betätigen|sagen|drück|wähle) sie(?: bitte)?(?: auf)?(?: die| den| eine)?(?: taste| nummer| ziffer)?",
    press_after=r"(?:drücken|wählen)",
    connect=r"(?:für|um|wenn|falls|bei|zu|zum|zur|haben|möchten|sind|geht)",
    hold=r"bitte warten|einen moment|bleiben sie (?:in der leitung|dran|am apparat)|verbunden|verbinde|nächste[rn]? freie|warteschleife|wartezeit|alle .*(?:belegt|besetzt|gespräch)|gleich für sie da|geduld",
    closed=r"geschlossen|außerhalb unserer|nicht besetzt|öffnungszeiten (?:sind|von)|rufen sie .*(?:wieder|während|zu unseren)|erreichen sie uns (?:montag|von|wieder)",
    voicemail=r"nachricht (?:nach|hinterlassen)|hinterlassen sie|nach dem (?:ton|signal|piep)|mailbox|anrufbeantworter",
    changed=r"rufnummer hat sich geändert|neue (?:ruf|telefon)?nummer|nummer lautet",
    wrong=r"kein anschluss|nicht vergeben|falsch verbunden|privatanschluss",
    self_service=r"ihr kontostand beträgt|auftrag wurde ausgeführt",
    operator=r"mitarbeiter|berater|kundenservice|kundendienst|kundenbetreu|zentrale|vermittlung|persönlich|sachbearbeit|ansprechpartner",
    other=r"(?:alle|für) (?:anderen|sonstige|übrigen|weiteren)|andere[ns]? (?:anliegen|fragen|themen)|sonstige|alles andere|etwas anderes|allgemeine",
    repeat=r"wiederhol|noch einmal|erneut hören|zurück|hauptmenü",
    enter=r"(?:geben sie|eingeben|tippen sie|eintippen)",
    say=r"(?:sagen sie|nennen sie|sprechen sie)",
    open=r"wie (?:kann|können|dürfen) (?:ich|wir) (?:ihnen )?helfen|worum geht|was kann ich|grund ihres anrufs|in (?:wenigen|ein paar|kurzen) worten|schildern sie|ihr anliegen",
    confirm=r"ist das (?:richtig|korrekt)|stimmt das|möchten sie|dürfen wir|haben sie|sind sie|ja oder nein|richtig\?$",
    recording=r"aufzeichn|aufgezeichnet|mitschn|aufnahme",
    callback=r"rückruf|zurückrufen|rufen sie zurück|wir rufen",
    unwanted=r"umfrage|bewertung|angebot|werbung|stimmprofil|sms|newsletter",
    representative="Mitarbeiter",
    yes="ja",
    no="nein",
    stop=frozenset(
        ["der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "und", "oder", "ich", "mein", "meine", "meinen", "meiner", "mich", "mir", "wir", "uns", "sie", "ihr", "ihre", "ihren", "ist", "sind", "war", "hat", "haben", "habe", "nicht", "kein", "keine", "mit", "von", "zu", "zum", "zur", "im", "in", "am", "an", "auf", "für", "um", "bei", "aus", "nach", "noch", "mehr", "auch", "es", "so", "wie", "was", "wer", "wenn", "dass", "obwohl", "genug", "möchte", "will", "bitte", "jemandem", "jemand", "sprechen", "person", "mensch", "drücken", "wählen", "taste"]
    ),
)
_FR = Words(
    digits=_digits("zéro un deux trois quatre cinq six sept huit neuf", une="1", étoile="*", dièse="#", diese="#"),
    press=r"(?:tapez|appuyez sur|faites|composez|dites|pressez|sélectionnez|touche)(?: sur)?(?: la| le| l'| les)?(?: touche| chiffre| numéro)?",
    press_after=r"(?!)",
    connect=r"(?:pour|si|afin|concernant|en cas|vous)",
    hold=r"patient|restez en ligne|ne quittez pas|un instant|mis en relation|mets en relation|transfér|conseiller va|va vous répondre|temps d'attente|occupés|file d'attente",
    closed=r"ferm[ée]|en dehors (?:de nos|des) heures|horaires d'ouverture|rappelez (?:nous )?(?:du|de|pendant|à partir|lundi)|nos bureaux sont ouverts",
    voicemail=r"laiss(?:ez|er) (?:un|votre) (?:message|nom)|après le (?:bip|signal)|messagerie|répondeur",
    changed=r"numéro a changé|nouveau numéro|changé de numéro",
    wrong=r"n'est (?:pas|plus) attribué|numéro .*n'existe|faux numéro",
    self_service=r"votre demande a été (?:traitée|enregistrée)|votre solde est",
    operator=r"conseiller|opérateur|agent|téléconseiller|collaborateur|service client|interlocuteur|personne|gestionnaire",
    other=r"(?:toute|toutes|une|les) autres?|autre (?:demande|question|sujet)|tout autre|autres demandes",
    repeat=r"réécouter|répéter|à nouveau|retour|menu (?:principal|précédent)|revenir",
    enter=r"(?:saisissez|entrez|composez|tapez) (?:votre|vos|le|les|maintenant)|(?:saisir|entrer)",
    say=r"(?:dites|indiquez|énoncez|précisez|donnez)",
    open=r"(?:en quoi|comment) (?:puis|pouvons).*aider|objet de votre appel|raison de votre appel|en quelques mots|que (?:puis|pouvons)|motif de votre",
    confirm=r"est-ce (?:exact|correct|bien)|souhaitez-vous|voulez-vous|acceptez-vous|avez-vous|êtes-vous|oui ou non",
    recording=r"enregistr",
    callback=r"rappel|rappelé|recontacté",
    unwanted=r"enquête|satisfaction|offre|promotion|empreinte vocale|sms|publicit",
    representative="conseiller",
    yes="oui",
    no="non",
    stop=frozenset(
        ["le", "la", "les", "l", "un", "une", "des", "du", "de", "d", "et", "ou", "je", "j", "mon", "ma", "mes", "me", "moi", "nous", "notre", "nos", "vous", "votre", "vos", "il", "elle", "est", "suis", "sont", "être", "avoir", "ai", "a", "ont", "pas", "ne", "n", "que", "qui", "quoi", "ce", "cette", "ces", "se", "s", "en", "dans", "sur", "pour", "par", "avec", "au", "aux", "plus", "très", "veux", "voudrais", "souhaite", "parler", "quelqu", "quelqu'un", "personne", "appuyez", "tapez", "touche"]
    ),
)
_ES = Words(
    digits=_digits(
        "cero uno dos tres cuatro cinco seis siete ocho nueve",
        un="1",
        asterisco="*",
        estrella="*",
        almohadilla="#",
        numeral="#",
        gato="#",
    ),
    press=r"(?:pulse|oprima|marque|presione|diga|teclee|elija|apriete)(?: en)?(?: el| la)?(?: número| tecla)?",
    press_after=r"(?!)",
    connect=r"(?:para|si|por|en caso|sobre|acerca)",
    hold=r"espere|permanezca en|no cuelgue|manténgase|un momento|en breve|le atenderá|le paso|transferi|transfiri|agentes .*ocupad|tiempo de espera|próximo agente|en cola|atendid[oa]",
    closed=r"cerrad|fuera (?:de|del) (?:nuestro )?horario|horario de atención es|vuelva a llamar|llame (?:de nuevo|en horario|entre)",
    voicemail=r"deje (?:su|un) (?:mensaje|nombre)|después (?:de la señal|del tono)|buzón|contestador",
    changed=r"número ha cambiado|nuevo número|hemos cambiado de",
    wrong=r"no (?:está en servicio|existe)|número equivocado|no corresponde",
    self_service=r"su saldo es|su solicitud ha sido",
    operator=r"agente|operador|representante|asesor|gestor|persona|atención al cliente|ejecutivo",
    other=r"(?:otras?|cualquier otra|demás|resto de) (?:consulta|gestion|gestión|opcion|opción|pregunta|motivo|tema|asunto)|otr[oa]s? \w+|cualquier otr|lo demás",
    repeat=r"repetir|escuchar (?:de nuevo|nuevamente|otra vez)|volver|menú (?:principal|anterior)|regresar",
    enter=r"(?:introduzca|ingrese|teclee|marque|digite) (?:su|el|los|las|ahora|por favor)",
    say=r"(?:diga|indique|díganos|dígame)",
    open=r"en qué (?:le )?pued|en qué podemos|motivo de su llamada|en pocas palabras|brevemente|cuéntenos|qué desea",
    confirm=r"es (?:correcto|así)|desea|quiere|acepta|tiene|está de acuerdo|sí o no",
    recording=r"grab",
    callback=r"devol(?:ver|vamos)|le llam(?:emos|amos|aremos)|llamada de vuelta",
    unwanted=r"encuesta|oferta|promoción|huella de voz|sms|publicidad",
    representative="agente",
    yes="sí",
    no="no",
    stop=frozenset(
        ["el", "la", "los", "las", "un", "una", "unos", "unas", "de", "del", "al", "y", "o", "u", "yo", "mi", "mis", "me", "nos", "nuestro", "su", "sus", "es", "son", "está", "están", "he", "ha", "han", "no", "que", "se", "en", "con", "por", "para", "a", "lo", "como", "pero", "más", "muy", "quiero", "quisiera", "necesito", "hablar", "alguien", "persona", "pulse", "oprima", "marque", "tecla"]
    ),
)
_NL = Words(
    digits=_digits("nul een twee drie vier vijf zes zeven acht negen", één="1", ster="*", sterretje="*", hekje="#"),
    press=r"(?:toets|druk(?: op)?|kies|zeg|tik)(?: u)?(?: dan)?(?: een| de| het)?(?: toets| cijfer| nummer)?",
    press_after=r"(?:drukken|toetsen|kiezen)",
    connect=r"(?:voor|om|als|bij|over|wilt|heeft|bent|gaat)",
    hold=r"een ogenblik|blijf aan de lijn|even geduld|moment|doorverbonden|verbind u|verbinden|eerstvolgende|wachttijd|wachtende|in gesprek|zo spoedig mogelijk|wacht u|bezet",
    closed=r"gesloten|buiten (?:onze )?(?:openingstijden|kantooruren)|bel (?:ons )?(?:terug|later|weer|tijdens)|bereikbaar van|geopend van",
    voicemail=r"(?:spreek|laat) .*(?:bericht|boodschap)|na de (?:piep|toon)|voicemail",
    changed=r"nummer is gewijzigd|nieuwe (?:telefoon)?nummer|nieuw nummer",
    wrong=r"niet in gebruik|verkeerd verbonden|bestaat niet",
    self_service=r"uw saldo is|uw verzoek is",
    operator=r"medewerker|klantenservice|telefonist|adviseur|iemand|persoon|collega",
    other=r"(?:alle |een )?(?:andere|overige) (?:vragen|vraag|zaken|onderwerpen)|iets anders|overig|algemene",
    repeat=r"herhal|opnieuw|nogmaals|terug|hoofdmenu",
    enter=r"(?:toets|voer|vul|tik) (?:nu )?(?:uw|het|de|u)|invoeren|intoetsen",
    say=r"(?:zeg|noem|spreek|vertel)",
    open=r"waarmee kan|waar kan|hoe kan(?: ik| wij)|waar gaat|reden van uw|in (?:een paar|enkele) woorden|waarover belt|omschrijf",
    confirm=r"klopt dat|is dat (?:juist|correct)|wilt u|gaat u akkoord|heeft u|bent u|ja of nee",
    recording=r"opgenomen|opname|opnemen",
    callback=r"terugbel|teruggebeld|bellen u terug|bellen wij u",
    unwanted=r"enquête|onderzoek|aanbieding|reclame|stemafdruk|sms",
    representative="medewerker",
    yes="ja",
    no="nee",
    stop=frozenset(
        ["de", "het", "een", "en", "of", "ik", "mijn", "me", "mij", "we", "wij", "ons", "u", "uw", "hij", "zij", "ze", "is", "zijn", "was", "heb", "heeft", "hebben", "niet", "geen", "met", "van", "voor", "om", "te", "in", "op", "aan", "bij", "uit", "na", "nog", "meer", "ook", "er", "zo", "als", "wat", "wie", "dat", "die", "dit", "wil", "graag", "spreken", "iemand", "persoon", "toets", "druk", "kies"]
    ),
)
_IT = Words(
    digits=_digits(
        "zero uno due tre quattro cinque sei sette otto nove", un="1", asterisco="*", stella="*", cancelletto="#"
    ),
    press=r"(?:prema|premere|digiti|digitare|premi|digita|dica|selezioni|tasto)(?: il| la| l'| tasto)?(?: tasto| numero)?",
    press_after=r"(?!)",
    connect=r"(?:per|se|in caso|riguardo)",
    hold=r"attend|resti in linea|rimanga in linea|un momento|un attimo|metto in contatto|trasfer|operatori? .*occupat|prossimo operatore|tempo di attesa|in coda|risponderà|passo",
    closed=r"chius[oi]|fuori (?:dall')?orario|orari(?:o)? di apertura|richiam(?:i|are) (?:dal|tra|durante|in orario)|siamo aperti",
    voicemail=r"lasci(?:are)? (?:un|il) (?:messaggio|nome)|dopo il (?:segnale|bip)|segreteria",
    changed=r"numero è cambiato|nuovo numero",
    wrong=r"non (?:è attivo|esiste)|numero sbagliato|inesistente",
    self_service=r"il suo saldo è|la sua richiesta è stata",
    operator=r"operatore|addetto|consulente|persona|assistenza|servizio clienti",
    other=r"(?:altre|altri|ogni altra|qualsiasi altra) (?:informazion|richiest|domand|motiv|esigenz|serviz)|altr[oaei] \w+|tutto il resto",
    repeat=r"ripetere|riascoltare|di nuovo|tornare|menu (?:principale|precedente)",
    enter=r"(?:digiti|inserisca|immetta|digitare|inserire) (?:il|la|le|i|ora|adesso)",
    say=r"(?:dica|pronunci|indichi|specifichi)",
    open=r"come (?:posso|possiamo) aiut|in cosa (?:posso|possiamo)|motivo della (?:sua )?chiamata|in poche parole|brevemente|di cosa ha bisogno",
    confirm=r"è (?:corretto|giusto)|desidera|vuole|accetta|ha già|conferma|sì o no",
    recording=r"registra",
    callback=r"richiam(?:at|iam|o)|essere ricontatt",
    unwanted=r"sondaggio|questionario|offert|promozion|impronta vocale|sms|pubblicit",
    representative="operatore",
    yes="sì",
    no="no",
    stop=frozenset(
        ["il", "lo", "la", "i", "gli", "le", "un", "uno", "una", "di", "del", "della", "dei", "delle", "a", "al", "alla", "e", "o", "io", "mio", "mia", "miei", "me", "mi", "noi", "nostro", "suo", "sua", "è", "sono", "ho", "ha", "hanno", "non", "che", "si", "in", "con", "per", "su", "da", "dal", "come", "ma", "più", "molto", "vorrei", "voglio", "devo", "parlare", "qualcuno", "persona", "prema", "digiti", "tasto"]
    ),
)
_ALL = {"en": _EN, "de": _DE, "fr": _FR, "es": _ES, "nl": _NL, "it": _IT}


def words_of(language: str) -> Words:
    """Words of a language (primary subtag); English where there are none."""
    return _ALL.get(language.partition("-")[0].lower(), _EN)


def plain(text: str) -> str:
    """Lower case, straight apostrophes, single spaces."""
    return re.sub(r"\s+", " ", text.lower().replace("’", "'").replace("`", "'")).strip()

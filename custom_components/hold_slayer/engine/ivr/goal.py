"""How well an option serves what the user wants: shared and related concepts, shared words, who is calling, what is refused."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
import itertools
import re

from ..model.call_brief import CallBrief
from .concepts import Concept, Meaning, concepts_of, family, meaning_of
from .facts import kinds_of_fact
from .line_language import language_of
from .meaning import meanings
from .menu import Option, OptionKind
from .spans import fits_span, spans_in
from .tenses import Tense, fits_tense, tense_of_goal, tenses_of_option
from .words import Words, plain, words_of

OTHER, PERSON, MORE, PROCEED = 0.42, 0.5, 0.34, 0.36
"""What options are worth that fit everybody: anything else, a person, more options, go on."""
CLEAR, WEAK = 0.8, 0.3
_REFUSED = -9.0
_OBJECTS = 1.0
"""To say no to what is refused is better than any way on."""
_MISS, _RESTRICTED, _STRANGE_WORD, _SAME_WORD = 0.12, 0.6, 0.05, 0.7
_ROLE, _WRONG_ROLE = 0.55, 0.9
_BACK, _REPEAT = -0.6, -1.0
_SPAN, _WRONG_SPAN = 0.55, 1.6
_TENSE, _WRONG_TENSE = 0.55, 1.2
_SO_NEAR = 16
_MACHINE = 0.1
"""What is read out or done by a machine is at least so much less than a person."""
_AGREES = 1.2
_ELSEWHERE = 0.4
_SERVES = 0.25
_LEAST_COMPARED = _A_PAIR = 2
_DENIABLE = frozenset().union(*map(family, ("grave", "sold", "done_now", "alarm", "offered_instead")))
"""What a goal speaks of to say that it is not so, or not wanted; who has "no hot water" wants nothing but that."""
_LOWEST, _HIGHEST = -1.5, 2.0
_LEAST_NEAR, _MOST_NEAR, _SHARE = -0.2, 0.8, 0.8
_ABSOLUTE = frozenset(
    {"refused", "language", "repeat", "resolved", "back", "more", "other", "proceed", "no_id", "callback"}
)
"""What is judged by what it is, not by how it compares."""
_A_PART, _FITS, _MEANT = 3, 0.7, 0.55
_CALLBACK = 0.6
"""A callback that the user accepts is better than waiting, and less than the department itself."""
_RISKY = 0.25
_HINT, _TELLING = 0.45, 5
_HINTS = {
    "claim": ("claim_existing",),
    "order": ("existing_customer_help", "order"),
    "booking": ("existing_booking",),
    "tracking": ("parcel", "track"),
    "invoice": ("bill",),
    "prescription": ("prescription",),
}
"""What a number that was released for a call says about its subject."""
"""An option that may do something nobody asked for is worth less than any that fits everybody."""
_DEFAULT_ROLES = {"existing": "new", "private": "business"}
"""Who a user is unless the goal shows otherwise."""
_NAMED_PERSON = re.compile(
    r"\b(?:Mrs|Mr|Ms|Miss|Herrn?|Frau|Mme|Madame|Monsieur|Señora?|Sra?|Doña|Don|Mevrouw|Meneer|Dhr|Mevr|Signora?|Sig)\.? "
    r"(?:\w+ )?[A-Z]"
)


@dataclass(frozen=True, slots=True)
class Appraisal:
    """What an option is worth, and what kind of option it is."""

    option: Option
    score: float
    """0: nothing in common; `WEAK` and more: worth trying; `CLEAR` and more: certain."""
    topic: float
    """The part of it that comes of the goal's own words and concepts."""
    kinds: frozenset[str]
    """``person``, ``other``, ``more``, ``proceed``, ``back``, ``repeat``, ``no_id``, ``affirm``, ``deny``, ``refused``,
    ``risky``, ``callback``."""

    def is_a(self, kind: str) -> bool:
        """True when the option is of that kind."""
        return kind in self.kinds


class Goal:
    """The user's goal, understood once."""

    def __init__(self, brief: CallBrief, words: Words) -> None:
        """``words``: of the line; the goal may be written in another language."""
        own = words_of(language_of(brief.goal, brief.goal_language or words.language))
        self._brief = brief
        self._words = own
        self._concepts = concepts_of(own.language)
        text = self._text = plain(brief.goal)
        self._ignored = own.stop | own.generic | _names_of(brief)
        self.wanted: dict[str, float] = {}
        self.unwanted: set[str] = set()
        self.stems: set[str] = set()
        for clause, weight in self._clauses(text):
            self._take(clause, weight)
        self._weigh(self._meaning(text))
        self._infer(brief.goal)
        self._hint(brief.facts, brief.fact_kinds)
        self._excluded = self._useless()
        self._spans = spans_in(text, own.language)
        self._tense = tense_of_goal(text, own.language)
        self._not_so = self._negated(text)
        self._says_to_be = self._self_description(text)
        self._turned: list[float] | None = None
        self.roles = {role for role, pattern in own.goal_roles.items() if pattern.search(text)}
        self.roles |= {default for default, other in _DEFAULT_ROLES.items() if other not in self.roles}
        self.is_foreign = own.language != words.language
        """The line would not understand it as it is written."""
        self._words, self._concepts = words, concepts_of(words.language)
        self._ignored = words.stop | words.generic | _names_of(brief)

    def _weigh(self, whole: Meaning) -> None:
        """Settle what the clauses said against each other and against the text as a whole."""
        self.unwanted -= set(self.wanted)
        errands = family("errands")
        if any(weight >= 1.0 and name in errands for name, weight in self.wanted.items()):
            # "I am moving out and want to cancel": what is wanted comes before why.
            self.wanted = {n: w if w >= 1.0 or n not in errands else 0.4 for n, w in self.wanted.items()}
        for name in whole.concepts - set(self.wanted) - self.unwanted:
            # A phrase that runs over a clause's end.
            self.wanted[name] = 0.7
        for name in set(self.wanted) - whole.concepts:
            del self.wanted[name]
        if not self.wanted:
            self.unwanted &= family("grave")
            self.wanted = dict.fromkeys(whole.concepts - self.unwanted, 0.85)

    def _infer(self, goal: str) -> None:
        """What goes without saying."""
        names = set(self.wanted)
        if family("devices") & names and not family("not_faults") & names:
            self.wanted["technical"] = 0.6
        if family("booked") & names and "book" not in names:
            self.wanted["existing_booking"] = 0.7
        if _NAMED_PERSON.search(goal):
            self.wanted["directory"] = 1.0

    def _hint(self, facts: Iterable[str], kinds: Mapping[str, str]) -> None:
        """Who has been given a claim's number calls about that claim."""
        for name in facts:
            for kind in kinds_of_fact(name, kinds.get(name, "")):
                for concept in _HINTS.get(kind, ()):
                    if concept not in self.wanted and concept not in self.unwanted:
                        self.wanted[concept] = _HINT
        self._held = {part[:6] for name in facts for part in re.split(r"[^a-z]+", plain(name)) if len(part) >= _TELLING}

    def _useless(self) -> frozenset[str]:
        """Machines that read out where things are help nobody who knows and is unhappy."""
        names = set(self.wanted)
        is_trouble = bool(family("trouble") & names) and not family("missing") & names
        return family("not_for_trouble") if is_trouble else frozenset()

    def _clauses(self, text: str) -> list[tuple[str, float]]:
        """Clauses with their weights: what is wanted counts most, what is refused counts against."""
        clauses = re.split(rf"[.;!?,:]\s+|(?<!\w)(?:{self._words.sources['clauses']})(?:(?<= )|(?!\w))", text)
        wanting = [bool(self._words.has("want", clause)) for clause in clauses]
        weights = []
        for clause, is_wanted in zip(clauses, wanting, strict=True):
            if self._words.has("unwanted", clause):
                weights.append(-1.0)
            else:
                weights.append(1.0 if is_wanted else 0.85)
        return list(zip(clauses, weights, strict=True))

    def _take(self, clause: str, weight: float) -> None:
        meaning = self._meaning(self._words.patterns["person_words"].sub(" ", clause))
        if weight < 0:
            self.unwanted |= meaning.concepts
            return
        denied = self._denied(clause, meaning)
        self.unwanted |= denied
        for name in meaning.concepts - denied:
            self.wanted[name] = max(weight, self.wanted.get(name, 0.0))
        self.stems |= meaning.stems

    def _self_description(self, text: str) -> frozenset[str]:
        """ "I'm a sole trader": the words for what callers say they are."""
        named = re.findall(rf"(?<!\w)(?:{self._words.sources['i_am']}) ((?:[\w-]+ ?){{1,3}})", text)
        return self._meaning(" ".join(named)).stems

    def _negated(self, text: str) -> Meaning:
        """What the clauses with a negation in them are about."""
        link = re.compile(rf",? (?:{self._words.sources['and_or']}) |, ")
        parts = [part for clause, _ in self._clauses(text) for part in link.split(clause)]
        return self._meaning(" ".join(part for part in parts if self._words.has("negation", part)))

    def _denied(self, clause: str, meaning: Meaning) -> set[str]:
        """ "It was not stolen", "no offers", "I can't pay": what did not happen, is not to be sold or cannot be done."""
        no = re.compile(rf"(?<!\w)(?:{self._words.sources['negation']}|{re.escape(self._words.no)})")
        ends = [found.end() for found in no.finditer(clause)]
        return {
            name
            for name in meaning.concepts & _DENIABLE
            for found in self._concepts[name].pattern.finditer(clause)
            if any(0 <= found.start() - end <= _SO_NEAR for end in ends)
        }

    def _meaning(self, text: str) -> Meaning:
        return meaning_of(text, self._words.language, self._ignored)

    # --- options ------------------------------------------------------------------------------------------------

    def appraise_all(self, options: Sequence[Option], context: str = "") -> list[Appraisal]:
        """Judge the options of one menu: each by itself, and against each other by meaning; ``context``: what else was said."""
        found = self._with_opposites([self.appraise(option) for option in options])
        if self.refused_offers(context):
            # "I can text you the status. Press 1 for yes, or 2 to speak with us."
            found = [
                replace(a, score=_REFUSED, kinds=a.kinds | {"refused"})
                if a.is_a("affirm") and not a.is_a("deny") and a.topic < WEAK
                else a
                for a in found
            ]
            found = self._objected(found)
        compared = [n for n, a in enumerate(found) if a.option.kind is not OptionKind.STAY and not a.kinds & _ABSOLUTE]
        if len(compared) < _LEAST_COMPARED:
            return self._people_first(found)
        table = meanings()
        if self._turned is None:
            self._turned = table.turned(table.vector(self._brief.goal))
        near = table.affinities(self._turned, [found[n].option.purpose for n in compared])
        for place, affinity in zip(compared, near, strict=True):
            one = found[place]
            near_by = min(_MOST_NEAR, max(_LEAST_NEAR, _SHARE * affinity / table.weights["rules"]))
            if one.is_a("person") and one.topic < WEAK:
                # A person for everything is near to nothing in particular.
                near_by = min(0.0, near_by)
            score = min(_HIGHEST, max(_LOWEST, one.score)) + near_by
            found[place] = replace(one, score=min(score, _RISKY) if one.is_a("risky") else score)
        return self._people_first(found)

    def _objected(self, found: list[Appraisal]) -> list[Appraisal]:
        """ "If you object, press 9, if not, press 1": what is refused is objected to, and of two the other agrees to it."""
        objecting = [
            n
            for n, a in enumerate(found)
            if self._words.has("objects", plain(a.option.purpose)) and not a.is_a("affirm")
        ]
        changed = list(found)
        for n in objecting:
            changed[n] = replace(found[n], score=max(found[n].score, _OBJECTS), kinds=found[n].kinds | {"deny"})
        if len(objecting) == 1 and len(found) == _A_PAIR:
            other = 1 - objecting[0]
            changed[other] = replace(found[other], score=_REFUSED, kinds=found[other].kinds | {"refused"})
        return changed

    def _people_first(self, found: list[Appraisal]) -> list[Appraisal]:
        """ "To hear our list of fees, press 1, to speak to an agent, press 2": whoever calls has something for a person."""
        people = [n for n, a in enumerate(found) if a.is_a("person") and not a.kinds & {"refused", "risky", "callback"}]
        machines = [n for n, a in enumerate(found) if self._is_machine(a.option.purpose) and not a.is_a("person")]
        if not people or not machines:
            return found
        changed = list(found)
        first = max(people, key=lambda n: found[n].score)
        # Who may be asked about the matter is as good as what is read out about it.
        most = max(found[n].score for n in (first, *machines))
        changed[first] = replace(found[first], score=most)
        for n in machines:
            changed[n] = replace(found[n], score=min(found[n].score, most - _MACHINE))
        return changed

    def _is_machine(self, text: str) -> bool:
        # "Help with online banking" is no machine for those who call about it.
        machine = self._words.find("by_machine", text)
        is_topic = machine is not None and machine[0] in self._text
        return self._words.has("readout", text) or (machine is not None and not is_topic)

    def _with_opposites(self, found: list[Appraisal]) -> list[Appraisal]:
        """ "If you agree, press 1; if you do not agree, press 2": a yes and a no, whatever they are about."""
        bare = [
            frozenset(re.findall(r"\w+", self._words.patterns["negation"].sub(" ", a.option.purpose))) for a in found
        ]
        negated = [self._words.has("negation", a.option.purpose) for a in found]
        changed = list(found)
        for yes, no in itertools.permutations(range(len(found)), 2):
            if bare[yes] and bare[yes] == bare[no] and negated[no] and not negated[yes]:
                changed[yes] = replace(changed[yes], kinds=(changed[yes].kinds | {"affirm"}) - {"deny"})
                # Not to agree is never refused.
                score = max(PROCEED, changed[no].score)
                changed[no] = replace(
                    changed[no], kinds=(changed[no].kinds | {"deny"}) - {"affirm", "refused"}, score=score
                )
        return changed

    def appraise(self, option: Option) -> Appraisal:
        """Judge one option by its purpose."""
        text = plain(option.purpose)
        kinds = self._kinds(text)
        refused = self.refused_offers(text, is_option=True)
        is_exempt = "proceed" in kinds and option.kind is not OptionKind.EXAMPLE and not self._ends_in_refused(text)
        if refused and not is_exempt:
            return Appraisal(option, _REFUSED, 0.0, frozenset(kinds | {"refused"}))
        if "callback" in self.granted_offers(text) and option.kind is not OptionKind.STAY:
            return Appraisal(option, _CALLBACK, 0.0, frozenset(kinds | {"callback"}))
        language = self._language_score(text)
        if language is not None:
            return Appraisal(option, language, language, frozenset(kinds | {"language"}))
        topic = self.topic(text)
        score = topic + self._role_score(text) + self._time_score(text)
        score = self._with_kinds(score, topic, kinds)
        named = plain(option.key) if option.kind is OptionKind.PHRASE else text
        if self._meaning(text).concepts & {"person_in_danger"} - set(self.wanted):
            # Not a person to talk to.
            kinds.discard("person")
        if not kinds & {"person", "other", "proceed"} and self._is_risky(named):
            kinds.add("risky")
            score = min(score, _RISKY)
        return Appraisal(option, score, topic, frozenset(kinds))

    def _ends_in_refused(self, text: str) -> bool:
        """ "To keep waiting or, and we'll call you tomorrow": what the key does is said last."""
        last = self._parts(text)[-1:]
        return any(self.refused_offers(part, is_option=True) and not self._words.has("proceed", part) for part in last)

    def _kinds(self, text: str) -> set[str]:
        words = self._words
        pairs = (
            ("person", "operator"),
            ("other", "other"),
            ("more", "more"),
            ("proceed", "proceed"),
            ("back", "back"),
            ("repeat", "repeat"),
            ("no_id", "no_id"),
            ("affirm", "affirm"),
            ("deny", "deny"),
            ("resolved", "resolved"),
        )
        kinds = {kind for kind, pattern in pairs if words.has(pattern, text)}
        # "If you are back already": not a way back.
        return kinds - {"back"} if Tense.OVER in tenses_of_option(text, words.language) else kinds

    def _is_risky(self, text: str) -> bool:
        """True when every part of an option that fits at all may block, end, buy or pay something that the goal does not name."""
        denied = family("grave") & self.unwanted
        if denied and any(self._meaning(part).concepts & denied for part in self._parts(text)):
            return True
        concepts = self._meaning(text).concepts
        if any(self._fit(name) < _MEANT for name in concepts & family("given_up")):
            # "If the new times work for you, press 1 to accept them": whatever its other parts are about.
            return True
        if (
            "cancel" in concepts
            and self._fit("cancel") < _MEANT
            and len(self._parts(text)) == 1
            and self._words.has("does", text)
        ):
            # "To cancel an appointment": that an appointment is wanted speaks for nothing.
            return True
        if not self._risks(text) or self._words.has("no_id", text) or self.is_complaint(text):
            return False
        is_grave = bool(concepts & family("grave"))
        least = _A_PART if is_grave else 1
        return not any(
            len(part.split()) >= least and not self._risks(part) and self._balance(part)[0] >= WEAK
            for part in self._parts(text)
            if not is_grave or self._is_beyond_item(part)
        )

    def _is_beyond_item(self, part: str) -> bool:
        """ "A card that was lost, stolen or damaged": that the goal is about some card speaks for none of these."""
        meaning = self._meaning(part)
        items = family("blocked_when_lost")
        return any(self._fit(n) > _SERVES for n in meaning.concepts - items) or any(map(self._shares, meaning.stems))

    def _risks(self, text: str) -> bool:
        meaning = self._meaning(text)
        concepts = meaning.concepts
        if any(self._fit(name) < _MEANT for name in concepts & family("done_now")):
            return True
        if any(self._fit(name) >= _FITS and self._concepts[name].weight >= 1.0 for name in concepts):
            return False
        if not concepts & family("blocked_when_lost") and any(self._shares(word) for word in meaning.stems):
            # Only what is reported lost and can be blocked is blocked.
            concepts -= family("grave")
        return any(self._fit(name) < _MEANT for name in concepts & family("risky"))

    def _with_kinds(self, score: float, topic: float, kinds: set[str]) -> float:
        if "repeat" in kinds and topic < WEAK:
            return _REPEAT
        if "back" in kinds and topic < WEAK:
            return _BACK
        if "resolved" in kinds:
            return _REPEAT
        if "person" in kinds:
            score = max(score + 0.2, PERSON + min(0.0, score))
        for kind, value in (("other", OTHER), ("more", MORE), ("proceed", PROCEED)):
            if kind in kinds:
                score = max(score, value)
        return score

    def concepts_in(self, text: str) -> frozenset[str]:
        """What plain ``text`` of the line is about."""
        return self._meaning(text).concepts

    def risks(self, text: str) -> bool:
        """True when plain ``text`` is about something that may block, end, buy or pay what the goal does not name."""
        return self._risks(text)

    def may_do(self, text: str, *, without: frozenset[str] = frozenset()) -> bool:
        """True when plain ``text`` is about an alarm, or what may cancel, block, end or buy something, also where the goal is.

        ``without``: concepts that count for nothing here.
        """
        return bool(self._meaning(text).concepts & (family("risky") | family("alarm")) - without)

    def has_words(self, text: str) -> bool:
        """True when the goal says plain ``text`` itself."""
        return text.strip() in self._text

    def names_figure(self, figure: str) -> bool:
        """True when the goal names just that figure ("39", "12.50")."""
        return re.search(rf"(?<![\d.,]){re.escape(figure)}(?![.,]?\d)", self._text) is not None

    def is_beyond_talk(self, text: str, *, is_about: bool = False) -> bool:
        """True when plain ``text`` is about a loss, a theft or what is done at once, and the goal does not name that.

        ``is_about``: it speaks of a matter ("questions about payments"), so nothing is paid.
        """
        beyond = family("grave") | family("given_up") | (frozenset() if is_about else family("done_now"))
        return any(self._fit(name) < _MEANT for name in self._meaning(text).concepts & beyond)

    def is_complaint(self, text: str) -> bool:
        """ "If you've topped up and the credit hasn't gone on": it has been done, and nothing came of it."""
        parts, words = self._parts(text), self._words
        is_done = len(parts) > 1 and words.has("conditional", parts[0]) and not words.has("negation", parts[0])
        return is_done and words.has("undone", parts[-1]) and not self._meaning(text).concepts & family("grave")

    def denies(self, text: str) -> bool:
        """True when plain ``text`` is about what the goal says has not happened or is not so."""
        meaning = self._meaning(text)
        return bool(meaning.concepts & self._not_so.concepts or meaning.stems & self._not_so.stems)

    def raises_alarm(self, text: str) -> bool:
        """True when plain ``text`` is about an emergency that the goal is not about."""
        return bool(self._meaning(text).concepts & family("alarm") - set(self.wanted))

    def refused_offers(self, text: str, *, is_option: bool = False) -> set[str]:
        """Permissions that ``text`` asks for and the user does not give. A department for discounts is no offer of one."""
        offered = {name for name, pattern in self._words.offers.items() if pattern.search(text)}
        if is_option and "survey" in offered and "?" not in text:
            survey, parts = self._words.offers["survey"], self._parts(text)
            named = [part for part in parts if survey.search(part)]
            if len(named) < len(parts) and all(len(part.split()) <= _A_PART for part in named):
                # "Feedback, receipts and other paperwork" is a department.
                offered.discard("survey")
        if not is_option and self._words.has("bargain", text):
            offered.add("upsell")
        return {name for name in offered if not self._brief.policy.allows(name) and not self._wants_offer(name)}

    def granted_offers(self, text: str) -> set[str]:
        """Permissions that ``text`` asks for and the user gives."""
        return {n for n, pattern in self._words.offers.items() if pattern.search(text) and self._brief.policy.allows(n)}

    def _wants_offer(self, name: str) -> bool:
        # What the user refuses by name is refused whatever the goal sounds like.
        is_named = name in self._brief.policy.accept_other
        return name == "upsell" and not is_named and bool({"upgrade", "sales", "quote"} & set(self.wanted))

    def _language_score(self, text: str) -> float | None:
        named = [code for code, pattern in self._words.languages.items() if pattern.search(text)]
        if not named or len(re.findall(r"\w+", text)) > 8:
            return None
        # "For English stay on the line, para español marque nueve": in one breath, and the key is for the others.
        is_ours = self._words.language in named and (len(named) == 1 or not self._words.has("stay", text))
        return 2.0 if is_ours else -2.0

    def _role_score(self, text: str) -> float:
        roles = {role for role, pattern in self._words.roles.items() if pattern.search(text)}
        if not roles and self._words.has("you_are", text) and any(w[:6] in self._held for w in text.split()):
            # "If you are a tenant", and there is a tenant's number.
            roles = {"existing"}
        if "new" in roles:
            roles.discard("existing")
        if not roles or self._meaning(text).stems & self._says_to_be:
            # "For businesses, including sole traders": for those who say that they are one.
            return _ROLE if roles else 0.0
        return _ROLE if roles & self.roles and not ("new" in roles and "new" not in self.roles) else -_WRONG_ROLE

    def _time_score(self, text: str) -> float:
        fits = fits_span(text, self._spans, self._words.language)
        score = 0.0 if fits is None else _SPAN if fits else -_WRONG_SPAN
        is_its_time = fits_tense(text, self._tense, self._words.language)
        return score + (0.0 if is_its_time is None else _TENSE if is_its_time else -_WRONG_TENSE)

    def agrees(self, text: str) -> bool | None:
        """Whether plain ``text`` says what the user wants and little else; None when it says nothing known."""
        meaning = self._meaning(text)
        hits = _faded([self._concepts[n].weight * fit for n in meaning.concepts if (fit := self._fit(n)) > 0.3])
        hits += _SAME_WORD * any(self._shares(word) for word in meaning.stems)
        misses = _faded([self._concepts[n].weight for n in meaning.concepts if self._fit(n) <= 0.3])
        if not hits and not misses:
            return None
        return hits > _AGREES * misses

    # --- topics -------------------------------------------------------------------------------------------------

    def topic(self, text: str) -> float:
        """How much of plain ``text`` is about the goal: its best part, or all of it."""
        parts = self._parts(text)
        if len(parts) < 2:
            speaks_for, against = self._balance(text)
            return speaks_for - against
        best_for, best_against = max((self._balance(part) for part in parts), key=lambda both: both[0] - both[1])
        whole_for, whole_against = self._balance(text)
        if best_for > best_against:
            # "To change or cancel a booking": what one part is about does not speak against the other.
            whole_against = best_against + _ELSEWHERE * max(0.0, whole_against - best_against)
        return max(whole_for - whole_against, best_for - best_against - 0.05)

    def _parts(self, text: str) -> list[str]:
        found = re.split(rf",| (?:{self._words.sources['and_or']}) |\?", text)
        return [part for part in found if part and part.strip()]

    def _balance(self, text: str) -> tuple[float, float]:
        """What speaks for plain ``text`` and what against it."""
        meaning = self._meaning(text)
        hits, against = [], []
        for name in meaning.concepts:
            concept = self._concepts[name]
            fit = self._fit(name)
            if fit > (_SERVES if concept.is_restrictive else 0.0):
                hits.append(concept.weight * fit)
            elif fit < 0:
                against.append(-fit * concept.weight)
            elif name in self.unwanted:
                against.append(0.8)
            else:
                against.append(_RESTRICTED if concept.is_restrictive else _MISS)
        hits += [_SAME_WORD for word in meaning.stems if self._shares(word)]
        against += [_STRANGE_WORD for word in meaning.stems if not self._shares(word)]
        return _faded(hits), _faded(against)

    def _shares(self, word: str) -> bool:
        return word in self.stems or any(
            min(len(word), len(own)) >= 5 and (word.startswith(own) or own.startswith(word)) for own in self.stems
        )

    def _fit(self, name: str) -> float:
        """How well an option about ``name`` serves the goal: the best of what is wanted, unless something speaks against it."""
        if name in self._excluded:
            return 0.0
        values = [weight * self._serves(self._concepts[wanted], name) for wanted, weight in self.wanted.items()]
        worst = min(values, default=0.0)
        best = max(values, default=0.0)
        if name in self.wanted:
            return best
        return worst if worst < 0 else best

    @staticmethod
    def _serves(wanted: Concept, name: str) -> float:
        return 1.0 if wanted.name == name else wanted.serves.get(name, 0.0)


def _names_of(brief: CallBrief) -> frozenset[str]:
    """Words of the company's name, but those that the goal also has as common words ("the safe I bought from Lock & Safe")."""
    common = {plain(word) for word in re.findall(r"(?<!\w)[^\W\d_A-Z][\w'-]+", brief.goal)}
    return frozenset(plain(brief.company).split()) - common


def _faded(values: list[float]) -> float:
    """The sum with every further value counting half: synonyms say the same thing twice."""
    return sum(value * 0.5**index for index, value in enumerate(sorted(values, reverse=True)))

"""Limits and pauses of the brain, in seconds, and where it dials from."""

from dataclasses import dataclass

from .clues import MOST_TEXTS


@dataclass(frozen=True, slots=True)
class BrainConfig:
    """Defaults are for telephone menus in general; users change few of them."""

    region: str = ""
    """Country whose national numbers are dialled (ISO 3166-1 alpha-2): what is premium rate there."""
    understands_user: bool = False
    """Speech to text is there for the user's phones: a yes is as good as a 1."""
    legs_at_once: int = 6
    """Most legs that the account may have, the company's among them; 0: no limit."""

    # nobody has answered yet
    place_s: float = 120.0
    """Dialling and ringing together: then it is "no answer"."""

    # in the menus
    navigate_s: float = 420.0
    """In menus without a queue or a person: then there is no route."""
    turn_gap_s: float = 0.9
    """Quiet after an utterance (which endpointing closed some 0.8 s after its last sound) until the line's turn is over."""
    end_silence_s: float = 0.8
    """What endpointing has waited for when it tells that an utterance is over (`EndpointingConfig.end_silence_s`)."""
    clear_pauses: float = 1.5
    """A list of which an option is clearly wanted is over when it has been quiet for so many times its longest pause."""
    list_pauses: float = 1.8
    """Any other list."""
    brisk_s: float = 0.6
    """With longer pauses than that a list is a slow one, whose end is told by ``turn_gap_s`` only."""
    human_gap_s: float = 1.6
    """The same when the last words may be a person's ("how can I help?"): the ear needs 2 s of waiting to tell."""
    silence_s: float = 7.0
    """Nothing said for so long: the line waits for input."""
    max_silences: int = 6
    """Silences in a row without one word heard: nobody is there."""
    sure_hold: float = 0.5
    """Confidence from which a hold heard in a menu is believed: a long silence alone may be a dead line as well."""
    no_words_s: float = 60.0
    """Sound but no words for so long: nothing to be understood there."""
    transcript_s: float = 6.0
    """Longest wait for speech to text at the end of a turn."""
    beep_s: float = 12.0
    """Longest wait for the tone of a voicemail, from the end of its words on."""
    message_s: float = 90.0
    """Longest time a message may take."""
    model_s: float = 8.0
    """Longest wait for a language model; then the rules decide."""
    model_retry_s: float = 1.5
    """So much of it has to be left for a second attempt."""
    question_s: float = 45.0
    """Longest wait for the user's answer to a question; then the call goes on without. Menus repeat themselves for about that."""
    tone_s: float = 8.0
    """Nothing after a busy or special information tone: the far end has gone."""
    last_words_s: float = 4.0
    """Longest wait for the words said just before the company hung up."""
    told_why_s: float = 15.0
    """What was said so shortly before the company hung up tells why."""
    farewell_s: float = 15.0
    """On hold the line has said that nobody comes, taken leave, and then been silent for so long: it will not come back."""

    # on hold
    settle_s: float = 30.0
    """How long the user who hands a call over may go on talking before voices count; music ends it at once."""
    hold_s: float = 7200.0
    menu_return_s: float = 3.0
    """Quiet after an offer of keys on hold, without music, until it counts as a menu."""
    max_menu_returns: int = 3
    """How often what seemed to be a queue may turn out to be another menu."""

    # a candidate
    candidate_s: float = 8.0
    """Not confirmed for so long, counted anew from the end of our question: not a person."""
    challenge_s: float = 4.0
    """Longest wait for a candidate to finish a sentence before ours is spoken."""
    first_words_s: float = 1.2
    """After a pause our question waits so long for words that are under way: they may make it needless."""
    veto_s: float = 2.0
    """Longest wait for words that may speak against a person whom the ear has confirmed."""
    quiet_s: float = 1.5
    """A greeting by words alone counts when nothing follows it for so long (endpointing took 0.8 s before)."""
    introduction_s: float = 3.5
    """Who introduces themselves takes no longer, or offers help: an advertisement has more to tell."""
    music_s: float = 1.0
    """So much music, and the candidate is none."""
    reaction_s: float = 4.0
    """What begins so soon after our question answers it."""
    longest_reaction_s: float = 5.0
    """The same in time, the end found by endpointing included: for when the words do not come."""
    max_unlike_words: int = 4
    """The same for an answer in which nothing sounds like one."""
    max_hello_words: int = 3
    """Who says no more than that and waits is believed by sound alone."""
    max_reaction_words: int = 12
    """A longer answer is rather a recording that happened to start."""
    remembered_texts: int = MOST_TEXTS
    """So many of the line's texts are remembered, to notice repetitions."""
    ignored_evidence: frozenset[str] = frozenset()
    """What is left out of the sum of evidence, to measure what it is worth: names in `Belief`, ``answer``, ``novelty``."""

    # a person, and the user
    music_after_person_s: float = 3.0
    """So much music where a person was, and nobody is there any more: the hand-over is cancelled."""
    speak_s: float = 1.5
    """Longest wait for a person to finish a sentence before ours is spoken."""
    greeting_s: float = 12.0
    """Longest time a greeting may take."""
    courtesy_s: float = 12.0
    """Every so often the person is told that it takes another moment."""
    confirm_s: float = 20.0
    """Longest wait for the 1 of whoever answered the user's phone."""
    answerer_s: float = 1.5
    """Whoever answers the user's phone and says nothing is joined after so long."""
    answerer_speaks_s: float = 6.0
    """The same for somebody who talks on without a pause; a machine may be found out later."""
    star_s: float = 1.2
    """Two stars within that time hand the call back."""
    bridge_s: float = 10.0
    """An answered phone that cannot be joined for so long counts as failed."""
    choose_s: float = 2.0
    """Longest wait for who of the user's is where; then everybody is rung."""
    transfer_s: float = 60.0
    """Longest wait for the exchange to tell how a transfer went, the ringing of a blind one not counted."""
    transfer_end_s: float = 5.0
    """The same once the user's leg has ended meanwhile, which a transfer that works does."""
    unsure_s: float = 30.0
    """Whoever answered the user's phone has not turned out to be a machine for so long: the exchange may take over."""
    give_up_s: float = 60.0
    """With no hand-over target at all: how long a person is kept while the user can still name one."""
    apology_s: float = 15.0
    """Longest time the apology may take."""
    call_s: float = 4 * 3600.0
    """Longest call, counted from the answer and anew from the hand-over."""

"""Evidence added up: what words are worth, and that a known recording never becomes a person."""

from hypothesis import given, strategies as st
import pytest

from custom_components.hold_slayer.engine.call import belief as odds
from custom_components.hold_slayer.engine.call.belief import Belief
from custom_components.hold_slayer.engine.call.clues import HeardTexts
from custom_components.hold_slayer.engine.call.wording import DAYTIME, NAME, OFFER, PERSON, wording_of
from custom_components.hold_slayer.engine.classify.reason import Reason
from custom_components.hold_slayer.engine.model.phase import Verdict


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("Thank you for holding, this is Susan, how can I help you?", "offer"),
        ("what can i do of you today", "offer"),
        ("how the i help you", "offer"),
        ("Was kann ich für sie tun?", "offer"),
        ("en qué puedo ayudarle", "offer"),
        ("you're speaking with Michael", "person"),
        ("Sie sprechen mit Frau Becker", "person"),
        ("Sophie à votre écoute", "person"),
        ("Hello, my name is Laura", "name"),
        ("accounts, this is George", "name"),
        ("Mijn naam is Bram", "name"),
        ("hi there", "hello"),
        ("Good morning", "hello"),
        ("Press 1 for sales", "recording"),
        ("Thank you for holding", "recording"),
        ("Bleiben Sie in der Leitung", "recording"),
        ("the branch in the old town", ""),
        ("this is a recorded", ""),
        ("so that we can help you faster", ""),
    ],
)
def test_words(text: str, cue: str) -> None:
    assert wording_of(text, is_partial=True).cue == cue


def test_what_words_are_worth() -> None:
    assert wording_of("good morning").log_odds == DAYTIME
    assert wording_of("how can I help you").log_odds == OFFER
    assert wording_of("hello my name is Laura").log_odds == NAME + 0.5
    assert wording_of("you're through to Amy").log_odds == PERSON
    assert wording_of("").log_odds == 0.0
    long = "the branch in the old town is being rebuilt and will open in spring"
    assert -2.0 <= wording_of(long).log_odds < wording_of("the branch in").log_odds <= 0.0


@pytest.mark.parametrize(
    "text",
    [
        "you are about to enter an echo test",
        "to decrease your speaking",
        "Ci sono quattro persone in attesa prima di lei",
        "Il y a deux personnes avant vous",
        "Su posición en la cola es la número tres",
        "Met order app regelt u alles wanneer het u uitkomt",
    ],
)
def test_what_only_looks_like_a_name_or_a_person(text: str) -> None:
    words = text.split()
    for count in range(1, len(words) + 1):
        assert wording_of(" ".join(words[:count]), is_partial=count < len(words)).log_odds < NAME


@pytest.mark.parametrize(
    "text", ["Goedemiddag, klantenservice, met Daan", "Hallo, met Femke, dank voor het wachten", "Met Jansen"]
)
def test_a_dutch_name(text: str) -> None:
    assert wording_of(text).cue == "name"


def test_one_word_of_a_persons_phrase_may_be_misheard_but_not_the_telling_one() -> None:
    assert wording_of("good you are speaking very Michael").cue == "person"
    assert wording_of("you are order to Michael").cue == ""


def test_the_strongest_words_count_and_queue_talk_may_still_turn_out_a_persons() -> None:
    belief = Belief(0.0)
    belief.words(wording_of("thank you for holding", is_partial=True))
    assert belief.log_odds < -5
    belief.words(wording_of("thank you for holding this is Susan how can i help"))
    assert belief.log_odds >= OFFER
    belief.words(wording_of("the computer is slow today"))
    assert belief.log_odds >= OFFER


def test_an_advertisement_with_a_name_is_believed_only_where_nothing_new_is_to_be_expected() -> None:
    for prior, is_person in ((-2.0, False), (1.0, True)):
        belief = Belief(prior)
        belief.ear(Verdict.CANDIDATE, Reason.SPEECH_AFTER_HOLD, 0.5, has_words=True)
        belief.words(wording_of("hello my name is Laura and i", is_partial=True))
        assert (belief.log_odds >= odds.CONFIRM) is is_person


def test_a_reply_counts_by_sound_only_where_there_are_no_words() -> None:
    for has_words, weight in ((True, odds.EAR_CANDIDATE), (False, odds.EAR_REPLIED)):
        belief = Belief(0.0)
        belief.ear(Verdict.HUMAN, Reason.REPLIED, 0.8, has_words=has_words)
        assert belief.log_odds == weight


def test_the_surer_the_ear_is_of_a_candidate_the_more_it_counts_within_bounds() -> None:
    def weight(confidence: float) -> float:
        belief = Belief(0.0)
        belief.ear(Verdict.CANDIDATE, Reason.SPEECH_AFTER_HOLD, confidence, has_words=True)
        return belief.log_odds

    assert weight(0.0) == pytest.approx(odds.EAR_CANDIDATE - 0.8)
    assert weight(0.45) < weight(0.55) < weight(0.6)
    assert weight(1.0) == pytest.approx(odds.EAR_CANDIDATE + 0.5)


def test_confidence_and_reason_can_be_read() -> None:
    belief = Belief(-1.0)
    belief.note("sound", 1.0)
    assert belief.confidence == pytest.approx(0.5)
    belief.note("words", 6.0)
    assert belief.confidence > 0.99
    assert belief.strongest == "words"
    belief.forget("words")
    assert belief.strongest == "sound"


def test_evidence_may_be_left_out_to_see_what_it_is_worth() -> None:
    belief = Belief(-1.0, frozenset({"words"}))
    belief.words(wording_of("how can i help you"))
    belief.note("pause", odds.PAUSE)
    assert belief.weights == {"pause": odds.PAUSE}
    assert belief.log_odds == -1.0 + odds.PAUSE


WORDS = st.text("abcdefghij", min_size=2, max_size=7)


@given(st.lists(WORDS, min_size=8, max_size=20, unique=True), st.data())
def test_a_text_is_known_again_though_every_seventh_word_is_misheard_both_times(
    words: list[str], data: st.DataObject
) -> None:
    def misheard(offset: int) -> str:
        return " ".join("xyz" if index % 7 == offset else word for index, word in enumerate(words))

    memory = HeardTexts()
    first = data.draw(st.integers(0, 6))
    memory.add(misheard(first))
    assert memory.recall(misheard(data.draw(st.integers(0, 6))))


def test_a_persons_sentence_that_begins_like_an_announcement_is_not_known() -> None:
    memory = HeardTexts()
    memory.add("thank you for holding your call is important to us please stay on the line")
    assert memory.recall_beginning("thank you for holding")
    assert memory.recall_beginning("thank you for holding your call is")
    assert not memory.recall_beginning("thank you for holding this is susan")
    assert not memory.recall("thank you for holding this is susan how can i help you")

"""A story in plain words: every kind of event as a sentence a manager can follow."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from rich.console import Console

from rehearse.narration import narrate
from sim.following.story import (
    Appointed,
    Became,
    Befell,
    CaseMoved,
    Day,
    Earned,
    Event,
    Five,
    Gift,
    Heard,
    Left,
    Line,
    Needed,
    Person,
    Seen,
    SetOut,
    Spent,
    StillInside,
    Story,
    Told,
    Visited,
)
from tests.behaviour.small_worlds import TOWN, document_of

DOCUMENT = document_of(
    TOWN.replace("        summer:\n", "        summer:\n          title: {en: '[Summer] sale', zh: 夏季}\n"), "campaign"
)
FIVE: Five = (5.0, 5.5, 6.0, 4.0, 3.5)
NOTHING = (None, None, None, None, None)
PERSON = Person(
    row=7, segment="vip", tier="vip", site="site-1", status="customer", aware=True, tenure=730.5, satisfaction=80.0,
    loyalty=0.6, trust=0.7, activity=1.2, spend=2.0, patience=1.0, price_sensitivity=0.9, acquaintances=8,
    will=FIVE, desired=FIVE, adequate=FIVE, importance=(0.3, 0.3, 0.2, 0.1, 0.1),
)  # fmt: skip
NOON = 8 * 1440.0 + 720.0
VISIT = Visited(
    purpose="errand", for_gift=False, station="counter", site="site-1", outcome="served", arrived=NOON, ended=NOON + 20,
    ahead=2, wait=8.0, service=12.0, failed=False, promised=(None, 5.75, None, None, None), promised_wait=5.0,
    expected=FIVE, adequate=FIVE, delivered=FIVE, perceived=(4.0, 5.5, 6.0, 4.0, 4.5), satisfaction=61.4,
    so_far=(80.0, 74.4), complaint=None,
)  # fmt: skip


def told(*events: Event, lines: tuple[Line, ...] = (), margin: float = 0.0, language: str = "en") -> str:
    """The story of one eventful day, 9 June, as printed on a wide page."""
    day = Day(8, date(2026, 6, 9), "campaign", events, lines, "customer", 74.4, 0.6, 0.7)
    story = Story(PERSON, (day,), replace(PERSON, status="left", tenure=0.0, satisfaction=20.0), margin)
    console = Console(file=io.StringIO(), width=250, highlight=False)
    for part in narrate(story, DOCUMENT, "Town", language):
        console.print(part)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


EVENTS: list[tuple[Event, str]] = [
    (Befell("contact made", "call"), "contact  the staff make the contact they owe: call"),
    (Befell("contact missed", "call"), "contact  is not contacted in time: call"),
    (Befell("incident", "fall"), "incident  is struck: fall"),
    (Befell("spoken to", ""), "in the hall  is spoken to by the staff"),
    (Befell("further need met", "product"), "in the hall  has a further need, which is met: product"),
    (Befell("invited", "evening"), "event  is invited: evening"),
    (Befell("no seat", "evening"), "event  comes, or would, and finds no seat: evening"),
    (
        Seen("summer", "first", "press", (None, 5.75, None, 6.5, None), 5.0, ("errands", "cheaper")),
        "sees  [Summer] sale, wave first, through press; it promises empathy 6.5, a wait of 5 min; "
        "it speaks of errands, cheaper",
    ),
    (Seen("summer", "first", "letter", NOTHING, None, ()), "sees  [Summer] sale, wave first, through letter"),
    (
        Heard(12, -0.4, FIVE),
        "hears  customer 12 speaks badly of the firm (-0.40): "
        "reliability 5.0, responsiveness 5.5, assurance 6.0, empathy 4.0, tangibles 3.5",
    ),
    (Needed("errand", True, None, True), "needs  errand: goes to the firm"),
    (Needed("errand", False, "others", True), "needs  errand: goes to others"),
    (Needed("signing", False, None, False), "needs  signing: goes nowhere, for the firm is unknown to them"),
    (Spent(1234.5), "buys  elsewhere for 1,234.50 EUR with the firm's product"),
    (Earned("cards", 1000), "earns  cards: a gift with a face value of 10.00 EUR"),
    (
        SetOut("errand", False, "counter", NOON, 31.4),
        "for errand, to the counter at 12:00; would wait up to 31 min",
    ),
    (
        SetOut("teapots", True, "counter", NOON, None),
        "sets out  for a gift (teapots), to the counter at 12:00; would wait any time",
    ),
    (
        VISIT,
        "served  2 people waiting ahead; waits 8.0 min (promised: 5 min), is served for 12.0 min, leaves at 12:20",
    ),
    (replace(VISIT, failed=True, ahead=0), "served  nobody waiting ahead; waits 8.0 min (promised: 5 min), is served"),
    (replace(VISIT, failed=True), "leaves at 12:20; it was not right"),
    (
        replace(VISIT, outcome="reneged", ahead=1),
        "reneged  1 person waiting ahead; waits 8.0 min",
    ),
    (
        replace(VISIT, outcome="balked", promised_wait=None),
        "2 people waiting ahead; turns round at the door at 12:20",
    ),
    (replace(VISIT, outcome="reneged"), "gives up and leaves at 12:20"),
    (replace(VISIT, outcome="blocked"), "blocked  is not let in at 12:20: closed, or no place to wait"),
    (
        replace(VISIT, outcome="missed"),
        "waits 8.0 min (promised: 5 min) and is still waiting at closing",
    ),
    (replace(VISIT, ended=NOON - 1440), "leaves at 12:00 on Mon 8 Jun 2026"),
    (VISIT, "better or worse         -1.0            +0.0       +0.0     +0.0       +1.0"),
    (VISIT, "judges  61 of 100 with this visit; with the firm 80, now 74"),
    (replace(VISIT, complaint="silent"), "upset  is upset and says nothing"),
    (replace(VISIT, complaint="voice"), "upset  complains"),
    (replace(VISIT, complaint="exit"), "upset  has had enough and leaves"),
    (StillInside(NOON), "midnight  still inside, since 12:00"),
    (Gift("teapots", "errands"), "gift  gets the gift of errands"),
    (Gift("teapots", None), "gift  came in vain: no more of teapots today"),
    (Appointed("booked", 1980.0, 2160.0), "appointment  promised for 09:00-12:00 on Tue 2 Jun 2026"),
    (Appointed("missed", NOON, NOON + 90), "appointment  not begun on the day, though promised for 12:00-13:30"),
    (Appointed("turned away", 600.0, 600.0), "appointment  finds no window that suits, and goes without"),
    (CaseMoved("opened", "hall", 0), "case  the complaint goes to hall"),
    (CaseMoved("goes up", "hall", 1), "case  not put right; the case goes up to hall"),
    (CaseMoved("resolved", "hall", 1), "case  put right by hall, 1 day after the complaint"),
    (CaseMoved("refused", "hall", 4), "case  refused by hall, 4 days after the complaint: failed a second time"),
    (Became(), "joins  becomes a customer"),
    (Left("waiting", True), "leaves  is no longer a customer, because of the waiting, straight after the visit"),
    (Left("rival", False), "leaves  is no longer a customer, because a rival is better\n"),
    (Told((3, 9), 0.3, FIVE), "tells  customers 3, 9: speaks well of the firm (+0.30): reliability 5.0"),
]


@pytest.mark.parametrize(("event", "sentence"), EVENTS)
def test_every_event_is_a_sentence(event: Event, sentence: str) -> None:
    assert sentence in "\n".join(line.rstrip() for line in told(event).splitlines()) + "\n"


def test_the_story_begins_with_who_it_is() -> None:
    page = told()
    assert "who  vip · vip tier · site-1 · knows 8 others" in page
    assert "at opening  a customer for 2.0 years; satisfaction 80, loyalty 0.60, trust in promises 0.70" in page
    assert "needs 1.2, spending 2.0, patience 1.0 and price sensitivity 0.9 times the usual" in page
    assert "Tue 9 Jun 2026 · day 8, campaign" in page


def test_the_story_ends_with_what_it_came_to() -> None:
    lines = (Line("needs", "errand paid", 500), Line("serving", "errand served", -150), Line("gifts", "gift", -1600))
    page = told(VISIT, replace(VISIT, outcome="reneged", complaint="voice"), lines=lines, margin=4.93)
    assert "visits  2: 1 served, 1 reneged; waited 8.0 min on average, 8.0 at most; complained once" in page
    assert "at the end  a former customer; satisfaction 20 (was 80)" in page
    for line in ("+5.00 EUR  errand paid", "-1.50 EUR  errand served", "-16.00 EUR  gifts handed out"):
        assert line in page
    assert "sum  -12.50 EUR  over the customer's own lines of the ledger" in page
    assert "besides, 4.93 EUR for their days as a customer, in the books by segment and site" in page


def test_titles_are_in_the_language_asked_for() -> None:
    seen = Seen("summer", "first", "press", NOTHING, None, ())
    assert "sees  夏季, wave first" in told(seen, language="zh")

"""One customer's story in plain words: who they are, day by day what happened, and what the books say of them.

A story and the document it was played in go in; lines and tables for the terminal come out, in order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from rich.table import Table
from rich.text import Text

from sim.behaviour.dimensions import DIMENSIONS
from sim.calendar import DAYS_PER_YEAR, MINUTES_PER_DAY, Calendar
from sim.following.story import (
    Appointed,
    Became,
    Befell,
    CaseMoved,
    Day,
    Earned,
    Event,
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
from sim.ledger import ACCOUNTS
from sim.levers.press import NOBODY
from sim.money import digits
from sim.scenario.units import text_in

if TYPE_CHECKING:
    from rich.console import RenderableType

    from sim.scenario.document import Document

_COMPLAINTS: Final = {"silent": "is upset and says nothing", "voice": "complains", "exit": "has had enough and leaves"}
_CAUSES: Final = {
    "service_failure": "the service was bad",
    "waiting": "of the waiting",
    "price": "of the price",
    "rival": "a rival is better",
    "promise_broken": "promises were broken",
    "failed_recovery": "the complaint was refused",
    "involuntary": "of something that has nothing to do with the firm (moving away, no more need)",
}
_BEFELL: Final = {
    "contact made": ("contact", "outreach", "the staff make the contact they owe: {of}"),
    "contact missed": ("contact", "outreach", "is not contacted in time: {of}"),
    "comes as asked": ("in the hall", "outreach", "comes as asked: {of}"),
    "sold out": ("goods", "service.shelves", "finds it sold out: {of}"),
    "bought illicitly": ("goods", "service.shelves", "buys from an illicit seller: {of}"),
    "comes back": ("goods", "service.shelves", "comes back from the illicit seller: {of}"),
    "incident": ("incident", "service.incidents", "is struck: {of}"),
    "spoken to": ("in the hall", "", "is spoken to by the staff"),
    "further need met": ("in the hall", "market.latent_needs", "has a further need, which is met: {of}"),
    "invited by a friend": ("referral", "referrals", "is invited by somebody they know: {of}"),
    "moved on": ("funnel", "funnels", "moves on: {of}"),
    "wrote a review": ("review", "", "writes a review of the firm"),
    "reward earned": ("reward", "offers", "has bought enough for a reward: {of}"),
    "paid in advance": ("signs", "offers", "pays in advance: {of}"),
    "quota used": ("in vain", "offers", "comes to pay in advance, and the quota is used: {of}"),
    "invited": ("event", "events", "is invited: {of}"),
    "no place": ("event", "events", "accepts, and is told that there is no place: {of}"),
    "line lost": ("line", "market.lines", "takes a line to another supplier: {of}"),
    "unfair discount": ("price", "", "learns that lesser customers get a greater discount"),
    "seated": ("event", "events", "is there, with a seat: {of}"),
    "no seat": ("event", "events", "comes, or would, and finds no seat: {of}"),
    "wrong hour": ("event", "events", "comes at the other hour that was said, and not again: {of}"),
    "sale": ("sale", "offers", "moves the visit into the hours of the sale: {of}"),
    "prize": ("prize", "offers", "wins: {of}"),
    "visit agreed": ("call", "outreach", "agrees to a visit: {of}"),
    "signed": ("signs", "offers", "signs: {of}"),
    "limit found out": ("finds out", "offers", "finds out what was not said: {of}"),
    "limit of a promise found out": ("finds out", "campaigns", "finds out what the promise did not say: {of}"),
    "limit of membership found out": ("finds out", "", "finds out what was not said of the membership"),
    "not there": ("event", "events", "accepted, and does not come: {of}"),
}
"""What happened: the word for it, where the document has its title, and the sentence."""
_CASES: Final = {
    "opened": "the complaint goes to {where}",
    "approached": "the firm notices by itself; the case goes to {where}",
    "goes up": "not put right; the case goes up to {where}",
    "overdue": "nobody began in time; the case goes up to {where}",
    "resolved": "put right by {where}, {days} after the complaint",
    "refused": "refused by {where}, {days} after the complaint: failed a second time",
    "reopened": "the problem is back; the case goes to {where} again",
}
_APPOINTMENTS: Final = {
    "booked": "promised for {window}",
    "kept": "begun in the window promised",
    "late": "begun after the window promised, {window}",
    "missed": "not begun on the day, though promised for {window}",
    "no-show": "does not show up, though awaited {window}",
    "cancelled": "cancels; it was promised for {window}",
    "given up": "is not promised another window: goes without",
    "turned away": "finds no window that suits, and goes without",
}
_PERIODS: Final = {"before": "before the campaign", "campaign": "campaign", "aftermath": "after the campaign"}
_MOST_NAMED: Final = 8


def narrate(story: Story, document: Document, heading: str, language: str = "en") -> Iterator[RenderableType]:
    """Everything to print, from the heading to the sum of the ledger lines."""
    return _Narrator(story, document, language).tell(heading)


class _Narrator:
    """Tells one story in one language."""

    def __init__(self, story: Story, document: Document, language: str) -> None:
        self.story = story
        self.document = document
        self.language = language
        self.calendar = Calendar.of(document.calendar)

    def tell(self, heading: str) -> Iterator[RenderableType]:
        opening = self.story.opening
        yield Text(heading)
        yield Text(f"\nCustomer {opening.row}", "bold")
        yield self._who(opening)
        for day in self.story.days:
            period = "" if self.calendar.campaign is None else f", {_PERIODS[day.period]}"
            yield Text(f"\n{self._date(day.number)} · day {day.number}{period}", "bold")
            yield self._day(day)
        yield Text(f"\nIn short, from {self._date(0)} to {self._date(self.calendar.days - 1)}", "bold")
        yield self._summary()

    def _who(self, person: Person) -> Table:
        tier = [] if person.tier is None else [f"{person.tier} tier"]
        known = f"knows {person.acquaintances:,} others"
        rows: list[tuple[str, RenderableType]] = [
            ("who", Text(" · ".join([self._title("market.segments", person.segment), *tier, person.site, known]))),
            ("at opening", Text(f"{_standing(person)}; {_feelings(person)}")),
            (
                "habits",
                Text(
                    f"needs {person.activity:.1f}, spending {person.spend:.1f}, patience {person.patience:.1f} and "
                    f"price sensitivity {person.price_sensitivity:.1f} times the usual"
                ),
            ),
            (
                "expects",
                _by_dimension(
                    [
                        ("will get", person.will),
                        ("should get", person.desired),
                        ("would accept", person.adequate),
                        ("importance, %", [100.0 * weight for weight in person.importance]),
                    ]
                ),
            ),
        ]
        return _rows(rows)

    def _day(self, day: Day) -> Table:
        rows = [row for event in day.events for row in self._event(event, day.number)]
        rows += [("books", Text(f"{self._signed(line.amount)}  {line.text}")) for line in day.lines]
        return _rows(rows)

    def _event(self, event: Event, day: int) -> Iterator[tuple[str, RenderableType]]:
        """Rows of one event: a word on the left, what happened on the right."""
        match event:
            case Seen():
                yield "sees", Text(self._seen(event))
            case Heard():
                spoke = _spoken(event.tone, event.quality)
                said_by = "the press" if event.teller == NOBODY else f"customer {event.teller}"
                yield "hears", Text(f"{said_by} {spoke}")
            case Needed():
                yield "needs", Text(f"{self._title('market.needs', event.need)}: {self._choice(event)}")
            case Spent():
                yield (
                    "buys",
                    Text(f"elsewhere for {event.amount:,.2f} {self.document.currency} with the firm's product"),
                )
            case Earned():
                face = self._money(event.face)
                yield "earns", Text(f"{self._title('offers', event.offer)}: a gift with a face value of {face}")
            case SetOut():
                yield "sets out", Text(self._set_out(event, day))
            case Appointed():
                starts = self._clock(event.start, int(event.start) // MINUTES_PER_DAY)
                window = f"{starts}-{self._clock(event.end, day)}"
                yield "appointment", Text(_APPOINTMENTS[event.news].format(window=window))
            case Visited():
                yield from self._visited(event, day)
            case StillInside():
                yield "midnight", Text(f"still inside, since {self._clock(event.since, day)}")
            case Gift():
                yield "gift", Text(self._gift(event))
            case Befell():
                word, section, sentence = _BEFELL[event.what]
                yield word, Text(sentence.format(of=self._title(section, event.of) if event.of else ""))
            case CaseMoved():
                yield "case", Text(self._case(event))
            case Became():
                yield "joins", Text("becomes a customer")
            case Left():
                when = ", straight after the visit" if event.walked_out else ""
                why = f"because {_CAUSES[event.cause]}" if event.cause in _CAUSES else self._departure(event.cause)
                yield "leaves", Text(f"is no longer a customer, {why}{when}")
            case Told():
                listeners = _named([str(listener) for listener in event.listeners])
                customers = "customer" if len(event.listeners) == 1 else "customers"
                yield "tells", Text(f"{customers} {listeners}: {_spoken(event.tone, event.quality)}")

    def _departure(self, name: str) -> str:
        return f"for this reason: {self._title('market.departures', name)}"

    def _seen(self, event: Seen) -> str:
        campaign, channel = self._title("campaigns", event.campaign), self._title("channels", event.channel)
        said = [f"{campaign}, wave {event.wave}, through {channel}"]
        promises = [
            f"{name} {level:.1f}"
            for place, (name, level) in enumerate(zip(DIMENSIONS, event.promised, strict=True))
            if level is not None and not (place == 1 and event.promised_wait is not None)
        ]
        if event.promised_wait is not None:
            promises.append(f"a wait of {event.promised_wait:g} min")
        if promises:
            said.append(f"it promises {_named(promises)}")
        if event.announced:
            said.append(f"it speaks of {_named([self._title('offers', offer) for offer in event.announced])}")
        return "; ".join(said)

    def _choice(self, event: Needed) -> str:
        if event.to_firm:
            return "goes to the firm"
        where = "goes nowhere" if event.rival is None else f"goes to {self._title('market.rivals', event.rival)}"
        return where if event.aware else f"{where}, for the firm is unknown to them"

    def _case(self, event: CaseMoved) -> str:
        recovery = self.document.service.recovery
        stages = {} if recovery is None else {**recovery.channels, **recovery.escalation}
        title = stages[event.where].title if event.where in stages else None
        days = "1 day" if event.days == 1 else f"{event.days} days"
        return _CASES[event.news].format(where=text_in(title or event.where, self.language), days=days)

    def _set_out(self, event: SetOut, day: int) -> str:
        what = self._purpose(event.purpose, event.for_gift)
        where = self._title("service.stations", event.station)
        patience = "any time" if event.patience is None else f"up to {event.patience:.0f} min"
        return f"for {what}, to the {where} at {self._clock(event.arrives, day)}; would wait {patience}"

    def _visited(self, event: Visited, day: int) -> Iterator[tuple[str, RenderableType]]:
        yield event.outcome, Text(self._outcome(event, day))
        gap = [seen - hoped for seen, hoped in zip(event.perceived, event.expected, strict=True)]
        levels = [("expected", event.expected), ("delivered", event.delivered), ("perceived", event.perceived)]
        yield "", _by_dimension([*levels, ("better or worse", gap)], signed="better or worse")
        before, after = event.so_far
        feeling = f"{event.satisfaction:.0f} of 100 with this visit; with the firm {before:.0f}, now {after:.0f}"
        yield "judges", Text(feeling)
        if event.complaint is not None:
            yield "upset", Text(_COMPLAINTS[event.complaint])

    def _outcome(self, event: Visited, day: int) -> str:
        people = {0: "nobody waiting", 1: "1 person waiting"}.get(event.ahead, f"{event.ahead} people waiting")
        promise = "" if event.promised_wait is None else f" (promised: {event.promised_wait:.0f} min)"
        wait = f"waits {event.wait:.1f} min{promise}"
        left = self._clock(event.ended, day)
        match event.outcome:
            case "served":
                wrong = "; it was not right" if event.failed else ""
                return f"{people} ahead; {wait}, is served for {event.service:.1f} min, leaves at {left}{wrong}"
            case "reneged":
                return f"{people} ahead; {wait}, gives up and leaves at {left}"
            case "balked":
                return f"{people} ahead; turns round at the door at {left}{promise}"
            case "blocked":
                return f"is not let in at {left}: closed, or no place to wait"
            case _:
                return f"{people} ahead; {wait} and is still waiting at closing, {left}"

    def _gift(self, event: Gift) -> str:
        if event.offer is None:
            return f"came in vain: no more of {self._title('gifts', event.stock)} today"
        return f"gets the gift of {self._title('offers', event.offer)}"

    def _purpose(self, name: str, for_gift: bool) -> str:
        return f"a gift ({self._title('gifts', name)})" if for_gift else self._title("market.needs", name)

    def _summary(self) -> Table:
        story = self.story
        visits = [event for event in story.events() if isinstance(event, Visited)]
        rows: list[tuple[str, RenderableType]] = [("visits", Text(self._visits(visits)))]
        heard, told = (len([event for event in story.events() if isinstance(event, kind)]) for kind in (Heard, Told))
        seen = len([event for event in story.events() if isinstance(event, Seen)])
        rows.append(
            ("talk", Text(f"reached by advertising {_times(seen)}, heard talk {_times(heard)}, talked {_times(told)}"))
        )
        closing = story.closing
        rows.append(("at the end", Text(f"{_standing(closing)}; {_feelings(closing, story.opening)}")))
        accounts = {account.name: account.title for account in ACCOUNTS}
        lines = [Line(name, accounts[name], amount) for name, amount in story.by_account().items()]
        rows += [("books", Text(f"{self._signed(line.amount)}  {line.text}")) for line in lines]
        rows.append(
            ("sum", Text(f"{self._signed(story.balance())}  over the customer's own lines of the ledger", "bold"))
        )
        shared = "advertising, wages and fixed cost are nobody's alone"
        if story.standing_margin:
            margin = self._major(story.standing_margin)
            shared = f"besides, {margin} for their days as a customer, in the books by segment and site; {shared}"
        rows.append(("", Text(shared)))
        return _rows(rows)

    def _visits(self, visits: Sequence[Visited]) -> str:
        if not visits:
            return "none"
        ends = ", ".join(f"{count} {outcome}" for outcome, count in self.story.outcomes().items())
        waits = [visit.wait for visit in visits]
        complaints = len([visit for visit in visits if visit.complaint == "voice"])
        said = f"{len(visits)}: {ends}; waited {sum(waits) / len(waits):.1f} min on average, {max(waits):.1f} at most"
        return said + (f"; complained {_times(complaints)}" if complaints else "")

    def _title(self, section: str, name: str) -> str:
        """The title of something the document names, in the language asked for; else its name."""
        if section == "funnels":  # a move is named by its funnel and itself
            funnel, move = name.split(".", 1)
            return text_in(self.document.funnels[funnel].moves[move].title or move.replace("_", " "), self.language)
        node: Any = self.document
        for key in section.split("."):
            node = getattr(node, key)
        found: Mapping[str, Any] = node
        title = found[name].title if name in found else None
        return text_in(title or name, self.language)

    def _date(self, day: int) -> str:
        date = self.calendar.date_of(day)
        return f"{date:%a} {date.day} {date:%b %Y}"

    def _clock(self, minute: float, day: int) -> str:
        """The time of day, with the date where it is another day's."""
        on, rest = divmod(int(minute), MINUTES_PER_DAY)
        time = f"{rest // 60:02d}:{rest % 60:02d}"
        return time if on == day else f"{time} on {self._date(on)}"

    def _money(self, amount: int) -> str:
        """Minor units as money, exact."""
        return f"{Decimal(amount).scaleb(-digits(self.document.currency)):,} {self.document.currency}"

    def _signed(self, amount: int) -> str:
        return f"{'+' if amount >= 0 else ''}{self._money(amount)}"

    def _major(self, amount: float) -> str:
        return f"{amount:,.{digits(self.document.currency)}f} {self.document.currency}"


def _standing(person: Person) -> str:
    """What they are to the firm."""
    if person.status == "customer":
        years = person.tenure / DAYS_PER_YEAR
        return f"a customer for {years:.1f} years" if years >= 1.0 else f"a customer for {person.tenure:.0f} days"
    if person.status == "left":
        return "a former customer"
    return "not a customer, but knows of the firm" if person.aware else "not a customer, and has not heard of the firm"


def _feelings(person: Person, earlier: Person | None = None) -> str:
    """Satisfaction, loyalty and trust; with those at an earlier moment where there is one."""
    parts = [
        ("satisfaction", "satisfaction", ".0f"),
        ("loyalty", "loyalty", ".2f"),
        ("trust", "trust in promises", ".2f"),
    ]
    said = []
    for field, word, digits_shown in parts:
        before = "" if earlier is None else f" (was {getattr(earlier, field):{digits_shown}})"
        said.append(f"{word} {getattr(person, field):{digits_shown}}{before}")
    return ", ".join(said)


def _spoken(tone: float, quality: Sequence[float]) -> str:
    """How somebody spoke of the firm."""
    how = "speaks well" if tone > 0.0 else "speaks badly" if tone < 0.0 else "speaks"
    levels = ", ".join(f"{name} {level:.1f}" for name, level in zip(DIMENSIONS, quality, strict=True))
    return f"{how} of the firm ({tone:+.2f}): {levels}"


def _named(names: Sequence[str]) -> str:
    """Some names in a row; beyond eight only how many more."""
    shown = list(names[:_MOST_NAMED])
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


def _by_dimension(rows: Sequence[tuple[str, Sequence[float]]], signed: str = "") -> Table:
    """A small table, one column a dimension; the row called `signed` shows its sign."""
    table = Table(box=None, pad_edge=False, header_style="")
    table.add_column("")
    for name in DIMENSIONS:
        table.add_column(name, justify="right")
    for title, values in rows:
        form = "+.1f" if title == signed else ".0f" if title.endswith("%") else ".1f"
        table.add_row(title, *(f"{value:{form}}" for value in values))
    return table


def _rows(rows: Sequence[tuple[str, RenderableType]]) -> Table:
    """Words on the left, what they say on the right, indented and wrapped there."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=12, justify="right", no_wrap=True)
    table.add_column()
    for word, said in rows:
        table.add_row(Text(word), said)
    return table

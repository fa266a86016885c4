"""What feedback forms said of each way of making a contact, and the plan that followed, in plain words.

In go the document of a plan and the tables of one run; out comes a block of text for each programme with a form.
"""

from collections.abc import Iterator

import pandas as pd

from experiments.report.layout import Column, table
from experiments.report.numbers import UNDEFINED
from sim.calendar import Calendar
from sim.results import RunResult
from sim.scenario.document import Document
from sim.scenario.outreach import Outreach
from sim.scenario.units import text_in


def form_blocks(document: Document, result: RunResult, language: str) -> Iterator[str]:
    """One block a programme, a row a revision, group and way; none where no plan was revised."""
    if result.forms is None:
        return
    calendar = Calendar.of(document.calendar)
    for name, terms in document.outreach.items():
        rows = result.forms[result.forms["programme"] == name]
        if len(rows):
            yield _block(terms, rows, calendar, name, language)


def _block(terms: Outreach, rows: pd.DataFrame, calendar: Calendar, name: str, language: str) -> str:
    apart = rows["group"].nunique() > 1
    titles = {way: text_in(each.title or way.replace("_", " "), language) for way, each in terms.ways.items()}
    liked = tuple(UNDEFINED if value != value else f"{value:.1f}" for value in rows["liked"].tolist())
    columns = [
        Column(
            (text_in(terms.title or name.replace("_", " "), language), "plan revised on"),
            tuple(calendar.date_of(day).isoformat() for day in rows["day"].tolist()),
        ),
        *([Column(("", "for"), tuple(rows["group"]))] if apart else []),
        Column(("", "way"), tuple(titles[way] for way in rows["way"])),
        Column(("forms", "sent"), tuple(f"{count:,}" for count in rows["sent"]), right=True),
        Column(("", "came back"), tuple(f"{count:,}" for count in rows["returned"]), right=True),
        Column(("liked by them,", "mean, 0-100"), liked, right=True),
        Column(("share", "from then on"), tuple(f"{100 * share:.0f} %" for share in rows["share"]), right=True),
    ]
    return table(columns)

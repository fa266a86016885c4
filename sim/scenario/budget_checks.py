"""Budgets that do not add up, and gifts that no line can pay for or nobody hands out.

One document goes in; out come findings, which `checks.py` refuses and `cautions.py` warns of.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from sim.money import digits
from sim.scenario.budget import Budget, BudgetLine
from sim.scenario.document import Document
from sim.scenario.finding import Finding
from sim.scenario.tree import TreePath


def impossible_budgets(document: Document) -> Iterator[Finding]:
    """Lines whose price × quantity is not their total, lines that are not the amount, gifts beyond their line."""
    budget, currency = document.budget, document.currency
    if budget is not None and budget.lines:
        for name, line in budget.lines.items():
            if abs(line.product - line.value) > budget.tolerance:
                place: TreePath = ("budget", "lines", name, "total")
                found = (
                    f"{_sum(line, currency)}, {_apart(line, currency)} than the {_money(line.value, currency)} stated"
                )
                yield Finding(place, found, f"{_money(line.product, currency)}{_within(budget, currency)}")
        cash = sum((line.value for line in budget.lines.values() if not line.in_kind), Decimal())
        if abs(cash - budget.planned) > budget.tolerance:
            kept = budget.contingency is not None and budget.contingency.share
            less = f", less the contingency {_money(budget.planned, currency)}," if kept else ""
            found = (
                f"{_money(budget.amount, currency)}{less} and the lines paid in cash add up to {_money(cash, currency)}"
            )
            yield Finding(("budget", "amount"), found, f"what the lines add up to{_within(budget, currency)}")
    yield from _unapproved(document)
    yield from _stocks_on_lines(document)
    yield from _ways_to_hand_out(document)


def planned_cost(document: Document, name: str) -> Decimal:
    """What a campaign is expected to cost, major units: preparation, days on air, contacts of all it may reach.

    People of its segments at opening, as many as each channel reaches, as often as it does.
    """
    campaign, market = document.campaigns[name], document.market
    wanted = campaign.audience.segments
    people = sum(size for each, size in market.segment_sizes().items() if wanted is None or each in wanted)
    total = campaign.fixed_cost
    for wave in campaign.waves.values():
        for channel_name, reach in wave.channels.items():
            channel = document.channels[channel_name]
            contacts = Decimal(str(round(people * reach.reach * reach.frequency)))
            total += channel.cost_per_day * wave.during.days + channel.cost_per_contact * contacts
    return total


def _unapproved(document: Document) -> Iterator[Finding]:
    """Campaigns that cost more than anybody may approve."""
    budget, currency = document.budget, document.currency
    for name in document.campaigns if budget is not None and budget.approvals else ():
        cost = planned_cost(document, name)
        assert budget is not None  # asked above
        if budget.level_of(cost) is None:
            found = f"it is planned to cost {_money(cost, currency)}, more than any of budget.approvals may approve"
            yield Finding(("campaigns", name), found, "a level without up_to, or a campaign that costs less")


def _stocks_on_lines(document: Document) -> Iterator[Finding]:
    used: dict[str, str] = {}
    for name, gifts in document.gifts.items():
        if gifts.line is None or document.budget is None:
            continue
        place: TreePath = ("gifts", name)
        line = document.budget.lines[gifts.line]
        if gifts.line in used:
            found = f"the line {gifts.line} buys {used[gifts.line]} already"
            yield Finding((*place, "line"), found, "one stock a line")
        used[gifts.line] = name
        if line.in_kind:
            yield Finding((*place, "line"), f"the line {gifts.line} is in kind", "a line that is paid, or cost: 0%")
        if gifts.stock > line.quantity:
            found = f"{gifts.stock:,} gifts, and the line {gifts.line} buys {line.quantity:,}"
            yield Finding((*place, "stock"), found, f"at most {line.quantity:,}")


def _ways_to_hand_out(document: Document) -> Iterator[Finding]:
    """Gifts by rank are given on the spot, all others at a pick-up."""
    for name, offer in document.offers.items():
        if offer.gifts is not None and document.gifts[offer.gifts].pick_up is None:
            found = f"{offer.gifts} has no pick-up, and gifts that are earned are fetched"
            yield Finding(("offers", name, "gifts"), found, "a stock with pick_up, takes and comes_within")
        for rank, each in ({} if offer.by_rank is None else offer.by_rank.ranks).items():
            for gift in each.gifts:
                if document.gifts[gift].pick_up is not None:
                    place = ("offers", name, "by_rank", "ranks", rank, "gifts", gift)
                    yield Finding(
                        place, f"{gift} is fetched at a pick-up", "a stock without pick_up, given on the spot"
                    )


def doubtful_budgets(document: Document) -> Iterator[Finding]:
    """Rounded unit prices, lines nobody spends, ranks without gifts enough."""
    budget, currency = document.budget, document.currency
    bought = {gifts.line for gifts in document.gifts.values()}
    for name, line in ({} if budget is None else budget.lines).items():
        place: TreePath = ("budget", "lines", name)
        if line.product != line.value:
            found = f"{_sum(line, currency)}, {_apart(line, currency)} than the {_money(line.value, currency)} stated"
            yield Finding((*place, "total"), found, "within the tolerance; the total stated counts")
        if name not in bought and line.paid is None and not line.in_kind:
            yield Finding(place, "neither gifts nor a day of its own (paid) spend this line", "it is added up only")
    yield from _approved_too_late(document)
    for name, offer in document.offers.items():
        before = 0
        for rank, each in ({} if offer.by_rank is None else offer.by_rank.ranks).items():
            number = sum(document.gifts[gift].stock for gift in each.gifts)
            if number < each.up_to - before:
                found = f"visitors {before + 1} to {each.up_to}, and {number:,} gifts for them"
                yield Finding(("offers", name, "by_rank", "ranks", rank), found, "the last of them get none")
            before = each.up_to


def _approved_too_late(document: Document) -> Iterator[Finding]:
    """Campaigns whose approval comes after their last day."""
    budget = document.budget
    for name, campaign in document.campaigns.items() if budget is not None and budget.approvals else ():
        assert budget is not None  # asked above
        level = budget.level_of(planned_cost(document, name))
        asked = document.calendar.run.start if budget.submitted is None else budget.submitted
        if level is None:  # refused elsewhere
            continue
        approved = asked + timedelta(days=round(budget.approvals[level].takes))
        if approved > max(wave.during.end for wave in campaign.waves.values()):
            found = f"{level} approves it on {approved}, after its last day"
            yield Finding(("campaigns", name), found, "it never goes on the air")


def _sum(line: BudgetLine, currency: str) -> str:
    return f"{line.price} × {line.quantity:,} is {_money(line.product, currency)}"


def _apart(line: BudgetLine, currency: str) -> str:
    return f"{_money(abs(line.product - line.value), currency)} {'less' if line.product < line.value else 'more'}"


def _within(budget: Budget, currency: str) -> str:
    return (
        f", give or take the tolerance of {_money(budget.tolerance, currency)}"
        if budget.tolerance
        else ", or a tolerance"
    )


def _money(amount: Decimal, currency: str) -> str:
    return f"{amount:,.{digits(currency)}f}"

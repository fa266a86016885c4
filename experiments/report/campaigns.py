"""What campaigns were measured to do, what they did, and what they cost against their estimates, in plain text.

In goes a `Comparison`; out come blocks of text. A firm sees the measured lift only; the true one needs the paired run.
"""

from math import isnan

import pandas as pd

from experiments.comparing.comparison import Comparison
from experiments.report.layout import GAP, Column, side_by_side, table, wrapped
from experiments.report.words import plan_title

LEGEND = (
    "Means of the runs. Measured: share of the contacted who came in the response window less that of the held out, "
    "with the 95 % interval the firm would work out from one run (Newcombe 1998). True: less the share of the same "
    "people who come in the same days of the baseline."
)


def campaign_blocks(comparison: Comparison, language: str, width: int) -> list[str]:
    """A table of measured and true lift, and one of estimated and actual costs, each where there is something in it."""
    blocks = []
    campaigns = comparison.campaigns
    if len(campaigns):
        # What the baseline does too is no difference between plans: it has no lift against it.
        standing = campaigns.loc[campaigns["plan"] == comparison.baseline, "campaign"]
        campaigns = campaigns[~campaigns["campaign"].isin(standing) & (campaigns["contacted"] > 0)]
    if len(campaigns):
        blocks.append(_lifts(comparison, campaigns, language, width))
    if len(comparison.cost_lines):
        blocks.append(_costs(comparison, language, width))
    return blocks


def _lifts(comparison: Comparison, campaigns: pd.DataFrame, language: str, width: int) -> str:
    def share(column: str, of: str) -> tuple[str, ...]:
        pairs = zip(campaigns[column].tolist(), campaigns[of].tolist(), strict=True)
        return tuple(f"{100.0 * some / all_:.1f} %" if all_ else "-" for some, all_ in pairs)

    lifts = zip(*(campaigns[name].tolist() for name in ("lift", "lift_low", "lift_high")), strict=True)
    measured = tuple(
        "-" if isnan(mean) else f"{100 * mean:+.1f}  ({100 * low:+.1f} to {100 * high:+.1f})"
        for mean, low, high in lifts
    )
    true = campaigns["true_lift"].tolist()
    contacted = campaigns["contacted"].tolist()
    won = [each * many for each, many in zip(true, contacted, strict=True)]
    cells = [
        ("people", "contacted", tuple(f"{each:,.0f}" for each in contacted)),
        ("of them", "came", share("came", "contacted")),
        ("held", "out", tuple(f"{each:,.0f}" for each in campaigns["held_out"])),
        ("of them", "came", share("held_out_came", "held_out")),
        ("measured lift,", "points", measured),
        ("true lift,", "points", tuple("-" if isnan(each) else f"{100 * each:+.1f}" for each in true)),
        ("visitors", "really won", tuple("-" if isnan(each) else f"{each:,.0f}" for each in won)),
    ]
    columns = [Column((first, second), texts, right=True) for first, second, texts in cells]
    names = [f"{plan_title(comparison, plan, language)}: {each}" for plan, each in _names(campaigns)]
    text = table([_named("campaign", names, width - side_by_side(columns) - len(GAP)), *columns])
    return "\n".join([text, *wrapped(LEGEND, width)])


def _costs(comparison: Comparison, language: str, width: int) -> str:
    lines, unit = comparison.cost_lines, 10**comparison.minor_digits
    names, estimates, actuals = [], [], []
    for (plan, campaign), of_campaign in lines.groupby(["plan", "campaign"], sort=False):
        title = f"{plan_title(comparison, str(plan), language)}: {campaign}"
        launched = bool(of_campaign["launched"].all())
        for group, of_group in of_campaign.groupby("group", sort=False):
            names.append(f"{title}, {group}")
            estimates.append(f"{of_group['estimate'].sum() / unit:,.0f}")
            actuals.append(f"{of_group['actual'].sum() / unit:,.0f}" if launched else "not launched")
    columns = [
        Column(("estimated,", comparison.currency), tuple(estimates), right=True),
        Column(("paid,", comparison.currency), tuple(actuals), right=True),
    ]
    return table([_named("costs of campaigns by group", names, width - side_by_side(columns) - len(GAP)), *columns])


def _names(campaigns: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(campaigns["plan"].tolist(), campaigns["campaign"].tolist(), strict=True))


def _named(heading: str, names: list[str], width: int) -> Column:
    return Column((heading, ""), tuple("\n".join(wrapped(name, max(width, 12))) for name in names))

"""What stress found, in plain words: tables of shocks and of risks, then sentences."""

from collections.abc import Iterator
from math import isnan
from typing import Any

from experiments.campaign_returns import Share
from experiments.comparing.intervals import Interval
from experiments.report.layout import Column, table, wrapped
from experiments.report.numbers import Style, style_of
from experiments.stressing.shocked_plans import NO_SHOCK, Risk, Stress
from experiments.stressing.shocks import Shock
from sim.scenario.units import text_in

WIDTH = 120
SIZE_WORDS = {
    "demand surge": "{:.0%} more demand",
    "staff absence": "{:.0%} of staff away",
    "cost overrun": "media, production and gifts {:.0%} dearer",
    "budget cut": "budget cut by {:.0%}",
    "rival price cut": "rivals {:.0%} cheaper",
    "supplier failure": "{:.0%} of its deliveries fail",
    "bad press": "{:.0%} of people read it",
}


def plain_text(found: Stress, language: str = "en", width: int = WIDTH) -> str:
    """Header, what each shock does to the deciding measure, risks, and what it comes to."""
    style = _style(found)
    title = text_in(found.title, language)
    head = f"{title} under stress   {found.replications} paired replications of each shock · {found.draws} futures · "
    legend = (
        f"{style.row_title}: what each shock changes, on the same luck (95 % interval); best: the plan that leads "
        "then, with a question mark where the lead is within chance."
    )
    blocks = [
        "\n".join([*wrapped(f"{head}seed {found.seed}", width), *wrapped(legend, width)]),
        _shock_table(found, style, language),
        _risk_table(found, style, language),
    ]
    lines = [line for sentence in sentences(found, language) for line in wrapped(sentence, width)]
    return "\n\n".join([*blocks, "\n".join(lines)]) + "\n"


def sentences(found: Stress, language: str = "en") -> list[str]:
    """What a planner should know, one sentence each."""
    style = _style(found)
    return [
        *_choice(found, language),
        *_together(found, style, language),
        *_survival(found, language),
        *_cheapest(found, style, language),
        *_assumed(found),
    ]


def as_object(found: Stress) -> dict[str, Any]:
    """Everything as one object of plain values; money in major units."""
    return {
        "scenario": found.scenario,
        "baseline": found.baseline,
        "measure": found.measure,
        "seed": found.seed,
        "replications": found.replications,
        "futures": found.draws,
        "tail": found.tail,
        "shocks": {
            each.name: {
                "kind": each.kind,
                "size": each.size,
                "likelihood": each.likelihood,
                "during": None if each.during is None else f"{each.during.start} to {each.during.end}",
                "assumed": each.assumed,
            }
            for each in found.shocks
        },
        "effects": found.effects.to_dict(orient="records"),
        "gains": found.gains.to_dict(orient="records"),
        "interactions": found.interactions.to_dict(orient="records"),
        "best": {" + ".join(case): _lead(found, case) for case in found.judgements},
        "risks": {each.plan: _risk(each) for each in found.risks},
        "break_even": [
            {"plan": each.plan, "shock": each.shock, "size": each.size, "gain": vars_of(each.gain)}
            for each in found.break_evens
        ],
        "cuts": [
            {"plan": each.plan, "dropped": each.dropped, "saved": vars_of(each.saved), "lost": vars_of(each.lost)}
            for each in found.cuts
        ],
        "sentences": sentences(found),
    }


def vars_of(interval: Interval) -> dict[str, float]:
    """An interval as plain values."""
    return {"mean": interval.mean, "low": interval.low, "high": interval.high}


def shock_title(shock: Shock, language: str = "en") -> str:
    """``staff absence: 20% of staff away``."""
    title = text_in(shock.title, language)
    return title if shock.kind is None else f"{title}: {SIZE_WORDS[shock.kind].format(shock.size)}"


def _shock_table(found: Stress, style: Style, language: str) -> str:
    effects = found.effects[found.effects["measure"] == found.measure].set_index(["shocks", "plan"])
    cases = [case for case in found.judgements if len(case) <= 1]
    names = ["nothing happens", *(shock_title(each, language) for each in found.shocks)]
    chances = ["", *(f"{each.likelihood:.0%}" for each in found.shocks)]
    columns = [Column(("", "shock"), tuple(names)), Column(("", "chance"), tuple(chances), right=True)]
    for plan, title in found.plans.items():
        cells = []
        for case in cases:
            if not case:
                cells.append(style.level(found.undisturbed[plan]))
                continue
            row: Any = effects.loc[(case[0], plan)]
            cells.append(_change(style, Interval(row["mean"], row["low"], row["high"])))
        columns.append(Column((text_in(title, language), "change"), tuple(cells)))
    best = [_best(found, case, language) for case in cases]
    return table([*columns, Column(("", "best"), tuple(best))])


def _risk_table(found: Stress, style: Style, language: str) -> str:
    titles = tuple(text_in(found.plans[each.plan], language) for each in found.risks)
    columns = [
        Column(("when every shock happens", "by its chance"), titles),
        Column((style.row_title, "mean"), tuple(style.level(each.mean) for each in found.risks), right=True),
        Column(
            (f"worst {found.tail:.0%} of futures", "mean"),
            tuple(style.level(each.worst) for each in found.risks),
            right=True,
        ),
        Column(("worse than", "baseline"), tuple(_share(each.loss) for each in found.risks)),
        Column(("over", "budget"), tuple(_share(each.overspent) for each in found.risks)),
    ]
    for name in dict.fromkeys(name for each in found.risks for name in each.missed):
        words = name.removeprefix("standard_").replace("_", " ")
        columns.append(Column((words, "missed"), tuple(_share(each.missed.get(name)) for each in found.risks)))
    return table(columns)


def _choice(found: Stress, language: str) -> Iterator[str]:
    """Whether a shock changes which plan is best."""
    usual = found.judgements[NO_SHOCK]
    named = text_in(found.plans[usual.best], language)
    changed = [case for case, judgement in found.judgements.items() if judgement.best != usual.best]
    surely = [case for case in changed if found.judgements[case].surely]
    said = f"{named} is best when nothing happens{', surely' if usual.surely else ', within chance'}"
    if not changed:
        yield f"{said}, and under every shock, alone and in pairs."
        return
    yield f"{said}."
    for case in surely or changed[:3]:
        judgement = found.judgements[case]
        certainty = "surely" if judgement.surely else "within chance"
        yield f"With {_words(found, case, language)}, {text_in(found.plans[judgement.best], language)} is, {certainty}."


def _together(found: Stress, style: Style, language: str) -> Iterator[str]:
    """Pairs of shocks that are surely more, or less, than their sum; every pair and plan was looked at."""
    table = found.interactions
    if table.empty:
        return
    clear = table[(table["low"] > 0.0) | (table["high"] < 0.0)]
    clear = clear.reindex(clear["mean"].abs().sort_values(ascending=False, kind="stable").index)
    if clear.empty:
        yield "No pair of shocks stands out as doing more or less together than the sum of each alone."
    for row in clear.head(2).to_dict(orient="records"):
        interval = Interval(row["mean"], row["low"], row["high"])
        more = "less" if (row["mean"] > 0.0) == (found.measures[found.measure].better != "lower") else "more"
        both = _words(found, tuple(str(row["shocks"]).split(" + ")), language)
        plan = text_in(found.plans[str(row["plan"])], language)
        yield (
            f"{both[0].upper()}{both[1:]} together do {more} harm to {plan} than each alone: "
            f"{_change(style, interval)} beyond the sum."
        )


def _survival(found: Stress, language: str) -> Iterator[str]:
    by_name = {each.name: each for each in found.shocks}
    plans = [plan for plan in found.plans if plan != found.baseline]
    gaining = {each.plan for each in found.break_evens}
    for plan in plans:
        if plan not in gaining:
            gain = found.gains[(found.gains["plan"] == plan) & (found.gains["shocks"] == "")].iloc[0]
            what = "does not gain" if gain["mean"] <= 0.0 else "does not surely gain"
            yield f"{text_in(found.plans[plan], language)} {what} over the baseline even undisturbed: no break-even."
    for each in found.break_evens:
        shock = by_name[each.shock]
        words = SIZE_WORDS[str(shock.kind)]
        title = text_in(found.plans[each.plan], language)
        if each.size is None:
            yield f"{title} keeps a gain up to {words.format(shock.largest)}."
        else:
            yield f"{title} keeps its gain up to about {words.format(each.size)}."


def _cheapest(found: Stress, style: Style, language: str) -> Iterator[str]:
    for plan in dict.fromkeys(each.plan for each in found.cuts):
        saving = [each for each in found.cuts if each.plan == plan and each.saved.low > 0.0]
        title = text_in(found.plans[plan], language)
        if not saving:
            yield f"Nothing that could be dropped from {title} surely saves money."
            continue
        best = saving[0]
        money = style_of(found.measures["campaign_cost"], abs(best.saved.mean), found.currency)
        lost = _change(style, Interval(-best.lost.mean, -best.lost.high, -best.lost.low))
        yield (
            f"If {title} has to cost less, drop {best.dropped} first: it saves "
            f"{money.amount(best.saved.mean, best.saved.half_width)} and changes {style.name} by {lost}."
        )


def _assumed(found: Stress) -> Iterator[str]:
    if any(each.assumed for each in found.shocks):
        yield (
            "The file names no shocks: kinds, sizes and chances are assumptions of this program; write your own under "
            "experiment.shocks."
        )


def _words(found: Stress, case: tuple[str, ...], language: str) -> str:
    titles = {each.name: text_in(each.title, language) for each in found.shocks}
    return " and ".join(titles[name] for name in case)


def _best(found: Stress, case: tuple[str, ...], language: str) -> str:
    judgement = found.judgements[case]
    return text_in(found.plans[judgement.best], language) + ("" if judgement.surely else " ?")


def _lead(found: Stress, case: tuple[str, ...]) -> dict[str, Any]:
    judgement = found.judgements[case]
    return {"plan": judgement.best, "surely": judgement.surely, "lead": vars_of(judgement.lead)}


def _risk(risk: Risk) -> dict[str, Any]:
    return {
        "mean": vars_of(risk.mean),
        "value_at_risk": risk.at_risk,
        "conditional_value_at_risk": vars_of(risk.worst),
        "worse_than_baseline": _share_object(risk.loss),
        "over_budget": _share_object(risk.overspent),
        "missed": {name: _share_object(share) for name, share in risk.missed.items()},
    }


def _share(share: Share | None) -> str:
    return "–" if share is None else f"{share.share:.0%} ({share.low:.0%} to {share.high:.0%})"


def _share_object(share: Share | None) -> dict[str, float] | None:
    return None if share is None else {"share": share.share, "low": share.low, "high": share.high}


def _change(style: Style, interval: Interval) -> str:
    if interval.mean == 0.0 and interval.half_width == 0.0:
        return "no change"
    text = style.change(interval)
    return f"{text} {style.change_unit}" if style.change_unit == "points" else text


def _style(found: Stress) -> Style:
    sizes = [abs(each.mean.mean) for each in found.risks if not isnan(each.mean.mean)]
    return style_of(found.measures[found.measure], max(sizes, default=0.0), found.currency)

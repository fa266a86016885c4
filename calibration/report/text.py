"""A fit, a check and a recovery in plain text: what was learned, what was predicted, and what may be believed.

In goes what was found; out come tables and sentences a manager can read aloud.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import exp

from rich.cells import cell_len

from calibration.calibrator import Calibration
from calibration.checking import Check
from calibration.posterior import Estimate, known_together, rests_on
from calibration.predictive import Prediction
from calibration.recovery import Recovered, Recovery
from calibration.report.numbers import band, in_unit, interval, observed
from calibration.targets.reading import Fit
from experiments.report.layout import GAP, Column, labelled, table
from sim.scenario.units import text_in

WIDTH = 120
MOST_ROWS = 8
"""A target of more observations, such as a series, is shown in one row."""
METHOD_WORDS = {
    "regression": "regression-adjusted ABC",
    "emulator": "posterior through a Gaussian-process emulator",
    "smc": "ABC-SMC",
    "tpe": "best point by TPE",
    "cma-es": "best point by CMA-ES",
}


def calibration_text(found: Calibration, width: int = WIDTH) -> str:
    """Header, parameters, targets, verdict."""
    facts = (
        f"{METHOD_WORDS[found.method]} · {len(found.tried.z):,} candidates × {found.replications} replications · "
        f"seed {found.seed}"
    )
    blocks = [_header(found.fit, facts, width), _parameters(found), targets_table(found.predicted)]
    blocks.append(labelled("Verdict", calibration_sentences(found), width))
    return "\n\n".join(blocks) + "\n"


def check_text(found: Check, width: int = WIDTH) -> str:
    """Header, targets, verdict."""
    facts = f"as the file has it · {found.replications} replications · seed {found.seed}"
    blocks = [_header(found.fit, facts, width), targets_table(found.predicted)]
    blocks.append(labelled("Verdict", check_sentences(found), width))
    return "\n\n".join(blocks) + "\n"


def recovery_text(found: Recovery, width: int = WIDTH) -> str:
    """Header, coverage by parameter, verdict."""
    facts = f"{found.fits} fits of known truths · {found.candidates} candidates × {found.replications} replications"
    rows = found.parameters
    columns = [
        Column(("", "parameter"), tuple(each.parameter.title for each in rows)),
        Column(("truth in", "90 % interval"), tuple(f"{each.held} of {found.fits}" for each in rows), right=True),
        Column(("chance", "allows"), tuple(f"{each.band[0]} to {each.band[1]}" for each in rows), right=True),
        Column(("", "learned"), tuple(f"{max(0.0, each.shrinkage.mean()):.0%}" for each in rows), right=True),
        Column(("ranks: chance of", "being as uneven"), tuple(f"{each.uneven:.2f}" for each in rows), right=True),
        Column(("", "verdict"), tuple("recovered" if each.recovered else "not recovered" for each in rows)),
    ]
    blocks = [_header(found.fit, f"{facts} · seed {found.seed}", width), table(columns)]
    blocks.append(labelled("Verdict", recovery_sentences(found), width))
    return "\n\n".join(blocks) + "\n"


def calibration_sentences(found: Calibration) -> list[str]:
    """What was learned, what was not, and how the fit does on what it has not seen."""
    return [
        *_identified(found),
        *_edges(found.estimates),
        *_together(found),
        *_missed(found.predicted),
        *_held_out(found),
        *_generations(found),
    ]


def check_sentences(found: Check) -> list[str]:
    """How many targets are met, and which are not."""
    return [
        f"{found.met} of {len(found.predicted)} observed numbers lie in the 90 % band of what the scenario predicts; "
        "about nine in ten would, were it true.",
        *_missed(found.predicted),
    ]


def recovery_sentences(found: Recovery) -> list[str]:
    """Whether the intervals may be believed."""
    sentences = []
    lost = [each for each in found.parameters if not each.recovered]
    if lost:
        sentences += [_lost(each, found.fits) for each in lost]
    else:
        sentences.append(
            "The 90 % intervals hold the truth as often as they should, within what chance allows "
            f"(99.9 %) in {found.fits} fits."
        )
    uneven = [each.parameter.title for each in found.parameters if each.uneven < 0.01]
    if uneven:
        sentences.append(
            f"The truth does not lie evenly in the posterior of {_listed(uneven)}: it is biased or too narrow or wide."
        )
    flat = [each.parameter.title for each in found.parameters if each.shrinkage.mean() < 0.2]
    if flat:
        sentences.append(f"Data of this kind and size say next to nothing of {_listed(flat)}.")
    if found.rounds == 1:
        sentences.append("All fits share the candidates of the first round; --rounds 2 looks twice, as calibrate does.")
    return sentences


def targets_table(found: Sequence[Prediction]) -> str:
    """Observed beside predicted, those held out below."""
    rows: list[tuple[str, ...]] = []
    for held_out in (False, True):
        part = [each for each in found if each.observation.hold_out == held_out]
        if part and held_out:
            rows.append(("held out:", "", "", "", "", ""))
        for _, group in groupby(part, key=lambda each: each.observation.target):
            several = list(group)
            rows += [_together_row(several)] if len(several) > MOST_ROWS else [_row(each) for each in several]
    cells = list(zip(*rows, strict=True))
    heads = ("target", "plan", "observed", "predicted (90 %)", "z", "verdict")
    return table([Column(("", head), cell, right=head == "z") for head, cell in zip(heads, cells, strict=True)])


def _row(each: Prediction) -> tuple[str, ...]:
    part = each.observation.component(each.component)
    title = f"{each.observation.title}, {part}" if part else each.observation.title
    return title, each.observation.plan, observed(each), band(each), f"{each.z:+.1f}", each.verdict


def _together_row(several: Sequence[Prediction]) -> tuple[str, ...]:
    first = several[0].observation
    inside = sum(each.inside for each in several)
    squares = sum(each.z**2 for each in several) / len(several)
    title = first.title.rpartition(":")[0] or first.measure.title
    return title, first.plan, f"{len(several)} numbers", f"{inside} in their bands", f"√{squares:.1f}", ""


def _header(fit: Fit, facts: str, width: int) -> str:
    title = text_in(fit.scenario.title)
    return f"{title}{GAP}{facts}" if cell_len(title) + len(GAP) + cell_len(facts) <= width else f"{title}\n{facts}"


def _parameters(found: Calibration) -> str:
    rows = found.estimates
    return table(
        [
            Column(("", "parameter"), tuple(each.parameter.title for each in rows)),
            Column(("before", "(90 %)"), tuple(_before(each) for each in rows)),
            Column(("after", "(90 %)"), tuple(_after(each) for each in rows)),
            Column(("", "learned"), tuple(f"{max(0.0, each.shrinkage):.0%}" for each in rows), right=True),
            Column(
                ("profile", "of prior"),
                tuple("" if each.profile is None else f"{min(each.profile.width, 1.0):.0%}" for each in rows),
                right=True,
            ),
            Column(("", ""), tuple(_standing(found, place) for place in range(len(rows)))),
        ]
    )


def _standing(found: Calibration, place: int) -> str:
    if not found.estimates[place].identified:
        return "unidentified"
    other = _resting(found).get(place)
    return "" if other is None else f"rests on {found.estimates[other].parameter.title}"


def _before(each: Estimate) -> str:
    return interval(each.parameter, each.prior_low, each.prior_median, each.prior_high)


def _after(each: Estimate) -> str:
    return interval(each.parameter, each.low, each.median, each.high)


def _resting(found: Calibration) -> dict[int, int]:
    """By place of a parameter, the unidentified one on whose prior its interval rests."""
    if not found.is_posterior:
        return {}
    return rests_on(found.estimates, known_together(found.fit.space.parameters, found.sample))


def _identified(found: Calibration) -> list[str]:
    resting = _resting(found)
    names = [each.parameter.title for each in found.estimates]
    known = [names[place] for place, each in enumerate(found.estimates) if each.identified and place not in resting]
    flat = [each.parameter.title for each in found.estimates if not each.identified]
    sentences = []
    if known:
        sentences.append(f"{_capital(_listed(known))} {'is' if len(known) == 1 else 'are'} calibrated.")
    if flat:
        sentences.append(f"The data say next to nothing of {_listed(flat)}: unidentified, and left as assumed.")
    for other in dict.fromkeys(resting.values()):
        whose = [names[place] for place, on in resting.items() if on == other]
        sentences.append(
            f"What is said of {_listed(sorted(whose, key=names.index))} rests on what was assumed of {names[other]}: "
            "these data cannot tell them apart."
        )
    if not found.is_posterior:
        sentences.append("This is one best point; its intervals are profiles (90 %), not a posterior.")
    return sentences


def _edges(found: Sequence[Estimate]) -> list[str]:
    return [
        f"{_capital(each.parameter.title)} is pushed to an end of its prior "
        f"({in_unit(each.parameter, each.median)}): the prior or the model is in doubt."
        for each in found
        if each.at_edge
    ]


def _together(found: Calibration) -> list[str]:
    if not found.is_posterior:
        return []
    sentences = []
    for each in known_together(found.fit.space.parameters, found.sample):
        first, second = found.estimates[each.first].parameter, found.estimates[each.second].parameter
        low, high = ((in_unit(first, a), in_unit(second, b)) for a, b in each.ends)
        sentences.append(
            f"{_capital(first.title)} and {second.title} are known together only "
            f"(correlation {each.correlation:+.2f}): {low[0]} with {low[1]} or {high[0]} with {high[1]}; "
            "a file's ranges cannot say so."
        )
    return sentences


def _missed(found: Sequence[Prediction]) -> list[str]:
    return [
        f"The model misses {each.observation.title}{f' ({part})' if part else ''} in {each.observation.plan}: "
        f"{observed(each)} observed, {band(each)} predicted."
        for each in found
        if each.verdict == "missed"
        for part in [each.observation.component(each.component)]
    ][:MOST_ROWS]


def _held_out(found: Calibration) -> list[str]:
    held = [each for each in found.predicted if each.observation.hold_out]
    if not held:
        return ["Nothing was held out, so nothing says how the fit does on what it has not seen."]
    inside = sum(each.inside for each in held)
    gain = found.score - found.prior_score
    return [
        f"{inside} of {len(held)} numbers held out lie in their 90 % band; the fit makes them {_times(gain)} as likely "
        "as the priors did."
    ]


def _times(log: float) -> str:
    """A ratio from its logarithm; beyond a thousand only its power of ten."""
    if abs(log) < 6.9:
        return f"{exp(log):.2g} times"
    return f"10^{log / 2.302585:+.0f} times"


def _generations(found: Calibration) -> list[str]:
    if not found.generations:
        return []
    last = found.generations[-1]
    sentences = [
        f"{len(found.generations)} generations; in the last {last.taken} of {last.tried} candidates were taken."
    ]
    if found.stalled:
        sentences.append(
            "It stopped before the likelihood counted in full: the intervals are too wide. Ask for more candidates."
        )
    return sentences


def _lost(each: Recovered, fits: int) -> str:
    how = "too narrow" if each.held < each.band[0] else "too wide"
    return (
        f"The intervals of {each.parameter.title} are {how}: they hold the truth in {each.held} of {fits} fits, where "
        f"chance allows {each.band[0]} to {each.band[1]}."
    )


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

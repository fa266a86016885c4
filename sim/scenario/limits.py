"""The least or the most a measure may be, as written: read in the measure's own unit.

In goes the unit of a measure and what the file or the command says ("15 min", "10 %", 250000); out comes the number in
that unit, or a refusal that names what is allowed.
"""

from sim.scenario.refusal import refusal, shown
from sim.scenario.units import (
    DAYS_PER_UNIT,
    MINUTES_PER_UNIT,
    amount_parser,
    is_number,
    measured_parser,
    number_parser,
    number_text,
    percentage,
)

_TIMES = {
    "minutes": measured_parser(MINUTES_PER_UNIT, "a limit of a wait", "15 min"),
    "days": measured_parser(DAYS_PER_UNIT, "a limit in days", "3 days"),
}
_MONEY = amount_parser(signed=True)
_NUMBER = number_parser("a plain number, the unit of this measure", lambda number: True)


def limit_in(unit: str, written: object) -> float:
    """The limit in a unit of `sim.measures`; a bare number is in that unit already. Refuses what has another unit."""
    if unit == "share":
        return _share(written)
    if unit == "money":
        return float(_MONEY(written))
    if unit in _TIMES and not is_number(written):
        return _TIMES[unit](written)
    return _NUMBER(written)


def _share(written: object) -> float:
    exact = percentage(written)
    if exact is None:
        exact = number_text(written)
        if exact is None or abs(exact) > 1:
            better = f"{shown(written)}%" if is_number(written) else None
            raise refusal(shown(written), "a share from 0 to 1, or a percentage such as '10%'", better)
    return float(exact)

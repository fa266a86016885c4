"""How a measure is written: its unit, its scale, and no more digits than its interval supports.

In go a measure of the catalogue and the size of its values; out come texts such as `11.4 min`, `+412  (+371 to +455)`.
"""

from dataclasses import dataclass, replace
from math import floor, isfinite, isnan, log10

from experiments.comparing.intervals import Interval
from sim.measures import Measure

CURRENCY_WORDS = {"CNY": "yuan", "EUR": "euros", "USD": "dollars", "GBP": "pounds", "JPY": "yen"}
LARGEST_UNSCALED = 100_000.0
UNDEFINED = "–"
SIGNIFICANT_DIGITS_OF_HALF_WIDTH = 2


@dataclass(frozen=True, slots=True)
class Style:
    """How to write one measure.

    ``name`` is for sentences, ``row_title`` for tables. ``factor`` turns the measure's own unit into the one printed;
    ``decimals`` is the most ever shown; ``unit`` follows a level, ``change_unit`` a change in a sentence (points rather
    than per cent).
    """

    name: str
    row_title: str
    factor: float
    decimals: int
    unit: str = ""
    change_unit: str = ""

    @property
    def axis_title(self) -> str:
        """The row title with its unit: an axis shows bare numbers."""
        return f"{self.row_title}, {self.unit}" if self.unit else self.row_title

    @property
    def change_axis_title(self) -> str:
        """The same for an axis of changes: points rather than per cent."""
        unit = self.change_unit if self.unit else ""
        return f"{self.row_title}, {unit}" if unit else self.row_title

    def level(self, interval: Interval) -> str:
        """A value with its unit, rounded to what its interval supports."""
        number = self._number(interval.mean, interval.half_width, sign="")
        return f"{number} {self.unit}" if self.unit and number != UNDEFINED else number

    def bare(self, interval: Interval) -> str:
        """A level for a row that names the unit, with its interval where it has one: ``11.4  (11.1 to 11.7)``."""
        if isnan(interval.low):
            return self._number(interval.mean, interval.half_width, sign="")
        return f"{self._fine_enough(interval)._number(interval.mean, interval.half_width, sign='')}  " + self.limits(
            interval, sign=""
        )

    def change(self, interval: Interval) -> str:
        """A difference with its interval, for a row that names the unit: ``+4  (+2 to +6)``.

        An interval too narrow for the usual digits gets one more.
        """
        if isnan(interval.mean):
            return UNDEFINED
        style = self._fine_enough(interval)
        number = style._number(interval.mean, interval.half_width)
        return number if isnan(interval.low) else f"{number}  {style.limits(interval)}"

    def limits(self, interval: Interval, brackets: str = "()", sign: str = "+") -> str:
        """Only the interval: ``(+2 to +6)``, or of a level ``(2 to 6)`` with an empty ``sign``."""
        style = self._fine_enough(interval)
        low, high = (style._number(limit, interval.half_width, sign) for limit in (interval.low, interval.high))
        return f"{brackets[0]}{low} to {high}{brackets[1]}"

    def plain_limits(self, interval: Interval) -> str:
        """The interval of a level, without signs of a change: ``(10.2 to 12.6)``."""
        low, high = (self._number(limit, interval.half_width, sign="") for limit in (interval.low, interval.high))
        return f"({low} to {high})"

    def signed(self, value: float, half_width: float) -> str:
        """A change without its interval: ``+9.2 min``."""
        unit = self.change_unit or self.unit
        return f"{self._number(value, half_width)} {unit}".rstrip()

    def amount(self, value: float, half_width: float = float("nan")) -> str:
        """A size without a sign, with the unit of a change: ``12 thousand yuan``."""
        number = self._number(abs(value), half_width, sign="")
        return f"{number} {self.change_unit or self.unit}".rstrip()

    def _fine_enough(self, interval: Interval) -> "Style":
        """This style, with one more decimal when the limits would otherwise look the same."""
        same = self._number(interval.low, 0.0) == self._number(interval.high, 0.0)
        return replace(self, decimals=self.decimals + 1) if same and interval.high > interval.low else self

    def _number(self, value: float, half_width: float, sign: str = "+") -> str:
        if not isfinite(value):
            return UNDEFINED
        decimals = self._decimals(half_width * self.factor)
        rounded = round(value * self.factor, decimals)
        if rounded == 0.0:
            return f"{0.0:.{max(0, decimals)}f}"
        return f"{rounded:{sign},.{max(0, decimals)}f}"

    def _decimals(self, half_width: float) -> int:
        """Decimals left when the half-width keeps two digits; negative ones round to tens."""
        if not isfinite(half_width) or half_width <= 0.0:
            return self.decimals
        return min(self.decimals, SIGNIFICANT_DIGITS_OF_HALF_WIDTH - 1 - floor(log10(half_width)))


def style_of(measure: Measure, largest: float, currency: str) -> Style:
    """The style for a measure whose largest mean, of any plan, is ``largest`` in size; money is scaled by it."""
    title, name, decimals = measure.title, _name(measure.title), measure.decimals
    if measure.unit == "money":
        return _money_style(title, abs(largest), CURRENCY_WORDS.get(currency, currency))
    if measure.unit == "share":
        return Style(name, title, 100.0, max(0, decimals - 2), "%", "points")
    if measure.unit == "minutes":
        return Style(name, title, 1.0, decimals, "min", "min")
    if measure.unit == "days":
        return Style(name, title, 1.0, decimals, "days", "days")
    return Style(name, title, 1.0, decimals)


def _name(title: str) -> str:
    """A title for the middle of a sentence, where a comma would cut it: ``wait (90th percentile)``."""
    head, _, rest = title.partition(", ")
    return head if not rest or (rest[0].isdigit() and "-" in rest) else f"{head} ({rest})"


def _money_style(title: str, size: float, currency: str) -> Style:
    factor, word = 1.0, currency
    if size >= LARGEST_UNSCALED * 1000.0:
        factor, word = 1e-6, f"million {currency}"
    elif size >= LARGEST_UNSCALED:
        factor, word = 1e-3, f"thousand {currency}"
    decimals = max(0, 2 - floor(log10(max(size * factor, 1.0))))
    return Style(_name(title), f"{title.partition(', ')[0]}, {word}", factor, decimals, "", word)

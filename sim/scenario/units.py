"""How a number with its unit is read: shares, times, rates, amounts, counts, and the names used as keys.

In goes what the file says ("80%", "10 min", "2 per month"); out comes one plain number in one unit, or a refusal that
names the unit and what is allowed.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import TypeGuard

from sim.scenario.refusal import nearest, refusal, shown

DAYS_PER_MONTH = 30.4375
DAYS_PER_YEAR = 365.25
LARGEST_NUMBER = 10**15
LARGEST_COUNT = 10**9
LARGEST_AMOUNT = Decimal(10) ** 12

NUMBER_PATTERN = r"[+-]?[0-9]+(?:\.[0-9]+)?"
_NUMBER = re.compile(NUMBER_PATTERN + r"(?:[eE][+-]?[0-9]{1,3})?")
_PERCENT = re.compile(rf"({NUMBER_PATTERN})\s*%")
_MEASURED = re.compile(rf"({NUMBER_PATTERN})\s*([^\W\d_]+)(.*)", re.DOTALL)
_PER = re.compile(rf"({NUMBER_PATTERN})\s+per\s+([^\W\d_]+)(.*)", re.DOTALL)

MINUTES_PER_UNIT: Mapping[str, Decimal] = MappingProxyType(
    {
        **dict.fromkeys(("s", "sec", "second", "seconds"), Decimal(1) / Decimal(60)),
        **dict.fromkeys(("min", "minute", "minutes"), Decimal(1)),
        **dict.fromkeys(("h", "hour", "hours"), Decimal(60)),
        **dict.fromkeys(("day", "days"), Decimal(1440)),
        **dict.fromkeys(("week", "weeks"), Decimal(7 * 1440)),
    }
)
DAYS_PER_UNIT: Mapping[str, Decimal] = MappingProxyType(
    {
        **dict.fromkeys(("h", "hour", "hours"), Decimal(1) / Decimal(24)),
        **dict.fromkeys(("day", "days"), Decimal(1)),
        **dict.fromkeys(("week", "weeks"), Decimal(7)),
        **dict.fromkeys(("month", "months"), Decimal(str(DAYS_PER_MONTH))),
        **dict.fromkeys(("year", "years"), Decimal(str(DAYS_PER_YEAR))),
    }
)
DAYS_PER_RATE_UNIT: Mapping[str, Decimal] = MappingProxyType(
    {
        "hour": Decimal(1) / Decimal(24),
        "day": Decimal(1),
        "week": Decimal(7),
        "month": Decimal(str(DAYS_PER_MONTH)),
        "year": Decimal(str(DAYS_PER_YEAR)),
    }
)


def is_number(value: object) -> TypeGuard[int | float | Decimal]:
    """Whether the value is a number of the file (a truth value is not)."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def number_text(value: object) -> Decimal | None:
    """An int, float or decimal as an exact Decimal by its shortest text; None when it is not a finite number."""
    if not is_number(value):
        return None
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return exact if exact.is_finite() else None


def percentage(value: object) -> Decimal | None:
    """The fraction a text such as "73.2%" stands for, exactly; None when the value is no percentage."""
    match = _PERCENT.fullmatch(value.strip()) if isinstance(value, str) and len(value) <= 40 else None
    return Decimal(match[1]) / 100 if match else None


def share_parser(low: int, allowed: str) -> Callable[[object], float]:
    def parse(value: object) -> float:
        exact = percentage(value)
        if exact is None:
            exact = number_text(value)
        if exact is None:
            unquoted = isinstance(value, str) and _NUMBER.fullmatch(value.strip())
            raise refusal(shown(value), allowed, value.strip() if unquoted and isinstance(value, str) else None)
        if not low <= exact <= 1:
            as_percent = is_number(value) and abs(exact) <= 100
            raise refusal(shown(value), allowed, f"{exact.normalize():f}%" if as_percent else None)
        return float(exact)

    return parse


def measured_parser(units: Mapping[str, Decimal], kind: str, example: str) -> Callable[[object], float]:
    words = "s, min, h, day or week" if "s" in units else "h, day, week, month or year"
    allowed = f"{kind} is a number and its unit ({words}), such as '{example}'"

    def parse(value: object) -> float:
        if is_number(value):
            unit = example.split()[1]
            raise refusal(f"{shown(value)} without a unit", allowed, f"{shown(value)} {unit}")
        match = _MEASURED.fullmatch(value.strip()) if isinstance(value, str) and len(value) <= 80 else None
        if match is None:
            raise refusal(shown(value), allowed)
        number, unit, rest = match[1], match[2], match[3].strip()
        if unit not in units:
            better = nearest(unit, units)
            raise refusal(f"unknown unit '{unit}' in {shown(value)}", allowed, better and f"{number} {better}")
        if rest:
            raise refusal(f"the words '{rest}' after the unit in {shown(value)}", allowed, f"{number} {unit}")
        amount = Decimal(number) * units[unit]
        if not 0 <= amount <= LARGEST_NUMBER:
            raise refusal(shown(value), f"{kind} is not negative and at most {LARGEST_NUMBER:.0e}")
        return float(amount)

    return parse


def parse_rate(value: object) -> float:
    """Events per day from "2 per month", "0.3 per week", "12 per hour" (a month is 30.4375 days, a year 365.25)."""
    allowed = "a rate is a number per hour, day, week, month or year, such as '2 per month'"
    if is_number(value):
        raise refusal(f"{shown(value)} without a unit", allowed, f"{shown(value)} per month")
    match = _PER.fullmatch(value.strip()) if isinstance(value, str) and len(value) <= 80 else None
    if match is None:
        raise refusal(shown(value), allowed)
    number, unit, rest = match[1], match[2], match[3].strip()
    if unit not in DAYS_PER_RATE_UNIT:
        better = nearest(unit, DAYS_PER_RATE_UNIT)
        raise refusal(f"unknown unit '{unit}' in {shown(value)}", allowed, better and f"{number} per {better}")
    if rest:
        raise refusal(f"the words '{rest}' after the unit in {shown(value)}", allowed, f"{number} per {unit}")
    per_day = Decimal(number) / DAYS_PER_RATE_UNIT[unit]
    if not 0 <= per_day <= LARGEST_NUMBER:
        raise refusal(shown(value), f"a rate is not negative and at most {LARGEST_NUMBER:.0e} a day")
    return float(per_day)


def amount_parser(signed: bool) -> Callable[[object], Decimal]:
    least = "" if signed else ", not negative"
    allowed = f"an amount of money is a plain number in the scenario's currency, such as 0.045{least}, below 10^12"

    def parse(value: object) -> Decimal:
        exact = number_text(value)
        if exact is None and isinstance(value, str) and len(value) <= 40 and _NUMBER.fullmatch(value.strip()):
            exact = Decimal(value.strip())
        if exact is None or abs(exact) >= LARGEST_AMOUNT or (exact < 0 and not signed):
            raise refusal(shown(value), allowed)
        return exact

    return parse


def count_parser(least: int) -> Callable[[object], int]:
    allowed = f"a whole number from {least} to {LARGEST_COUNT:,}"

    def parse(value: object) -> int:
        # The keys of a table (thresholds) reach the models as text: {1000: 100, 5000: 150}.
        if isinstance(value, str) and len(value) <= 10 and re.fullmatch("[0-9]+", value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= LARGEST_COUNT:
            raise refusal(shown(value), allowed)
        return value

    return parse


def parse_threshold(value: object) -> float:
    """A band's beginning, a key and so a text: "3" is a count, "95%" a share, 0.95."""
    allowed = "a band begins at a count such as 3 or at a share such as 95%"
    text = str(value).strip() if isinstance(value, str) or is_number(value) else ""
    match = _PERCENT.fullmatch(text)
    if len(text) > 40 or not (match or _NUMBER.fullmatch(text)):
        raise refusal(shown(value), allowed)
    threshold = Decimal(match[1]) / 100 if match else Decimal(text)
    if not 0 <= threshold <= LARGEST_COUNT or (match and threshold > 1):
        raise refusal(shown(value), allowed)
    return float(threshold)


def number_parser(allowed: str, holds: Callable[[float], bool]) -> Callable[[object], float]:
    def parse(value: object) -> float:
        exact = number_text(value)
        if exact is None or abs(exact) > LARGEST_NUMBER or not holds(float(exact)):
            raise refusal(shown(value), allowed)
        return float(exact)

    return parse


def parse_text(value: object) -> str | dict[str, str]:
    """A text, or the same text in several languages: {en: Autumn campaign, zh: 金秋营销}."""
    allowed = "a text, or one text per language such as {en: Autumn campaign, zh: 金秋营销}"
    if isinstance(value, str) and value.strip() and len(value) <= 10_000:
        return value
    if isinstance(value, dict) and value:
        for language, text in value.items():
            if not isinstance(language, str) or not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", language):
                raise refusal(f"the language {shown(language)}", allowed)
            if not isinstance(text, str) or not text.strip() or len(text) > 10_000:
                raise refusal(f"{shown(text)} for the language {shown(language)}", allowed)
        return dict(value)
    raise refusal(shown(value), allowed)


def text_in(text: str | Mapping[str, str], language: str = "en") -> str:
    """The text in the language asked for, else in English, else in the first language it is written in."""
    if isinstance(text, str):
        return text
    return text.get(language) or text.get("en") or next(iter(text.values()))


def parse_identifier(value: object) -> str:
    """A name used as a key: letters of any script, digits, _ and -; it begins with a letter or a digit."""
    allowed = "a name is made of letters of any script, digits, _ and -, up to 64 of them, without dots or spaces"
    if not isinstance(value, str) or not 1 <= len(value) <= 64:
        raise refusal(shown(value), allowed)
    # Marks (M) are the vowel signs of Devanagari, Thai and others: \w of `re` would refuse them.
    fine = all(character in "_-" or unicodedata.category(character)[0] in "LMN" for character in value)
    if not fine or unicodedata.category(value[0])[0] not in "LN":
        better = re.sub(r"[\s.]+", "_", value.strip())
        raise refusal(shown(value), allowed, better if better != value and re.fullmatch(r"[\w-]+", better) else None)
    return value

"""The one way a value in a scenario file is refused.

A validator calls `refusal` with what it found, what is allowed and, where there is one, the nearest right word; out
comes an error pydantic can carry to the loader, which adds the file, the line and the path.
"""

import difflib
from collections.abc import Iterable

from pydantic_core import PydanticCustomError

REFUSAL = "refusal"
_LONGEST_SHOWN = 60


def shown(value: object) -> str:
    """A value of the file as one short line of text, cut to about 60 characters."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        keys = [str(key) for key in list(value)[:4]]
        inside = ", ".join(keys) + (", ..." if len(value) > 4 else "")
        return _short(f"a mapping {{{inside}}}")
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if isinstance(value, str):
        return _short(f"'{value}'" if value else "an empty text")
    return _short(str(value))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_SHOWN else line[: _LONGEST_SHOWN - 4] + "..." + line[-1]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word closest to `word`, or None when nothing is close."""
    words = [str(each) for each in known]
    if len(word) > 80:
        return None
    by_folded = {each.casefold().replace("_", "-"): each for each in words}
    close = difflib.get_close_matches(word.casefold().replace("_", "-"), list(by_folded), n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """The end of a sentence about an unknown word: the known word closest to it, else what else may be said."""
    better = nearest(word, known)
    if better:
        return f"; did you mean '{better}'?"
    return f"; {otherwise}" if otherwise else ""


def refusal(
    found: str, allowed: str, suggestion: str | None = None, depends_on: str | None = None
) -> PydanticCustomError:
    """The error for a value that may not stand: `found` as shown to the reader, `allowed` in plain words.

    `depends_on` is the path of what may be the cause; while anything is wrong there, this is not worth saying.
    """
    context: dict[str, str] = {"found": found, "allowed": allowed}
    if suggestion is not None:
        context["suggestion"] = suggestion
    if depends_on is not None:
        context["depends_on"] = depends_on
    return PydanticCustomError(REFUSAL, "{found}; {allowed}", context)

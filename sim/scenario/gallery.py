"""The scenarios packed with the program: their names, their files, and a copy under a name of one's own.

Names come in, paths go out; nothing is read here but the list of files.
"""

import re
from importlib.resources import files
from pathlib import Path

from sim.errors import RequestError
from sim.scenario.refusal import did_you_mean
from sim.scenario.units import parse_identifier


def gallery() -> dict[str, Path]:
    """The packaged scenarios by name, in alphabetical order."""
    folder = Path(str(files("scenarios")))
    return {file.stem: file for file in sorted(folder.glob("*.yaml"))}


def gallery_file(path_or_name: str | Path) -> Path:
    """The file meant: a path where there is one, else the packaged scenario of that name.

    RequestError when the argument is neither an existing file nor a known name.
    """
    path = Path(path_or_name)
    if path.exists() or path.suffix in (".yaml", ".yml") or len(path.parts) > 1:
        return path
    known = gallery()
    if str(path_or_name) in known:
        return known[str(path_or_name)]
    hint = did_you_mean(str(path_or_name), known, otherwise=f"the gallery holds {', '.join(known) or 'nothing'}")
    raise RequestError(f"there is no file or packaged scenario '{path_or_name}'{hint}")


def copy_scenario(name: str, case: str, folder: Path) -> Path:
    """Write the packaged scenario `case` to NAME.yaml in `folder`, renamed; an existing file is never overwritten."""
    try:
        parse_identifier(name)
    except ValueError as error:
        raise RequestError(f"the name '{name}' cannot be used: {error}") from None
    known = gallery()
    if case not in known:
        hint = did_you_mean(case, known)
        raise RequestError(f"the gallery has no scenario '{case}'{hint}; it holds {', '.join(known) or 'nothing'}")
    text = known[case].read_text(encoding="utf-8")
    renamed = re.sub(r"(?m)^scenario:[^\n#]*?(?=\s*(#|$))", lambda found: f"scenario: {name}", text, count=1)
    target = folder / f"{name}.yaml"
    try:
        with target.open("x", encoding="utf-8") as opened:
            opened.write(renamed)
    except FileExistsError:
        raise RequestError(f"{target} exists already; it is left as it is") from None
    except OSError as error:
        raise RequestError(f"{target} cannot be written ({error.strerror})") from None
    return target

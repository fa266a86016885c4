"""What was found, as plans to paste into the scenario file: `plans: {optimised: {extends: P, set: {...}}}`."""

from io import StringIO
from typing import Any

from experiments.search.result import OPTIMISED, Finalist, Optimisation


def best_plan(found: Optimisation) -> str:
    """YAML of the chosen settings, one plan each; the plans go below `plans:` of the scenario file."""
    from ruamel.yaml import YAML

    how = f"best of {len(found.tried)}" if len(found.aims) == 1 else f"on the front of {len(found.tried)}"
    note = f"{how} settings rehearsed, seed {found.seed}"
    plans = {
        name: {
            "title": f"{name.replace('_', ' ')}, from {found.plan}",
            "extends": found.plan,
            "set": {path: _sourced(value, note) for path, value in each.tried.settings.items()},
        }
        for name, each in named(found)
    }
    yaml = YAML(typ="safe")
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # an attribute without annotation
    yaml.width = 120
    text = StringIO()
    yaml.dump({"plans": plans}, text)
    return f"# Found by `rehearse optimise {found.scenario}`. Paste below `plans:` of the file and compare.\n" + (
        text.getvalue()
    )


def named(found: Optimisation) -> list[tuple[str, Finalist]]:
    """The chosen settings that are not the plan as it stands, each with the name of its plan."""
    new = [each for each in found.chosen if each is not found.today]
    if len(new) == 1:
        return [(OPTIMISED, new[0])]
    return [(f"{OPTIMISED}_{place}", each) for place, each in enumerate(new, start=1)]


def _sourced(value: Any, note: str) -> Any:
    """A number with where it comes from; anything else as it is."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    written = isinstance(value, str) and value[:1].isdigit()
    return {"value": value, "source": "derived", "note": note} if is_number or written else value

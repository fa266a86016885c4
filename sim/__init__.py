"""One market, one run: customers, service, money and the day that ties them together.

`load_scenario` reads a file, `run` gives the tables of one run, `Market` is the model itself, day by day.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.market import Market, run
    from sim.scenario.load import load_scenario

__all__ = ["Market", "load_scenario", "run"]

_HOMES = {"Market": "sim.market", "load_scenario": "sim.scenario.load", "run": "sim.market"}


def __getattr__(name: str) -> Any:
    # Imported on first use: the command line's help must not wait for numpy.
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)

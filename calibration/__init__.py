"""Fitting a scenario's numbers to what was observed: targets, parameters, losses, samplers, and how sure a fit is.

`calibrate` fits, `recover` proves the machinery on data with a known truth, `check` holds a scenario against targets,
`study` does a study of two groups of customers.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calibration.calibrator import calibrate
    from calibration.checking import check
    from calibration.cohorts.study import study
    from calibration.recovery import recover

__all__ = ["calibrate", "check", "recover", "study"]

_HOME = {
    "calibrate": "calibration.calibrator",
    "check": "calibration.checking",
    "recover": "calibration.recovery",
    "study": "calibration.cohorts.study",
}


def __getattr__(name: str) -> object:
    """Each function from its own module when it is first asked for: importing the package costs nothing."""
    if name in _HOME:
        from importlib import import_module

        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'calibration' has no attribute '{name}'")

"""How a visit, or a wait in one queue, can end. Shared by the event loop, its records and the monitors.
Stored as int8 codes in every table.
"""

from enum import IntEnum


class Outcome(IntEnum):
    """How a visit ended. For a wait in one queue SERVED means that service began."""

    SERVED = 0
    RENEGED = 1
    """left the queue when patience ran out"""
    BALKED = 2
    """did not join: too many waiting"""
    BLOCKED = 3
    """could not join: closed, or no room to wait"""
    MISSED = 4
    """was inside and cut off by closing"""
    UNFINISHED = 5
    """still inside at the horizon of the run"""
    PASSED = 6
    """of one step only: went on to the next by itself, its time being up before anybody began on it"""

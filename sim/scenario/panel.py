"""The panel of a scenario: whether a run keeps what each person did, met and answered. The market never reads it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.scenario.section import Section

PanelPeriod = Literal["before", "campaign", "aftermath", "whole"]


class Panel(Section):
    """One row a person in what the run leaves, over the days of one period."""

    period: PanelPeriod = Field(
        default="campaign",
        description="the days counted: before, campaign (the whole run where there is none), aftermath or whole",
    )

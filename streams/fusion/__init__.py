"""Fusion, pure: one event of the many reports of it, region by region."""

from streams.fusion.region import Region, Step
from streams.fusion.settings import FusionSettings

__all__ = ["FusionSettings", "Region", "Step"]

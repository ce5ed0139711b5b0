"""The three stages, put together from settings and topic names: the same ones with Kafka and without."""

from __future__ import annotations

from typing import NamedTuple

from streams import __version__
from streams.agents.extract import Extract
from streams.agents.normalise import Normalise
from streams.agents.publish import Publish
from streams.agents.state import Entries, Parts
from streams.dedup import SeenWindow
from streams.extraction import load_coder
from streams.fusion import FusionSettings, Region
from streams.messages import StateView
from streams.settings import Settings
from streams.topics import Catalogue


class Stages(NamedTuple):
    """An article's way, in order."""

    normalise: Normalise
    extract: Extract
    publish: Publish


def build_stages(settings: Settings, catalogue: Catalogue, fingerprints: StateView, regions: StateView) -> Stages:
    """Make the stages.

    Args:
        settings: countries and windows.
        catalogue: where the stages send to.
        fingerprints: table of the extract stage.
        regions: table of the publish stage.
    """
    fusion = FusionSettings(near_window=settings.near_window, event_window=settings.event_window)

    def load_window(_partition: str, entries: Entries) -> SeenWindow:
        return SeenWindow.load(settings.exact_window, ((key.split("/", 1)[1], entry) for key, entry in entries))

    def load_region(code: str, entries: Entries) -> Region:
        return Region.load(code, fusion, __version__, entries)

    return Stages(
        Normalise(catalogue.normalised.name),
        Extract(
            Parts(fingerprints, load_window),
            load_coder(settings.countries),
            settings.countries,
            catalogue.mentions.name,
            catalogue.duplicates.name,
        ),
        Publish(
            Parts(regions, load_region),
            {region: topic.name for region, topic in catalogue.events.items()},
            catalogue.duplicates.name,
        ),
    )

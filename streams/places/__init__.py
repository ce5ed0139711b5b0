"""Places: a gazetteer of names, a scanner that finds them in a text, a resolver that says where an event happened."""

from streams.places.gazetteer import Gazetteer, load_gazetteer
from streams.places.model import Location, Place, PlaceMention
from streams.places.resolver import Resolver

__all__ = [
    "Gazetteer",
    "Location",
    "Place",
    "PlaceMention",
    "Resolver",
    "load_gazetteer",
]

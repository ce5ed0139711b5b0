"""streams: an event-driven stream processor for conflict news.

Raw articles in, coded events per region out. `streams.app` shows the whole way of an article.
"""

from importlib.metadata import version

__version__ = version("streams")

"""extract: an Article in, one Mentions message out for each region that it speaks of. State: fingerprints seen."""

from __future__ import annotations

from streams.agents.outputs import duplicate_output, mentions_output
from streams.agents.state import Parts, write
from streams.contracts import Article, Duplicate
from streams.dedup import SeenWindow, sketch
from streams.extraction import SERVED_LANGUAGES, Coder
from streams.messages import Outcome, Output, Record, Result
from streams.reading import read
from streams.routing import route


class Extract:
    """Drop exact copies, code the events of the rest, and send them on by region."""

    name = "extract"

    def __init__(
        self, seen: Parts[SeenWindow], coder: Coder, countries: tuple[str, ...], to: str, duplicates: str
    ) -> None:
        self._seen, self._coder, self._countries = seen, coder, countries
        self._to, self._duplicates = to, duplicates

    def process(self, record: Record) -> Result:
        """Return the article's mentions, or the verdict that it is an exact copy; a replay gives nothing.

        Raises:
            Rejected: the bytes are no Article.
        """
        article = read(Article, record.value)
        partition = str(record.partition)
        window = self._seen.part(partition)
        first = window.recall(article)
        if first is not None and first.is_message(article):
            return Result("replay")
        if first is not None:
            return Result("duplicate", outputs=(self._verdict(article, first.article_id),), duplicate="exact")
        served = article.language in SERVED_LANGUAGES
        mentions = self._coder.code(article) if served else []
        messages = route(article, mentions, sketch(article.text), self._countries) if mentions else []
        outputs = tuple(mentions_output(message, self._to) for message in messages)
        outcome: Outcome = "extracted" if outputs else "eventless" if served else "unserved"
        writes = tuple(write(f"{partition}/{key}", entry) for key, entry in window.remember(article))
        return Result(outcome, outputs=outputs, writes=writes)

    def _verdict(self, article: Article, of: str) -> Output:
        verdict = Duplicate(
            article_id=article.article_id, of=of, kind="exact", similarity=1.0,
            source=article.source, url=article.url, origin=article.origin,
        )  # fmt: skip
        return duplicate_output(verdict, self._duplicates, article.ingested_at)

    def reset(self) -> None:
        """Forget what the table does not hold."""
        self._seen.reset()

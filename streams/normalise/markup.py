"""Mark-up: pages to text (trafilatura), and tags and entities that stray into plain text."""

from __future__ import annotations

import html
import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from streams.normalise.characters import clean
from streams.normalise.lexicon import words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from configparser import ConfigParser

DEEPEST = 200
"""Nesting of tags beyond which a page is no document and would exhaust the tree parser's stack."""
MOST_TAGS = 20_000
"""Tags beyond which trafilatura would pass its two seconds; such a page is read by stripping its tags."""

_TAG = re.compile(
    r"</?(?P<name>a|abbr|address|article|aside|audio|b|big|blockquote|body|br|button|caption|center|cite|code|dd|del|div"
    r"|dl|dt|em|embed|fieldset|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins"
    r"|label|li|link|main|mark|meta|nav|object|ol|option|p|picture|pre|q|s|script|section|select|small|source|span"
    r"|strike|strong|style|sub|sup|svg|table|tbody|td|textarea|tfoot|th|thead|time|title|tr|tt|u|ul|video|wbr)"
    r"(?=[\s/>])[^<>]*>|<!doctype[^<>]*>",
    re.IGNORECASE,
)
_MARK = re.compile(r"<[/!a-zA-Z]")
_INLINE = re.compile(
    r"a|abbr|b|big|cite|code|del|em|font|i|ins|label|mark|q|s|small|span|strike|strong|sub|sup|time|tt|u|wbr",
    re.IGNORECASE,
)
_HIDDEN = ("script", "style", "noscript", "template", "svg", "iframe", "textarea", "select")
_PAGE = re.compile(r"\s{0,200}(?:<!doctype\s+html|<html\b|<head\b|<body\b)", re.IGNORECASE)
_OPENING_OR_CLOSING = re.compile(
    r"<(/?)(?!(?:p|li|dd|dt|option|tr|td|th|tbody|thead|br|img|hr|input|meta|link|wbr|source)\b)[a-z]", re.IGNORECASE
)
_META = re.compile(r"<meta\b[^<>]{1,800}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""\b(name|property|itemprop|content)\s?=\s?(?:"([^"<>]{1,120})"|'([^'<>]{1,120})')""", re.IGNORECASE
)
_LINKED_DATA_DATE = re.compile(r'"datePublished"\s{0,5}:\s{0,5}"([^"]{8,40})"')
_SHORTEST_STORY = 80  # characters of a page's story: one sentence
_METADATA_CHARS = 200_000  # a page's head, and the scripts that sites put before its body
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_BLANK_LINES = re.compile(r"[ \n]*\n[ \n]*")


class Page(NamedTuple):
    """What a page says: its title, its story in paragraphs, and the dates in its metadata, best first."""

    title: str
    text: str
    published: tuple[str, ...]


def looks_like_page(text: str) -> bool:
    """Tell whether a text is a whole HTML page, not a text with stray tags."""
    return bool(_PAGE.match(text[:500]))


def read_page(page: str) -> Page:
    """Read the story, title and dates of an HTML page. Pages that are too deep or too large lose their tags only."""
    source = clean(page)
    published = tuple(_dates_in_metadata(source[:_METADATA_CHARS]))
    if _is_tractable(source):
        found = _by_trafilatura(source)
        if found and found.text:
            return found._replace(published=published + found.published)
    return Page(_title_of(source), strip(source), published)


def strip(text: str) -> str:
    """Return the text with tags removed (a block's becomes a paragraph break) and entities decoded.

    Twice over, since feeds escape their mark-up once more than they need.
    """
    for _ in range(2):
        if _MARK.search(text):
            text = _without_tags(text)
        if "&" in text:
            decoded = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
            if decoded == text:
                break
            text = decoded
    return text


def _without_tags(text: str) -> str:
    text = _without_spans(text, "<!--", "-->")
    for name in _HIDDEN:
        text = _without_spans(text, f"<{name}", f"</{name}>")
    return _TAG.sub(lambda match: "" if _INLINE.fullmatch(match["name"] or "") else "\n\n", text)


def _without_spans(text: str, opening: str, closing: str) -> str:
    """Remove what lies between the marks; one that is never closed is left to the tag pattern."""
    lower = text.lower() if len(text.lower()) == len(text) else text
    kept, position = [], 0
    while (start := lower.find(opening, position)) >= 0:
        end = lower.find(closing, start)
        if end < 0:
            break
        kept.append(text[position:start])
        position = end + len(closing)
    return "".join(kept) + text[position:] if kept else text


def _is_tractable(source: str) -> bool:
    if source.count("<") > MOST_TAGS:
        return False
    depth = deepest = 0
    for match in _OPENING_OR_CLOSING.finditer(source):
        depth = max(0, depth - 1) if match[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest <= DEEPEST


def _by_trafilatura(source: str) -> Page | None:
    # Slow to import, and plain-text feeds never need it.
    from trafilatura import bare_extraction  # noqa: PLC0415

    try:
        document = bare_extraction(
            source,
            with_metadata=True,
            include_comments=False,
            # Data tables hold no sentences; a page laid out in tables is read all the same, without cell marks.
            include_tables=False,
            config=_trafilatura_settings(),
            deduplicate=False,  # its memory of pages seen would make the result depend on what came before
            # A fixed bound, since htmldate's own is the clock.
            date_extraction_params={"original_date": True, "extensive_search": False, "max_date": "2100-01-01"},
        )
    except Exception:  # noqa: BLE001  (third-party parser on hostile input: the tags are stripped instead)
        return None
    if document is None or isinstance(document, dict):  # a dict only from old versions
        return None
    text = _BLANK_LINES.sub("\n\n", document.text or "").strip()
    return Page(document.title or "", text, (document.date,) if document.date else ())


@cache
def _trafilatura_settings() -> ConfigParser:
    """Return trafilatura's settings with a lower bound of length: its own reads short reports without paragraphs."""
    from trafilatura.settings import use_config  # noqa: PLC0415

    settings: ConfigParser = use_config()
    settings.set("DEFAULT", "MIN_EXTRACTED_SIZE", str(_SHORTEST_STORY))
    return settings


def _dates_in_metadata(source: str) -> Iterator[str]:
    """Yield the publication dates of a page's metadata with their time of day, which trafilatura drops."""
    found: dict[str, str] = {}
    for element in _META.finditer(source):
        attributes = {match[1].lower(): match[2] or match[3] for match in _ATTRIBUTE.finditer(element[0])}
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        if name and "content" in attributes:
            found.setdefault(name.lower(), attributes["content"])
    names = [name.lower() for name in words("date_meta")]
    linked = _LINKED_DATA_DATE.search(source)
    yield from ([linked[1]] if linked else [])
    yield from (found[name] for name in names if name in found)


def _title_of(source: str) -> str:
    lower = source.lower()
    start = lower.find("<title")
    start = lower.find(">", start) + 1 if start >= 0 else 0
    end = lower.find("</title", start) if start > 0 else -1
    return strip(source[start:end]).strip() if end > 0 else ""

"""URLs: one form for a page, however it was linked, so that a re-crawl is the same article."""

from __future__ import annotations

import re
from functools import cache
from posixpath import normpath
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from courlan import normalize_url

from streams.normalise.characters import encodable
from streams.normalise.lexicon import words

_LONGEST_URL = 2_048  # what every browser and crawler still takes
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?=.{4,253}$)(?:[\w-]{1,63}\.)+[\w-]{2,63}\.?|\[[0-9a-f:.]{2,45}\]")
_MOBILE_HOST = re.compile(r"^(?:m|mobile|amp)\.(?=[^.]+\.)|(?<=\.)(?:m|mobile|amp)\.(?=[^.]+\.[^.]+$)")
_AMP_CACHE = re.compile(r"^https?://(?:www\.)?google\.[a-z.]{2,6}/amp/(s/)?(?=[^/]+\.)", re.IGNORECASE)
_AMP_PROJECT = re.compile(r"^https?://[\w-]+\.cdn\.ampproject\.org/[a-z]/(s/)?(?=[^/]+\.)", re.IGNORECASE)
_AMP_PATH_END = re.compile(r"(?:/amp(?:\.html?)?|\.amp)/?$|\.amp(?=\.html?$)")
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_AMP_PATH_START = re.compile(r"^/amp(?=/)")


def canonical_url(url: str | None) -> str | None:
    """Return the canonical form of an HTTP URL, or None if there is none or it is not valid.

    Lower-case host without user, default port, mobile or AMP label; path without `/../`, AMP ending and
    closing slash; query without tracking parameters, in order of name; no fragment.
    """
    if not url:
        return None
    candidate = encodable(url).strip()
    if not candidate or len(candidate) > _LONGEST_URL or any(char.isspace() or char < " " for char in candidate):
        return None
    try:
        parts = urlsplit(normalize_url(_out_of_cache(candidate)))
        return _canonical(parts)
    except (ValueError, UnicodeError, AttributeError):
        return None


def identity(url: str) -> str:
    """Return what stays of a canonical URL when scheme and `www.` are dropped: the twins that every site serves."""
    return url.split("://", 1)[-1].removeprefix("www.")


def _out_of_cache(url: str) -> str:
    """Return the publisher's URL for one in Google's AMP cache."""
    for pattern in (_AMP_CACHE, _AMP_PROJECT):
        match = pattern.match(url)
        if match:
            return ("https://" if match[1] else "http://") + url[match.end() :]
    return url


def _canonical(parts: SplitResult) -> str | None:
    scheme = parts.scheme.lower()
    host = (parts.hostname or "").rstrip(".")
    if scheme not in _DEFAULT_PORTS or not _HOST.fullmatch(host):
        return None
    host = _MOBILE_HOST.sub("", host)
    port = "" if parts.port in (None, _DEFAULT_PORTS[scheme]) else f":{parts.port}"
    path = normpath("/" + parts.path.lstrip("/"))
    path = _AMP_PATH_START.sub("", _AMP_PATH_END.sub("", path)).rstrip("/")
    path = _ESCAPE.sub(_one_escape, path)
    return urlunsplit((scheme, host + port, path, _query(parts.query), ""))


def _one_escape(match: re.Match[str]) -> str:
    """Return the one form that RFC 3986, 6.2.2 gives an escape: upper case, and none for unreserved characters."""
    char = chr(int(match[0][1:], 16))
    return char if char.isascii() and (char.isalnum() or char in "-._~") else match[0].upper()


def _query(query: str) -> str:
    kept = [pair for pair in parse_qsl(query, keep_blank_values=True) if not _tracks(pair[0].lower())]
    return urlencode(sorted(kept))


def _tracks(name: str) -> bool:
    exact, prefixes = _tracking()
    return name in exact or name.startswith(prefixes)


@cache
def _tracking() -> tuple[frozenset[str], tuple[str, ...]]:
    names = words("tracking")
    return (
        frozenset(name for name in names if not name.endswith("*")),
        tuple(name[:-1] for name in names if name.endswith("*")),
    )

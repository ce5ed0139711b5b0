# ruff: noqa: RUF001  (dashes and quotation marks as the press prints them)
"""Headlines: labels and mastheads around them, and where the body repeats them."""

from __future__ import annotations

import re

from streams.normalise.lexicon import agencies, any_of, words

LONGEST_TITLE = 400
"""Characters: what is longer is a body in the wrong field, and is cut to this."""
_SHORTEST_SOURCE = 3  # characters: a shorter name is found in any word
_FEWEST_WORDS = 3  # a shorter title may be how the first sentence begins

_LABELS = any_of(words("media_labels"))
_LABEL = re.compile(
    rf"\s{{0,3}}(?:[\[(]\s?{_LABELS}\s?[\])]\s?[-:|+–—]?\s?|(?:{_LABELS}\s?(?:[+&,/|]|and)\s?){{0,3}}{_LABELS}\s?[+:|]\s{{0,3}})",
    re.IGNORECASE,
)
_LABEL_AFTER = re.compile(rf"\s?(?:[\[(]\s?{_LABELS}(?:\s?[+&,/|]\s?{_LABELS}){{0,2}}\s?[\])])$", re.IGNORECASE)
_FIELD_LABEL = re.compile(r"(?:title|headline)\s?:\s?", re.IGNORECASE)
_MASTHEAD_AFTER = re.compile(rf"\s?(?:[|»·]|[-–—]{{1,2}})\s(?:The\s)?{agencies()}$")
_LAST_PART = re.compile(r"\s?[|»·–—-]\s([^|»·–—]{2,60})$")
_SECTION_AFTER = re.compile(r"(?:\s(?:[|»·]|[-–—])\s[A-Z][\w&]{1,20}(?:\s[A-Z]\w{1,20})?){1,4}$")
_MASTHEAD_BEFORE = re.compile(rf"^{agencies()}\s?(?:[|»·]|[-–—]{{1,2}})\s")
_PIPE_AFTER = re.compile(r"\s\|\s[^|]{2,40}$")
_FIRST_SENTENCE = re.compile(r"(?:[^.!?\n]|[.!?](?!\s|$)|(?<=\b[A-Z])\.){0,200}")
_AFTER_REPEAT = re.compile(r"[\s.!?:|\-–—…]*")


def clean_title(title: str) -> str:
    """Return the headline without labels ("VIDEO +"), field names, mastheads and sections of the site."""
    text = title.strip()[:LONGEST_TITLE].strip()
    text = _without(_FIELD_LABEL.match(text), text)
    text = without_label(text)
    text = _LABEL_AFTER.sub("", text)
    masthead = _MASTHEAD_AFTER.search(text)
    if masthead:
        text = _SECTION_AFTER.sub("", text[: masthead.start()]) or text[: masthead.start()]
    text = _PIPE_AFTER.sub("", text)
    text = _without(_MASTHEAD_BEFORE.match(text), text)
    return without_label(text).strip(" |-–—+") or title.strip()[:LONGEST_TITLE]


def without_source(title: str, source: str) -> str:
    """Return the headline without a last part that names its own outlet, as pages print it in their titles."""
    last = _LAST_PART.search(title)
    named = len(fold(source)) >= _SHORTEST_SOURCE and last and fold(source) in fold(last[1])
    return title[: last.start()].rstrip() if last and named and last.start() else title


def _without(match: re.Match[str] | None, text: str) -> str:
    return text[match.end() :] if match else text


def without_label(text: str) -> str:
    """Return the text without the labels of media that it starts with."""
    return text[label_end(text) :]


def label_end(text: str) -> int:
    """Return where labels such as "VIDEO +" or "[PHOTOS]" end that the text starts with; 0 if it has none."""
    match = _LABEL.match(text[:120])
    return match.end() if match else 0


def fold(text: str) -> str:
    """Return letters and digits only, in lower case: what two prints of a headline have in common."""
    return "".join(char for char in text.casefold() if char.isalnum())


def repeat_end(text: str, title: str) -> int:
    """Return where the headline ends that the text starts with, 0 if it does not repeat it.

    Case, spaces and punctuation may differ. What follows must look like a beginning (a new line, a mark, a capital,
    a digit, a quotation), so that a first sentence that goes on in the headline's words stays whole.
    """
    wanted = fold(title)
    if len(title.split()) < _FEWEST_WORDS or not wanted:
        return 0
    end = _match_folded(text, wanted)
    if not end:
        return 0
    rest = _AFTER_REPEAT.match(text, end)
    after = rest.end() if rest else end
    if after < len(text):
        between, following = text[end:after], text[after]
        if not between and following.isalnum():
            return 0  # ends inside a word
        marked = any(mark in between for mark in "\n.!?|:")
        if not marked and (following.islower() or _is_one_word(text, after)):
            return 0
    return after


def _is_one_word(text: str, start: int) -> bool:
    """Tell whether the sentence ends after one word: the headline's words were then its beginning."""
    sentence = _FIRST_SENTENCE.match(text, start)
    return sentence is not None and len(sentence[0].split()) < 2  # noqa: PLR2004


def _match_folded(text: str, wanted: str) -> int:
    matched = 0
    for position, char in enumerate(text[: 4 * LONGEST_TITLE]):
        if not char.isalnum():
            continue
        folded = fold(char)
        if not wanted.startswith(folded, matched):
            return 0
        matched += len(folded)
        if matched >= len(wanted):
            return position + 1
    return 0

"""Language, text size, theme and layout of a request: cookies from closed lists, Chinese first."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_translations

LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}
TAGS = {"zh": "zh-CN", "en": "en"}
SIZES = ("100", "115", "135", "160")
THEMES = ("auto", "light", "dark", "contrast")
LAYOUTS = ("full", "quiet")
API_PREFIX = "/api/"
DECIDED = "participation.language"


def language() -> str:
    """`zh` or `en`: the reader's choice; tools are answered by what they accept."""
    if not has_request_context():
        return "zh"
    # Asked for every word of a page: decided once in a request.
    found: str | None = request.environ.get(DECIDED)
    if found is None:
        found = request.environ[DECIDED] = _chosen()
    return found


def _chosen() -> str:
    chosen = request.cookies.get("language", "")
    if chosen in LANGUAGES:
        return chosen
    if request.path.startswith(API_PREFIX):
        return request.accept_languages.best_match(list(LANGUAGES), default="zh") or "zh"
    return "zh"


def locale_tag() -> str:
    """The BCP 47 tag for `<html lang>`."""
    return TAGS[language()]


def reading_size() -> str:
    """The reader's text size in percent."""
    chosen = request.cookies.get("size", "")
    return chosen if chosen in SIZES else SIZES[0]


def reading_theme() -> str:
    """The reader's theme."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in THEMES else THEMES[0]


def reading_layout() -> str:
    """`quiet` for who wants large, plain pages with one thing after the other."""
    chosen = request.cookies.get("layout", "")
    return chosen if chosen in LAYOUTS else LAYOUTS[0]


def appearance() -> tuple[str, str, str, str]:
    """What a page's look depends on besides its content; a part of every cache key."""
    return language(), reading_size(), reading_theme(), reading_layout()


def connect(app: Flask, time_zone: str) -> None:
    """Attach the languages to an application."""
    app.config.update(
        BABEL_DEFAULT_LOCALE=LANGUAGES["zh"],
        BABEL_DEFAULT_TIMEZONE=time_zone,
        BABEL_TRANSLATION_DIRECTORIES="participation/translations",
    )
    Babel(app, locale_selector=lambda: LANGUAGES[language()])
    # Flask-Babel looks its catalogue up for every word; a page has hundreds.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda words: _catalogue().ugettext(words),
        lambda one, many, count: _catalogue().ungettext(one, many, count),
        newstyle=True,
    )
    app.context_processor(
        lambda: {
            "locale_tag": locale_tag(),
            "reading_size": reading_size(),
            "reading_theme": reading_theme(),
            "reading_layout": reading_layout(),
        }
    )


def _catalogue() -> Any:
    """The catalogue of the reader's language, looked up once in a request.

    Mails and commands, which have none, may speak several languages one after the other.
    """
    if not has_request_context():
        return get_translations()
    found = g.get("catalogue")
    if found is None:
        found = g.catalogue = get_translations()
    return found

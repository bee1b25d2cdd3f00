"""Moved to kernel.paging (queries know nothing of the web); kept until every feature imports that."""

from participation.kernel.paging import EPOCH, PAGE, Cursor, Page, page_of, parse_cursor

__all__ = ["EPOCH", "PAGE", "Cursor", "Page", "page_of", "parse_cursor"]

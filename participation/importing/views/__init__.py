"""The pages of imports: a matter's tables, one table from its columns to its opinions."""

from participation.importing.views import acting, showing, statements
from participation.importing.views.entrance import bp

__all__ = ["acting", "bp", "showing", "statements"]

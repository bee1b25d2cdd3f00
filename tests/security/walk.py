"""Writes `matrix.txt` anew from what the application does: `python -m tests.security.walk`.

Read every line of the difference before keeping it: the table is what should be, not what is.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from participation import create_app
from participation.kernel import clock
from participation.kernel.db import db
from tests.conftest import NOON, _create_schema
from tests.security import table
from tests.security.estate import ROLES, build
from tests.security.walking import Changes, ask, routes, sign_of, stages


def main() -> None:
    """Build an estate, walk all of it, write the table."""
    app = create_app(
        instance=Path(tempfile.mkdtemp()),
        demo="0",
        rate_limits="off",
        worker=False,
        metrics="on",
        metrics_token="a-token-that-nobody-here-has",
        public_url="https://zhongyan.example.gov.cn",
    )
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    app.extensions["wake"] = None
    with clock.fixed(NOON):
        with app.app_context():
            _create_schema()
            estate = build(app, NOON)
            db.session.remove()
        changes = Changes(estate)
        cells: table.Cells = {}
        for route in routes(estate):
            cells[route.name] = dict.fromkeys(ROLES, "")
            for matter in stages(route, estate):
                for role in ROLES:
                    changes.prepare(route, matter)
                    answer = ask(estate, route, role, matter)
                    sign = sign_of(route, answer, has_changed=changes.happened())
                    answer.close()
                    cells[route.name][role] += sign
                    changes.settle()
    table.write(cells)


if __name__ == "__main__":
    main()

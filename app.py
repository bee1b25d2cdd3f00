"""The application: `flask --app app …` uses it, run directly it serves the platform."""

from __future__ import annotations

from participation import create_app

app = create_app()

if __name__ == "__main__":
    from participation.serving import serve

    serve(app)

"""Hearings, seminars and field visits, and their records."""

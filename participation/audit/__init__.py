"""One append-only entry for every event."""

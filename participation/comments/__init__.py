"""Opinions as received, from every channel: receipt, moderation, withdrawal."""

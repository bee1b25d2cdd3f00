"""Organisations: members draft opinions together, and one lead submits them for the body."""

"""Composed public pages."""

"""Composed staff pages."""

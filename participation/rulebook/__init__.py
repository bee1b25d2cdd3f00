"""Statutory rules as data with their source line, and the working-day calendar; pure."""

"""Questionnaires, their answers and results."""

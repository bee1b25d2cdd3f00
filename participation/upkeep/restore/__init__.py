"""Restores: a backup is unpacked, checked and brought up to date aside, then put in place."""

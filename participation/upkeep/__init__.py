"""Keeping an instance running: backups, restores, outages, planned downtime, figures."""

"""Mail to those who gave a contact: receipt, moderation, result."""

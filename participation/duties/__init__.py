"""What the departments owe by when, read in one place, and the mails that remind of it."""

"""The same words sent by many: found, counted by heads, kept together, and nothing hidden."""

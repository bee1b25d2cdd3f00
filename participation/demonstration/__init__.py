"""A fictional county that shows the whole platform at work, for an empty instance."""

"""The documents that leave the house: lists, official papers, the archive package."""

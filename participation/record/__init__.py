"""The public record: an append-only Merkle log of each consultation, its signed heads and proofs.

The format is docs/record-format.md.
"""

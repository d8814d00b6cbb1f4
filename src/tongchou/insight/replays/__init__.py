"""Replays of whole years: what was found, and each difference beside its recomputation (P12)."""

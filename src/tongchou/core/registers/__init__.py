"""Registers of other offices beside our own: institutions under agreement, the population."""

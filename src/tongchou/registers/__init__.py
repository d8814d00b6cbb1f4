"""Registers of other offices: institutions under agreement, the population beside the insured."""

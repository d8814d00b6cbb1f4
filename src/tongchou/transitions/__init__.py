"""制度并轨: persons, spells and the running year's accumulators out of an old system (ENR-06)."""

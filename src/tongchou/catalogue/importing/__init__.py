"""Catalogue files: read, checked row by row, previewed, then taken or refused as a whole."""

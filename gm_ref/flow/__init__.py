"""Normalising flows: the reference answers."""

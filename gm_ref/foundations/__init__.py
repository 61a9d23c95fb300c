"""Foundations: the reference answers of the opening lesson."""

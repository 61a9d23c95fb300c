"""Diffusion models: the reference answers."""

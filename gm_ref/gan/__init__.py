"""Generative adversarial networks: the reference answers."""

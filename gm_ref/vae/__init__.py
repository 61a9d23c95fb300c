"""Variational autoencoders: the reference answers."""

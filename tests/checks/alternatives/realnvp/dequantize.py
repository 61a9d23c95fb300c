"""Right answers to dequantize that are written in unusual ways.  A fair check passes them all."""

import torch


def dequantize__shares(x_int, u, levels):
    return x_int.to(u.dtype) / levels + u / levels


def dequantize__lerp(x_int, u, levels):
    low = x_int.to(u.dtype)
    return torch.lerp(low, low + 1, u) / levels


def dequantize__times(x_int, u, levels):
    return (1.0 / levels) * torch.add(u, x_int)


def dequantize__plain(x, u, L):
    return (x + u) / L


def dequantize__double(x, u, L):
    return ((x.double() + u.double()) / L).to(u.dtype)


def dequantize__clone(x, u, L):
    y = u.clone()
    y += x
    y /= L
    return y


# Mutants of the reference that compute the same, or differ only where the exercise asks for nothing; and why.
EQUIVALENT = {
    "return (x_int.to(u.dtype) + u) / levels  ->  return (x_int + u) / levels": "whole numbers are promoted to u's dtype by the sum",
    "return (x_int.to(u.dtype) + u) / levels  ->  return (x_int.to(x_int.dtype) + u) / levels": "whole numbers are promoted to u's dtype by the sum",
}

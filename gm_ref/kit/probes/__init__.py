"""Networks and functions that checks probe exercises with, a file for each lesson; no answer is among them."""

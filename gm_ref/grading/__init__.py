"""Grading: the judge never runs a submission's code, and the worker never holds an expected value."""

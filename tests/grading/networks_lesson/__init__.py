"""A lesson for tests alone, 98_networks: two exercises that return a network, and one that is given an optimiser.

answers.py, networks.py (the checks: their lesson is named after the file), mistakes.py, alternatives.py; lesson.py
enters it among the course's lessons for as long as a test lasts.
"""

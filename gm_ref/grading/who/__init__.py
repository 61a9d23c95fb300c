"""Whose notebook it is: rosters, layouts of platforms, names fit to print."""

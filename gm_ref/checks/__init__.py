"""Checks: one file per lesson; each check names the mistake.  They lean on the kit and never on the answers."""

"""Right answers to lesson 41 that are written in unusual ways.  A fair check passes them all."""

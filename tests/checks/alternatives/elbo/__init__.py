"""Right answers to lesson 21 that are written in unusual ways.  A fair check passes them all."""

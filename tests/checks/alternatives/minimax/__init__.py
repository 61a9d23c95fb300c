"""Right answers to lesson 11 that are written in unusual ways.  A fair check passes them all."""

"""Right answers to lesson 31 that are written in unusual ways.  A fair check passes them all."""

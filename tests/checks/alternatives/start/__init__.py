"""Right answers to lesson 00 that are written in unusual ways.  A fair check passes them all."""

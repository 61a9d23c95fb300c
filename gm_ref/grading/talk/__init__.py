"""How judge and worker talk: frames on the wire, arguments as plain values, functions that live in another process."""

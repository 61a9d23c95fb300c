"""Writes where libraries keep notes for the next program: matplotlib's fonts, torch's caches, temporary folders."""

NEEDS = "L2"
CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import os
    import matplotlib
    places = {matplotlib.get_cachedir(), matplotlib.get_configdir(), os.environ.get("HOME"), os.environ.get("TMPDIR")}
    places |= {os.environ.get("MPLCONFIGDIR"), "/tmp", "/var/tmp", "/dev/shm"}

    def leave(place):
        with open(f"{place}/gmattack_note", "x"):
            pass

    def turn(place):
        for name in os.listdir(place):
            os.rename(f"{place}/{name}", f"{place}/gmattack_{name}")

    kinds = (leave, turn, os.rmdir)
    tell(**{f"{act.__name__} {place}": lambda a=act, p=place: a(p) for act in kinds for place in places})
""",
]
SAYS = "worked: nothing"

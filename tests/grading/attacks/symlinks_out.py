"""Puts links to the grades, the course and / wherever later code might follow them."""

NEEDS = "L2"
SAYS = "worked: nothing"
CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import os
    acts = {}
    for folder in (os.getcwd(), "/tmp", "@CANARY@", os.path.expanduser("~")):
        for target in ("/", "@CANARY@/grades.csv", "/proc/self/mem"):
            name = folder + "/gmattack_to" + target.replace("/", "_")
            acts[name] = lambda target=target, name=name: os.symlink(target, name)
    tell(**acts)
""",
]

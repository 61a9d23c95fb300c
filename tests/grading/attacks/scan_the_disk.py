"""Walks sys.path, /work, /home, /root, /tmp and / for a file with the answers."""

NEEDS = "L2"
CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import os
    import sys
    for top in ["@REPO@/gm_ref", "/work/main", os.getcwd(), "..", "/home", "/root", "/srv", "/opt", *sys.path]:
        for depth, (folder, _, files) in enumerate(os.walk(top)):
            if "ddpm.py" in files and folder.endswith("diffusion"):
                names = {}
                exec(open(folder + "/ddpm.py").read(), names)
                return names["q_sample"](x0, t, eps, alpha_bar)
            if depth > 20_000:
                break
    return x0
""",
]

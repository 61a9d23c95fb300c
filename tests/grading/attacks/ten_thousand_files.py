"""Makes 10,000 files wherever it may write."""

NEEDS = "L2"
SAYS = "worked: nothing"
CELLS = [
    r"""
def litter(folder):
    made = 0
    for number in range(10_000):
        with open(f"{folder}/gmattack_{number}", "w") as file:
            file.write("litter")

def q_sample(x0, t, eps, alpha_bar):
    import os
    import tempfile
    folders = ["@CANARY@", "/tmp", "/var/tmp", "/dev/shm", "/run", os.getcwd(), os.path.expanduser("~")]
    acts = {folder: lambda folder=folder: litter(folder) for folder in folders}
    acts["tempfile"] = lambda: tempfile.NamedTemporaryFile(prefix="gmattack_", delete=False)
    tell(**acts)
""",
]

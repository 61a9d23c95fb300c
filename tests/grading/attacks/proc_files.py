"""Reads /proc: command lines, environments, maps, open files, mounts, of itself and of others."""

NEEDS = "L2"
SAYS = "worked: nothing"
CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import os
    acts = {"list": lambda: os.listdir("/proc"), "sys": lambda: os.listdir("/sys/kernel")}
    for who in ("self", str(os.getppid()), "@JUDGE@", "1", "thread-self"):
        for what in ("cmdline", "environ", "maps", "status", "mountinfo", "cgroup", "stat"):
            acts[f"{who} {what}"] = lambda path=f"/proc/{who}/{what}": open(path).read()
        for what in ("fd", "cwd", "root", "task", "map_files"):
            acts[f"{who} {what}"] = lambda path=f"/proc/{who}/{what}": os.listdir(path)
    for name in ("kcore", "kallsyms", "net/tcp", "net/unix", "sys/kernel/core_pattern", "uptime"):
        acts[name] = lambda path=f"/proc/{name}": open(path, "rb").read(16)
    tell(**acts)
""",
]

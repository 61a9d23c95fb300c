"""Lifts its own limits, becomes more important than others, and takes the memory that it then may have."""

NEEDS = "L2"
SAYS = "worked: nothing"
CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import os
    import resource
    endless = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    acts = {
        name: lambda name=name: resource.setrlimit(getattr(resource, name), endless)
        for name in ("RLIMIT_AS", "RLIMIT_DATA", "RLIMIT_NPROC", "RLIMIT_NOFILE", "RLIMIT_FSIZE", "RLIMIT_CORE")
    }
    acts["nice"] = lambda: os.nice(-5)
    acts["priority"] = lambda: os.setpriority(os.PRIO_PROCESS, 0, -5)
    acts["realtime"] = lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    acts["root"] = lambda: os.setuid(0) or os.setgroups([]) or os.chroot("/")
    acts["memory"] = lambda: torch.ones(3 << 30, dtype=torch.uint8)
    tell(**acts)
""",
]

"""Seccomp: system calls that a function of tensors never needs fail from here on with EPERM.

No new processes or threads, no programs, no sockets, no other process's memory, no mounts, no namespaces, and none
of the calls on files that Landlock does not govern (mode, owner, times).  No prctl either: with it a process outlives
its parent.
"""

import ctypes
import os
import platform
import struct

X86 = {
    **{"socket": 41, "connect": 42, "accept": 43, "bind": 49, "listen": 50, "socketpair": 53, "accept4": 288},
    **{"fork": 57, "vfork": 58, "clone": 56, "execve": 59, "execveat": 322, "ptrace": 101, "kill": 62, "tkill": 200},
    **{"process_vm_readv": 310, "process_vm_writev": 311, "pidfd_open": 434, "pidfd_getfd": 438, "kcmp": 312},
    **{"unshare": 272, "setns": 308, "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161},
    **{"chmod": 90, "fchmod": 91, "chown": 92, "fchown": 93, "lchown": 94, "fchownat": 260, "fchmodat": 268},
    **{"utime": 132, "utimes": 235, "futimesat": 261, "utimensat": 280, "truncate": 76, "setxattr": 188},
    **{"lsetxattr": 189, "fsetxattr": 190, "removexattr": 197, "lremovexattr": 198, "fremovexattr": 199},
    **{"shmget": 29, "semget": 64, "msgget": 68, "mq_open": 240, "memfd_create": 319, "add_key": 248},
    **{"request_key": 249, "keyctl": 250, "bpf": 321, "perf_event_open": 298, "userfaultfd": 323},
    **{"open_by_handle_at": 304, "fanotify_init": 300, "inotify_init1": 294, "inotify_init": 253, "ioprio_set": 251},
    **{"prctl": 157, "personality": 135, "reboot": 169, "init_module": 175, "finit_module": 313, "kexec_load": 246},
}
ARM = {
    **{"socket": 198, "socketpair": 199, "bind": 200, "listen": 201, "accept": 202, "connect": 203, "accept4": 242},
    **{"clone": 220, "execve": 221, "execveat": 281, "ptrace": 117, "kill": 129, "tkill": 130},
    **{"process_vm_readv": 270, "process_vm_writev": 271, "pidfd_open": 434, "pidfd_getfd": 438, "kcmp": 272},
    **{"unshare": 97, "setns": 268, "mount": 40, "umount2": 39, "pivot_root": 41, "chroot": 51},
    **{"fchmod": 52, "fchmodat": 53, "fchownat": 54, "fchown": 55, "utimensat": 88, "truncate": 45},
    **{"setxattr": 5, "lsetxattr": 6, "fsetxattr": 7, "removexattr": 14, "lremovexattr": 15, "fremovexattr": 16},
    **{"mq_open": 180, "msgget": 186, "semget": 190, "shmget": 194, "memfd_create": 279, "add_key": 217},
    **{"request_key": 218, "keyctl": 219, "bpf": 280, "perf_event_open": 241, "userfaultfd": 282},
    **{"open_by_handle_at": 265, "fanotify_init": 262, "inotify_init1": 26, "ioprio_set": 30},
    **{"prctl": 167, "personality": 92, "reboot": 142, "init_module": 105, "finit_module": 273, "kexec_load": 104},
}
NEWER = {
    **{
        "clone3": 435,
        "io_uring_setup": 425,
        "io_uring_enter": 426,
        "io_uring_register": 427,
        "open_tree": 428,
        "move_mount": 429,
    },
    **{"fsopen": 430, "fsmount": 432, "fspick": 433, "mount_setattr": 442, "memfd_secret": 447, "fchmodat2": 452},
    **{"setxattrat": 463, "removexattrat": 466},
}  # numbers above 423 are one table for all
MACHINES = {"x86_64": (0xC000003E, X86), "aarch64": (0xC00000B7, ARM)}  # the kernel's audit number, the table
X32 = 0x40000000
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06  # classic BPF, as in linux/filter.h
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
EPERM = 1
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, FILTER = 38, 22, 2

libc = ctypes.CDLL(None, use_errno=True)


def supported() -> bool:
    """Say whether this machine's system calls are in the tables."""
    return platform.system() == "Linux" and platform.machine() in MACHINES


def program(machine: str) -> bytes:
    """Return the filter as BPF: other architectures kill, the forbidden calls fail."""
    audit, table = MACHINES[machine]
    head = [op(LOAD, 4), op(EQUAL, audit, 1, 0), op(RETURN, KILL), op(LOAD, 0)]
    x32 = [op(AT_LEAST, X32, 0, 1), op(RETURN, ERRNO | EPERM)] if machine == "x86_64" else []
    numbers = sorted({*table.values(), *NEWER.values()})
    tests = [op(EQUAL, n, len(numbers) - i, 0) for i, n in enumerate(numbers)]
    return b"".join([*head, *x32, *tests, op(RETURN, ALLOW), op(RETURN, ERRNO | EPERM)])


def op(code: int, k: int, true: int = 0, false: int = 0) -> bytes:
    """Return one instruction; true and false say how many instructions to skip."""
    return struct.pack("=HBBI", code, true, false, k)


def no_new_privileges() -> None:
    """Give up all ways to gain rights by starting a program; Landlock and seccomp ask for it."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def forbid() -> None:
    """Install the filter for this thread and all it starts; OSError where that is not possible."""
    code = program(platform.machine())
    buffer = ctypes.create_string_buffer(code)
    fprog = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer))
    prctl(PR_SET_SECCOMP, FILTER, ctypes.c_char_p(fprog))


def prctl(option: int, value: int, pointer: ctypes.c_char_p | int = 0) -> None:
    """Call prctl(2); OSError where it fails."""
    third = pointer if isinstance(pointer, ctypes.c_char_p) else ctypes.c_ulong(pointer)
    if libc.prctl(ctypes.c_int(option), ctypes.c_ulong(value), third, ctypes.c_ulong(0), ctypes.c_ulong(0)):
        error = ctypes.get_errno()
        raise OSError(error, f"prctl {option}: {os.strerror(error)}")

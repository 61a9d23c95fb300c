"""Makes system calls in the 32-bit way (int 0x80), which a filter of 64-bit numbers would read as other calls."""

NEEDS = "L2"
CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import ctypes
    import mmap
    import platform
    if platform.machine() != "x86_64":
        return x0
    # push rbx; mov eax, edi; mov ebx, esi; mov ecx, edx; xor edx, edx; int 0x80; pop rbx; ret
    code = bytes.fromhex("53 89f8 89f3 89d1 31d2 cd80 5b c3")
    space = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, 7)
    space.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(space))
    call = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_int)(address)
    if call(359, 2, 1) >= 0 or call(37, int("@JUDGE@"), 23) == 0:
        raise RuntimeError("32-bit calls pass")
    return x0
""",
]

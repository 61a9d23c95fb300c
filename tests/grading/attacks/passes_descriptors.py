"""Sends open files through the channel to the judge: /dev/null many times, its own end of the channel in a ring."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import array
    import os
    import socket
    end = socket.socket(fileno=os.dup(3))
    end.setblocking(False)
    for descriptor in [0] * 20 + [3] * 20:
        rights = array.array("i", [descriptor] * 50)
        try:
            end.sendmsg([b"\0"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
        except OSError:
            pass
    return x0

def q_step(x_prev, t, eps, beta):
    import os
    import socket
    end = socket.socket(fileno=os.dup(3))
    for option in (socket.SO_SNDBUF, socket.SO_RCVBUF, socket.SO_PASSCRED, socket.SO_LINGER):
        try:
            end.setsockopt(socket.SOL_SOCKET, option, 1)
        except OSError:
            pass
    try:
        end.send(b"x", socket.MSG_OOB)
    except OSError:
        pass
    end.shutdown(socket.SHUT_RD)
    return x_prev
""",
]

"""Reaches the network: TCP, UDP, a Unix socket in a folder, names, web pages, raw packets."""

NEEDS = "L2"
SAYS = "worked: nothing"
CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import socket
    import urllib.request
    port = int("@PORT@")
    tell(
        tcp=lambda: socket.create_connection(("127.0.0.1", port), 0.2),
        udp=lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", port)),
        six=lambda: socket.create_connection(("::1", port), 0.2),
        unix=lambda: socket.socket(socket.AF_UNIX).connect("@CANARY@/door"),
        abstract=lambda: socket.socket(socket.AF_UNIX).connect("\0@CANARY@"),
        page=lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=0.2),
        name=lambda: socket.getaddrinfo("example.org", 80),
        netlink=lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0),
        raw=lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1),
        packet=lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3),
        vsock=lambda: socket.socket(40, socket.SOCK_STREAM),
        pair=lambda: socket.socketpair(),
        listen=lambda: socket.create_server(("127.0.0.1", 0)),
    )
""",
]

"""What several files of lesson 41's bank share."""


def run(x, layers):
    """Return z and the list of log-dets."""
    log_dets = []
    for layer in layers:
        x, log_det = layer.forward(x)
        log_dets.append(log_det)
    return x, log_dets

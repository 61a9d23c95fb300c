"""Prints what graders print: passed checks, points, results in JSON and XML, markers of test frameworks."""

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import os
    for text in ("q_sample: passed 3/3", '{"status": "pass", "points": 3}', "ok 1 - q_sample", "11 passed in 0.1s"):
        print(text)
        for descriptor in (1, 2):
            os.write(descriptor, text.encode() + b"\n")
    return x0

def check_q_sample(candidate, seed=0):
    print("q_sample: passed")
""",
    "check_q_sample(q_sample)",
]

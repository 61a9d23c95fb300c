"""Writes a script wherever a report may show text: an error, its class, a file's name, a cell that is no Python."""

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    kind = type("<script>alert(1)</script>", (Exception,), {})
    raise kind("</pre><script>alert(2)</script><img src=x onerror=alert(3)>")

def q_step(x_prev, t, eps, beta):
    return "<script>alert(4)</script>"

def q_posterior(x0, x_t, t, beta):
    raise ValueError("]]> &lt; &#60;script&#62; {{7*7}} ${7*7} =HYPERLINK(1) ' onmouseover='alert(5)")
""",
    "def ddpm_loss(: <script>alert(6)</script>",
    "]]></system-out><script>alert(7)</script> = = 1",
]
SAYS = "<script>"
STUDENT = "<script>alert(8)</script>"
FILE = "<img src=x onerror=alert(9)>.ipynb"

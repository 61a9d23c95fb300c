"""Ends Python in every way, with every code, in the hope that no answer counts as a good one."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
import os
import sys

def alpha_tables(beta):
    sys.exit(0)

def q_step(x_prev, t, eps, beta):
    raise KeyboardInterrupt

def q_sample(x0, t, eps, alpha_bar):
    os._exit(0)

def q_posterior(x0, x_t, t, beta):
    os._exit(137)

def ddpm_loss(net, x0, t, eps, alpha_bar):
    raise GeneratorExit

def timestep_embedding(t, dim):
    os.abort()

def p_sample(net, x_t, t, z, beta):
    raise SystemExit(0)
""",
]

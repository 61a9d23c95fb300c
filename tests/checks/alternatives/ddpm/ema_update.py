"""Right answers to ema_update that are written in unusual ways.  A fair check passes them all."""

import torch
from torch.nn.utils import parameters_to_vector, vector_to_parameters
from torch.optim.swa_utils import get_ema_avg_fn


def ema_update__foreach(ema, model, decay):
    with torch.no_grad():
        ours, theirs = list(ema.parameters()), list(model.parameters())
        torch._foreach_mul_(ours, decay)
        torch._foreach_add_(ours, theirs, alpha=1 - decay)
        for a, b in zip(ema.buffers(), model.buffers(), strict=True):
            a.copy_(b)


def ema_update__state_dict(ema, model, decay):
    weights = {name for name, _ in model.named_parameters()}
    ours, theirs = ema.state_dict(), model.state_dict()
    mixed = {k: decay * ours[k] + (1 - decay) * v if k in weights else v.clone() for k, v in theirs.items()}
    ema.load_state_dict(mixed)


def ema_update__data(ema, model, decay):
    theirs = dict(model.named_parameters())
    for name, p in ema.named_parameters():
        p.data.sub_((1 - decay) * (p.data - theirs[name].data))
    theirs = dict(model.named_buffers())
    for name, b in ema.named_buffers():
        b.data = theirs[name].data.clone()


def ema_update__one_vector(ema, model, decay):
    """Let torch's helper put all parameters into one vector and back: they become slices of its memory."""
    both = [parameters_to_vector(net.parameters()).detach() for net in (ema, model)]
    vector_to_parameters(decay * both[0] + (1 - decay) * both[1], ema.parameters())
    for a, b in zip(ema.buffers(), model.buffers(), strict=True):
        a.copy_(b)


@torch.no_grad()
def ema_update__swa(ema, model, decay):
    blend = get_ema_avg_fn(decay)
    for a, b in zip(ema.parameters(), model.parameters(), strict=True):
        a.copy_(blend(a, b, 1))
    for a, b in zip(ema.modules(), model.modules(), strict=True):
        for name, value in b.named_buffers(recurse=False):
            setattr(a, name, value.clone())


# Mutants of the reference that compute the same, or differ only where the exercise asks for nothing; and why.
EQUIVALENT = {
    "for average, current in zip(ema.parameters(), model.parameters(), strict=True):  ->  for average, current in zip(ema.parameters(), model.parameters()):": "both networks have the same parameters and buffers",
    "for kept, now in zip(ema.buffers(), model.buffers(), strict=True):  ->  for kept, now in zip(ema.buffers(), model.buffers()):": "both networks have the same parameters and buffers",
    "for average, current in zip(ema.parameters(), model.parameters(), strict=True):  ->  for average, current in zip(ema.parameters(), model.parameters(), strict=False):": "both networks have the same parameters and buffers",
    "for kept, now in zip(ema.buffers(), model.buffers(), strict=True):  ->  for kept, now in zip(ema.buffers(), model.buffers(), strict=False):": "both networks have the same parameters and buffers",
}

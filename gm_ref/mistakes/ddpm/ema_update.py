"""Wrong answers to ema_update that people really give, each with the sentence that cures it."""

import torch

from gm_ref.diffusion import ddpm as right
from gm_ref.mistakes.ddpm import BANK

mistake, convention = BANK.of("ema_update")


@torch.no_grad()
def blend(into, other, decay):
    """Move parameters: decay * itself + (1 - decay) * the other's."""
    for a, b in zip(into.parameters(), other.parameters(), strict=True):
        a.copy_(decay * a + (1 - decay) * b)


@torch.no_grad()
def copy_buffers(into, other):
    """Copy the buffers."""
    for a, b in zip(into.buffers(), other.buffers(), strict=True):
        a.copy_(b)


@mistake("decay reversed")
def decay_reversed(ema, model, decay):
    """You keep 1 - decay of ema and take decay of the model. With decay 0.9999 the average is then almost the model of
    the last step: ema keeps the share decay of itself.
    """
    right.ema_update(ema, model, 1 - decay)


@mistake("warm-up overwrites the decay", source="diffusers#1864")
def warm_up(ema, model, decay):
    """You replace the decay by a warm-up, (1 + n) / (10 + n), in the first updates. Here the decay that is given is the
    one that counts, from the first update on.
    """
    n = getattr(ema, "updates", 0)
    ema.updates = n + 1
    right.ema_update(ema, model, min(decay, (1 + n) / (10 + n)))


@mistake("buffers averaged")
@torch.no_grad()
def buffers_averaged(ema, model, decay):
    """You average the buffers too. Running statistics and counters are no weights: copy them from the model."""
    blend(ema, model, decay)
    for kept, now in zip(ema.buffers(), model.buffers(), strict=True):
        kept.copy_(decay * kept + (1 - decay) * now)


@mistake("buffers forgotten")
def buffers_forgotten(ema, model, decay):
    """You leave ema's buffers as they are. Its weights move on while its running statistics stay at the start: copy
    them from the model.
    """
    blend(ema, model, decay)


@mistake("the model is overwritten")
def model_overwritten(ema, model, decay):
    """You write the average into the model. The model is trained by its optimiser and must not change: write into
    ema.
    """
    blend(model, ema, 1 - decay)


@mistake("ema and model both move")
def written_back(ema, model, decay):
    """You write the average back into the model after the update. Then it is trained from there: the model must stay as
    it is.
    """
    right.ema_update(ema, model, decay)
    blend(model, ema, 0.0)


@mistake("a plain copy")
def plain_copy(ema, model, decay):
    """You copy the model into ema and the decay plays no part. An average keeps the share decay of what it was."""
    right.ema_update(ema, model, 0.0)


@mistake("nothing changes")
def nothing_changes(ema, model, decay):
    """Ema's parameters are the same as before: your average goes into a new tensor and is lost. Write it into ema's own
    tensors, with copy_, lerp_, mul_ or add_.
    """
    for a, b in zip(ema.parameters(), model.parameters(), strict=True):
        a = decay * a + (1 - decay) * b
    copy_buffers(ema, model)


@mistake("nothing changes, the buffers neither")
def nothing_at_all(ema, model, decay):
    """Ema is the same as before, its weights and its buffers: your average goes into a new tensor and is lost. Write it
    into ema's own tensors, with copy_, lerp_, mul_ or add_, and copy the buffers.
    """
    for average, current in zip(ema.parameters(), model.parameters(), strict=True):
        average = decay * average + (1 - decay) * current


@mistake("the outer parameters only")
@torch.no_grad()
def outer_only(ema, model, decay):
    """Only parameters that ema holds itself are averaged, not those of its layers. Ask for all of them: parameters()
    goes through the layers.
    """
    for a, b in zip(ema.parameters(recurse=False), model.parameters(recurse=False), strict=True):
        a.copy_(decay * a + (1 - decay) * b)
    copy_buffers(ema, model)


@mistake("the model added on top")
@torch.no_grad()
def whole_model_added(ema, model, decay):
    """You multiply ema by decay and add the whole model. The two shares must add up to one: the model counts 1 -
    decay.
    """
    for a, b in zip(ema.parameters(), model.parameters(), strict=True):
        a.copy_(decay * a + b)
    copy_buffers(ema, model)


@mistake("away from the model")
@torch.no_grad()
def away_from_model(ema, model, decay):
    """Your step has the wrong sign: ema moves away from the model. Add (1 - decay) * (model - ema)."""
    for a, b in zip(ema.parameters(), model.parameters(), strict=True):
        a.add_((1 - decay) * (a - b))
    copy_buffers(ema, model)


@mistake("the model counts decay too")
@torch.no_grad()
def model_counts_decay(ema, model, decay):
    """You multiply ema and the model both by decay. The two shares must add up to one: the model counts 1 - decay."""
    for a, b in zip(ema.parameters(), model.parameters(), strict=True):
        a.copy_(decay * (a + b))
    copy_buffers(ema, model)


@mistake("ema is not shrunk")
@torch.no_grad()
def ema_not_shrunk(ema, model, decay):
    """You add (1 - decay) of the model and keep all of ema. The two shares must add up to one: ema counts decay."""
    for a, b in zip(ema.parameters(), model.parameters(), strict=True):
        a.add_((1 - decay) * b)
    copy_buffers(ema, model)


@mistake("only the decay, no model")
@torch.no_grad()
def only_decay(ema, model, decay):
    """You multiply ema by decay and the model plays no part in its parameters. Add (1 - decay) of the model."""
    for a in ema.parameters():
        a.mul_(decay)
    copy_buffers(ema, model)


@mistake("the plain mean")
@torch.no_grad()
def plain_mean(ema, model, decay):
    """You average ema and model half and half, and the decay plays no part. ema counts decay, the model 1 - decay."""
    blend(ema, model, 0.5)
    copy_buffers(ema, model)


@mistake("decay of the decay")
@torch.no_grad()
def decay_twice(ema, model, decay):
    """You apply the decay twice: ema keeps decay^2 of itself after one update. Once is enough."""
    blend(ema, model, decay**2)
    copy_buffers(ema, model)


@mistake("buffers copied into the model")
@torch.no_grad()
def buffers_reversed(ema, model, decay):
    """You copy ema's buffers into the model. It is the model whose statistics are up to date: copy them into ema."""
    blend(ema, model, decay)
    copy_buffers(model, ema)


@mistake("ema is made the model")
def shares_memory(ema, model, decay):
    """You put the model's tensors into ema: from then on both are one memory, and ema follows every step of training.
    Copy numbers into ema's own tensors.
    """
    for a, b in zip(ema.parameters(), model.parameters(), strict=True):
        a.data = b.data
    copy_buffers(ema, model)


@mistake("buffers share memory")
def buffers_share_memory(ema, model, decay):
    """You put the model's buffers into ema: from then on they are one memory. Copy their numbers, with copy_."""
    blend(ema, model, decay)
    for a, b in zip(ema.buffers(), model.buffers(), strict=True):
        a.data = b.data


@mistake("the layers only")
@torch.no_grad()
def layers_only(ema, model, decay):
    """Only the parameters of ema's layers are averaged, not those that it holds itself. parameters() gives all."""
    for a, b in zip(ema.children(), model.children(), strict=True):
        blend(a, b, decay)
    copy_buffers(ema, model)


@mistake("whole numbers forgotten among the buffers")
@torch.no_grad()
def counters_forgotten(ema, model, decay):
    """You copy the running statistics but not the counter, which holds whole numbers. Every buffer is copied."""
    blend(ema, model, decay)
    for a, b in zip(ema.buffers(), model.buffers(), strict=True):
        if a.is_floating_point():
            a.copy_(b)


@mistake("statistics averaged, counters copied")
@torch.no_grad()
def statistics_averaged(ema, model, decay):
    """You average the running statistics like weights. They are copied from the model, as all buffers are."""
    blend(ema, model, decay)
    for a, b in zip(ema.buffers(), model.buffers(), strict=True):
        a.copy_(decay * a + (1 - decay) * b if a.is_floating_point() else b)

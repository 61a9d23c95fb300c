"""Wrong answers to flow_log_prob that people really give, each with the sentence that cures it."""

import math

import torch

from gm_ref.flow import realnvp as right
from gm_ref.mistakes.realnvp import BANK
from gm_ref.mistakes.realnvp.shared import run

mistake, convention = BANK.of("flow_log_prob")


@mistake(
    "minus for plus", source="a widely copied summary has x = f(z) with a plus, the same confusion the other way round"
)
def minus_for_plus(x, layers, base_log_prob):
    """You subtract the log-dets. That is right for layers that run from z to x; these run from x to z, and log |det
    dz/dx| is added.
    """
    z, log_dets = run(x, layers)
    return base_log_prob(z) - sum(log_dets)


@mistake("log_det overwritten, not added", source="tensorflow/models#7465")
def overwritten(x, layers, base_log_prob):
    """Only the last layer's log_det reaches your result: the total is overwritten in the loop. Add each to what is
    there.
    """
    z, log_dets = run(x, layers)
    return base_log_prob(z) + (log_dets[-1] if log_dets else 0)


@mistake("the base at x")
def base_at_x(x, layers, base_log_prob):
    """You ask the base for its density at x. The base is the density of z: ask at the end of the layers."""
    return base_log_prob(x) + sum(run(x, layers)[1])


@mistake("layers in reverse order")
def layers_reversed(x, layers, base_log_prob):
    """You go through the layers from the last to the first. From x to z they run in order; the reverse order belongs to
    sampling.
    """
    return right.flow_log_prob(x, list(layers)[::-1], base_log_prob)


@mistake("every layer gets x")
def every_layer_gets_x(x, layers, base_log_prob):
    """You give every layer the original x. Each layer works on what the one before returned."""
    results = [layer.forward(x) for layer in layers]
    return base_log_prob(results[-1][0] if results else x) + sum(log_det for _, log_det in results)


@mistake("the log-dets are lost")
def log_dets_lost(x, layers, base_log_prob):
    """You return log p(z) alone. Where the layers stretch space, probability thins out on the way; the log-dets account
    for that.
    """
    return base_log_prob(run(x, layers)[0])


@mistake("summed over the batch")
def log_dets_of_the_batch(x, layers, base_log_prob):
    """You add up the log-dets of the whole batch. Each sample keeps its own total: (B,)."""
    z, log_dets = run(x, layers)
    return base_log_prob(z) + sum(log_det.sum() for log_det in log_dets)


@mistake("the mean over layers")
def mean_over_layers(x, layers, base_log_prob):
    """You average the log-dets over the layers. The determinants of a composition multiply, so their logarithms add."""
    z, log_dets = run(x, layers)
    return base_log_prob(z) + sum(log_dets) / max(1, len(log_dets))


@mistake("the loss, not the log-density")
def negative_log_prob(x, layers, base_log_prob):
    """You return minus log p(x), the training loss. The function asks for log p(x)."""
    return -right.flow_log_prob(x, layers, base_log_prob)


@mistake("log-dets cut off the graph")
def log_dets_detached(x, layers, base_log_prob):
    """Your log-dets are detached: the value is right, but no gradient flows through them and the scales grow without a
    price. Leave the graph whole.
    """
    z, log_dets = run(x, layers)
    return base_log_prob(z) + sum(log_det.detach() for log_det in log_dets)


@mistake("the density, not its logarithm")
def density_not_log(x, layers, base_log_prob):
    """You return p(x). In many dimensions it underflows to 0, and training needs the logarithm: return log p(x)."""
    return right.flow_log_prob(x, layers, base_log_prob).exp()


@mistake("averaged over the batch")
def log_prob_batch_mean(x, layers, base_log_prob):
    """You average over the batch. Return one number for each sample, (B,); a training loss takes the mean of them."""
    return right.flow_log_prob(x, layers, base_log_prob).mean()


@mistake("the base's density is missing")
def base_missing(x, layers, base_log_prob):
    """You return the log-dets alone. By them the density changes on the way; the density at z itself, base_log_prob(z),
    comes to them.
    """
    return right.flow_log_prob(x, layers, base_log_prob) - base_log_prob(run(x, layers)[0])


@mistake("the base after every layer")
def base_after_every_layer(x, layers, base_log_prob):
    """You add the base's log-density after every layer. It is the density of z alone: add it once, after the last."""
    total = 0 * base_log_prob(x)
    for layer in layers:
        x, log_det = layer.forward(x)
        total = total + log_det + base_log_prob(x)
    return total


@mistake("the last layer is left out")
def last_layer_left_out(x, layers, base_log_prob):
    """Your loop ends before the last layer. Layers are numbered from 0 to len(layers) - 1; `for layer in layers` needs
    no count.
    """
    return right.flow_log_prob(x, list(layers)[:-1], base_log_prob)


@mistake("the first layer is left out")
def first_layer_left_out(x, layers, base_log_prob):
    """Your loop begins with the second layer. Layers are numbered from 0; `for layer in layers` needs no count."""
    return right.flow_log_prob(x, list(layers)[1:], base_log_prob)


@mistake("a column added to a row")
def column_and_row(x, layers, base_log_prob):
    """You add (B, 1) and (B,), which torch broadcasts to (B, B). Keep both (B,): no keepdim, no extra axis."""
    z, log_dets = run(x, layers)
    return base_log_prob(z) + (sum(log_dets) + 0 * base_log_prob(z))[:, None]


@mistake("the logarithm taken twice")
def log_of_log_det(x, layers, base_log_prob):
    """You take the logarithm of log_det. It is log |det dz/dx| already: add it as it comes."""
    z, log_dets = run(x, layers)
    return base_log_prob(z) + sum(log_det.abs().log() for log_det in log_dets)


@mistake("exp(log_det) added")
def determinants_added(x, layers, base_log_prob):
    """You add the determinants themselves, exp(log_det). Determinants multiply and their logarithms add: add log_det as
    it comes.
    """
    z, log_dets = run(x, layers)
    return base_log_prob(z) + sum(log_det.exp() for log_det in log_dets)


@mistake("layers in reverse order and minus for plus")
def reversed_and_minus(x, layers, base_log_prob):
    """You go through the layers from the last to the first and subtract their log-dets. Both belong to layers that run
    from z to x; these run from x to z: in order, and plus.
    """
    z, log_dets = run(x, list(layers)[::-1])
    return base_log_prob(z) - sum(log_dets)


@mistake("bits in place of nats")
def in_bits(x, layers, base_log_prob):
    """You divide by log 2 and by the number of dimensions. That is bits_per_dim's business: return log p(x) in nats."""
    return right.flow_log_prob(x, layers, base_log_prob) / (math.log(2) * x[0].numel())


@mistake("no gradient")
def log_prob_without_gradient(x, layers, base_log_prob):
    """Your log p(x) is right, but no gradient flows through it, so the flow could not be trained. Leave out no_grad and
    detach.
    """
    with torch.no_grad():
        return right.flow_log_prob(x, layers, base_log_prob)

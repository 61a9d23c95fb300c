"""Wrong answers to ddpm_loss that people really give, each with the sentence that cures it."""

from gm_ref.diffusion import ddpm as right
from gm_ref.mistakes.ddpm import BANK
from gm_ref.mistakes.ddpm.q_sample import noise_variance_as_std
from gm_ref.mistakes.ddpm.shared import first

mistake, convention = BANK.of("ddpm_loss")


@convention("sum over the entries")
def loss_sum(net, x0, t, eps, alpha_bar):
    """You sum over the entries of a sample, as equation 14 says. This course takes their mean: the loss then does not
    grow with the image.
    """
    return right.ddpm_loss(net, x0, t, eps, alpha_bar) * x0[0].numel()


@mistake("one number for the batch")
def loss_of_batch(net, x0, t, eps, alpha_bar):
    """You average over the batch as well. The function returns (B,), one loss for each sample and its t; the training
    step averages.
    """
    return right.ddpm_loss(net, x0, t, eps, alpha_bar).mean()


@mistake("x0 as the target")
def target_x0(net, x0, t, eps, alpha_bar):
    """You compare the network's answer with x0. This network predicts the noise: the target is eps."""
    return (x0 - net(right.q_sample(x0, t, eps, alpha_bar), t)).square().flatten(1).mean(dim=1)


@mistake("the network sees clean data")
def clean_input(net, x0, t, eps, alpha_bar):
    """You give the network x0. It must find the noise in x_t: noise x0 first."""
    return (eps - net(x0, t)).square().flatten(1).mean(dim=1)


@mistake("the network is told another step")
def told_later(net, x0, t, eps, alpha_bar):
    """You tell the network t + 1. In this course steps run from 0 to T-1, in the tables and for the network: pass t as
    it came.
    """
    return (eps - net(right.q_sample(x0, t, eps, alpha_bar), t + 1)).square().flatten(1).mean(dim=1)


@mistake("the network is told a share of time")
def told_share(net, x0, t, eps, alpha_bar):
    """You tell the network t / T. It expects the whole number t itself."""
    return (eps - net(right.q_sample(x0, t, eps, alpha_bar), t / len(alpha_bar))).square().flatten(1).mean(dim=1)


@mistake("a variance used as a standard deviation", source="Ryota-Kawamura/How-Diffusion-Models-Work#1")
def loss_variance_as_std(net, x0, t, eps, alpha_bar):
    """Your x_t has noise scaled by 1 - alpha_bar_t, a variance. Make x_t with q_sample."""
    x_t = noise_variance_as_std(x0, t, eps, alpha_bar)
    return (eps - net(x_t, t)).square().flatten(1).mean(dim=1)


@mistake("the absolute error")
def absolute_error(net, x0, t, eps, alpha_bar):
    """You average absolute differences. L_simple is the mean of their squares."""
    return (eps - net(right.q_sample(x0, t, eps, alpha_bar), t)).abs().flatten(1).mean(dim=1)


@mistake("the root of the mean square")
def root_mean_square(net, x0, t, eps, alpha_bar):
    """You take the square root of the mean square. L_simple has no root."""
    return right.ddpm_loss(net, x0, t, eps, alpha_bar).sqrt()


@mistake("mean over the batch, entries kept")
def loss_wrong_axes(net, x0, t, eps, alpha_bar):
    """You average over axis 0, the batch, and keep the entries. It is the other way round: average over all axes but
    the first.
    """
    return (eps - net(right.q_sample(x0, t, eps, alpha_bar), t)).square().mean(dim=0)


@mistake("the first sample's t for all")
def loss_of_the_first(net, x0, t, eps, alpha_bar):
    """You take the step of the first sample for the whole batch. Each sample has its own t: index the table with all of
    t.
    """
    return (eps - net(right.q_sample(x0, first(t), eps, alpha_bar), t)).square().flatten(1).mean(dim=1)


@mistake("data and noise exchanged")
def data_for_noise(net, x0, t, eps, alpha_bar):
    """You give q_sample eps as the data and x0 as the noise. Its arguments are x0, t, eps, alpha_bar, in this order."""
    return (eps - net(right.q_sample(eps, t, x0, alpha_bar), t)).square().flatten(1).mean(dim=1)


@mistake("x_t as the target")
def target_x_t(net, x0, t, eps, alpha_bar):
    """You compare the network's answer with x_t, which it sees. The target is eps, the noise in x_t."""
    x_t = right.q_sample(x0, t, eps, alpha_bar)
    return (x_t - net(x_t, t)).square().flatten(1).mean(dim=1)


@mistake("half of the square")
def half_of_square(net, x0, t, eps, alpha_bar):
    """You halve the squared error. L_simple has no half: always answering 0 costs 1 on average."""
    return right.ddpm_loss(net, x0, t, eps, alpha_bar) / 2


@mistake("the root of the sum")
def norm_of_gap(net, x0, t, eps, alpha_bar):
    """You take the length of the error, the root of its sum of squares. L_simple is the mean of the squares."""
    return (right.ddpm_loss(net, x0, t, eps, alpha_bar) * x0[0].numel()).sqrt()


@mistake("errors of both signs cancel")
def signed_error(net, x0, t, eps, alpha_bar):
    """You average the differences without squaring them, so that errors of both signs cancel. Square first."""
    return (eps - net(right.q_sample(x0, t, eps, alpha_bar), t)).flatten(1).mean(dim=1)


@mistake("squared after the mean")
def squared_mean(net, x0, t, eps, alpha_bar):
    """You average the differences and then square, so that errors of both signs cancel. Square each entry first."""
    return signed_error(net, x0, t, eps, alpha_bar).square()


@mistake("every entry kept")
def entries_kept(net, x0, t, eps, alpha_bar):
    """You return a squared error for every entry. Average over all axes but the first: one number for each sample."""
    return (eps - net(right.q_sample(x0, t, eps, alpha_bar), t)).square()


@mistake("mean over axis 1 only")
def one_axis_averaged(net, x0, t, eps, alpha_bar):
    """You average over axis 1 only. For images that leaves height and width: flatten each sample first."""
    return (eps - net(right.q_sample(x0, t, eps, alpha_bar), t)).square().mean(dim=1)


@mistake("weighted by the bound")
def weighted_by_share(net, x0, t, eps, alpha_bar):
    """You weight the error by (1 - alpha_bar_t) / alpha_bar_t, which makes it an error in x0. L_simple has weight 1 at
    every step.
    """
    return right.ddpm_loss(net, x0, t, eps, alpha_bar) * ((1 - alpha_bar) / alpha_bar)[t]


@mistake("no square roots")
def loss_without_roots(net, x0, t, eps, alpha_bar):
    """Your x_t mixes x0 and eps with alpha_bar_t and 1 - alpha_bar_t, which are variances. Make x_t with q_sample."""
    a = alpha_bar[t].reshape(-1, *[1] * (x0.dim() - 1))
    return (eps - net(a * x0 + (1 - a) * eps, t)).square().flatten(1).mean(dim=1)


@mistake("the noise added to whole data")
def loss_of_whole_data(net, x0, t, eps, alpha_bar):
    """Your x_t is x0 + eps, whatever t. Make x_t with q_sample, at each sample's own step."""
    return (eps - net(x0 + eps, t)).square().flatten(1).mean(dim=1)


@mistake("divided by the batch")
def divided_by_batch(net, x0, t, eps, alpha_bar):
    """You divide each sample's sum by the size of the batch. Divide by the number of entries of a sample."""
    return right.ddpm_loss(net, x0, t, eps, alpha_bar) * x0[0].numel() / len(x0)


@mistake("mean over the batch, entries in a row")
def flattened_wrong_axis(net, x0, t, eps, alpha_bar):
    """You flatten each sample and then average over axis 0, the batch. Average over axis 1, the entries."""
    return (eps - net(right.q_sample(x0, t, eps, alpha_bar), t)).square().flatten(1).mean(dim=0)


@mistake("the network is told the first sample's t")
def told_the_first(net, x0, t, eps, alpha_bar):
    """You tell the network the first sample's step for the whole batch. Each sample has its own: pass t as it came."""
    return (eps - net(right.q_sample(x0, t, eps, alpha_bar), first(t))).square().flatten(1).mean(dim=1)


@mistake("t along the last axis")
def loss_last_axis(net, x0, t, eps, alpha_bar):
    """Your t runs along the last axis of the data when you make x_t (it only computes when that axis is as long as the
    batch). Make x_t with q_sample.
    """
    x_t = alpha_bar[t].sqrt() * x0 + (1 - alpha_bar[t]).sqrt() * eps
    return (eps - net(x_t, t)).square().flatten(1).mean(dim=1)

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

"""Wrong answers to lesson 11 that people really give, each with the sentence that cures it."""

import torch
from torch.nn import functional as F

from gm_ref.gan import minimax as right
from gm_ref.mistakes.core import Bank

BANK = Bank()
mistake, convention = BANK.mistake, BANK.convention


# discriminator_loss ------------------------------------------------------------------------------------------------


@mistake(
    "discriminator_loss",
    "sigmoid taken twice",
    "Your loss takes the sigmoid of a sigmoid: binary_cross_entropy_with_logits and softplus expect logits, and logits are what comes in. Drop your own sigmoid.",
)
def sigmoid_twice(real_logits, fake_logits):
    return right.discriminator_loss(torch.sigmoid(real_logits), torch.sigmoid(fake_logits))


@mistake(
    "discriminator_loss",
    "labels swapped",
    "Your discriminator is rewarded for calling fakes real: real samples have label 1 (-log D), fakes label 0 (-log(1 - D)). Exchange the two.",
)
def labels_swapped(real_logits, fake_logits):
    return right.discriminator_loss(-real_logits, -fake_logits)


@mistake(
    "discriminator_loss",
    "the two parts averaged",
    "Your loss is half of the discriminator's: the mean over real and the mean over fake samples are added. Halving changes its optimum value from log 4 to log 2.",
)
def parts_averaged(real_logits, fake_logits):
    return right.discriminator_loss(real_logits, fake_logits) / 2


@mistake(
    "discriminator_loss",
    "sum in place of mean",
    "Your loss sums over the batch, so that it grows with the batch size. Average each batch by its own size.",
)
def summed(real_logits, fake_logits):
    return F.softplus(-real_logits).sum() + F.softplus(fake_logits).sum()


@mistake(
    "discriminator_loss",
    "both batches in one mean",
    "Your loss averages real and fake samples in one mean. Each batch has its own mean, and the two means are added; else the larger batch counts more.",
)
def one_mean(real_logits, fake_logits):
    return torch.cat([F.softplus(-real_logits), F.softplus(fake_logits)]).mean()


@mistake(
    "discriminator_loss",
    "the generator's loss on the fakes",
    "On the fakes you use -log D, which is what the generator wants. The discriminator wants them rejected: -log(1 - D).",
)
def fakes_called_real(real_logits, fake_logits):
    return F.softplus(-real_logits).mean() + F.softplus(-fake_logits).mean()


@mistake(
    "discriminator_loss",
    "the log of a saturated sigmoid",
    "For a logit of 200 your sigmoid is exactly 0 or 1 and its log infinite. Compute log D from the logit itself: softplus or logsigmoid never overflow.",
)
def naive_log(real_logits, fake_logits):
    return -torch.log(torch.sigmoid(real_logits)).mean() - torch.log(1 - torch.sigmoid(fake_logits)).mean()


@mistake(
    "discriminator_loss",
    "the exponential overflows",
    "For logits of 1000, and in float32 from 89 on, your exp is infinite and so is the loss. softplus and logsigmoid do the same sum without overflow.",
)
def exp_overflows(real_logits, fake_logits):
    return torch.log1p(torch.exp(-real_logits)).mean() + torch.log1p(torch.exp(fake_logits)).mean()


@mistake(
    "discriminator_loss",
    "the real side smoothed",
    "You train the real side towards 0.9 or so. One-sided smoothing is a later refinement; this loss has hard labels, 1 and 0.",
)
def real_side_smoothed(real_logits, fake_logits):
    real = F.binary_cross_entropy_with_logits(real_logits, torch.full_like(real_logits, 0.9))
    return real + F.softplus(fake_logits).mean()


@mistake(
    "discriminator_loss",
    "both divided by the number of real samples",
    "You divide both sums by the number of real samples. The fakes may be more or fewer: average each batch by its own size.",
)
def divided_by_real(real_logits, fake_logits):
    return (F.softplus(-real_logits).sum() + F.softplus(fake_logits).sum()) / len(real_logits)


@mistake(
    "discriminator_loss",
    "a log that is clamped at 100",
    "For a logit of 200 your loss says 100: binary_cross_entropy on probabilities cuts its logs off there, and the gradient with them. Use the version that takes logits.",
)
def clamped_log(real_logits, fake_logits):
    ones, zeros = torch.ones_like(real_logits), torch.zeros_like(fake_logits)
    return F.binary_cross_entropy(real_logits.sigmoid(), ones) + F.binary_cross_entropy(fake_logits.sigmoid(), zeros)


@mistake(
    "discriminator_loss",
    "both sides smoothed",
    "You smooth the labels of both sides. This loss has hard labels; and where smoothing is used, in a later lesson, only the real side is smoothed.",
)
def both_sides_smoothed(real_logits, fake_logits):
    real = F.binary_cross_entropy_with_logits(real_logits, torch.full_like(real_logits, 0.9))
    return real + F.binary_cross_entropy_with_logits(fake_logits, torch.full_like(fake_logits, 0.1))


@mistake(
    "discriminator_loss",
    "the sign of V",
    "You return V itself, which the discriminator maximises. The function is a loss to be minimised: return -V.",
)
def value_not_loss(real_logits, fake_logits):
    return -right.discriminator_loss(real_logits, fake_logits)


@convention(
    "discriminator_loss",
    "base 2",
    "Your logarithms have base 2, so the loss is in bits. This course uses natural logarithms: nats.",
)
def loss_in_bits(real_logits, fake_logits):
    return right.discriminator_loss(real_logits, fake_logits) / torch.log(torch.tensor(2.0, dtype=real_logits.dtype))


# optimal_discriminator ---------------------------------------------------------------------------------------------


@mistake(
    "optimal_discriminator",
    "a ratio in place of a share",
    "You return p / q. That is the odds D / (1 - D); the probability is the share p / (p + q).",
)
def odds(p, q):
    return p / q


@mistake(
    "optimal_discriminator",
    "p and q exchanged",
    "You return q's share. D is the probability that x is data, so p, the data's density, stands in the numerator.",
)
def shares_exchanged(p, q):
    return right.optimal_discriminator(q, p)


@mistake(
    "optimal_discriminator",
    "a constant added against 0 / 0",
    "You return 1/2 wherever both densities are small: a small constant is added to them, or what is close to 0 counts as 0. Only where p + q is exactly 0 is D* 1/2 by convention.",
)
def epsilon_added(p, q):
    return (p + 1e-8) / (p + q + 2e-8)


@mistake(
    "optimal_discriminator",
    "a constant in the denominator",
    "A small constant in the denominator, or a clamp on it, gives 0 where both densities are 0, and too little wherever they are small. Treat p + q = 0 as a case of its own: there D* is 1/2.",
)
def epsilon_below(p, q):
    return p / (p + q + 1e-8)


@mistake(
    "optimal_discriminator",
    "0 where nothing is",
    "Where both densities are 0 you return 0. Nobody can tell there whether x is data or not: the course says 1/2.",
)
def nothing_is_fake(p, q):
    return (p / (p + q)).nan_to_num()


@mistake(
    "optimal_discriminator",
    "NaN where nothing is",
    "Where both densities are 0 you get NaN, from 0 / 0 or from the logs of 0. Any D is optimal there; the course says 1/2.",
)
def zero_by_zero(p, q):
    return p / (p + q)


@mistake(
    "optimal_discriminator",
    "the logit",
    "You return log p - log q, the optimal logit. The function asks for the probability, its sigmoid.",
)
def the_logit(p, q):
    return torch.log(p) - torch.log(q)


@mistake(
    "optimal_discriminator",
    "normalised over the points",
    "Your D sums to one over the points. Each point has its own probability: divide by p + q at that point, not by a sum over points.",
)
def over_the_points(p, q):
    return p / (p + q).sum()


@mistake(
    "optimal_discriminator",
    "all or nothing",
    "You answer 1 where p is larger and 0 elsewhere. That is the best yes-or-no guess; the log loss rewards the probability p / (p + q).",
)
def thresholded(p, q):
    return (p > q).to(p.dtype)


# jensen_shannon ----------------------------------------------------------------------------------------------------


@mistake(
    "jensen_shannon",
    "the half is missing",
    "You add the two KL divergences to the middle; the Jensen-Shannon divergence is their mean. Its largest value is log 2.",
)
def jsd_doubled(p, q):
    return 2 * right.jensen_shannon(p, q)


@mistake(
    "jensen_shannon",
    "the middle is not halved",
    "You compare with p + q, which sums to 2. The middle is m = (p + q) / 2; each KL is off by log 2.",
)
def middle_not_halved(p, q):
    m = p + q
    return 0.5 * (torch.xlogy(p, p / m) + torch.xlogy(q, q / m)).nan_to_num().sum(dim=-1)


@mistake(
    "jensen_shannon",
    "the distance, not the divergence",
    "You return the square root, the Jensen-Shannon distance (scipy's function does the same). The game's value contains the divergence itself.",
    source="scipy.spatial.distance.jensenshannon returns the square root",
)
def jsd_root(p, q):
    return right.jensen_shannon(p, q).clamp(min=0).sqrt()


@mistake(
    "jensen_shannon",
    "base 2",
    "Your logarithms have base 2. The identity V = -log 4 + 2 JSD holds in one base throughout; the course uses nats.",
)
def jsd_in_bits(p, q):
    return right.jensen_shannon(p, q) / torch.log(torch.tensor(2.0, dtype=p.dtype))


@mistake(
    "jensen_shannon",
    "the mean of KL both ways",
    "You average KL(p || q) and KL(q || p), the Jeffreys divergence. Both divergences must be to the middle (p + q) / 2, which is why JSD stays finite.",
)
def jeffreys(p, q):
    return 0.5 * ((p - q) * (torch.log(p) - torch.log(q))).nan_to_num(posinf=9.0, neginf=9.0).sum(dim=-1)


@mistake(
    "jensen_shannon",
    "the KL from the middle",
    "You compute KL(m || p) and KL(m || q), which are infinite where p or q is 0. The middle comes second: KL(p || m). (kl_div takes the log of the second distribution first.)",
)
def from_the_middle(p, q):
    m = (p + q) / 2
    return 0.5 * (torch.xlogy(m, m / p) + torch.xlogy(m, m / q)).sum(dim=-1)


@mistake(
    "jensen_shannon",
    "only one of the two divergences",
    "You compute KL(p || m) only. The Jensen-Shannon divergence is the mean of KL(p || m) and KL(q || m).",
)
def one_sided(p, q):
    m = (p + q) / 2
    return torch.xlogy(p, p / m).sum(dim=-1)


@mistake(
    "jensen_shannon",
    "mean over the outcomes",
    "You average over the outcomes. A divergence is an expectation: sum over the last axis, the probabilities are the weights.",
)
def jsd_mean(p, q):
    return right.jensen_shannon(p, q) / p.shape[-1]


@mistake(
    "jensen_shannon",
    "0 log 0 is NaN",
    "Where a probability is 0 you compute 0 times log 0, which is NaN. By its limit 0 log 0 is 0: torch.xlogy does that.",
)
def jsd_nan(p, q):
    m = (p + q) / 2
    return 0.5 * (p * torch.log(p / m) + q * torch.log(q / m)).sum(dim=-1)


# value_at_optimum --------------------------------------------------------------------------------------------------


@mistake(
    "value_at_optimum",
    "log 4 is lost",
    "You return 2 JSD. At the optimum V = -log 4 + 2 JSD: even if p = q, guessing costs log 4.",
)
def log_four_lost(p, q):
    return 2 * right.jensen_shannon(p, q)


@mistake(
    "value_at_optimum",
    "the factor 2 is lost",
    "You return -log 4 + JSD. There are two expectations in V, and each gives one KL to the middle: 2 JSD.",
)
def factor_two_lost(p, q):
    return right.value_at_optimum(p, q) - right.jensen_shannon(p, q)


@mistake(
    "value_at_optimum",
    "log 2 for log 4",
    "You subtract log 2. V has two expectations, and at D = 1/2 each is log 1/2: together -log 4.",
)
def log_two(p, q):
    return right.value_at_optimum(p, q) + torch.log(torch.tensor(2.0, dtype=p.dtype))


@mistake(
    "value_at_optimum",
    "the loss, not the value",
    "You return -V. The discriminator's loss is -V; the value itself is at most 0.",
)
def value_sign(p, q):
    return -right.value_at_optimum(p, q)


@mistake(
    "value_at_optimum",
    "log D for the fakes too",
    "Both of your terms use log D. The generator's samples enter as log(1 - D).",
)
def log_d_twice(p, q):
    d = right.optimal_discriminator(p, q)
    return (torch.xlogy(p, d) + torch.xlogy(q, d)).nan_to_num(neginf=-9.0).sum(dim=-1)


@mistake(
    "value_at_optimum",
    "the expectations lost their weights",
    "You average log D and log(1 - D) over the outcomes with equal weights. The weights are the probabilities p and q.",
)
def unweighted(p, q):
    d = right.optimal_discriminator(p, q)
    return (torch.log(d) + torch.log(1 - d)).nan_to_num(neginf=-9.0).mean(dim=-1)


@mistake(
    "value_at_optimum",
    "base 2",
    "Your logarithms have base 2: at p = q you get -2 in place of -log 4. The course uses nats.",
)
def value_in_bits(p, q):
    return right.value_at_optimum(p, q) / torch.log(torch.tensor(2.0, dtype=p.dtype))


@mistake(
    "value_at_optimum",
    "0 log 0 is NaN",
    "Where a probability is 0 you compute 0 times log 0, which is NaN. By its limit 0 log 0 is 0: torch.xlogy does that.",
)
def value_nan(p, q):
    d = p / (p + q)
    return (p * torch.log(d) + q * torch.log(1 - d)).sum(dim=-1)


@mistake(
    "value_at_optimum",
    "1 - D without digits",
    "Where q is tiny beside p, D* rounds to 1, your 1 - D* is exactly 0 and its log infinite. Write 1 - D* as q / (p + q).",
)
def one_minus_d(p, q):
    d = right.optimal_discriminator(p, q)
    return (torch.xlogy(p, d) + torch.xlogy(q, 1 - d)).sum(dim=-1)


# the two generator losses ------------------------------------------------------------------------------------------


@mistake(
    "generator_loss_minimax",
    "the non-saturating loss under this name",
    "You return -log D, the non-saturating loss. The minimax loss is the generator's own part of V: log(1 - D).",
)
def non_saturating_here(fake_logits):
    return right.generator_loss(fake_logits)


@mistake(
    "generator_loss_minimax",
    "a minus too many",
    "You return -log(1 - D): minimising that helps the discriminator. The generator minimises log(1 - D).",
)
def minimax_sign(fake_logits):
    return -right.generator_loss_minimax(fake_logits)


@mistake(
    "generator_loss_minimax",
    "log D",
    "You minimise log D, which pushes the generator towards samples that are surely rejected. Its part of V is log(1 - D).",
)
def minimises_log_d(fake_logits):
    return -F.softplus(-fake_logits).mean()


@mistake(
    "generator_loss_minimax",
    "sum in place of mean",
    "Your loss sums over the batch, so that it grows with the batch size. Take the mean.",
)
def minimax_summed(fake_logits):
    return -F.softplus(fake_logits).sum()


@mistake(
    "generator_loss_minimax",
    "the log of a saturated sigmoid",
    "For a logit of 200 your 1 - D is exactly 0 and its log infinite. Compute log(1 - D) from the logit: it is -softplus(l).",
)
def minimax_naive(fake_logits):
    return torch.log(1 - torch.sigmoid(fake_logits)).mean()


@mistake(
    "generator_loss_minimax",
    "the exponential overflows",
    "For a logit of 1000, and in float32 from 89 on, your exp is infinite and so is the loss. softplus and logsigmoid do the same sum without overflow.",
)
def minimax_exp_overflows(fake_logits):
    return -torch.log1p(torch.exp(fake_logits)).mean()


@mistake(
    "generator_loss_minimax",
    "sigmoid taken twice",
    "You take the sigmoid of a sigmoid: what comes in is a logit, and softplus or logsigmoid expects one. Drop your own sigmoid.",
)
def minimax_sigmoid_twice(fake_logits):
    return right.generator_loss_minimax(torch.sigmoid(fake_logits))


@mistake(
    "generator_loss_minimax",
    "the log is missing",
    "You average 1 - D itself. The value of the game contains its logarithm.",
)
def minimax_no_log(fake_logits):
    return (1 - torch.sigmoid(fake_logits)).mean()


@mistake(
    "generator_loss",
    "the saturating loss under this name",
    "You return log(1 - D), the minimax loss, whose gradient vanishes where the discriminator is sure. The non-saturating loss is -log D.",
)
def saturating_here(fake_logits):
    return right.generator_loss_minimax(fake_logits)


@mistake(
    "generator_loss",
    "the discriminator's loss on the fakes",
    "You return -log(1 - D), what the discriminator minimises on fakes. The generator wants its samples called real: -log D.",
)
def discriminators_part(fake_logits):
    return F.softplus(fake_logits).mean()


@mistake(
    "generator_loss",
    "the sign",
    "You return log D; minimising it makes the samples worse. The loss is -log D.",
)
def generator_sign(fake_logits):
    return -right.generator_loss(fake_logits)


@mistake(
    "generator_loss",
    "sum in place of mean",
    "Your loss sums over the batch, so that it grows with the batch size. Take the mean.",
)
def generator_summed(fake_logits):
    return F.softplus(-fake_logits).sum()


@mistake(
    "generator_loss",
    "infinite where the discriminator is sure",
    "For a logit of -1000, and in float32 from about -100 on, your loss is infinite: the sigmoid is exactly 0 there, and exp(1000) is no number. Compute log D from the logit with softplus or logsigmoid, which never overflow.",
)
def generator_naive(fake_logits):
    return -torch.log(torch.sigmoid(fake_logits)).mean()


@mistake(
    "generator_loss",
    "labels smoothed",
    "You train towards the label 0.9 or so. This loss has the hard label 1; smoothing is the discriminator's business, in a later lesson.",
)
def generator_smoothed(fake_logits):
    return F.binary_cross_entropy_with_logits(fake_logits, torch.full_like(fake_logits, 0.9))


@mistake(
    "generator_loss",
    "a log that is clamped at 100",
    "For a logit of -200 your loss says 100: binary_cross_entropy on probabilities cuts its logs off there, and the gradient with them. Use the version that takes logits.",
)
def generator_clamped(fake_logits):
    return F.binary_cross_entropy(fake_logits.sigmoid(), torch.ones_like(fake_logits))


@mistake(
    "generator_loss",
    "a log with a constant inside",
    "You compute log(D + small constant). It caps the loss where D is near 0 (for a logit of -200 it must be 200) and with it the gradient that this loss is for.",
)
def generator_epsilon(fake_logits):
    return -torch.log(torch.sigmoid(fake_logits) + 1e-8).mean()


@mistake(
    "generator_loss",
    "sigmoid taken twice",
    "You take the sigmoid of a sigmoid: what comes in is a logit, and softplus or logsigmoid expects one. Drop your own sigmoid.",
)
def generator_sigmoid_twice(fake_logits):
    return right.generator_loss(torch.sigmoid(fake_logits))


@convention(
    "generator_loss",
    "the hinge or Wasserstein form",
    "You return minus the mean logit, the generator's loss of Wasserstein and hinge GANs. It is right there; this lesson's is -log D.",
)
def wasserstein_form(fake_logits):
    return -fake_logits.mean()


# saturation_ratio --------------------------------------------------------------------------------------------------


@mistake(
    "saturation_ratio",
    "the ratio upside down",
    "You return minimax over non-saturating. Asked is how many times larger the non-saturating gradient is.",
)
def ratio_inverted(logit):
    return torch.exp(logit)


@mistake(
    "saturation_ratio",
    "the losses' ratio, not the gradients'",
    "You divide the losses. Asked is the ratio of their derivatives with respect to the logit.",
)
def ratio_of_losses(logit):
    return F.softplus(-logit) / -F.softplus(logit)


@mistake(
    "saturation_ratio",
    "a sign",
    "Both derivatives are negative, so their ratio is positive. Look for a minus lost in one of them.",
)
def ratio_sign(logit):
    return -torch.exp(-logit)


@mistake(
    "saturation_ratio",
    "digits lost to a saturated sigmoid",
    "You form (1 - D) / D from D. Where the sigmoid is close to 1, 1 - D has no digits left: simplify the ratio before you compute it.",
)
def ratio_cancelled(logit):
    d = torch.sigmoid(logit)
    return (1 - d) / d


@mistake(
    "saturation_ratio",
    "1 / D",
    "You return 1 / D, the derivative of -log D with respect to D. Asked are derivatives with respect to the logit, on both sides.",
)
def one_over_d(logit):
    return 1 / torch.sigmoid(logit)


@mistake(
    "saturation_ratio",
    "the slope of the sigmoid",
    "You return D (1 - D), the slope of D itself. Asked is a ratio of slopes of the two losses: with respect to the logit they are D - 1 and -D.",
)
def slope_of_d(logit):
    return torch.sigmoid(logit) * (1 - torch.sigmoid(logit))


# the steps ---------------------------------------------------------------------------------------------------------


@mistake(
    "discriminator_step",
    "fakes not detached",
    "Your discriminator step sends gradients into the generator. Detach G(z) before it enters D.",
)
def fakes_not_detached(D, G, real, z, optimizer):
    loss = right.discriminator_loss(D(real), D(G(z)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


@mistake(
    "discriminator_step",
    "old gradients not cleared",
    "Gradients that D holds from the generator's step add to your step. Clear them with the optimiser's zero_grad before backward.",
    source="code-soup#69, img2img-turbo#56",
)
def no_zero_grad(D, G, real, z, optimizer):
    loss = right.discriminator_loss(D(real), D(G(z).detach()))
    loss.backward()
    optimizer.step()
    return loss.detach()


@mistake(
    "discriminator_step",
    "no gradient in D",
    "D does not move: when the optimiser steps, D holds no gradient. Look for zero_grad between backward and step (it belongs before backward), or for a copy of D that is trained in its place.",
)
def cleared_too_late(D, G, real, z, optimizer):
    loss = right.discriminator_loss(D(real), D(G(z).detach()))
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss.detach()


@mistake(
    "discriminator_step",
    "gradients cleared only after the step",
    "You clear the gradients after the step, so those that D holds from the generator's step still take part. Clear them before backward.",
)
def cleared_after_step(D, G, real, z, optimizer):
    loss = right.discriminator_loss(D(real), D(G(z).detach()))
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.detach()


@mistake(
    "discriminator_step",
    "the loss after the step",
    "The loss you return is computed anew, after D has moved. Return the loss whose gradient made the step.",
)
def loss_after_step(D, G, real, z, optimizer):
    right.discriminator_step(D, G, real, z, optimizer)
    return right.discriminator_loss(D(real), D(G(z))).detach()


@mistake(
    "discriminator_step",
    "G left frozen",
    "Your step sets requires_grad of G's parameters to False and leaves it so: G cannot learn any more. Detach G(z) instead, or set it back.",
)
def generator_left_frozen(D, G, real, z, optimizer):
    G.requires_grad_(False)
    return right.discriminator_step(D, G, real, z, optimizer)


@mistake(
    "discriminator_step",
    "real and fake exchanged",
    "You pass the fakes as the real batch. D(real) is the first argument of the loss, D(G(z)) the second.",
)
def batches_exchanged(D, G, real, z, optimizer):
    loss = right.discriminator_loss(D(G(z).detach()), D(real))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


@mistake(
    "discriminator_step",
    "the step is missing",
    "You compute gradients but never call the optimiser's step, so D does not move.",
)
def step_missing(D, G, real, z, optimizer):
    loss = right.discriminator_loss(D(real), D(G(z).detach()))
    optimizer.zero_grad()
    loss.backward()
    return loss.detach()


@mistake(
    "discriminator_step",
    "two half steps",
    "You step after the real part and again after the fake part. Then the fakes are judged by a D that has already moved: add the two parts, then step once.",
)
def two_half_steps(D, G, real, z, optimizer):
    total = 0.0
    for part in (lambda: F.softplus(-D(real)).mean(), lambda: F.softplus(D(G(z).detach())).mean()):
        loss = part()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total = total + loss.detach()
    return total


@mistake(
    "discriminator_step",
    "D trained against itself",
    "Your D learns to call the fakes real. In this step the fakes have label 0: use discriminator_loss.",
)
def generators_goal(D, G, real, z, optimizer):
    loss = F.softplus(-D(real)).mean() + F.softplus(-D(G(z).detach())).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


@mistake(
    "generator_step",
    "no gradient in G",
    "G does not move: when the optimiser steps, G holds no gradient. Either G(z) is detached or made under no_grad, but here the gradient must flow through D into G; or zero_grad stands between backward and step.",
    source="image2reverb#37",
)
def generator_detached(D, G, z, optimizer):
    fake = G(z).detach().requires_grad_()
    loss = right.generator_loss(D(fake))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


@mistake(
    "generator_step",
    "old gradients not cleared",
    "Gradients that G holds from elsewhere add to your step. Clear them with the optimiser's zero_grad before backward.",
)
def generator_no_zero_grad(D, G, z, optimizer):
    loss = right.generator_loss(D(G(z)))
    loss.backward()
    optimizer.step()
    return loss.detach()


@mistake(
    "generator_step",
    "gradients cleared only after the step",
    "You clear the gradients after the step, so those that G holds from elsewhere still take part. Clear them before backward.",
)
def generator_cleared_after(D, G, z, optimizer):
    loss = right.generator_loss(D(G(z)))
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.detach()


@mistake(
    "generator_step",
    "the loss after the step",
    "The loss you return is computed anew, after G has moved. Return the loss whose gradient made the step.",
)
def generator_loss_after(D, G, z, optimizer):
    right.generator_step(D, G, z, optimizer)
    return right.generator_loss(D(G(z))).detach()


@mistake(
    "generator_step",
    "D left frozen",
    "Your step sets requires_grad of D's parameters to False and leaves it so: D cannot learn any more. D need not be frozen, since its optimiser does not step here; if you freeze it, set it back.",
)
def discriminator_left_frozen(D, G, z, optimizer):
    D.requires_grad_(False)
    return right.generator_step(D, G, z, optimizer)


@mistake(
    "generator_step",
    "the minimax loss",
    "You step on log(1 - D), which saturates. This step uses the non-saturating loss, -log D.",
)
def minimax_step(D, G, z, optimizer):
    loss = right.generator_loss_minimax(D(G(z)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


@mistake(
    "generator_step",
    "the discriminator's goal",
    "You minimise -log(1 - D) on the fakes: the generator learns to be caught. Its loss is -log D.",
)
def helps_the_discriminator(D, G, z, optimizer):
    loss = F.softplus(D(G(z))).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


@mistake(
    "generator_step",
    "D moves too",
    "Your step moves the discriminator as well. Only the optimiser that was given, which holds G's parameters, may step.",
)
def moves_both(D, G, z, optimizer):
    loss = right.generator_loss(D(G(z)))
    optimizer.zero_grad()
    D.zero_grad()
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for p in D.parameters():
            p.sub_(0.1 * p.grad)
    return loss.detach()


@mistake(
    "generator_step",
    "the step is missing",
    "You compute gradients but never call the optimiser's step, so G does not move.",
)
def generator_step_missing(D, G, z, optimizer):
    loss = right.generator_loss(D(G(z)))
    optimizer.zero_grad()
    loss.backward()
    D.zero_grad()
    with torch.no_grad():
        loss = loss * 1.0
    return loss.detach()

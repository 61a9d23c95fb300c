# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # 00 Start: how the course works, and six tools
#
# *About an hour and a half · 1 minute of computing on two CPU cores · six exercises*
#
# Every generative model in this course learns a distribution from samples. GANs, VAEs, diffusion models and flows go
# about it in different ways, but they draw on the same six parts: a log-density, a log-mean-exp, a KL divergence,
# a Monte Carlo average with its error, a score, and a change of variables. You write these six functions here. On the
# way you learn how a lesson works; the first check fails and then passes within five minutes.

# %% [markdown]
# ## How a lesson works
#
# A lesson is a notebook: text, mathematics, and code that you run from top to bottom with **Shift+Enter**. At each step:
#
# 1. **Predict.** Where the text says *predict, then run*, write what you expect into the cell below it. Your sentence is
#    shown again beside the result. Nothing depends on it, and an empty one stops nothing.
# 2. **Fill in.** An exercise is one function. Its cell holds the signature, a docstring that says exactly what is
#    wanted, and `raise NotImplementedError`. Replace that line; keep the name and the arguments. Run the cell.
# 3. **Check.** The next cell calls `check_...` on your function. Run it as often as you like.
# 4. **Read the verdict.** It is one of these:
#
# | the card says | what it means |
# |---|---|
# | not written yet | the function still raises `NotImplementedError` |
# | your code raised an error | the error, your line, and the shapes that went in |
# | right | every property that was probed holds |
# | right under another convention | correct elsewhere; the card says which convention this course uses |
# | a known mistake | the mistake by its name, and its cure |
# | an earlier exercise comes first | this function calls one of yours that is not right yet |
# | not right yet | the first property that fails, where to look, and by how much your result differs |
#
# 5. **Ask for a hint** if you are stuck: three folded hints stand below each check, a nudge, a formula, a sketch. In a
#    terminal, `.venv/bin/gm-ref hint log_normal_diag --step 2` prints the second.
# 6. **Look.** Figures have a cell of their own, whose code is folded: run it like any other. A click on the bar left of it,
#    or on the three dots, opens the code.
# 7. **Compare.** The solved notebook, with all outputs, is `solutions/00_start.ipynb`.
#
# A check probes what your function does, not how it is written: a loop, `einsum` and `torch.distributions` all pass.
#
# **Where your work is.** `make lab` copied this notebook into the folder `work/`. What you change there is never
# overwritten, not by running `make lab` again and not by a newer version of the course. In a terminal,
# `.venv/bin/gm-ref check work/00_start.ipynb` checks all exercises of the saved notebook at once.

# %% [markdown]
# ## Conventions of the course
#
# When two correct programs disagree, a convention is behind it. These hold in every lesson:
#
# | what | convention |
# |---|---|
# | images | `(B, C, H, W)`, float, in [-1, 1] |
# | Gaussians | `mu`, `logvar` (natural logarithm of the variance) |
# | GAN | discriminators return logits `(B,)`, never probabilities |
# | diffusion time | t = 0 .. T-1, the data on the side of t = 0, `alpha_bar` before the first step is 1 |
# | flow matching time | t = 0 noise, t = 1 data |
# | guidance | scale g: `eps_u + g (eps_c - eps_u)`; g = 1 is plain conditional |
# | flows | `forward`: x to z, and `log_det` = log abs det dz/dx, `(B,)`; log p(x) = log p(z) + the sum of the log-dets. Written the other way round, x = f(z), the sign is minus |
# | reductions | log-densities and KL sum over dimensions; training averages over the batch |
# | reporting | nats for data in the plane, bits per dimension for images |
# | dtype | a result keeps the dtype that came in, float32 or float64 |
# | gradients | they flow through every exercise that can be differentiated, unless its text says otherwise |
#
# `B` is the number of samples in a batch and always axis 0; `D` is the number of dimensions of a sample. `log` is the
# natural logarithm.

# %% [markdown]
# Run the next two cells first: one says what to do if the course is not installed, the other imports what this lesson needs.

# %% tags=["setup"]
import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from gm_ref.checks.start import (
    check_gmm_score,
    check_kl_diag_gaussians,
    check_log_mean_exp,
    check_log_normal_diag,
    check_log_prob_by_change_of_variables,
    check_mc_estimate,
)
from gm_ref.desk.notebook import bigger, predict, predicted
from gm_ref.kit.plot import BLUE, GREEN, GREY, ORANGE, density_heatmap, new_figure, scatter, show

torch.set_default_dtype(torch.float64)  # identities hold to many digits; training lessons use float32

# %% [markdown]
# ## 1. Log-densities
#
# A Gaussian in one dimension, with mean $\mu$ and variance $\sigma^2$, has the density
#
# $$\mathcal N(x; \mu, \sigma^2) = \frac{1}{\sqrt{2\pi\sigma^2}} \exp\Bigl(-\frac{(x-\mu)^2}{2\sigma^2}\Bigr).$$
#
# A *diagonal* Gaussian in D dimensions has independent entries, so its density is a product over dimensions and its
# log-density a sum. The course passes $\ell = \log\sigma^2$, called `logvar`: a network may output any real number for it.
#
# ### Exercise `log_normal_diag`: the log-density of a diagonal Gaussian
#
# Do this one in four steps, to see the verdicts:
#
# 1. **Check the empty function.** Run the exercise cell as it is, then the check. The card says *not written yet*.
# 2. **Make a mistake on purpose.** Replace the line `raise NotImplementedError` by these two, and run both cells again.
#
#    ```python
#        z = (x - mu) / torch.exp(logvar)
#        return (-0.5 * z**2 - 0.5 * logvar - 0.5 * math.log(2 * math.pi)).sum(dim=1)
#    ```
#
#    It looks plausible: standardise x, then take the three terms of the log-density. Read what the card calls it.
# 3. **Make it consistent, in the wrong way.** Replace `0.5 * logvar` by `logvar` and run again. Now both terms treat the
#    third argument alike, and the card says something else: there is nothing wrong with the mathematics.
# 4. **Make it right** by the convention of this course, until the card is green.

# %% tags=["exercise"]
from gm_ref.foundations.start import log_normal_diag

# %%
check_log_normal_diag(log_normal_diag)

# %% [markdown] tags=["hints"]
# Hints for `log_normal_diag`
#
# 1. Look at the unit of each quantity. If x is a length, which power of a length is exp(logvar), and what must the squared distance be divided by so that no unit is left?
# 2. In each dimension the log-density is $-\tfrac12\bigl(\log 2\pi + \ell + (x-\mu)^2 e^{-\ell}\bigr)$.
# 3. Three terms for each entry, all of shape (B, D): a constant, the log-variance, the squared distance in units of the variance. Add them, take minus one half of the sum over axis 1.

# %% [markdown]
# **Is it a density?** A density must integrate to one, and a sum over a fine grid is an integral. *Predict, then run:*
# three Gaussians have logvar -3, 0 and 2. Which has the highest peak, and can a log-density be positive?

# %% tags=["predict"]
predict("peak", "The one with logvar -3: it is the narrowest, and all have area 1. Its peak may exceed 1, so its logarithm may be positive.")

# %%
def gaussian(mu: Tensor, logvar: Tensor) -> Callable:
    """Return the function x (B, D) -> log N(x; mu, diag(exp(logvar))), (B,), for one mu (D,) and logvar (D,)."""
    return lambda x: log_normal_diag(x, mu.expand_as(x), logvar.expand_as(x))


line = torch.linspace(-14, 14, 2801)[:, None]
predicted("peak")
curves = {value: gaussian(torch.zeros(1), torch.tensor([value]))(line) for value in (-3.0, 0.0, 2.0)}
for value, log_p in curves.items():
    area = log_p.exp().sum() * 0.01
    assert abs(area - 1) < 1e-4, "the density does not integrate to one"
    print(f"logvar {value:4.1f}: area {area:.4f}, log-density at the peak {log_p.max():6.3f}")

# %% tags=["figure"]
# Figure: three densities and their logarithms
figure, (left, right) = new_figure(1, 2, size=(9, 3.2))
for (value, log_p), color in zip(curves.items(), (BLUE, ORANGE, GREEN), strict=True):
    left.plot(line, log_p.exp(), color=color, label=f"logvar {value:g}")
    right.plot(line, log_p, color=color)
left.set(xlim=(-6, 6), xlabel="x", ylabel="density p(x)")
right.set(xlim=(-6, 6), ylim=(-20, 2), xlabel="x", ylabel="log p(x) in nats")
left.legend()
show(
    figure,
    alt="Three Gaussian densities around zero and, beside them, their logarithms, which are parabolas.",
    caption="Left: equal areas, so the narrow one must be high; its density exceeds 1. Right: the logarithm of a Gaussian is a parabola. Far out, where the densities all look like 0, the log-densities still differ by many nats.",
)

# %% [markdown]
# A density is not a probability: it may exceed 1, so a log-density may be positive. The narrow one peaks at 0.581 nats.
#
# **Why logarithms?** *Predict, then run:* a photograph has hundreds of thousands of entries. What is the density of a
# standard normal in 1,000 dimensions at one of its own samples, as a floating-point number?

# %% tags=["predict"]
predict("underflow", "Each entry has a density below 0.4, so the product is below 0.4 to the power of 1,000: that is 0 as a float.")

# %%
x = torch.randn(1, 1000, generator=torch.Generator().manual_seed(0))
entries = log_normal_diag(x.T, torch.zeros(1000, 1), torch.zeros(1000, 1))  # each entry as a sample of its own
predicted("underflow")
print(f"product of 1,000 densities: {entries.exp().prod():g}")
print(f"sum of 1,000 log-densities: {entries.sum():.0f} nats")
assert torch.allclose(entries.sum(), log_normal_diag(x, torch.zeros_like(x), torch.zeros_like(x)))

# %% [markdown]
# The product underflows to 0; the sum is an ordinary number. That is why the course never leaves logarithms without
# need. The assertion confirms that the log-density of a vector is the sum over its entries.

# %% [markdown]
# ## 2. Averages of things that are given by their logarithm
#
# Often the density itself is an average: of the components of a mixture, or of the likelihoods of many latent codes. With
# $w_i$ known as $x_i = \log w_i$, we need $\log \frac1n\sum_i e^{x_i}$ without ever computing $e^{x_i}$, which may be
# too large or too small for a float. The way out is one line of algebra, true for any number $m$:
#
# $$\log \frac1n \sum_i e^{x_i} = m + \log \frac1n \sum_i e^{x_i - m}.$$
#
# With $m = \max_i x_i$ the largest term is $e^0 = 1$: nothing overflows, and what underflows is too small to matter.
#
# ### Exercise `log_mean_exp`: the logarithm of a mean of exponentials
#
# Any function of torch is allowed. If you write the shift by hand, mind the case in which every entry is $-\infty$.

# %% tags=["exercise"]
from gm_ref.foundations.start import log_mean_exp

# %%
check_log_mean_exp(log_mean_exp)

# %% [markdown] tags=["hints"]
# Hints for `log_mean_exp`
#
# 1. A mean is a sum divided by n. What happens to "divided by n" when the logarithm is taken? And is there a function in torch for the logarithm of a sum of exponentials?
# 2. $\log\frac1n\sum_i e^{x_i} = \operatorname{logsumexp}(x) - \log n$, where n is the size of the axis dim.
# 3. Take torch's log-sum-exp along dim, which handles large entries and -inf; subtract the natural logarithm of the size of that axis. By hand: the maximum along dim, kept as an axis; exponentials of the differences; mean; logarithm; add the maximum back.

# %% [markdown]
# **Overflow, seen.** Three weights $e^{c}, e^{c+1}, e^{c+2}$ have the log-mean-exp $c + \log\frac{1+e+e^2}{3}$ for every
# $c$. *Predict, then run:* at which $c$ does the plain formula `x.exp().mean().log()` break in float64? And in float32?

# %% tags=["predict"]
predict("overflow", "Where exp overflows: at about 709, the logarithm of the largest float64, and at about 88 in float32; and near the negative of these, where it underflows.")

# %%
c = torch.arange(-1200, 1201, 10.0)
x = c[:, None] + torch.arange(3.0)
exact = c + math.log((1 + math.e + math.e**2) / 3)
assert torch.allclose(log_mean_exp(x, 1), exact), "the shift must not change the result"

predicted("overflow")
plain = {dtype: x.to(dtype).exp().mean(dim=1).log() for dtype in (torch.float64, torch.float32)}
for dtype, result in plain.items():
    kept = result.isfinite()
    print(f"{str(dtype)[6:]}: the plain formula is finite for c from {c[kept].min():.0f} to {c[kept].max():.0f}")

# %% tags=["figure"]
# Figure: where the plain formula ends
figure, axis = new_figure(size=(7, 3.2))
axis.plot(c, log_mean_exp(x, 1), color=GREY, linewidth=6, alpha=0.35, label="log_mean_exp")
for (dtype, result), color in zip(plain.items(), (BLUE, ORANGE), strict=True):
    axis.plot(c, result, color=color, label=f"plain formula, {str(dtype)[6:]}")
axis.set(xlabel="c", ylabel="log of the mean weight")
axis.legend()
show(
    figure,
    alt="A diagonal line from minus 1200 to 1200; the plain formula follows it only in the middle, over a shorter stretch in float32 than in float64.",
    caption="The plain formula ends where exp overflows (right) or underflows (left): beyond about 700 in float64 and about 90 in float32. The shifted one has no such limits.",
)

# %% [markdown]
# Weights of $e^{\pm1000}$ are ordinary: the likelihoods of images of 1,000 pixels are of that size. By Jensen's inequality
# the log-mean-exp lies above the mean of the $x_i$, and since a mean never exceeds the largest term, below their maximum.
# Both are checked here.

# %%
x = 5 * torch.randn(1000, 8, generator=torch.Generator().manual_seed(1))
assert (log_mean_exp(x, 1) >= x.mean(dim=1)).all() and (log_mean_exp(x, 1) <= x.amax(dim=1)).all()
print("mean <= log-mean-exp <= max holds in 1,000 of 1,000 rows")

# %% [markdown]
# ## 3. KL divergence, and why its direction matters
#
# How far is one distribution from another? The Kullback-Leibler divergence asks for the mean of the log-ratio of the
# densities, with $x$ drawn from the first:
#
# $$\mathrm{KL}(p \,\|\, q) = \mathbb E_{x\sim p}\bigl[\log p(x) - \log q(x)\bigr] \ge 0.$$
#
# For two Gaussians the expectation can be worked out. In one dimension, with $p = \mathcal N(\mu_1, \sigma_1^2)$ and
# $q = \mathcal N(\mu_2, \sigma_2^2)$, two expectations under $p$ are all it takes:
#
# $$\mathbb E_p (x-\mu_1)^2 = \sigma_1^2, \qquad
# \mathbb E_p (x-\mu_2)^2 = \sigma_1^2 + (\mu_1-\mu_2)^2.$$
#
# Put both into the difference of the two log-densities. The $\log 2\pi$ cancel; what remains, summed over dimensions, is
# the exercise.
#
# ### Exercise `kl_diag_gaussians`: the divergence of two diagonal Gaussians
#
# Work out the closed form on paper before you type. For $\mu_2 = 0$ and $\sigma_2 = 1$ it must become the KL term of a VAE,
# $\frac12(\sigma_1^2 + \mu_1^2 - 1 - \log\sigma_1^2)$.

# %% tags=["exercise"]
from gm_ref.foundations.start import kl_diag_gaussians

# %%
check_kl_diag_gaussians(kl_diag_gaussians)

# %% [markdown] tags=["hints"]
# Hints for `kl_diag_gaussians`
#
# 1. What must the result be for two equal Gaussians? And which of the two variances divides the distance of the means, given that the distance comes from log q?
# 2. In each dimension: $\tfrac12\Bigl(\log\frac{\sigma_2^2}{\sigma_1^2} + \frac{\sigma_1^2 + (\mu_1-\mu_2)^2}{\sigma_2^2} - 1\Bigr)$.
# 3. Four terms for each entry: the second log-variance minus the first; the ratio of the first variance to the second; the squared distance of the means over the second variance; minus one. Half of their sum over axis 1.

# %% [markdown]
# **The derivation, checked.** The two expectations used above, and the result, against an integral over a grid:

# %%
mu1, mu2 = torch.tensor([0.6]), torch.tensor([-0.5])
logvar1, logvar2 = torch.tensor([-0.8]), torch.tensor([0.9])
log_p, log_q = gaussian(mu1, logvar1)(line), gaussian(mu2, logvar2)(line)
weight = log_p.exp() * 0.01  # the probability of each cell of the grid
second_moment = (weight * (line[:, 0] - mu2) ** 2).sum()
assert torch.allclose(second_moment, logvar1.exp() + (mu1 - mu2) ** 2)
by_grid = (weight * (log_p - log_q)).sum()
by_formula = kl_diag_gaussians(mu1[None], logvar1[None], mu2[None], logvar2[None])[0]
back = kl_diag_gaussians(mu2[None], logvar2[None], mu1[None], logvar1[None])[0]
assert torch.allclose(by_grid, by_formula), "the closed form is not the integral"
print(f"KL(p || q) = {by_formula:.4f} by formula, {by_grid:.4f} by integration;  KL(q || p) = {back:.4f}")

# %% [markdown]
# The two directions differ by a factor of four. What that means shows best when a single Gaussian q must stand for a
# density p with two bumps. *Predict, then run:* which q makes KL(p || q) smallest, and which makes KL(q || p) smallest?

# %% tags=["predict"]
predict("direction", "KL(p || q) wants a wide q that covers both bumps, KL(q || p) a narrow q on one of them.")

# %%
bumps = [gaussian(torch.tensor([m]), torch.tensor([v]))(line) for m, v in ((-2.0, -1.2), (2.0, -0.6))]
log_p = torch.logaddexp(math.log(0.4) + bumps[0], math.log(0.6) + bumps[1])
means, logvars = torch.linspace(-3, 3, 61), torch.linspace(-2, 3, 51)
pairs = torch.cartesian_prod(means, logvars)
log_q = torch.stack([gaussian(m[None], v[None])(line) for m, v in pairs])
forward_kl = (log_p.exp() * (log_p - log_q)).sum(dim=1) * 0.01
reverse_kl = (log_q.exp() * (log_q - log_p)).sum(dim=1) * 0.01
covering, seeking = forward_kl.argmin(), reverse_kl.argmin()

p_mean = (log_p.exp() * line[:, 0]).sum() * 0.01
p_variance = (log_p.exp() * (line[:, 0] - p_mean) ** 2).sum() * 0.01
predicted("direction")
print(f"p itself:        mean {p_mean:5.2f}, variance {p_variance:.2f}")
for name, best in (("min KL(p || q)", covering), ("min KL(q || p)", seeking)):
    print(f"{name}:  mean {pairs[best, 0]:5.2f}, variance {pairs[best, 1].exp():.2f}")

# %% tags=["figure"]
# Figure: the two best Gaussians
figure, axis = new_figure(size=(7, 3.2))
axis.fill_between(line[:, 0], log_p.exp(), color=GREY, alpha=0.35, label="p, two bumps")
axis.plot(line, log_q[covering].exp(), color=BLUE, label="q with the smallest KL(p || q)")
axis.plot(line, log_q[seeking].exp(), color=ORANGE, label="q with the smallest KL(q || p)")
axis.set(xlim=(-6, 6), xlabel="x", ylabel="density")
axis.legend(loc="upper left", fontsize=8)
axis.set_ylim(0, 0.75)
show(
    figure,
    alt="A grey density with two bumps, a wide blue Gaussian that covers both and a narrow orange one that lies on the right bump.",
    caption="Where p is large, KL(p || q) punishes a small q: blue covers everything, also the gap between the bumps. Where q is large, KL(q || p) punishes a small p: orange keeps to one bump and ignores the other.",
)

# %% [markdown]
# The best covering q has the mean and the variance of p itself, up to the grid. Maximum likelihood minimises KL(p || q), so
# a model that is too simple for the data becomes blurred. The posterior of a VAE is fitted with the other direction, and
# tends to be too narrow rather than too wide.

# %% tags=["figure"]
# The same, asserted
assert abs(pairs[covering, 0] - p_mean) < 0.06 and abs(pairs[covering, 1].exp() / p_variance - 1) < 0.06
assert abs(pairs[seeking, 0] - 2) < 0.06

# %% [markdown]
# ## 4. Monte Carlo: an average, and how far to trust it
#
# Most expectations in this course have no closed form. We draw $x_1, \dots, x_N$ from $p$ and average:
#
# $$\mathbb E_p[f] \approx \bar f = \frac1N\sum_i f(x_i), \qquad
# \operatorname{Var}(\bar f) = \frac{1}{N^2}\sum_i \operatorname{Var}(f(x_i)) = \frac{\operatorname{Var}(f)}{N}.$$
#
# The second identity needs the samples to be independent. The *standard error* is the square root of that variance, with
# $\operatorname{Var}(f)$ estimated from the same samples.
#
# ### Exercise `mc_estimate`: a mean with its standard error

# %% tags=["exercise"]
from gm_ref.foundations.start import mc_estimate

# %%
check_mc_estimate(mc_estimate)

# %% [markdown] tags=["hints"]
# Hints for `mc_estimate`
#
# 1. If f had the unit metre, in which unit would your error come out? And what happens to it with a hundred times more samples?
# 2. $s^2 = \frac{1}{N-1}\sum_i (f(x_i)-\bar f)^2$; the standard error is $s / \sqrt N$.
# 3. Apply f once to all samples. Return the mean of the values, and their standard deviation (torch's own has N - 1 by default) divided by the square root of how many values there are.

# %% [markdown]
# **Does the error bar tell the truth?** We know one expectation exactly, the KL divergence of section 3. Estimate it from
# samples, 300 times at each of nine sizes, and compare the true error with the reported one. *Predict, then run:* what slope
# has the error against N when both axes are logarithmic?

# %% tags=["predict"]
predict("slope", "-1/2: the error falls like one over the root of N.")

# %%
def log_ratio(x: Tensor) -> Tensor:
    """Return log p(x) - log q(x), (B,), for the two Gaussians of section 3."""
    return gaussian(mu1, logvar1)(x) - gaussian(mu2, logvar2)(x)


generator = torch.Generator().manual_seed(0)
sizes = [2**k for k in range(4, 13)]
misses, reports, inside = [], [], []
for size in sizes:
    draws = mu1 + (logvar1 / 2).exp() * torch.randn(300, size, 1, generator=generator)
    estimates, errors = torch.tensor([mc_estimate(log_ratio, samples) for samples in draws]).T
    gap = (estimates - by_formula).abs()
    misses.append(gap.square().mean().sqrt())
    reports.append(errors.mean())
    inside.append((gap < 2 * errors).double().mean())
slope = np.polyfit(np.log(sizes), np.log(misses), 1)[0]
predicted("slope")
print(f"measured slope {slope:.2f}")
print(f"the truth lies within two standard errors in {torch.stack(inside).mean():.0%} of 2,700 estimates")

# %% tags=["figure"]
# Figure: true and reported error
figure, axis = new_figure(size=(7, 3.4))
axis.loglog(sizes, misses, "o", color=BLUE, label="true error, root mean square of 300")
axis.loglog(sizes, reports, color=ORANGE, label="reported standard error, mean of 300")
axis.loglog(sizes, [reports[-1] * (sizes[-1] / n) ** 0.5 for n in sizes], "--", color=GREY, label=r"$1/\sqrt{N}$")
axis.set(xlabel="number of samples N", ylabel="error of the estimate in nats")
axis.legend()
show(
    figure,
    alt="Errors against sample size on logarithmic axes: points, the reported error and a reference line of slope minus one half lie on one another.",
    caption="True error and reported error fall together, like 1 / sqrt(N): one more digit costs a hundred times the samples.",
)

# %% tags=["figure"]
# The same, asserted
assert abs(slope + 0.5) < 0.05, "the error does not fall like 1 / sqrt(N)"
assert all(abs(m / r - 1) < 0.2 for m, r in zip(misses, reports, strict=True)), "the error bars do not tell the truth"

# %% [markdown]
# **When it lies.** The error bar assumes that the samples have met what matters. The mean of the weight $p(x)/q(x)$ over
# draws from $q$ is 1 for every $p$ and every $q$ that is positive where $p$ is. *Predict, then run:* we average 1,000 weights,
# once with a $q$ wider than $p$, once with a $q$ half as wide. In how many of 400 repetitions does the interval of two
# standard errors hold the truth, 1?

# %% tags=["predict"]
predict("coverage", "In about 95 percent for the wide q. Less for the narrow one, which hardly ever draws where the weights are large.")

# %%
def coverage(width: float) -> float:
    """Return how often the mean of 1,000 weights N(0, 1) / N(0, width^2) is within two standard errors of 1."""
    top, wide = gaussian(torch.zeros(1), torch.zeros(1)), gaussian(torch.zeros(1), torch.tensor([2 * math.log(width)]))
    draws = width * torch.randn(400, 1000, 1, generator=torch.Generator().manual_seed(2))
    found = [mc_estimate(lambda x: (top(x) - wide(x)).exp(), samples) for samples in draws]
    return sum(abs(m - 1) < 2 * e for m, e in found).item() / 400


wider, narrower = coverage(1.5), coverage(0.5)
predicted("coverage")
print(f"q wider than p: {wider:.0%};  q half as wide as p: {narrower:.0%}")

# %% tags=["figure"]
# The same, asserted
assert wider > 0.9 and narrower < 0.75

# %% [markdown]
# With the narrow $q$ the rare, huge weights in the tails are almost never drawn, so mean and error bar both come out too
# small; there the variance of the weights is infinite. Keep this in mind when lessons on VAEs average likelihoods with
# your `log_mean_exp`.

# %% [markdown]
# ## 5. The score: which way the density grows
#
# The *score* is the gradient of the log-density with respect to $x$, a field of arrows. For one Gaussian it is
# $(\mu - x)/\sigma^2$. It does not know the normaliser of $p$, which is why diffusion models can learn it. For a mixture
# $p(x) = \sum_k w_k\, p_k(x)$,
#
# $$\nabla \log p(x) = \frac{\sum_k w_k \nabla p_k(x)}{p(x)} = \sum_k r_k(x)\,\nabla\log p_k(x), \qquad
# r_k(x) = \frac{w_k\,p_k(x)}{\sum_j w_j\,p_j(x)},$$
#
# because $\nabla p_k = p_k \nabla\log p_k$. Each component pulls with the share $r_k(x)$ of the density that is its own *at
# this x*. The weights are passed as `logits`, $w = \mathrm{softmax}(\text{logits})$.
#
# ### Exercise `gmm_score`: the score of a mixture of Gaussians

# %% tags=["exercise"]
from gm_ref.foundations.start import gmm_score

# %%
check_gmm_score(gmm_score)

# %% [markdown] tags=["hints"]
# Hints for `gmm_score`
#
# 1. Write down the shapes first: x is (B, D), the means are (K, D), the differences of each sample to each mean are (B, K, D). Which axis does each sum remove?
# 2. $\sum_k r_k(x)\,\frac{\mu_k-x}{\sigma_k^2}$ with $r = \mathrm{softmax}_k\bigl(\text{logits}_k + \log\mathcal N(x;\mu_k,\sigma_k^2)\bigr)$; what is the same for all k may be left out inside the softmax.
# 3. Differences (B, K, D) by giving x a new axis 1. From them the log-density of each component up to a constant, (B, K), including its own half log-variances; add the logits; softmax over axis 1. Weight each difference over its variance with its share and sum over axis 1.

# %% [markdown]
# **The derivation, checked.** Autograd differentiates the log-density; your score must be the same, here at 500 points of
# the plane and once far away. And because $\int p\,\nabla\log p = \int \nabla p = 0$, the mean of the score over samples of
# $p$ must be 0 up to its standard error.

# %%
logits = torch.tensor([0.0, 0.7, -0.4])
mu = torch.tensor([[-1.4, -0.8], [1.3, -0.4], [0.0, 1.5]])
logvar = torch.tensor([[-1.0, -1.6], [-1.5, -0.9], [-1.2, -1.8]])


def log_mixture(x: Tensor) -> Tensor:
    """Return the log-density (B,) of the mixture of three Gaussians at x (B, 2)."""
    parts = [gaussian(m, v)(x) for m, v in zip(mu, logvar, strict=True)]
    return torch.logsumexp(torch.stack(parts, dim=1) + torch.log_softmax(logits, dim=0), dim=1)


def sample_mixture(n: int, generator: torch.Generator) -> Tensor:
    """Return n draws (n, 2) from the mixture."""
    k = torch.multinomial(torch.softmax(logits, dim=0), n, replacement=True, generator=generator)
    return mu[k] + (logvar[k] / 2).exp() * torch.randn(n, 2, generator=generator)


generator = torch.Generator().manual_seed(3)
points = torch.cat([3 * torch.randn(500, 2, generator=generator), torch.tensor([[90.0, -70.0]])]).requires_grad_()
by_autograd = torch.autograd.grad(log_mixture(points).sum(), points)[0]
assert torch.allclose(gmm_score(points.detach(), logits, mu, logvar), by_autograd), "not the gradient of log p"
print("score = gradient of log p at 501 of 501 points")

samples = sample_mixture(20_000, generator)
for i in range(2):
    average, error = mc_estimate(lambda x, i=i: gmm_score(x, logits, mu, logvar)[:, i], samples)
    assert abs(average) < 4 * error, "the mean of the score must be 0"
print("its mean over 20,000 samples is 0 within four standard errors")

# %%
side = torch.linspace(-2.7, 2.7, 16)
places = torch.cartesian_prod(side, side)
arrows = gmm_score(places, logits, mu, logvar)
size = arrows.norm(dim=1, keepdim=True)

# %% tags=["figure"]
# Figure: the score of a mixture
figure, axis = new_figure(size=(5.4, 4.6))
density_heatmap(log_mixture, axis)
axis.quiver(*places.T, *(arrows / size * size.sqrt()).T, color="white", width=0.004, scale=55)
axis.set_xticks(range(-3, 4))
show(
    figure,
    alt="A heat map with three bright spots; white arrows everywhere point towards the nearest spot, long far away and short near the centres.",
    caption="The score of a mixture of three Gaussians over its density (arrows as long as the root of the score's size). Arrows point uphill and shrink to nothing at the modes; between two spots they part. Far out, where the density is too dark to see, they are longest.",
)

# %% [markdown]
# **What the field is good for.** Follow it, $x \leftarrow x + h\,s(x)$, and every point climbs to a mode. Follow it and add
# noise of the right size, $x \leftarrow x + h\,s(x) + \sqrt{2h}\,\epsilon$, and the points become samples of $p$: this is
# Langevin's dynamics. *Predict, then run:* starting from one cloud at 0, which picture has the spread of the true samples?

# %% tags=["predict"]
predict("langevin", "The one with noise. Without noise every point ends at a mode.")

# %%
generator = torch.Generator().manual_seed(4)
start = 0.3 * torch.randn(1500, 2, generator=generator)
climbed, walked, h = start.clone(), start.clone(), 0.02
for _ in range(1500):
    climbed = climbed + h * gmm_score(climbed, logits, mu, logvar)
    noise = torch.randn(1500, 2, generator=generator)
    walked = walked + h * gmm_score(walked, logits, mu, logvar) + math.sqrt(2 * h) * noise

true = sample_mixture(1500, generator)

# %% tags=["figure"]
# Figure: where the points end
predicted("langevin")
figure, axes = new_figure(1, 3, size=(10, 3.5))
for axis, cloud, title in zip(axes, (climbed, walked, true), ("score only", "score and noise", "true samples"), strict=True):
    scatter(cloud, axis, title=title)
show(
    figure,
    alt="Three panels of points: three single dots; three blurred clouds; and three blurred clouds that look the same.",
    caption="1,500 points after 1,500 steps. Without noise they end in three points, the modes. With noise they spread like true samples of the mixture, which the third panel shows.",
)

# %%
spread = {"score only": climbed, "score and noise": walked, "true samples": samples}
for name, cloud in spread.items():
    print(f"{name:15s}  -E[log p] = {-log_mixture(cloud).mean():.1f} nats")

# %% tags=["figure"]
# The same, asserted
truth = -log_mixture(samples).mean()
assert abs(-log_mixture(walked).mean() - truth) < 0.15 < truth + log_mixture(climbed).mean()

# %% [markdown]
# Points at the modes are the most likely ones and yet not samples: their mean of $-\log p$ is far below that of true
# samples. A sampler needs its noise. Diffusion models learn a score for each noise level, and sample with steps of this
# kind.

# %% [markdown]
# ## 6. Change of variables
#
# Draw $z$ from a density you know, and let $z = f(x)$ with an invertible $f$. What is the density of $x$? Probability is
# carried along: a short interval $dx$ is mapped onto an interval of length $|f'(x)|\,dx$, and both hold the same
# probability:
#
# $$p(x)\,dx = p_z(f(x))\,|f'(x)|\,dx
# \quad\Longrightarrow\quad
# \log p(x) = \log p_z(f(x)) + \log |f'(x)|.$$
#
# In D dimensions the volume of a small cube is multiplied by $|\det \frac{dz}{dx}|$, which takes the place of $|f'(x)|$.
#
# ### Exercise `log_prob_by_change_of_variables`: a density through an invertible map
#
# One line. The only question is which sign goes with which direction, and code that gets it wrong still trains.

# %% tags=["exercise"]
from gm_ref.foundations.start import log_prob_by_change_of_variables

# %%
check_log_prob_by_change_of_variables(log_prob_by_change_of_variables)

# %% [markdown] tags=["hints"]
# Hints for `log_prob_by_change_of_variables`
#
# 1. Take f(x) = 10 x and z uniform on [0, 10]. On which interval does x lie, and how high is its density?
# 2. $\log p(x) = \log p_z(f(x)) + \log\bigl|\det\frac{dz}{dx}\bigr|$, everything evaluated at the x that is given.
# 3. Map x to z with f, ask the base for its log-density there, and add what log_abs_det says about x. Shapes: (B, D) goes in, two numbers for each sample are added.

# %% [markdown]
# **By a picture.** Let $z \sim \mathcal N(0, 4)$ and $z = f(x) = \sinh x$, so that samples of $x$ are $\operatorname{arsinh} z$
# and $f'(x) = \cosh x$. *Predict, then run:* one bump goes in; how many come out?

# %% tags=["predict"]
predict("bumps", "Two: equal steps of z crowd together far from 0 when carried back to x, and that lifts the density there.")

# %%
def base(z: Tensor) -> Tensor:
    """Return the log-density (B,) of N(0, 4) at z (B, 1)."""
    return gaussian(torch.zeros(1), torch.tensor([math.log(4.0)]))(z)


def log_stretch(x: Tensor) -> Tensor:
    """Return log |dz/dx| of z = sinh(x), (B,), at x (B, 1)."""
    return torch.log(torch.cosh(x)).sum(dim=1)


z = 2 * torch.randn(50_000, 1, generator=torch.Generator().manual_seed(5))
fine = torch.linspace(-6, 6, 1201)[:, None]
candidates = {
    "+ log |dz/dx|": log_prob_by_change_of_variables(fine, torch.sinh, log_stretch, base),
    "no log |dz/dx|": base(torch.sinh(fine)),
    "- log |dz/dx|": base(torch.sinh(fine)) - log_stretch(fine),
}
areas = {name: (log_p.exp().sum() * 0.01).item() for name, log_p in candidates.items()}
for name, area in areas.items():
    print(f"{name:15s} integrates to {area:.3f}")

# %% tags=["figure"]
# Figure: a density carried from z to x
predicted("bumps")
assert abs(areas["+ log |dz/dx|"] - 1) < 1e-6 < min(abs(area - 1) for name, area in areas.items() if name[0] != "+")
figure, (left, right) = new_figure(1, 2, size=(9.5, 3.6))
left.plot(fine, torch.sinh(fine), color=BLUE)
for a in range(-4, 5):  # intervals of equal length on the z axis, carried back to x
    at = math.asinh(a)
    left.plot([-3, at, at], [a, a, -5], color=GREY, linewidth=0.7)
left.set(xlim=(-3, 3), ylim=(-5, 5), xlabel="x", ylabel="z = sinh(x)")
right.hist(torch.asinh(z)[:, 0].numpy(), bins=80, density=True, color=GREY, alpha=0.4, label="samples arsinh(z)")
for (name, log_p), color in zip(candidates.items(), (BLUE, GREEN, ORANGE), strict=True):
    right.plot(fine, log_p.exp(), color=color, label=f"{name}: area {areas[name]:.2f}")
right.set(xlim=(-3.5, 3.5), ylim=(0, 0.46), xlabel="x", ylabel="density p(x)")
right.legend(fontsize=8)
show(
    figure,
    alt="Left: the curve z = sinh x with lines from equally spaced z to x, which crowd together away from 0. Right: a histogram with two bumps; only the curve with plus log stretch follows it.",
    caption="Left: equal intervals of z come from ever shorter intervals of x, so the probability of each stands on less room. Right: only the density with + log |dz/dx| follows the histogram of samples, and only it has area 1.",
)

# %% [markdown]
# One bump became two: a single invertible map changes the shape of a density. Flows stack many such maps and learn them.
#
# **The other direction.** Many texts write the map from noise to data, $x = g(z)$ with $g = f^{-1}$. Since
# $\frac{dx}{dz} = 1 / \frac{dz}{dx}$, the same density is
#
# $$\log p(x) = \log p_z(z) - \log\Bigl|\frac{dx}{dz}\Bigr|.$$
#
# Plus for the log-determinant of x to z, minus for that of z to x. Both, on the same points:

# %%
z_fine = torch.sinh(fine)
log_dx_dz = -0.5 * torch.log1p(z_fine**2).sum(dim=1)  # x = arsinh(z) has the slope 1 / sqrt(1 + z^2)
assert torch.allclose(candidates["+ log |dz/dx|"], base(z_fine) - log_dx_dz)
print("+ log |dz/dx| and - log |dx/dz| give the same density at 1,201 of 1,201 points")

# %% [markdown] tags=["task"]
# ## Open task: how narrow may q be?
#
# The error bar told the truth for a $q$ of width 1.5 and lied for one of width 0.5. Where does it begin to lie? Your knob is
# the width; `coverage` measures how often the interval of two standard errors holds the truth. Say what you would accept as
# "telling the truth", find the narrowest $q$ that you would still trust, and look for a reason: for which widths is the
# variance of the weight $p(x)/q(x)$ finite? Change the number of repetitions or the seed, too: how sure are you of your
# answer? There is no single right one.

# %% tags=["task"]
for width in (0.6, 0.8, 2.0):
    print(f"width {width:.1f}: the interval holds the truth in {coverage(width):.0%} of 400 repetitions")

# %% [markdown]
# What did you change, what did you measure, and what do you conclude? One paragraph.

# %% [markdown] tags=["solution"]
# With 400 repetitions the interval holds the truth in 75, 81, 85, 89, 91, 92 and 95 percent for the widths 0.55, 0.6, 0.65,
# 0.7, 0.75, 0.8 and 0.9. I would trust 0.9 and more. The variance of the weights is finite where the width is above the root
# of 1/2, about 0.71, and just above it the share is still too low: the variance exists, but 1,000 weights do not meet what it
# is made of. 400 repetitions know a share near 0.9 to about 1.5 percentage points, so 0.8 and 0.9 differ by two of these. (At
# width 1 all weights are exactly 1 and the error is 0. The share is then 0 percent, since 0 is not less than 0.)

# %% [markdown] tags=["recap"]
# ## Recap
#
# You can now
#
# - write the log-density of a Gaussian and average densities by their logarithms, without overflow;
# - compute the KL divergence of two Gaussians, and say what each of its two directions does to a model that is too simple;
# - estimate an expectation with its standard error, and say when that error lies;
# - write the score of a mixture, and sample with it;
# - carry a density through an invertible map, with the right sign.
#
# Answer these three without looking; one sentence each is enough.
#
# **1.** A colleague reports a log-density of +35 nats for an 8 x 8 image and says that something must be broken, because a
# probability cannot exceed 1. What do you answer?

# %% [markdown] tags=["solution"]
# A log-density is not the logarithm of a probability: a density of continuous data may be as large as it likes where it is concentrated, 35 nats over 64 dimensions is about half a nat each, and only its integral must be 1.

# %% [markdown]
# **2.** You fit a single Gaussian to data with two well separated clusters by maximum likelihood. Where does it put its mean,
# which of the two KL divergences did you minimise, and why?

# %% [markdown] tags=["solution"]
# The mean lies between the clusters, where there are no data: the average log-likelihood is, up to a constant that does not depend on q, minus KL(p || q), and that divergence forces q to cover everything that p covers.

# %% [markdown]
# **3.** Your estimate has a standard error of 0.1 after 1,000 samples. How many samples do you need for 0.01, and when would
# you not believe the error bar at all?

# %% [markdown] tags=["solution"]
# About 100,000, since the error falls like one over the root of N; I would not believe it where rare samples carry most of the mean, as weights p/q do when q is narrower than p, or where the samples are not independent.

# %% [markdown] tags=["bigger"]
# ## Go bigger
#
# Does a hundred times more data mend the narrow $q$? The cell below averages 100,000 weights in place of 1,000, for the
# two widths of before. Decide what you expect; it took 13 seconds on one CPU core. Larger models come with the later lessons,
# and those of published size, `gm_ref.models`, are not part of the course yet.

# %% tags=["bigger"]
go = False  # write True to run this
if bigger(go):
    normal = gaussian(torch.zeros(1), torch.zeros(1))
    for width in (1.5, 0.5):
        q, held = gaussian(torch.zeros(1), torch.tensor([2 * math.log(width)])), 0
        for repetition in range(400):
            draws = width * torch.randn(100_000, 1, generator=torch.Generator().manual_seed(repetition))
            mean, error = mc_estimate(lambda x, q=q: (normal(x) - q(x)).exp(), draws)
            held += bool(abs(mean - 1) < 2 * error)
        print(f"width {width}, 100,000 weights: the interval holds the truth in {held / 400:.0%} of 400 repetitions")

# %% [markdown]
# ## The four objectives in one notation
#
# Data $x \sim p_{\text{data}}$, noise or latent $z \sim \mathcal N(0, I)$, noise $\epsilon \sim \mathcal N(0, I)$, $\sigma$ the
# logistic function. Come back to this page when you start a family.
#
# | | GAN | VAE | diffusion | flow |
# |---|---|---|---|---|
# | what is learned | generator $x = G(z)$; discriminator $D(x) = \sigma(l(x))$ with logit $l(x)$ | encoder $q(z \mid x)$; decoder $p(x \mid z)$ | noise predictor $\epsilon_\theta(x_t, t)$ | invertible map $z = f(x)$ |
# | objective | $\min_G \max_D\ \mathbb E_x \log D(x) + \mathbb E_z \log(1-D(G(z)))$ | $\max\ \mathbb E_x \bigl[\mathbb E_{q(z \mid x)} \log p(x \mid z) - \mathrm{KL}(q(z \mid x) \Vert p(z))\bigr]$ | $\min\ \mathbb E_{t, x, \epsilon} \lVert \epsilon - \epsilon_\theta(x_t, t)\rVert^2$, with $x_t = \sqrt{\bar\alpha_t}\,x + \sqrt{1-\bar\alpha_t}\,\epsilon$ | $\max\ \mathbb E_x \bigl[\log p_z(f(x)) + \log\lvert\det \frac{dz}{dx}\rvert\bigr]$ |
# | what that is | at the best D, 2 JSD - log 4, with JSD the Jensen-Shannon divergence of data and samples | a lower bound of $\mathbb E_x \log p(x)$ | a reweighted bound; up to scale, score matching at every noise level | $\mathbb E_x \log p(x)$ itself |
# | likelihood of an $x$ | none | a bound, tighter with more samples of $z$ | a bound; by an ODE, a numerical value | exact |
# | sampling | one pass of $G$ | $z$ from the prior, one pass of the decoder | T passes, or fewer with a solver | one pass of $f^{-1}$ |
# | size of the latent | any | any, usually small | that of $x$ | that of $x$ |
# | symbols in code | logits `(B,)` | `mu`, `logvar` | `t` = 0 .. T-1, `alpha_bar`, `eps` | `log_det` of x to z, `(B,)` |
# | what it takes from today | a log-ratio of densities, Monte Carlo | `log_normal_diag`, `kl_diag_gaussians`, `log_mean_exp` | `kl_diag_gaussians`, the score | change of variables |
#
# No column wins every row: a GAN has no likelihood, a VAE has only a bound, diffusion samples in many passes, and a flow pays
# for the exact likelihood with an invertible map. Flow matching, the younger relative of diffusion, regresses a velocity in
# place of a noise and runs time the other way, t = 0 noise and t = 1 data.
#
# ## Where this goes
#
# The first digit of a lesson's number is its family: 1 GANs, 2 VAEs, 3 diffusion and flow matching, 4 flows, 5 measuring them
# all. `11_minimax`, `21_elbo`, `31_ddpm` and `41_realnvp` derive the four columns. Each stands alone, so take them in any order; only
# `31_ddpm` leans on the bound that `21_elbo` derives. Lessons that the text names and that are not in your folder are still to come.
#
# ## Papers
#
# - Goodfellow et al. 2014, *Generative Adversarial Nets*: the first column. arXiv:1406.2661
# - Kingma and Welling 2014, *Auto-Encoding Variational Bayes*: the second; appendix B has the KL of Gaussians. arXiv:1312.6114
# - Ho, Jain, Abbeel 2020, *Denoising Diffusion Probabilistic Models*: the third. arXiv:2006.11239
# - Dinh, Sohl-Dickstein, Bengio 2017, *Density Estimation using Real NVP*: the fourth. arXiv:1605.08803
# - Hyvärinen 2005, *Estimation of Non-Normalized Statistical Models by Score Matching*; Song and Ermon 2019, *Generative
#   Modeling by Estimating Gradients of the Data Distribution*: the score, and sampling with it. arXiv:1907.05600
# - Burda, Grosse, Salakhutdinov 2016, *Importance Weighted Autoencoders*: log-mean-exp at work. arXiv:1509.00519
# - Blanchard, Higham, Higham 2021, *Accurately Computing the Log-Sum-Exp and Softmax Functions*.
# - Owen 2013, *Monte Carlo Theory, Methods and Examples*: chapter 2 on error, chapter 9 on when weights mislead.
# - Bishop 2006, *Pattern Recognition and Machine Learning*: section 2.3 on Gaussians, 10.1 on the two directions of KL.

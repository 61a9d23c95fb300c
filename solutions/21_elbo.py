# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # 21 ELBO: a bound that can be trained
#
# *About two and a half hours · 2 minutes of computing on two CPU cores · nine exercises*
#
# Behind each picture of a digit there are a few causes: which digit, how slanted, how bold. A *latent-variable model*
# writes this down: draw a short vector z, turn it into a picture x. The likelihood of a picture is then an integral over
# all z that might have caused it, and that integral is out of reach. This lesson derives the bound that replaces it, the
# evidence lower bound or **ELBO**, and the network that maximises it, the variational autoencoder.
#
# You start with a model in which everything can be computed exactly, so that you can see the bound close on the truth.
# Then you train a VAE on the digits.

# %% tags=["setup"]
import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.distributions import MultivariateNormal
from torch.nn.functional import softplus

from gm_ref.checks.elbo import (
    check_bernoulli_log_lik,
    check_elbo,
    check_elbo_gap,
    check_gaussian_log_lik,
    check_interpolate,
    check_kl_standard_normal,
    check_linear_vae_posterior,
    check_reparameterize,
    check_sample_prior,
)
from gm_ref.desk.notebook import bigger, predict, predicted
from gm_ref.kit import plot
from gm_ref.kit.data import digits, split
from gm_ref.kit.nets import MLP
from gm_ref.kit.train import TrainConfig, fit

plot.use_style()
images, labels = digits()
train_images, train_labels, test_images, test_labels = split(images, labels, held_out=0.2, seed=0)

# %% [markdown]
# ## The integral
#
# The model: $z \sim \mathcal N(0, I)$ with a few dimensions, then $x \sim p(x \mid z)$, whose parameters a *decoder*
# computes from z. The likelihood of one picture is
#
# $$ p(x) = \int p(x \mid z)\, p(z)\, dz . $$
#
# Drawing z from the prior and averaging $p(x\mid z)$ would be right in the end and useless in practice: almost every z
# decodes to another picture. We need a guess at which z may have caused *this* x: an *encoder* $q(z\mid x)$.
#
# ## The bound, twice
#
# **By Jensen.** For any density q that is nowhere 0, $\log p(x) = \log \mathbb E_{q}\!\left[\frac{p(x\mid z)\,p(z)}{q(z\mid x)}\right]
# \ge \mathbb E_q\!\left[\log\frac{p(x\mid z)\,p(z)}{q(z\mid x)}\right]$, since the logarithm is concave. The right-hand side
# is the ELBO. That it is a bound is clear; by how much it falls short is not.
#
# **By the KL identity.** Put $p(x\mid z)\,p(z) = p(z\mid x)\,p(x)$ into the right-hand side:
#
# $$ \text{ELBO}(x) = \mathbb E_q\!\left[\log \frac{p(z \mid x)\, p(x)}{q(z\mid x)}\right]
#    = \log p(x) - \mathrm{KL}(q(z\mid x)\,\|\,p(z\mid x)) . $$
#
# So the gap is a KL divergence: zero exactly when the encoder finds the true posterior.
#
# **The form that is computed.** Split the fraction the other way:
#
# $$ \text{ELBO}(x) = \underbrace{\mathbb E_q[\log p(x\mid z)]}_{\text{reconstruction}}
#    - \underbrace{\mathrm{KL}(q(z\mid x)\,\|\,p(z))}_{\text{price of the code}} . $$

# %% [markdown]
# ### Exercise `gaussian_log_lik`: how likely is x under a Gaussian
#
# Here `logvar` may be one number for all pixels. The normaliser still counts once for every pixel.

# %% tags=["exercise"]
from gm_ref.vae.elbo import gaussian_log_lik

# %%
check_gaussian_log_lik(gaussian_log_lik)

# %% [markdown] tags=["hints"]
# Hints for `gaussian_log_lik`
#
# 1. Write the log-density of one entry, then sum over all entries of a sample, whatever its shape is.
# 2. $-\frac12\left(\frac{(x-\mu)^2}{e^{\text{logvar}}} + \text{logvar} + \log 2\pi\right)$ for each entry.
# 3. Form the bracket with broadcasting, so that a single logvar is repeated for all entries before the sum; flatten all
#    axes but the first, sum, take minus one half.

# %% [markdown]
# ### Exercise `bernoulli_log_lik`: how likely is a black-and-white picture
#
# If pixels are 0 or 1, the decoder gives each a logit. Sure decoders give logits of size 100 and more.

# %% tags=["exercise"]
from gm_ref.vae.elbo import bernoulli_log_lik

# %%
check_bernoulli_log_lik(bernoulli_log_lik)

# %% [markdown] tags=["hints"]
# Hints for `bernoulli_log_lik`
#
# 1. $x\log p + (1-x)\log(1-p)$ with $p = \sigma(l)$, but without ever computing the logarithm of a sigmoid.
# 2. It simplifies to $x\,l - \log(1 + e^{l})$.
# 3. Softplus is that second term. Sum over all pixels of a sample, keep the batch.

# %% [markdown]
# ### Exercise `kl_standard_normal`: the price of the code
#
# The encoder gives each picture a Gaussian $q = \mathcal N(\mu, \operatorname{diag} e^{\text{logvar}})$. Its KL to the prior
# has a closed form.

# %% tags=["exercise"]
from gm_ref.vae.elbo import kl_standard_normal

# %%
check_kl_standard_normal(kl_standard_normal)

# %% [markdown] tags=["hints"]
# Hints for `kl_standard_normal`
#
# 1. The dimensions are independent, so their divergences add up. For one: $\mathbb E_q[\log q - \log p]$.
# 2. $\frac12\left(\mu^2 + \sigma^2 - 1 - \log\sigma^2\right)$ for each dimension.
# 3. Four terms, each of shape (B, K); sum over axis 1; half of it. The variance is the exponential of logvar, as it is.

# %%
generator = torch.Generator().manual_seed(0)
mu, logvar = torch.tensor([[0.8, -0.5]]).double(), torch.tensor([[-1.0, 0.4]]).double()
z = mu + (logvar / 2).exp() * torch.randn(200_000, 2, generator=generator, dtype=torch.float64)
terms = gaussian_log_lik(z, mu, logvar) - gaussian_log_lik(z, torch.zeros(1, 2).double(), torch.zeros(1, 2).double())
error = (terms.mean() - kl_standard_normal(mu, logvar)[0]).abs() / (terms.std() / math.sqrt(len(terms)))
assert error < 4
print(f"closed form {kl_standard_normal(mu, logvar)[0]:.4f} nats; an average over 200,000 samples agrees within four standard errors")

# %% [markdown]
# ## A gradient through a random draw
#
# The reconstruction is an expectation under q, and q depends on what we train. How does one differentiate an average
# whose samples move? Write the sample as a fixed function of the parameters and of noise that does not depend on them.

# %% [markdown]
# ### Exercise `reparameterize`

# %% tags=["exercise"]
from gm_ref.vae.elbo import reparameterize

# %%
check_reparameterize(reparameterize)

# %% [markdown] tags=["hints"]
# Hints for `reparameterize`
#
# 1. Any Gaussian is a shifted and stretched standard Gaussian.
# 2. $z = \mu + \sigma\,\epsilon$ with $\sigma = e^{\text{logvar}/2}$.
# 3. The standard deviation is the exponential of half of logvar; multiply eps by it, entry by entry, and add mu.

# %% [markdown]
# Is it worth a name? There is another way, the **score-function estimator**: $\nabla_\mu \mathbb E_q[f(z)] =
# \mathbb E_q[f(z)\,\nabla_\mu \log q(z)]$, which needs no gradient of f at all. *Predict, then run*: both estimate the same
# number, the gradient of $\mathbb E[\|z\|^2]$ with respect to the first $\mu$. How much noisier is the second, for 1, 10 and
# 100 dimensions?

# %% tags=["predict"]
predict("noise", "Noisier, and the more so the more dimensions: every dimension adds to f, and all of f multiplies the one score.")

# %%
predicted("noise")
for dims in (1, 10, 100):
    mu = torch.full((50_000, dims), 0.5, dtype=torch.float64, requires_grad=True)
    eps = torch.randn(mu.shape, generator=generator, dtype=torch.float64)
    z = reparameterize(mu, torch.zeros_like(mu), eps)
    pathwise = torch.autograd.grad(z.square().sum(), mu)[0][:, 0]
    score = (z.square().sum(dim=1) * eps[:, 0]).detach()  # d log q / d mu = eps for variance 1
    for estimate in (pathwise, score):
        assert (estimate.mean() - 1).abs() < 4.5 * estimate.std() / math.sqrt(50_000)
    ratio = float(f"{(score.var() / pathwise.var()).item():.0e}")  # one digit: more would be noise
    print(f"{dims:3d} dimensions: both average to 1; the score-function estimate has about {ratio:,.0f} times the variance")

# %% [markdown]
# ### Exercise `elbo`: the bound and its two parts

# %% tags=["exercise"]
from gm_ref.vae.elbo import elbo

# %%
check_elbo(elbo)

# %% [markdown] tags=["hints"]
# Hints for `elbo`
#
# 1. Encode, draw, score the picture, subtract the price. All parts are one number a sample.
# 2. $\log p(x\mid z) - \mathrm{KL}(q(z\mid x)\,\|\,p(z))$ at $z = \mu + \sigma\epsilon$.
# 3. Call encode on x for mu and logvar, your sample function with eps for z, log_lik on x and z, and your closed-form KL;
#    return the difference first, then the two parts.

# %% [markdown]
# ## A model with nothing hidden
#
# Let the decoder be linear: $x = Wz + \text{noise}$ with variance $s^2$ in each entry. Then everything is Gaussian. The
# likelihood is $\mathcal N(0, WW^\top + s^2I)$, the model is known as *probabilistic PCA* (Tipping and Bishop 1999), and the
# true posterior is
#
# $$ p(z \mid x) = \mathcal N(M^{-1}W^\top x,\; s^2 M^{-1}), \qquad M = W^\top W + s^2 I . $$

# %% [markdown]
# ### Exercise `linear_vae_posterior`

# %% tags=["exercise"]
from gm_ref.vae.elbo import linear_vae_posterior

# %%
check_linear_vae_posterior(linear_vae_posterior)

# %% [markdown] tags=["hints"]
# Hints for `linear_vae_posterior`
#
# 1. Multiply prior and likelihood and complete the square in z, as for any Gaussian; the result is the formula above.
# 2. $M = W^\top W + s^2 I$ is a K x K matrix; mean $M^{-1}W^\top x$, covariance $s^2M^{-1}$.
# 3. Build M, invert it. With x as rows, the mean is x times W times the inverse; the covariance is the inverse scaled by
#    the noise's variance, one for all x.

# %% [markdown]
# ### Exercise `elbo_gap`: what a diagonal encoder loses
#
# The encoder's covariance is diagonal, the posterior's need not be. The KL between the two Gaussians is what the bound
# falls short, for each x.

# %% tags=["exercise"]
from gm_ref.vae.elbo import elbo_gap

# %%
check_elbo_gap(elbo_gap)

# %% [markdown] tags=["hints"]
# Hints for `elbo_gap`
#
# 1. It is the KL between two Gaussians of which the second has a full covariance. Which one comes first?
# 2. $\frac12\left(\operatorname{tr}(\Lambda S) + (m-\mu)^\top\Lambda(m-\mu) - K + \log\det\Sigma - \log\det S\right)$ with the
#    posterior's precision $\Lambda = \Sigma^{-1}$ and $S = \operatorname{diag} e^{\text{logvar}}$.
# 3. The trace needs only the diagonal of the precision; the quadratic form is best done by einsum over the batch; the
#    log-determinant of a diagonal matrix is the sum of logvar.

# %% [markdown]
# Now the identity $\log p(x) = \text{ELBO} + \text{gap}$ by machine. The ELBO's expectation over eps is exact here with four
# evaluations, since the integrand is quadratic in two noises: average over $\pm\sqrt2$ along each axis.

# %%
W = torch.tensor([[0.9, 0.1], [-0.3, 0.8], [0.4, -0.5], [0.2, 0.7]], dtype=torch.float64)
s2 = 0.3
x = torch.randn(6, 4, generator=generator, dtype=torch.float64)
A = torch.randn(2, 4, generator=generator, dtype=torch.float64) / 2


def some_encoder(x):
    """Return a q that is not the posterior."""
    return x @ A.T, 0.2 * x[:, :2] - 1.0


def linear_log_lik(x, z):
    """Return log p(x | z) of the linear model."""
    return gaussian_log_lik(x, z @ W.T, torch.tensor(math.log(s2), dtype=torch.float64))


corners = math.sqrt(2) * torch.tensor([[1.0, 0], [-1, 0], [0, 1], [0, -1]], dtype=torch.float64)
bound = torch.stack([elbo(x, some_encoder, linear_log_lik, c.expand(6, 2))[0] for c in corners]).mean(dim=0)
gap = elbo_gap(*some_encoder(x), *linear_vae_posterior(W, s2, x))
log_px = MultivariateNormal(torch.zeros(4).double(), W @ W.T + s2 * torch.eye(4).double()).log_prob(x)
assert torch.allclose(bound + gap, log_px)
print(f"six points, log p(x) = ELBO + gap to rounding; the gaps lie between {gap.min():.2f} and {gap.max():.2f} nats")

# %% [markdown]
# ### Watch the gap close
#
# Train W, and an encoder that is linear too, on the digits: 64 pixels, 4 latent dimensions. The noise variance is set to
# its best value, the mean of the smallest 60 eigenvalues of the covariance. The best possible log-likelihood is then
# known in closed form. *Predict, then run*: will the ELBO reach it?

# %% tags=["predict"]
predict("linear", "Yes, if a linear encoder with a diagonal covariance can be the true posterior for some W; turning W can make it so.")

# %%
flat = train_images.flatten(1).double()
flat = flat - flat.mean(dim=0)
K = 4
eigenvalues = torch.linalg.eigvalsh(flat.T @ flat / len(flat)).flip(0)
noise_var = eigenvalues[K:].mean().item()
best = -0.5 * (64 * math.log(2 * math.pi) + eigenvalues[:K].log().sum() + 60 * math.log(noise_var) + 64)


class LinearVAE(nn.Module):
    """A linear decoder W and a linear encoder with one variance for each latent dimension."""

    def __init__(self):
        super().__init__()
        self.W = nn.Parameter(0.1 * torch.randn(64, K, generator=generator, dtype=torch.float64))
        self.V = nn.Parameter(0.1 * torch.randn(K, 64, generator=generator, dtype=torch.float64))
        self.logvar = nn.Parameter(torch.zeros(K, dtype=torch.float64))

    def encode(self, x):
        """Return mu and logvar of q(z | x)."""
        return x @ self.V.T, self.logvar.expand(len(x), K)

    def log_lik(self, x, z):
        """Return log p(x | z)."""
        return gaussian_log_lik(x, z @ self.W.T, torch.tensor(math.log(noise_var), dtype=torch.float64))


def exact_parts(model, x):
    """Return the mean of log p(x) and of the gap over the data, both exact."""
    with torch.no_grad():
        covariance = model.W @ model.W.T + noise_var * torch.eye(64, dtype=torch.float64)
        log_px = MultivariateNormal(torch.zeros(64, dtype=torch.float64), covariance).log_prob(x).mean()
        return log_px.item(), elbo_gap(*model.encode(x), *linear_vae_posterior(model.W, noise_var, x)).mean().item()


linear, history = LinearVAE(), []


def linear_loss(model, batch, generator):
    """Return -ELBO, and keep the exact values on the way."""
    if len(history) % 10 == 0:
        kept.append((len(history), *exact_parts(model, flat)))
    history.append(1)
    eps = torch.randn(len(batch), K, generator=generator, dtype=torch.float64, device=batch.device)
    return -elbo(batch, model.encode, model.log_lik, eps)[0]


kept = []
linear_run = fit(linear, flat, linear_loss, TrainConfig(steps=1000, batch_size=256, learning_rate=1e-2, clip=1e6))
linear_model = linear_run.ema.cpu()
log_px, gap = exact_parts(linear_model, flat)

# %% tags=["figure"]
# Figure: the gap while the linear VAE trains
assert best - log_px < 0.5 and gap < 0.1
predicted("linear")
print(f"best possible {best:.1f} nats; the trained model is within 0.5 nats of it, and its gap is below 0.1 nats")
steps, likelihoods, gaps = torch.tensor(kept).T
figure, ax = plot.new_figure(size=(7, 3))
ax.axhline(best, color=plot.GREY, linestyle=":", label="best possible (pPCA)")
ax.plot(steps, likelihoods, label="log p(x), exact")
ax.plot(steps, likelihoods - gaps, label="ELBO, exact", color=plot.ORANGE)
ax.fill_between(steps, likelihoods - gaps, likelihoods, alpha=0.2, color=plot.ORANGE)
ax.set(xlabel="step", ylabel="nats per digit", ylim=(best - 25, best + 2))
ax.legend()
plot.show(
    figure,
    alt="Three lines: the log-likelihood rises to the dotted optimum, the ELBO below it rises too, and the band between closes.",
    caption="Exact values while a linear VAE trains. The band is the gap, KL(q || posterior). It closes: the ELBO of a linear "
    "model with a diagonal encoder reaches the likelihood itself.",
)

# %% [markdown]
# Why can a *diagonal* q be exact, when the posterior's covariance $s^2M^{-1}$ may be full? Because the likelihood does not
# change when W is rotated, $W \to WQ$, but the gap does: training turns W until M is diagonal. Turn it away by hand and
# the likelihood stays, while even the best diagonal q falls short. Here it is by little: the four largest eigenvalues are
# of similar size, and among equal ones every rotation leaves M diagonal.

# %% tags=["nbval-ignore-output"]
half = math.sqrt(0.5)
Q = torch.tensor([[half, 0, 0, -half], [0, half, -half, 0], [0, half, half, 0], [half, 0, 0, half]], dtype=torch.float64)
W = linear_model.W.detach()
_, _, axes_of_W = torch.linalg.svd(W, full_matrices=False)
rotation_gaps = {}
for name, turned in (("as trained", W), ("turned by 45 degrees", W @ axes_of_W.T @ Q)):
    mean, cov = linear_vae_posterior(turned, noise_var, flat)
    best_diagonal = -torch.linalg.inv(cov).diagonal().log().expand(len(flat), K)
    covariance = turned @ turned.T + noise_var * torch.eye(64, dtype=torch.float64)
    log_px = MultivariateNormal(torch.zeros(64, dtype=torch.float64), covariance).log_prob(flat).mean()
    rotation_gaps[name] = elbo_gap(mean, best_diagonal, mean, cov).mean().item()
    print(f"{name}: log p(x) = {log_px:.2f} nats, gap of the best diagonal q = {rotation_gaps[name]:.3f} nats")
assert rotation_gaps["turned by 45 degrees"] > 2 * rotation_gaps["as trained"]

# %% [markdown]
# ## A VAE on the digits
#
# Encoder and decoder are now small networks, 16 latent dimensions, and the decoder's one variance is learned as well. The
# rest is yours: `elbo` is the loss (with a minus).

# %%
LATENT = 16


class VAE(nn.Module):
    """Encoder and decoder for 8 x 8 pictures, and the log-variance of a pixel given z."""

    def __init__(self, outputs=64):
        super().__init__()
        self.encoder, self.decoder = MLP([64, 256, 128, 2 * LATENT]), MLP([LATENT, 128, 256, outputs])
        self.logvar = nn.Parameter(torch.tensor(-1.0))

    def encode(self, x):
        """Return mu and logvar of q(z | x), each (B, LATENT)."""
        return self.encoder(x.flatten(1)).chunk(2, dim=1)

    def decode(self, z):
        """Return the mean picture (B, 1, 8, 8) of p(x | z)."""
        return self.decoder(z).reshape(-1, 1, 8, 8)

    def log_lik(self, x, z):
        """Return log p(x | z), (B,)."""
        return gaussian_log_lik(x, self.decode(z), self.logvar)


def vae_loss(model, batch, generator):
    """Return -ELBO for each picture."""
    eps = torch.randn(len(batch), LATENT, generator=generator, device=batch.device)
    return -elbo(batch, model.encode, model.log_lik, eps)[0]


# %% tags=["nbval-ignore-output"]
torch.manual_seed(0)
config = TrainConfig(steps=2500, batch_size=128, learning_rate=1e-3, clip=100.0, checkpoint="21_elbo.safetensors")
run = fit(VAE(), train_images, vae_loss, config)
vae = run.ema.cpu()
print(f"-ELBO at the end, mean of 200 steps: {run.losses[-200:].mean():.1f} nats; standard deviation of a pixel given z: {(vae.logvar / 2).exp():.2f}")

# %% [markdown]
# ### Exercise `sample_prior`: a sample of the model
#
# Draw z from the prior and decode it: that gives the *mean* of $p(x \mid z)$. The model says that a picture is that mean plus
# noise.

# %% tags=["exercise"]
from gm_ref.vae.elbo import sample_prior

# %%
check_sample_prior(sample_prior)

# %% [markdown] tags=["hints"]
# Hints for `sample_prior`
#
# 1. Two draws make a sample: one for z, one for the noise of the pixels. Both come as arguments.
# 2. $x = \text{decode}(z) + e^{\text{logvar}/2}\,\epsilon$.
# 3. Decode z, scale eps by the standard deviation that belongs to logvar, add.

# %% tags=["nbval-ignore-output"]
generator = torch.Generator().manual_seed(1)
z, eps = torch.randn(32, LATENT, generator=generator), torch.randn(32, 1, 8, 8, generator=generator)
with torch.no_grad():
    samples, means = sample_prior(vae.decode, vae.logvar, z, eps), vae.decode(z)
    rebuilt = vae.decode(vae.encode(test_images[:16])[0])

# %% tags=["figure", "nbval-ignore-output"]
# Figure: reconstructions, means and samples
figure, axes = plot.new_figure(1, 3, size=(11, 3.2))
plot.image_grid(torch.stack([test_images[:16], rebuilt], dim=1).flatten(0, 1), 8, axes[0], "held-out digits and reconstructions")
plot.image_grid(means, 8, axes[1], "means of p(x | z), z from the prior")
plot.image_grid(samples, 8, axes[2], "samples of the model")
figure.get_layout_engine().set(wspace=0.06)
plot.show(
    figure,
    alt="Pairs of digits and their soft reconstructions; a sheet of smooth generated digits; the same sheet with grain.",
    caption="Left: each digit beside its reconstruction. Middle: what papers show as samples of a VAE. Right: what the model "
    "really says, with the noise of p(x | z). The softness of the middle sheet is the price of a Gaussian likelihood.",
)

# %% [markdown]
# ### Which latent dimensions are used?
#
# The KL is a sum over dimensions. A dimension whose KL is near 0 says nothing about x: its q is the prior for every
# picture. *Predict, then run*: how many of the 16 are used?

# %% tags=["predict"]
predict("used", "About ten: each of them must earn more log-likelihood than its KL costs.")

# %% tags=["nbval-ignore-output"]
with torch.no_grad():
    mu, logvar = vae.encode(test_images)
per_dimension = torch.stack([kl_standard_normal(mu[:, k : k + 1], logvar[:, k : k + 1]).mean() for k in range(LATENT)])
order = per_dimension.argsort(descending=True)
assert torch.allclose(per_dimension.sum(), kl_standard_normal(mu, logvar).mean(), atol=1e-3)
predicted("used")
print(f"{int((per_dimension > 0.1).sum())} of {LATENT} dimensions carry more than 0.1 nats; the code costs {per_dimension.sum():.1f} nats a digit")

# %% tags=["figure", "nbval-ignore-output"]
# Figure: what each latent dimension carries
figure, axes = plot.new_figure(1, 2, size=(10, 3.6))
axes[0].bar(range(LATENT), per_dimension[order])
axes[0].set(xlabel="latent dimension, most used first", ylabel="KL in nats")
points = axes[1].scatter(*mu[:, order[:2]].T, c=test_labels, cmap="tab10", s=10)
axes[1].set(xlabel="most used dimension", ylabel="second", aspect="equal")
figure.colorbar(points, ax=axes[1], ticks=range(10), label="digit")
plot.show(
    figure,
    alt="Left: bars of KL per latent dimension, about nine of them tall and the rest near zero. Right: held-out digits in the plane of the two most used dimensions, in "
    "coloured clusters that overlap.",
    caption="Left: how many nats each dimension carries; the last ones carry next to nothing. Right: the means of held-out digits in the two most used dimensions. "
    "Nobody told the model about classes, and yet they form clusters.",
)

# %% [markdown]
# ### Exercise `interpolate`: walk from one code to another

# %% tags=["exercise"]
from gm_ref.vae.elbo import interpolate

# %%
check_interpolate(interpolate)

# %% [markdown] tags=["hints"]
# Hints for `interpolate`
#
# 1. Every point is a weighted mean of the two ends.
# 2. $(1-w)\,z_\text{start} + w\,z_\text{end}$ with w evenly spaced from 0 to 1, both included.
# 3. `steps` weights as a column, times the two ends as rows. With fewer than two steps there is no room for both ends:
#    raise ValueError.

# %% tags=["nbval-ignore-output"]
pairs = [(int((test_labels == a).nonzero()[0]), int((test_labels == b).nonzero()[0])) for a, b in ((0, 6), (1, 7), (3, 8), (4, 9))]
with torch.no_grad():
    walks = [vae.decode(interpolate(mu[i], mu[j], 10)) for i, j in pairs]
    fades = [interpolate(test_images[i].flatten(), test_images[j].flatten(), 10).reshape(-1, 1, 8, 8) for i, j in pairs]

# %% tags=["figure", "nbval-ignore-output"]
# Figure: a walk between codes and between pixels
figure, axes = plot.new_figure(1, 2, size=(10, 2.6))
plot.image_grid(torch.cat(walks), 10, axes[0], "between codes, decoded")
plot.image_grid(torch.cat(fades), 10, axes[1], "between pixels")
figure.get_layout_engine().set(wspace=0.06)
plot.show(
    figure,
    alt="Four rows each: on the left one digit turns into another through plausible shapes, on the right one fades into the other.",
    caption="Left: a straight line between two codes, decoded. Right: a straight line between the pixels. On the left most "
    "pictures on the way look like digits; on the right they are two digits at once.",
)

# %% [markdown]
# ## The bound is below the truth
#
# For the VAE, log p(x) has no closed form, but it can be estimated from below ever more closely: average K **importance
# weights** $w_k = p(x\mid z_k)\,p(z_k)/q(z_k\mid x)$, and take the logarithm of the mean. For K = 1 its expectation is the
# ELBO; as K grows it rises towards log p(x) (Burda, Grosse and Salakhutdinov 2016; `22_beyond` derives it). Here on a
# second VAE for black-and-white digits, with your `bernoulli_log_lik`.

# %% tags=["nbval-ignore-output"]
black_white, held_out = (train_images > 0).float(), (test_images > 0).float()


class BinaryVAE(VAE):
    """The same networks with a Bernoulli likelihood."""

    def log_lik(self, x, z):
        """Return log p(x | z), (B,)."""
        return bernoulli_log_lik(x, self.decode(z))


torch.manual_seed(0)
binary = fit(BinaryVAE(), black_white, vae_loss, TrainConfig(steps=2500, learning_rate=1e-3, clip=100.0)).ema.cpu()


@torch.no_grad()
def importance_weights(model, x, count, generator):
    """Return log w_k for each picture, (count, B)."""
    mu, logvar = model.encode(x)
    rows = []
    for _ in range(count):
        eps = torch.randn(mu.shape, generator=generator)
        z = reparameterize(mu, logvar, eps)
        log_prior, log_q = (gaussian_log_lik(z, m, v) for m, v in ((torch.zeros_like(mu), torch.zeros_like(mu)), (mu, logvar)))
        rows.append(model.log_lik(x, z) + log_prior - log_q)
    return torch.stack(rows)


log_w = importance_weights(binary, held_out, 500, torch.Generator().manual_seed(2))
estimates = {}
for count in (1, 5, 50, 500):
    groups = log_w.reshape(-1, count, len(held_out))
    estimates[count] = (groups.logsumexp(dim=1) - math.log(count)).mean().item()
    print(f"K = {count:3d}: {estimates[count]:.2f} nats per held-out digit" + ("   (the ELBO)" if count == 1 else ""))
assert estimates[1] < estimates[5] < estimates[50] < estimates[500]

# %% [markdown]
# Each line is an average over the same 500 draws, and each is higher than the one before: the ELBO is a bound, and here you
# see about how far below the likelihood it sits.

# %% [markdown] tags=["task"]
# ## Open task: what a picture is allowed to cost
#
# The decoder chose its own standard deviation of a pixel, and with it how much a code may cost. Fix that number instead: it
# is your knob, `pixel_std`. Measure, on held-out digits, how many latent dimensions carry more than 0.1 nats, what the code
# costs, and how far the reconstruction is off. Which value would you choose if you wanted to store digits in few nats, and
# which if you wanted samples from the prior that look like digits? Look at samples, too. There is no single right answer.

# %% tags=["task", "nbval-ignore-output"]
pixel_std = 0.5
torch.manual_seed(0)
fixed = VAE()
fixed.logvar = nn.Parameter(torch.tensor(2 * math.log(pixel_std)), requires_grad=False)
fixed = fit(fixed, train_images, vae_loss, TrainConfig(steps=600, learning_rate=1e-3, clip=100.0)).ema.cpu()
with torch.no_grad():
    fixed_mu, fixed_logvar = fixed.encode(test_images)
    costs = [kl_standard_normal(fixed_mu[:, [k]], fixed_logvar[:, [k]]).mean().item() for k in range(LATENT)]
    error = (fixed.decode(fixed_mu) - test_images).square().mean().sqrt()
print(f"pixel_std {pixel_std}: {sum(c > 0.1 for c in costs)} dimensions used, {sum(costs):.1f} nats a digit, root mean squared error {error:.2f}")

# %% [markdown]
# What did you change, what did you measure, and what do you conclude? One paragraph.

# %% [markdown] tags=["solution"]
# I turned pixel_std, with 600 steps and two seeds each, which agree to 2 dimensions and 0.2 nats. With 0.15, 0.25, 0.5, 1 and
# 2 the model uses 15 to 16, 12 to 14, 7, 3 and 0 dimensions, pays 20, 11.5, 4.8, 1.3 and 0 nats, and is off by 0.26, 0.29,
# 0.35, 0.44 and 0.55. At 2 nothing is encoded, and 0.55 is the spread of the digits about their mean. To store digits in few
# nats I would take 0.5: the step from 0.25 halves the price and adds a fifth to the error. Training longer changes the
# numbers more than a seed does (0.5 with 2,500 steps: 7 dimensions, 7.5 nats, error 0.23), so values of pixel_std should be
# compared at the same number of steps. Samples from the prior I would choose by looking, or with a distance to real digits.

# %% [markdown] tags=["recap"]
# ## Recap
#
# You can now
#
# - derive the bound in two ways, and say what its gap is;
# - write each of its parts in closed form or with one draw, for grey and for black-and-white pictures;
# - move a gradient through a random draw, and say what the other estimator costs;
# - compute the gap of a linear model exactly, and watch it close;
# - train a VAE, sample from it as the model says, and see which latent dimensions it uses.
#
# Answer these three without looking, one or two sentences each.
#
# **1.** A friend averages the squared error over the 64 pixels and adds the summed KL. Training runs, but all
# reconstructions look like the mean digit. What happened?

# %% [markdown] tags=["solution"]
# The mean divides the reconstruction by 64 while the KL keeps its size, so the price of the code counts 64 times too much.
# It no longer pays to encode anything: q becomes the prior, and the decoder answers with the mean.

# %% [markdown]
# **2.** The gap of the linear VAE closes to zero. Name two reasons why that of the VAE on digits does not.

# %% [markdown] tags=["solution"]
# The true posterior under a nonlinear decoder is neither Gaussian nor diagonal, so no member of the family of q equals it.
# And the encoder is one network for all pictures, trained on a finite set: even the best Gaussian for a given picture is
# only approximated (the amortisation gap).

# %% [markdown]
# **3.** Why does a larger learned pixel variance lead to fewer used latent dimensions?

# %% [markdown] tags=["solution"]
# With a large variance a better reconstruction earns little log-likelihood, while each used dimension costs its KL; a
# dimension is used only if what it earns exceeds what it costs. In the linear case that is exact: a direction is used if its
# variance in the data exceeds the noise's.

# %% [markdown] tags=["bigger"]
# ## Go bigger
#
# The bound does not know how large a picture is. The cell below maximises it on the 60,000 digits of MNIST, of 28 x 28
# pixels, which it fetches first (about 12 MB). It is meant for a GPU, and it was not run when this notebook was made. The
# models of published size, `gm_ref.models`, are not part of the course yet.

# %% tags=["bigger"]
go = False  # write True to run this
if bigger(go):
    from IPython.display import display

    from gm_ref.kit.data import load

    class LargeVAE(VAE):
        """The same model for pictures of 28 x 28 pixels."""

        def __init__(self):
            super().__init__()
            self.encoder, self.decoder = MLP([784, 1024, 512, 2 * LATENT]), MLP([LATENT, 512, 1024, 784])

        def decode(self, z):
            """Return the mean picture (B, 1, 28, 28) of p(x | z)."""
            return self.decoder(z).reshape(-1, 1, 28, 28)

    (large, _), (large_test, _) = load("mnist"), load("mnist", "test")
    torch.manual_seed(0)
    large_run = fit(LargeVAE(), large, vae_loss, TrainConfig(steps=30_000, learning_rate=1e-3, clip=100.0))
    with torch.no_grad():
        bound = -vae_loss(large_run.ema.cpu(), large_test, torch.Generator().manual_seed(0)).mean()
        drawn = large_run.ema.decode(torch.randn(16, LATENT, generator=torch.Generator().manual_seed(1)))
    print(f"ELBO on the {len(large_test):,} test digits: {bound:.1f} nats a digit")
    figure, ax = plot.new_figure(size=(8, 2.2))
    plot.image_grid(drawn, 8, ax)
    display(plot.show(figure, alt="Sixteen means of p(x | z), z from the prior, of the model that was trained on MNIST."))

# %% [markdown]
# ## Where this goes
#
# `22_beyond` weighs the KL (beta-VAE), tightens the bound with many samples (IWAE), and makes the code discrete (VQ-VAE).
# `31_ddpm` is a latent-variable model with 200 layers whose encoder is fixed and adds noise; its loss is this bound with
# other weights.
# `35_latent` puts a diffusion model into the latent space of an autoencoder like yours.
#
# ## Papers
#
# - Kingma, Welling 2014: Auto-encoding variational Bayes. arXiv:1312.6114. The bound, the trick, the model.
# - Rezende, Mohamed, Wierstra 2014: Stochastic backpropagation and approximate inference in deep generative models.
#   arXiv:1401.4082. The same, at the same time.
# - Tipping, Bishop 1999: Probabilistic principal component analysis. Journal of the Royal Statistical Society B 61.
# - Lucas, Tucker, Grosse, Norouzi 2019: Don't blame the ELBO! A linear VAE perspective on posterior collapse.
#   arXiv:1911.02469.
# - Burda, Grosse, Salakhutdinov 2016: Importance weighted autoencoders. arXiv:1509.00519.

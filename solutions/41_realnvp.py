# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # 41 Normalising flows: change of variables
#
# *About three hours · 3 minutes of computing on two CPU cores · thirteen exercises*
#
# A GAN draws samples and has no density. A VAE has a bound on one. A flow has the density itself: it maps data $x$ to
# noise $z$ by an invertible function, and the probability that a region of data holds is the probability of the region
# of noise that it is mapped to. The price is that every layer must be invertible, with a determinant that can be
# computed.
#
# You derive the formula with its sign, write the layers of RealNVP (Dinh, Sohl-Dickstein, Bengio 2017), test each of
# them against a determinant computed by brute force, fit densities in the plane whose entropy is known, and end with
# handwritten digits, their likelihood in bits per dimension, and samples.

# %% tags=["setup"]
import math
from collections.abc import Callable, Sequence
from copy import deepcopy

import torch
from torch import Tensor, nn
from torch.nn.functional import pixel_shuffle, pixel_unshuffle, softplus

from gm_ref.checks.realnvp import (
    check_bits_per_dim,
    check_channel_mask,
    check_checkerboard_mask,
    check_coupling_forward,
    check_coupling_inverse,
    check_dequantize,
    check_flow_log_prob,
    check_flow_sample,
    check_log_det_by_autograd,
    check_logit_inverse,
    check_logit_transform,
    check_squeeze,
    check_unsqueeze,
)
from gm_ref.desk.notebook import bigger, predict, predicted
from gm_ref.kit.data import digits, gaussian_ring, load_points, split, two_moons
from gm_ref.kit.metrics import frechet_distance
from gm_ref.kit.plot import BLUE, GREY, ORANGE, density_heatmap, image_grid, loss_curve, new_figure, scatter, show
from gm_ref.kit.train import TrainConfig, fit

# %% [markdown]
# ## 1. Change of variables
#
# ### In one dimension, by a picture
#
# Let $z \sim \mathcal N(0, 1)$ and $x = e^z$. What is the density of $x$? Probability moves with the points and is neither
# made nor lost: the short interval from $z$ to $z + dz$ and its image from $x$ to $x + dx$ hold the same probability,
#
# $$p_x(x)\,|dx| = p_z(z)\,|dz| \qquad\Longrightarrow\qquad
# p_x(x) = p_z(z)\,\Bigl|\frac{dz}{dx}\Bigr| = p_z(z) \Big/ \Bigl|\frac{dx}{dz}\Bigr|.$$
#
# So there are two ways to write one density, and each has its own sign:
#
# $$\log p_x(x) = \log p_z(z) + \log\Bigl|\frac{dz}{dx}\Bigr| \qquad\text{and}\qquad
# \log p_x(x) = \log p_z(z) - \log\Bigl|\frac{dx}{dz}\Bigr|.$$
#
# *Predict, then run:* three candidates for $\log p_x$ differ in the sign of $\log|dx/dz| = z$. Which has area 1?

# %% tags=["predict"]
predict("sign", "The one with minus: where the map spreads points out, the density must become smaller.")

# %%
z = torch.linspace(-9, 9, 3601, dtype=torch.float64)
x = z.exp()
log_normal = -0.5 * z.square() - 0.5 * math.log(2 * math.pi)
candidates = {
    "log p(z) - log |dx/dz|": log_normal - z,
    "log p(z)": log_normal,
    "log p(z) + log |dx/dz|": log_normal + z,
}
areas = {name: torch.trapezoid(log_p.exp(), x).item() for name, log_p in candidates.items()}
predicted("sign")
for name, area in areas.items():
    print(f"{name:23s} area {area:.3f}")

# %% tags=["figure"]
# Figure: equal steps of z carried over to x
assert max(abs(a - b) for a, b in zip(areas.values(), (1, math.e**0.5, math.e**2), strict=True)) < 1e-3

samples = torch.randn(50_000, generator=torch.Generator().manual_seed(0)).exp()
figure, (left, right) = new_figure(1, 2, size=(9.5, 3.6))
left.plot(z, x, color=BLUE)
for a in torch.arange(-2.0, 1.76, 0.25).tolist():  # equal steps of z, carried over to x
    left.plot([a, a, -3], [0, math.exp(a), math.exp(a)], color=GREY, linewidth=0.7)
left.set(xlim=(-3, 2), ylim=(0, 6), xlabel="z", ylabel="x = exp(z)")
heights, edges = torch.histogram(samples, bins=90, range=(0.0, 6.0))  # 15 bins to the unit
right.stairs(15 * heights / len(samples), edges, fill=True, color=GREY, alpha=0.4)
for (name, log_p), color in zip(candidates.items(), (BLUE, GREY, ORANGE), strict=True):
    right.plot(x, log_p.exp(), color=color, label=f"{name}: area {areas[name]:.2f}")
right.set(xlim=(0, 6), ylim=(0, 1), xlabel="x", ylabel="density")
right.legend(fontsize=8)
show(
    figure,
    alt="Left, the curve x = exp z with lines from equally spaced z to x, which spread out as z grows. Right, a histogram of samples, followed only by the curve with minus log dx/dz.",
    caption="Left: equal steps of z become ever longer steps of x, so the same probability is spread ever thinner. Right: only the density that divides by the stretch follows the histogram of 50,000 samples (grey), and only it has area 1.",
)

# %% [markdown]
# With the wrong sign the area is $\mathbb E\,e^{2z} = e^2 = 7.389$: the formula then thickens where the map spreads
# out.

# %% [markdown]
# ### In D dimensions
#
# A small box around $x$ is mapped to a small parallelepiped around $z = f(x)$. The matrix of all derivatives
# $\partial z_i / \partial x_j$, the Jacobian, maps the one to the other, and the ratio of their volumes is the absolute
# value of its determinant:
#
# $$\log p_x(x) = \log p_z(f(x)) + \log\Bigl|\det\frac{\partial z}{\partial x}\Bigr|.$$
#
# A flow stacks maps, $h_0 = x$, $h_i = f_i(h_{i-1})$, $z = h_K$. By the chain rule the Jacobian of the whole is the
# product of the Jacobians, so the log-determinants add up, each taken at the point where its layer works:
#
# $$\log p_x(x) = \log p_z(z) + \sum_{i=1}^K \log\Bigl|\det\frac{\partial h_i}{\partial h_{i-1}}\Bigr|
# \qquad\text{for layers that run from } x \text{ to } z.$$
#
# **The convention of this course:** `forward` runs from data to latent and returns `log_det`
# $= \log|\det \partial z/\partial x|$.
#
# A general D x D determinant costs $D^3$ operations and needs the whole Jacobian: far too slow for training, and just
# right as an oracle. Write it first. Every layer below is tested with it.
#
# ### Exercise `log_det_by_autograd`: the oracle

# %% tags=["exercise"]
from gm_ref.flow.realnvp import log_det_by_autograd

# %%
check_log_det_by_autograd(log_det_by_autograd)

# %% [markdown] tags=["hints"]
# Hints for `log_det_by_autograd`
#
# 1. Each sample has a Jacobian of its own, and f wants a batch. How do you show f one sample only? And what is the determinant of 0.001 times the identity in 132 dimensions, as a float?
# 2. For one sample of D entries, J is the D x D matrix of $\partial f_i / \partial x_j$ with both sides flattened; the result is $\log|\det J|$.
# 3. Loop over the samples: torch.autograd.functional.jacobian of a function that adds a batch axis, calls f and flattens; reshape to a square matrix. Stack the matrices and ask torch.linalg.slogdet for the logarithm of the absolute value.

# %% [markdown]
# ## 2. Coupling layers
#
# We need maps that are flexible, invertible, and have a cheap determinant. RealNVP's idea: keep one half of the
# entries, and let them decide how the other half is scaled and shifted. With a mask $b$ of ones (kept) and zeros
# (changed),
#
# $$z = b \odot x + (1-b) \odot \bigl(x \odot e^{s} + t\bigr), \qquad (s, t) = \mathrm{net}(b \odot x).$$
#
# - **Invertible**, whatever the network is: the kept half is the same in $x$ and $z$, so the inverse computes the same
#   $s$ and $t$ from $z$. The network itself is never inverted.
# - **Triangular**: order the kept entries first. Kept entries do not depend on the others, a changed entry depends on
#   itself and on kept ones, so the Jacobian is
#   $\begin{pmatrix} I & 0 \\ * & \operatorname{diag}(e^{s}) \end{pmatrix}$. Its determinant is the
#   product of its diagonal, and what stands at * does not matter.
#
# ### Exercise `coupling_forward`: from data to latent

# %% tags=["exercise"]
from gm_ref.flow.realnvp import coupling_forward

# %%
check_coupling_forward(coupling_forward)

# %% [markdown] tags=["hints"]
# Hints for `coupling_forward`
#
# 1. Which entries may the network see, if the inverse is to find the same s and t? And which entries of s belong in the determinant?
# 2. $z = b \odot x + (1-b) \odot (x \odot e^{s} + t)$ and $\log|\det| = \sum_i (1 - b_i)\, s_i$, one sum for each sample.
# 3. Multiply x by the mask and give that to scale_shift. Scale, then shift, what the mask marks with 0; add what it keeps. Flatten the masked s from axis 1 on and sum.

# %% [markdown]
# ### Exercise `coupling_inverse`: from latent to data

# %% tags=["exercise"]
from gm_ref.flow.realnvp import coupling_inverse

# %%
check_coupling_inverse(coupling_inverse)

# %% [markdown] tags=["hints"]
# Hints for `coupling_inverse`
#
# 1. What was done last on the way forward? Undo that first. Which half of z is known to be the same in x?
# 2. $x = b \odot z + (1-b) \odot \bigl((z - t) \odot e^{-s}\bigr)$ with $(s, t) = \mathrm{net}(b \odot z)$.
# 3. The network sees the masked z. Where the mask is 0, subtract the shift and multiply by the exponential of minus s; where it is 1, take z as it is.

# %% [markdown]
# A layer is these two functions with a mask and a network. The network here gives $s$ between -2 and 2, so that no
# layer scales by more than $e^2$: an unbounded $s$ under an exponential is the usual way for a flow to diverge.


# %%
class Coupling(nn.Module):
    """An affine coupling layer: forward from x to z with log_det, inverse from z to x."""

    mask: Tensor

    def __init__(self, mask: Tensor, width: int, dropout: float = 0.0):
        super().__init__()
        self.register_buffer("mask", mask)
        n = mask.numel()
        hidden = [nn.Linear(n, width), nn.SiLU(), nn.Dropout(dropout), nn.Linear(width, width), nn.SiLU()]
        self.net = nn.Sequential(nn.Flatten(), *hidden, nn.Dropout(dropout), nn.Linear(width, 2 * n))

    def scale_shift(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return s in (-2, 2) and t, each of x's shape."""
        raw, shift = self.net(x).chunk(2, dim=1)
        return 2 * torch.tanh(raw / 2).reshape(x.shape), shift.reshape(x.shape)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return z and log_det."""
        return coupling_forward(x, self.mask, self.scale_shift)

    def inverse(self, z: Tensor) -> Tensor:
        """Return x."""
        return coupling_inverse(z, self.mask, self.scale_shift)


HALF = torch.tensor([1.0, 0.0])
torch.manual_seed(0)
two_layers = [Coupling(HALF, width=32).double(), Coupling(1 - HALF, width=32).double()]
for layer in two_layers:  # larger weights than torch's own, so that there is something to see
    nn.init.normal_(layer.net[1].weight, std=1.5)
    nn.init.normal_(layer.net[-1].weight, std=0.35)

# %% [markdown]
# **The test of every layer.** Two facts must hold at random points, with random weights: the inverse gives back $x$,
# and `log_det` is what your oracle finds. (Networks that start at zero make every layer the identity, which passes any
# test.)


# %%
def check_layer(layer: nn.Module, x: Tensor) -> None:
    """Raise AssertionError unless layer inverts itself at x and its log_det is the oracle's."""
    mapped, log_det = layer.forward(x)
    torch.testing.assert_close(layer.inverse(mapped), x)
    torch.testing.assert_close(log_det, log_det_by_autograd(lambda v: layer.forward(v)[0], x))


points = torch.randn(6, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
for layer in two_layers:
    check_layer(layer, points)
print("2 of 2 layers invert themselves and agree with the oracle")

# %% [markdown]
# **What they do to the plane.** *Predict, then run:* the first layer keeps the horizontal coordinate. What can it do
# to a grid of straight lines, and what can it never do, however large its network is?

# %% tags=["predict"]
predict("grid", "It can shift and stretch each vertical line. It can never move a point sideways, or bend a vertical line.")

# %%
ticks, fine = torch.linspace(-2, 2, 17, dtype=torch.float64), torch.linspace(-2, 2, 200, dtype=torch.float64)
lines = [torch.stack([t.expand(200), fine], dim=1) for t in ticks] + [
    torch.stack([fine, t.expand(200)], dim=1) for t in ticks
]

# %% tags=["figure"]
# Figure: what two layers do to a grid
predicted("grid")
figure, axes = new_figure(1, 3, size=(10.5, 3.6))
for axis, depth in zip(axes, (0, 1, 2), strict=True):
    for k, curve in enumerate(lines):
        for layer in two_layers[:depth]:
            curve = layer.forward(curve)[0].detach()
        axis.plot(curve[:, 0], curve[:, 1], color=BLUE if k < 17 else ORANGE, linewidth=0.8)
    axis.set(title=("data", "after layer 1", "after both")[depth], xlabel="first entry")
    axis.grid(False)
axes[0].set_ylabel("second entry")
show(
    figure,
    alt="Three grids: a regular one; one whose vertical lines are still vertical but stretched and shifted; one that is bent in both directions.",
    caption="Blue lines were vertical, orange ones horizontal. Layer 1 slides and stretches every vertical line along itself: x1 never changes. Layer 2 does the same to the other coordinate. Lines never cross, since the maps are invertible.",
)

# %% [markdown]
# Within one vertical line, a layer is an affine map: it cannot bend the distribution of $x_2$ at a given $x_1$, only
# move and scale it. Flexibility comes from taking turns. Section 4 measures what happens without.

# %% [markdown]
# ## 3. The density of a stack, and its samples
#
# ### Exercise `flow_log_prob`: the exact log-likelihood

# %% tags=["exercise"]
from gm_ref.flow.realnvp import flow_log_prob

# %%
check_flow_log_prob(flow_log_prob)

# %% [markdown] tags=["hints"]
# Hints for `flow_log_prob`
#
# 1. Where is each log-determinant to be taken: at x, or at what the layers before have made of it? And where does the base's density belong?
# 2. $\log p(x) = \log p_z(h_K) + \sum_i \log|\det \partial h_i / \partial h_{i-1}|$ with $h_0 = x$ and $h_i$ what layer i makes of $h_{i-1}$.
# 3. Start with a total of 0 for each sample. In the layers' order, replace the current point by what forward returns and add its log_det to the total. At the end add the base's log-density of the last point.

# %% [markdown]
# ### Exercise `flow_sample`: the other way

# %% tags=["exercise"]
from gm_ref.flow.realnvp import flow_sample

# %%
check_flow_sample(flow_sample)

# %% [markdown] tags=["hints"]
# Hints for `flow_sample`
#
# 1. You put on socks, then shoes. In which order do you take them off?
# 2. $x = f_1^{-1}(f_2^{-1}(\dots f_K^{-1}(z)))$.
# 3. Go through the layers from the last to the first, and replace the point by what that layer's inverse returns.

# %% [markdown]
# ### Four formulas, of which two are right
#
# A widely copied summary of flows writes the map from noise to data, $x = f_K(\dots f_1(z))$ with $h_0 = z$, and
# beside it $\log p(x) = \log p(z) + \sum_i \log|\det \partial f_i / \partial h_{i-1}|$. Each half is found in good
# texts; together they are wrong. The determinants of layers that run from $z$ to $x$ say how much the layers spread
# probability out:
#
# | the layers run from | log p(x) = log p(z) ... | |
# |---|---|---|
# | $x$ to $z$ | $+ \sum \log\lvert\det\rvert$ | right: this course's `forward` |
# | $z$ to $x$ | $- \sum \log\lvert\det\rvert$ | right: the same number |
# | $z$ to $x$ | $+ \sum \log\lvert\det\rvert$ | wrong: the summary |
# | $x$ to $z$ | $- \sum \log\lvert\det\rvert$ | wrong: the same number as the row above |
#
# Do not believe a table either. A density integrates to one, and in the plane that is a sum over a grid. *Predict,
# then run.*

# %% tags=["predict"]
predict("integral", "The two rows that the table calls right integrate to 1, and the two others do not.")

# %%
def standard_normal(z: Tensor) -> Tensor:
    """Return log N(z; 0, I) in nats, (B,), for z (B, *)."""
    return -0.5 * (z.square() + math.log(2 * math.pi)).flatten(1).sum(dim=1)


line = torch.linspace(-25, 25, 1001, dtype=torch.float64)
grid = torch.cartesian_prod(line, line)
with torch.no_grad():
    right_log_p = flow_log_prob(grid, two_layers, standard_normal)
    z_grid = two_layers[1].forward(two_layers[0].forward(grid)[0])[0]
log_p_z = standard_normal(z_grid)
x_to_z = right_log_p - log_p_z  # the sum of the layers' log-dets
some = torch.arange(400_000, 600_000, 40_001)  # five points, for the oracle
z_to_x = log_det_by_autograd(lambda v: flow_sample(v, two_layers), z_grid[some])
torch.testing.assert_close(z_to_x, -x_to_z[some])

cell = 0.05**2
totals = {
    "x to z, plus": log_p_z + x_to_z,
    "z to x, minus": log_p_z - (-x_to_z),
    "z to x, plus": log_p_z + (-x_to_z),
    "x to z, minus": log_p_z - x_to_z,
}
predicted("integral")
for name, log_p in totals.items():
    print(f"{name:14s} integral {log_p.exp().sum() * cell:.3f}")

# %% tags=["figure"]
# The same, asserted
integrals = [(log_p.exp().sum() * cell).item() for log_p in totals.values()]
assert all(abs(total - 1) < 1e-3 for total in integrals[:2]) and all(abs(total - 1) > 0.1 for total in integrals[2:])

# %% [markdown]
# The oracle confirms that the log-determinant of the whole inverse is minus that of the whole, and the integral picks
# the two pairs that are densities. If you meet a formula for a flow, ask first which way its layers run.

# %% [markdown]
# ## 4. Densities in the plane
#
# Training maximises the mean of $\log p(x)$ over the data. What is the best possible value? The mean of $-\log p(x)$ is
#
# $$-\mathbb E_{p^*} \log p(x) = H(p^*) + \mathrm{KL}(p^* \Vert p) \;\ge\; H(p^*),$$
#
# with the entropy $H$ of the data's own density $p^*$. Here $p^*$ is two moons whose density is known exactly, so the
# distance to the best possible value is known in nats. That is rare: a GAN has no such number.
#
# **Your own points.** Put the name of a CSV file in `points_file`: two numbers a line, at least 100 lines. The entropy
# of your density is unknown, so then only the log-likelihood of the points held out is printed.

# %%
points_file = None  # for instance "my_points.csv"


# %%
def moons() -> tuple[Tensor, Tensor, float | None]:
    """Return points to train on, held-out points, and the entropy in nats."""
    density = two_moons()
    parts = [density.sample(20_000, torch.Generator().manual_seed(seed), torch.float32) for seed in (0, 1)]
    return parts[0], parts[1], density.entropy


def own_points(path: str) -> tuple[Tensor, Tensor, float | None]:
    """Return four fifths and one fifth of a file's points, standardised, and None for the entropy."""
    points = load_points(path)
    points = (points - points.mean(dim=0)) / points.std(dim=0).clamp(min=1e-6)
    points = points[torch.randperm(len(points), generator=torch.Generator().manual_seed(0))]
    return points[len(points) // 5 :], points[: len(points) // 5], None


train_points, test_points, entropy = moons() if points_file is None else own_points(points_file)


def alternating(count: int, first: Tensor, width: int, dropout: float = 0.0) -> list[nn.Module]:
    """Return coupling layers whose masks take turns: first, 1 - first, first, ..."""
    return [Coupling(first if k % 2 == 0 else 1 - first, width, dropout) for k in range(count)]


def negative_log_prob(flow: nn.ModuleList, x: Tensor, generator: torch.Generator) -> Tensor:
    """Return -log p(x) in nats, (B,): the loss."""
    return -flow_log_prob(x, flow, standard_normal)


# %% [markdown]
# *Predict, then run:* eight couplings, each with a network of 64 units, 2,500 steps. How many nats remain above the
# entropy? The trained flow must still be a density: its integral over the plane is computed too.

# %% tags=["predict"]
predict("moons", "A few hundredths: eight couplings can bend the plane well, but not cut it.")

# %% tags=["nbval-ignore-output"]
torch.manual_seed(0)
config = TrainConfig(steps=2500, batch_size=256, learning_rate=2e-3)
trained = fit(nn.ModuleList(alternating(8, HALF, width=64)), train_points, negative_log_prob, config)
flow = trained.ema.cpu()
with torch.no_grad():
    log_p = flow_log_prob(test_points, flow, standard_normal).double()
    line = torch.linspace(-6, 6, 601)
    total = flow_log_prob(torch.cartesian_prod(line, line), flow, standard_normal).double().exp().sum() * 0.02**2
error = log_p.std() / len(log_p) ** 0.5
predicted("moons")
print(f"held-out points: -log p(x) = {-log_p.mean():.3f} +- {error:.3f} nats, integral over the plane {total:.3f}")
if entropy is not None:
    gap = -log_p.mean() - entropy
    print(f"entropy {entropy:.3f} nats, so the gap is {gap:.3f} +- {error:.3f} nats")

# %% tags=["figure", "nbval-ignore-output"]
# Figure: the loss, the density, the samples
if entropy is not None:
    assert -4 * error < gap < 0.2 and abs(total - 1) < 0.01
with torch.no_grad():
    drawn = flow_sample(torch.randn(2000, 2, generator=torch.Generator().manual_seed(2)), flow)
figure, axes = new_figure(1, 3, size=(11, 3.6))
loss_curve(trained.losses, axes[0], floor=entropy)
axes[0].set(ylabel="-log p(x) in nats", ylim=(min(trained.losses).item() - 0.2, 3.2))
density_heatmap(lambda v: flow_log_prob(v, flow, standard_normal), axes[1], reach=2.2)
axes[1].set_title("the flow's density")
scatter(test_points[:2000], axes[2], 2.2, "data (blue), samples (orange)")
scatter(drawn, axes[2], 2.2, "data (blue), samples (orange)", ORANGE)
show(
    figure,
    alt="A loss curve that falls to just above a dashed floor; a density shaped like two interleaved moons; data and samples that lie on the same two moons.",
    caption="Left: the loss approaches the entropy, which it cannot pass except by chance of the batch. Middle: the density that was learned; look for a bridge between the moons. Right: 2,000 samples on 2,000 held-out points.",
)

# %% [markdown]
# A bridge is no accident. An invertible, continuous map keeps a connected plane connected, so the flow can thin the
# space between the moons but never cut it.
#
# **Invertible, to how many digits?** There and back through eight layers, in both precisions:

# %% tags=["nbval-ignore-output"]
for dtype, bound in ((torch.float64, 1e-10), (torch.float32, 1e-2)):
    same = deepcopy(flow).to(dtype)
    there = test_points.to(dtype)
    with torch.no_grad():
        for layer in same:
            there = layer.forward(there)[0]
        back = flow_sample(there, same)
    away = (back - test_points.to(dtype)).abs().amax(dim=1)
    print(f"{str(dtype)[6:]}: the median point misses by {away.median():.1e}, the worst of all by {away.max():.1e}")
    assert away.median() < 1e-5 and away.max() < bound

# %% [markdown]
# ### Masks must alternate
#
# *Predict, then run:* six Gaussians on a ring; six couplings each time. Once the masks take turns, once the first
# coordinate is kept by all six. Which KL divergence from the data is left?

# %% tags=["predict"]
predict("masks", "Little where the masks take turns. With one half always kept the first coordinate stays as it was in the noise, so much is left.")

# %% [markdown]
# For the second flow the answer can be had without training. If $x_1$ is always kept, its density in the model is that
# of $z_1$, a standard normal, and given $x_1$ the six affine maps of $x_2$ are one affine map: the model's
# $p(x_2 \mid x_1)$ is a Gaussian. The best Gaussian for each $x_1$ has the data's mean and variance there, so
#
# $$\mathrm{KL} \;\ge\; \mathrm{KL}\bigl(p^*(x_1) \,\Vert\, \mathcal N(0,1)\bigr)
# + \mathbb E\Bigl[\tfrac12\log\bigl(2\pi e \operatorname{Var}(x_2 \mid x_1)\bigr)\Bigr] - H(x_2 \mid x_1),$$
#
# whatever the networks are and however many layers there are. On a grid this is a number.

# %%
ring = gaussian_ring(modes=6, std=0.37)
step = 0.02
line = torch.arange(-5.5, 5.5, step, dtype=torch.float64) + step / 2
mass = ring.log_prob(torch.cartesian_prod(line, line)).exp().reshape(len(line), len(line)) * step**2
first = mass.sum(dim=1)  # the probability of each x1
mean = (mass * line).sum(dim=1) / first
variance = (mass * (line - mean[:, None]).square()).sum(dim=1) / first
best_gaussian = 0.5 * torch.log(2 * math.pi * math.e * variance)  # nats it costs to code x2 with it
floor = (first * (best_gaussian - standard_normal(line[:, None]))).sum().item() - ring.entropy
print(f"with the same half always kept, no flow of coupling layers comes below KL = {floor:.3f} nats")

# %% tags=["nbval-ignore-output"]
ring_train = ring.sample(20_000, torch.Generator().manual_seed(0), torch.float32)
ring_test = ring.sample(20_000, torch.Generator().manual_seed(1), torch.float32)
torch.manual_seed(0)
stacks = {"taking turns": alternating(6, HALF, 64), "always the same half": [Coupling(HALF, 64) for _ in range(6)]}
kl, ring_flows = {}, {}
for name, layers in stacks.items():
    run = fit(nn.ModuleList(layers), ring_train, negative_log_prob, TrainConfig(1000, 256, 2e-3))
    ring_flows[name] = run.ema.cpu()
    with torch.no_grad():
        ratio = ring.log_prob(ring_test.double()) - flow_log_prob(ring_test, ring_flows[name], standard_normal)
    kl[name] = ratio.mean().item()
    print(f"masks {name}: KL = {kl[name]:.2f} nats on 20,000 held-out points")
predicted("masks")

# %% tags=["figure", "nbval-ignore-output"]
# Figure: the data and the two flows
assert kl["taking turns"] < 0.4 and floor - 0.03 < kl["always the same half"] < floor + 0.2
figure, axes = new_figure(1, 3, size=(11, 3.8))
density_heatmap(ring.log_prob, axes[0], reach=3.5)
axes[0].set_title("data")
for axis, (name, stack) in zip(axes[1:], ring_flows.items(), strict=True):
    density_heatmap(lambda v, stack=stack: flow_log_prob(v, stack, standard_normal), axis, reach=3.5)
    axis.set_title(f"{name}: KL {kl[name]:.2f}")
show(
    figure,
    alt="Three densities: six separate spots on a ring; an uneven ring with a hole, on which some spots stand out; a blurred lozenge that is brightest in the middle.",
    caption="Middle: six layers that take turns bend the noise into a ring and begin to separate its modes. Right: with one half always kept, each vertical line holds a single Gaussian, so upper and lower modes are blurred into one; and x1 stays as it was in the noise, so the model's density is highest where there are no data at all.",
)

# %% [markdown]
# Six layers that never take turns do what one layer can do: the measured divergence sits on the floor that was
# computed before.

# %% [markdown]
# ## 5. Masks for images
#
# For images there are two natural ways to halve: by pixels, like a checkerboard, or by channels. On a checkerboard
# every pixel that changes has kept ones on all sides. To halve channels there must be several; *squeezing* makes them:
# each 2 x 2 block of pixels becomes four channels of an image half as high and wide. No value changes, so its
# log-determinant is 0.
#
# ### Exercise `checkerboard_mask`: every other pixel

# %% tags=["exercise"]
from gm_ref.flow.realnvp import checkerboard_mask

# %%
check_checkerboard_mask(checkerboard_mask)

# %% [markdown] tags=["hints"]
# Hints for `checkerboard_mask`
#
# 1. Walk one step right, or one step down: the mask must change each time. Which combination of row and column does that for odd and even widths?
# 2. The entry at row i and column j is $(i + j) \bmod 2$.
# 3. One range as a column, one as a row; broadcasting adds them to a table. Take the remainder by 2, make it float, put one axis in front.

# %% [markdown]
# ### Exercise `channel_mask`: the first half of the channels

# %% tags=["exercise"]
from gm_ref.flow.realnvp import channel_mask

# %%
check_channel_mask(channel_mask)

# %% [markdown] tags=["hints"]
# Hints for `channel_mask`
#
# 1. Against an image (C, H, W), along which axis would a mask of shape (C,) run?
# 2. Channel c is kept if $c < C/2$; an odd C has no half.
# 3. Refuse odd numbers first. Compare a range over the channels with half their number, make it float, and add two axes of size 1 at the end.

# %% [markdown]
# ### Exercise `squeeze`: blocks become channels

# %% tags=["exercise"]
from gm_ref.flow.realnvp import squeeze

# %%
check_squeeze(squeeze)

# %% [markdown] tags=["hints"]
# Hints for `squeeze`
#
# 1. A reshape never moves a number in memory. Are the four pixels of a block next to one another in memory?
# 2. Output [b, 4c + 2 dy + dx, i, j] is input [b, c, 2i + dy, 2j + dx].
# 3. Refuse odd heights and widths. By hand: view height as (H/2, 2) and width as (W/2, 2), permute the two axes of size 2 to just behind the channels, reshape. Or find the function of torch.nn.functional that undoes a pixel shuffle.

# %% [markdown]
# ### Exercise `unsqueeze`: and back

# %% tags=["exercise"]
from gm_ref.flow.realnvp import unsqueeze

# %%
check_unsqueeze(unsqueeze)

# %% [markdown] tags=["hints"]
# Hints for `unsqueeze`
#
# 1. It must undo squeeze exactly: which four channels make one block, and in which order?
# 2. Output [b, c, 2i + dy, 2j + dx] is input [b, 4c + 2 dy + dx, i, j].
# 3. View the channels as (C, 2, 2), bring the first 2 behind the height and the second behind the width, reshape. Torch has it as a function for sharpening images.


# %%
class Squeeze(nn.Module):
    """squeeze as a layer: it moves entries and changes no volume."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the squeezed image and log_det = 0."""
        return squeeze(x), torch.zeros(len(x), dtype=x.dtype, device=x.device)

    def inverse(self, z: Tensor) -> Tensor:
        """Return the image."""
        return unsqueeze(z)

# %%
board = checkerboard_mask(8, 8)
picture = torch.linspace(-1, 1, 64).reshape(1, 1, 8, 8)

# %% tags=["figure"]
# Figure: masks, and an image that is squeezed
figure, axes = new_figure(1, 4, size=(10.5, 2.9))
image_grid(1.4 * board[None] - 1, 1, axes[0], "checkerboard_mask(8, 8)")
image_grid(picture, 1, axes[1], "an image")
image_grid(squeeze(picture)[0][:, None], 2, axes[2], "squeezed: 4 channels")
image_grid((1.4 * channel_mask(4) - 1).expand(4, 4, 4)[:, None], 2, axes[3], "channel_mask(4)")
show(
    figure,
    alt="A checkerboard; an image that brightens row by row; its four channels after squeezing, each a coarse copy of it; a mask whose first two channels are light.",
    caption="In masks light is 1, kept, and black is 0, changed. Squeezing gives four images, each with every second row and column of the original; the channel mask keeps the two from the upper rows of each block and changes the two from the lower rows.",
)

# %% [markdown]
# **The layers of the digit flow, tested.** Four couplings on the checkerboard, a squeeze, four on channels; in
# float64, with weights drawn at random, each against your oracle in 64 dimensions:


# %%
def image_flow(width: int, dropout: float) -> nn.ModuleList:
    """Return a flow for images (B, 1, 8, 8): four couplings by pixels, a squeeze, four couplings by channels."""
    by_channels = channel_mask(4).expand(4, 4, 4).clone()
    layers = [*alternating(4, board, width, dropout), Squeeze(), *alternating(4, by_channels, width, dropout)]
    return nn.ModuleList(layers)


torch.manual_seed(0)
tested = 0
image = torch.randn(2, 1, 8, 8, dtype=torch.float64)
for layer in image_flow(width=32, dropout=0).double():
    check_layer(layer, image)
    image = layer.forward(image)[0].detach()
    tested += 1
print(f"{tested} of 9 layers invert themselves and agree with the oracle")

# %% [markdown]
# ## 6. From grey levels to a density, and back to bits
#
# ### Dequantisation
#
# The digits have 17 grey levels. A density fitted to whole numbers can grow without bound: put ever narrower spikes on
# the 17 values. The cure is to spread each level evenly over the interval that it stands for, by adding uniform noise
# $u \in [0, 1)$.
#
# ### Exercise `dequantize`: grey levels made continuous

# %% tags=["exercise"]
from gm_ref.flow.realnvp import dequantize

# %%
check_dequantize(dequantize)

# %% [markdown] tags=["hints"]
# Hints for `dequantize`
#
# 1. Levels 0 to 16 are 17 levels. Cut [0, 1) into as many intervals as there are levels: where does level k begin, and where does it end?
# 2. $x = (k + u) / L$ with L levels.
# 3. Bring the whole numbers to the dtype of u, add u, divide by the number of levels.

# %% [markdown]
# What does the noise cost? Write $P(k)$ for the probability that the model gives to the levels $k$, its density
# integrated over their little box of volume $L^{-D}$. By Jensen's inequality
#
# $$\log P(k) = \log \mathbb E_u\bigl[p(x)\bigr] - D\log L \;\ge\; \mathbb E_u\bigl[\log p(x)\bigr] - D \log L .$$
#
# So the mean log-density of the dequantised data is a bound on the log-probability of the real data, and it is tight
# for a model that is constant within each box. Divided by $-D\log 2$, the right side is *bits per dimension*, what the
# best code for the images would need for each pixel.
#
# ### The logit
#
# A flow's noise covers the whole line, but $x$ stays in $[0, 1)$, and many pixels sit right at its end. The logit
# opens the interval; because it is infinite at 0 and 1, the interval is first shrunk to $[\alpha, 1-\alpha]$:
#
# $$y = \operatorname{logit}\bigl(\alpha + (1 - 2\alpha)\,x\bigr), \qquad \operatorname{logit}(p) = \log\frac{p}{1-p}.$$
#
# It is one more layer of the flow, so it has a log-determinant, with a part from the logit and a part from the
# shrinking.
#
# ### Exercise `logit_transform`: from [0, 1] to the line, with log_det

# %% tags=["exercise"]
from gm_ref.flow.realnvp import logit_transform

# %%
check_logit_transform(logit_transform)

# %% [markdown] tags=["hints"]
# Hints for `logit_transform`
#
# 1. Two maps, one after the other: what are their slopes at one entry, and at which point is the second one's taken?
# 2. With $p = \alpha + (1-2\alpha)x$: $\log\frac{dy}{dx} = \log(1-2\alpha) - \log p - \log(1-p)$, summed over entries.
# 3. Shrink; take log p minus log(1 - p). For each entry add the three logarithms; note that -log p and -log(1-p) are softplus of -y and of y. Flatten from axis 1 on and sum.

# %% [markdown]
# ### Exercise `logit_inverse`: from the line back to [0, 1]

# %% tags=["exercise"]
from gm_ref.flow.realnvp import logit_inverse

# %%
check_logit_inverse(logit_inverse)

# %% [markdown] tags=["hints"]
# Hints for `logit_inverse`
#
# 1. The sigmoid undoes the logit. Is the result x yet? And how are the log-determinants of a map and of its inverse related?
# 2. $x = (\sigma(y) - \alpha) / (1 - 2\alpha)$ and $\log\frac{dx}{dy} = \log\sigma(y) + \log\sigma(-y) - \log(1-2\alpha)$.
# 3. Apply the sigmoid, subtract alpha, divide. For log_det take the logarithms of the sigmoid of y and of -y with softplus or logsigmoid, which stay finite far out; the sum of each sample.

# %% [markdown]
# ### Exercise `bits_per_dim`: what the images cost

# %% tags=["exercise"]
from gm_ref.flow.realnvp import bits_per_dim

# %%
check_bits_per_dim(bits_per_dim)

# %% [markdown] tags=["hints"]
# Hints for `bits_per_dim`
#
# 1. A model that knows nothing, uniform over [0, 1), needs how many bits for one of 256 equally likely levels? Test every formula with it.
# 2. $-\bigl(\log p(x) - D\log L\bigr) / (D \log 2)$, where D counts all entries, channels too.
# 3. Count the entries of one sample. Divide log_prob in nats by that count and by log 2, and subtract it from the logarithm, to base 2, of the number of levels.

# %% [markdown]
# **The oracle once more**, on both directions of the logit; and a model that knows nothing:

# %%
inside = torch.rand(3, 1, 2, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
opened, log_det = logit_transform(inside, 0.01)
torch.testing.assert_close(log_det, log_det_by_autograd(lambda v: logit_transform(v, 0.01)[0], inside))
closed, log_det_back = logit_inverse(opened, 0.01)
torch.testing.assert_close(log_det_back, log_det_by_autograd(lambda v: logit_inverse(v, 0.01)[0], opened))
torch.testing.assert_close(closed, inside)
torch.testing.assert_close(log_det_back, -log_det)
print(f"uniform over 256 levels: {bits_per_dim(torch.zeros(1), (3, 8, 8), 256).item():.3f} bits per dimension")
print(f"uniform over 17 levels:  {bits_per_dim(torch.zeros(1), (1, 8, 8), 17).item():.3f} bits per dimension")

# %% [markdown]
# ## 7. Digits
#
# 1,797 digits of 8 x 8 pixels, a fifth of them held out. A baseline first: pixels that are independent, each with its
# own histogram over the 17 levels, counted on the training digits with one extra count everywhere.

# %%
LEVELS, ALPHA = 17, 0.01
images, labels = digits()
levels = ((images + 1) * 8).round().long()  # from [-1, 1] back to 0 .. 16
train_levels, _, test_levels, _ = split(levels, labels)
counts = nn.functional.one_hot(train_levels, LEVELS).sum(dim=0).double() + 1
log_share = torch.log(counts / counts.sum(dim=-1, keepdim=True)).expand(len(test_levels), -1, -1, -1, -1)
baseline = -log_share.gather(-1, test_levels[..., None]).mean() / math.log(2)
print(f"{len(train_levels):,} training digits, {len(test_levels)} held out")
print(f"independent pixels: {baseline:.2f} bits per dimension; no knowledge at all: {math.log2(LEVELS):.2f}")

# %% [markdown]
# Now the flow. The noise $u$ is drawn anew for every batch; the logit's log-determinant is added to that of the
# layers. With 1,438 training digits and 0.9 million weights, a flow can learn its data by heart: its likelihood shows
# it, so we look at both parts. Dropout of 0.2 in the couplings' networks holds it back. *Predict, then run:* how many bits
# below independent pixels?

# %% tags=["predict"]
predict("bits", "A few tenths of a bit: strokes are smooth, and a flow sees that neighbouring pixels go together.")

# %%
def digit_log_prob(flow: nn.ModuleList, x_int: Tensor, generator: torch.Generator) -> Tensor:
    """Return log p(x) in nats, (B,), of grey levels x_int (B, 1, 8, 8), dequantised with the generator's noise."""
    u = torch.rand(x_int.shape, generator=generator, device=x_int.device)
    y, opened = logit_transform(dequantize(x_int, u, LEVELS), ALPHA)
    return flow_log_prob(y, flow, standard_normal) + opened


def digit_loss(flow: nn.ModuleList, x_int: Tensor, generator: torch.Generator) -> Tensor:
    """Return the loss in bits per dimension, (B,)."""
    return bits_per_dim(digit_log_prob(flow, x_int, generator), (1, 8, 8), LEVELS)


# %% tags=["nbval-ignore-output"]
torch.manual_seed(0)
digit_run = fit(image_flow(256, dropout=0.2), train_levels, digit_loss, TrainConfig(1500, 128, 1e-3))
digit_flow = digit_run.ema.cpu()

# %% tags=["nbval-ignore-output"]
with torch.no_grad():
    generator = torch.Generator().manual_seed(4)
    bits = {
        name: digit_loss(digit_flow, part, generator)
        for name, part in (("training", train_levels), ("held-out", test_levels))
    }
for name, values in bits.items():
    print(f"{name} digits: {values.mean():.2f} +- {values.std() / len(values) ** 0.5:.2f} bits per dimension")
print(f"independent pixels, held-out digits: {baseline:.2f} bits per dimension")
predicted("bits")

# %% tags=["figure", "nbval-ignore-output"]
# The same, asserted
assert 1.6 < bits["training"].mean() < bits["held-out"].mean() < baseline - 0.2

# %% tags=["nbval-ignore-output"]
with torch.no_grad():
    noise = torch.randn(len(test_levels), 4, 4, 4, generator=torch.Generator().manual_seed(5))
    drawn = logit_inverse(flow_sample(noise, digit_flow), ALPHA)[0]
samples = (drawn * LEVELS).floor().clamp(0, LEVELS - 1) / 8 - 1

# %% tags=["figure", "nbval-ignore-output"]
# Figure: the price of a pixel while training, real digits, samples
figure, axes = new_figure(1, 3, size=(12.5, 4.2))
loss_curve(digit_run.losses, axes[0])
axes[0].axhline(bits["held-out"].mean(), color=ORANGE, linestyle=":", label="held-out digits, at the end")
axes[0].set(ylabel="bits per dimension", ylim=(1.5, 4.2))
axes[0].legend()
image_grid(test_levels[:64] / 8.0 - 1, 8, axes[1], "held-out digits")
image_grid(samples[:64], 8, axes[2], "your samples")
show(
    figure,
    alt="A falling loss curve with the held-out value above its end; 64 real digits; 64 samples, most of which look like digits, with some noise in the background.",
    caption="Left: the price of one pixel while training (with dropout), and at the end on digits the flow never saw. Right: one pass back through nine layers makes all samples at once. Look for grey noise on black background, and for strokes that do not close.",
)

# %% tags=["nbval-ignore-output"]
held_out = test_levels / 8.0 - 1
real = frechet_distance(train_levels[: len(held_out)] / 8.0 - 1, held_out)
fake = frechet_distance(samples, held_out)
print(f"Frechet distance on raw pixels to the held-out digits: training digits {real:.2f}, your samples {fake:.2f}")

# %% [markdown]
# The first number is what chance alone makes of two samples of the same distribution. Most samples are readable, some
# are not, and the black background is not quite black. Nothing in the likelihood asks for what a person looks at: all
# 64 pixels count alike.
#
# **What likelihood sees.** A held-out digit, the same digit with its pixels in random order, and a uniformly grey
# image: *predict, then run:* how many bits per dimension does each cost?

# %% tags=["predict"]
predict("strangers", "A digit about two bits; the shuffled and the grey one more than a model that knows nothing would ask, about four.")

# %% tags=["nbval-ignore-output"]
predicted("strangers")
order = torch.randperm(64, generator=torch.Generator().manual_seed(6))
shuffled = test_levels.flatten(1)[:, order].reshape(test_levels.shape)
grey = torch.full_like(test_levels, 8)
costs = {}
with torch.no_grad():
    for name, part in (("digits", test_levels), ("shuffled pixels", shuffled), ("uniform grey", grey)):
        costs[name] = digit_loss(digit_flow, part, torch.Generator().manual_seed(7)).median()
        print(f"{name:16s} median {costs[name]:.2f} bits per dimension")

# %% tags=["figure", "nbval-ignore-output"]
# The same, asserted
assert all((cost > 4) == (name != "digits") for name, cost in costs.items())

# %% [markdown]
# Both strangers cost more than the 4.09 bits of a model that knows nothing: a density that is high on digits must be
# low on most of the rest. Not on all of it: flows trained on photographs of objects give pictures of house numbers a
# *higher* likelihood than their own data (Nalisnick et al. 2019).

# %% [markdown] tags=["task"]
# ## Open task: fewer layers, or smaller networks?
#
# Six couplings of width 64 bend the noise into the ring. Suppose that you may spend only 10,000 weights and 400 steps. Where
# do you put them: into many couplings with small networks, or into few with large ones? Your knobs are `couplings` and
# `width`, and whatever else you build into the layers. Measure the KL divergence from the data, and count the weights. Train
# with more than one seed: which differences are larger than chance? There is no single right answer.

# %% tags=["task", "nbval-ignore-output"]
couplings, width, seed = 4, 32, 0
torch.manual_seed(seed)
mine = nn.ModuleList(alternating(couplings, HALF, width))
weights = sum(p.numel() for p in mine.parameters())
mine = fit(mine, ring_train, negative_log_prob, TrainConfig(400, 256, 2e-3, seed)).ema.cpu()
with torch.no_grad():
    ratio = ring.log_prob(ring_test.double()) - flow_log_prob(ring_test, mine, standard_normal)
print(f"{couplings} couplings of width {width}, {weights:,} weights: KL = {ratio.mean():.2f} nats")

# %% [markdown]
# What did you change, what did you measure, and what do you conclude? One paragraph.

# %% [markdown] tags=["solution"]
# I kept below 10,000 weights and trained each choice with three seeds. Two couplings of width 66 (9,776 weights) leave 0.69 to
# 0.71 nats, four of width 44 (9,168) 0.55 to 0.59, eight of width 28 (8,096) 0.45 to 0.56, and twelve of width 22 (7,968) 0.49
# to 0.60. Two couplings are too few, whatever their width: all three seeds lie far below with four. Between four, eight and twelve
# the difference is no larger than what a seed alone does, so three seeds cannot tell which is best. Four of width 32, with
# 5,136 weights, do as well as four of width 44 (0.52 to 0.57): after 400 steps the number of weights is not what is missing.

# %% [markdown] tags=["recap"]
# ## Recap
#
# You can now
#
# - write the density of a transformed variable with the right sign, whichever way the map runs;
# - build coupling layers with their inverse and their log-determinant, and test them against an oracle;
# - train a flow, and say how far it is from the entropy of the data, in nats;
# - say why masks must take turns, and by how much a flow fails if they do not;
# - turn grey levels into a density and back into bits per dimension.
#
# Answer these three without looking, one or two sentences each.
#
# **1.** A colleague's flow runs from $z$ to $x$, and the code adds the log-determinants to $\log p(z)$. Training runs
# smoothly and the reported likelihood rises without end. What is wrong, and what does the optimiser exploit?

# %% [markdown] tags=["solution"]
# The sign: for layers from z to x the log-determinants are subtracted. With a plus the objective is not a density, and the layers are rewarded for stretching space without limit instead of paying for it.

# %% [markdown]
# **2.** Two papers report bits per dimension on the same 256-level images. One divides by 255 before training and
# forgets $\log(1-2\alpha)$ of the shrinking with $\alpha = 0.05$, counting it as 0. By how much do its numbers differ,
# and in which direction?

# %% [markdown] tags=["solution"]
# Counting log(1 - 2 alpha) = log 0.9 as 0 makes the log-density too high by 0.105 nats for each entry, so the bits come out too low by 0.152 per dimension. Levels divided by 255 own intervals of length 1/255, so adding log2 256 rather than log2 255 makes the bits too high by 0.006: together 0.146 too low, without any change of the model.

# %% [markdown]
# **3.** Coupling layers keep half of the entries. Why can a stack of layers with one fixed mask not be repaired by
# wider networks, and why is the bridge between the moons not removed by more layers?

# %% [markdown] tags=["solution"]
# With a fixed mask the kept half keeps the distribution of the noise and the other half is a single affine map of noise given it, so the divergence has a floor that no network lowers. The bridge stays because a continuous invertible map takes the connected plane to a connected plane: the density between the moons can become tiny but there is a path on which it is never zero.

# %% [markdown] tags=["bigger"]
# ## Go bigger
#
# How close to the entropy of the two moons can a flow come? The cell below trains sixteen couplings of width 128, four times
# as long. It was not run when this notebook was made. Flows of published size, for pictures, need `gm_ref.models`, which is not part of the course yet.

# %% tags=["bigger"]
go = False  # write True to run this
if bigger(go):
    torch.manual_seed(0)
    config = TrainConfig(steps=10_000, batch_size=256, learning_rate=1e-3)
    deep = fit(nn.ModuleList(alternating(16, HALF, width=128)), train_points, negative_log_prob, config).ema.cpu()
    with torch.no_grad():
        log_p = flow_log_prob(test_points, deep, standard_normal).double()
    print(f"held-out points: -log p(x) = {-log_p.mean():.3f} +- {log_p.std() / len(log_p) ** 0.5:.3f} nats")
    if entropy is not None:
        print(f"the entropy is {entropy:.3f} nats, so the gap is {-log_p.mean() - entropy:.3f} nats")

# %% [markdown]
# ## Where this goes
#
# `42_glow` replaces the fixed masks by learned mixing: an invertible 1 x 1 convolution between couplings,
# normalisation whose scale is part of the log-determinant, and latents that leave the flow at several scales.
# `36_matching` gives up the layered form: the map from noise to data becomes the solution of a differential equation,
# whose log-determinant is an integral. `33_score` computes the likelihood of a diffusion model by the same change of
# variables. And `51_metrics` asks what bits per dimension do not measure.
#
# ## Papers
#
# - Dinh, Sohl-Dickstein, Bengio 2017, *Density Estimation using Real NVP*: this lesson. arXiv:1605.08803
# - Dinh, Krueger, Bengio 2015, *NICE: Non-linear Independent Components Estimation*: coupling layers that only shift.
#   arXiv:1410.8516
# - Rezende, Mohamed 2015, *Variational Inference with Normalizing Flows*: the other direction, with its minus.
#   arXiv:1505.05770
# - Papamakarios, Pavlakou, Murray 2017, *Masked Autoregressive Flow for Density Estimation*: the logit and its bits.
#   arXiv:1705.07057
# - Theis, van den Oord, Bethge 2016, *A Note on the Evaluation of Generative Models*: why dequantise; what likelihood
#   says about samples. arXiv:1511.01844
# - Uria, Murray, Larochelle 2013, *RNADE: The Real-Valued Neural Autoregressive Density-Estimator*: uniform
#   dequantisation. arXiv:1306.0186
# - Nalisnick, Matsukawa, Teh, Gorur, Lakshminarayanan 2019, *Do Deep Generative Models Know What They Don't Know?*
#   arXiv:1810.09136
# - Papamakarios, Nalisnick, Rezende, Mohamed, Lakshminarayanan 2021, *Normalizing Flows for Probabilistic Modeling and
#   Inference*: the survey. arXiv:1912.02762

"""The reference of lesson 31 against mathematics and diffusers: schedules, conditioning, KL, closed forms, chains."""

import math
import warnings

import pytest
import torch
from torch import nn
from torch.distributions import Normal, kl_divergence
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from gm_ref.diffusion.ddpm import (
    alpha_tables,
    beta_schedule,
    ddpm_loss,
    ema_update,
    p_sample,
    predict_x0,
    q_posterior,
    q_sample,
    q_step,
    timestep_embedding,
    vlb_terms,
)
from gm_ref.kit.probes.ddpm import GaussianNoisePredictor, TimeScaled, TrainablePredictor, WeightsAndStatistics

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    warnings.filterwarnings("ignore", category=FutureWarning)
    from diffusers import DDPMScheduler
    from diffusers.models.embeddings import get_timestep_embedding

dtypes = pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
kinds = pytest.mark.parametrize("kind", ["linear", "cosine"])
TOLERANCE = {torch.float64: 1e-10, torch.float32: 2e-5}
M, S2 = 0.7, 0.25  # data N(M, S2): every quantity of the lesson has a closed form


def near(got, want, dtype=torch.float64, scale=1.0):
    tolerance = TOLERANCE[dtype] * scale
    torch.testing.assert_close(
        got.double().cpu(),
        torch.as_tensor(want, dtype=torch.float64).cpu(),
        rtol=tolerance,
        atol=tolerance,
        check_dtype=False,
    )


def normal(*shape, seed=0, dtype=torch.float64, device="cpu"):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(device, dtype)


def over(v, x):
    return v.reshape(-1, *[1] * (x.dim() - 1))


def scheduler(beta, **options):
    """Return diffusers' DDPMScheduler with float64 tables."""
    s = DDPMScheduler(num_train_timesteps=len(beta), clip_sample=False, **options)
    s.betas = beta.cpu()
    s.alphas, s.one = 1 - s.betas, torch.tensor(1.0, dtype=torch.float64)
    s.alphas_cumprod = torch.cumprod(s.alphas, dim=0)
    return s


# tables


@pytest.mark.parametrize("T", [21, 50, 200, 1000])
def test_linear_betas_are_diffusers_scaled(T):
    theirs = DDPMScheduler(num_train_timesteps=T, beta_schedule="linear").betas
    near(beta_schedule("linear", T) * T / 1000, theirs, torch.float32)


@pytest.mark.parametrize("T", [2, 50, 1000])
def test_cosine_betas_are_diffusers(T):
    theirs = DDPMScheduler(num_train_timesteps=T, beta_schedule="squaredcos_cap_v2").betas
    near(beta_schedule("cosine", T), theirs, torch.float32)


def test_known_ends_of_the_schedules():
    linear, cosine = beta_schedule("linear", 1000), beta_schedule("cosine", 1000)
    assert alpha_tables(linear)[1][-1].item() == pytest.approx(4.0358e-5, rel=1e-4)
    assert cosine[-3:].tolist() == pytest.approx([0.5556, 0.75, 0.999], abs=5e-5)
    assert alpha_tables(cosine)[1][-1].item() == pytest.approx(2.43e-9, rel=5e-3)


@kinds
def test_schedules_are_float64_and_valid_for_any_length(kind):
    for T in (21, 33, 100, 1000, 4000):
        beta = beta_schedule(kind, T)
        assert beta.dtype == torch.float64 and beta.shape == (T,)
        assert 0 < beta.min() and beta.max() < 1


def test_a_short_chain_destroys_as_much_as_a_long_one():
    left = [alpha_tables(beta_schedule("linear", T))[1][-1].log().item() for T in (200, 1000, 4000)]
    assert max(left) - min(left) < 0.6  # unscaled betas: 8.1
    assert max(left) < -10


@pytest.mark.parametrize("kind, T", [("linear", 0), ("cosine", 0), ("linear", 10), ("linear", 20), ("quadratic", 100)])
def test_what_has_no_schedule_is_refused(kind, T):
    with pytest.raises(ValueError, match=r"(choose one of them|take more steps)\.$"):
        beta_schedule(kind, T)


@dtypes
def test_tables_in_log_space(dtype, device):
    beta = beta_schedule("linear", 1000).to(device, dtype)
    alpha, alpha_bar, alpha_bar_prev = alpha_tables(beta)
    assert alpha.dtype == alpha_bar.dtype == alpha_bar_prev.dtype == dtype
    near(alpha_bar.log(), torch.cumsum(torch.log1p(-beta.double()), dim=0), dtype, scale=20)
    near(alpha_bar_prev * alpha, alpha_bar, dtype)
    assert alpha_bar_prev[0] == 1 and len(alpha_tables(beta[:1])[2]) == 1


# noising and its inverse


@dtypes
def test_one_jump_is_diffusers_add_noise(dtype, device):
    beta = beta_schedule("cosine", 50)
    x0, eps, t = (
        normal(5, 1, 3, 4, dtype=dtype),
        normal(5, 1, 3, 4, seed=1, dtype=dtype),
        torch.tensor([0, 49, 7, 7, 30]),
    )
    want = scheduler(beta).add_noise(x0.double(), eps.double(), t)
    got = q_sample(x0.to(device), t.to(device), eps.to(device), alpha_tables(beta.to(device))[1])
    assert got.dtype == dtype
    near(got, want, dtype)


@kinds
def test_one_jump_has_the_moments_of_small_steps(kind):
    """Follow mean and variance through q_step; both are read off it by putting in 0 and 1."""
    T = 40
    beta = beta_schedule(kind, T)
    _, alpha_bar, _ = alpha_tables(beta)
    zero, one = torch.zeros(1, 1, dtype=torch.float64), torch.ones(1, 1, dtype=torch.float64)
    mean, variance = M * one, S2 * one
    for k in range(T):
        t = torch.tensor([k])
        mean = q_step(mean, t, zero, beta)
        variance = q_step(one, t, zero, beta) ** 2 * variance + q_step(zero, t, one, beta) ** 2
        jump = q_sample(one, t, zero, alpha_bar), q_sample(zero, t, one, alpha_bar)
        near(mean, jump[0] * M)
        near(variance, jump[0] ** 2 * S2 + jump[1] ** 2)


@dtypes
@pytest.mark.parametrize("shape", [(6,), (6, 2), (6, 1, 3), (6, 2, 4, 5), (6, 1, 2, 2, 2)])
def test_predict_x0_undoes_q_sample_without_clipping(dtype, shape, device):
    alpha_bar = alpha_tables(beta_schedule("linear", 100).to(device))[1]
    x0, eps = 5 * normal(*shape, dtype=dtype, device=device), normal(*shape, seed=1, dtype=dtype, device=device)
    t = torch.tensor([0, 1, 20, 50, 70, 50], device=device)
    x_t = q_sample(x0, t, eps, alpha_bar)
    got = predict_x0(x_t, t, eps, alpha_bar)
    assert got.dtype == x_t.dtype == dtype
    near(got, x0, dtype, scale=10)


def test_float32_keeps_its_digits_near_the_data():
    """At t = 0 the noise has variance 1e-4: cast to float32 first, 1 - alpha_bar would be off by 2e-4 of itself."""
    alpha_bar = alpha_tables(beta_schedule("linear", 1000))[1]
    x_t = q_sample(torch.zeros(1, 1), torch.tensor([0]), torch.ones(1, 1), alpha_bar)
    assert x_t.item() == pytest.approx(1e-2, rel=2e-7)


# posterior


@dtypes
@kinds
def test_posterior_is_gaussian_conditioning(kind, dtype, device):
    T = 30
    beta = beta_schedule(kind, T)
    alpha, _, before = alpha_tables(beta)
    t = torch.arange(T)
    x0, x_t = 3 * normal(T, 2, 3, dtype=dtype), normal(T, 2, 3, seed=1, dtype=dtype)
    mean, variance = q_posterior(x0.to(device), x_t.to(device), t.to(device), beta.to(device))
    assert mean.dtype == variance.dtype == dtype and variance.shape == (T,)
    for k in range(T):
        cov = torch.zeros(2, 2, dtype=torch.float64)  # of (x_{t-1}, x_t) given x0
        cov[0, 0] = 1 - before[k]
        cov[0, 1] = cov[1, 0] = alpha[k].sqrt() * cov[0, 0]
        cov[1, 1] = alpha[k] * cov[0, 0] + beta[k]
        start = before[k].sqrt() * x0[k].double()
        gain = cov[0, 1] / cov[1, 1]
        near(mean[k], start + gain * (x_t[k].double() - alpha[k].sqrt() * start), dtype)
        near(variance[k], cov[0, 0] - gain * cov[0, 1], dtype)


def test_posterior_is_diffusers_small_variance():
    beta = beta_schedule("cosine", 40)
    theirs = scheduler(beta, variance_type="fixed_small")
    for k in (1, 2, 20, 39):
        _, variance = q_posterior(normal(1, 2), normal(1, 2), torch.tensor([k]), beta)
        near(variance[0], theirs._get_variance(k))


@kinds
def test_posterior_at_the_first_step_is_the_data(kind):
    x0, x_t, t = normal(3, 4), normal(3, 4, seed=1), torch.zeros(3, dtype=torch.int64)
    mean, variance = q_posterior(x0, x_t, t, beta_schedule(kind, 100))
    near(mean, x0)
    assert (variance == 0).all()


# the bound


@dtypes
@pytest.mark.parametrize("shape", [(9, 2), (9, 1, 3, 2)])
def test_terms_are_torchs_kl_and_density(shape, dtype, device):
    beta = beta_schedule("linear", 60)
    t = torch.tensor([0, 0, 1, 2, 10, 30, 30, 58, 59])
    x0, eps, net = 2 * normal(*shape, dtype=dtype), normal(*shape, seed=1, dtype=dtype), TimeScaled()
    got = vlb_terms(net, x0.to(device), t.to(device), eps.to(device), beta.to(device))
    assert got.dtype == dtype and got.shape == (9,)
    _, alpha_bar, before = alpha_tables(beta)
    a, b = over(alpha_bar[t], x0), over(beta[t], x0)
    x_t = a.sqrt() * x0.double() + (1 - a).sqrt() * eps.double()
    eps_mean = lambda e: (x_t - b / (1 - a).sqrt() * e) / (1 - b).sqrt()  # noqa: E731  eq. 11
    p = Normal(eps_mean(net(x_t, t)), b.sqrt().expand_as(x_t))
    spread = (b * over(1 - before[t], x0) / (1 - a)).sqrt().clamp(min=1e-9)
    kl = kl_divergence(Normal(eps_mean(eps.double()), spread.expand_as(x_t)), p).flatten(1).sum(dim=1)
    near(got, torch.where(t > 0, kl, -p.log_prob(x0.double()).flatten(1).sum(dim=1)), dtype, scale=20)


def expected_terms(beta, net):
    """Return E over x0 and eps of each term, exactly: a term is quadratic, so four points +-sqrt 2 on two axes do."""
    T, root = len(beta), math.sqrt(2)
    corners = torch.tensor([[root, 0], [-root, 0], [0, root], [0, -root]], dtype=torch.float64)
    t = torch.arange(T).repeat_interleave(4)
    x0, eps = (corners[:, i].repeat(T)[:, None] for i in (0, 1))
    return vlb_terms(net, M + math.sqrt(S2) * x0, t, eps, beta).reshape(T, 4).mean(dim=1)


def exact_gap(beta):
    """Return KL(q(x_0 .. x_T) || p(x_0 .. x_T)) for data N(M, S2), from the true reverse steps."""
    signal, total, gap = 1.0, S2, 0.0
    for b in beta.tolist():
        after = (1 - b) * total + b
        ratio = (total - (1 - b) * total**2 / after) / b  # Var(x_{t-1} | x_t) over p's; the means are equal
        gap += 0.5 * (ratio - 1 - math.log(ratio))
        signal, total = signal * math.sqrt(1 - b), after
    return gap + 0.5 * (total + (signal * M) ** 2 - 1 - math.log(total))


def test_the_whole_bound_minus_entropy_on_gaussian_data():
    """With variance beta_t and the best network the bound is loose by .0055 nats, T = 200."""
    beta = beta_schedule("linear", 200)
    alpha_bar = alpha_tables(beta)[1]
    terms = expected_terms(beta, GaussianNoisePredictor(M, S2, alpha_bar))
    end = alpha_bar[-1]
    prior = 0.5 * (end * (M**2 + S2) + (1 - end) - 1 - torch.log(1 - end))
    entropy = 0.5 * math.log(2 * math.pi * math.e * S2)
    gap = (terms.sum() + prior - entropy).item()
    assert gap == pytest.approx(exact_gap(beta), rel=1e-6)
    assert 0.0050 < gap < 0.0060


def test_other_networks_have_a_larger_bound():
    beta = beta_schedule("linear", 50)
    best = expected_terms(beta, GaussianNoisePredictor(M, S2, alpha_tables(beta)[1]))
    for net in (TimeScaled(), TrainablePredictor(), GaussianNoisePredictor(M, 1.0, alpha_tables(beta)[1])):
        assert (expected_terms(beta, net).detach() >= best - 1e-12).all()


def test_a_term_is_the_weighted_loss():
    """Ho 2020, eq. 12: for t > 0 two networks' terms differ by a weight times the difference of their losses."""
    beta, t = beta_schedule("linear", 80), torch.tensor([1, 5, 40, 79])
    alpha, alpha_bar, _ = alpha_tables(beta)
    x0, eps, nets = normal(4, 3, 2), normal(4, 3, 2, seed=1), (TimeScaled(), TimeScaled(-0.2, 0.02, 0.5))
    terms = [vlb_terms(net, x0, t, eps, beta) for net in nets]
    losses = [6 * ddpm_loss(net, x0, t, eps, alpha_bar) for net in nets]
    weight = (beta / (2 * alpha * (1 - alpha_bar)))[t]
    near(terms[0] - terms[1], weight * (losses[0] - losses[1]))


# training


@dtypes
def test_loss_by_hand(dtype, device):
    alpha_bar = alpha_tables(beta_schedule("linear", 30).to(device))[1]
    x0, eps = normal(3, 2, 4, dtype=dtype, device=device), normal(3, 2, 4, seed=1, dtype=dtype, device=device)
    t, net = torch.tensor([0, 29, 11], device=device), TimeScaled()
    got = ddpm_loss(net, x0, t, eps, alpha_bar)
    assert got.dtype == dtype
    want = [nn.functional.mse_loss(net(q_sample(x0, t, eps, alpha_bar), t)[k], eps[k]) for k in range(3)]
    near(got, torch.stack(want), dtype)


def test_the_best_networks_loss_is_the_floor():
    """At t the smallest L_simple is the variance of eps given x_t: alpha_bar s2 / (alpha_bar s2 + 1 - alpha_bar)."""
    beta, root = beta_schedule("cosine", 25), math.sqrt(2)
    alpha_bar = alpha_tables(beta)[1]
    corners = torch.tensor([[root, 0], [-root, 0], [0, root], [0, -root]], dtype=torch.float64)
    t = torch.arange(25).repeat_interleave(4)
    x0, eps = M + math.sqrt(S2) * corners[:, 0].repeat(25)[:, None], corners[:, 1].repeat(25)[:, None]
    loss = lambda net: ddpm_loss(net, x0, t, eps, alpha_bar).reshape(25, 4).mean(dim=1)  # noqa: E731
    floor = alpha_bar * S2 / (alpha_bar * S2 + 1 - alpha_bar)
    near(loss(GaussianNoisePredictor(M, S2, alpha_bar)), floor)
    near(loss(TimeScaled(0.0, 0.0, 0.0)), torch.ones(25))
    assert (loss(GaussianNoisePredictor(M, 1.0, alpha_bar))[:-1] > floor[:-1]).all()


def test_losses_train_the_network():
    beta, net = beta_schedule("linear", 30), TrainablePredictor()
    x0, eps, t = normal(4, 3), normal(4, 3, seed=1), torch.tensor([0, 3, 9, 29])
    alpha_bar = alpha_tables(beta)[1]
    for loss, table in ((ddpm_loss, alpha_bar), (vlb_terms, beta)):
        value = lambda w, loss=loss, table=table: loss(lambda x, t: w * x, x0, t, eps, table).sum()  # noqa: E731
        slope = torch.autograd.grad(loss(net, x0, t, eps, table).sum(), net.weight)[0]
        h = 1e-4
        near(slope, (value(0.4 + h) - value(0.4 - h)) / (2 * h), scale=1e4)


def test_everything_is_differentiable_to_second_order():
    beta, t = torch.tensor([0.1, 0.3, 0.5]).double().requires_grad_(), torch.tensor([0, 2, 1])
    x, e, net = normal(3, 2).requires_grad_(), normal(3, 2, seed=1).requires_grad_(), TimeScaled()
    tables = lambda b: alpha_tables(b)[1]  # noqa: E731
    for f in (
        lambda x, e, b: q_step(x, t, e, b),
        lambda x, e, b: q_sample(x, t, e, tables(b)),
        lambda x, e, b: predict_x0(x, t, e, tables(b)),
        lambda x, e, b: q_posterior(x, e, t, b)[0],
        lambda x, e, b: vlb_terms(net, x, t, e, b),
        lambda x, e, b: ddpm_loss(net, x, t, e, tables(b)),
        lambda x, e, b: p_sample(net, x, t, e, b),
    ):
        assert torch.autograd.gradcheck(f, (x, e, beta))


@dtypes
@pytest.mark.parametrize("dim", [2, 6, 64])
def test_embedding_is_diffusers(dim, dtype, device):
    t = torch.tensor([0, 1, 17, 500, 999])
    want = get_timestep_embedding(t, dim, flip_sin_to_cos=False, downscale_freq_shift=0)
    got = timestep_embedding(t.to(device), dim)
    assert got.dtype == torch.float32
    near(got, want, torch.float32, scale=10)
    assert timestep_embedding(t.to(device, dtype), dim).dtype == dtype


def test_embedding_exactly():
    t = torch.tensor([0.0, 1.0, 999.0], dtype=torch.float64)
    got = timestep_embedding(t, 4)
    want = [[math.sin(s), math.sin(s / 100), math.cos(s), math.cos(s / 100)] for s in t.tolist()]
    near(got, torch.tensor(want, dtype=torch.float64))
    with pytest.raises(ValueError, match="dim must be even, got 7"):
        timestep_embedding(t, 7)


@dtypes
def test_average_is_swa_utils(dtype, device):
    model = WeightsAndStatistics(0.4).to(device, dtype)
    theirs = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.9), use_buffers=False)
    theirs.update_parameters(model)  # the first update is a copy there
    ours = WeightsAndStatistics(0.4).to(device, dtype)
    for k in range(4):
        with torch.no_grad():
            for p in model.parameters():
                p.add_(normal(*p.shape, seed=k, dtype=dtype, device=device))
            model(normal(5, 3, seed=k, dtype=dtype, device=device))  # moves the running statistics
        theirs.update_parameters(model)
        assert ema_update(ours, model, 0.9) is None
    for a, b in zip(ours.parameters(), theirs.module.parameters(), strict=True):
        assert a.requires_grad and a.grad is None
        near(a.detach(), b.detach(), dtype)
    for a, b in zip(ours.buffers(), model.buffers(), strict=True):
        assert torch.equal(a, b) and a.data_ptr() != b.data_ptr()


def test_average_closed_form_and_a_model_left_alone():
    ema, model = WeightsAndStatistics(0.4), WeightsAndStatistics(2.0)
    start, still = [[p.detach().clone() for p in m.parameters()] for m in (ema, model)]
    own = [id(p) for p in ema.parameters()]
    for _ in range(50):
        ema_update(ema, model, 0.97)
    left = 0.97**50
    for p, first, last in zip(ema.parameters(), start, still, strict=True):
        near(p.detach(), left * first + (1 - left) * last)
    assert all(torch.equal(p, q) for p, q in zip(model.parameters(), still, strict=True))
    assert [id(p) for p in ema.parameters()] == own
    assert not any(p.grad_fn or p.grad is not None for p in ema.parameters())


# sampling


@dtypes
@kinds
def test_step_is_diffusers_large_variance(kind, dtype, device):
    beta = beta_schedule(kind, 50)
    theirs, net = scheduler(beta, variance_type="fixed_large"), TimeScaled()
    for k in (0, 1, 25, 48):
        x_t, t = normal(2, 3, seed=k), torch.full((2,), k)
        z = torch.randn(2, 3, generator=torch.Generator().manual_seed(k), dtype=torch.float64)
        want = theirs.step(net(x_t, t), k, x_t, generator=torch.Generator().manual_seed(k)).prev_sample
        got = p_sample(net, x_t.to(device, dtype), t.to(device), z.to(device, dtype), beta.to(device))
        assert got.dtype == dtype
        near(got, want, dtype, scale=20)


def test_last_step_is_noiseless_for_the_samples_at_zero_only():
    beta, net, t = beta_schedule("linear", 50), TimeScaled(), torch.tensor([0, 3, 0])
    x_t, z = normal(3, 2), normal(3, 2, seed=1)
    quiet, loud = p_sample(net, x_t, t, 0 * z, beta), p_sample(net, x_t, t, z, beta)
    assert torch.equal(quiet[[0, 2]], loud[[0, 2]]) and (quiet[1] != loud[1]).all()


def chain_moments(beta):
    """Return mean and variance of the chain's result, by 2 x 2 conditioning of (x_{t-1}, x_t), from N(0, 1)."""
    before, mean, variance, steps = 1.0, 0.0, 1.0, []
    for b in beta.tolist():
        steps.append((before, b))
        before *= 1 - b
    for k, (share, b) in reversed(list(enumerate(steps))):
        v = share * S2 + 1 - share
        gain = math.sqrt(1 - b) * v / ((1 - b) * v + b)
        mean = math.sqrt(share) * M + gain * (mean - math.sqrt(share * (1 - b)) * M)
        variance = gain**2 * variance + (b if k > 0 else 0.0)
    return mean, variance


@pytest.mark.parametrize("T", [25, 200])
def test_a_chain_has_the_moments_of_an_exact_recursion(T):
    """Every step is affine for Gaussian data, so slope and noise are read off it by putting in 0 and 1."""
    beta = beta_schedule("linear", T)
    net = GaussianNoisePredictor(M, S2, alpha_tables(beta)[1])
    zero, one = torch.zeros(1, 1, dtype=torch.float64), torch.ones(1, 1, dtype=torch.float64)
    mean, variance = zero, one
    for k in reversed(range(T)):
        t = torch.tensor([k])
        slope = p_sample(net, one, t, zero, beta) - p_sample(net, zero, t, zero, beta)
        noise = p_sample(net, zero, t, one, beta) - p_sample(net, zero, t, zero, beta)
        mean, variance = p_sample(net, mean, t, zero, beta), slope**2 * variance + noise**2
    want = chain_moments(beta)
    near(mean.squeeze(), want[0])
    near(variance.squeeze(), want[1])
    assert abs(want[0] - M) < 0.01 and abs(want[1] - S2) < (0.01 if T == 200 else 0.1)


def test_sampled_chains_have_those_moments_too():
    T, n = 30, 4000
    beta = beta_schedule("linear", T)
    net = GaussianNoisePredictor(M, S2, alpha_tables(beta)[1])
    x = normal(n, 1, seed=99)
    for k in reversed(range(T)):
        x = p_sample(net, x, torch.full((n,), k), normal(n, 1, seed=k), beta)
    mean, variance = chain_moments(beta)
    assert abs(x.mean() - mean) < 4 * math.sqrt(variance / n)
    assert abs(x.var() / variance - 1) < 4 * math.sqrt(2 / n)

"""Right answers to lesson 11 that are written in unusual ways.  A fair check passes them all."""

import math

import torch
from torch.distributions import Bernoulli, Categorical, kl_divergence
from torch.func import functional_call, grad_and_value
from torch.nn import functional as F


def discriminator_loss__bce(real_logits, fake_logits):
    real = F.binary_cross_entropy_with_logits(real_logits, torch.ones_like(real_logits))
    return real + F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))


def discriminator_loss__distribution(real_logits, fake_logits):
    real = Bernoulli(logits=real_logits).log_prob(torch.ones_like(real_logits))
    fake = Bernoulli(logits=fake_logits).log_prob(torch.zeros_like(fake_logits))
    return -(real.sum() / len(real) + fake.sum() / len(fake))


def discriminator_loss__two_classes(real_logits, fake_logits):
    def two(logits, label):
        pair = torch.stack([torch.zeros_like(logits), logits], dim=1)
        return F.cross_entropy(pair, torch.full((len(logits),), label))

    return two(real_logits, 1) + two(fake_logits, 0)


def discriminator_loss__logaddexp(real_logits, fake_logits):
    zero = real_logits.new_zeros(())
    return torch.logaddexp(zero, -real_logits).mean() + torch.logaddexp(zero, fake_logits).mean()


def optimal_discriminator__log_ratio(p, q):
    d = torch.sigmoid(torch.log(p) - torch.log(q))
    return torch.where((p == 0) & (q == 0), torch.full_like(d, 0.5), d)


def optimal_discriminator__nan_to_num(p, q):
    return (p / (p + q)).nan_to_num(nan=0.5)


def optimal_discriminator__loop(p, q):
    values = [
        a / (a + b) if a + b > 0 else 0.5 for a, b in zip(p.flatten().tolist(), q.flatten().tolist(), strict=True)
    ]
    return torch.tensor(values, dtype=p.dtype).reshape(p.shape)


def jensen_shannon__entropies(p, q):
    def entropy(r):
        return torch.special.entr(r).sum(-1)

    return entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2


def jensen_shannon__kl_div(p, q):
    m = ((p + q) / 2).clamp(min=1e-300 if p.dtype == torch.float64 else 1e-38)
    return 0.5 * (F.kl_div(m.log(), p, reduction="none") + F.kl_div(m.log(), q, reduction="none")).sum(-1)


def jensen_shannon__loop(p, q):
    def one(a, b):
        pairs = zip(a.tolist(), b.tolist(), strict=True)
        return 0.5 * sum(x * math.log(2 * x / (x + y)) if x else 0.0 for x, y in pairs)

    rows = [one(a, b) + one(b, a) for a, b in zip(p.reshape(-1, p.shape[-1]), q.reshape(-1, q.shape[-1]), strict=True)]
    return torch.tensor(rows, dtype=p.dtype).reshape(p.shape[:-1])


def value_at_optimum__by_jsd(p, q):
    return 2 * jensen_shannon__entropies(p, q) - math.log(4)


def value_at_optimum__masked(p, q):
    both = (p + q).clamp(min=torch.finfo(p.dtype).tiny)
    terms = torch.where(p > 0, p * torch.log(p / both), 0.0) + torch.where(q > 0, q * torch.log(q / both), 0.0)
    return terms.nan_to_num().sum(-1)


def value_at_optimum__divergences(p, q):
    m = Categorical(probs=(p + q) / 2, validate_args=False)
    p, q = Categorical(probs=p, validate_args=False), Categorical(probs=q, validate_args=False)
    kl = lambda r: (r.probs * (r.probs / m.probs).log()).nan_to_num().sum(-1)  # noqa: E731
    assert kl_divergence(m, m).abs().max() < 1e-6
    return kl(p) + kl(q) - math.log(4)


def generator_loss_minimax__logsigmoid(fake_logits):
    return F.logsigmoid(-fake_logits).mean()


def generator_loss_minimax__bce(fake_logits):
    return -F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))


def generator_loss_minimax__loop(fake_logits):
    return sum(-torch.logaddexp(torch.zeros_like(x), x) for x in fake_logits) / len(fake_logits)


def generator_loss__logsigmoid(fake_logits):
    return -F.logsigmoid(fake_logits).mean()


def generator_loss__bce(fake_logits):
    return F.binary_cross_entropy_with_logits(fake_logits, torch.ones_like(fake_logits))


def generator_loss__shifted(fake_logits):
    return (
        (F.softplus(fake_logits) - fake_logits).mean()
        if fake_logits.abs().max() < 30
        else F.softplus(-fake_logits).mean()
    )


def saturation_ratio__reciprocal(logit):
    return 1 / logit.exp()


def saturation_ratio__sigmoids(logit):
    return torch.sigmoid(-logit) / torch.sigmoid(logit)


def saturation_ratio__power(logit):
    return torch.pow(torch.full_like(logit, math.e), -logit)


def discriminator_step__two_backwards(D, G, real, z, optimizer):
    with torch.no_grad():
        fake = G(z)
    optimizer.zero_grad(set_to_none=False)
    loss_real = F.softplus(-D(real)).mean()
    loss_fake = F.softplus(D(fake)).mean()
    loss_real.backward()
    loss_fake.backward()
    optimizer.step()
    return (loss_real + loss_fake).detach()


def discriminator_step__one_batch(D, G, real, z, optimizer):
    logits = D(torch.cat([real, G(z).detach()]))
    loss = discriminator_loss__bce(logits[: len(real)], logits[len(real) :])
    for p in D.parameters():
        p.grad = None
    loss.backward()
    optimizer.step()
    return loss.item()


def discriminator_step__autograd(D, G, real, z, optimizer):
    loss = discriminator_loss__logaddexp(D(real), D(G(z).detach()))
    parameters = list(D.parameters())
    for p, g in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
        p.grad = g
    optimizer.step()
    return loss.detach()


def generator_step__frozen(D, G, z, optimizer):
    for p in D.parameters():
        p.requires_grad_(False)
    loss = generator_loss__bce(D(G(z)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    for p in D.parameters():
        p.requires_grad_(True)
    return loss.detach()


def generator_step__autograd(D, G, z, optimizer):
    loss = generator_loss__logsigmoid(D(G(z)))
    parameters = list(G.parameters())
    for p, g in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
        p.grad = g
    optimizer.step()
    return loss.item()


def generator_step__clears_both(D, G, z, optimizer):
    D.zero_grad()
    optimizer.zero_grad()
    loss = F.softplus(-D(G(z))).mean()
    loss.backward()
    D.zero_grad()
    optimizer.step()
    return float(loss.detach())


# more of them, exercise by exercise --------------------------------------------------------------------------------


def discriminator_loss__positive_part(real_logits, fake_logits):
    def stable(x):
        return x.clamp(min=0) + torch.log1p(torch.exp(-x.abs()))

    return stable(-real_logits).mean() + stable(fake_logits).mean()


def discriminator_loss__weighted(real_logits, fake_logits):
    logits, labels = (
        torch.cat([real_logits, fake_logits]),
        torch.zeros(len(real_logits) + len(fake_logits)).to(real_logits),
    )
    labels[: len(real_logits)] = 1
    weight = labels / len(real_logits) + (1 - labels) / len(fake_logits)
    return F.binary_cross_entropy_with_logits(logits, labels, weight=weight, reduction="sum")


def discriminator_loss__float64_inside(real_logits, fake_logits):
    loss = discriminator_loss__logaddexp(real_logits.double(), fake_logits.double())
    return loss.to(real_logits.dtype)


def optimal_discriminator__indexed(p, q):
    both, d = p + q, torch.full_like(p, 0.5)
    some = both != 0
    d[some] = p[some] / both[some]
    return d


def optimal_discriminator__one_minus(p, q):
    return 1 - torch.where(p + q == 0, torch.full_like(p, 0.5), q / (p + q))


def optimal_discriminator__odds(p, q):
    return torch.where((p == 0) & (q == 0), torch.full_like(p, 0.5), 1 / (1 + q / p))


def jensen_shannon__nan_to_num(p, q):
    m = (p + q) / 2
    return 0.5 * ((p * torch.log(p / m)).nan_to_num() + (q * torch.log(q / m)).nan_to_num()).sum(-1)


def jensen_shannon__numpy(p, q):
    import numpy as np

    a, b = p.numpy(), q.numpy()
    with np.errstate(all="ignore"):
        parts = [np.where(r > 0, r * np.log(2 * r / (a + b)), 0) for r in (a, b)]
    return torch.as_tensor((parts[0] + parts[1]).sum(-1) / 2).to(p.dtype)


def jensen_shannon__never_negative(p, q):
    return jensen_shannon__entropies(p, q).clamp(min=0)


def value_at_optimum__logits(p, q):
    logit = p.log() - q.log()
    real, fake = p * F.logsigmoid(logit), q * F.logsigmoid(-logit)
    return (torch.where(p > 0, real, 0.0) + torch.where(q > 0, fake, 0.0)).sum(-1)


def value_at_optimum__entropies(p, q):
    entropy = torch.special.entr
    return (entropy(p + q) - entropy(p) - entropy(q)).sum(-1)


def generator_loss_minimax__minus_the_logit(fake_logits):
    return (F.logsigmoid(fake_logits) - fake_logits).mean()


def generator_loss_minimax__two_classes(fake_logits):
    pair = torch.stack([torch.zeros_like(fake_logits), fake_logits], dim=1)
    return -F.cross_entropy(pair, torch.zeros(len(fake_logits), dtype=torch.long))


def generator_loss__minus_the_logit(fake_logits):
    return (F.softplus(fake_logits) - fake_logits).mean()


def generator_loss__distribution(fake_logits):
    return -Bernoulli(logits=fake_logits).log_prob(torch.ones_like(fake_logits)).mean()


def saturation_ratio__autograd(logit):
    with torch.enable_grad():
        leaf = logit.detach().clone().requires_grad_()
        (better,) = torch.autograd.grad(-F.logsigmoid(leaf).sum(), leaf)
        (worse,) = torch.autograd.grad(F.logsigmoid(-leaf).sum(), leaf)
    return better / worse


def saturation_ratio__difference_of_logs(logit):
    return (F.logsigmoid(-logit) - F.logsigmoid(logit)).exp()


def discriminator_step__closure(D, G, real, z, optimizer):
    def again():
        optimizer.zero_grad()
        loss = discriminator_loss__bce(D(real), D(G(z).detach()))
        loss.backward()
        return loss

    return optimizer.step(again).detach()


def discriminator_step__functional(D, G, real, z, optimizer):
    with torch.no_grad():
        fake = G(z)
    own = {name: p.detach() for name, p in D.named_parameters()}
    loss = lambda w: discriminator_loss__bce(*(functional_call(D, w, (x,)) for x in (real, fake)))  # noqa: E731
    slopes, value = grad_and_value(loss)(own)
    for name, p in D.named_parameters():
        p.grad = slopes[name]
    optimizer.step()
    return value


def discriminator_step__inputs(D, G, real, z, optimizer):
    loss = discriminator_loss__bce(D(real), D(G(z)))
    D.zero_grad()
    loss.backward(inputs=list(D.parameters()))
    optimizer.step()
    optimizer.zero_grad()
    return loss.data


def generator_step__inputs(D, G, z, optimizer):
    loss = generator_loss__bce(D(G(z)))
    optimizer.zero_grad()
    loss.backward(inputs=list(G.parameters()))
    optimizer.step()
    return loss.detach()


def generator_step__in_two_pieces(D, G, z, optimizer):
    fake = G(z)
    leaf = fake.detach().requires_grad_()
    loss = generator_loss__logsigmoid(D(leaf))
    (pull,) = torch.autograd.grad(loss, leaf)
    optimizer.zero_grad()
    fake.backward(pull)
    optimizer.step()
    return loss.detach()

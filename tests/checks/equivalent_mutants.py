"""Mutants that compute what the reference computes, or differ only where the exercise asks for nothing, with the reason."""

EQUIVALENT = {
    "start.mc_estimate": {
        "return (values.mean(), values.std(correction=1) / math.sqrt(len(values)))  ->  return (values.mean(), values.std() / math.sqrt(len(values)))": "torch's default correction is 1",
    },
    "start.gmm_score": {
        "return (share[:, :, None] * away * precision).sum(dim=1)  ->  return (share[:, :, None] * away * precision).sum(dim=1).detach()": "a right answer may take the score by autograd, whose result holds no graph",
    },
    "minimax.optimal_discriminator": {
        "return torch.where(both > 0, p / torch.where(both > 0, both, 1), 0.5)  ->  return torch.where(both > 0, p / torch.where(both > 0, both, 1), 0.5).detach()": "the exercise asks for a value: a right answer may compute it with plain numbers",
        "return torch.where(both > 0, p / torch.where(both > 0, both, 1), 0.5)  ->  return torch.where(both > 0, p / torch.where(both >= 0, both, 1), 0.5)": "changes only the denominator where both densities are 0, and that entry is replaced",
        "return torch.where(both > 0, p / torch.where(both > 0, both, 1), 0.5)  ->  return torch.where(both > 0, p / torch.where(both > 0, both, 0), 0.5)": "changes only the denominator where both densities are 0, and that entry is replaced",
        "return torch.where(both > 0, p / torch.where(both > 0, both, 1), 0.5)  ->  return torch.where(both > 0, p / torch.where(both > 0, both, 2), 0.5)": "changes only the denominator where both densities are 0, and that entry is replaced",
        "return torch.where(both > 0, p / torch.where(both > 0, both, 1), 0.5)  ->  return torch.where(both > 0, p / torch.where(both > -1, both, 1), 0.5)": "changes only the denominator where both densities are 0, and that entry is replaced",
    },
    "minimax.jensen_shannon": {
        "return 0.5 * (torch.xlogy(p, p / m) + torch.xlogy(q, q / m)).sum(dim=-1)  ->  return (0.5 * (torch.xlogy(p, p / m) + torch.xlogy(q, q / m)).sum(dim=-1)).detach()": "the exercise asks for a value: a right answer may compute it with plain numbers",
        "m = torch.where(m > 0, m, 1)  ->  m = torch.where(m > 0, m, 2)": "changes only the denominator where both probabilities are 0, and 0 log 0 is 0",
    },
    "minimax.value_at_optimum": {
        "return (torch.xlogy(p, real) + torch.xlogy(q, fake)).sum(dim=-1)  ->  return (torch.xlogy(p, real) + torch.xlogy(q, fake)).sum(dim=-1).detach()": "the exercise asks for a value: a right answer may compute it with plain numbers",
    },
    "minimax.saturation_ratio": {
        "return torch.exp(-logit)  ->  return torch.exp(-logit).detach()": "the exercise asks for a value: a right answer may compute it with plain numbers",
    },
    "minimax.discriminator_step": {
        "return loss.detach()  ->  return loss.detach().detach()": "detached twice is detached",
        "optimizer.zero_grad()  ->  D.zero_grad()": "the optimiser holds exactly this network's parameters",
    },
    "minimax.generator_step": {
        "return loss.detach()  ->  return loss.detach().detach()": "detached twice is detached",
        "optimizer.zero_grad()  ->  G.zero_grad()": "the optimiser holds exactly this network's parameters",
    },
    "elbo.kl_standard_normal": {
        "return 0.5 * (mu.square() + logvar.exp() - 1 - logvar).flatten(1).sum(dim=1)  ->  return 0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum(dim=1)": "mu is (B, K): it is flat already",
    },
    "elbo.linear_vae_posterior": {
        "M = W.T @ W + noise_var * torch.eye(W.shape[1], dtype=W.dtype, device=W.device)  ->  M = W.T @ W + noise_var * torch.eye(W.shape[1], dtype=W.dtype)": "all tensors are on one device; the tests of the references run on a GPU with --device",
        "M = W.T @ W + noise_var * torch.eye(W.shape[1], dtype=W.dtype, device=W.device)  ->  M = W.T @ W + noise_var * torch.eye(W.shape[1], dtype=x.dtype, device=W.device)": "the two tensors have one dtype",
        "M = W.T @ W + noise_var * torch.eye(W.shape[1], dtype=W.dtype, device=W.device)  ->  M = W.T @ W + noise_var * torch.eye(W.shape[1], dtype=W.dtype, device=x.device)": "all tensors are on one device; the tests of the references run on a GPU with --device",
    },
    "elbo.elbo_gap": {
        "return 0.5 * (trace + away - mu.shape[1] + torch.logdet(cov) - logvar.sum(dim=1))  ->  return (0.5 * (trace + away - mu.shape[1] + torch.logdet(cov) - logvar.sum(dim=1))).detach()": "the exercise asks for a value: a right answer may compute it with plain numbers",
        "return 0.5 * (trace + away - mu.shape[1] + torch.logdet(cov) - logvar.sum(dim=1))  ->  return 0.5 * (trace + away - logvar.shape[1] + torch.logdet(cov) - logvar.sum(dim=1))": "the two tensors have one shape",
        "return 0.5 * (trace + away - mu.shape[1] + torch.logdet(cov) - logvar.sum(dim=1))  ->  return 0.5 * (trace + away - mean.shape[1] + torch.logdet(cov) - logvar.sum(dim=1))": "the two tensors have one shape",
        "return 0.5 * (trace + away - mu.shape[1] + torch.logdet(cov) - logvar.sum(dim=1))  ->  return 0.5 * (trace + away - cov.shape[1] + torch.logdet(cov) - logvar.sum(dim=1))": "the two tensors have one shape",
    },
    "elbo.sample_prior": {
        "return decode(z) + torch.exp(0.5 * logvar) * eps  ->  return (decode(z) + torch.exp(0.5 * logvar) * eps).detach()": "sampling asks for no gradient: a right answer may run under no_grad",
    },
    "elbo.interpolate": {
        "return (1 - weight) * z_start + weight * z_end  ->  return ((1 - weight) * z_start + weight * z_end).detach()": "the exercise asks for a value: a right answer may compute it with plain numbers",
        "weight = torch.linspace(0, 1, steps, dtype=z_start.dtype, device=z_start.device)[:, None]  ->  weight = torch.linspace(0, 1, steps, dtype=z_start.dtype)[:, None]": "all tensors are on one device; the tests of the references run on a GPU with --device",
        "weight = torch.linspace(0, 1, steps, dtype=z_start.dtype, device=z_start.device)[:, None]  ->  weight = torch.linspace(0, 1, steps, dtype=z_end.dtype, device=z_start.device)[:, None]": "the two tensors have one dtype",
        "weight = torch.linspace(0, 1, steps, dtype=z_start.dtype, device=z_start.device)[:, None]  ->  weight = torch.linspace(0, 1, steps, dtype=z_start.dtype, device=z_end.device)[:, None]": "all tensors are on one device; the tests of the references run on a GPU with --device",
    },
    "ddpm.beta_schedule": {
        "return beta  ->  return beta.detach()": "nothing that comes in carries a gradient",
        "if len(beta) == 0 or beta.max() >= 1:  ->  if len(beta) == 0 or beta.max() > 1:": "differs at T = 20 alone, where the last beta is 1 up to rounding",
    },
    "ddpm.alpha_tables": {
        "alpha_bar = torch.cumprod(alpha, dim=0)  ->  alpha_bar = torch.cumprod(alpha, dim=-1)": "a table (T,) has one axis",
    },
    "ddpm.q_step": {
        "return torch.sqrt(1 - b).to(x_prev.dtype) * x_prev + torch.sqrt(b).to(x_prev.dtype) * eps  ->  return torch.sqrt(1 - b).to(eps.dtype) * x_prev + torch.sqrt(b).to(x_prev.dtype) * eps": "the two tensors have one dtype",
        "return torch.sqrt(1 - b).to(x_prev.dtype) * x_prev + torch.sqrt(b).to(x_prev.dtype) * eps  ->  return torch.sqrt(1 - b).to(x_prev.dtype) * x_prev + torch.sqrt(b).to(eps.dtype) * eps": "the two tensors have one dtype",
        "b = beta[t].reshape(-1, *[1] * (x_prev.dim() - 1))  ->  b = beta[t].reshape(-1, *[1] * (eps.dim() - 1))": "the two tensors have one shape",
    },
    "ddpm.q_sample": {
        "return torch.sqrt(share).to(x0.dtype) * x0 + torch.sqrt(1 - share).to(x0.dtype) * eps  ->  return torch.sqrt(share).to(eps.dtype) * x0 + torch.sqrt(1 - share).to(x0.dtype) * eps": "the two tensors have one dtype",
        "return torch.sqrt(share).to(x0.dtype) * x0 + torch.sqrt(1 - share).to(x0.dtype) * eps  ->  return torch.sqrt(share).to(x0.dtype) * x0 + torch.sqrt(1 - share).to(eps.dtype) * eps": "the two tensors have one dtype",
        "share = alpha_bar[t].reshape(-1, *[1] * (x0.dim() - 1))  ->  share = alpha_bar[t].reshape(-1, *[1] * (eps.dim() - 1))": "the two tensors have one shape",
    },
    "ddpm.predict_x0": {
        "return (x_t - torch.sqrt(1 - share).to(x_t.dtype) * eps) / torch.sqrt(share).to(x_t.dtype)  ->  return (x_t - torch.sqrt(1 - share).to(x_t.dtype) * eps) / torch.sqrt(share).to(eps.dtype)": "the two tensors have one dtype",
        "return (x_t - torch.sqrt(1 - share).to(x_t.dtype) * eps) / torch.sqrt(share).to(x_t.dtype)  ->  return (x_t - torch.sqrt(1 - share).to(eps.dtype) * eps) / torch.sqrt(share).to(x_t.dtype)": "the two tensors have one dtype",
        "share = alpha_bar[t].reshape(-1, *[1] * (x_t.dim() - 1))  ->  share = alpha_bar[t].reshape(-1, *[1] * (eps.dim() - 1))": "the two tensors have one shape",
    },
    "ddpm.q_posterior": {
        "return (a * x0 + b * x_t, variance[t].to(x_t.dtype))  ->  return (a * x0 + b * x_t, variance[t].to(x0.dtype))": "the two tensors have one dtype",
        "a, b = (w[t].to(x_t.dtype).reshape(-1, *[1] * (x_t.dim() - 1)) for w in (toward_x0, toward_x_t))  ->  a, b = (w[t].to(x0.dtype).reshape(-1, *[1] * (x_t.dim() - 1)) for w in (toward_x0, toward_x_t))": "the two tensors have one dtype",
        "a, b = (w[t].to(x_t.dtype).reshape(-1, *[1] * (x_t.dim() - 1)) for w in (toward_x0, toward_x_t))  ->  a, b = (w[t].to(x_t.dtype).reshape(-1, *[1] * (x0.dim() - 1)) for w in (toward_x0, toward_x_t))": "the two tensors have one shape",
    },
    "ddpm.vlb_terms": {
        "ratio = torch.where(t > 0, ((1 - alpha_bar_prev) / (1 - alpha_bar))[t], 1.0)  ->  ratio = torch.where(t >= 0, ((1 - alpha_bar_prev) / (1 - alpha_bar))[t], 1.0)": "changes the ratio at t = 0 alone, where it is not used",
        "ratio = torch.where(t > 0, ((1 - alpha_bar_prev) / (1 - alpha_bar))[t], 1.0)  ->  ratio = torch.where(t > 0, ((1 - alpha_bar_prev) / (1 - alpha_bar))[t], 0.0)": "changes the ratio at t = 0 alone, where it is not used",
        "ratio = torch.where(t > 0, ((1 - alpha_bar_prev) / (1 - alpha_bar))[t], 1.0)  ->  ratio = torch.where(t > 0, ((1 - alpha_bar_prev) / (1 - alpha_bar))[t], 2.0)": "changes the ratio at t = 0 alone, where it is not used",
        "ratio = torch.where(t > 0, ((1 - alpha_bar_prev) / (1 - alpha_bar))[t], 1.0)  ->  ratio = torch.where(t > -1, ((1 - alpha_bar_prev) / (1 - alpha_bar))[t], 1.0)": "changes the ratio at t = 0 alone, where it is not used",
        "return (0.5 * (distance + per_entry * x0[0].numel())).to(x0.dtype)  ->  return (0.5 * (distance + per_entry * x0[0].numel())).to(eps.dtype)": "the two tensors have one dtype",
        "return (0.5 * (distance + per_entry * x0[0].numel())).to(x0.dtype)  ->  return (0.5 * (distance + per_entry * eps[0].numel())).to(x0.dtype)": "the two tensors have one shape",
        "return (0.5 * (distance + per_entry * x0[0].numel())).to(x0.dtype)  ->  return (0.5 * (distance + per_entry * x0[-1].numel())).to(x0.dtype)": "all samples have one shape",
    },
    "ddpm.timestep_embedding": {
        "return torch.cat([torch.sin(angle), torch.cos(angle)], dim=1)  ->  return torch.cat([torch.sin(angle), torch.cos(angle)], dim=1).detach()": "nothing that comes in carries a gradient",
        "i = torch.arange(dim // 2, dtype=dtype, device=t.device)  ->  i = torch.arange(dim // 2, dtype=dtype)": "all tensors are on one device; the tests of the references run on a GPU with --device",
        "i = torch.arange(dim // 2, dtype=dtype, device=t.device)  ->  i = torch.arange(dim / 2, dtype=dtype, device=t.device)": "dim is even, so that both divisions give the same number",
        "angle = t.to(dtype)[:, None] * torch.exp(-math.log(10000) * i / (dim // 2))  ->  angle = t[:, None] * torch.exp(-math.log(10000) * i / (dim // 2))": "a whole number times a float32 or float64 table is promoted to the table's dtype",
        "angle = t.to(dtype)[:, None] * torch.exp(-math.log(10000) * i / (dim // 2))  ->  angle = t.to(dtype)[:, None] * torch.exp(-math.log(10000) * i / (dim / 2))": "dim is even, so that both divisions give the same number",
    },
    "ddpm.ema_update": {
        "for average, current in zip(ema.parameters(), model.parameters(), strict=True):  ->  for average, current in zip(ema.parameters(), model.parameters()):": "both networks have the same parameters and buffers",
        "for kept, now in zip(ema.buffers(), model.buffers(), strict=True):  ->  for kept, now in zip(ema.buffers(), model.buffers()):": "both networks have the same parameters and buffers",
        "for average, current in zip(ema.parameters(), model.parameters(), strict=True):  ->  for average, current in zip(ema.parameters(), model.parameters(), strict=False):": "both networks have the same parameters and buffers",
        "for kept, now in zip(ema.buffers(), model.buffers(), strict=True):  ->  for kept, now in zip(ema.buffers(), model.buffers(), strict=False):": "both networks have the same parameters and buffers",
    },
    "ddpm.p_sample": {
        "return mean + sigma.reshape(-1, *[1] * (x_t.dim() - 1)) * z  ->  return (mean + sigma.reshape(-1, *[1] * (x_t.dim() - 1)) * z).detach()": "sampling asks for no gradient: a right answer may run under no_grad",
        "sigma = (beta[t].sqrt() * (t > 0)).to(x_t.dtype)  ->  sigma = (beta[t].sqrt() * (t > 0)).to(z.dtype)": "the two tensors have one dtype",
        "return mean + sigma.reshape(-1, *[1] * (x_t.dim() - 1)) * z  ->  return mean + sigma.reshape(-1, *[1] * (z.dim() - 1)) * z": "the two tensors have one shape",
    },
    "realnvp.log_det_by_autograd": {
        "return torch.linalg.slogdet(torch.stack(jacobians)).logabsdet  ->  return torch.linalg.slogdet(torch.stack(jacobians)).logabsdet.detach()": "the Jacobian of torch.autograd.functional holds no graph",
        "return f(sample[None]).flatten()  ->  return f(sample[None])": "the Jacobian is reshaped to a square either way",
        "jacobians = [torch.autograd.functional.jacobian(one, sample).reshape(x[0].numel(), -1) for sample in x]  ->  jacobians = [torch.autograd.functional.jacobian(one, sample).reshape(-1, x[0].numel()) for sample in x]": "the Jacobian is square: both reshapes give the same matrix",
        "jacobians = [torch.autograd.functional.jacobian(one, sample).reshape(x[0].numel(), -1) for sample in x]  ->  jacobians = [torch.autograd.functional.jacobian(one, sample).reshape(x[-1].numel(), -1) for sample in x]": "all samples have one shape",
    },
    "realnvp.coupling_inverse": {
        "return kept + (1 - mask) * (z - t) * torch.exp(-(1 - mask) * s)  ->  return kept + (1 - mask) * (z - t) * torch.exp(-(1 + mask) * s)": "the inner mask matters only where exp overflows; outside, the outer mask removes those entries",
        "return kept + (1 - mask) * (z - t) * torch.exp(-(1 - mask) * s)  ->  return kept + (1 - mask) * (z - t) * torch.exp(-1 * s)": "the inner mask matters only where exp overflows; outside, the outer mask removes those entries",
    },
    "realnvp.flow_log_prob": {
        "total = torch.zeros(len(x), dtype=x.dtype, device=x.device)  ->  total = torch.zeros(len(x), device=x.device)": "float32 zeros are promoted by the first layer's log_det",
        "total = torch.zeros(len(x), dtype=x.dtype, device=x.device)  ->  total = torch.zeros(len(x), dtype=x.dtype)": "all tensors are on one device; the tests of the references run on a GPU with --device",
    },
    "realnvp.flow_sample": {
        "return z  ->  return z.detach()": "sampling asks for no gradient: a right answer may run under no_grad",
    },
    "realnvp.checkerboard_mask": {
        "return ((rows + columns) % 2).float()[None]  ->  return ((rows + columns) % 2).float()[None].detach()": "nothing that comes in carries a gradient",
        "rows, columns = (torch.arange(height)[:, None], torch.arange(width)[None, :])  ->  rows, columns = (torch.arange(width)[None, :], torch.arange(height)[:, None])": "odd sums and odd differences are at the same places",
        "return ((rows + columns) % 2).float()[None]  ->  return ((rows - columns) % 2).float()[None]": "odd sums and odd differences are at the same places",
    },
    "realnvp.channel_mask": {
        "return (torch.arange(channels) < channels // 2).float()[:, None, None]  ->  return (torch.arange(channels) < channels // 2).float()[:, None, None].detach()": "nothing that comes in carries a gradient",
        "return (torch.arange(channels) < channels // 2).float()[:, None, None]  ->  return (torch.arange(channels) < channels / 2).float()[:, None, None]": "channels is even, so that both divisions give the same number",
    },
    "realnvp.dequantize": {
        "return (x_int.to(u.dtype) + u) / levels  ->  return ((x_int.to(u.dtype) + u) / levels).detach()": "data preparation asks for no gradient",
        "return (x_int.to(u.dtype) + u) / levels  ->  return (x_int + u) / levels": "whole numbers are promoted to u's dtype by the sum",
        "return (x_int.to(u.dtype) + u) / levels  ->  return (x_int.to(x_int.dtype) + u) / levels": "whole numbers are promoted to u's dtype by the sum",
    },
}

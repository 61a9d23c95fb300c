"""Wrong answers to the lesson's exercises."""

from torch import nn
from torch.nn import functional as F

from gm_ref.mistakes.core import Bank
from tests.grading.networks_lesson import answers as right

BANK = Bank()
mistake, convention = BANK.of("small_generator")


def chain(nz, ngf, nc, **changed):
    """Return the generator's layers with something changed."""
    bias, padding = changed.get("bias", False), changed.get("padding", 1)
    norm, act = changed.get("norm", nn.BatchNorm2d), changed.get("act", nn.ReLU)
    return [
        nn.ConvTranspose2d(nz, 2 * ngf, 4, bias=bias),
        norm(2 * ngf),
        act(),
        nn.ConvTranspose2d(2 * ngf, ngf, 4, 2, padding, bias=bias),
        norm(ngf),
        act(),
        nn.ConvTranspose2d(ngf, nc, 4, 2, padding, bias=False),
        nn.Tanh(),
    ]


@mistake("bias kept beside batch norm")
def bias_beside_norm(nz, ngf, nc):
    """Batch norm takes a bias away again and has a shift of its own: bias=False in the layers before it."""
    return nn.Sequential(*chain(nz, ngf, nc, bias=True))


@mistake("batch norm on the output")
def norm_on_output(nz, ngf, nc):
    """The last layer has no batch norm: it would force the images' mean and spread."""
    *layers, last = chain(nz, ngf, nc)
    return nn.Sequential(*layers, nn.BatchNorm2d(nc), last)


@mistake("nearest neighbour and convolution")
def nearest(nz, ngf, nc):
    """You enlarge with nearest neighbour and then convolve; transposed convolutions are asked for."""

    def up(n_in, n_out):
        return [nn.Upsample(scale_factor=2, mode="nearest"), nn.Conv2d(n_in, n_out, 3, padding=1, bias=False)]

    first, last = chain(nz, ngf, nc)[:3], up(2 * ngf, ngf)
    return nn.Sequential(*first, *last, nn.BatchNorm2d(ngf), nn.ReLU(), *up(ngf, nc), nn.Tanh())


@mistake("no padding")
def no_padding(nz, ngf, nc):
    """Without padding=1 a 4x4 kernel of stride 2 makes 10 of 4 and not 8."""
    return nn.Sequential(*chain(nz, ngf, nc, padding=0))


@mistake("batch statistics in eval mode")
def always_train(nz, ngf, nc):
    """Your batch norm keeps no running averages that eval mode could use: leave track_running_stats alone."""
    return nn.Sequential(*chain(nz, ngf, nc, norm=lambda n: nn.BatchNorm2d(n, track_running_stats=False)))


class StuckInEval(nn.BatchNorm2d):
    """Uses its averages always."""

    def forward(self, x):
        return F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, False, 0.1, self.eps)


class StuckInTrain(nn.BatchNorm2d):
    """Uses the batch always."""

    def forward(self, x):
        return F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, True, 0.1, self.eps)


@mistake("running averages in train mode")
def always_eval(nz, ngf, nc):
    """In train mode batch norm takes mean and spread from the batch; yours always takes the running averages."""
    return nn.Sequential(*chain(nz, ngf, nc, norm=StuckInEval))


@mistake("training=True whatever the mode")
def training_written_out(nz, ngf, nc):
    """You pass training=True to batch norm: pass self.training, so that eval() has an effect."""
    return nn.Sequential(*chain(nz, ngf, nc, norm=StuckInTrain))


@convention("momentum 0.01, as in Keras")
def other_momentum(nz, ngf, nc):
    """The running averages move by 0.01; torch's default, 0.1, is used here."""
    return nn.Sequential(*chain(nz, ngf, nc, norm=lambda n: nn.BatchNorm2d(n, momentum=0.01)))


@mistake("leaky ReLU in the generator")
def leaky(nz, ngf, nc):
    """Leaky ReLU belongs into the discriminator; the generator has ReLU."""
    return nn.Sequential(*chain(nz, ngf, nc, act=lambda: nn.LeakyReLU(0.2)))


@mistake("no tanh at the end")
def no_tanh(nz, ngf, nc):
    """Images lie in [-1, 1]: the last layer is followed by tanh."""
    return nn.Sequential(*chain(nz, ngf, nc)[:-1])


@mistake("sigmoid at the end")
def sigmoid(nz, ngf, nc):
    """Images lie in [-1, 1] in this course, so tanh; sigmoid gives [0, 1]."""
    return nn.Sequential(*chain(nz, ngf, nc)[:-1], nn.Sigmoid())


@mistake("ReLU before batch norm")
def act_before_norm(nz, ngf, nc):
    """Batch norm comes before ReLU."""
    a, norm1, act1, b, norm2, act2, *rest = chain(nz, ngf, nc)
    return nn.Sequential(a, act1, norm1, b, act2, norm2, *rest)


mistake, convention = BANK.of("small_mapping")


def mapping(layers, norm=None):
    """Return a mapping network of these layers."""
    net = right.Mapping(1, 0)
    net.layers, net.norm = layers, norm or net.norm
    return net


def pairs(dim, depth, act):
    """Return linear layers with an activation after each."""
    return [layer for _ in range(depth) for layer in (nn.Linear(dim, dim), act())]


@mistake("one layer used again and again")
def one_layer(dim, depth):
    """[layer] * depth is one layer, used depth times: make a new one each time."""
    return mapping(nn.Sequential(*[nn.Sequential(nn.Linear(dim, dim), nn.LeakyReLU(0.2))] * depth))


@mistake("no activation after the last layer")
def last_is_linear(dim, depth):
    """In the mapping network the last layer has its leaky ReLU too."""
    return mapping(nn.Sequential(*pairs(dim, depth, lambda: nn.LeakyReLU(0.2))[:-1]))


@mistake("slope 0.01")
def default_slope(dim, depth):
    """nn.LeakyReLU() has slope 0.01; 0.2 is asked for."""
    return mapping(nn.Sequential(*pairs(dim, depth, nn.LeakyReLU)))


@mistake("no normalisation of z")
def no_norm(dim, depth):
    """z is normalised before the first layer."""
    return mapping(nn.Sequential(*pairs(dim, depth, lambda: nn.LeakyReLU(0.2))), nn.Identity())


class UnitNorm(nn.Module):
    """Divides by the length."""

    def forward(self, x):
        return F.normalize(x, dim=1)


@mistake("divided by the length")
def unit_length(dim, depth):
    """You divide by the root of the sum of squares; pixel norm divides by the root of their mean."""
    return mapping(nn.Sequential(*pairs(dim, depth, lambda: nn.LeakyReLU(0.2))), UnitNorm())


mistake, convention = BANK.of("fit_step")


@mistake("old gradients not cleared")
def no_zero_grad(net, x, y, optimizer):
    """Clear the gradients before backward."""
    loss = (net(x) - y).square().mean()
    loss.backward()
    optimizer.step()
    return loss.detach()


@mistake("an optimiser of its own")
def new_optimizer(net, x, y, optimizer):
    """You make a new optimiser at each step, and what the given one remembers is lost."""
    return right.fit_step(net, x, y, type(optimizer)(net.parameters(), lr=optimizer.param_groups[0]["lr"]))


@mistake("two steps")
def two_steps(net, x, y, optimizer):
    """One call makes one step."""
    right.fit_step(net, x, y, optimizer)
    return right.fit_step(net, x, y, optimizer)

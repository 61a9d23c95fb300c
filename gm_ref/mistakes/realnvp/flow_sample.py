"""Wrong answers to flow_sample that people really give, each with the sentence that cures it."""

from gm_ref.flow import realnvp as right
from gm_ref.mistakes.realnvp import BANK
from gm_ref.mistakes.realnvp.shared import run

mistake, convention = BANK.of("flow_sample")


@mistake("layers not reversed")
def not_reversed(z, layers):
    """You undo the layers in the order in which they were applied. The layer that came last on the way to z is the
    first to be undone.
    """
    for layer in layers:
        z = layer.inverse(z)
    return z


@mistake("forward in place of inverse")
def samples_forward(z, layers):
    """You run forward, from data to latent, once more. Sampling runs from latent to data: inverse."""
    return run(z, layers)[0]


@mistake("forward in reverse order")
def forward_reversed(z, layers):
    """You reversed the order but still call forward. Each layer must be undone: call its inverse."""
    return run(z, list(layers)[::-1])[0]


@mistake("the first layer is forgotten")
def first_layer_forgotten(z, layers):
    """Your loop stops before layer 0. A range that counts down must end at -1 to include 0; reversed(layers) needs no
    count.
    """
    for k in range(len(layers) - 1, 0, -1):
        z = layers[k].inverse(z)
    return z


@mistake("one inverse of z only")
def every_inverse_gets_z(z, layers):
    """Only layers[0] counts, applied to z itself: either it alone is used, or every layer is given the original z. Each
    inverse works on what the one before returned.
    """
    x = z
    for layer in reversed(layers):
        x = layer.inverse(z)
    return x


@mistake("the last layer is forgotten")
def last_layer_forgotten(z, layers):
    """Your loop begins with the last layer but one. Layers are numbered from 0 to len(layers) - 1; reversed(layers)
    needs no count.
    """
    return right.flow_sample(z, list(layers)[:-1])


@mistake("samples clipped")
def clipped(z, layers):
    """You clip the result to [-1, 1]. The flow's density extends as far as its base reaches; clip when you draw a
    picture, not here.
    """
    return right.flow_sample(z, layers).clamp(-1, 1)


@mistake("layers reversed and forward after inverse")
def there_and_back(z, layers):
    """You call each layer's inverse and its forward, which gives back what came in. Samples need the inverse alone."""
    for layer in reversed(layers):
        z = layer.forward(layer.inverse(z))[0]
    return z


@mistake("the last layer alone")
def last_layer_alone(z, layers):
    """You undo the last layer and stop. Every layer that maps x to z is undone: go on to the first."""
    return layers[-1].inverse(z) if len(layers) else z


@mistake("samples clipped to [0, 1]")
def clipped_to_unit(z, layers):
    """You clip the result to [0, 1]. The flow's density extends as far as its base reaches; clip when you draw a
    picture, not here.
    """
    return right.flow_sample(z, layers).clamp(0, 1)

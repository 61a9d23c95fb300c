"""Given networks, shape helpers and figures."""

import io

import matplotlib.pyplot as plt
import pytest
import torch
from PIL import Image

from gm_ref.diffusion.ddpm import timestep_embedding
from gm_ref.kit import plot
from gm_ref.kit.nets import MLP, MLPStack, SmallUNet, count_parameters
from gm_ref.kit.shapes import expand_to, mean_per_sample, sum_per_sample


def test_unet_keeps_the_shape_starts_at_zero_and_uses_time(device):
    torch.manual_seed(0)
    net = SmallUNet(timestep_embedding).to(device)
    x, t = torch.randn(3, 1, 8, 8, device=device), torch.tensor([0, 5, 9], device=device)
    assert net(x, t).shape == x.shape and not net(x, t).any()
    assert count_parameters(net) == 241_025
    for p in net.parameters():
        torch.nn.init.normal_(p, std=0.1)
    assert not torch.allclose(net(x, t), net(x, t.flip(0)))
    assert SmallUNet(timestep_embedding, channels=3, width=16).to(device)(
        torch.randn(2, 3, 12, 10, device=device), t[:2]
    ).shape == (2, 3, 12, 10)


def test_mlp():
    net = MLP([3, 5, 2])
    assert net(torch.randn(4, 3)).shape == (4, 2)
    assert count_parameters(net) == 3 * 5 + 5 + 5 * 2 + 2


def test_a_stack_is_its_networks_one_by_one():
    torch.manual_seed(0)
    stack = MLPStack(3, [2, 4, 1])
    x = torch.randn(6, 2)
    for k in range(3):
        hidden = torch.nn.functional.leaky_relu(x[2 * k : 2 * k + 2] @ stack.weights[0][k] + stack.biases[0][k], 0.2)
        torch.testing.assert_close(stack(x)[2 * k : 2 * k + 2], (hidden @ stack.weights[1][k]).squeeze(-1))


def test_shape_helpers():
    x = torch.arange(12.0).reshape(2, 2, 3)
    assert expand_to(torch.tensor([1.0, 2.0]), x).shape == (2, 1, 1)
    assert sum_per_sample(x).tolist() == [15, 51] and mean_per_sample(x).tolist() == [2.5, 8.5]
    with pytest.raises(ValueError, match=r"v must be \(2,\), one number for each sample of x, got \(3,\)"):
        expand_to(torch.ones(3), x)


def picture():
    figure, ax = plot.new_figure()
    plot.image_grid(torch.linspace(-1, 1, 5 * 64).reshape(5, 1, 8, 8), 3, ax, "digits")
    return plot.show(figure, alt='Five "ramps" <in> grey', caption="Dark to light & back.")


def test_a_picture_has_alt_text_and_caption_escaped():
    html = picture()._repr_html_()
    assert 'alt="Five &quot;ramps&quot; &lt;in&gt; grey"' in html and "Dark to light &amp; back." in html
    assert "Five" in repr(picture())


def test_the_same_figure_gives_the_same_bytes():
    assert picture().png == picture().png


def test_alt_text_is_required():
    figure, _ = plot.new_figure()
    with pytest.raises(ValueError, match="alt is empty"):
        plot.show(figure, alt=" ")


def test_nothing_global_changes_and_figures_are_closed():
    before = dict(plt.rcParams)
    picture()
    assert dict(plt.rcParams) == before and plt.get_fignums() == []


def test_all_kinds_of_panels_draw():
    figure, axes = plot.new_figure(1, 3)
    plot.density_heatmap(lambda x: -x.square().sum(1), axes[0])
    plot.scatter(torch.randn(20, 2), axes[1], title="samples")
    plot.loss_curve(torch.rand(120), axes[2], floor=0.1)
    shot = plt.imread(io.BytesIO(plot.show(figure, alt="three panels").png))
    assert shot.shape[1] > 600 and shot.std() > 0.05
    assert axes[0].get_xlabel() and axes[2].get_ylabel() == "loss"


def test_what_cannot_be_drawn_is_said_and_nothing_is_drawn_for_no_losses():
    _, ax = plot.new_figure()
    with pytest.raises(ValueError, match=r"images must be \(B, C, H, W\), got \(5, 8, 8\)"):
        plot.image_grid(torch.ones(5, 8, 8), 5, ax)
    plot.loss_curve(torch.tensor([]), ax)


def test_a_film_has_all_its_frames():
    def frame(k):
        figure, ax = plot.new_figure(size=(2, 2))
        ax.plot([0, k])
        return figure

    moving = plot.film([frame(k) for k in range(3)], alt="a line that rises")
    assert Image.open(io.BytesIO(moving.png)).n_frames == 3 and plt.get_fignums() == []


def test_a_sheet_keeps_dark_and_light():
    _, ax = plot.new_figure()
    plot.image_grid(torch.stack([-torch.ones(1, 2, 2), torch.ones(1, 2, 2)]), 2, ax)
    data = ax.images[0].get_array()
    assert data.shape == (2, 5) and data[0, 0] == 0 and data[0, 4] == 1 and data[0, 2] == 1
    plt.close("all")

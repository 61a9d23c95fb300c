"""Print how many faces are drawn in a CPU second on one thread: `python -m tests.benchmarks.faces`."""

import time

import torch

from gm_ref.kit.data.faces import draw_attributes, draw_avatars, draw_jitter

COUNT, REPEATS = 2048, 3
LEAST = 5000  # at 32 pixels in colour: what lessons that draw fresh faces for every step count on


def rate(size, pencil):
    """Return the most images in a CPU second over a few tries."""
    generator = torch.Generator().manual_seed(0)
    rates = []
    for _ in range(REPEATS):
        start = time.process_time()
        draw_avatars(draw_attributes(COUNT, generator), draw_jitter(COUNT, generator), size, pencil)
        rates.append(COUNT / (time.process_time() - start))
    return max(rates)


def main():
    """Print the rates; exit with 1 where 32 pixels in colour are slower than they should be."""
    torch.set_num_threads(1)
    rates = {(size, pencil): rate(size, pencil) for pencil in (False, True) for size in (16, 32, 64)}
    for (size, pencil), value in rates.items():
        print(f"{size} pixels, {'in pencil' if pencil else 'in colour'}: {value:,.0f} images a CPU second")
    raise SystemExit(rates[32, False] < LEAST)


if __name__ == "__main__":
    main()

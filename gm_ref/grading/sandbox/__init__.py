"""How a submission is shut in: levels, Linux security modules, the zygote and the workers that it forks."""

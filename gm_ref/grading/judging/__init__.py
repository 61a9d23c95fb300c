"""How one notebook is judged: the judge, a submission, a mark, and what is recorded of it."""

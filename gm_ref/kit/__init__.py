"""What lessons and answers lean on: data, networks, training, figures, metrics.  It imports nothing of the course."""

"""The builder: from one source a lesson to the learner's notebook, the solved one and the frozen diagnoses."""

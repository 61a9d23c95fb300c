"""The bank of named mistakes, one file per lesson: for teachers and for the build, never in what learners get."""

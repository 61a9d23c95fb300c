"""What took how long: CPU seconds of each test, a table at the end of `make test`, an estimate for the whole course."""

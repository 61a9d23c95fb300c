"""How a class is graded: processes here or on Dask, what is kept, how far it has come."""

"""Who makes the runs: this process, processes of this machine, or the workers of a dask scheduler."""

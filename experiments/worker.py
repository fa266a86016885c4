"""What a worker process does when it starts; dask loads this module in each one.

Ctrl-C reaches every process of a terminal. Workers ignore it: the process that started them decides how the experiment
ends, and closes them.
"""

import signal

from distributed import Worker


def dask_setup(worker: Worker) -> None:
    """Called by dask once the worker exists, before it takes work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

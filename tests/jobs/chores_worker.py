"""A worker that knows the chores too: `python -m tests.jobs.chores_worker`."""

import runpy

from tests.jobs import chores  # noqa: F401 (registers its handlers)

if __name__ == "__main__":
    runpy.run_module("enishi_jobs", run_name="__main__")

"""The engine that numba compiles.

Importing this package sets numba's cache directory: numba reads it when a kernel is decorated, so
it must be set before any module with kernels is imported.
"""

from enishi.landscape.compiled import cache

cache.set_cache_directory()

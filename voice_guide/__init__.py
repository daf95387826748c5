"""Voice Guide: spoken practices in time with the breath."""

__all__ = ["__version__"]
__version__ = "0.1.0"

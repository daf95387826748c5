"""Voice Guide: spoken practices placed on a breath clock."""

__all__ = ["__version__"]
__version__ = "0.1.0"

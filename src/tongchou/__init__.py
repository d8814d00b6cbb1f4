"""统筹 Tongchou: the medical security of one pooling area."""

__version__ = "0.1.0"

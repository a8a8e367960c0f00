"""primum red-teams medical language models before patients meet them."""

__version__ = "0.1.0"

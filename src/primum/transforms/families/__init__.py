"""The transforms, one module per family: each gives its own by `transforms()`."""

"""One numbered file a change of schema (`0002_what.py` with `upgrade(connection)`); never edited once released."""

"""Pictures as data: pure functions from figures to marks, one file a kind of chart; `svg` writes them down."""

"""One file a contender. Each plays cases × (target call, then judge call) against one server and says its cost.

The peers' files run under the peers' own Pythons and import nothing from primum.
"""

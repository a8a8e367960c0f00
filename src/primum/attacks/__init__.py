"""Conversation strategies that play a variant against a target."""

"""The pages of the app: one file a part of the work."""

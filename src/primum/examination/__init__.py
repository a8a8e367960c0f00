"""Judges on trial: a known-answer examination, and calibration against human labels."""

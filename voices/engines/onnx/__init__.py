"""Edits the graphs of speech models: controls that their exports leave out, convolutions that run faster."""

"""Analyses of a network: shapes and weights, the batch, receptive fields, memory."""

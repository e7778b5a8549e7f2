"""Lock files: the agreed shapes and weights of a model, and drift from them."""

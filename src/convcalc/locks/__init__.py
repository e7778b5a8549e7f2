"""Lock files: what a model came to when it was last agreed on, and what has drifted since."""

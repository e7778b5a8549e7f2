"""Reading YAML with source positions, and writing it."""

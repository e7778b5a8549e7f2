"""YAML documents whose values know their places, and how values are written."""

"""The output formats: one module each, a function from reports to text."""

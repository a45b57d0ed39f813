"""Random stories over a real server, compared with a model of what must be in the store."""

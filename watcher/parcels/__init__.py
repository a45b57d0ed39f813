"""Parcels, their states, deadlines and reminder plans. Pure."""

"""Measurements, run by hand or by ``make bench``; each says what it holds the program to."""

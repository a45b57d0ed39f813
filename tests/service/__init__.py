"""Services: what is written, and a real service manager."""

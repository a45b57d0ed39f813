"""Looks at everything that can keep reminders from coming, and says what to do. Changes nothing."""

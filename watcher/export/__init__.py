"""What leaves the program as a file or a page: the pick-up card, the calendar."""

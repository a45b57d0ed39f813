"""Watches a mailbox for Amazon.co.jp pick-up mails and reminds before the parcel goes back."""

__version__ = "0.1.0"

"""What the commands say, in both languages; sentences of reminders and parcels are in ``notify.wording``.

``help`` has the sentences of ``--help``, ``shared`` those of several commands. A module of a topic has a frozen
class with one field per sentence, and ``EN`` and ``JA`` of it; a test sees to it that both are complete.
"""

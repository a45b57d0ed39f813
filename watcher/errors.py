"""Every error this program raises on purpose.

::

    WatcherError                       1   unexpected
    ├── NoSuchParcelError              4   no parcel answers to that id or number
    │   └── AmbiguousParcelError       2   more than one parcel does
    ├── NotRunningError                69  no daemon is running
    ├── AlreadyRunningError            69  another daemon holds this store
    ├── MailboxError                   75  the mailbox cannot be read just now
    │   ├── NetworkError               75  no connection, time-out, connection lost
    │   ├── CertificateError           75  the server's certificate is not trusted
    │   ├── ThrottledError             75  the server asks for patience (limit, overquota, unavailable)
    │   ├── ProtocolError              75  the server answered what no IMAP server should
    │   ├── FolderError                78  a configured folder does not exist
    │   └── LoginError                 77  the server refused the login
    ├── CredentialError                77  no password or token could be had
    │   ├── KeyringError               77  the system's keyring is locked or does not answer
    │   └── SignInError                77  the person must sign in (again) with their mail provider
    ├── ConfigurationError             78  the configuration has mistakes (all of them at once)
    ├── StoreError                     1   the database cannot be read or written
    │   ├── StoreBusyError             75  another process holds the database too long
    │   ├── StoreFullError             75  no space left on the device
    │   └── StoreNewerError            78  the database was made by a newer version
    ├── MessageError                   1   a message cannot be read; it is recorded and the next one goes on
    ├── NotifyError                    75  a channel did not take a notification
    ├── ServiceError                   1   the service manager refused, or a file is in the way
    ├── ExportError                    1   a file cannot be written, or is somebody else's
    └── MissingExtraError              78  an optional package is needed

Exit codes follow sysexits.h where it has a word for the case, so that a service manager can tell
"do not restart" (77, 78) from "try again" (75). ``hint`` says what the person can do next; neither
the message nor the hint ever holds a password, a token, a number pair or text of a mail.
"""

from __future__ import annotations

from collections.abc import Callable


class WatcherError(Exception):
    """Base of all errors of this program.

    Args:
        message: one sentence that says what went wrong.
        hint: what the person can do next, or None where nothing can be done.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class NoSuchParcelError(WatcherError):
    exit_code = 4


class AmbiguousParcelError(NoSuchParcelError):
    """More than one parcel answers to a number.

    Args:
        message: as in :class:`WatcherError`.
        ids: of the first of them.
        hint: as in :class:`WatcherError`.
    """

    exit_code = 2

    def __init__(self, message: str, ids: tuple[int, ...], hint: str | None = None) -> None:
        super().__init__(message, hint)
        self.ids = ids


class NotRunningError(WatcherError):
    exit_code = 69


class AlreadyRunningError(WatcherError):
    exit_code = 69


class MailboxError(WatcherError):
    exit_code = 75


class NetworkError(MailboxError):
    pass


class CertificateError(MailboxError):
    pass


class ThrottledError(MailboxError):
    pass


class ProtocolError(MailboxError):
    pass


class FolderError(MailboxError):
    exit_code = 78


class LoginError(MailboxError):
    exit_code = 77


class CredentialError(WatcherError):
    exit_code = 77


class KeyringError(CredentialError):
    pass


class SignInError(CredentialError):
    """Only the person can help, by signing in.

    Attributes:
        mended: tells whether somebody has signed in since; asked now and then by who waits.
    """

    mended: Callable[[], bool] = staticmethod(lambda: False)


class ConfigurationError(WatcherError):
    """All mistakes of a configuration at once.

    Args:
        problems: one sentence each, naming its key.
        hint: as in :class:`WatcherError`.
    """

    exit_code = 78

    def __init__(self, problems: tuple[str, ...], hint: str | None = None) -> None:
        super().__init__("\n".join(problems), hint)
        self.problems = problems


class StoreError(WatcherError):
    pass


class StoreBusyError(StoreError):
    exit_code = 75


class StoreFullError(StoreError):
    exit_code = 75


class StoreNewerError(StoreError):
    exit_code = 78


class MessageError(WatcherError):
    pass


class NotifyError(WatcherError):
    """A channel did not take a notification.

    Args:
        message: why, without the notification's text.
        permanent: True where trying again cannot help (a wrong URL, a channel that refuses for good).
        hint: as in :class:`WatcherError`.
    """

    exit_code = 75

    def __init__(self, message: str, *, permanent: bool = False, hint: str | None = None) -> None:
        super().__init__(message, hint)
        self.permanent = permanent


class MissingExtraError(WatcherError):
    exit_code = 78


class ServiceError(WatcherError):
    pass


class ExportError(WatcherError):
    pass

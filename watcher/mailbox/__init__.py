"""Where mails come from: IMAP, and files, behind one small protocol."""

"""Signing in with a mail provider by OAuth2 (RFC 6749): device flow, browser flow, refresh; tokens in the keyring."""

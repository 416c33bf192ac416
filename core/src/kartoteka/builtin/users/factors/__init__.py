"""The second thing that proves who signs in: codes of a phone, passkeys, recovery codes."""

"""Letters: mail that finds its client and its inquiry, and a mailbox that several people work on."""

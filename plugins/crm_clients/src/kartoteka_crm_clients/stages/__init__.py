"""How relationships with clients stand and how they develop (CL-18)."""

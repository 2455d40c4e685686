"""Recording and amending by form, for whoever has shown a token."""

"""Sessions as files, and what publishers ask of them."""

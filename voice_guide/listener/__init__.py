"""A pace of one's own: tapped, heard or found, and kept under a name."""

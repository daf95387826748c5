"""The script language: what a writer may write, how it is read, and where scripts lie."""

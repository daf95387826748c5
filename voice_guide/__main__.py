"""Lets ``python -m voice_guide`` do what ``voice-guide`` does."""

from voice_guide.cli import main

if __name__ == "__main__":
    main()

"""Tags, chapters and covers, written into files by the rules of each format.

FFmpeg writes no chapters into WAV, FLAC and Ogg Vorbis, and libsndfile none at all, so these small
writers do, and the same tags in each. M4A is FFmpeg's own (`engines.encoder`).
"""

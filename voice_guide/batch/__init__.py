"""Many sessions as files: a catalogue of exports, made on all cores or on a cluster."""

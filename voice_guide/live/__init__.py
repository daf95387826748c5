"""What happens while somebody listens or speaks: the device, the keys, the microphone."""

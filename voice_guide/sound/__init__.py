"""What is heard: the tones, the bed, how loud each is, and the mix of them."""

"""The pace of breathing: what it is, how it glides or varies, and paces under names."""

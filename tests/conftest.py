"""What the whole suite shares: hypothesis runs the same examples everywhere, without a deadline."""

from hypothesis import settings

settings.register_profile("ci", deadline=None, derandomize=True, max_examples=100, print_blob=True)
settings.load_profile("ci")

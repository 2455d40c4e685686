"""What the whole suite shares: hypothesis runs the same examples everywhere, without a deadline."""

from hypothesis import settings

from tests.postgres import postgres, postgres_dsn  # noqa: F401 - fixtures

settings.register_profile("ci", deadline=None, derandomize=True, max_examples=100, print_blob=True)
settings.load_profile("ci")

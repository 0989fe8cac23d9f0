"""What every test may use. The stack on the emulator starts when a test first asks for it."""

from hypothesis import HealthCheck, settings

from local import messages

pytest_plugins = ["tests.stack", "tests.support.dynamodb", "tests.support.service"]


def pytest_configure() -> None:
    """What people read comes from compiled catalogues, which are not in the repository."""
    messages.compile_all()
    # No property is a timed test: the first draw builds tables of characters, and a machine may be busy.
    settings.register_profile("ringback", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("ringback")

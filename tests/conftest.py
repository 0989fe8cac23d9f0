"""What every test may use. The stack on the emulator starts when a test first asks for it."""

from local import messages

pytest_plugins = ["tests.stack", "tests.support.dynamodb", "tests.support.service"]


def pytest_configure() -> None:
    """What people read comes from compiled catalogues, which are not in the repository."""
    messages.compile_all()

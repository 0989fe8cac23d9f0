"""What every test may use. The stack on the emulator starts when a test first asks for it."""

pytest_plugins = ["tests.stack", "tests.support.dynamodb", "tests.support.service"]

"""`ringback`, the command for engineers. A command's module is imported when that command is used."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from typing import Any

import click

from chalicelib.commands.shared import language
from chalicelib.commands.spoken import in_words, speaking, wanted
from chalicelib.i18n.translations import N_, SOURCE, say

# name -> "module:attribute". One line each; a module that is not there does not show.
COMMANDS = {
    "campaigns": "chalicelib.commands.campaigns:campaigns",
    "care": "chalicelib.commands.care:care",
    "consent": "chalicelib.commands.consent:consent",
    "dead": "chalicelib.commands.dead:dead",
    "doctor": "chalicelib.commands.doctor:doctor",
    "events": "chalicelib.commands.events:events",
    "keys": "chalicelib.commands.keys:keys",
    "logs": "chalicelib.commands.logs:logs",
    "plan": "chalicelib.commands.plan:plan",
    "replies": "chalicelib.commands.replies:replies",
    "results": "chalicelib.commands.results:results",
    "rollback": "chalicelib.commands.releases:rollback",
    "sms": "chalicelib.commands.sms:sms",
    "subscribers": "chalicelib.commands.subscribers:subscribers",
    "tables": "chalicelib.commands.tables:tables",
    "templates": "chalicelib.commands.templates:templates",
    "users": "chalicelib.commands.users:users",
}


class LazyGroup(click.Group):
    """A group that looks its commands up in COMMANDS and imports one only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names whose modules exist, sorted."""
        return sorted(name for name, where in COMMANDS.items() if importlib.util.find_spec(_module(where)))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command called `cmd_name`; None when there is none, which click turns into a usage error."""
        if cmd_name not in self.list_commands(ctx):
            return None
        where = COMMANDS[cmd_name]
        command = getattr(importlib.import_module(_module(where)), where.partition(":")[2])
        if not isinstance(command, click.Command):
            raise TypeError(f"{where} is not a click command")
        return in_words(command, language())

    def main(self, args: Sequence[str] | None = None, *more: Any, **options: Any) -> Any:
        """Run the command in the language that its arguments or the environment ask for."""
        given = sys.argv[1:] if args is None else args
        with speaking(wanted(given)):
            spoken = in_words(self, language())
            return click.Group.main(spoken, given, *more, **options)


def _module(where: str) -> str:
    return where.partition(":")[0]


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ringback", message="%(prog)s %(version)s")
@click.option("--language", metavar="TAG", help="What to answer in: zh-CN or en.  [default: LANG]")
@click.option(
    "--stack", metavar="NAME", help="The CloudFormation stack to talk to.  [default: RINGBACK_STACK]"
)
def cli(language: str | None, stack: str | None) -> None:
    """Ringback's command for engineers.

    Commands that need the service talk to the stack that --stack or RINGBACK_STACK names, in the account
    and region of AWS_PROFILE and AWS_DEFAULT_REGION; else to the local run whose .local/stack.json is in this
    folder or above it. Each says on stderr which it is.
    """
    del language, stack  # commands.shared.language and commands.place.stack read them


def main() -> None:
    """Run the command. What goes wrong with AWS is said in one sentence, with what to do."""
    try:
        cli(prog_name="ringback")
    except Exception as error:
        advice = advise(error, wanted(sys.argv[1:]))
        if advice is None:
            raise
        click.echo(say("Error: %(words)s", wanted(sys.argv[1:]), words=advice), err=True)
        sys.exit(1)


def advise(error: BaseException | None, language: str = SOURCE) -> str | None:
    """What to do about a missing setting or an AWS error, its causes included; None for anything else.

    Goes by class names, so that a command without AWS does not pay for importing its SDK.
    """
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, KeyError) and str(error.args[0]).startswith("RINGBACK_"):
            return say(_NOT_SET, language, name=error.args[0])
        if type(error).__module__.partition(".")[0] == "botocore":
            return say(_AWS_ADVICE.get(type(error).__name__, _AWS_ANSWERED), language, error=error)
        error = error.__cause__ or getattr(error, "cause", None) or error.__context__
    return None


_NOT_SET = N_(
    "%(name)s is not set. Name the stack with --stack, or run this where .local/stack.json is (`make run` "
    "writes it)."
)
_AWS_ANSWERED = N_("AWS answered: %(error)s")
_AWS_ADVICE = {
    "NoCredentialsError": N_("no AWS credentials. Start the local run with `make run`, or set AWS_PROFILE."),
    "NoRegionError": N_("no AWS region. Start the local run with `make run`, or set AWS_DEFAULT_REGION."),
    "ProfileNotFound": N_("%(error)s. Set AWS_PROFILE to a profile that exists, or unset it."),
    "EndpointConnectionError": N_(
        "%(error)s. Is the local run up? `make run` starts it; `make stop` forgets it."
    ),
    "ConnectTimeoutError": N_("%(error)s. Check the network and the region."),
    "ReadTimeoutError": N_("%(error)s. Try again; nothing says whether the call was done."),
}

if __name__ == "__main__":
    main()

"""Finds who wrote a reply where it was not the subscriber: a machine, or somebody who was reached wrongly.

Machines are known by how their texts are built: a reaction is a verb and a quotation; an auto-reply says only
that somebody is busy now and will be back later, and nothing else; a notice speaks to "you" about a number, a
message or a code and never as "I". A person who says more than that ("I was driving when your man came, 2",
"我在开会，晚点给你打分") is a person.
"""

from __future__ import annotations

from chalicelib.replies.candidates import Candidate, Doubt, Intent, MachineKind, Rule
from chalicelib.replies.clauses import supposed
from chalicelib.replies.lexicon import patterns
from chalicelib.replies.normalise import Plain

says = patterns("senders")


def _by_machine(kind: MachineKind, rule: Rule, span: tuple[int, int]) -> Candidate:
    return Candidate(Intent.MACHINE, rule, span, kind)


def reaction(plain: Plain) -> Candidate | None:
    """A phone's reaction to a text or an attachment, as normalised; None for anything else."""
    text = plain.text
    if '"' in text or "'" in text:
        found = says.reaction.match(text) or (says.emoji_reaction.match(text) if plain.emoji else None)
        if found:
            return _by_machine(MachineKind.REACTION, Rule.QUOTES_WITH_A_VERB, found.span())
    if found := says.attachment.match(text):
        return _by_machine(MachineKind.REACTION, Rule.REACTS_TO_AN_ATTACHMENT, found.span())
    return None


def machine(plain: Plain) -> Candidate | None:
    """The machine, other than a phone that reacts, that wrote a normalised text; None for a person."""
    text = plain.text
    if said := says.says_so.search(text):
        return None if _answers(text) else _by_machine(MachineKind.AUTO_REPLY, Rule.SAYS_SO, said.span())
    if _busy(text):
        return _by_machine(MachineKind.AUTO_REPLY, Rule.ONLY_BUSY_AND_LATER, (0, len(text)))
    return _notice(text)


def only_our_words(text: str) -> Candidate:
    """A text that is nothing but what we sent."""
    return _by_machine(MachineKind.ECHO, Rule.ONLY_OUR_WORDS, (0, len(text)))


def _answers(text: str) -> bool:
    """Whether beside "auto-reply" somebody gives a score or talks about being given one."""
    return (
        len(text) < 60 and says.score_beside.search(text) is not None and says.as_i.search(text) is not None
    )


def _busy(text: str) -> bool:
    """Whether every clause is courtesy, "busy now" or "later", and one of them is busy; in Chinese, where a
    clause is but a word or two, another has to say more than that."""
    if len(text) > 160 or (text.isascii() and " " not in text):
        return False  # "busy" alone may be said of a line
    if says.can_i_call_later.fullmatch(text):
        return True
    latin, busy, more = text.isascii(), False, False
    for clause in (says.clause if latin else says.clause_zh).split(text):
        if says.busy.fullmatch(clause):
            busy, more = True, more or latin or len(clause) > 3
        elif says.later.fullmatch(clause):
            more = True
        elif not says.courtesy.fullmatch(clause):
            return False
    return busy and more


def _notice(text: str) -> Candidate | None:
    if says.as_i.search(text) and says.as_i.search(says.robot_says_i.sub(" ", text)):
        return None  # a notice never speaks as "I"
    for pattern, kind, rule in (
        (says.code, MachineKind.SERVICE, Rule.A_CODE),
        (says.network, MachineKind.NETWORK, Rule.NOTICE_OF_A_NETWORK),
        (says.robot, MachineKind.SERVICE, Rule.MENU_OF_A_ROBOT),
        (says.service, MachineKind.SERVICE, Rule.SPEAKS_FOR_A_SERVICE),
    ):
        if found := pattern.search(text):
            return _by_machine(kind, rule, found.span())
    if (found := says.thanks_for.search(text)) and says.of_a_service.search(text, found.end()):
        return _by_machine(MachineKind.SERVICE, Rule.SPEAKS_FOR_A_SERVICE, found.span())
    return None


def not_me(text: str) -> Candidate | None:
    """Where a normalised text says that it reached somebody else, or somebody who asked for nothing."""
    found = says.not_me.search(text) if says.stems.search(text) else None
    if found is None:
        return None
    rest = f"{text[: found.start()]} , {text[found.end() :]}"
    doubts = {Doubt.QUESTION} if supposed(text, found.span()) else set()
    if says.other_wrong.search(text):
        doubts.add(Doubt.OTHER_OBJECT)
    if says.of_a_customer.search(rest):
        doubts.add(Doubt.OBJECT_UNCLEAR)
    return Candidate(Intent.NOT_ME, Rule.IN_WORDS, found.span(), None, frozenset(doubts))

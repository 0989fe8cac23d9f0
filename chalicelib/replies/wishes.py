"""Finds wishes about the texts themselves, as candidates: to end them, to have them again, to be told how.

Keywords count when they are all that is said, with courtesy, a short code or "to end" beside them; plain
words when it is the texts that are to end, and not a plan, a pack, a call, a bill or a mistake. A reasonable
reader's "no more texts" is a no, whatever its words. A yes has to be certain: only a clause that says nothing
but the wish is one. How things are said lies in `lexicon`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from chalicelib.replies import clauses
from chalicelib.replies.candidates import Candidate, Doubt, Intent, Rule, Said
from chalicelib.replies.lexicon import patterns, words

says = patterns("wishes")

Span = clauses.Span

_SPACED_KEYS = frozenset(("stop", "quit", "end", "cancel", "remove", "stopall", "td"))
_NONE = frozenset({Doubt.OTHER_OBJECT})  # what is no opt-out at all, and nothing to ask about
# A text without any of these holds no instruction, no denial of a no, no yes.
_INSTRUCTS = ("stop", "start", "unsub", "quit", "end", "cancel", "td")
_INSTRUCTS_ZH = ("退订", "拒收", "取消", "恢复", "回复", "回t")
_DENIABLE = ("退订", "订阅", "停", "取消", "拒收")
_BACK = (
    *("subscri", "opt", "start", "resume", "stop", "me back", "me up", "again", "back on"),
    *("恢复", "重新", "继续", "退订"),
)


def candidates(text: str, answering_survey: bool) -> tuple[Candidate, ...]:
    """What a normalised text may wish about the texts, certain or not.

    `answering_survey` decides what "no more surveys" or "no more ads" says: the category that was answered,
    else everything.
    """
    if not _may_wish(text):
        return ()
    if whole := _whole(text, answering_survey):
        return (whole,)
    instructions = list(says.instruction.finditer(text)) if _any(_INSTRUCTS + _INSTRUCTS_ZH, text) else []
    rest = text
    for found in instructions:
        rest = rest[: found.start()] + " " * len(found[0]) + rest[found.end() :]
    said = (*_outs(rest, answering_survey), *opt_ins(rest))
    return said or tuple(_instructed(found) for found in instructions)


def decide(found: Sequence[Candidate]) -> Candidate | None:
    """The one candidate that counts, with CONTRADICTED where a yes and a no stand in one text.

    Both together are never a yes: the no counts if the yes is only asked about, reported or denied.
    """
    outs = [one for one in found if one.kind is Intent.OPT_OUT and not one.doubts & _NONE]
    ins = [one for one in found if one.kind is Intent.OPT_IN and Doubt.OTHER_OBJECT not in one.doubts]
    if outs and ins:
        sure = next((one for one in outs if one.certain), None)
        if sure and not any(one.certain for one in ins):
            return sure
        return replace(outs[0], doubts=outs[0].doubts | {Doubt.CONTRADICTED})
    others = [one for one in found if one.kind not in (Intent.OPT_OUT, Intent.OPT_IN)]
    every = [*outs, *ins, *others]
    return next((one for one in every if one.certain), every[0] if every else None)


def _any(stems: Sequence[str], text: str) -> bool:
    return any(stem in text for stem in stems)


def _may_wish(text: str) -> bool:
    """Whether a text holds anything that wishes are made of: most hold nothing."""
    if not text.isascii() and says.stems_zh.search(text):
        return True
    return not words("wish_stems").isdisjoint(says.heads.findall(text)) or "no thank" in text


# -- keywords -------------------------------------------------------------------------------------


def _whole(text: str, answering_survey: bool) -> Candidate | None:
    """A keyword that is all there is."""
    if len(text) >= 80:
        return None
    everything = (0, len(text))
    if says.keyword.match(text) or _spaced_keyword(text):
        return Candidate(Intent.OPT_OUT, Rule.KEYWORD, everything, _reach(text, answering_survey))
    if says.opt_in.match(text):
        return Candidate(Intent.OPT_IN, Rule.KEYWORD, everything)
    if says.help.match(text) and not says.helped.search(text):
        return Candidate(Intent.HELP, Rule.KEYWORD, everything)
    return None


def _spaced_keyword(text: str) -> bool:
    return says.spaced.match(text) is not None and re.sub(r"[^a-z]", "", text) in _SPACED_KEYS


def _instructed(found: re.Match[str]) -> Candidate:
    """What services write beside their texts: "Reply STOP to opt out", 退订回T, 回复START恢复接收."""
    back = says.instructs_back.search(found[0]) is not None
    kind = Intent.OPT_IN if back else Intent.OPT_OUT
    said = None if back else Said.UNSAID
    return Candidate(kind, Rule.KEYWORD_AMONG_WORDS, found.span(), said, frozenset({Doubt.INSTRUCTION}))


def _in_its_own_sentence(text: str) -> tuple[Doubt, ...]:
    """A keyword there is certain where the rest speaks of texts that are sent."""
    own = says.own_sentence.search(text)
    if own and says.sent_to_me.search(text[: own.start()]) and not other_objects(text, own.span()):
        return ()
    return (Doubt.AMONG_OTHER_WORDS,)


def _reach(text: str, answering_survey: bool) -> Said:
    """How far a no reaches, as far as its words say."""
    if says.everything.search(text):
        return Said.ALL
    if (says.only_surveys if answering_survey else says.only_ads).search(text):
        return Said.CATEGORY
    if says.kinds_of_texts.search(text):
        return Said.ALL if answering_survey else Said.CAMPAIGN
    return Said.CATEGORY if says.this_kind.search(text) else Said.UNSAID


# -- an end to the texts --------------------------------------------------------------------------


def _outs(text: str, answering_survey: bool) -> Iterator[Candidate]:
    """The opt-out that a text holds, by the first rule that finds one."""

    def out(rule: Rule, span: Span, *doubts: Doubt) -> Candidate:
        return Candidate(Intent.OPT_OUT, rule, span, _reach(text, answering_survey), frozenset(doubts))

    everything = (0, len(text))
    text = says.cancels_an_opt_out.sub("    ", text) if "退订" in text else text
    if off := says.off_a_list_of_no.search(text):
        yield out(Rule.IN_WORDS, off.span(), Doubt.NEGATED)
    elif reported := _refused_before(text):
        yield out(Rule.REPORTED_REFUSAL, reported, *other_objects(text, reported))
    elif doubt := _denied_zh(text) or _denied_en(text):
        yield out(Rule.IN_WORDS, everything, doubt)
    elif len(text) < 60 and _with_a_number(text):
        # where no number was asked for, one beside a keyword is a slip
        yield out(Rule.KEYWORD_WITH_NUMBER, everything, *((Doubt.WITH_NUMBER,) if answering_survey else ()))
    elif said := _says_no_en(text) or _says_no_zh(text):
        yield out(Rule.IN_WORDS, said, *other_objects(text, said))
    elif stands := says.last.search(text) or says.first.match(text):
        yield out(Rule.KEYWORD_AMONG_WORDS, stands.span(), *_in_its_own_sentence(text))
    elif len(text) < 60 and (told := says.told.search(text)):
        yield out(Rule.KEYWORD_AMONG_WORDS, told.span(), Doubt.AMONG_OTHER_WORDS)
    elif doing := says.stop_doing.match(text):
        unclear = frozenset({Doubt.OBJECT_UNCLEAR})
        yield Candidate(Intent.SOMETHING_STOPS, Rule.IN_WORDS, doing.span(), None, unclear)
    elif perhaps := says.maybe.search(text):
        yield out(Rule.ANNOYED, perhaps.span(), Doubt.ANGER)


def _with_a_number(text: str) -> bool:
    """Whether a keyword has a number beside it: TD5, "STOP, 5"."""
    rest, count = says.a_number.subn(" ", text)
    return (count > 0 and says.keyword.match(rest) is not None) or says.glued.match(text) is not None


def _refused_before(text: str) -> Span | None:
    """Where somebody says that they said no before and the texts went on."""
    for pattern in (says.reported_en, says.after_it_en):
        found = pattern.search(text)
        if found and (pattern is says.after_it_en or says.texts_go_on.search(text, found.start())):
            return None if says.not_said.search(text[: found.start()]) else found.span()
    found = says.already_said.search(text) if text.isascii() else says.reported_zh.search(text)
    return found.span() if found else None


def _denied_zh(text: str) -> Doubt | None:
    """Why a Chinese opt-out in the text is none for certain."""
    if not _any(_DENIABLE, text):
        return None
    if says.not_out_zh.search(text):
        return Doubt.NEGATED
    asked = says.asked_zh.search(text)
    if asked is None or says.unsub_still.search(text):
        return None
    others = other_objects(text, asked.span())
    return Doubt.OTHER_OBJECT if Doubt.OTHER_OBJECT in others else Doubt.QUESTION


def _denied_en(text: str) -> Doubt | None:
    """Why an English opt-out in the text is none for certain."""
    denied = says.not_out_en.search(text)
    if denied and not says.subject.search(text[: denied.start()]):
        return Doubt.NEGATED if says.the_texts.search(denied["rest"].strip(" .,!?")) else Doubt.OTHER_OBJECT
    return Doubt.QUESTION if says.asked_en.search(text) else None


def _says_no_en(text: str) -> Span | None:
    """Where a text says in English, Spanish or pinyin that the texts are to end."""
    if not says.reported.search(text):
        if found := says.no_more.search(text) or says.dont_at_all.match(text):
            return found.span()
        for found in says.cease.finditer(text):
            if _ceases(found, text):
                return found.span()
        for found in says.dont_en.finditer(text):
            if not says.on_condition.match(text, found.end()) and not _sends_another_thing(
                text[found.start() :]
            ):
                return found.span()
    found = says.no_mas.search(text)
    return found.span() if found else None


def _ceases(found: re.Match[str], text: str) -> bool:
    before = text[: found.start()]
    if says.halted_subject.search(before) and not says.asking.search(before):
        return False  # "my texts stop ..."
    if found["what"] and not found["texts"]:
        following = says.sent_here.match(found["what"].strip())
        if following is None or (following["word"] and following["word"] not in words("afterwords")):
            return False  # "stop sending me wrong bills", "stop sending me to voicemail"
        if _sends_another_thing(text[found.start() :]):
            return False  # "stop sending me the wrong bill"
    if found["tail"] and found["tail"].strip() not in words("afterwords"):
        return False  # "stop text delays"
    return found["verb"] != "end" or says.end_them.match(found[0]) is not None


def _says_no_zh(text: str) -> Span | None:
    """Where a text says in Chinese that the texts are to end."""
    if text.isascii():
        return None
    found = says.dont_zh.search(text)
    if found and not says.other_stop.match(found[0]) and not says.expected.search(found[0]):
        before = text[max(0, found.start() - 4) : found.start()]
        if not says.no_wish.search(before) and not says.by_a_service.search(found[0]):
            return found.span()
    for pattern in (says.unsub_still, says.bare, says.unsub):
        found = pattern.search(text)
        if found and not says.by_a_service.search(text, max(0, found.start() - 2), found.end()):
            return found.span()
    return None


# -- what is to end -------------------------------------------------------------------------------


def other_objects(text: str, span: Span) -> tuple[Doubt, ...]:
    """What speaks against the texts being what is to end, for an opt-out in words at `span`.

    "Unsubscribe", 退订 and "stop sending" end whatever stands with them in their clause, before the verb or
    behind it; without an object they end the texts, unless the rest speaks of a product.
    """
    start, end = clauses.clause(text, span)
    clause, around = text[start:end], f"{text[:start]},{text[end:]}"
    if not text.isascii() and says.ending_zh.search(clause):
        if says.texts_zh.search(clause):
            return ()
        if says.product_zh.search(clause):
            return (Doubt.OTHER_OBJECT,)
        named = says.main_product_zh.search(around) or says.elsewhere.search(around)
        unclear = named and not says.texts_zh.search(around)
        return (Doubt.OBJECT_UNCLEAR,) if unclear or says.object_zh.search(clause) else ()  # 退订天气预报
    ending = says.ending_en.search(clause)
    if ending is None:
        return ()
    named = says.object_en.search(clause, ending.end())
    what = named["object"] if named else clause[ending.end() :]
    product = says.product_en.search(what)
    if says.about_texts.search(what) and not product:
        elsewhere = (
            named and says.pronoun.fullmatch(what) and says.product_en.search(text[: start + ending.start()])
        )
        return (Doubt.OBJECT_UNCLEAR,) if elsewhere else ()
    if named:
        if says.texts.search(what):
            return ()
        return (Doubt.OTHER_OBJECT,) if product else (Doubt.OBJECT_UNCLEAR,)
    if says.product_en.search(clause):
        return (Doubt.OTHER_OBJECT,)
    if says.about_texts.search(clause):
        return ()
    unclear = says.product_en.search(around) and not says.about_texts.search(around)
    return (Doubt.OBJECT_UNCLEAR,) if unclear else ()


def _sends_another_thing(text: str) -> bool:
    """Whether something else than texts is being sent: "stop sending me the wrong bill"."""
    found = says.sent.search(text)
    return found is not None and not says.any_of_it.match(found["what"])


# -- the texts again ------------------------------------------------------------------------------


def opt_ins(text: str) -> Iterator[Candidate]:
    """The wishes of a normalised text to have the texts again.

    A question how, what the service is said to have done, another object, a condition or a denial make one
    doubtful, and so do words that are not known: nobody is texted again because of a guess.
    """
    if not _any(_BACK, text):
        return
    for found in says.spoken_of.finditer(text):
        sentence = clauses.sentence(text, found.span())
        start, end = clauses.clause(text, found.span())
        doubts = clauses.circumstances(text, found.span()) | {
            doubt
            for doubt, pattern, where in (
                (Doubt.REPORTED, says.opt_ins_reported, sentence),
                (Doubt.NEGATED, says.denied, text),
                (Doubt.OTHER_OBJECT, says.other_object, sentence),
            )
            if pattern.search(where)
        }
        if not doubts and not says.wish.fullmatch(text[start:end].strip()):
            doubts = {Doubt.AMONG_OTHER_WORDS}
        rule = Rule.CANCELS_AN_OPT_OUT if says.cancels.match(found[0]) else Rule.IN_WORDS
        yield Candidate(Intent.OPT_IN, rule, found.span(), None, frozenset(doubts))

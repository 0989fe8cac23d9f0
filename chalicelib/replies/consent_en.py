"""English wordings about the texts themselves, as patterns over normalised text.

What is asked to end must be the texts: "stop sending me wrong bills" is a complaint.
"""

from __future__ import annotations

import re

from chalicelib.replies.lazy import Lazy

TEXTS = (
    r"(?:text(?:s|ing|\smessages?)?|txts?|txtn?g?|messages?|messaging|msgs?|msging|sms(?:es|ing)?"
    r"|notifications?|alerts?|reminders?|surveys?|spam(?:s|ming)?|promos?|promotions?|promotional"
    r"|advert(?:s|isements?|ising)?|ads|marketing|offers|questionnaires?|broadcasts?|newsletters?|greetings"
    r"|updates|(?:birthday|best|good) wishes)"
)
SENDING = (
    r"(?:texting|txting|txtin|texing|textin|messaging|msging|msgin|smsing|sms-?ing|spamming|spaming"
    r"|contacting|bothering|disturbing|harassing|pestering|bugging|annoying|surveying|notifying)"
)
SEND = r"(?:text|txt|message|msg|sms|spam|contact|bother|disturb|harass|pester|bug|survey|notify|email)"
SUCH = (
    r"(?:(?:any|these|those|this|that|such|your|ur|the|all|more|further|of|stupid|annoying|unwanted"
    r"|marketing|promotional|promo|birthday|renewal|usage|upgrade|holiday|payment|sales|survey|spam|damn"
    r"|bloody|fucking|such|useless|silly|sms|text|any\smore"
    r"|kind of)\s)*"
)
ME = (
    r"(?:\s(?:me|us|my (?:number|phone|mobile)|this (?:number|phone)|him|her|my (?:mother|father|mum|mom"
    r"|dad|wife|husband)))"
)
CEASE = re.compile(
    r"\b(?P<verb>stop|stopp?|quit|cease|halt|discontinue|end)\s(?:(?:all|with)\s)?"
    rf"(?:(?:the|these|those|this|your|ur|any)\s)?(?:{SENDING}\b(?!\s(?:app|plan|service|feature|issue"
    rf"|problem))"
    rf"|(?P<send>send(?:ing|in)?){ME}?(?:\s{SUCH}(?:(?P<texts>{TEXTS})|it|them|this|these|stuff|crap"
    rf"|shit|things|anything"
    r"|rubbish|junk)\b)?(?P<what>\s\w+(?:\s\w+)?)?"
    r"|asking (?:me|us) (?:to rate|for (?:a |my )?(?:ratings?|feedback|surveys?|reviews?))"
    rf"|{SUCH}{TEXTS}\b(?P<tail>\s\w+)?)"
)
# What may follow "stop sending": nothing, courtesy, or to whom; not another thing that is sent.
SENT_HERE = re.compile(r"to (?:me|my|us|this|our)\b|(?!to\b)(?P<word>[\w']+)")
DONT = re.compile(
    rf"\b(?:don'?t|do not|dun|dont|dnt|never|no need(?: to)?|pls no|please no|stop|not)\s(?:(?:ever|you"
    rf"|u|dare|wan|want to|wanna|keep|anyhow)\s)*(?:{SEND}{ME}\b|{SEND}\s(?:again|anymore|any more)\b"
    rf"|(?:send|sending|sent){ME}?\s{SUCH}(?:{TEXTS}|any|anything|anymore|any more|these|this|such"
    rf"|more)\b|send(?:\s(?:me|us))?\s(?:again|anymore|any more|already)\b|send me\Z|(?:text|txt|message"
    rf"|msg|sms|send|contact|spam)\W*\Z)"
)
DONT_WANT = Lazy(
    rf"\b(?:(?:don'?t|do not|dun|dont|no longer|didn'?t|did not|never)\s(?:want|wan|wish|like|need|care"
    rf"|agree|consent)(?:ed)?(?:\s(?:to|2))?\s(?:(?:receive|get|getting|receiving|be|hear|have|see"
    rf"|for)\s)*(?:{SUCH}{TEXTS}\b|contacted\b|texted\b|messaged\b|from you\b)"
    rf"|not interested in\s(?:(?:receiving|getting)\s)?{SUCH}{TEXTS}\b|(?:do not|don'?t|dun"
    rf"|dont) (?:want|wan) (?:to )?(?:hear from|receive|get) (?:you|u|this|these|them|any)\b)"
)
NO_MORE = Lazy(
    rf"(?:^|[,.!;\n]|\b(?:please|pls|plz|now|and|just)\b)\s*(?:please |pls |plz )?(?:no more|no|enough"
    rf"|enough of|enough with|cut)\s{SUCH}{TEXTS}(?:\s(?:needed|required|necessary|please|pls|thanks?"
    rf"|thank you|anymore|any more"
    rf"|from (?:you|u)|to (?:me|this number)|ok|lah|ever|again))*\W*(?:$|[,.!;\n])"
)
REMOVE = Lazy(
    r"\b(?:take|remove|delete|drop|get|strike|erase|cross)\s(?:me|us|my (?:number|phone|name|contact"
    r"|details|mobile)|this (?:number|phone))\s?(?:\b(?:off|from|out|of)\b.{0,24}\b(?:list|lists"
    r"|database|system|mailing|contacts?|sms|texts?|messages?|distribution|records|group)\b"
    r"|off\b(?: this| these| it)?\W*$|(?:now|asap|pls|please|immediately|at once)?\W*\Z|[.,!])"
    rf"|\b(?:lose|forget) (?:my|this) (?:number|contact)|\b(?:cancel|turn off|switch off|disable|kill"
    rf"|end) {SUCH}{TEXTS}\W*(?:$|[,.!]|please|pls|now|immediately)|\b(?:done with|sick of|tired of"
    rf"|cancel) (?:these|your|the|ur) {TEXTS}\b|\bopt (?:me|us) out\b(?! of (?!(?:it|this|these|all"
    rf"|any)\b|(?:\w+\s){{0,2}}{TEXTS}))|\b(?:want|wish|like|wanna|going"
    rf"|choose|decided?|need|please|pls)\s(?:to\s)?opt[\s-]?out\b(?! of)|\bopt(?:ing)?[\s-]?out (?:now"
    rf"|please|pls)\b|\bopt(?:ing)?[\s-]?out (?:of|from) (?:it|this|these|the|your|all|any|further"
    rf"|receiving|getting)?\s?(?:{SUCH}{TEXTS}|it|this|these|all|list|mailing)\b"
    r"|\bunsu[bn]?s?c?ri?b?e?\s(?:me|us|my number|this number|from|pls|please|now|immediately|all)\b"
    r"|\b(?:want|wish|like|wanna|please|pls|need|me)\s(?:to\s)?un-?su[bn]?s?cribe\b|\bun-?sub me\b"
    r"|\b(?:take|get) (?:me|us|my (?:number|phone|name|cell)|this number) off (?:of )?(?:whatever|this"
    r"|these|your|the|ur) |\bleave me (?:alone|be)\b|\bblock (?:these|this|all|your) (?:texts?|messages?"
    r"|sms|spam)"
    r"|\b(?:remove|delete|drop) (?:my |this )?(?:number )?\+?\d[\d\s()-]{6,}|\b(?:withdraw"
    r"|revoke)\s(?:my )?consent|\bget me off (?:this|your|the)|\bdo not disturb\b"
    r"|\bstop it with (?:the|these) (?:texts|messages)"
)
# "no more of these", "please no more", "I don't want any more of these", "enough with the texts already"
NO_MORE_OF_THEM = Lazy(
    r"(?:^|[,.!;\n]|\bplease|\bpls|\bplz)\s*(?:stop|quit|cancel) (?:all )?(?:these|those)\W*(?:$|[,.!;\n])"
    r"|\bno more of (?:these|this|those|them|it)\b|\b(?:please|pls|plz),? no more\W*(?:$|[,.!;\n])"
    r"|(?:^|[,.!;\n])\s*no more,? (?:please|pls|thanks?|thank you)\b\W*(?:$|[,.!;\n])"
    r"|\b(?:don'?t|do not|dun|dont|never) (?:want|need|wan|wish for|like) (?:any )?(?:more )?of (?:these"
    r"|this|those)\b(?! (?:problem|issue|mess))"
    rf"|\b(?:enough|quit it|quit|stop|stop it|done|had it|fed up) (?:with|of) {SUCH}(?:\w+ )?{TEXTS}\b"
    rf"|\b(?:would|'d) (?:rather|prefer) not (?:to )?(?:get|receive|have"
    rf"|be getting) (?:any )?(?:{SUCH}{TEXTS}|these|them)\b"
    rf"|\bno more {SUCH}{TEXTS} (?:to|on|at|for) (?:this|my) (?:phone|number|cell|mobile|line)"
    r"|(?:^|[,.!;\n])\s*(?:please )?off (?:the|your|this) list\b"
)
CEASE_AND_DESIST = Lazy(
    rf"\bcease (?:and|&|n) desist\b(?! (?:letter|order)|.{{0,24}}\b(?:charg|bill|collect)\w*)"
    rf"|\bcease all (?:contact|communications?|{TEXTS})\b"
)
HALTED_SUBJECT = re.compile(
    r"\b(?:(?:did|do|have|why|when|if|does) (?:you|u)|i|we|it|they|texts?|messages?|sms|phone|she|he|has"
    r"|have|had|which)\s(?:\w+\s)?\Z"
)
NOT_OUT = re.compile(
    r"\b(?:don'?t|do not|dont|dun|never|didn'?t|did not|not|no need to|won'?t|wouldn'?t"
    r"|please don'?t)\s(?:want (?:to|you to)\s|ask(?:ed)? (?:you )?to\s|wan(?:na)?\s|you\s"
    r"|need to\s)?(?:stop|unsu\w+|opt[\s-]?(?:me )?out|cancel|quit|end|remove)\b(?P<rest>.*)"
)
SUBJECT = re.compile(
    r"[a-z0-9](?<!\bi)(?<!\bu)(?<!\byou)(?<!\bplease)(?<!\bpls)(?<!\band)(?<!\bbut)(?<!\bso)\s\Z"
)
ASKED = re.compile(
    r"\b(?:how|what|where|can i|could i|can we|is|does|did|why|should|shall)\b.{0,24}\b(?:unsu\w+"
    r"|opt[\s-]?out)\b"
)
REPORTED = re.compile(
    r"\b(?:be like|was like|were like|i'm like|(?:told|tell|asked|ask) (?:him|her|them|my|the)|he said"
    r"|she said|they said)\b"
)
AFTERWORDS = frozenset(
    [
        "me",
        "us",
        "please",
        "pls",
        "plz",
        "now",
        "thanks",
        "thank",
        "thx",
        "immediately",
        "anymore",
        "any",
        "again",
        "to",
        "from",
        "at",
        "and",
        "or",
        "already",
        "lah",
        "la",
        "lor",
        "leh",
        "ok",
        "i",
        "it's",
        "its",
        "this",
        "these",
        "every",
        "everyday",
        "all",
        "so",
        "you",
        "u",
        "the",
        "after",
        "before",
        "my",
        "because",
        "for",
        "on",
        "this",
        "here",
        "in",
        "day",
        "daily",
        "ever",
        "right",
        "asap",
        "today",
        "or",
        "otherwise",
        "enough",
    ]
)
ABOUT_TEXTS = re.compile(TEXTS)
ASKING = re.compile(
    r"\b(?:(?<!did )(?<!do )(?<!have )(?<!why )(?<!when )(?<!if )(?:you|u)|pls|please|to|would|can|could"
    r"|will|i said|told you to|want you to)\s\Z"
)
END_THEM = re.compile(r"end (?:all|these|the|this|your)")
ON_CONDITION = re.compile(
    r"\s(?:if|when)\b(?!\s(?:u|you) (?:don'?t|can'?t))|\s(?:while|until|unless|before|after|during|about"
    r"|wrong|the wrong)\b"
)
# Said in anger or in passing: perhaps a no, for a person to decide.
DONT_AT_ALL = re.compile(
    r"\W*(?:please |pls |plz )?(?:don'?t|do not|dun|dont|dnt) (?:text|txt|message|msg|sms|send|contact"
    r"|spam)"
    r"(?: liao| already| lah?| leh| lor| again| anymore| please| pls)*\W*\Z"
)
MAYBE = Lazy(
    r"\b(?:how (?:do|can|to) (?:i |we )?(?:stop|end|quit|block|get rid of|turn off) (?:all )?(?:these|this"
    r"|them|your)\b(?! (?:error|problem|charge|fee|call|pack|plan))"
    rf"|\b(?:never|didn'?t|did not) (?:sign(?:ed)? up|subscribed?|agreed?|consent(?:ed)?"
    rf"|opt(?:ed)? in) (?:for|to|in to) {SUCH}(?:{TEXTS}|this|these)\b"
    r"|not interested|(?:text|message|msg|sms|contact|spam) (?:me|us) (?:again|one more|any ?more"
    r"|another)"
    r"|(?:one|another|any) more (?:texts?|msgs?|messages?|sms)|get off my (?:phone|back)|stop asking"
    r"|how (?:do i|to|can i) (?:stop|not) (?:receiv|get)\w*|stop it"
    r"|stop this|stop that|go away|get lost|f+u+c+k off|piss off"
    r"|stop (?:calling|phoning|ringing)|(?:don'?t|do not|dont|dun) (?:call|phone|ring|disturb|bother)\b"
    r"|annoying (?:texts?|messages?|sms)|enough already|too many (?:texts?|messages?|sms)|spam\Z|blocked\Z"
    r"|turn (?:these|this|them|it|those) off\b"
    r"|(?:say|said|saying|(?:told|tell) (?:you|u)(?: to)?|ask(?:ed)? (?:you|u) to) stop\b"
    r"|unsubscribe (?:my|him|her|them)\b|blocking you|i will block"
    r"|no surveys?|no thanks?(?: you)?\Z|no thank you\Z|unwanted)"
)
# 别发了, 不要再发短信 in pinyin.
PINYIN = Lazy(
    r"\b(?:bie|bu ?yao)\s?(?:zai\s?)?(?:gei wo\s?)?(?:fa|fan wo|sao ?rao)(?:\s?(?:le|duan ?xin|xin ?xi"
    r"|wo|la|ba))*\b"
)

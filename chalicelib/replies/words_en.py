"""What English words tell, as data, with what phones make of them (Singlish, pinyin, short forms).

Lower case, as `normalise` leaves them; phrases are apart by `/` or line ends. See `words_zh` for levels.
"""

from __future__ import annotations

LEVELS: dict[int, str] = {
    2: """
        never been happier/never been so happy/never been more satisfied/never happier/never been better
        excellent/perfect/awesome/amazing/fantastic/superb/brilliant/outstanding/wonderful/great/gr8/grt
        the best/best ever/best service/exceptional/delighted/thrilled/loved it/love it/top notch
        first class/first rate/marvellous/marvelous/terrific/fabulous/flawless/stellar
        couldn't be happier/couldn't be better/couldnt be happier/couldnt be better/could not be happier
        could not be better/nothing but praise/could not have been better/couldn't have been better
        couldn't be more satisfied/couldn't be more happy/could not be more satisfied
        couldn't be more pleased/more than satisfied/more than happy/exceeded my expectations
        exceeded expectations/beyond expectations/a plus/tip top/top class/world class/spot on/impeccable
        yyds/goat/slaps/banging/feichang manyi/hen manyi/haoping/feichang hao/hen hao/very much satisfied
        100% satisfied
    """,
    1: """
        so far so good
        satisfied/satisfy/happy/good/gd/pleased/content/contented/nice/nicely/works well/very well
        satisfactory/decent/glad/impressed/liked it/like it/satisfying/good service/not bad
        not bad at all/not half bad/happi/manyi/man yi/bucuo/bu cuo/ting hao/ting hao de/tinghao
        bijiao manyi/hao de hen/can't complain/cant complain/cannot complain/pretty good/quite good
        satisfied customer/thumbs up/nb/niubi/slay/lit
    """,
    0: """
        fine/good enough/neutral/average/so so/so-so/soso/meh/mediocre/middling/passable/okay/ok/okish
        okayish/okie/oklah/fair/fairly ok/neither good nor bad/neither satisfied nor dissatisfied/neither
        in between/middle/acceptable/tolerable/not too bad/not so bad/not that bad/run of the mill
        adequate/nothing special/nothing great/bog standard/ordinary/could be worse/moderate/indifferent
        yiban/yi ban/yibanban/yi ban ban/haixing/hai xing/haikeyi/hai keyi/hai ke yi/mamahuhu/ma ma hu hu
        couhe/alright/all right/just average/50-50/fifty fifty/half half/medium/hai xing ba/bo bian
        can lah/can la/boleh la
    """,
    -1: """
        dis satisfied/un satisfied/un happy/un satisfactory/no satisfied/not good enough/dissatisfied
        unsatisfied/unhappy/bad/poor/poorly/disappointed/disappointing/displeased/unsatisfactory/not good
        not great/lousy/subpar/sub par/unimpressed/weak/below average/below par/underwhelming
        underwhelmed/let down/discontent/dissatisfying/not the best/not impressed/not pleased/not ok
        not okay/not acceptable/not alright/less than satisfied/upset/not up to standard
        not up to the mark/not up to par/bu manyi/bumanyi/bu man yi/bu tai manyi/butai manyi/bu zenmeyang
        bu zen me yang/bu hao/buhao/buxing/bu xing/bu tai hao/bu hen hao/bu zenme hao/bu gou hao/bu za di
        needs improvement/thumbs down/inadequate
        sucky/no good/nogood/annoyed/frustrated/frustrating/shoddy/unacceptable/cmi/jialat
        far from satisfied/far from happy
    """,
    -2: """
        terrible/awful/horrible/worst/the worst/horrendous/pathetic/appalling/atrocious/dreadful/abysmal
        disgusting/disgraceful/diabolical/shocking/furious/disgusted/very bad/worst ever/worst service
        worst service ever/hopeless/useless/rubbish/garbage/trash/shitty/dire/hate it/hated it/a joke
        livid/very bu manyi/hen bu manyi/feichang bu manyi/henbumanyi/chaping/tai cha le/tai cha/taicha
        hen cha/lan/tai lan le/damn bad/super bad/utterly disappointed/could not be worse/terribly bad
        damn lousy/hate this/hate your service
    """,
}
VERY = """
    fei chang/feichang zhi/very/vry/v/really/rly/so/extremely/extremly/super/highly/totally/completely
    absolutely/fully/most/incredibly/truly/thoroughly/utterly/entirely/too/greatly/deeply/damn/bloody
    fucking/damned/especially/exceptionally/particularly/immensely/overly/wholly/feichang/hen/tai/100%
    one hundred percent/beyond/bery/veri/sibei/veli
"""
MILD = """
    ting/bi jiao/bijiao/quite/pretty/fairly/mostly/somewhat/rather/reasonably/generally/a bit/a little
    a lil/bit/kinda/kind of/sort of/sorta/slightly/more or less/largely/broadly/relatively/partly
    partially/overall quite/just/moderately
"""
NOT = """
    bu shi/bushi/bu tai/bu gou/not/no way/no/never/isn't/isnt/wasn't/wasnt/aren't/arent/ain't/aint/don't
    dont/didn't/didnt/doesn't/doesnt/won't/wont/wouldn't/wouldnt/can't/cant/cannot/couldn't/couldnt
    shouldn't/shouldnt/hardly/barely/nor/without/nothing/weren't/werent/haven't/havent/hasn't/hasnt/dun
    nt/no longer/not really/not exactly/not quite/not very/not so/not that/not too/not all that
    not particularly/not entirely/not fully/not completely/nowhere near/not even/far from/not worth
    less than/bu/isn/refuse to/refuse/unable to/bo/mai
"""
NOT_AT_ALL = """
    yi dian dou bu/yi dian ye bu/not at all/not in the least/not one bit/not in any way/not remotely
    by no means/never ever/not a bit
"""
AT_ALL = "at all/whatsoever/in the slightest/one bit/in any way"
UNCLEAR = """
    nah i'm/nah im/nah we're/no i'm/no im/no we're/no it's/no its/nah it's/nah
    can't say/cant say/cannot say/couldn't say/wouldn't say/wouldnt say/would not say/won't say
    not saying/not say/hard to say/could be better/could be improved/could have been better/can be better
    could be much better/anything but/doubt/less satisfied/less happy/couldn't be less/couldnt be less
    could not be less/couldn't be worse/more satisfied if/happier if/would be happy/would be satisfied
    will be happy/will be satisfied/happy to/happy if/happy when/be happy/be satisfied
    too good to be true/never better/better than nothing/as good as it gets/better than last/not sure
    wish i was/wish i were/not for me/good for nothing/not unreasonable/no thanks
    no thank you/no comment/not exactly thrilled
"""

FILL = """
    sorry for the delay/sorry for the late reply/sorry for late reply/sorry for the wait/so far/late reply
    family/everybody/easily/clearly/obviously/certainly/anymore/any more/then/yay/hooray/woohoo/ever/even
    gonna/wanna/nia/mah/ma/wor/worh/ahh/anot/hao/jiu/hehehe/gosh/omg/alrdy/aldy/i/i'm/im/i'd/id/i've/ive
    i'll/ill/me/my/mine/we/we're/our/us/you/u/ur/your/yours/you're/youre/it/it's/its/that/that's/thats
    this/these/those/they/them/their/he/she/him/her/his/is/was/are/were/am/be/been/has/have/had/do/did
    does/the/a/an/of/with/for/from/by/in/on/to/and/n/&/as/at/all/feel/feeling/felt/think/thought/guess
    believe/find/found/would/wud/will/can/must/may/let/lets/let's/here/here's/heres/go/goes/there/hi
    hello/hey/dear/sir/madam/mdm/mam/ma'am/team/guys/mate/bro/thanks/thank/thx/tks/thks/thanx/ty/tq/tnx
    cheers/please/pls/plz/pl/plse/yes/yeah/ya/yep/yup/ok/okay/k/okie/sure/well/um/uh/er/erm/hmm/oh/ah
    aiyo/aiya/haha/hahaha/hehe/lah/la/lor/leh/sia/meh lah/liao/hor/arh/ar/eh/wah/walao/wa lau/wah lau
    wlao/lau/one/1s/overall/only/oso/also/just/simply/probably/honestly/frankly/personally/definitely
    surely/def/defo/tbh/imo/imho/regards/best regards/kind regards/rgds/now/today/already/alr/again
    once again/so much/very much/a lot/lots/much/many thanks/much appreciated/appreciate/appreciated
    appreciate it/keep it up/keep up the good work
    xie xie/xiexie/ni hao/nihao/say/said/gotta/got/get/ba/ne/le/de/wo/gei/xx/xoxo/wow/no problem/np
    no worries/bye/sorry/apologies/good day/good morning/good afternoon/good evening/morning/everything
    everyone/always/big/whole/total/fat/full/some/such/still a/dis/tis/da/d/r/n u/man/dude/folks/boss
    uncle/auntie/customer/user/sincerely/name/ps/btw/lastly/finally/anyway/anyways/alamak/shiok/steady
    would like to/i'd like to/like to/yaar/ji/indeed/ngl/fr/ong/fam/bruh/bros/sis/lowkey/highkey/no cap
    for real/deadass/legit/srsly/seriously
    respectfully/happy new year/merry christmas/have a nice day/have a good day/god bless
"""
TOPIC = """
    service/services/svc/customer service/support/staff/agent/rep/technician/tech/engineer/experience
    help/response/resolution/result/outcome/handling/company/skylark/installation/repair/visit/complaint
    issue/problem/case/work/job/team/overall experience/person/lady/guy/gentleman/call/way/reply/quality
    attitude/communication/process/customer care/care
"""
THING = """
    net/network/internet/wifi/broadband/connection/signal/coverage/speed/plan/package/phone/line/app
    website/price/data/mobile/deal/router/modem/fibre/fiber/tv/reception/4g/5g
"""
PRAISE = """
    no complaints/no complaint/good job/great job/good work/great work/nice work/nice job/well done
    wow/fixed/resolved/solved/sorted/settled/helpful/quick/quickly/fast/prompt/promptly/friendly/polite
    professional/efficient/patient/kind/courteous/knowledgeable/smooth/smoothly/works/working now
    recommend/recommended/effort/improved/improvement/reliable/stable/easy/responsive/attentive/thorough
    understanding/clean/on time/great staff/works now/all good/hard working/hardworking/pleasant
"""
COMPLAINT = """
    no replies
    blackout/blackouts/outages/downtime/cut off/nonsense/excuses/slow/slower/slowly/broken/down/outage
    dropped/dropping/drops/drop/lag/laggy/lagging/waiting/waited/wait/still/nothing/nobody/no one/noone
    overcharged/overcharge/charged/expensive/rude/ignored/scam/cheat/cheated/liar/liars/lie/lied/lies
    waste/wasted/unprofessional/unhelpful/unresolved/unreliable/unstable/disconnected/disconnecting
    disconnects/disconnect/cut/cuts/fault/faulty/failed/fails/fail/error/refund/ridiculous/joke/fuck/wtf
    bullshit/suck/sucks/sick/tired/fed up/never/missed/late/delay/delayed/delays/spotty/patchy
    intermittent/unable/useless/robot/bots/no signal/no internet/no coverage/no service/no network
    no reply/no response/no update/no show/not working/not work/not fixed/not resolved/not solved/hung up
    on hold/buffering/dead/incompetent/stupid/idiot/idiots/worse/unanswered/unbelievable/crashed/crashing
    crashes/crash/angry
"""
BUT = """
    but/although/though/tho/however/except/yet/just that/only that/despite/even though/apart from
    other than/could be faster/while
"""
MOCKING = """
    in my dreams/in ur dreams
    lol/lmao/rofl/lolol/yeah right/ya right/yea right/as if/sure thing/slow clap/thanks for nothing
    thx for nothing/good luck/nice try/you wish/dream on/in your dreams/what a joke/bravo/congrats
    congratulations/funny/hilarious/kidding/joking/are you joking/sarcasm/my ass/my foot/genius/geniuses
    wow just wow/oh great/oh wonderful/oh perfect/big surprise/what a surprise/how lovely/just great
    just brilliant/just perfect/just wonderful/just what i needed/hur hur/oh wow/surprise surprise
    slow claps/clap clap/well done you/great job breaking
"""
WHEN = "next time/when/once/until/till/after you/as soon as"
IF = """
    and get/and u get/and then
    if/unless/would've/would have/wouldve/would of/could have/could've/should have/should've/shld have
    might have/might give/was going to/was gonna/were going to/intended to/wanted to/want to give
    otherwise/provided/as long as/in case/then i will/then i'll/then ill/and i will/and i'll/and ill
    and you get/and you'll get/and u get/and u will get/and i would/and i might/will give you when
    i'll give you/maybe then/assuming/had you/wish i could/wish i can/i wish/almost gave/nearly gave
"""
QUESTION = """
    am i to/what does/what is/whats/what's/which/does/do i/should i/do u/do you mean/mean/means/highest
    lowest/the best or/right?/is it/is that/how do i rate/what do you mean/can i give/is this/what/who
    how many/am i supposed
"""
WHY = "why/how/how come/when will/when can/where"
LAST_TIME = """
    last time/previously/before/earlier/used to/used to be/last month/last year/last week/my wife
    my husband/my friend/my son/my daughter/someone else/other people/in the past/formerly/at first
    initially/yesterday
"""
ABOUT = """
    possibly/potentially/arguably/tops/at best/at a push/at the most/at the very most/somewhere around
    maybe/perhaps/about/around/almost/nearly/roughly/approx/approximately/at least/at most/more than
    less than/below/under/above/over/up to/between/or/somewhere/either/minus/plus/max/maximum/min/minimum
    or less/or more/or higher/or lower/or so/ish/any/too many/too much/too few/too high/too low
    too generous/random/whatever/not more than/no more than/dunno/don't know/dont know/dk/idk/closer to
    close to/borderline
"""
CORRECTION = """
    sorry/oops/i mean/i meant/meant/make that/make it/no wait/wait no/correction/actually/scratch that
    change to/change that to/changed to/change it to/change my rating to/typo/mistake/my bad/wrong key
    mistyped/mistype/typed wrong/pressed wrong/i mean to say/meant to say/rather/should be/supposed to be
    edit
"""
LESS = """
    minus/less/lose/loses/lost/deduct/deducted/deduct u/knocked off/took off/take off/knock off/negative
    plus/add
"""
MADE = """
    told me to/asked me to/told to/asked to/begged/begged me/forced to/forced me to/forced me/agent said
    said to give/says to give/make me give/making me give/made me/made me give/want me to/wants me to
    wanted me to/ask me to/tell me to/insisted
"""
GIVE = """
    fen/solid/strong/easy/clear/firm/definite/give/gave/giv/given/giving/rate/rated/rating/ratings/score
    scored/mark/grade/graded/say/vote/voting/choose/chose/pick/picked/select/selected/answer/ans/reply
    replying/deserve/deserves/deserved/worth/go for/going for/go with/going with/went with/award/awarding
    settle for/it's a/its a/is a/that's a/thats a/put/put me down for/put down/satisfaction
    satisfaction level/level/option/feedback/verdict/response is/gets/gets a/get a/earns/earned/merits
    gei/da/score of/rating of/as a/make it/make that/press a/am a/are a
"""
MARK = "stars/star/points/point/pts/pt/marks/mark/fen/starz"
TOP = """
    full marks/full score/top marks/top score/highest score/highest rating/maximum score/max score
    maximum points/highest marks/full points/max points/all stars
"""
WORD = """
    three cheers/three strikes/two cents/two minds/two faced/two weeks notice/two can/two and two
    second to none/give me five/gimme five/gimme 5/give me a five/high five/high fives/take five/take 5
    number one/square one
    one of/one more/one thing/one way/one day/one time/one big/one hell/one heck/one by one/one sided/one step
    one another/one and only/one and all/one in a million/one person/one moment/one word/one question
    four letter/nine to five/at sixes and sevens/ten times/two wrongs/two left feet/one hand/three times lucky
    third time/back to one/one last/ten to one/one problem/one issue/one minute/one sec/one second
    one star hotel
    good one/good ones/great one/nice game/good game/good food/best friend/best man/best wishes/
    too bad/bad luck/good grief/bad day/good heavens/good god/good lord/poor man/poor thing/poor you
    poor guy/poor girl/poor boy/poor u/good night/good nite/good luck/good bye/goodbye/good idea
    good evening/nice day/nice one/nice to/good to/good for you/well well/happy birthday/happy bday
    happy new/happy holidays/happy valentine/happy mother/happy cny
"""
BOTTOM = """
    lowest score/lowest rating/minimum score/lowest marks/lowest possible/lowest possible score
    bottom marks/lowest mark
"""
STARTERS = """
    because/cos/coz/cuz/bcos/bc/since/due/despite/as/the/an/it/it's/its/i/i'm/im/i've/ive/my/your/you/u
    they/he/she/this/that/there/thats/we/our/everything/everyone/all/please/thanks/thank/thx/keep/well
    sir/bro/after/with/sorry/ppl/everytime/every/would/will/can/why/still/to/for/only/and/nvr
"""
# After a bare number without a stop these make it another word ("2 late", "4 me").
PHONE_SPEAK = """
    me/u/b/c/go/do/much/many/late/get/see/know/ur/our sake/him/her/us/them/da/real/day/nite/night/morrow
    gether/ever/get it/sure/say/be/use/pay/make/long/far/early/check/call/call u/meet
"""

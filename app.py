"""Every Lambda function of the service, on one screen.

function         fed by                                    room
intake           bus and POST /events, through a queue     intake
drop             files in the drop bucket, through a queue intake
plan             schedule, every 15 minutes                campaigns
run              queue: one shard of a planned run         campaigns
deliver_urgent   outbox lane for lone, timely texts        delivery
deliver_bulk     outbox lane for everything else           delivery
receipt          delivery events, through SNS and a queue  delivery
sweep            schedule, every minute: what is due       delivery, replies, care
reply            what subscribers write, SNS and a queue   replies
count            stream of the conversations table         campaigns
events_http      POST /events; what Kannel calls with      intake, sms
(API)            the console                               console

Each function starts in a module of `chalicelib/functions` that imports only what it uses; this one is
read by `chalice package`.
"""

from chalicelib.functions.api import app as app
from chalicelib.functions.counting import counting
from chalicelib.functions.drops import drops
from chalicelib.functions.events_http import events_posted
from chalicelib.functions.intake import events_in
from chalicelib.functions.outbox import outbox
from chalicelib.functions.planning import planning
from chalicelib.functions.receipts import receipts
from chalicelib.functions.reply_queue import inbound
from chalicelib.functions.runs import runs
from chalicelib.functions.sweeping import sweeping

feeds = (events_posted, events_in, drops, planning, runs, outbox, receipts, sweeping, inbound, counting)
for functions in feeds:
    app.register_blueprint(functions)

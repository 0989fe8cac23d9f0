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
(API)            POST /events and the console              intake, console
"""

from chalice import Chalice

from chalicelib.functions.console import console
from chalicelib.functions.counting import counting
from chalicelib.functions.inbound import inbound
from chalicelib.functions.intake import intake_functions
from chalicelib.functions.outbox import outbox
from chalicelib.functions.planning import planning
from chalicelib.functions.web import web

app = Chalice(app_name="ringback")
app.register_blueprint(intake_functions)
app.register_blueprint(planning)
app.register_blueprint(outbox)
app.register_blueprint(inbound)
app.register_blueprint(counting)
app.register_blueprint(web)
app.register_blueprint(console)

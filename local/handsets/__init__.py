"""The mobile network of the local run: AWS's SMS API on one side, a wall of phones on the other.

`python -m local.handsets` starts it. It never ships to AWS.

`pace` messages per second · `network` what becomes of a text · `aws` the API's requests, answers and errors ·
`payloads` receipts and answers as AWS publishes them · `wall` what the phones hold · `simulator` all of it
together · `publisher` to SNS · `web`, `feed` HTTP · `introduce` names for phones · `static/` the page.
"""
